namespace CustomerProfiles.Sample.Customers;

/// <summary>The totals of an import of customers, in rows.</summary>
internal sealed class CustomerImportTotals
{
    private readonly Dictionary<string, long> _counts = [];

    public long Rows { get; private set; }

    public long Created => CountOf("created");

    public long Updated => CountOf("updated");

    public long Unchanged => CountOf("unchanged");

    public long Ambiguous => CountOf("ambiguous");

    public long Rejected => CountOf("rejected");

    /// <summary>Rows of customers who were erased and are not to be kept.</summary>
    public long DoNotKeep => CountOf("do-not-keep");

    public long Failed => CountOf("failed");

    /// <summary>Whether every row was imported.</summary>
    public bool IsComplete => Ambiguous + Rejected + DoNotKeep + Failed == 0;

    public void Count(ImportedRow row)
    {
        Rows++;
        _counts[row.Outcome] = CountOf(row.Outcome) + 1;
    }

    private long CountOf(string outcome) => _counts.GetValueOrDefault(outcome);
}
