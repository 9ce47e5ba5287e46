using System.Globalization;
using System.Text;

namespace CustomerProfiles.StoreThroughput;

/// <summary>The databases' part of docs/project/benchmarks.md. The rest of the page stays as it is.</summary>
internal static class DatabasePage
{
    /// <summary>The growth of the store's cost in times of the limit's own.</summary>
    private const double MostGrowth = 1.1;

    private static readonly PagePart Part = new(
        "<!-- databases: written by the benchmarks, not by hand -->",
        "<!-- end of databases -->"
    );

    public static void Write(IReadOnlyList<OperationRate> rates, IReadOnlyList<ImportRate> imports) =>
        Part.Write(
            $"Measured on {TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Environment.ProcessorCount} "
                + $"cores.\n\n{Text(rates, imports)}"
        );

    public static string Text(IReadOnlyList<OperationRate> rates, IReadOnlyList<ImportRate> imports)
    {
        var text = new StringBuilder();
        text.Append(
            "| database | profiles | operation | callers | limit/s | own statement/s | store/s | share of the limit | "
                + "target | |\n|---|---|---|---|---|---|---|---|---|---|\n"
        );
        foreach (var rate in rates)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {rate.Database} | {rate.Profiles:N0} | {rate.Operation} | {rate.Callers} | {rate.Limit:N0} | "
                    + $"{rate.ByHand:N0} | {rate.Store:N0} | {rate.Share:F2} | ≥ {rate.Target} | "
                    + $"{Met(rate.Share >= rate.Target)} |\n"
            );
        }

        AppendGrowth(text, rates);
        if (imports.Count > 0)
        {
            text.Append(
                "\n| a mailbox taken in | target | floor: read alone, messages/s | messages/s | of the "
                    + "floor |\n|---|---|---|---|---|\n"
            );
            foreach (var import in imports)
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| {import.Store} | – | {import.Reading:N0} | {import.Messages:N0} | "
                        + $"{import.Messages / import.Reading:F2} |\n"
                );
            }
        }

        return text.ToString();
    }

    /// <summary>The cost of an operation with many profiles as a multiple of its cost with few.</summary>
    private static void AppendGrowth(StringBuilder text, IReadOnlyList<OperationRate> rates)
    {
        var grown = rates
            .GroupBy(rate => (rate.Database, rate.Operation, rate.Callers))
            .Select(group => (First: group.MinBy(rate => rate.Profiles)!, Last: group.MaxBy(rate => rate.Profiles)!))
            .Where(pair => pair.Last.Profiles > pair.First.Profiles)
            .ToArray();
        if (grown.Length == 0)
        {
            return;
        }

        text.Append(
            CultureInfo.InvariantCulture,
            $"\n| cost with so many profiles, in times of that with {grown[0].First.Profiles:N0} | profiles | "
                + $"operation | callers | limit | own statement | store | target | |\n"
                + $"|---|---|---|---|---|---|---|---|---|\n"
        );
        foreach (var (first, last) in grown)
        {
            var (limit, times) = (first.Limit / last.Limit, first.Store / last.Store);
            var target = MostGrowth * limit;
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {first.Database} | {last.Profiles:N0} | {first.Operation} | {first.Callers} | {limit:F2} | "
                    + $"{first.ByHand / last.ByHand:F2} | {times:F2} | ≤ {target:F2} | {Met(times <= target)} |\n"
            );
        }
    }

    private static string Met(bool isMet) => isMet ? "met" : "missed";
}
