namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// When something last happened to a customer. Indexed, and therefore apart from the profile and from the search text:
/// an update of an indexed column writes every index of its table.
/// </summary>
internal sealed class ActivityRow
{
    public required string Tenant { get; set; }

    public Guid CustomerId { get; set; }

    /// <summary>The last change of the profile.</summary>
    public DateTime ChangedAt { get; set; }

    /// <summary>The last conversation.</summary>
    public DateTime ConversationAt { get; set; }
}
