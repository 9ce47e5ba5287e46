using System.Text;
using MimeKit;
using MimeKit.Utils;

namespace CustomerProfiles.Sample.Mail;

/// <summary>Who wrote a message, and to whom, by its header fields.</summary>
/// <param name="From">Who wrote it; null when no field tells.</param>
/// <param name="To">The recipients of To, never those of Cc.</param>
/// <param name="Direction">Whether it was received, composed, or sent by the help desk to itself.</param>
public sealed record MailParties(MailContact? From, IReadOnlyList<MailContact> To, MailDirection Direction)
{
    /// <summary>Recipients beyond this number are left out.</summary>
    public const int MaxRecipients = 8;

    /// <summary>Reads the fields.</summary>
    /// <param name="headers">The header of a message.</param>
    /// <param name="isOwn">Whether an address is the help desk's own, with or without a tag behind a plus sign.</param>
    public static MailParties Read(HeaderList headers, Func<string, bool> isOwn)
    {
        var to = In(headers, "To").Where(contact => contact.Address is not null).Take(MaxRecipients).ToArray();
        var from = WhoWrote(headers, isOwn, toUs: to is [] || isOwn(to[0].Address!));
        var direction =
            from?.Address is not { } address || !isOwn(address) ? MailDirection.Received
            : to is [{ Address: { } first }, ..] && isOwn(first) ? MailDirection.Internal
            : MailDirection.Composed;
        return new MailParties(from, to, direction);
    }

    /// <summary>
    /// The address of the list that passed the message on: List-Post (RFC 2369), else List-Id (RFC 2919).
    /// </summary>
    /// <returns>Null when it came through no list, or through one that does not say.</returns>
    public static string? ListAddress(HeaderList headers)
    {
        if (PostAddress(headers) is { } address)
        {
            return address;
        }

        // <support.example.net> is the list support@example.net.
        var id = headers["List-Id"] ?? "";
        var dotted = id[(id.LastIndexOf('<') + 1)..].TrimEnd('>', ' ');
        var dot = dotted.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? null : PlainAddress($"{dotted[..dot]}@{dotted[(dot + 1)..]}");
    }

    /// <summary>
    /// Where to write to the list's members; null when nobody may (<c>List-Post: NO</c>), or nothing says.
    /// </summary>
    public static string? PostAddress(HeaderList headers) =>
        headers["List-Post"] is { } post ? PlainAddress(post) : null;

    /// <summary>
    /// Everybody in the fields of a name. There may be several such fields, and some may hold nobody.
    /// </summary>
    public static IEnumerable<MailContact> In(HeaderList headers, string field)
    {
        // Names that were written without encoding are most often in the charset of the body.
        var options = ParserOptions.Default.Clone();
        if (ContentType.TryParse(headers["Content-Type"] ?? "", out var type) && type.CharsetEncoding is { } charset)
        {
            options.CharsetEncoding = charset;
        }

        foreach (var header in headers.Where(header => header.Field.Equals(field, StringComparison.OrdinalIgnoreCase)))
        {
            var found = false;
            var undecoded = UndecodedWords(header).Distinct().Take(MaxRecipients).ToArray();
            if (InternetAddressList.TryParse(options, header.RawValue, out var list))
            {
                var mailboxes = list
                    .Mailboxes.Where(one => one.Address.Trim('@').Contains('@', StringComparison.Ordinal))
                    .ToArray();
                foreach (var mailbox in mailboxes)
                {
                    found = true;
                    var name = mailbox.Name ?? "";
                    var word =
                        mailboxes.Length == 1
                            ? undecoded.FirstOrDefault()
                            : undecoded.FirstOrDefault(one => Holds(name, one, options));
                    yield return Party(Unquoted(mailbox.Address), word ?? name);
                }
            }

            // What MimeKit gives up on may hold an address all the same. CustomerProfiles reads the text itself.
            if (!found && WithoutControls(header.GetValue(options.CharsetEncoding)) is { Length: > 0 } text)
            {
                yield return new MailContact(PlainAddress(text), "", text);
            }
        }
    }

    private static MailContact? WhoWrote(HeaderList headers, Func<string, bool> isOwn, bool toUs)
    {
        // 1. From, the first that holds an address.
        var from = In(headers, "From").OrderBy(contact => contact.Address is null).FirstOrDefault();
        if (from?.Address is not { } address)
        {
            // 2. Without one: who sent it, else where answers go. None of these is us.
            return Stranger("Sender") ?? Stranger("Reply-To") ?? from;
        }

        // 3. Behind an address of ours, or a list's own in the place of the writer's: who is named instead.
        var list = ListAddress(headers);
        var via = from.Name.LastIndexOf(" via ", StringComparison.OrdinalIgnoreCase);
        var isRewritten =
            Is(address, list)
            || (via > 0 && (isOwn(address) || list is not null || headers.Contains("X-Original-Sender")));
        if (!isRewritten && !(isOwn(address) && toUs))
        {
            return from;
        }

        var writer = Stranger("Reply-To") ?? Stranger("X-Original-From") ?? Stranger("X-Original-Sender");
        var shown = (via > 0 ? from.Name[..via] : "").Trim(' ', '\'', '"');
        var shownAddress = PlainAddress(shown);
        if (writer is null && shownAddress is not null && !isOwn(shownAddress))
        {
            writer = Party(shownAddress, "");
        }

        return writer is { Address: { } found, Name: "" } && shownAddress is null
            ? Party(found, shown)
            : writer ?? from;

        MailContact? Stranger(string field) =>
            In(headers, field)
                .FirstOrDefault(contact =>
                    contact.Address is { } other
                    && !isOwn(other)
                    && !Is(other, from?.Address)
                    && !Is(other, ListAddress(headers))
                );
    }

    private static bool Is(string address, string? other) => address.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static MailContact Party(string address, string name) => new(address, WithoutControls(name));

    // Of several people in a field, whose name it is shows by what MimeKit makes of the word.
    private static bool Holds(string name, string word, ParserOptions options) =>
        name.Contains('\uFFFD', StringComparison.Ordinal)
        || name.Contains("=?", StringComparison.Ordinal)
        || (
            Rfc2047.DecodePhrase(options, Encoding.Latin1.GetBytes(word)) is { Length: > 0 } garbage
            && name.Contains(garbage, StringComparison.Ordinal)
        );

    // A word in a charset that nobody here knows would come out as garbage. Left encoded, it is warned of and left out.
    private static IEnumerable<string> UndecodedWords(Header header)
    {
        var raw = Encoding.Latin1.GetString(header.RawValue);
        const string Start = "=?";
        for (
            var at = raw.IndexOf(Start, StringComparison.Ordinal);
            at >= 0;
            at = raw.IndexOf(Start, at + Start.Length, StringComparison.Ordinal)
        )
        {
            var parts = raw.Substring(at, Math.Min(100, raw.Length - at)).Split('?', 4);
            if (
                parts is [_, var charset, "B" or "b" or "Q" or "q", var rest]
                && rest.IndexOf('?') is var end
                && new ContentType("text", "plain") { Charset = charset.Split('*')[0] }.CharsetEncoding is null
            )
            {
                yield return $"=?{charset}?{parts[2]}?{(end < 0 ? rest : rest[..end])}?=";
            }
        }
    }

    private static string Unquoted(string address) =>
        address.Length > 2 && address[0] == '\'' && address[^1] == '\'' ? address[1..^1] : address;

    // The first that reads as an address, in angle brackets or not. In one pass, for a field may be of any length.
    private static string? PlainAddress(string text)
    {
        const string Ends = " \t\r\n<>()[],;:\"'?";
        string? bare = null;
        for (var at = text.IndexOf('@', StringComparison.Ordinal); at >= 0; at = text.IndexOf('@', at + 1))
        {
            var start = text.AsSpan(0, at).LastIndexOfAny(Ends + "@") + 1;
            var length = text.AsSpan(at + 1).IndexOfAny(Ends + "@");
            var end = length < 0 ? text.Length : at + 1 + length;
            if (start < at && end > at + 1)
            {
                bare ??= text[start..end];
                if (start > 0 && text[start - 1] == '<')
                {
                    return text[start..end];
                }
            }
        }

        return bare;
    }

    // An encoded word can hide a line break, which must not come back as one.
    private static string WithoutControls(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
}
