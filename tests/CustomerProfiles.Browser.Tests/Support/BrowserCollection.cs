namespace CustomerProfiles.Browser.Tests.Support;

/// <summary>The tests that share the browser.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<Chromium>
{
    /// <summary>The name of the collection.</summary>
    public const string Name = "browser";
}
