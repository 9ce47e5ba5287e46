namespace CustomerProfiles;

/// <summary>
/// How profiles are found: by name, company, e-mail address, telephone number, postal address, chat account, id in a
/// system of the host, and the custom properties that the host defines as searchable
/// in <c>CustomerProfilesOptions.Properties</c>; never by notes.
/// </summary>
/// <remarks>
/// <para>
/// A profile is found when it has every word of the text, anywhere within a word. A word in which no three letters or
/// digits stand together, such as one of two letters or of signs, is found at the beginning of words only. In scripts
/// that do not divide words, such as Han, kana and Hangul, a word begins at every letter. Case, accents, ligatures, the
/// width of letters, the script of digits, and the shape of apostrophes, quotes and dashes do not matter, so that
/// "francois" finds François, "STRASSER" finds Straßer, and "O'Brien" finds O’Brien. An address is found by both forms
/// of its domain. Words of digits, plus, hyphen, dot, slash and brackets that follow each other are read as one
/// telephone number as well, and found by its last digits, at most eight, however the number is spelled.
/// </para>
/// <para>
/// Store authors keep <see cref="KeysOf"/> beside the profile and compare by code points what <see cref="Read"/> makes
/// of a query; then every store finds the same. Everything here is pure: the same arguments give the same result on
/// every host.
/// </para>
/// </remarks>
public static class ProfileSearch
{
    /// <summary>The most words of a query that count.</summary>
    public const int MaxTerms = 10;

    /// <summary>The most UTF-16 code units of a query that count.</summary>
    public const int MaxQueryLength = 1_000;

    /// <summary>The most UTF-16 code units of a name that count for the order.</summary>
    public const int MaxNameLength = 200;

    /// <summary>The most UTF-16 code units of a company or of a custom property that a filter compares.</summary>
    public const int MaxValueLength = 200;

    /// <summary>What a store keeps beside a profile to find it.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="properties">The custom properties by which profiles are found.</param>
    /// <returns>The keys; the same for the same profile and properties, on every host.</returns>
    public static SearchKeys KeysOf(CustomerProfile profile, SearchableProperties properties)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(properties);
        return SearchKeysBuilder.Build(profile, properties);
    }

    /// <summary>Reads a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="properties">The custom properties by which profiles are found.</param>
    /// <returns>What the query asks for, folded.</returns>
    /// <exception cref="ArgumentException"><see cref="ProfileSearchQuery.After"/> is not from a page of this query, or
    /// the filter of a property is neither a value nor a range that the property can have.</exception>
    public static SearchCriteria Read(ProfileSearchQuery query, SearchableProperties properties)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(properties);
        return new SearchCriteria(query, query.After, properties);
    }

    /// <summary>Reads a query to count what it finds, whatever its <see cref="ProfileSearchQuery.After"/> is.</summary>
    /// <param name="query">The query.</param>
    /// <param name="properties">The custom properties by which profiles are found.</param>
    /// <returns>The same as <see cref="Read"/> for the first page.</returns>
    /// <exception cref="ArgumentException">The filter of a property is neither a value nor a range that the property
    /// can have.</exception>
    public static SearchCriteria ReadForCount(ProfileSearchQuery query, SearchableProperties properties)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(properties);
        return new SearchCriteria(query, after: null, properties);
    }

    /// <summary>
    /// Compares names, or other folded text, by their code points, as their UTF-8 bytes compare.
    /// </summary>
    /// <param name="one">A text.</param>
    /// <param name="other">Another.</param>
    /// <returns>Below zero, zero or above zero, as <paramref name="one"/> comes before, with or after the
    /// other.</returns>
    public static int CompareText(string one, string other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        var same = one.AsSpan().CommonPrefixLength(other);
        if (same == one.Length || same == other.Length)
        {
            return one.Length.CompareTo(other.Length);
        }

        // Surrogates stand for code points above all other code units, although some of those are greater.
        var (a, b) = (one[same], other[same]);
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b)
            : char.IsSurrogate(a) ? 1
            : -1;
    }
}
