namespace CustomerProfiles.StoreThroughput;

/// <summary>The speed of importing a mailbox.</summary>
/// <param name="Store">The store.</param>
/// <param name="Messages">Messages per second, from the file to the profile.</param>
/// <param name="Reading">Messages per second when the file is only read: the baseline.</param>
internal sealed record ImportRate(string Store, double Messages, double Reading);
