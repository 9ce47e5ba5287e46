namespace CustomerProfiles.Sample;

/// <summary>
/// What was asked for cannot be done. The message is for the person at the terminal, and says what to do instead.
/// </summary>
internal sealed class BadInputException(string message) : Exception(message);
