namespace CustomerProfiles.Packages.Tests;

/// <summary>The tests that share the packed packages, run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class PackedLibrariesCollection : ICollectionFixture<PackedLibraries>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "packed libraries";
}
