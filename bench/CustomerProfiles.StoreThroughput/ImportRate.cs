namespace CustomerProfiles.StoreThroughput;

/// <summary>How quickly a mailbox is taken in.</summary>
/// <param name="Store">Where profiles are kept.</param>
/// <param name="Messages">Messages in a second, from the file to the profile.</param>
/// <param name="Reading">Messages in a second when they are read from the file and nobody is told: the floor.</param>
internal sealed record ImportRate(string Store, double Messages, double Reading);
