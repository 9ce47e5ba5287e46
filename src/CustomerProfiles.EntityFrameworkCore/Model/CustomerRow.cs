namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>A customer: the profile as a document, and the columns that are compared.</summary>
internal sealed class CustomerRow
{
    public required string Tenant { get; set; }

    public Guid Id { get; set; }

    public long Version { get; set; }

    public DateTime CreatedAt { get; set; }

    public DateTime UpdatedAt { get; set; }

    /// <summary>
    /// Whether the customer is suppressed. A column and not part of the document, so that it never conflicts with an
    /// edit.
    /// </summary>
    public bool IsSuppressed { get; set; }

    /// <summary>
    /// How often the customer was suppressed. It only grows, so a check with an earlier generation stays dropped after
    /// the suppression has ended. Stored before the document, so that it is read without it.
    /// </summary>
    public long SuppressionGeneration { get; set; }

    /// <summary>The number of the last change in the history; 0 when there was none.</summary>
    public long LastChange { get; set; }

    /// <summary>
    /// The customer who absorbed this one, who is never absorbed; null when this one is not absorbed. Statements that
    /// find a customer by id leave an absorbed one out.
    /// </summary>
    public Guid? MergedInto { get; set; }

    /// <summary>The merge that absorbed this customer; null when they are not absorbed.</summary>
    public Guid? MergedBy { get; set; }

    /// <summary>The merge that suppressed this customer; null when nobody did, or somebody else.</summary>
    public Guid? MarkedBy { get; set; }

    /// <summary>The identities and values, as <see cref="ProfileDocument"/> writes them.</summary>
    public required string Profile { get; set; }
}
