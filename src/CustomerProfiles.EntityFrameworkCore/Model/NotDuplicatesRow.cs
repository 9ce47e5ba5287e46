namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>Two customers of whom somebody said that they are not duplicates. Each pair is stored once.</summary>
internal sealed class NotDuplicatesRow
{
    public required string Tenant { get; set; }

    /// <summary>The lesser of the two ids.</summary>
    public Guid OneId { get; set; }

    /// <summary>The greater one.</summary>
    public Guid OtherId { get; set; }

    public DateTime MarkedAt { get; set; }

    public required string MarkedBy { get; set; }
}
