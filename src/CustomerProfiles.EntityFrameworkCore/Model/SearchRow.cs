namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// What a customer is found by, as <see cref="SearchKeys"/> has it. A table of its own, which is written only when it
/// changes, because its index is large.
/// </summary>
internal sealed class SearchRow
{
    /// <summary>SQLite only: the key of the row in the index, the tenant's number times 2^40 and a sequence.</summary>
    public long RowId { get; set; }

    public required string Tenant { get; set; }

    public Guid CustomerId { get; set; }

    public required string Name { get; set; }

    public required string Company { get; set; }

    public bool HasPhoto { get; set; }

    /// <summary>The searchable text.</summary>
    public required string Text { get; set; }

    /// <summary>The beginnings of words, as <see cref="StoreDialect.Prefixes"/> writes them.</summary>
    public required string Prefixes { get; set; }

    /// <summary>The searchable properties as one document: a list of lists of key and value.</summary>
    public required string Properties { get; set; }
}
