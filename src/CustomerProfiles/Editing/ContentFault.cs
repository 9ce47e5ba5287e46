namespace CustomerProfiles;

/// <summary>One thing that is wrong with a value.</summary>
/// <param name="Part">The part of the value; null for the whole.</param>
/// <param name="Code">What is wrong.</param>
/// <param name="Message">What is wrong and what to do.</param>
/// <param name="Limit">The limit that was passed; null for other faults.</param>
internal readonly record struct ContentFault(string? Part, FieldErrorCode Code, string Message, int? Limit = null);
