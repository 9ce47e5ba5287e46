using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace CustomerProfiles;

/// <summary>
/// An e-mail address with its display name, as in <c>"Lovelace, Ada" &lt;ada@example.com&gt;</c>.
/// </summary>
/// <remarks>
/// Immutable and safe for any number of threads. <see cref="ToString"/> shows neither name nor local part.
/// </remarks>
internal readonly record struct NamedAddress
{
    private static readonly SearchValues<char> NotInBareAddress = SearchValues.Create("<\"(, \t;");
    private static readonly SearchValues<char> TakesThought = SearchValues.Create("\"(,;:");

    internal NamedAddress(string? displayName, EmailAddress address)
    {
        DisplayName = displayName;
        Address = address;
    }

    /// <summary>The display name as received, without its quotes; null when there was none.</summary>
    public string? DisplayName { get; }

    /// <summary>The address.</summary>
    public EmailAddress Address { get; }

    /// <summary>Whether the field held more addresses. Only the first readable one is read.</summary>
    public bool IsFirstOfSeveral { get; init; }

    /// <summary>Whether the field held text that may be a name and is not in <see cref="DisplayName"/>.</summary>
    public bool NameLeftOut { get; init; }

    /// <summary>Whether only the beginning of the name was read, because it is longer than any name.</summary>
    public bool NameCut { get; init; }

    /// <summary>
    /// Reads the first address of a header field such as From, by the grammar of RFC 5322 with the groups of RFC 6854.
    /// Where the text breaks the grammar, a plain address in it is found all the same. Encoded words (RFC 2047) must be
    /// decoded by the mail parser first.
    /// </summary>
    /// <param name="text">The header field's content, unfolded and decoded; or null.</param>
    /// <param name="named">The first address, or <c>default</c>.</param>
    /// <returns>Whether there is an address.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out NamedAddress named)
    {
        // Fast path: a bare address in normalised form, which is the common case.
        if (EmailAddress.TryTakeNormal(text, out var normal))
        {
            named = new NamedAddress(null, normal);
            return true;
        }

        named = default;
        if (string.IsNullOrEmpty(text) || !text.Contains('@', StringComparison.Ordinal))
        {
            return false;
        }

        if (text.AsSpan().IndexOfAny(NotInBareAddress) < 0 && EmailAddress.TryParse(text, out var bare))
        {
            named = new NamedAddress(null, bare);
            return true;
        }

        return TryParseNameAndBrackets(text, out named) || AddressFieldReader.TryRead(text, out named);
    }

    /// <summary>Only the domain, so that neither name nor address reaches a log by accident.</summary>
    public override string ToString() => Address.ToString();

    /// <summary>
    /// Fast path: a name and an address in brackets, the form of most mail.
    /// </summary>
    private static bool TryParseNameAndBrackets(string text, out NamedAddress named)
    {
        named = default;
        var rest = text.AsSpan().TrimEnd();
        var open = rest.IndexOf('<');
        if (
            open < 0
            || rest.IndexOf('>') != rest.Length - 1
            || rest.ContainsAny(TakesThought)
            || !EmailAddress.TryParse(rest[(open + 1)..^1], out var address)
        )
        {
            return false;
        }

        var name = rest[..open].Trim();
        if (name.Length > AddressFieldReader.LongestName)
        {
            return false;
        }

        named = new NamedAddress(name.IsEmpty ? null : name.ToString(), address);
        return true;
    }
}
