using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MimeKit;
using MimeKit.Utils;
using NodaTime;

namespace CustomerProfiles.Sample.Mail;

/// <summary>
/// Creates a <see cref="MailItem.Message"/> from a header. MimeKit parses the fields, and this class interprets them.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class MessageHeader(OwnAddresses own)
{
    private const int MaxIdLength = 500;

    // One parser for all headers, because each parser allocates a buffer.
    private readonly MimeParser _parser = new(Stream.Null, MimeFormat.Entity);
    private readonly DeliveryTime _delivery = new();

    /// <summary>Whether a line begins with the name of a field and a colon.</summary>
    public static bool IsField(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        var name = colon > 0 ? line[..colon].TrimEnd(" \t"u8) : default;
        return !name.IsEmpty && name.IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0;
    }

    /// <summary>The Content-Length of the message that was read last; null when there is none.</summary>
    public long? ContentLength { get; private set; }

    /// <summary>Reads a header.</summary>
    /// <exception cref="FormatException">MimeKit cannot parse it.</exception>
    public MailItem.Message Read(
        MailPosition position,
        Instant? lineDate,
        Stream header,
        CancellationToken cancellationToken
    )
    {
        _parser.SetStream(header, MimeFormat.Entity);
        var fields = _parser.ParseHeaders(cancellationToken);
        var parties = MailParties.Read(fields, own.Contains);
        var messageId = MessageIdOf(fields);
        var sentAt = SentAtOf(fields);
        ContentLength = long.TryParse(
            fields["Content-Length"],
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var length
        )
            ? length
            : null;
        return new MailItem.Message(position)
        {
            MessageId = messageId,
            ConversationId =
                Shortened(FirstIdIn(fields, HeaderId.References) ?? FirstIdIn(fields, HeaderId.InReplyTo) ?? messageId)
                ?? DerivedId(fields, position),
            Writer = parties.From,
            Recipients = parties.To,
            DeliveredAt = _delivery.Of(lineDate, sentAt),
            SentAt = sentAt,
            Direction = parties.Direction,
            AutomaticSign = AutomaticMail.SignOf(fields, own.Contains),
            Subject = TextOf(fields, HeaderId.Subject),
        };
    }

    private static string? TextOf(HeaderList fields, HeaderId id) =>
        fields[id] is { } value && WithoutControls(value) is { Length: > 0 } text ? text : null;

    private static string? MessageIdOf(HeaderList fields) =>
        fields[HeaderId.MessageId] is { } value && MimeUtils.ParseMessageId(value)?.Trim() is { Length: > 0 } id
            ? id
            : null;

    private static string? FirstIdIn(HeaderList fields, HeaderId id) =>
        fields[id] is { } value
            ? MimeUtils.EnumerateReferences(value).FirstOrDefault(reference => !string.IsNullOrWhiteSpace(reference))
            : null;

    private static Instant? SentAtOf(HeaderList fields) =>
        fields[HeaderId.Date] is { } value && DateUtils.TryParse(value, out var date)
            ? Instant.FromDateTimeOffset(date)
            : null;

    // Two deliveries of a message without an id have the same sender, date and subject. Without a date, only the
    // position remains.
    private static string DerivedId(HeaderList fields, MailPosition position)
    {
        if (fields[HeaderId.Date] is not { Length: > 0 } date)
        {
            return $"no-id-at-{position.Offset}";
        }

        return $"no-id-{Digest($"{fields[HeaderId.From]}\n{date}\n{fields[HeaderId.Subject]}")}";
    }

    // An id may be of any length and contain any character. Such ids are hashed.
    private static string? Shortened(string? id) =>
        id is not null && (id.Length > MaxIdLength || id.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            ? $"odd-id-{Digest(id)}"
            : id;

    private static string Digest(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

    // An encoded word can contain a line break.
    private static string WithoutControls(string text) =>
        (text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text).Trim();
}
