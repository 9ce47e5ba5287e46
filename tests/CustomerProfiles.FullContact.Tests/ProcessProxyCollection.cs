namespace CustomerProfiles.FullContact.Tests;

/// <summary>Tests that change the proxy of the whole process run alone.</summary>
[CollectionDefinition(nameof(ProcessProxyCollection), DisableParallelization = true)]
public sealed class ProcessProxyCollection;
