using System.Collections.Immutable;
using System.Text;

namespace CustomerProfiles;

/// <summary>Collects what a profile is found by.</summary>
internal sealed class SearchKeysBuilder
{
    private readonly List<string> _parts = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    private SearchKeysBuilder() { }

    public static SearchKeys Build(CustomerProfile profile, SearchableProperties properties)
    {
        var builder = new SearchKeysBuilder();
        var name = SearchFolding.FoldWords(profile.DisplayName);

        // The name that is shown may be an identity; whoever is found by the beginning of it is found by its words.
        builder.AddFolded(name);
        var company = "";
        var found = ImmutableArray.CreateBuilder<SearchProperty>();
        foreach (var value in profile.Values)
        {
            switch (value.Value)
            {
                case PersonName person:
                    builder.Add(person.Full, person.Given, person.Family);
                    break;
                case ProfileEmail email:
                    builder.Add(email.Address);
                    break;
                case PhoneNumber phone:
                    builder.AddPhone(phone.Number);
                    break;
                case PostalAddress address:
                    builder.Add(address.Street, address.City, address.Region, address.PostalCode, address.Country);
                    break;
                case string text when ProfileField.Company.Equals(value.Field):
                    company = SearchFolding.FoldWords(text);
                    builder.AddFolded(company);
                    break;
                case string text when value.Field.CustomKey is { } key && properties.Find(key) is { } definition:
                    builder.AddFolded(SearchFolding.FoldWords(text));
                    found.Add(new SearchProperty { Key = key, Value = SearchableProperties.KeyOf(definition, text) });
                    break;
                default:
                    break;
            }
        }

        foreach (var identity in profile.Identities)
        {
            builder.Add(identity);
        }

        return new SearchKeys
        {
            Text = string.Join('\n', builder._parts),
            Prefixes = SearchWords.PrefixesOf(builder._parts),
            Name = SearchFolding.Cut(name, ProfileSearch.MaxNameLength),
            Company = SearchFolding.Cut(company, ProfileSearch.MaxValueLength),
            Properties = found.DrainToImmutable(),
            HasPhoto = profile.Photo is not null,
        };
    }

    private void Add(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (text is not null)
            {
                AddFolded(SearchFolding.FoldWords(text));
            }
        }
    }

    private void AddFolded(string part)
    {
        if (part.Length > 0 && _seen.Add(part))
        {
            _parts.Add(part);
        }
    }

    private void Add(Identity identity)
    {
        switch (identity.Kind)
        {
            case IdentityKind.Email when EmailAddress.TryParse(identity.Value, out var address):
                Add(address);
                break;
            case IdentityKind.Phone:
                AddPhone(identity.Value);
                break;
            case IdentityKind.Chat:
                // The name of the chat service is not part of the customer's name.
                Add(identity.Value[(identity.Value.IndexOf(':', StringComparison.Ordinal) + 1)..]);
                break;
            default:
                Add(identity.Value);
                break;
        }
    }

    /// <summary>
    /// Both forms of the domain, whichever was received: a person searches for bücher.example and a machine for its
    /// ASCII form.
    /// </summary>
    private void Add(EmailAddress address)
    {
        Add(address.Normalized, address.Value);
        if (address.UnicodeDomain is { } domain)
        {
            Add($"{address.LocalPart}@{domain}");
        }
    }

    /// <summary>
    /// The digits as they are compared, without the zero that is dialled within a country only, and as they are
    /// written.
    /// </summary>
    private void AddPhone(string? number)
    {
        if (number is not null)
        {
            Add(DigitsOf(PhoneNumber.KeyOf(number)), DigitsOf(number));
        }
    }

    /// <summary>
    /// The digits of the number, and as words of their own whatever follows them, such as an extension.
    /// </summary>
    private static string DigitsOf(string number)
    {
        var folded = SearchFolding.Fold(number);
        var end = folded.AsSpan().IndexOfAnyInRange('a', 'z');
        var main = end < 0 ? folded : folded[..end];
        var digits = new StringBuilder(SearchWords.DigitsOf(main));
        if (end >= 0)
        {
            digits.Append(' ').Append(folded.AsSpan(end)).Replace('=', ' ').Replace(';', ' ');
        }

        return digits.ToString();
    }
}
