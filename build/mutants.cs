// Writes the results of build/mutants into docs/project/mutation-testing.md, between the marks:
// dotnet run build/mutants.cs
using System.Globalization;
using System.Text;
using System.Text.Json;

const string Begin = "<!-- written by build/mutants -->";
const string End = "<!-- end -->";

string[] areas = ["Rechecks", "Editing", "Checks", "Intake", "Wire"];

var page = Path.Combine("docs", "project", "mutation-testing.md");
var text = new StringBuilder();
var survivors = new StringBuilder();
var (allNoticed, allTested) = (0, 0);
text.Append(
    CultureInfo.InvariantCulture,
    $"Measured on {TimeProvider.System.GetUtcNow():yyyy-MM-dd}.\n\n| area | changes tried | noticed | of "
        + $"them by never ending | not noticed | run by no test | score | did not compile |\n"
        + $"|---|---|---|---|---|---|---|---|\n"
);
foreach (var area in areas)
{
    var file = Path.Combine("artifacts", "mutation", area, "reports", "mutation-report.json");
    if (!File.Exists(file))
    {
        Console.Error.WriteLine($"{area} has not been tried here: build/mutants {area}");
        continue;
    }

    using var report = JsonDocument.Parse(File.ReadAllText(file));
    var folder = $"{area}/";
    var (killed, endless, survived, uncovered, uncompiled) = (0, 0, 0, 0, 0);
    foreach (
        var source in report
            .RootElement.GetProperty("files")
            .EnumerateObject()
            .OrderBy(source => source.Name, StringComparer.Ordinal)
    )
    {
        var path = source.Name.Replace('\\', '/');
        if (
            !path.Contains($"/{folder}", StringComparison.Ordinal) && !path.StartsWith(folder, StringComparison.Ordinal)
        )
        {
            continue;
        }

        var lines = source.Value.GetProperty("source").GetString()!.Split('\n');
        foreach (var mutant in source.Value.GetProperty("mutants").EnumerateArray())
        {
            var status = mutant.GetProperty("status").GetString();
            killed += status == "Killed" ? 1 : 0;
            endless += status == "Timeout" ? 1 : 0;
            survived += status == "Survived" ? 1 : 0;
            uncovered += status == "NoCoverage" ? 1 : 0;
            uncompiled += status == "CompileError" ? 1 : 0;
            if (status is "Survived" or "NoCoverage")
            {
                var start = mutant.GetProperty("location").GetProperty("start");
                var end = mutant.GetProperty("location").GetProperty("end");
                var (line, last) = (start.GetProperty("line").GetInt32(), end.GetProperty("line").GetInt32());
                var (from, to) = (start.GetProperty("column").GetInt32() - 1, end.GetProperty("column").GetInt32() - 1);
                var original =
                    line == last
                        ? lines[line - 1][from..Math.Min(to, lines[line - 1].Length)]
                        : $"{lines[line - 1][from..].Trim()} ...";
                survivors.Append(
                    CultureInfo.InvariantCulture,
                    $"| {folder}{Path.GetFileName(path)}:{line} | {Cell(original)} | "
                        + $"{Cell(mutant.GetProperty("replacement").GetString() ?? "")} |\n"
                );
            }
        }
    }

    var (noticed, tested) = (killed + endless, killed + endless + survived + uncovered);
    (allNoticed, allTested) = (allNoticed + noticed, allTested + tested);
    text.Append(
        CultureInfo.InvariantCulture,
        $"| {area} | {tested} | {noticed} | {endless} | {survived} | {uncovered} | "
            + $"{100.0 * noticed / tested:0.0} % | {uncompiled} |\n"
    );
}

text.Append(
    CultureInfo.InvariantCulture,
    $"| all | {allTested} | {allNoticed} | | | | {100.0 * allNoticed / allTested:0.0} % | |\n\n| not "
        + $"noticed | as it is | as it was changed |\n|---|---|---|\n{survivors}"
);
var present = File.ReadAllText(page);
var (begin, finish) = (
    present.IndexOf(Begin, StringComparison.Ordinal),
    present.IndexOf(End, StringComparison.Ordinal)
);
if (begin < 0 || finish < begin)
{
    Console.Error.WriteLine($"{page} has no place for it between \"{Begin}\" and \"{End}\".");
    return 1;
}

File.WriteAllText(page, $"{present[..(begin + Begin.Length)]}\n{text}{present[finish..]}");
Console.WriteLine(
    $"{allNoticed} of {allTested} changes are noticed, {100.0 * allNoticed / allTested:0.0} %. {page} is written."
);
return 0;

static string Cell(string code)
{
    var line = string.Join(' ', code.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    var shown = line.Length > 90 ? $"{line[..87]}..." : line;
    return $"`{shown.Replace("|", "\\|", StringComparison.Ordinal).Replace("`", "'", StringComparison.Ordinal)}`";
}
