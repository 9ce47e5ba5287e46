using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>
/// Rows that are imported together. No two of them can be about the same customer, as far as they say.
/// </summary>
internal sealed class ImportBatch
{
    private readonly HashSet<Identity> _identities = [];
    private readonly HashSet<CustomerId> _ids = [];

    public List<PreparedRow> Rows { get; } = [];

    /// <summary>Whether a row may be about the customer of one that is here.</summary>
    public bool Meets(PreparedRow row) =>
        row.Rejection is null
        && (row.Identities.Any(_identities.Contains) || (row.Row.Profile.Id is { } id && _ids.Contains(id)));

    public void Add(PreparedRow row)
    {
        Rows.Add(row);
        if (row.Rejection is null)
        {
            _identities.UnionWith(row.Identities);
            if (row.Row.Profile.Id is { } id)
            {
                _ids.Add(id);
            }
        }
    }

    /// <summary>The rows; none are left.</summary>
    public ImmutableArray<PreparedRow> Take()
    {
        ImmutableArray<PreparedRow> rows = [.. Rows];
        Rows.Clear();
        _identities.Clear();
        _ids.Clear();
        return rows;
    }
}
