namespace CustomerProfiles;

/// <summary>How rows are imported.</summary>
/// <remarks>Immutable.</remarks>
public sealed class ImportOptions
{
    private const int MaxSystemLength = 100;
    private const int MostInBatch = 1_000;

    private readonly int _batchSize = 200;
    private readonly string _system = "";

    /// <summary>
    /// The name of the system that the rows come from, such as <c>old-crm</c>: the first part of the identities that
    /// the rows' ids become, and who gave the values of rows without an id. At most 100 characters, no colon.
    /// </summary>
    /// <exception cref="ArgumentException">The name is empty, too long, or holds a colon or control
    /// characters.</exception>
    public required string System
    {
        get => _system;
        init
        {
            _system = PlainText.Fitting(value, "The name of a system", MaxSystemLength, nameof(value));
            if (value.Contains(':', StringComparison.Ordinal))
            {
                throw new ArgumentException("The name of a system cannot hold a colon.", nameof(value));
            }
        }
    }

    /// <summary>
    /// Whether the rows also replace what agents have set or cleared. False unless set: then an agent's work outlasts
    /// every import.
    /// </summary>
    public bool Replace { get; init; }

    /// <summary>
    /// Whether to say only what would be done. The results are those of the import, as long as nobody else writes
    /// meanwhile. A dry run keeps what it would write in memory.
    /// </summary>
    public bool DryRun { get; init; }

    /// <summary>
    /// How many rows are read and written together, from 1 to 1,000; 200 unless set. While a batch is written the next
    /// rows are read, so its results come when up to two rows more have been read, or when there are no more.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of range.</exception>
    public int BatchSize
    {
        get => _batchSize;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(BatchSize));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MostInBatch, nameof(BatchSize));
            _batchSize = value;
        }
    }
}
