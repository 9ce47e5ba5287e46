namespace CustomerProfiles.FullContact.Tests.Support;

/// <summary>What a server was sent.</summary>
internal sealed record ReceivedRequest(
    string Method,
    string Path,
    IReadOnlyDictionary<string, string> Headers,
    string Body
);
