namespace CustomerProfiles;

/// <summary>A postal address. Every part is optional.</summary>
/// <remarks>Immutable. <see cref="ToString"/> does not show the address.</remarks>
public sealed record PostalAddress
{
    /// <summary>An address of the parts that are known.</summary>
    /// <param name="street">Street, house and whatever else comes before the city; may have several lines.</param>
    /// <param name="city">The city.</param>
    /// <param name="region">State, province or county.</param>
    /// <param name="postalCode">The postal code.</param>
    /// <param name="country">The country, as a name or an ISO 3166-1 code; not interpreted.</param>
    public PostalAddress(
        string? street = null,
        string? city = null,
        string? region = null,
        string? postalCode = null,
        string? country = null
    )
    {
        Street = street;
        City = city;
        Region = region;
        PostalCode = postalCode;
        Country = country;
    }

    /// <summary>Street, house and whatever else comes before the city; may have several lines.</summary>
    public string? Street { get; init; }

    /// <summary>The city.</summary>
    public string? City { get; init; }

    /// <summary>State, province or county.</summary>
    public string? Region { get; init; }

    /// <summary>The postal code.</summary>
    public string? PostalCode { get; init; }

    /// <summary>The country, as a name or an ISO 3166-1 code; not interpreted.</summary>
    public string? Country { get; init; }

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(PostalAddress);
}
