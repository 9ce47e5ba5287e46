using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CustomerProfiles.Acceptance.Tests;

/// <summary>
/// Counts independently what the library should make of a mailbox. It is deliberately simple, and shares no code with
/// what it checks: no library, no MimeKit, no NodaTime, no MboxReader. When the two disagree, one of them is wrong.
/// </summary>
public static partial class IndependentCount
{
    private const int MaxHeaderLength = 1024 * 1024;

    /// <summary>Counts.</summary>
    /// <param name="mailbox">The mailbox, at its beginning.</param>
    /// <param name="ownAddresses">The help desk's own addresses, in lower case.</param>
    /// <param name="ownDomains">The help desk's own domains, in lower case.</param>
    /// <param name="results">The results of the provider by address in lower case. Others have no match.</param>
    /// <param name="known">
    /// The addresses that had a profile before; null for none. Their conversations and checks are not known to the
    /// count, so it is then right about created, existing and declined only.
    /// </param>
    /// <param name="cancellationToken">Cancels the count.</param>
    public static ExpectedTotals Of(
        Stream mailbox,
        IReadOnlyCollection<string> ownAddresses,
        IReadOnlyCollection<string> ownDomains,
        IReadOnlyDictionary<string, ExpectedResult> results,
        IReadOnlyCollection<string>? known = null,
        CancellationToken cancellationToken = default
    )
    {
        var totals = new ExpectedTotals();
        var people = (known ?? []).ToDictionary(address => address, _ => new ExpectedPerson());
        var declined = new HashSet<string>();
        var now = DateTime.MinValue;
        var moment = 0;
        DateTime? lastDelivery = null;
        Mail? before = null;
        foreach (var mail in Mails(mailbox))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (mail.Skipped)
            {
                totals.Skipped++;
                continue;
            }

            totals.Messages++;

            // The clock shows the time of delivery, and never runs backwards. Consecutive mails of the same time are
            // one moment: results arrive after the last of them.
            var delivery = DeliveredAt(mail, before);
            before = mail;
            moment += delivery is null || delivery != lastDelivery ? 1 : 0;
            lastDelivery = delivery;
            now = delivery > now ? delivery.Value : now;

            var to = FirstAddress(mail.Field("To"));
            var from = Writer(mail, to);
            var composed = IsOwn(from);
            if (composed && IsOwn(to))
            {
                totals.Internal++;
                continue;
            }

            totals.Received += composed ? 0 : 1;
            totals.Composed += composed ? 1 : 0;
            var address = composed ? to : from;

            // Only an unknown sender may be declined.
            if (address is not null && people.TryGetValue(address, out var person))
            {
                totals.Existing++;
            }
            else if (address is null)
            {
                totals.DeclinedNoAddress++;
                continue;
            }
            else if (IsOwn(address))
            {
                totals.DeclinedOwnAddress++;
                declined.Add(address);
                continue;
            }
            else if (IsNoReply(address))
            {
                totals.DeclinedNoReply++;
                declined.Add(address);
                continue;
            }
            else if (!composed && IsAutomatic(mail, IsOwn))
            {
                totals.DeclinedAutomatic++;
                declined.Add(address);
                continue;
            }
            else
            {
                person = people[address] = new ExpectedPerson();
                totals.Created++;
            }

            person.Messages++;

            // A shared mailbox is a customer, but no person to look up.
            var isNewConversation = person.ConversationIds.Add(ConversationId(mail));
            if (IsRole(address))
            {
                totals.RoleAddress++;
                continue;
            }

            // A known conversation or a redelivered mail requests no check.
            if (!isNewConversation)
            {
                totals.KnownConversation++;
                continue;
            }

            // Has the pending result arrived?
            if (person.ResultAt <= now && person.RequestedAtMoment != moment)
            {
                Complete(person);
            }

            // Is a check due? If so, is one pending already?
            if (person.LastCheck is not null && composed)
            {
                totals.ComposedNeverRechecks++;
            }
            else if (now <= person.LastCheck?.AddMonths(2))
            {
                totals.NotDueYet++;
            }
            else if (person.ResultAt is not null)
            {
                totals.AlreadyPending++;
            }
            else
            {
                Request(person, address);
            }
        }

        // Pending results arrive after the end.
        foreach (var person in people.Values)
        {
            Complete(person);
        }

        totals.People = people;
        totals.DeclinedAddresses = declined;
        return totals;

        bool IsOwn(string? address) =>
            address is not null
            && (
                ownAddresses.Contains(address)
                || ownAddresses.Contains(Tag().Replace(address, "@"))
                || ownDomains.Contains(address.Split('@')[^1])
            );

        // If From is the help desk or a list, the writer is in another field.
        string? Writer(Mail mail, string? to)
        {
            var from = mail.Fields("From").Select(FirstAddress).FirstOrDefault(address => address is not null);
            var list = ListAddress(mail);
            var via =
                mail.Fields("From").Any(field => field.Contains(" via ", StringComparison.OrdinalIgnoreCase))
                && (IsOwn(from) || list is not null || mail.Field("X-Original-Sender") is not null);
            string[] others =
                from is null ? ["Sender", "Reply-To"]
                : via || from == list || (IsOwn(from) && (to is null || IsOwn(to)))
                    ? ["Reply-To", "X-Original-From", "X-Original-Sender"]
                : [];
            return others
                    .SelectMany(mail.Fields)
                    .SelectMany(field => field.Split(','))
                    .Select(FirstAddress)
                    .FirstOrDefault(address =>
                        address is not null && !IsOwn(address) && address != from && address != list
                    )
                ?? from;
        }

        void Request(ExpectedPerson person, string address)
        {
            var result = results.GetValueOrDefault(address) ?? new ExpectedResult(ExpectedResultKind.NoMatch);
            person.Result = result.Kind;
            person.ResultAt = person.ChecksCompleted == 0 ? now + result.FirstCheckTakes : now;
            person.RequestedAtMoment = moment;
        }

        void Complete(ExpectedPerson person)
        {
            if (person.ResultAt is not { } came)
            {
                return;
            }

            person.ResultAt = null;
            if (person.Result == ExpectedResultKind.Failure)
            {
                totals.ChecksFailed++;
                person.ChecksFailed++;
                return;
            }

            totals.ChecksMatched += person.Result == ExpectedResultKind.Match ? 1 : 0;
            totals.ChecksWithoutMatch += person.Result == ExpectedResultKind.NoMatch ? 1 : 0;
            totals.Rechecks += person.ChecksCompleted > 0 ? 1 : 0;
            person.ChecksCompleted++;
            person.LastCheck = came;
        }
    }

    // ---- the fields of a mail

    private static string ConversationId(Mail mail)
    {
        var id = InBrackets().Match(mail.Field("References") ?? "");
        id = id.Success ? id : InBrackets().Match(mail.Field("In-Reply-To") ?? "");
        id = id.Success ? id : InBrackets().Match(mail.Field("Message-ID") ?? "");
        if (id.Success)
        {
            return id.Groups[1].Value.Trim();
        }

        // Some programs omit the brackets, and some the whole field.
        return mail.Field("Message-ID") is { Length: > 0 } bare ? bare
            : mail.Field("Date") is { Length: > 0 } date ? $"{mail.Field("From")}|{date}|{mail.Field("Subject")}"
            : $"at {mail.Ordinal}";
    }

    // Written as no-reply, no_reply or no.reply, with any tag, or as one word among others.
    private static bool IsNoReply(string address)
    {
        var name = address.Split('@')[0].Split('+')[0];
        return NoReply().IsMatch(name.Replace("-", "").Replace("_", "").Replace(".", ""))
            || NoReplyWord().IsMatch(name);
    }

    private static bool IsRole(string address) => Role().IsMatch(address.Split('@')[0].Split('+')[0]);

    private static bool IsAutomatic(Mail mail, Func<string?, bool> isOwn)
    {
        bool Says(string name, string pattern) =>
            mail.Fields(name)
                .Any(value => Regex.IsMatch(value, pattern, RegexOptions.IgnoreCase | RegexOptions.Singleline));
        var isForList = Says("Precedence", @"^(bulk|list|junk)\b") || mail.Field("List-Id") is not null;
        var isForUs =
            isOwn(ListAddress(mail))
            || (
                Says("List-Post", "@")
                && mail.Fields("To")
                    .Concat(mail.Fields("Cc"))
                    .SelectMany(field => field.Split(','))
                    .Any(one => isOwn(FirstAddress(one)))
            );
        return Says("Auto-Submitted", @"^(?!no\b)\S")
            || AutomaticFields()
                .Matches(string.Join('\n', mail.Names))
                .Any(match => !Says(match.Value, @"^(no|false|0)\b"))
            || Says("Precedence", "^auto_reply")
            || Says("X-Precedence", "^auto_reply")
            || Says("X-Loop", @"^(yes|true)\b")
            || Says("X-POST-MessageClass", @"^9\b")
            || Says("Delivered-To", @"^autoresponder\b")
            || Says("Content-Type", "^multipart/report")
            || mail.Field("X-Failed-Recipients") is not null
            || mail.Field("X-MS-Exchange-Message-Is-Ndr") is not null
            || Says("Return-Path", "^< *>$")
            || Says("X-Auto-Response-Suppress", @"(^|,)\s*all\s*(,|$)")
            || (isForList && !isForUs);
    }

    private static string? ListAddress(Mail mail)
    {
        var post = PlainAddress().Match(mail.Field("List-Post") ?? "");
        var id = ListIdParts().Match(mail.Field("List-Id") ?? "");
        return post.Success ? post.Value.ToLowerInvariant()
            : id.Success ? $"{id.Groups[1].Value}@{id.Groups[2].Value}".ToLowerInvariant()
            : null;
    }

    private static string? FirstAddress(string? field)
    {
        if (field is null)
        {
            return null;
        }

        // Remove what may contain meaningless commas, at signs and brackets: quoted names, comments, group names.
        var text = QuotedName().Replace(field, " ");
        for (var before = ""; before != text; )
        {
            before = text;
            text = InnermostComment().Replace(text, " ");
        }

        text = GroupName().Replace(text, "");
        var first = text.Split(',', ';').FirstOrDefault(part => part.Contains('@')) ?? "";
        var bracket = InBracketsOrHalfOfThem().Match(first);
        var address = (bracket.Success ? bracket.Groups[1].Value : first).Trim().ToLowerInvariant();
        if (!Address().IsMatch(address))
        {
            return null;
        }

        var at = address.LastIndexOf('@');
        try
        {
            return address[..at]
                + "@"
                + (address[^1] == ']' ? address[(at + 1)..] : new IdnMapping().GetAscii(address[(at + 1)..]));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    // The From_ line counts, unless its date is a placeholder or the time of the export.
    private static DateTime? DeliveredAt(Mail mail, Mail? before)
    {
        var line = LineTime(mail);
        var date = DateTimeOf(mail);
        if (line is null || IsPlaceholder(line.Value, 1970, 1, 1) || IsPlaceholder(line.Value, 2001, 9, 17))
        {
            return date;
        }

        var repeated =
            before is not null
            && line == LineTime(before)
            && Math.Abs((date - DateTimeOf(before))?.TotalHours ?? 0) > 1;
        return
            date > new DateTime(1970, 1, 2, 0, 0, 0, DateTimeKind.Utc)
            && (repeated || line - date > TimeSpan.FromDays(7))
            ? date
            : line;

        static bool IsPlaceholder(DateTime time, int year, int month, int day) =>
            Math.Abs((time - new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc)).TotalDays) < 1;
    }

    private static DateTime? LineTime(Mail mail) =>
        FromLine().Match(mail.FromLine) is { Success: true } match ? Time(match, match.Groups["zone"].Value) : null;

    private static DateTime? DateTimeOf(Mail mail) =>
        DateField().Match(mail.Field("Date") ?? "") is { Success: true } match
            ? Time(match, match.Groups["zone"].Value)
            : null;

    private static DateTime Time(Match match, string zone)
    {
        int Number(string name) =>
            int.TryParse(match.Groups[name].Value, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var monthName = match.Groups["month"].Value.ToLowerInvariant();
        var month = ("janfebmaraprmayjunjulaugsepoctnovdec".IndexOf(monthName, StringComparison.Ordinal) / 3) + 1;
        var year = Number("year");
        year +=
            match.Groups["year"].Length > 2 ? 0
            : year < 50 ? 2000
            : 1900;
        var day = Math.Min(Number("day"), DateTime.DaysInMonth(year, month));
        var local = new DateTime(
            year,
            month,
            day,
            Number("hour"),
            Number("minute"),
            Math.Min(Number("second"), 59),
            DateTimeKind.Utc
        );
        var offset =
            zone.Length == 5 && zone[0] is '+' or '-'
                ? new TimeSpan(
                    int.Parse(zone[1..3], CultureInfo.InvariantCulture),
                    int.Parse(zone[3..], CultureInfo.InvariantCulture),
                    0
                ) * (zone[0] == '-' ? -1 : 1)
                : zone switch
                {
                    "EDT" => TimeSpan.FromHours(-4),
                    "EST" or "CDT" => TimeSpan.FromHours(-5),
                    "CST" or "MDT" => TimeSpan.FromHours(-6),
                    "MST" or "PDT" => TimeSpan.FromHours(-7),
                    "PST" => TimeSpan.FromHours(-8),
                    _ => TimeSpan.Zero,
                };
        return local - offset;
    }

    // ---- the mails of a mailbox

    private static IEnumerable<Mail> Mails(Stream mailbox)
    {
        Mail? mail = null;
        var ordinal = 0;
        var inHeader = false;
        var isStart = true;
        var stray = false;
        var run = "";
        var headerLength = 0;
        var afterEmptyLine = true;
        var lines = new Queue<(string Text, bool Ended)>();
        using var source = Lines(mailbox).GetEnumerator();
        while (true)
        {
            // One line ahead, because the next line decides whether a From_ line begins a mail.
            while (lines.Count < 2 && source.MoveNext())
            {
                lines.Enqueue(source.Current);
            }

            if (lines.Count == 0)
            {
                break;
            }

            var (line, ended) = lines.Dequeue();
            if (line.StartsWith("From ", StringComparison.Ordinal))
            {
                if (inHeader)
                {
                    yield return mail!;
                    inHeader = false;
                    afterEmptyLine = false;
                }

                var mayBegin = afterEmptyLine && PlausibleFromLine().IsMatch(line);
                var begins = mayBegin && lines.Count > 0 && LineAfterFromLine().IsMatch(lines.Peek().Text);
                if (stray)
                {
                    ordinal++;
                    stray = false;
                    isStart = false;
                    yield return new Mail("", ordinal) { Skipped = true };
                }

                if (begins)
                {
                    mail = new Mail(line, ++ordinal) { Skipped = true };
                    inHeader = true;
                    isStart = false;
                    headerLength = 0;
                    run = "";
                    continue;
                }

                // Consecutive lines of one kind count once.
                var kind = mayBegin ? "no header" : "in a text";
                isStart &= !mayBegin;
                if (run != kind)
                {
                    run = kind;
                    yield return new Mail("", ++ordinal) { Skipped = true };
                }

                continue;
            }

            run = "";
            if (inHeader && line.Length == 0)
            {
                yield return mail!;
                inHeader = false;
            }
            else if (inHeader && !line.StartsWith(">From ", StringComparison.Ordinal))
            {
                if (headerLength == 0 ? FieldStart().IsMatch(line) : !mail!.Skipped)
                {
                    headerLength += line.Length + 1;
                    mail!.Skipped = headerLength > MaxHeaderLength + 1 || (!ended && lines.Count == 0);
                    mail.Add(line);
                }
                else
                {
                    // No header, or one that is too long.
                    headerLength++;
                    mail!.Skipped = true;
                }
            }
            else if (isStart)
            {
                stray |= line.Trim().Length > 0;
            }

            afterEmptyLine = line.Length == 0;
        }

        if (inHeader)
        {
            yield return mail!;
        }
        else if (stray)
        {
            yield return new Mail("", ordinal + 1) { Skipped = true };
        }
    }

    // Every byte is one character here. Fields are decoded on access.
    private static IEnumerable<(string Text, bool Ended)> Lines(Stream mailbox)
    {
        var buffered = new BufferedStream(mailbox, 64 * 1024);
        var line = new StringBuilder();
        var isFirst = true;
        for (var next = buffered.ReadByte(); next >= 0; next = buffered.ReadByte())
        {
            if (next != '\n')
            {
                // The rest of a line is not needed once its header is too long.
                line = line.Length > MaxHeaderLength + 2 ? line : line.Append((char)next);
                continue;
            }

            yield return (Text(line, ended: true), true);
            line.Clear();
        }

        if (line.Length > 0)
        {
            yield return (Text(line, ended: false), false);
        }

        string Text(StringBuilder line, bool ended)
        {
            var text = line.ToString();
            text = ended && text.EndsWith('\r') ? text[..^1] : text;
            text = isFirst && text.StartsWith("\u00EF\u00BB\u00BF", StringComparison.Ordinal) ? text[3..] : text;
            isFirst = false;
            return text;
        }
    }

    [GeneratedRegex(@"<([^<>]+)>")]
    private static partial Regex InBrackets();

    [GeneratedRegex(@"\+[^@]*@")]
    private static partial Regex Tag();

    [GeneratedRegex(@"[^\s<>:@]+@[^\s<>:@?]+")]
    private static partial Regex PlainAddress();

    [GeneratedRegex(@"([^<>.\s]+)\.([^<>\s]+)>?\s*$")]
    private static partial Regex ListIdParts();

    [GeneratedRegex(
        "^(X-Auto-?Reply|X-Auto-?Respond|X-Autoresponder|X-AutoReply-From|X-Mail-Autoreply|X-Auto-?generated"
            + "|X-FC-MachineGenerated|X-MS-Exchange-Generated-Message-Source|X-OTRS-Loop)$",
        RegexOptions.IgnoreCase | RegexOptions.Multiline
    )]
    private static partial Regex AutomaticFields();

    [GeneratedRegex(@"<([^<>]*)(>|$)")]
    private static partial Regex InBracketsOrHalfOfThem();

    [GeneratedRegex(@"""(\\.|[^""\\])*""(?!@)")]
    private static partial Regex QuotedName();

    [GeneratedRegex(@"\((\\.|[^()\\])*\)")]
    private static partial Regex InnermostComment();

    [GeneratedRegex(@"^[^<>@,;:]*:")]
    private static partial Regex GroupName();

    // A label of a domain: no blanks, no punctuation, no hyphen at either end.
    private const string Label = @"[^\s@<>(),;:""\[\]\\.-]([^\s@<>(),;:""\[\]\\.]*[^\s@<>(),;:""\[\]\\.-])?";

    [GeneratedRegex(@"^(""[^""]+""|[^\s@<>(),;:""\[\]\\]+)@(\[[^\]]+\]|" + Label + @"(\." + Label + ")*)$")]
    private static partial Regex Address();

    private const string NoReplyNames =
        "noreply|donotreply|dontreply|noanswer|nepasrepondre|nichtantworten|noresponder"
        + "|mailerdaemon|bounces?|autoreply|autoresponder|nobody|devnull";

    [GeneratedRegex("^(noreply.*|.*noreply|donotreply.*|" + NoReplyNames + ")$")]
    private static partial Regex NoReply();

    [GeneratedRegex("(^|[-_.])(" + NoReplyNames + ")($|[-_.])")]
    private static partial Regex NoReplyWord();

    [GeneratedRegex(
        "^(abuse|accounting|accounts|admin|administrator|billing|careers|compliance|contact|customercare|customerservice"
            + "|enquiries|feedback|finance|hello|help|helpdesk|hostmaster|hr|info|inquiries|invoices|it|jobs|legal|mail|marketing|media"
            + "|newsletter|noc|office|orders|postmaster|press|privacy|purchasing|reception|reservations|returns|root|sales|security|service|staff"
            + "|support|team|tech|usenet|webmaster|www)$"
    )]
    private static partial Regex Role();

    private const string Day = "(?<day>0?[1-9]|[12][0-9]|3[01])";

    private const string Month = "(?<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";

    private const string MinuteAndSecond = "(?<minute>[0-5][0-9])(:(?<second>[0-5][0-9]|60))?";

    [GeneratedRegex(
        @"^From[ ](.*[ \t])?(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[ \t]+"
            + Month
            + @"[ \t]+"
            + Day
            + @"[ \t]+"
            + "(?<hour>[01][0-9]|2[0-3]):"
            + MinuteAndSecond
            + @"[ \t]+((?<zone>[+-][0-9]{4}|[A-Za-z]+)[ \t]+)?"
            + @"(?<year>19[6-9][0-9]|[2-9][0-9]{3})([ \t]+(?<zone>[+-][0-9]{4}))?[ \t]*$"
    )]
    private static partial Regex FromLine();

    // A sender at most, or a digit after the sender, as in every date.
    [GeneratedRegex(
        @"^(?=.{0,1000}$)From[ ][ \t\r]*([^ \t]*|[^ \t]+[ \t].*[0-9].*|[^ \t]+ (.* )?remote from .*)[ \t\r]*$",
        RegexOptions.Singleline
    )]
    private static partial Regex PlausibleFromLine();

    [GeneratedRegex(@"^([!-9;-~]+[ \t]*:|>From )")]
    private static partial Regex LineAfterFromLine();

    [GeneratedRegex(
        Day
            + @"[ \t]+"
            + Month
            + @"[ \t]+(?<year>[1-9][0-9]{3}|[0-9]{2})[ \t]+"
            + "(?<hour>[01]?[0-9]|2[0-3]):"
            + MinuteAndSecond
            + @"([ \t]+(?<zone>[+-][0-9]{4}|[A-Z]+))?",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex DateField();

    [GeneratedRegex(@"^[!-9;-~]+[ \t]*:")]
    private static partial Regex FieldStart();

    private sealed class Mail(string fromLine, int ordinal)
    {
        private readonly List<string> _fields = [];

        public string FromLine { get; } = fromLine;

        public int Ordinal { get; } = ordinal;

        /// <summary>True until a first field is found.</summary>
        public bool Skipped { get; set; }

        public void Add(string line)
        {
            // A line that begins with a blank continues the field before it.
            if (line[0] is ' ' or '\t' && _fields.Count > 0)
            {
                _fields[^1] += line;
            }
            else
            {
                _fields.Add(line);
            }
        }

        public IEnumerable<string> Names => _fields.Select(NameOf);

        public string? Field(string name) => Fields(name).FirstOrDefault();

        public IEnumerable<string> Fields(string name) =>
            _fields
                .Where(field => NameOf(field).Equals(name, StringComparison.OrdinalIgnoreCase))
                .Select(field =>
                    Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(field[(field.IndexOf(':') + 1)..])).Trim()
                );

        private static string NameOf(string field) => field.Split(':')[0].TrimEnd();
    }
}
