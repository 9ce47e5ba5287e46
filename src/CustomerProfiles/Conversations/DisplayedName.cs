namespace CustomerProfiles;

/// <summary>
/// Extracts a person's name from a display name as mail programs write it: without quotes around it, and without the
/// address.
/// </summary>
internal static class DisplayedName
{
    private const int MaxLayers = 4;

    /// <summary>The name.</summary>
    /// <param name="text">The display name, fit and trimmed.</param>
    /// <param name="own">The address beside it; null for another channel than e-mail.</param>
    /// <param name="addresses">The settings for addresses.</param>
    /// <returns>The name; null when it is an address, or has the address of somebody else in brackets.</returns>
    public static string? Of(string text, EmailAddress? own, EmailAddresses addresses)
    {
        var name = WithoutQuotes(text);
        if (IsAddress(name))
        {
            return null;
        }

        // Some programs write the whole sender as the name: "Ada Lovelace <ada@example.com>".
        if (
            name is [.., '>']
            && name.LastIndexOf('<') is >= 0 and var open
            && AddressFieldReader.TryReadAddress(name[(open + 1)..^1], withBlanks: false, out var address)
        )
        {
            if (own is not { } known || addresses.Fold(address) != known)
            {
                return null;
            }

            name = WithoutQuotes(name[..open].Trim());
            if (IsAddress(name))
            {
                return null;
            }
        }

        return name.Length == text.Length ? text : name.ToString();
    }

    private static bool IsAddress(ReadOnlySpan<char> name) =>
        name.Contains('@') && AddressFieldReader.TryReadAddress(name, withBlanks: false, out _);

    private static ReadOnlySpan<char> WithoutQuotes(ReadOnlySpan<char> name)
    {
        for (
            var layer = 0;
            layer < MaxLayers && name.Length > 1 && IsPair(name[0], name[^1]) && IsOnePair(name);
            layer++
        )
        {
            name = name[1..^1].Trim();
        }

        return name;
    }

    private static bool IsPair(char first, char last) =>
        (first, last)
            is
                ('"', '"')
                or
                ('\'', '\'')
                or
                ('`', '`')
                or
                ('`', '\'')
                or
                ('\u00b4', '\u00b4')
                or
                ('\u2018', '\u2019')
                or
                ('\u2019', '\u2019')
                or
                ('\u201a', '\u2018')
                or
                ('\u201c', '\u201d')
                or
                ('\u201d', '\u201d')
                or
                ('\u201e', '\u201c')
                or
                ('\u201e', '\u201d')
                or
                ('\u00ab', '\u00bb')
                or
                ('\u00bb', '\u00ab')
                or
                ('\u2039', '\u203a')
                or
                ('\u203a', '\u2039');

    /// <summary>
    /// Whether the first quote is closed by the last one, and not before, as in <c>"Ada" or "Augusta"</c>. One between
    /// letters is an apostrophe.
    /// </summary>
    private static bool IsOnePair(ReadOnlySpan<char> name)
    {
        var closing = name[^1];
        for (var i = 1; i < name.Length - 1; i++)
        {
            if (name[i] != closing || (char.IsLetter(name[i - 1]) && char.IsLetter(name[i + 1])))
            {
                continue;
            }

            // After a space it opens quotes within the name: "Ada "the Countess" Lovelace".
            return char.IsWhiteSpace(name[i - 1]) || name[i - 1] == '\\';
        }

        return true;
    }
}
