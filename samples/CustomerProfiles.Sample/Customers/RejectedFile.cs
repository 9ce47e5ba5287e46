using System.Text;

namespace CustomerProfiles.Sample.Customers;

/// <summary>
/// A CSV file of the rows that were not imported, as they were, each with its problems in a last column. It can be
/// corrected and imported.
/// </summary>
internal sealed class RejectedFile : IAsyncDisposable
{
    private readonly StreamWriter _writer;
    private readonly char _separator;

    /// <summary>Creates the file, or replaces an earlier one.</summary>
    /// <param name="file">The file.</param>
    /// <param name="header">The header, with the column of the problems.</param>
    /// <param name="separator">The character that separates fields.</param>
    public RejectedFile(FileInfo file, string header, char separator)
    {
        _separator = separator;

        // With a byte order mark a spreadsheet knows the encoding.
        _writer = new StreamWriter(
            file.FullName,
            append: false,
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: true)
        )
        {
            NewLine = "\r\n",
        };
        _writer.WriteLine(header);
    }

    public void Add(ImportedRow row) => _writer.WriteLine(ProblemColumn.AddTo(row.Row.Text, _separator, row.Problems));

    public ValueTask DisposeAsync() => _writer.DisposeAsync();
}
