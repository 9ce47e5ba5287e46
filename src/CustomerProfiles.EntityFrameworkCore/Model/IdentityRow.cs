namespace CustomerProfiles.EntityFrameworkCore.Model;

/// <summary>Whose an identity is. Its key is what makes one customer of several who come at once.</summary>
internal sealed class IdentityRow
{
    public required string Tenant { get; set; }

    public required string Kind { get; set; }

    public required string Value { get; set; }

    public Guid CustomerId { get; set; }
}
