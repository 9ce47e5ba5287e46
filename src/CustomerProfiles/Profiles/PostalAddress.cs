namespace CustomerProfiles;

/// <summary>A postal address. Every part is optional.</summary>
/// <param name="Street">Street, house and whatever else comes before the city; may have several lines.</param>
/// <param name="City">The city.</param>
/// <param name="Region">State, province or county.</param>
/// <param name="PostalCode">The postal code.</param>
/// <param name="Country">The country, as a name or an ISO 3166-1 code; not interpreted.</param>
/// <remarks>Immutable. <see cref="ToString"/> does not show the address.</remarks>
public sealed record PostalAddress(
    string? Street = null,
    string? City = null,
    string? Region = null,
    string? PostalCode = null,
    string? Country = null
)
{
    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(PostalAddress);
}
