using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MimeKit;
using MimeKit.Utils;
using NodaTime;

namespace CustomerProfiles.Sample.Mail;

/// <summary>
/// Makes a <see cref="MailItem.Message"/> of a header. MimeKit reads the fields; here is decided what they mean.
/// </summary>
/// <remarks>Not safe for concurrent use.</remarks>
internal sealed class MessageHeader(OwnAddresses own)
{
    private const int LongestId = 500;

    // One parser for all headers: a new one would bring a new buffer each time.
    private readonly MimeParser _parser = new(Stream.Null, MimeFormat.Entity);
    private readonly DeliveryTime _delivery = new();

    /// <summary>Whether a line has a field's name and a colon, which is all that a header must begin with.</summary>
    public static bool IsField(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        var name = colon > 0 ? line[..colon].TrimEnd(" \t"u8) : default;
        return !name.IsEmpty && name.IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0;
    }

    /// <summary>How long the body is, by its own account; null when it gives none.</summary>
    public long? ContentLength { get; private set; }

    /// <summary>Reads a header.</summary>
    /// <exception cref="FormatException">MimeKit can make nothing of it.</exception>
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

    // A message without any id is the same message when it comes again: same sender, same second, same subject. Only
    // without a date there is nothing to go by but its place.
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
        id is not null && (id.Length > LongestId || id.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            ? $"odd-id-{Digest(id)}"
            : id;

    private static string Digest(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

    // An encoded word can hide a line break, which must not come back as one.
    private static string WithoutControls(string text) =>
        (text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text).Trim();
}
