using System.Globalization;
using System.Text;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Perfolizer.Horology;

namespace CustomerProfiles.Benchmarks.Page;

/// <summary>
/// Runs all benchmarks and writes the core's part of docs/project/benchmarks.md. The rest of the page stays as it is.
/// </summary>
internal static class BenchmarkPage
{
    private const double MostGrowth = 1.2;

    private static readonly PagePart Part = new(
        "<!-- core: written by the benchmarks, not by hand -->",
        "<!-- end of core -->"
    );

    /// <summary>Runs and writes.</summary>
    /// <param name="isQuick">Whether to run only long enough to see that everything works.</param>
    public static void Write(bool isQuick)
    {
        var config = ManualConfig
            .Create(DefaultConfig.Instance)
            .WithArtifactsPath(Path.Combine(RepositoryRoot.Path, "artifacts", "benchmarks"))
            .AddJob(
                isQuick
                    ? Job.ShortRun
                    : Job
                        .Default.WithIterationTime(TimeInterval.FromMilliseconds(250))
                        .WithWarmupCount(5)
                        .WithIterationCount(10)
            );
        var summaries = BenchmarkRunner.Run([.. PageRow.All.Select(row => row.Benchmarks).Distinct()], config);
        var growth = Array.ConvertAll(Growth.Sizes, Growth.Measure);
        Part.Write(Text(summaries, growth, isQuick));
    }

    private static string Text(Summary[] summaries, GrowthRow[] growth, bool isQuick)
    {
        var text = new StringBuilder();
        var machine = summaries[0].HostEnvironmentInfo.ToFormattedString().Take(2).Select(line => line.Trim());
        text.Append(
            CultureInfo.InvariantCulture,
            $"Measured on {TimeProvider.System.GetUtcNow():yyyy-MM-dd}"
                + $"{(isQuick ? " in a short run, in which only the ratios mean something" : "")}. "
                + $"{string.Join("; ", machine)}.\n\n"
        );
        text.Append("| what | target | floor | figure | × floor | allocated | kept |\n|---|---|---|---|---|---|---|\n");
        foreach (var row in PageRow.All)
        {
            text.Append(Line(row, summaries));
        }

        text.Append(
            "\n| profiles in memory | bytes each | floor | message in a known thread | find by address | "
                + "find and save an edit |\n|---|---|---|---|---|---|\n"
        );
        foreach (var size in growth)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {size.Profiles:N0} | {size.BytesPerProfile:N0} B | {size.Floor:N0} ns | "
                    + $"{size.Receive:N0} ns | {size.Find:N0} ns | {size.Save:N0} ns |\n"
            );
        }

        AppendGrowth(text, growth[0], growth[^1]);
        return text.ToString();
    }

    private static void AppendGrowth(StringBuilder text, GrowthRow first, GrowthRow last)
    {
        text.Append(
            CultureInfo.InvariantCulture,
            $"\n| cost with {last.Profiles:N0} profiles, in times of that with {first.Profiles:N0} | target "
                + $"| floor: a dictionary alone | figure | kept |\n|---|---|---|---|---|\n"
        );
        foreach (
            var (what, before, after) in new[]
            {
                ("message in a known thread", first.Receive, last.Receive),
                ("find by address", first.Find, last.Find),
                ("find and save an edit", first.Save, last.Save),
            }
        )
        {
            var times = after / before;
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {what} | ≤ {MostGrowth} | {last.Floor / first.Floor:0.00} | {times:0.00} | "
                    + $"{(times <= MostGrowth ? "yes" : "no")} |\n"
            );
        }
    }

    private static string Line(PageRow row, Summary[] summaries)
    {
        var reports = summaries
            .SelectMany(summary => summary.Reports)
            .Where(report =>
                report.BenchmarkCase.Descriptor.Type == row.Benchmarks && (row.Case is null || IsCase(report, row.Case))
            )
            .ToArray();
        var report = reports.Single(one => one.BenchmarkCase.Descriptor.WorkloadMethod.Name == row.Method);
        var floor = reports.Single(one => one.BenchmarkCase.Descriptor.Baseline);
        if (report.ResultStatistics is not { } figure || floor.ResultStatistics is not { } least)
        {
            return $"| {row.What} | {row.Target} | | not measured | | | no |\n";
        }

        var bytes = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0;
        var times = figure.Mean / least.Mean;
        var other = reports
            .FirstOrDefault(one => one.BenchmarkCase.Descriptor.WorkloadMethod.Name == row.Target.QuickerThan)
            ?.ResultStatistics?.Mean;
        string?[] missed =
        [
            figure.Mean > row.Target.Nanoseconds ? "time" : null,
            figure.Mean - least.Mean > row.Target.NanosecondsMore ? "difference" : null,
            bytes > row.Target.Bytes ? "bytes" : null,
            times > row.Target.TimesFloor ? "× floor" : null,
            other is { } quicker && figure.Mean >= quicker ? row.Target.QuickerThan : null,
        ];
        var kept =
            row.Target == PageTarget.None ? ""
            : string.Join(", ", missed.Where(part => part is not null)) is { Length: > 0 } parts ? $"not {parts}"
            : "yes";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {row.What} | {row.Target} | {least.Mean:N1} ns | {figure.Mean:N1} ns | {times:0.00} | "
                + $"{bytes:N0} B | {kept} |\n"
        );
    }

    private static bool IsCase(BenchmarkReport report, string part) =>
        report.BenchmarkCase.Parameters.Items.Any(item =>
            item.Value?.ToString() == part || $"{item.Name}={item.Value}" == part
        );
}
