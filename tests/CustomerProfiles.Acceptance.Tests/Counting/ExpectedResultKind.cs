namespace CustomerProfiles.Acceptance.Tests;

/// <summary>What comes of a check, as far as the recheck rule cares.</summary>
public enum ExpectedResultKind
{
    /// <summary>
    /// The provider knows nobody of that address. A check, and it need not be repeated for two months.
    /// </summary>
    NoMatch,

    /// <summary>The provider knows the person, however much or little it shows.</summary>
    Match,

    /// <summary>The provider never answers. Not a check: the next new conversation asks again.</summary>
    Failure,
}
