using System.Diagnostics;
using CustomerProfiles.Sample.Csv;
using CustomerProfiles.Sample.Customers;

namespace CustomerProfiles.Sample;

/// <summary>Imports the customers of another system from a CSV file of any size.</summary>
internal sealed class ImportCustomersCommand(ICustomerProfiles profiles, IReport report, ImportProgress progress)
{
    /// <summary>Who gives the values of a file whose rows have no ids.</summary>
    private const string UnnamedSystem = "csv";

    /// <returns>Whether every row was imported.</returns>
    /// <exception cref="BadInputException">The file, or what the user says about it, cannot be used.</exception>
    public async Task<bool> RunAsync(Stream file, CustomerImportRequest request, CancellationToken cancellationToken)
    {
        if (request.Rejected?.FullName is { } rejected && rejected == request.File.FullName)
        {
            throw new BadInputException("--rejected would replace the file that is imported. Give another name.");
        }

        var encoding = request.Encoding is { } name ? TextEncoding.Parse(name) : null;
        var map = request.Map is { } mapping ? await ColumnMap.ReadAsync(mapping, cancellationToken) : ColumnMap.None;
        var rows = await CsvRows.OpenAsync(new TextLines(file, encoding), cancellationToken);
        var columns = CustomerColumns.Of(rows.Header.Fields, map);
        var options = OptionsOf(request, columns);
        if (request.DryRun)
        {
            report.Note("A dry run: no profile is written.");
        }

        report.Note(columns.Description);
        var totals = new CustomerImportTotals();
        var started = Stopwatch.GetTimestamp();
        await using var rejectedFile = request.Rejected is { } target
            ? new RejectedFile(
                target,
                ProblemColumn.AddHeadingTo(rows.Header.Text, rows.Separator, columns.HasProblems),
                rows.Separator
            )
            : null;
        try
        {
            await new CustomerImport(profiles, rows, columns).RunAsync(options, Report, cancellationToken);
        }
        finally
        {
            // Also of an import that is interrupted: what it has written stays.
            progress.Clear();
            report.CustomerTotals(totals, request.DryRun, Stopwatch.GetElapsedTime(started));
        }

        if (!totals.IsComplete && request.Rejected is { Name: var written })
        {
            report.Note(
                request.Encoding is null
                    ? $"The rows that were not imported are in {written}. Correct them, and import that file."
                    : $"The rows that were not imported are in {written}, in UTF-8. Correct them, and import that file "
                        + "without --encoding."
            );
        }

        return totals.IsComplete;

        void Report(ImportedRow row)
        {
            totals.Count(row);
            if (row.IsRefused)
            {
                progress.Clear();
                report.RefusedRow(row);
                rejectedFile?.Add(row);
            }

            progress.Show(totals.Rows);
        }
    }

    private static ImportOptions OptionsOf(CustomerImportRequest request, CustomerColumns columns)
    {
        if (request.System is null && columns.HasId)
        {
            throw new BadInputException(
                "The file has a column of ids. Say with --system which system they are of, such as --system old-crm, "
                    + "so that the ids of two systems are not mixed up."
            );
        }

        try
        {
            return new ImportOptions
            {
                System = request.System ?? UnnamedSystem,
                Replace = request.Replace,
                DryRun = request.DryRun,
                BatchSize = request.BatchSize,
            };
        }
        catch (ArgumentException exception)
        {
            // The name of the parameter means nothing to the user.
            throw new BadInputException($"--system: {exception.Message.Split(" (Parameter", 2)[0]}");
        }
    }
}
