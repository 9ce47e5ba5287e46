using System.Text.Json;

namespace CustomerProfiles.Sample.Customers;

/// <summary>A mapping file: JSON that says what the columns of a CSV file become, by their names.</summary>
internal static class ColumnMap
{
    private static readonly JsonSerializerOptions Format = new()
    {
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>No mapping: every column is taken for what its name says.</summary>
    public static IReadOnlyDictionary<string, ColumnTarget> None { get; } = new Dictionary<string, ColumnTarget>();

    /// <summary>Reads a mapping file.</summary>
    /// <returns>What a column becomes, by its name, whose case does not matter.</returns>
    /// <exception cref="BadInputException">It is no mapping file.</exception>
    public static async Task<IReadOnlyDictionary<string, ColumnTarget>> ReadAsync(
        FileInfo file,
        CancellationToken cancellationToken
    )
    {
        await using var stream = file.OpenRead();
        Dictionary<string, string?>? codes;
        try
        {
            codes = await JsonSerializer.DeserializeAsync<Dictionary<string, string?>>(
                stream,
                Format,
                cancellationToken
            );
        }
        catch (JsonException exception)
        {
            throw new BadInputException(
                $"{file.Name} is no mapping file, at line {exception.LineNumber + 1}. It is a JSON object of columns "
                    + "and what they become, such as {\"Tariff\": \"custom:plan\", \"Fax\": \"ignore\"}."
            );
        }

        var targets = new Dictionary<string, ColumnTarget>(StringComparer.OrdinalIgnoreCase);
        foreach (var (heading, code) in codes ?? [])
        {
            if (!ColumnTarget.TryParse(code ?? "", out var target))
            {
                throw new BadInputException(
                    $"{file.Name}: the column '{heading}' cannot become '{code}'. Use {ColumnTarget.Codes}."
                );
            }

            if (!targets.TryAdd(heading.Trim(), target))
            {
                throw new BadInputException($"{file.Name} has the column '{heading}' twice. Keep one.");
            }
        }

        return targets;
    }
}
