using System.Diagnostics.CodeAnalysis;

namespace CustomerProfiles;

/// <summary>A photo of the customer.</summary>
/// <remarks>Immutable. <see cref="ToString"/> does not show the address.</remarks>
public sealed record Photo
{
    /// <summary>A photo at an address.</summary>
    /// <param name="url">Where it is: an absolute http or https address. The library never fetches it.</param>
    public Photo(Uri url) => Url = url;

    /// <summary>Where it is: an absolute http or https address. The library never fetches it.</summary>
    public Uri Url { get; init; }

    /// <summary>A photo at an address, as <see cref="FromString"/> makes it.</summary>
    /// <param name="url">The address.</param>
    [return: NotNullIfNotNull(nameof(url))]
    public static implicit operator Photo?(string? url) => FromString(url);

    /// <summary>A photo at an address that somebody typed.</summary>
    /// <param name="url">The address. Text that is no web address makes a photo that saving an edit rejects.</param>
    /// <returns>The photo; null when <paramref name="url"/> is null.</returns>
    [return: NotNullIfNotNull(nameof(url))]
    public static Photo? FromString(string? url) =>
        url is null ? null
        : Uri.TryCreate(url, UriKind.RelativeOrAbsolute, out var address) ? new Photo(address)
        : new Photo(new Uri("about:invalid"));

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(Photo);
}
