namespace CustomerProfiles.FullContact.Tests.Support;

/// <summary>A request that a server received.</summary>
internal sealed record ReceivedRequest(
    string Method,
    string Path,
    IReadOnlyDictionary<string, string> Headers,
    string Body
);
