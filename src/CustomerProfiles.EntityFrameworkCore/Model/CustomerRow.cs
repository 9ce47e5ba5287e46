namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>A customer: the profile as a document, with what has to be compared or searched beside it.</summary>
internal sealed class CustomerRow
{
    public required string Tenant { get; set; }

    public Guid Id { get; set; }

    public long Version { get; set; }

    public DateTime CreatedAt { get; set; }

    public DateTime UpdatedAt { get; set; }

    /// <summary>
    /// Whether the customer is marked as not to be looked up. Kept here and not in the document, so that it never meets
    /// an edit.
    /// </summary>
    public bool IsSuppressed { get; set; }

    /// <summary>
    /// How often the customer became suppressed, by whatever mark. It only grows, so a check that stored an earlier one
    /// is not wanted, also when the mark is gone again. Before the document, so that it is read without it.
    /// </summary>
    public long SuppressionGeneration { get; set; }

    /// <summary>The identities and values, as <see cref="ProfileDocument"/> writes them.</summary>
    public required string Profile { get; set; }

    /// <summary>What a text is looked for in, as <see cref="ProfileSearch.TextOf"/> gives it.</summary>
    public required string Search { get; set; }
}
