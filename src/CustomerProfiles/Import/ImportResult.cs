namespace CustomerProfiles;

/// <summary>The result for one row of an import.</summary>
/// <remarks>Immutable.</remarks>
public sealed class ImportResult
{
    internal ImportResult(long number, ImportRow row, ImportOutcome outcome)
    {
        Number = number;
        Row = row;
        Outcome = outcome;
    }

    /// <summary>The number of the row in the input, from 1.</summary>
    public long Number { get; }

    /// <summary>The row, as it was in the input.</summary>
    public ImportRow Row { get; }

    /// <summary>What was done with it.</summary>
    public ImportOutcome Outcome { get; }
}
