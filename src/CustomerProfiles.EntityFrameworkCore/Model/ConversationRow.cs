namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>A recorded conversation of a customer.</summary>
internal sealed class ConversationRow
{
    public required string Tenant { get; set; }

    public Guid CustomerId { get; set; }

    public required string ConversationId { get; set; }

    public required string Direction { get; set; }

    public DateTime OccurredAt { get; set; }
}
