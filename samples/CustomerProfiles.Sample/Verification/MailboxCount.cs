using System.Globalization;
using System.Text.RegularExpressions;

namespace CustomerProfiles.Sample;

/// <summary>
/// Counts independently what the library should make of the bundled mailbox, so that the main job can compare its
/// totals. It shares no code with what it checks: no library, no MimeKit, no NodaTime.
/// </summary>
/// <remarks>
/// It understands this mailbox and no other. The acceptance tests have a count for any mailbox, and compare the two.
/// </remarks>
internal sealed partial class MailboxCount
{
    /// <summary>The people whom the simulator knows, with the minutes until the result of their first check.</summary>
    private static readonly Dictionary<string, int> Matches = new()
    {
        ["maria.quill@example.org"] = 0,
        ["tomas.brandt@example.net"] = 0,
        ["noor.elamin@example.org"] = 0,
        ["yuki.tanabe@example.net"] = 0,
        ["oskar.lindqvist@example.org"] = 0,
        ["priya.raman@example.org"] = 0,
        ["jean-luc.ferrand@example.net"] = 0,
        ["liam.okafor@example.net"] = 2,
        ["greta.holm@example.org"] = 1,
        ["bogdan.ilic@example.net"] = 1,
    };

    /// <summary>A person whose lookups fail at the simulator.</summary>
    private const string Failing = "wendy.marsh@example.org";

    private readonly Dictionary<string, CountedPerson> _people = [];
    private readonly HashSet<string> _declined = [];

    private MailboxCount() { }

    public int Messages => Received + Composed + Internal;

    public int Skipped { get; private set; }

    public int Received { get; private set; }

    public int Composed { get; private set; }

    public int Internal { get; private set; }

    public int Created { get; private set; }

    public int Existing { get; private set; }

    public int DeclinedNoAddress { get; private set; }

    public int DeclinedNoReply { get; private set; }

    public int DeclinedAutomatic { get; private set; }

    public int ChecksMatched { get; private set; }

    public int ChecksWithoutMatch { get; private set; }

    public int FailedAttempts { get; private set; }

    public int KnownConversation { get; private set; }

    public int NotDueYet { get; private set; }

    public int ComposedNeverRechecks { get; private set; }

    public int AlreadyPending { get; private set; }

    public int RoleAddress { get; private set; }

    /// <summary>Everybody with a profile, by address.</summary>
    public IReadOnlyDictionary<string, CountedPerson> People => _people;

    /// <summary>The addresses that were declined. A customer who already has one of them is not declined.</summary>
    public IReadOnlySet<string> DeclinedAddresses => _declined;

    /// <summary>Counts.</summary>
    /// <param name="knownAddresses">
    /// The addresses that have a profile already. Their conversations and checks are not known to the count, so it is
    /// then right about created, existing and declined only.
    /// </param>
    public static MailboxCount OfBundledMailbox(IEnumerable<string> knownAddresses)
    {
        var count = new MailboxCount();
        foreach (var address in knownAddresses)
        {
            count._people[address] = new CountedPerson();
        }

        using var mailbox = new StreamReader(BundledMailbox.Open());
        foreach (var mail in $"\n{mailbox.ReadToEnd()}".Split("\nFrom ").Skip(1))
        {
            count.Add(mail);
        }

        foreach (var person in count._people.Values)
        {
            count.Complete(person);
        }

        return count;
    }

    private void Add(string mail)
    {
        var (line, rest) = (mail[..mail.IndexOf('\n')], mail[mail.IndexOf('\n')..]);
        if (rest.StartsWith("\n\n", StringComparison.Ordinal))
        {
            Skipped++;
            return;
        }

        var header = FoldedLine().Replace(rest[..rest.IndexOf("\n\n", StringComparison.Ordinal)], " ");
        var (from, to) = (AddressIn(Field(header, "From")), AddressIn(Field(header, "To")));
        var isComposed = IsOwn(from);
        if (isComposed && IsOwn(to))
        {
            Internal++;
            return;
        }

        Received += isComposed ? 0 : 1;
        Composed += isComposed ? 1 : 0;
        var address = isComposed ? to : from;
        if (address is null)
        {
            DeclinedNoAddress++;
        }
        else if (_people.TryGetValue(address, out var person))
        {
            Existing++;
            AddConversation(person, address, header, TimeOf(line), isComposed);
        }
        else if (NoReply().IsMatch(address))
        {
            DeclinedNoReply++;
            _declined.Add(address);
        }
        else if (!isComposed && Automatic().IsMatch(header))
        {
            DeclinedAutomatic++;
            _declined.Add(address);
        }
        else
        {
            Created++;
            AddConversation(_people[address] = new CountedPerson(), address, header, TimeOf(line), isComposed);
        }
    }

    private void AddConversation(CountedPerson person, string address, string header, DateTime now, bool isComposed)
    {
        person.Messages++;
        var isNew = person.Conversations.Add(ConversationIn(header));
        if (Role().IsMatch(address))
        {
            RoleAddress++;
            return;
        }

        if (!isNew)
        {
            KnownConversation++;
            return;
        }

        // Mail of the same instant is recorded before any result of it.
        if (person.ResultAt <= now && person.RequestedAt != now)
        {
            Complete(person);
        }

        if (person.LastCheck is not null && isComposed)
        {
            ComposedNeverRechecks++;
        }
        else if (now <= person.LastCheck?.AddMonths(2))
        {
            NotDueYet++;
        }
        else if (person.ResultAt is not null)
        {
            AlreadyPending++;
        }
        else
        {
            person.Address = address;
            person.RequestedAt = now;
            person.ResultAt = person.ChecksCompleted > 0 ? now : now.AddMinutes(Matches.GetValueOrDefault(address));
        }
    }

    private void Complete(CountedPerson person)
    {
        if (person.ResultAt is not { } at)
        {
            return;
        }

        person.ResultAt = null;
        if (person.Address == Failing)
        {
            FailedAttempts++;
            return;
        }

        person.ChecksCompleted++;
        person.LastCheck = at;
        ChecksMatched += Matches.ContainsKey(person.Address!) ? 1 : 0;
        ChecksWithoutMatch += Matches.ContainsKey(person.Address!) ? 0 : 1;
    }

    private static bool IsOwn(string? address) => address?.EndsWith("@" + BundledMailbox.OwnDomain) == true;

    private static DateTime TimeOf(string line) =>
        DateTime.ParseExact(
            line[(line.IndexOf(' ') + 1)..],
            "ddd MMM d HH:mm:ss yyyy",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal
        );

    private static string ConversationIn(string header) =>
        new[] { "References", "In-Reply-To", "Message-ID" }
            .Select(field => Id().Match(Field(header, field)))
            .FirstOrDefault(id => id.Success)
            ?.Value
        ?? $"{Field(header, "From")} {Field(header, "Date")} {Field(header, "Subject")}";

    private static string Field(string header, string name) =>
        Regex.Match(header, $"^{name}: *(.*)$", RegexOptions.Multiline | RegexOptions.IgnoreCase).Groups[1].Value;

    private static string? AddressIn(string field)
    {
        var parts = Address().Match(field).Groups["address"].Value.ToLowerInvariant().Split('@');
        return parts.Length == 2 ? $"{parts[0]}@{new IdnMapping().GetAscii(parts[1])}" : null;
    }

    [GeneratedRegex(@"\n[ \t]+")]
    private static partial Regex FoldedLine();

    [GeneratedRegex(@"<[^<>]+>")]
    private static partial Regex Id();

    // Behind any name in angle brackets, or at the beginning.
    [GeneratedRegex(@"<(?<address>[^<>@\s]+@[^<>@\s]+)>|^(?<address>[^<>@\s(""]+@[^<>@\s(,]+)")]
    private static partial Regex Address();

    [GeneratedRegex("^(no-reply|mailer-daemon)@")]
    private static partial Regex NoReply();

    [GeneratedRegex("^(info|sales)@")]
    private static partial Regex Role();

    [GeneratedRegex(
        "^(Auto-Submitted: auto|Precedence: (bulk|list)|List-Id:|Return-Path: <>)",
        RegexOptions.Multiline | RegexOptions.IgnoreCase
    )]
    private static partial Regex Automatic();
}
