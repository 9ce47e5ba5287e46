using System.Collections.Immutable;
using System.Text;
using CsvHelper;

namespace CustomerProfiles.Sample.Csv;

/// <summary>
/// Reads the rows of a CSV file. A quoted field may hold line breaks, so a row is as many lines as it takes to close
/// every quote. Where that fails, only the first of these lines is a broken row, and reading goes on with the next one.
/// </summary>
internal sealed class CsvRows
{
    /// <summary>
    /// The longest row of several lines, in UTF-16 code units. It limits how far an open quote is followed.
    /// </summary>
    private const int MaxLength = 256 * 1024;

    private static readonly char[] Separators = [',', ';', '\t'];

    private readonly TextLines _lines;
    private readonly CsvFields _fields;

    /// <summary>The lines after an open quote, which are read again. The next one is on top.</summary>
    private readonly Stack<TextLine> _returned = [];

    private CsvRows(TextLines lines, TextLine first)
    {
        _lines = lines;
        _returned.Push(first);
        Separator = Separators.MaxBy(separator =>
        {
            var count = new CsvFields(separator).Read(first.Text, out var problem).Length;
            return (problem is null, count);
        });
        _fields = new CsvFields(Separator);
    }

    /// <summary>The character that separates fields: the one that splits the header most, without a problem.</summary>
    public char Separator { get; }

    /// <summary>The first row, which names the columns.</summary>
    public CsvRow Header { get; private set; } = null!;

    /// <summary>Reads the header.</summary>
    /// <exception cref="BadInputException">This is no CSV file with a header.</exception>
    public static async Task<CsvRows> OpenAsync(TextLines lines, CancellationToken cancellationToken)
    {
        var first = await lines.ReadAsync(cancellationToken);
        while (first is { Text: var text } && string.IsNullOrWhiteSpace(text))
        {
            first = await lines.ReadAsync(cancellationToken);
        }

        if (first is null)
        {
            throw Empty();
        }

        if (first.Value.Text.Contains('\0'))
        {
            throw new BadInputException(
                "The file is no text in this encoding. If it is a spreadsheet, save it as CSV; if it is UTF-16 without "
                    + "a byte order mark, use --encoding utf-16."
            );
        }

        var rows = new CsvRows(lines, first.Value);
        rows.Header = await rows.ReadAsync(cancellationToken) ?? throw Empty();
        return rows.Header.Problem is null
            ? rows
            : throw new BadInputException(
                $"Line {rows.Header.Line} is to name the columns, and is broken: {rows.Header.Problem}"
            );
    }

    /// <summary>Reads the next row. Rows without any text are passed over.</summary>
    /// <returns>The row; null at the end.</returns>
    /// <exception cref="BadInputException">The rest of the file cannot be read.</exception>
    public async ValueTask<CsvRow?> ReadAsync(CancellationToken cancellationToken)
    {
        while (await NextLineAsync(cancellationToken) is { } line)
        {
            var row = await ReadFromAsync(line, cancellationToken);
            if (row.Problem is not null || !row.Fields.All(string.IsNullOrWhiteSpace))
            {
                return row;
            }
        }

        return null;
    }

    private static BadInputException Empty() => new("The file is empty. Its first row is to name the columns.");

    private async ValueTask<CsvRow> ReadFromAsync(TextLine first, CancellationToken cancellationToken)
    {
        var text = first.Text;
        var fields = _fields.Read(text, out var problem);
        if (problem != CsvMalformedReason.UnterminatedQuote)
        {
            return RowOf(first, text, fields, problem);
        }

        var more = new List<TextLine>();
        var joined = new StringBuilder(text).Append(first.Break);
        while (
            problem == CsvMalformedReason.UnterminatedQuote
            && joined.Length <= MaxLength
            && await NextLineAsync(cancellationToken) is { } line
        )
        {
            more.Add(line);
            joined.Append(line.Text);

            // No other line can close the quote.
            if (line.Text.Contains('"'))
            {
                text = joined.ToString();
                fields = _fields.Read(text, out problem);
            }

            joined.Append(line.Break);
        }

        if (problem is null)
        {
            return RowOf(first, text, fields, problem);
        }

        for (var i = more.Count - 1; i >= 0; i--)
        {
            _returned.Push(more[i]);
        }

        return RowOf(first, first.Text, [], CsvMalformedReason.UnterminatedQuote);
    }

    private static CsvRow RowOf(
        TextLine first,
        string text,
        ImmutableArray<string> fields,
        CsvMalformedReason? problem
    ) =>
        new()
        {
            Line = first.Number,
            Text = text,
            Fields = fields,
            Problem = problem switch
            {
                null => null,
                CsvMalformedReason.UnterminatedQuote => "A quote is opened and not closed. Close it, or double it.",
                CsvMalformedReason.TextAfterClosingQuote =>
                    "Text follows a closing quote. Double each quote within a quoted field.",
                _ => "A field has a quote within it. Put the field in quotes, and double the quote.",
            },
        };

    private async ValueTask<TextLine?> NextLineAsync(CancellationToken cancellationToken) =>
        _returned.TryPop(out var line) ? line : await _lines.ReadAsync(cancellationToken);
}
