using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>The result for one row of an import.</summary>
/// <remarks>Immutable.</remarks>
public sealed class ImportResult
{
    internal ImportResult(long number, ImportRow row, ImportOutcome outcome, ImmutableArray<FieldError> warnings)
    {
        Number = number;
        Row = row;
        Outcome = outcome;
        Warnings = warnings;
    }

    /// <summary>The number of the row in the input, from 1.</summary>
    public long Number { get; }

    /// <summary>The row, as it was in the input.</summary>
    public ImportRow Row { get; }

    /// <summary>What was done with it.</summary>
    public ImportOutcome Outcome { get; }

    /// <summary>
    /// The custom properties of the row that do not fit their definition. They are kept as they are, and must be mended
    /// when somebody edits them next.
    /// </summary>
    public ImmutableArray<FieldError> Warnings { get; }
}
