using System.Security.Cryptography;
using System.Text;
using MimeKit;
using MimeKit.Utils;
using NodaTime;

namespace CustomerProfiles.Sample.Mail;

/// <summary>Makes a <see cref="MailItem.Message"/> of a header. MimeKit reads the fields; here is decided what they mean.</summary>
/// <remarks>Not safe for concurrent use.</remarks>
internal sealed class MessageHeader(OwnAddresses own)
{
    private const int LongestId = 500;

    // One parser for all headers: a new one would bring a new buffer each time.
    private readonly MimeParser _parser = new(Stream.Null, MimeFormat.Entity);

    /// <summary>Whether a line has a field's name and a colon, which is all that a header must begin with.</summary>
    public static bool IsField(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        var name = colon > 0 ? line[..colon].TrimEnd(" \t"u8) : default;
        return !name.IsEmpty && name.IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0;
    }

    /// <summary>Reads a header.</summary>
    /// <exception cref="FormatException">MimeKit can make nothing of it.</exception>
    public MailItem.Message Read(MailPosition position, Instant? deliveredAt, Stream header, CancellationToken cancellationToken)
    {
        _parser.SetStream(header, MimeFormat.Entity);
        var fields = _parser.ParseHeaders(cancellationToken);
        var from = Mailboxes(fields, HeaderId.From, most: 1);
        var to = Mailboxes(fields, HeaderId.To, MboxReader.MaxRecipients);
        var messageId = MessageIdOf(fields);
        var sentAt = SentAtOf(fields);
        return new MailItem.Message(position)
        {
            MessageId = messageId,
            ConversationId = Shortened(FirstIdIn(fields, HeaderId.References) ?? FirstIdIn(fields, HeaderId.InReplyTo) ?? messageId)
                ?? DerivedId(fields, position),
            From = from is [var sender, ..] ? Format(sender) : TextOf(fields, HeaderId.From),
            To = RecipientsOf(fields, to),
            DeliveredAt = deliveredAt ?? sentAt,
            SentAt = sentAt,
            Direction = DirectionOf(AddressIn(fields, HeaderId.From, from), AddressIn(fields, HeaderId.To, to)),
            AutomaticSign = AutomaticSignOf(fields),
            Subject = TextOf(fields, HeaderId.Subject),
        };
    }

    // What MimeKit cannot read may still hold an address for a more lenient eye; "undisclosed-recipients:;" does not.
    private static IReadOnlyList<string> RecipientsOf(HeaderList fields, IReadOnlyList<MailboxAddress> to) =>
        to.Count > 0 ? [.. to.Select(Format)]
        : TextOf(fields, HeaderId.To) is { } text && text.Contains('@', StringComparison.Ordinal) ? [text]
        : [];

    private MailDirection DirectionOf(string? from, string? to) =>
        from is null || !own.Contains(from) ? MailDirection.Received
        : to is null || !own.Contains(to) ? MailDirection.Composed
        : MailDirection.Internal;

    // The help desk's own mail is its own even when the name before the address is broken.
    private static string? AddressIn(HeaderList fields, HeaderId id, IReadOnlyList<MailboxAddress> mailboxes)
    {
        if (mailboxes.Count > 0)
        {
            return mailboxes[0].Address;
        }

        var text = TextOf(fields, id) ?? "";
        var open = text.IndexOf('<', StringComparison.Ordinal);
        var close = text.IndexOf('>', open + 1);
        var address = text[(open + 1)..(close < 0 ? text.Length : close)];
        return address.Contains('@', StringComparison.Ordinal) ? address : null;
    }

    private static IReadOnlyList<MailboxAddress> Mailboxes(HeaderList fields, HeaderId id, int most) =>
        fields.IndexOf(id) is >= 0 and var at && InternetAddressList.TryParse(fields[at].RawValue, out var addresses)
            ? [.. addresses.Mailboxes.Take(most)]
            : [];

    private static string? TextOf(HeaderList fields, HeaderId id) =>
        fields[id] is { } value && WithoutControls(value) is { Length: > 0 } text ? text : null;

    private static string? MessageIdOf(HeaderList fields) =>
        fields[HeaderId.MessageId] is { } value && MimeUtils.ParseMessageId(value)?.Trim() is { Length: > 0 } id ? id : null;

    private static string? FirstIdIn(HeaderList fields, HeaderId id) =>
        fields[id] is { } value ? MimeUtils.EnumerateReferences(value).FirstOrDefault(reference => !string.IsNullOrWhiteSpace(reference)) : null;

    private static Instant? SentAtOf(HeaderList fields) =>
        fields[HeaderId.Date] is { } value && DateUtils.TryParse(value, out var date) ? Instant.FromDateTimeOffset(date) : null;

    // A message without any id is the same message when it comes again: same sender, same second, same subject. Only without a date there
    // is nothing to go by but its place.
    private static string DerivedId(HeaderList fields, MailPosition position)
    {
        if (fields[HeaderId.Date] is not { Length: > 0 } date)
        {
            return $"no-id-at-{position.Offset}";
        }

        return $"no-id-{Digest($"{fields[HeaderId.From]}\n{date}\n{fields[HeaderId.Subject]}")}";
    }

    // An id may be as long as the line that it came in, or hold anything; nobody stores that as a key.
    private static string? Shortened(string? id) =>
        id is not null && (id.Length > LongestId || id.AsSpan().ContainsAnyExceptInRange(' ', '~')) ? $"odd-id-{Digest(id)}" : id;

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

    private static AutomaticMailSign? AutomaticSignOf(HeaderList fields) =>
        IsSubmittedByProgram(fields[HeaderId.AutoSubmitted]) ? AutomaticMailSign.AutoSubmitted
        : FirstWord(fields[HeaderId.Precedence]).ToLowerInvariant() is "bulk" or "list" or "junk" ? AutomaticMailSign.Precedence
        : fields.Contains(HeaderId.ListId) ? AutomaticMailSign.MailingList
        : fields[HeaderId.ReturnPath]?.Replace(" ", "", StringComparison.Ordinal) == "<>" ? AutomaticMailSign.NullReturnPath
        : null;

    private static bool IsSubmittedByProgram(string? value) =>
        FirstWord(value) is { Length: > 0 } word && !word.Equals("no", StringComparison.OrdinalIgnoreCase);

    // "auto-replied (vacation)", "auto-generated; owner-email=..."
    private static string FirstWord(string? value) => value is null ? "" : value.Trim().Split([' ', '\t', ';', '('], 2)[0];

    private static string Format(MailboxAddress mailbox)
    {
        var name = WithoutControls(mailbox.Name ?? "");
        if (name.Length == 0)
        {
            return mailbox.Address;
        }

        var quoted = name.AsSpan().IndexOfAny("()<>[]:;@\\,.\"") < 0
            ? name
            : $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        return $"{quoted} <{mailbox.Address}>";
    }

    // An encoded word can hide a line break, which must not come back as one.
    private static string WithoutControls(string text) =>
        (text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text).Trim();
}
