namespace CustomerProfiles;

/// <summary>
/// One word of a query. A profile has it when <see cref="SearchKeys.Prefixes"/> holds <see cref="Text"/> (if
/// <see cref="IsPrefix"/>) or <see cref="SearchKeys.Text"/> contains it (if not), or, where there are
/// <see cref="Digits"/>, when <see cref="SearchKeys.Text"/> contains those.
/// </summary>
/// <remarks>Immutable. <see cref="ToString"/> does not show the text.</remarks>
public sealed class SearchTerm
{
    internal SearchTerm() { }

    /// <summary>The folded word, without white space; never empty.</summary>
    public required string Text { get; init; }

    /// <summary>
    /// Whether the word has only one or two letters (Unicode code points) and so matches beginnings of words only.
    /// </summary>
    public required bool IsPrefix { get; init; }

    /// <summary>
    /// The last digits, 3 to 8, of the telephone number of which the word is part; null when the word is part of none,
    /// or when its text is the same digits.
    /// </summary>
    public string? Digits { get; init; }

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(SearchTerm);
}
