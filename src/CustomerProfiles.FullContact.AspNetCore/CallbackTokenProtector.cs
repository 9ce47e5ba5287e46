using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using CustomerProfiles.Providers;
using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles.FullContact.AspNetCore;

/// <summary>
/// Makes a token of a ticket and a ticket of a token. Nobody without a key can make one, change one, or see what is in
/// it: FullContact learns neither the tenant nor the customer.
/// </summary>
/// <remarks>
/// <para>
/// Base64url of: version (1 byte), nonce (12), what is sealed, tag (16). Sealed by AES-256-GCM, with the version as
/// associated data, are when the token expires, when the question was put, the customer, the lease, and the names of
/// the tenant and the provider.
/// </para>
/// <para>
/// The tag is compared by <see cref="AesGcm"/> itself, in constant time, and nothing is read before. What is compared
/// here is either public or has passed the tag.
/// </para>
/// <para>A singleton, safe for any number of threads.</para>
/// </remarks>
internal sealed class CallbackTokenProtector
{
    /// <summary>The least that a signing key has.</summary>
    public const int MinKeyBytes = 32;

    private const byte Version = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int SealedFrom = 1 + NonceBytes;
    private const int InstantBytes = sizeof(int) + sizeof(long);
    private const int IdBytes = 16;
    private const int FixedBytes = InstantBytes + InstantBytes + IdBytes + IdBytes;
    private const int MaxNameBytes = 400;
    private const int MaxTokenBytes = SealedFrom + FixedBytes + (2 * (sizeof(ushort) + MaxNameBytes)) + TagBytes;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly int MaxTokenLength = Base64Url.GetEncodedLength(MaxTokenBytes);

    private readonly byte[][] _keys;

    public CallbackTokenProtector(IOptions<FullContactWebhookOptions> options)
        : this(options.Value.SigningKeys) { }

    /// <param name="signingKeys">The keys in base64; the first seals, all open.</param>
    public CallbackTokenProtector(IEnumerable<string> signingKeys) => _keys = [.. signingKeys.Select(KeyOf)];

    /// <summary>Makes a token, another one each time.</summary>
    /// <param name="callback">The ticket.</param>
    /// <param name="expiresAt">From when on the token is not accepted any more.</param>
    /// <returns>Letters, digits, hyphens and underscores.</returns>
    public string Protect(CallbackReference callback, Instant expiresAt)
    {
        var tenant = NameBytes(callback.Tenant.Value);
        var provider = NameBytes(callback.Provider);
        var payload = new byte[FixedBytes + (2 * sizeof(ushort)) + tenant.Length + provider.Length];
        var rest = payload.AsSpan();
        Write(expiresAt, ref rest);
        Write(callback.RequestedAt, ref rest);
        Write(callback.CustomerId.Value, ref rest);
        Write(callback.LeaseId, ref rest);
        Write(tenant, ref rest);
        Write(provider, ref rest);

        var token = new byte[SealedFrom + payload.Length + TagBytes];
        token[0] = Version;
        var nonce = token.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);

        // Made for each call, for an instance is not safe for several threads at once.
        using var aes = new AesGcm(_keys[0], TagBytes);
        aes.Encrypt(
            nonce,
            payload,
            token.AsSpan(SealedFrom, payload.Length),
            token.AsSpan(^TagBytes..),
            token.AsSpan(0, 1)
        );
        return Base64Url.EncodeToString(token);
    }

    /// <summary>Reads a token. Never throws, whatever it is.</summary>
    /// <param name="token">The token; null when there is none.</param>
    /// <param name="now">The present.</param>
    /// <param name="callback">The ticket of a good token.</param>
    /// <returns>What the token is.</returns>
    public TokenReading Unprotect(string? token, Instant now, out CallbackReference? callback)
    {
        callback = null;
        if (
            token is null
            || token.Length > MaxTokenLength
            || !TryDecode(token, out var bytes)
            || bytes.Length < SealedFrom + FixedBytes + TagBytes
            || bytes[0] != Version
        )
        {
            return TokenReading.Unknown;
        }

        var payload = new byte[bytes.Length - SealedFrom - TagBytes];
        if (
            !_keys.Any(key => TryDecrypt(key, bytes, payload))
            || !TryReadPayload(payload, out var expiresAt, out var callbackToken)
        )
        {
            return TokenReading.Unknown;
        }

        if (now >= expiresAt)
        {
            return TokenReading.Expired;
        }

        callback = callbackToken;
        return TokenReading.Good;
    }

    // A key of its own for this purpose, so that the host may use its secret elsewhere too.
    private static byte[] KeyOf(string signingKey) =>
        HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            Convert.FromBase64String(signingKey),
            outputLength: 32,
            info: "CustomerProfiles.FullContact callback token 1"u8.ToArray()
        );

    private static bool TryDecode(string token, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (!Base64Url.IsValid(token))
        {
            return false;
        }

        bytes = Base64Url.DecodeFromChars(token);

        // The decoder forgives padding, blanks and spare bits. One ticket in one sealing has one spelling.
        return string.Equals(Base64Url.EncodeToString(bytes), token, StringComparison.Ordinal);
    }

    private static bool TryDecrypt(byte[] key, byte[] token, byte[] payload)
    {
        using var aes = new AesGcm(key, TagBytes);
        try
        {
            aes.Decrypt(
                token.AsSpan(1, NonceBytes),
                token.AsSpan(SealedFrom, payload.Length),
                token.AsSpan(^TagBytes..),
                payload,
                token.AsSpan(0, 1)
            );
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private static bool TryReadPayload(
        ReadOnlySpan<byte> payload,
        out Instant expiresAt,
        [NotNullWhen(true)] out CallbackReference? callback
    )
    {
        try
        {
            expiresAt = ReadInstant(ref payload);
            var requestedAt = ReadInstant(ref payload);
            var customer = CustomerId.From(ReadId(ref payload));
            var lease = ReadId(ref payload);
            var tenant = new TenantId(ReadName(ref payload));
            callback = new CallbackReference(tenant, customer, ReadName(ref payload), lease, requestedAt);
            return payload.IsEmpty;
        }
        catch (Exception unfit) when (unfit is ArgumentException or OverflowException)
        {
            // It passed the tag, so a host of ours made it, but one with other ideas of what a ticket holds.
            expiresAt = default;
            callback = null;
            return false;
        }
    }

    private static byte[] NameBytes(string name)
    {
        var bytes = Utf8.GetBytes(name);
        return bytes.Length <= MaxNameBytes
            ? bytes
            : throw new ArgumentException(
                $"A name in a ticket has at most {MaxNameBytes} bytes; this one has {bytes.Length}.",
                nameof(name)
            );
    }

    // Days and nanoseconds since 1970: an instant is finer than any one number that NodaTime gives for it.
    private static void Write(Instant instant, ref Span<byte> rest)
    {
        var since = instant - NodaConstants.UnixEpoch;
        BinaryPrimitives.WriteInt32BigEndian(rest, since.Days);
        BinaryPrimitives.WriteInt64BigEndian(rest[sizeof(int)..], since.NanosecondOfDay);
        rest = rest[InstantBytes..];
    }

    private static void Write(Guid id, ref Span<byte> rest)
    {
        id.TryWriteBytes(rest, bigEndian: true, out _);
        rest = rest[IdBytes..];
    }

    private static void Write(byte[] name, ref Span<byte> rest)
    {
        BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)name.Length);
        name.CopyTo(rest[sizeof(ushort)..]);
        rest = rest[(sizeof(ushort) + name.Length)..];
    }

    private static Instant ReadInstant(ref ReadOnlySpan<byte> rest)
    {
        var days = BinaryPrimitives.ReadInt32BigEndian(rest);
        var nanoseconds = BinaryPrimitives.ReadInt64BigEndian(rest[sizeof(int)..]);
        rest = rest[InstantBytes..];
        return NodaConstants.UnixEpoch + Duration.FromDays(days) + Duration.FromNanoseconds(nanoseconds);
    }

    private static Guid ReadId(ref ReadOnlySpan<byte> rest)
    {
        var id = new Guid(rest[..IdBytes], bigEndian: true);
        rest = rest[IdBytes..];
        return id;
    }

    private static string ReadName(ref ReadOnlySpan<byte> rest)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(rest);
        var name = Utf8.GetString(rest.Slice(sizeof(ushort), length));
        rest = rest[(sizeof(ushort) + length)..];
        return name;
    }
}
