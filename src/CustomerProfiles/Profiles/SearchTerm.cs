namespace CustomerProfiles;

/// <summary>
/// One word of a query. A profile has it when <see cref="SearchKeys.Text"/> contains <see cref="Text"/> and, where
/// there is a <see cref="Beginning"/>, <see cref="SearchKeys.Prefixes"/> holds that; or, where there are
/// <see cref="Digits"/>, when <see cref="SearchKeys.Text"/> contains those.
/// </summary>
/// <remarks>Immutable. <see cref="ToString"/> does not show the text.</remarks>
public sealed class SearchTerm
{
    internal SearchTerm() { }

    /// <summary>The folded word, without white space; never empty.</summary>
    public required string Text { get; init; }

    /// <summary>
    /// With what some word of the profile must begin: the first two Unicode code points of <see cref="Text"/>, or its
    /// only one. Null for a word in which three letters or digits stand together, which is found anywhere within a
    /// word.
    /// </summary>
    public string? Beginning { get; init; }

    /// <summary>
    /// The last digits, 3 to 8, of the telephone number of which the word is part; null when the word is part of none,
    /// or when its text is the same digits.
    /// </summary>
    public string? Digits { get; init; }

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(SearchTerm);
}
