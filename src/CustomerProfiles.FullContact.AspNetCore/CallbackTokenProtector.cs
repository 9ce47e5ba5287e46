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
/// Protects a <see cref="CallbackReference"/> as a token. Nobody without a key can create, change or read one:
/// FullContact learns neither the tenant nor the customer.
/// </summary>
/// <remarks>
/// <para>
/// Base64url of: version (1 byte), nonce (12), ciphertext, tag (16). AES-256-GCM, with the version as associated data,
/// encrypts the expiry of the token, the time of the request, the customer, the lease, and the names of the tenant and
/// the provider.
/// </para>
/// <para>
/// <see cref="AesGcm"/> compares the tag in constant time before anything is read. Whatever this class compares is
/// public or has passed the tag.
/// </para>
/// <para>A singleton, safe for any number of threads.</para>
/// </remarks>
internal sealed class CallbackTokenProtector
{
    /// <summary>The minimal length of a signing key.</summary>
    public const int MinKeyBytes = 32;

    private const byte Version = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int PayloadStart = 1 + NonceBytes;
    private const int InstantBytes = sizeof(int) + sizeof(long);
    private const int IdBytes = 16;
    private const int FixedBytes = InstantBytes + InstantBytes + IdBytes + IdBytes;
    private const int MaxNameBytes = 400;
    private const int MaxTokenBytes = PayloadStart + FixedBytes + (2 * (sizeof(ushort) + MaxNameBytes)) + TagBytes;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly int MaxTokenLength = Base64Url.GetEncodedLength(MaxTokenBytes);

    private readonly byte[][] _keys;

    public CallbackTokenProtector(IOptions<FullContactWebhookOptions> options)
        : this(options.Value.SigningKeys) { }

    /// <param name="signingKeys">The keys in base64. The first one protects, all of them unprotect.</param>
    public CallbackTokenProtector(IEnumerable<string> signingKeys) => _keys = [.. signingKeys.Select(KeyOf)];

    /// <summary>Creates a token, a different one each time.</summary>
    /// <param name="callback">The reference.</param>
    /// <param name="expiresAt">The time from which the token is no longer accepted.</param>
    /// <returns>The token, of letters, digits, hyphens and underscores.</returns>
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

        var token = new byte[PayloadStart + payload.Length + TagBytes];
        token[0] = Version;
        var nonce = token.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);

        // Created for each call, because an instance is not thread-safe.
        using var aes = new AesGcm(_keys[0], TagBytes);
        aes.Encrypt(
            nonce,
            payload,
            token.AsSpan(PayloadStart, payload.Length),
            token.AsSpan(^TagBytes..),
            token.AsSpan(0, 1)
        );
        return Base64Url.EncodeToString(token);
    }

    /// <summary>Reads a token. Never throws.</summary>
    /// <param name="token">The token; null when there is none.</param>
    /// <param name="now">The current time.</param>
    /// <param name="callback">The reference of a valid token.</param>
    /// <returns>Whether the token is valid.</returns>
    public TokenReading Unprotect(string? token, Instant now, out CallbackReference? callback)
    {
        callback = null;
        if (
            token is null
            || token.Length > MaxTokenLength
            || !TryDecode(token, out var bytes)
            || bytes.Length < PayloadStart + FixedBytes + TagBytes
            || bytes[0] != Version
        )
        {
            return TokenReading.Unknown;
        }

        var payload = new byte[bytes.Length - PayloadStart - TagBytes];
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

    // A derived key for this purpose, so that the host may use its secret elsewhere too.
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

        // The decoder accepts padding, blanks and spare bits. Only one spelling of a token is valid.
        return string.Equals(Base64Url.EncodeToString(bytes), token, StringComparison.Ordinal);
    }

    private static bool TryDecrypt(byte[] key, byte[] token, byte[] payload)
    {
        using var aes = new AesGcm(key, TagBytes);
        try
        {
            aes.Decrypt(
                token.AsSpan(1, NonceBytes),
                token.AsSpan(PayloadStart, payload.Length),
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
            // A host with the same key made it, but another version with another payload.
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
                $"A name in a token has at most {MaxNameBytes} bytes; this one has {bytes.Length}.",
                nameof(name)
            );
    }

    // Days and nanoseconds since 1970, because no single number of NodaTime has the precision of an Instant.
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
