namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>A custom property by which a customer is found.</summary>
internal sealed class PropertyRow
{
    public required string Tenant { get; set; }

    public Guid CustomerId { get; set; }

    public required string Key { get; set; }

    /// <summary>The value as <see cref="SearchProperty.Value"/> has it.</summary>
    public required string Value { get; set; }
}
