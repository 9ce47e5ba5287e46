using System.Collections.Immutable;

namespace CustomerProfiles.Sample.Customers;

/// <summary>
/// The last column of a file of rejected rows, which says what is wrong with each. When the file is imported again, the
/// column is ignored.
/// </summary>
internal static class ProblemColumn
{
    public const string Heading = "Import problem";

    /// <summary>How each text begins. A row is told from its problem by it.</summary>
    private const string Start = "Not imported: ";

    public static bool IsHeading(string heading) => heading.Equals(Heading, StringComparison.OrdinalIgnoreCase);

    /// <summary>The header of a file of rejected rows.</summary>
    public static string AddHeadingTo(string header, char separator, bool isThere) =>
        isThere ? header : $"{header}{separator}{Heading}";

    /// <summary>The row as it was, with its problems; those of an earlier import are replaced.</summary>
    public static string AddTo(string row, char separator, IEnumerable<string> problems)
    {
        var text = string.Join(' ', problems).Replace('"', '\'');
        return $"{Without(row, separator)}{separator}\"{Start}{text}\"";
    }

    /// <summary>The fields of a row without its problems.</summary>
    /// <param name="fields">All fields.</param>
    /// <param name="count">How many columns there are beside the column of the problems.</param>
    public static ImmutableArray<string> RemoveFrom(ImmutableArray<string> fields, int count)
    {
        if (fields[^1].StartsWith(Start, StringComparison.Ordinal))
        {
            fields = fields[..^1];
        }

        return fields.Length == count + 1 ? fields[..^1] : fields;
    }

    /// <summary>A spreadsheet may have removed the quotes.</summary>
    private static string Without(string row, char separator)
    {
        var end = row.LastIndexOf($"{separator}\"{Start}", StringComparison.Ordinal);
        end = end >= 0 ? end : row.LastIndexOf($"{separator}{Start}", StringComparison.Ordinal);
        return end >= 0 ? row[..end] : row;
    }
}
