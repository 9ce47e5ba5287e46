namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>A change in the history of a customer.</summary>
internal sealed class ChangeRow
{
    public required string Tenant { get; set; }

    public Guid CustomerId { get; set; }

    /// <summary>The number of the change, from <see cref="CustomerRow.LastChange"/>.</summary>
    public long Number { get; set; }

    /// <summary>The version that the change made; null when it made none.</summary>
    public long? Version { get; set; }

    /// <summary>The change, as <see cref="CustomerProfiles.Stores.ChangeSerializer"/> writes it.</summary>
    public required string Change { get; set; }
}
