using System.Collections.Immutable;
using CustomerProfiles.Sample.Csv;

namespace CustomerProfiles.Sample.Customers;

/// <summary>A row of a CSV file, and what the import did with it.</summary>
internal sealed class ImportedRow
{
    public required CsvRow Row { get; init; }

    /// <summary>The code of the outcome, such as <c>created</c> or <c>rejected</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Why the row was not imported, in English sentences; empty when it was.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    /// <summary>The customers that an ambiguous row could be about.</summary>
    public ImmutableArray<CustomerId> Customers { get; init; } = [];

    public bool IsRefused => !Problems.IsEmpty;

    /// <summary>A row that could not be read.</summary>
    public static ImportedRow Unread(CsvRow row, ImmutableArray<string> problems) =>
        new()
        {
            Row = row,
            Outcome = "rejected",
            Problems = problems,
        };

    /// <summary>A row and what the library did with it.</summary>
    public static ImportedRow Of(CsvRow row, ImportOutcome outcome) =>
        new()
        {
            Row = row,
            Outcome = outcome.Code,
            Problems = outcome switch
            {
                ImportOutcome.Rejected rejected =>
                [
                    .. rejected.Errors.Select(error => $"{error.Label}: {error.Message}"),
                    .. rejected.IdError is { } error ? [error] : Array.Empty<string>(),
                ],
                ImportOutcome.Ambiguous ambiguous =>
                [
                    $"The row has the id or addresses of several customers: {string.Join(", ", ambiguous.Ids)}. Merge "
                        + "them if they are one person, or take out what is another's.",
                ],
                ImportOutcome.DoNotKeep => ["The customer was erased, and is not to be kept."],
                ImportOutcome.Failed failed => [failed.Message],
                _ => [],
            },
            Customers = outcome is ImportOutcome.Ambiguous { Ids: var ids } ? ids : [],
        };

    /// <summary>The outcome only, because the row is personal data.</summary>
    public override string ToString() => Outcome;
}
