using System.Collections.Immutable;
using CsvHelper;

namespace CustomerProfiles.Sample.Csv;

/// <summary>Takes the text of one row apart. CsvHelper knows how fields are separated and quoted.</summary>
internal sealed class CsvFields
{
    private const int SmallBuffer = 1024;

    private readonly CsvReaderOptions _options;
    private CsvMalformedReason? _problem;

    public CsvFields(char separator) =>
        _options = new CsvReaderOptions
        {
            HasHeader = false,
            Separator = separator,
            TrimWhitespace = true,
            BufferSize = SmallBuffer,
            OnMalformedRecord = record => _problem = record.Reason,
        };

    /// <summary>Reads the fields of a row.</summary>
    /// <param name="text">The row, without the line break at its end.</param>
    /// <param name="problem">What is wrong with its quotes; null when nothing is.</param>
    /// <returns>The fields as far as they can be read; none for an empty row.</returns>
    public ImmutableArray<string> Read(string text, out CsvMalformedReason? problem)
    {
        _problem = null;
        using var reader = CsvReader.FromText(text, _options);
        ImmutableArray<string> fields = reader.Read()
            ? [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]
            : [];
        problem = _problem;
        return fields;
    }
}
