using System.Buffers;

namespace CustomerProfiles.FullContact;

/// <summary>
/// Web addresses and account names as FullContact writes them: with a scheme, without one, or as "@ada".
/// </summary>
internal static class Links
{
    private const int MaxHandle = 100;

    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private static readonly SearchValues<char> AsciiLetters = SearchValues.Create(Letters);
    private static readonly SearchValues<char> AsciiLettersAndDigits = SearchValues.Create(Letters + "0123456789");
    private static readonly SearchValues<char> HostCharacters = SearchValues.Create(Letters + "0123456789-.");
    private static readonly SearchValues<char> HandleCharacters = SearchValues.Create(Letters + "0123456789-._");

    // Characters that an address in a profile may not contain: the profile would leave out the whole address.
    private static readonly SearchValues<char> UnfitForAddresses = SearchValues.Create([
        .. Enumerable.Range(0, 0xa0).Select(unit => (char)unit).Where(char.IsControl),
        .. "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff",
    ]);

    /// <summary>The http or https address that a text is, with or without its scheme.</summary>
    public static Uri? Address(string? text) =>
        text is null ? null
        : HasScheme(text) ? WebAddress(text)
        : WithoutScheme(text);

    /// <summary>The address of a photo, which must have its scheme and fit into a profile.</summary>
    public static Uri? PhotoAddress(string? text, int longest) =>
        text is not null
        && text.StartsWith("http", StringComparison.OrdinalIgnoreCase)
        && text.Length <= longest
        && text.AsSpan().IndexOfAny(UnfitForAddresses) < 0
            ? WebAddress(text)
            : null;

    /// <summary>
    /// The address that a text is where it may be an account name as well: "j.smith" is a name, "j.smith.example.com"
    /// and "example.com/j.smith" are addresses.
    /// </summary>
    public static Uri? ShortcutAddress(string text) =>
        HasScheme(text) || text.Contains('/') || text.AsSpan().Count('.') > 1 ? Address(text) : null;

    /// <summary>Whether a text names an account, by its address or its name.</summary>
    public static bool IsAccount(string text) =>
        HasScheme(text) || WithoutScheme(text) is not null || Handle(text) is not null;

    /// <summary>
    /// The name of an account, with or without the "@" before it. Null for anything else, such as an address, a
    /// sentence or "n/a".
    /// </summary>
    public static string? Handle(string text)
    {
        var handle = text.AsSpan().TrimStart('@');
        var hasAtSign = handle.Length == text.Length - 1;
        return
            (hasAtSign || (handle.Length == text.Length && !IsPlaceholder(handle)))
            && handle.Length is > 0 and <= MaxHandle
            && !handle.ContainsAnyExcept(HandleCharacters)
            && handle.ContainsAny(AsciiLettersAndDigits)
            ? handle.ToString()
            : null;
    }

    private static bool IsPlaceholder(ReadOnlySpan<char> text) =>
        text.Equals("null", StringComparison.OrdinalIgnoreCase)
        || text.Equals("none", StringComparison.OrdinalIgnoreCase)
        || text.Equals("unknown", StringComparison.OrdinalIgnoreCase)
        || text.Equals("undefined", StringComparison.OrdinalIgnoreCase);

    private static bool HasScheme(string text) =>
        text.StartsWith("http", StringComparison.OrdinalIgnoreCase) && text.Contains("://", StringComparison.Ordinal);

    /// <summary>
    /// An absolute http or https address. One with a user name before the host is left out: it makes a link look like a
    /// different one, and an agent would follow it.
    /// </summary>
    private static Uri? WebAddress(string link) =>
        Uri.TryCreate(link, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
        && !(link.Contains('@') && address.UserInfo.Length > 0)
            ? address
            : null;

    /// <summary>
    /// "twitter.com/ada" and "//twitter.com/ada" as https. The text must begin with a public host name, so an e-mail
    /// address, a file name or a sentence is none.
    /// </summary>
    private static Uri? WithoutScheme(string text)
    {
        var rest = text.AsSpan();
        if (rest.StartsWith("//"))
        {
            rest = rest[2..];
        }

        var end = rest.IndexOfAny('/', '?', '#');
        var host = end < 0 ? rest : rest[..end];
        var lastDot = host.LastIndexOf('.');
        return
            lastDot > 0
            && host.Length - lastDot > 2
            && host.Length <= 253
            && !host.ContainsAnyExcept(HostCharacters)
            && !host.Contains("..", StringComparison.Ordinal)
            && char.IsAsciiLetterOrDigit(host[0])
            && !host[(lastDot + 1)..].ContainsAnyExcept(AsciiLetters)
            && rest.IndexOfAny(UnfitForAddresses) < 0
            && !rest.Contains(' ')
            ? WebAddress($"https://{rest}")
            : null;
    }
}
