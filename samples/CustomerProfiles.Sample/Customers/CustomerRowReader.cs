using System.Collections.Immutable;
using CustomerProfiles.Sample.Csv;
using NodaTime;

namespace CustomerProfiles.Sample.Customers;

/// <summary>Reads a row of a CSV file as a customer to import. What the library checks is left to it.</summary>
internal sealed class CustomerRowReader(CustomerColumns columns)
{
    /// <summary>Reads a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="problems">Everything that is wrong with it, in English sentences.</param>
    /// <returns>The customer; null when there are problems.</returns>
    public ImportRow? Read(CsvRow row, out ImmutableArray<string> problems)
    {
        if (row.Problem is { } broken)
        {
            problems = [broken];
            return null;
        }

        var count = columns.Headings.Length;
        var fields = columns.HasProblems ? ProblemColumn.RemoveFrom(row.Fields, count) : row.Fields;
        if (fields.Length != count)
        {
            problems = [$"The row has {fields.Length} fields, and the header has {count}."];
            return null;
        }

        var draft = new Draft();
        for (var i = 0; i < count; i++)
        {
            if (!string.IsNullOrWhiteSpace(fields[i]))
            {
                draft.Add(columns.Headings[i], columns.Targets[i], fields[i].Trim());
            }
        }

        problems = draft.Problems;
        return problems.IsEmpty ? draft.Row() : null;
    }

    /// <summary>What the fields of one row have said so far.</summary>
    private sealed class Draft
    {
        /// <summary>Neither can be in an address, but for one in quotes that nobody has.</summary>
        private static readonly char[] AddressSeparators = [';', ','];

        private readonly Dictionary<ColumnField, string> _texts = [];
        private readonly Dictionary<string, string> _custom = [];
        private readonly List<string> _emails = [];
        private readonly List<string> _phones = [];
        private readonly List<Uri> _websites = [];
        private readonly List<Identity> _identities = [];
        private readonly List<string> _problems = [];
        private Instant? _createdAt;

        public ImmutableArray<string> Problems =>
            _texts.ContainsKey(ColumnField.Id) || _emails.Count + _identities.Count > 0 || _problems.Count > 0
                ? [.. _problems]
                : ["The row has no id and no e-mail address, so that a second import could not find its customer."];

        public void Add(string heading, ColumnTarget target, string text)
        {
            switch (target.Field)
            {
                case ColumnField.Ignore:
                    break;
                case ColumnField.Email:
                    _emails.AddRange(
                        text.Split(
                            AddressSeparators,
                            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
                        )
                    );
                    break;
                case ColumnField.Phone:
                    _phones.Add(text);
                    break;
                case ColumnField.Website:
                    AddWebsite(heading, text);
                    break;
                case ColumnField.Custom:
                    _custom.Add(target.Key, text);
                    break;
                case ColumnField.Identity when target.TryReadIdentity(text, out var identity):
                    _identities.Add(identity);
                    break;
                case ColumnField.Identity:
                    _problems.Add(
                        target.Key == "phone"
                            ? $"{heading}: This is no telephone number with its country code, such as +44 20 7946 0000."
                            : $"{heading}: An identity is one line of at most {Identity.MaxLength} characters."
                    );
                    break;
                case ColumnField.Created when CreationDate.TryParse(text, out var instant):
                    _createdAt = instant;
                    break;
                case ColumnField.Created:
                    _problems.Add(
                        $"{heading}: This is no date such as 2024-03-31, 31.03.2024 or 2024-03-31T09:30:00Z."
                    );
                    break;
                default:
                    _texts.Add(target.Field, text);
                    break;
            }
        }

        public ImportRow Row() =>
            new()
            {
                Id = Text(ColumnField.Id),
                CreatedAt = _createdAt,
                Profile = new NewProfile
                {
                    Name = Name(),
                    Company = Text(ColumnField.Company),
                    JobTitle = Text(ColumnField.JobTitle),
                    Notes = Text(ColumnField.Notes),
                    Address = Address(),
                    Emails = [.. _emails.Select(email => new ProfileEmail(email))],
                    Phones = [.. _phones.Select(phone => new PhoneNumber(phone))],
                    Websites = [.. _websites],
                    Identities = [.. _identities],
                    Custom = _custom,
                },
            };

        private string? Text(ColumnField field) => _texts.GetValueOrDefault(field);

        private PersonName? Name()
        {
            var (given, family) = (Text(ColumnField.FirstName), Text(ColumnField.LastName));
            var full = Text(ColumnField.Name) ?? $"{given} {family}".Trim();
            return full.Length == 0 ? null : new PersonName(full, given, family);
        }

        private PostalAddress? Address()
        {
            var address = new PostalAddress(
                Text(ColumnField.Street),
                Text(ColumnField.City),
                Text(ColumnField.Region),
                Text(ColumnField.PostalCode),
                Text(ColumnField.Country)
            );
            return address == new PostalAddress() ? null : address;
        }

        /// <summary>People leave out the scheme.</summary>
        private void AddWebsite(string heading, string text)
        {
            if (
                Uri.TryCreate(
                    text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}",
                    UriKind.Absolute,
                    out var website
                )
            )
            {
                _websites.Add(website);
            }
            else
            {
                _problems.Add($"{heading}: This is no web address, such as https://www.example.com/.");
            }
        }
    }
}
