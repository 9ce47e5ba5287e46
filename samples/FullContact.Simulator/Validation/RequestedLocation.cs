namespace FullContact.Simulator.Validation;

/// <summary>A postal address in a request.</summary>
internal sealed record RequestedLocation
{
    public string? AddressLine1 { get; init; }

    public string? AddressLine2 { get; init; }

    public string? City { get; init; }

    public string? Region { get; init; }

    public string? RegionCode { get; init; }

    public string? PostalCode { get; init; }

    public bool IsValid => Forms.Any();

    /// <summary>The complete forms of the address, the shortest first.</summary>
    public IEnumerable<string> Forms
    {
        get
        {
            if (string.IsNullOrWhiteSpace(AddressLine1))
            {
                yield break;
            }

            if (!string.IsNullOrWhiteSpace(PostalCode))
            {
                yield return $"{AddressLine1}, {PostalCode}";
            }

            foreach (var region in new[] { Region, RegionCode })
            {
                if (!string.IsNullOrWhiteSpace(City) && !string.IsNullOrWhiteSpace(region))
                {
                    yield return $"{AddressLine1}, {City}, {region}";
                }
            }
        }
    }
}
