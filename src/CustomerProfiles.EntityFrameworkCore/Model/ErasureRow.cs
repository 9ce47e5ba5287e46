namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>An id that was erased. It refers to no customer, because nobody has the id any more.</summary>
internal sealed class ErasureRow
{
    public required string Tenant { get; set; }

    public Guid CustomerId { get; set; }

    /// <summary>The customer who was erased with whomever they had absorbed: their row has the receipt.</summary>
    public Guid ErasedWith { get; set; }

    public Guid ErasureId { get; set; }

    public DateTime ErasedAt { get; set; }

    /// <summary>What <see cref="ReceiptDocument"/> reads; null in the rows of those who had been absorbed.</summary>
    public string? Receipt { get; set; }
}
