namespace CustomerProfiles.Sample;

/// <summary>How to report, as given on the command line.</summary>
/// <param name="Json">Whether to print one JSON document instead of text.</param>
/// <param name="PrintsDocument">Whether the command prints a document of its own. What is reported goes to the standard
/// error then, as text.</param>
internal sealed record OutputChoice(bool Json = false, bool PrintsDocument = false);
