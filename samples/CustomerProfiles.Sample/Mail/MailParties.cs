using System.Text;
using MimeKit;
using MimeKit.Utils;

namespace CustomerProfiles.Sample.Mail;

/// <summary>Who wrote a message, and to whom, by its header fields.</summary>
/// <param name="From">Who wrote it; null when no field says.</param>
/// <param name="To">The recipients in To. Cc is not included.</param>
/// <param name="Direction">Whether it was received, composed, or sent by the help desk to itself.</param>
/// <remarks>
/// MimeKit parses the address fields. Read by hand is only what it does not parse: fields that it rejects, list fields,
/// and names in an unknown charset, which it would turn into wrong characters.
/// </remarks>
public sealed record MailParties(MailContact? From, IReadOnlyList<MailContact> To, MailDirection Direction)
{
    /// <summary>The maximum number of recipients. The rest is left out.</summary>
    public const int MaxRecipients = 8;

    /// <summary>Reads the fields.</summary>
    /// <param name="headers">The header of a message.</param>
    /// <param name="isOwn">Whether an address is the help desk's own, with or without a tag after a plus sign.</param>
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
    /// The address of the mailing list that forwarded the message: List-Post (RFC 2369), else List-Id (RFC 2919).
    /// </summary>
    /// <returns>Null when there is no list, or no address of it.</returns>
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
    /// The address for mail to the members of the list; null when there is none (<c>List-Post: NO</c>).
    /// </summary>
    public static string? PostAddress(HeaderList headers) =>
        headers["List-Post"] is { } post ? PlainAddress(post) : null;

    /// <summary>
    /// All contacts in the fields of a name. There may be several such fields, and some may be empty.
    /// </summary>
    public static IEnumerable<MailContact> In(HeaderList headers, string field)
    {
        // Names without encoding are usually in the charset of the body.
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

            // A field that MimeKit rejects may still contain an address. The library reads its text.
            if (!found && WithoutControls(header.GetValue(options.CharsetEncoding)) is { Length: > 0 } text)
            {
                yield return new MailContact(PlainAddress(text), "", text);
            }
        }
    }

    private static MailContact? WhoWrote(HeaderList headers, Func<string, bool> isOwn, bool toUs)
    {
        // 1. The first From with an address.
        var from = In(headers, "From").OrderBy(contact => contact.Address is null).FirstOrDefault();
        if (from?.Address is not { } address)
        {
            // 2. Otherwise Sender or Reply-To, unless that is the help desk.
            return Stranger("Sender") ?? Stranger("Reply-To") ?? from;
        }

        // 3. If From is the help desk or a list, which replaced the writer: the writer from other fields.
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

    // Finds the contact to whom an undecodable word belongs, by the characters that MimeKit decodes it to.
    private static bool Holds(string name, string word, ParserOptions options) =>
        name.Contains('\uFFFD', StringComparison.Ordinal)
        || name.Contains("=?", StringComparison.Ordinal)
        || (
            Rfc2047.DecodePhrase(options, Encoding.Latin1.GetBytes(word)) is { Length: > 0 } garbage
            && name.Contains(garbage, StringComparison.Ordinal)
        );

    // MimeKit decodes a word in an unknown charset to wrong characters. Left encoded, the library ignores it and warns.
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

    // The first address, preferably in angle brackets. One pass, because a field may have any length.
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

    // An encoded word can contain a line break.
    private static string WithoutControls(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
}
