using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// The text form of a position: a digest of the query and the position, so that a cursor of another query, or one that
/// was changed, is noticed, and the position.
/// </summary>
internal static class SearchCursor
{
    private const byte Version = 1;
    private const int DigestLength = 8;
    private const int IdLength = 16;
    private const byte HasAt = 1;
    private const byte HasName = 2;

    /// <summary>Version, digest, step, flags, time, id.</summary>
    private const int HeadLength = 1 + DigestLength + 1 + 1 + sizeof(long) + IdLength;

    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    public static string Write(SearchPosition position, ReadOnlySpan<byte> digest)
    {
        var name = Encoding.UTF8.GetBytes(position.Name ?? "");
        var bytes = new byte[HeadLength + name.Length];
        bytes[0] = Version;
        var rest = bytes.AsSpan(1 + DigestLength);
        rest[0] = (byte)position.Step;
        rest[1] = (byte)((position.At is null ? 0 : HasAt) | (position.Name is null ? 0 : HasName));
        BinaryPrimitives.WriteInt64BigEndian(rest[2..], position.At?.ToUnixTimeTicks() ?? 0);
        position.Id.Value.TryWriteBytes(rest[(2 + sizeof(long))..], bigEndian: true, out _);
        name.CopyTo(bytes.AsSpan(HeadLength));
        Seal(bytes, digest).CopyTo(bytes.AsSpan(1));
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The position; null when the text is no cursor, or one of another query.</summary>
    public static SearchPosition? Read(string text, ReadOnlySpan<byte> digest)
    {
        if (!Base64Url.IsValid(text))
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(text);
        if (
            bytes.Length < HeadLength
            || bytes[0] != Version
            || !bytes.AsSpan(1, DigestLength).SequenceEqual(Seal(bytes, digest))
        )
        {
            return null;
        }

        var rest = bytes.AsSpan(1 + DigestLength);
        var (step, flags) = ((SearchStep)rest[0], rest[1]);
        var ticks = BinaryPrimitives.ReadInt64BigEndian(rest[2..]);
        var id = new Guid(rest.Slice(2 + sizeof(long), IdLength), bigEndian: true);
        try
        {
            return Enum.IsDefined(step) && id != Guid.Empty
                ? new SearchPosition
                {
                    Step = step,
                    At = (flags & HasAt) == 0 ? null : Instant.FromUnixTimeTicks(ticks),
                    Name = (flags & HasName) == 0 ? null : Strict.GetString(bytes.AsSpan(HeadLength)),
                    Id = CustomerId.From(id),
                }
                : null;
        }
        catch (ArgumentException)
        {
            return null; // A time out of range, or bytes that are no text.
        }
    }

    /// <summary>A digest of what the pages of one query have in common.</summary>
    public static byte[] DigestOf(ProfileSearchQuery query, ReadOnlySpan<string?> texts)
    {
        var parts = new StringBuilder();
        foreach (var text in texts)
        {
            Add(text);
        }

        Add(query.Order.ToString());
        foreach (
            var time in (Instant?[])
                [query.ChangedSince, query.CreatedSince, query.LastConversationBefore, query.LastConversationSince]
        )
        {
            Add(time?.ToString());
        }

        Add(query.HasPhoto?.ToString());
        Add(query.IsSuppressed?.ToString());
        return SHA256.HashData(Encoding.UTF8.GetBytes(parts.ToString()));

        // NUL is in no folded text.
        void Add(string? part) => parts.Append(part ?? "\u0001").Append('\0');
    }

    /// <summary>The digest of the query and of what follows the digest in the cursor.</summary>
    private static ReadOnlySpan<byte> Seal(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> digest) =>
        SHA256.HashData([.. digest, .. bytes[(1 + DigestLength)..]]).AsSpan(0, DigestLength);
}
