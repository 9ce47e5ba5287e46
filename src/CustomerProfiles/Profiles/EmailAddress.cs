using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>
/// An e-mail address: as it was received, and in the one form that is compared. Two addresses are equal when their
/// normalised forms are.
/// </summary>
/// <remarks>
/// <para>
/// Normalised means: Unicode NFC, lower case by the invariant culture, the domain in ASCII (IDNA), no dot at the
/// domain's end, no quotes around a local part that needs none. Plus-tags and dots stay, because they may lead to
/// another person; a host can opt in to folding plus-tags for the domains that it knows
/// (<c>CustomerProfilesOptions.FoldPlusTagsFor</c>).
/// </para>
/// <para>
/// Characters that cannot be seen (zero-width spaces, byte order and direction marks, soft hyphens) are left out, in
/// both halves and of <see cref="Value"/> too: they come with copied text. Joiners stay where a script needs them, as
/// in Persian.
/// </para>
/// <para>
/// Lower-casing the local part goes beyond RFC 5321, section 2.4, which leaves its case to the receiving host. No mail
/// provider in wide use tells two people apart by case alone, and every help desk that did had duplicates.
/// </para>
/// <para>
/// Immutable and safe for any number of threads. <see cref="ToString"/> never shows the local part, so that an address
/// does not reach a log by accident: a Razor page that writes <c>@address</c> shows <c>*@example.com</c>. Show
/// <see cref="Value"/>, as in <c>@address.Value</c>. In JSON the address is a string, <see cref="Value"/>.
/// </para>
/// </remarks>
[JsonConverter(typeof(PlainTextJsonConverter<EmailAddress>))]
public readonly struct EmailAddress : IEquatable<EmailAddress>, IParsable<EmailAddress>, IPlainText
{
    /// <summary>
    /// The longest address that is accepted, in characters: 64 before the at sign and 255 after it (RFC 5321, section
    /// 4.5.3.1).
    /// </summary>
    public const int MaxLength = 320;

    private const int MaxDomainLength = 253;
    private const int MaxLabelLength = 63;

    // RFC 5322, section 3.2.3 (atext) and the dot. Dots may be anywhere: addresses that break the dot rule exist and
    // receive mail.
    private const string LocalPartPunctuation = ".!#$%&'*+-/=?^_`{|}~";
    private const string Digits = "0123456789";
    private const string SmallLetters = "abcdefghijklmnopqrstuvwxyz";
    private const string CapitalLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private static readonly SearchValues<char> LocalPartAscii = SearchValues.Create(
        SmallLetters + CapitalLetters + Digits + LocalPartPunctuation
    );
    private static readonly SearchValues<char> NormalLocalPart = SearchValues.Create(
        SmallLetters + Digits + LocalPartPunctuation
    );
    private static readonly SearchValues<char> NormalDomain = SearchValues.Create(SmallLetters + Digits + ".-_");

    private EmailAddress(string value, string normalized)
    {
        Value = value;
        Normalized = normalized;
    }

    /// <summary>
    /// The address as received, without surrounding blanks or angle brackets, and without what cannot be seen. Null
    /// only in <c>default(EmailAddress)</c>.
    /// </summary>
    public string Value { get; }

    /// <summary>
    /// The form that is compared and stored as a key. The same string as <see cref="Value"/> when that is normal
    /// already.
    /// </summary>
    public string Normalized { get; }

    /// <summary>The domain in its normalised form.</summary>
    public string Domain => Normalized[(Normalized.LastIndexOf('@') + 1)..];

    /// <summary>The local part in its normalised form.</summary>
    internal ReadOnlySpan<char> LocalPart => Normalized.AsSpan(0, Normalized.LastIndexOf('@'));

    /// <summary>The domain in Unicode; null when its normalised form is the only one.</summary>
    internal string? UnicodeDomain
    {
        get
        {
            var domain = Domain;
            if (!domain.Contains("xn--", StringComparison.Ordinal))
            {
                return null;
            }

            try
            {
                var unicode = new IdnMapping().GetUnicode(domain);
                return string.Equals(unicode, domain, StringComparison.Ordinal) ? null : unicode;
            }
            catch (ArgumentException)
            {
                return null; // A store may hold what another version took.
            }
        }
    }

    string? IPlainText.Text => Value;

    static EmailAddress IParsable<EmailAddress>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<EmailAddress>.TryParse(
        [NotNullWhen(true)] string? s,
        IFormatProvider? provider,
        out EmailAddress result
    ) => TryParse(s, out result);

    /// <summary>
    /// Reads a bare address, such as <c>ada@example.com</c>; for one with a display name see
    /// <see cref="NamedAddress"/>.
    /// </summary>
    /// <param name="text">The address, or null.</param>
    /// <param name="address">The address, or <c>default</c>.</param>
    /// <returns>Whether <paramref name="text"/> is an address.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out EmailAddress address)
    {
        if (string.IsNullOrEmpty(text))
        {
            address = default;
            return false;
        }

        return TryParse(text, text, out address);
    }

    /// <summary>
    /// Fast path: accepts text that is a bare address in normalised form, as most are. Anything else takes the full
    /// parser.
    /// </summary>
    internal static bool TryTakeNormal([NotNullWhen(true)] string? text, out EmailAddress address)
    {
        var at = text is { Length: <= MaxLength } ? text.LastIndexOf('@') : -1;
        var isNormal = at > 0 && at < text!.Length - 1 && IsNormalAlready(text, at);
        address = isNormal ? new EmailAddress(text!, text!) : default;
        return isNormal;
    }

    /// <summary>Reads a bare address out of a longer text.</summary>
    internal static bool TryParse(ReadOnlySpan<char> text, out EmailAddress address) =>
        TryParse(text, whole: null, out address);

    private static bool TryParse(ReadOnlySpan<char> text, string? whole, out EmailAddress address)
    {
        address = default;
        var value = text.Trim();
        if (value.Length > 2 && value[0] == '<' && value[^1] == '>')
        {
            value = value[1..^1].Trim();
        }

        var at = value.LastIndexOf('@');
        if (at > 0 && at < value.Length - 1 && value.Length <= MaxLength && IsNormalAlready(value, at))
        {
            var same = AsString(value, whole);
            address = new EmailAddress(same, same);
            return true;
        }

        // Invisible characters are not part of an address. Twice the length leaves room for them, and bounds the
        // work.
        if (
            value.Length <= 2 * MaxLength
            && InvisibleText.IsInAddress(value)
            && InvisibleText.RemoveFromAddress(value) is var visible
            && visible.Length < value.Length
        )
        {
            return TryParse(visible, visible, out address);
        }

        if (at <= 0 || at == value.Length - 1 || value.Length > MaxLength)
        {
            return false;
        }

        if (
            NormalizeLocalPart(value[..at]) is not { Length: > 0 } localPart
            || NormalizeDomain(value[(at + 1)..]) is not { } domain
        )
        {
            return false;
        }

        if (localPart.Length + 1 + domain.Length > MaxLength)
        {
            return false;
        }

        var raw = AsString(value, whole);
        var normalized = $"{localPart}@{domain}";
        address = new EmailAddress(raw, string.Equals(raw, normalized, StringComparison.Ordinal) ? raw : normalized);
        return true;
    }

    private static string AsString(ReadOnlySpan<char> value, string? whole) =>
        value.Length == whole?.Length ? whole : value.ToString();

    /// <summary>Reads a bare address that the caller knows to be one.</summary>
    /// <param name="text">The address.</param>
    /// <returns>The address.</returns>
    /// <exception cref="ArgumentException"><paramref name="text"/> is not an address. The message does not repeat
    /// it.</exception>
    public static EmailAddress Parse(string text) =>
        TryParse(text, out var address)
            ? address
            : throw new ArgumentException(
                "This is not an e-mail address; use TryParse for text that may not be one.",
                nameof(text)
            );

    /// <summary>A domain that the host has set, in the form of <see cref="Domain"/>.</summary>
    internal static string NormalizedDomain(string domain) => Parse($"x@{domain}").Domain;

    /// <summary>An address as a store kept it.</summary>
    /// <param name="value">What <see cref="Value"/> was.</param>
    /// <param name="normalized">What <see cref="Normalized"/> was; it is not normalised again, because the
    /// host may have folded a plus-tag away.</param>
    /// <returns>The address.</returns>
    /// <exception cref="ArgumentException">A part is empty, or the normalised form has no at sign.</exception>
    public static EmailAddress FromStore(string value, string normalized)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        ArgumentException.ThrowIfNullOrEmpty(normalized);
        return normalized.Contains('@', StringComparison.Ordinal)
            ? new EmailAddress(value, normalized)
            : throw new ArgumentException(
                "The normalised form of an address has an at sign; pass what Normalized was.",
                nameof(normalized)
            );
    }

    /// <summary>
    /// The same address with the plus-tag folded away in the form that is compared; the value stays as received.
    /// </summary>
    internal EmailAddress WithoutPlusTag()
    {
        // Within quotes a plus sign is not a tag, and cutting there would leave half of the quotes.
        var plus = LocalPart.IndexOf('+');
        return plus <= 0 || LocalPart[0] == '"'
            ? this
            : new EmailAddress(
                Value,
                string.Concat(Normalized.AsSpan(0, plus), Normalized.AsSpan(Normalized.LastIndexOf('@')))
            );
    }

    /// <inheritdoc/>
    public bool Equals(EmailAddress other) => string.Equals(Normalized, other.Normalized, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is EmailAddress other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Normalized?.GetHashCode(StringComparison.Ordinal) ?? 0;

    /// <summary>Whether two addresses have the same normalised form.</summary>
    public static bool operator ==(EmailAddress left, EmailAddress right) => left.Equals(right);

    /// <summary>Whether two addresses have different normalised forms.</summary>
    public static bool operator !=(EmailAddress left, EmailAddress right) => !left.Equals(right);

    /// <summary>
    /// Only the domain, as in <c>*@example.com</c>, so that an address never reaches a log by accident.
    /// </summary>
    public override string ToString() => Normalized is null ? "" : $"*@{Domain}";

    /// <summary>Fast path: nearly every address is in normalised form already. Allocates nothing.</summary>
    private static bool IsNormalAlready(ReadOnlySpan<char> value, int at)
    {
        var domain = value[(at + 1)..];

        // A domain with an ASCII-encoded label takes the slow path, which validates the encoding.
        return !value[..at].ContainsAnyExcept(NormalLocalPart)
            && !domain.ContainsAnyExcept(NormalDomain)
            && HasFitLabels(domain)
            && !domain.Contains("xn--", StringComparison.Ordinal);
    }

    private static string? NormalizeLocalPart(ReadOnlySpan<char> local)
    {
        var quoted = local.Length >= 2 && local[0] == '"' && local[^1] == '"';
        if (!quoted)
        {
            return IsAtoms(local) ? Fold(local.ToString()) : null;
        }

        var content = new StringBuilder(local.Length);
        for (var i = 1; i < local.Length - 1; i++)
        {
            var c = local[i];
            if (c == '\\')
            {
                if (++i == local.Length - 1)
                {
                    return null;
                }

                c = local[i];
            }
            else if (c == '"')
            {
                return null;
            }

            content.Append(c);
        }

        var text = content.ToString();
        if (text.Length == 0 || PlainText.IndexOfUnfit(text, lines: false) >= 0)
        {
            return null;
        }

        text = Fold(text);
        if (IsAtoms(text))
        {
            return text;
        }

        var escaped = text.Replace("\\", @"\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal);
        return $"\"{escaped}\"";
    }

    private static bool IsAtoms(ReadOnlySpan<char> local)
    {
        while (!local.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(local, out var rune, out var consumed) != OperationStatus.Done)
            {
                return false;
            }

            var fits = rune.IsAscii
                ? LocalPartAscii.Contains((char)rune.Value)
                : rune.Value is 0x200c or 0x200d // Joiners: only those that a script needs are left.
                    || Rune.GetUnicodeCategory(rune)
                        is not (
                            UnicodeCategory.Control
                            or UnicodeCategory.Format
                            or UnicodeCategory.SpaceSeparator
                            or UnicodeCategory.LineSeparator
                            or UnicodeCategory.ParagraphSeparator
                            or UnicodeCategory.PrivateUse
                            or UnicodeCategory.OtherNotAssigned
                        );
            if (!fits)
            {
                return false;
            }

            local = local[consumed..];
        }

        return true;
    }

    // By way of upper case, because two small letters may share one capital: a final sigma and a sigma are the same
    // letter in an address in capitals. Changing case can denormalise, and normalising can produce a capital, so both
    // are repeated until nothing changes.
    private static string Fold(string text)
    {
        for (var round = 0; round < 4; round++)
        {
            var folded = text.Normalize(NormalizationForm.FormC).ToUpperInvariant().ToLowerInvariant();
            if (string.Equals(folded, text, StringComparison.Ordinal))
            {
                break;
            }

            text = folded;
        }

        return text;
    }

    private static string? NormalizeDomain(ReadOnlySpan<char> domain)
    {
        if (domain[0] == '[' && domain[^1] == ']')
        {
            return NormalizeLiteral(domain[1..^1]);
        }

        if (domain[^1] == '.')
        {
            domain = domain[..^1];
        }

        if (domain.IsEmpty)
        {
            return null;
        }

        var ascii = domain.ToString();
        if (!System.Text.Ascii.IsValid(domain) || domain.Contains("xn--", StringComparison.OrdinalIgnoreCase))
        {
            try
            {
                // To Unicode and back, so that every spelling of the domain ends in one form.
                var idn = new IdnMapping();
                ascii = idn.GetAscii(idn.GetUnicode(idn.GetAscii(ascii)));
            }
            catch (ArgumentException)
            {
                return null;
            }
        }

        ascii = ascii.ToLowerInvariant();
        foreach (var c in ascii)
        {
            if (!(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
            {
                return null;
            }
        }

        return HasFitLabels(ascii) ? ascii : null;
    }

    private static string? NormalizeLiteral(ReadOnlySpan<char> literal)
    {
        const string v6 = "IPv6:";
        var isV6 = literal.StartsWith(v6, StringComparison.OrdinalIgnoreCase);
        if (
            !IPAddress.TryParse(isV6 ? literal[v6.Length..] : literal, out var ip)
            || (ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6) != isV6
        )
        {
            return null;
        }

        return isV6 ? $"[ipv6:{ip.ToString().ToLowerInvariant()}]" : $"[{ip}]";
    }

    private static bool HasFitLabels(ReadOnlySpan<char> domain)
    {
        if (domain.IsEmpty || domain.Length > MaxDomainLength)
        {
            return false;
        }

        while (true)
        {
            var dot = domain.IndexOf('.');
            var label = dot < 0 ? domain : domain[..dot];
            if (label.IsEmpty || label.Length > MaxLabelLength || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }

            if (dot < 0)
            {
                return true;
            }

            domain = domain[(dot + 1)..];
        }
    }
}
