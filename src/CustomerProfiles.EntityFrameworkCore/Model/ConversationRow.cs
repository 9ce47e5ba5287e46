namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>A recorded conversation of a customer.</summary>
internal sealed class ConversationRow
{
    public required string Tenant { get; set; }

    public Guid CustomerId { get; set; }

    public required string ConversationId { get; set; }

    public required string ToldAs { get; set; }

    public DateTime ToldAt { get; set; }
}
