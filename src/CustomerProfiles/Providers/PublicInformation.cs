using System.Collections.Immutable;

namespace CustomerProfiles.Providers;

/// <summary>
/// What a provider publishes about a person, as far as the library keeps it. Null or empty means that the provider has
/// nothing.
/// </summary>
/// <remarks>
/// Immutable. Nothing here is trusted: values that exceed the limits are cut or left out when they are applied, and
/// which of them reach the profile is decided by the profile as it is then. <see cref="ToString"/> shows no value.
/// </remarks>
public sealed record PublicInformation
{
    /// <summary>The photo.</summary>
    public Photo? Photo { get; init; }

    /// <summary>The accounts in social networks.</summary>
    public ImmutableArray<SocialProfile> SocialProfiles { get; init; } = [];

    /// <summary>The location, as one line of text.</summary>
    public string? Location { get; init; }

    /// <summary>The bio.</summary>
    public string? Bio { get; init; }

    /// <summary>The name. Fills a blank.</summary>
    public PersonName? Name { get; init; }

    /// <summary>The company. Fills a blank.</summary>
    public string? Company { get; init; }

    /// <summary>The job title. Fills a blank.</summary>
    public string? JobTitle { get; init; }

    /// <summary>The websites. They fill a blank.</summary>
    public ImmutableArray<Uri> Websites { get; init; } = [];

    /// <summary>Whether there is nothing at all.</summary>
    public bool IsEmpty =>
        Photo is null
        && Location is null
        && Bio is null
        && Name is null
        && Company is null
        && JobTitle is null
        && SocialProfiles.IsDefaultOrEmpty
        && Websites.IsDefaultOrEmpty;

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(PublicInformation);
}
