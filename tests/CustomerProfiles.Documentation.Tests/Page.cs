using System.Text.RegularExpressions;

namespace CustomerProfiles.Documentation.Tests;

/// <summary>A Markdown page: the readmes, and everything in docs/.</summary>
internal sealed partial class Page
{
    private static readonly string Root = RepositoryRoot.Path;

    private readonly string _text;

    private Page(string path)
    {
        Path = path;
        _text = File.ReadAllText(System.IO.Path.Combine(Root, path));
    }

    /// <summary>From the root of the repository, with slashes.</summary>
    public string Path { get; }

    public static IReadOnlyList<Page> All { get; } =
    [
        .. Directory
            .GetFiles(Root, "*.md")
            .Concat(
                new[] { "docs", "src", "samples", "tests", "bench" }.SelectMany(folder =>
                    Directory.GetFiles(System.IO.Path.Combine(Root, folder), "*.md", SearchOption.AllDirectories)
                )
            )
            .Select(file =>
                System.IO.Path.GetRelativePath(Root, file).Replace(System.IO.Path.DirectorySeparatorChar, '/')
            )
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal)
            .Select(path => new Page(path)),
    ];

    public IEnumerable<CodeSample> Samples() =>
        CSharp()
            .Matches(_text)
            .Select(match => new CodeSample(
                Path,
                _text.AsSpan(0, match.Groups["code"].Index).Count('\n') + 1,
                match.Groups["code"].Value
            ));

    /// <summary>
    /// The links of the page within the repository: a path from its root, and a heading there or an empty text.
    /// </summary>
    public IEnumerable<(string Path, string Heading)> Links() =>
        Link()
            .Matches(WithoutCode())
            .Select(match => match.Groups["target"].Value)
            .Where(target =>
                !target.Contains("://", StringComparison.Ordinal)
                && !target.StartsWith("mailto:", StringComparison.Ordinal)
            )
            .Select(target => target.Split('#'))
            .Select(parts => (parts[0].Length == 0 ? Path : Resolve(parts[0]), parts.Length > 1 ? parts[1] : ""));

    /// <summary>What stands between back quotes, code blocks apart.</summary>
    public IEnumerable<string> Names() => Quoted().Matches(WithoutCode()).Select(match => match.Groups["name"].Value);

    /// <summary>The anchors of the headings.</summary>
    public IReadOnlySet<string> Anchors() =>
        HeadingLine()
            .Matches(WithoutCode())
            .Select(match => AnchorOf(match.Groups["text"].Value))
            .ToHashSet(StringComparer.Ordinal);

    /// <summary>The rows of the table whose first line is the given one.</summary>
    public IEnumerable<string[]> Table(string head) =>
        _text
            .Split('\n')
            .SkipWhile(line => line != head)
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries));

    public static bool Exists(string path) =>
        File.Exists(System.IO.Path.Combine(Root, path)) || Directory.Exists(System.IO.Path.Combine(Root, path));

    public override string ToString() => Path;

    private string WithoutCode() => Fence().Replace(_text, "");

    private string Resolve(string target)
    {
        var full = System.IO.Path.GetFullPath(
            System.IO.Path.Combine(Root, System.IO.Path.GetDirectoryName(Path)!, Uri.UnescapeDataString(target))
        );
        return System.IO.Path.GetRelativePath(Root, full).Replace(System.IO.Path.DirectorySeparatorChar, '/');
    }

    /// <summary>
    /// As the usual viewers do: lower case, blanks as hyphens, nothing else but letters, digits, hyphens and
    /// underscores.
    /// </summary>
    private static string AnchorOf(string heading) =>
        string.Concat(
            heading.Trim().ToLowerInvariant().Replace(' ', '-').Where(c => char.IsLetterOrDigit(c) || c is '-' or '_')
        );

    [GeneratedRegex("^```csharp\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CSharp();

    [GeneratedRegex("`(?<name>[^`\n]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (?<text>.*)$", RegexOptions.Multiline)]
    private static partial Regex HeadingLine();
}
