namespace CustomerProfiles;

/// <summary>
/// The part of docs/project/benchmarks.md that one of the programs writes. The rest of the page stays as it is.
/// </summary>
/// <param name="begin">The line before the part.</param>
/// <param name="end">The line after the part.</param>
internal sealed class PagePart(string begin, string end)
{
    public void Write(string text)
    {
        var path = Path.Combine(RepositoryRoot.Path, "docs", "project", "benchmarks.md");
        var page = File.ReadAllText(path);
        var (from, to) = (page.IndexOf(begin, StringComparison.Ordinal), page.IndexOf(end, StringComparison.Ordinal));
        if (from < 0 || to < from)
        {
            throw new InvalidOperationException($"{path} has no place for this between \"{begin}\" and \"{end}\".");
        }

        File.WriteAllText(path, $"{page[..(from + begin.Length)]}\n{text}{page[to..]}");
    }
}
