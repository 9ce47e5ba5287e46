namespace CustomerProfiles.Sample.Tests;

/// <summary>Tests that begin with what the main job left.</summary>
[CollectionDefinition(Name)]
public sealed class FirstRunCollection : ICollectionFixture<FirstRun>
{
    public const string Name = "first run";
}
