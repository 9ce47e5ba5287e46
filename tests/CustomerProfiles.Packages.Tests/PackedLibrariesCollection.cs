namespace CustomerProfiles.Packages.Tests;

/// <summary>The tests that share what was packed, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class PackedLibrariesCollection : ICollectionFixture<PackedLibraries>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "packed libraries";
}
