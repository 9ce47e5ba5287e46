namespace CustomerProfiles.Sample.Tests;

/// <summary>Tests that begin with the file of a first run.</summary>
[CollectionDefinition(Name)]
public sealed class FirstRunCollection : ICollectionFixture<FirstRun>
{
    public const string Name = "first run";
}
