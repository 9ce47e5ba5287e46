namespace CustomerProfiles.Sample;

/// <summary>The command cannot be carried out. The message tells the user why, and what to do instead.</summary>
internal sealed class BadInputException(string message) : Exception(message);
