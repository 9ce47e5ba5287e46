namespace CustomerProfiles.Acceptance.Tests;

/// <summary>The result of a check, as far as the recheck rule depends on it.</summary>
public enum ExpectedResultKind
{
    /// <summary>
    /// The provider does not know the address. This is a check: it is not repeated for two months.
    /// </summary>
    NoMatch,

    /// <summary>The provider knows the person.</summary>
    Match,

    /// <summary>The provider fails. This is not a check: the next new conversation requests it again.</summary>
    Failure,
}
