using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using CustomerProfiles.Sample.Csv;

namespace CustomerProfiles.Sample.Customers;

/// <summary>
/// How a CSV file becomes customers: rows are read, and <see cref="ICustomerProfiles.ImportAsync"/> writes them, some
/// at a time. The file is read only as fast as the rows are written, so that one of any size needs little memory.
/// </summary>
internal sealed class CustomerImport(ICustomerProfiles profiles, CsvRows rows, CustomerColumns columns)
{
    /// <summary>More broken rows than this in one batch are reported before the rows that they follow.</summary>
    private const int MaxWaiting = 10_000;

    private readonly CustomerRowReader _reader = new(columns);

    /// <summary>
    /// The rows that are read and not yet reported, in the order of the file; with their problems, if they have any.
    /// </summary>
    private readonly Queue<(CsvRow Row, ImmutableArray<string> Problems)> _waiting = [];
    private ExceptionDispatchInfo? _failure;

    /// <summary>Imports every row.</summary>
    /// <param name="options">How rows are written.</param>
    /// <param name="done">Called for every row, in the order of the file.</param>
    /// <param name="cancellationToken">Stops the import. What was imported until then is kept.</param>
    /// <exception cref="BadInputException">
    /// The rest of the file cannot be read. The rows before were imported.
    /// </exception>
    public async Task RunAsync(ImportOptions options, Action<ImportedRow> done, CancellationToken cancellationToken)
    {
        await foreach (
            var result in profiles.ImportAsync(ReadAsync(done, cancellationToken), options, cancellationToken)
        )
        {
            ReportUnread(done);
            done(ImportedRow.Of(_waiting.Dequeue().Row, result.Outcome));
        }

        ReportUnread(done);
        _failure?.Throw();
    }

    /// <summary>The rows that can be read, for the library to write.</summary>
    private async IAsyncEnumerable<ImportRow> ReadAsync(
        Action<ImportedRow> done,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        while (await NextAsync(cancellationToken) is { } row)
        {
            var customer = _reader.Read(row, out var problems);
            if (customer is null && _waiting.Count is (0 or > MaxWaiting))
            {
                done(ImportedRow.Unread(row, problems));
                continue;
            }

            _waiting.Enqueue((row, problems));
            if (customer is not null)
            {
                yield return customer;
            }
        }
    }

    /// <summary>
    /// The next row; null when there is none, or no more can be read: then the rows before are written first.
    /// </summary>
    private async ValueTask<CsvRow?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await rows.ReadAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is BadInputException or IOException)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
            return null;
        }
    }

    private void ReportUnread(Action<ImportedRow> done)
    {
        while (_waiting.TryPeek(out var next) && !next.Problems.IsEmpty)
        {
            _waiting.Dequeue();
            done(ImportedRow.Unread(next.Row, next.Problems));
        }
    }
}
