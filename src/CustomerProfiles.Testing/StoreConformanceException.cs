namespace CustomerProfiles.Testing;

/// <summary>
/// A store does not do what the contract says. The message tells which rule, what was expected, and what happened.
/// </summary>
public sealed class StoreConformanceException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="rule">What the contract says.</param>
    /// <param name="expected">What was to be.</param>
    /// <param name="actual">What was.</param>
    /// <param name="innerException">What the store threw; null when it threw nothing.</param>
    public StoreConformanceException(string rule, string expected, string actual, Exception? innerException = null)
        : base($"{rule}\nexpected: {expected}\nactual:   {actual}", innerException)
    {
        Rule = rule;
        Expected = expected;
        Actual = actual;
    }

    /// <summary>What the contract says, and in which situation it was looked at.</summary>
    public string Rule { get; }

    /// <summary>What was to be.</summary>
    public string Expected { get; }

    /// <summary>What was.</summary>
    public string Actual { get; }
}
