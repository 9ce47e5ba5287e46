using System.Collections.Immutable;

namespace CustomerProfiles.Sample.Customers;

/// <summary>What each column of a CSV file becomes.</summary>
internal sealed class CustomerColumns
{
    private const int MaxShown = 60;

    private CustomerColumns(ImmutableArray<string> headings, ImmutableArray<ColumnTarget> targets, bool hasProblems)
    {
        Headings = headings;
        Targets = targets;
        HasProblems = hasProblems;
    }

    /// <summary>The names of the columns, without that of the problems.</summary>
    public ImmutableArray<string> Headings { get; }

    /// <summary>What they become, in the same order.</summary>
    public ImmutableArray<ColumnTarget> Targets { get; }

    /// <summary>Whether a last column says why the rows were not imported before.</summary>
    public bool HasProblems { get; }

    /// <summary>Whether the rows have ids in the system that they come from.</summary>
    public bool HasId => Targets.Any(target => target.Field == ColumnField.Id);

    /// <summary>What each column becomes, for the user to check.</summary>
    public string Description =>
        "Columns: " + string.Join(", ", Headings.Zip(Targets, (heading, target) => $"{heading} -> {target.Code}"));

    /// <summary>Reads the header of a file.</summary>
    /// <param name="header">The names of the columns.</param>
    /// <param name="map">What the mapping file says. A column that it leaves out is taken for what its name says, and
    /// for a custom property when that is nothing usual.</param>
    /// <exception cref="BadInputException">It is not clear what a column becomes.</exception>
    public static CustomerColumns Of(ImmutableArray<string> header, IReadOnlyDictionary<string, ColumnTarget> map)
    {
        var hasProblems = ProblemColumn.IsHeading(header[^1]);
        ImmutableArray<string> headings = hasProblems ? header[..^1] : header;
        if (map.Keys.Except(headings, StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } missing)
        {
            throw new BadInputException(
                $"The mapping file has a column '{missing}', and the CSV file has not. Its columns are: "
                    + $"{string.Join(", ", headings)}."
            );
        }

        var targets = headings
            .Select(heading => map.GetValueOrDefault(heading) ?? TargetOf(heading))
            .ToImmutableArray();
        var twice = headings
            .Zip(targets)
            .Where(column => !column.Second.CanRepeat)
            .GroupBy(column => column.Second, column => column.First)
            .FirstOrDefault(columns => columns.Count() > 1);
        return twice is null
            ? new CustomerColumns(headings, targets, hasProblems)
            : throw new BadInputException(
                $"The columns {string.Join(" and ", twice.Select(heading => $"'{heading}'"))} would both be "
                    + $"{twice.Key.Code}. Say with --map what each becomes, such as {{\"{twice.Last()}\": \"ignore\"}}."
            );
    }

    private static ColumnTarget TargetOf(string heading) =>
        string.IsNullOrWhiteSpace(heading)
            ? ColumnTarget.Ignore
            : KnownHeadings.Find(heading)
                ?? (
                    ProfileField.TryCustom(heading, out _)
                        ? new ColumnTarget(ColumnField.Custom, heading)
                        : throw new BadInputException(
                            $"The name of a column cannot be that of a custom property: it has more than "
                                + $"{ProfileField.MaxCustomKeyLength} characters, or control characters. Change it: '"
                                + $"{heading[..Math.Min(heading.Length, MaxShown)]}'."
                        )
                );
}
