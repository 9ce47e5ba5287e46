namespace CustomerProfiles.Documentation.Tests;

/// <summary>A block of C# on a page.</summary>
/// <param name="Page">The page, relative to the root of the repository.</param>
/// <param name="Line">The line of the page on which the code begins.</param>
/// <param name="Code">The code.</param>
public sealed record CodeSample(string Page, int Line, string Code)
{
    public override string ToString() => $"{Page}:{Line}";
}
