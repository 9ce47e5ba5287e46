using System.Collections.Immutable;

namespace CustomerProfiles.Sample.Csv;

/// <summary>One row of a CSV file.</summary>
internal sealed class CsvRow
{
    /// <summary>The number of the line in which the row begins, from 1.</summary>
    public required long Line { get; init; }

    /// <summary>The row as it is in the file, without the line break at its end.</summary>
    public required string Text { get; init; }

    /// <summary>The fields; unreliable where there is a problem.</summary>
    public ImmutableArray<string> Fields { get; init; } = [];

    /// <summary>Why the row cannot be taken apart, in an English sentence; null when it can.</summary>
    public string? Problem { get; init; }

    /// <summary>The number of the line only, because the fields are personal data.</summary>
    public override string ToString() => $"row at line {Line}";
}
