namespace CustomerProfiles.Testing;

/// <summary>A store breaks the contract. The message has the rule, the expected and the actual value.</summary>
public sealed class StoreConformanceException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="rule">The rule of the contract.</param>
    /// <param name="expected">The expected value.</param>
    /// <param name="actual">The actual value.</param>
    /// <param name="innerException">The exception of the store; null when it threw none.</param>
    public StoreConformanceException(string rule, string expected, string actual, Exception? innerException = null)
        : base($"{rule}\nexpected: {expected}\nactual:   {actual}", innerException)
    {
        Rule = rule;
        Expected = expected;
        Actual = actual;
    }

    /// <summary>The rule of the contract, and the situation in which it was checked.</summary>
    public string Rule { get; }

    /// <summary>The expected value.</summary>
    public string Expected { get; }

    /// <summary>The actual value.</summary>
    public string Actual { get; }
}
