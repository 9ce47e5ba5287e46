namespace CustomerProfiles.Sample;

/// <summary>How to report, as given on the command line.</summary>
/// <param name="Json">Whether to print one JSON document instead of text.</param>
internal sealed record OutputChoice(bool Json = false);
