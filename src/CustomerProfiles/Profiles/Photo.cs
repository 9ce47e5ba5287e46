namespace CustomerProfiles;

/// <summary>A photo of the customer.</summary>
/// <param name="Url">Where it is: an absolute http or https address. The library never fetches it.</param>
/// <remarks>Immutable. <see cref="ToString"/> does not show the address.</remarks>
public sealed record Photo(Uri Url)
{
    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(Photo);
}
