using System.Text;
using CustomerProfiles.Sample.Customers;

namespace CustomerProfiles.Sample.Tests;

/// <summary>A folder with CSV files, and a store into which they are imported.</summary>
internal sealed class ImportScene : IDisposable
{
    private readonly KeptProfiles _folder = new();

    public string PathOf(string name) => _folder.PathOf(name);

    public bool StoreExists => File.Exists(_folder.Path);

    public void Dispose() => _folder.Dispose();

    public Task WriteAsync(string name, string text) => File.WriteAllTextAsync(PathOf(name), text);

    public Task WriteAsync(string name, byte[] text) => File.WriteAllBytesAsync(PathOf(name), text);

    public Task<string> ReadAsync(string name) => File.ReadAllTextAsync(PathOf(name));

    /// <summary>Imports a text.</summary>
    public async Task<ImportRun> ImportTextAsync(string text, bool dryRun = false, bool replace = false)
    {
        await WriteAsync("customers.csv", Encoding.UTF8.GetBytes(text));
        return await ImportAsync("customers.csv", dryRun: dryRun, replace: replace);
    }

    /// <summary>Imports a file of the folder.</summary>
    public async Task<ImportRun> ImportAsync(
        string name,
        string? system = "old-crm",
        string? map = null,
        string? rejected = null,
        string? encoding = null,
        bool dryRun = false,
        bool replace = false,
        bool fresh = false,
        int batchSize = 200
    )
    {
        var report = new CapturedReport();
        var request = new CustomerImportRequest
        {
            File = new FileInfo(PathOf(name)),
            System = system,
            Map = map is null ? null : new FileInfo(PathOf(map)),
            Rejected = rejected is null ? null : new FileInfo(PathOf(rejected)),
            Encoding = encoding,
            DryRun = dryRun,
            Replace = replace,
            BatchSize = batchSize,
        };
        var choice = _folder.Choice with { Fresh = fresh };
        BadInputException? failure = null;
        var exitCode = SampleApplication.BadInput;
        try
        {
            exitCode = await SampleApplication.ImportCustomersAsync(request, choice, report, default);
        }
        catch (BadInputException exception)
        {
            failure = exception;
        }

        return new ImportRun(exitCode, report, failure);
    }

    /// <summary>The customer of an address; null when there is none.</summary>
    public Task<CustomerProfile?> FindAsync(string address) =>
        WithProfilesAsync(profiles => profiles.FindAsync(Identity.Email(EmailAddress.Parse(address))).AsTask());

    public Task<int> CountAsync() =>
        WithProfilesAsync(async profiles => (await profiles.ListAsync(new ProfileQuery())).Profiles.Length);

    public async Task<T> WithProfilesAsync<T>(Func<ICustomerProfiles, Task<T>> action)
    {
        await using var provider = SampleProvider.Unused();
        await using var session = SampleSession.OpenExisting(SampleStore.Of(_folder.Choice), provider);
        return await action(session.Profiles);
    }
}

/// <summary>An import that has ended.</summary>
internal sealed class ImportRun(int exitCode, CapturedReport report, BadInputException? failure)
{
    public int ExitCode => exitCode;

    public CapturedReport Report => report;

    /// <summary>Why it could not go on; null when it could.</summary>
    public BadInputException? Failure => failure;

    /// <summary>The number of rows with each outcome, in words.</summary>
    public string Totals
    {
        get
        {
            var totals = report.CustomerTotals!;
            (string Outcome, long Count)[] counts =
            [
                ("created", totals.Created),
                ("updated", totals.Updated),
                ("unchanged", totals.Unchanged),
                ("ambiguous", totals.Ambiguous),
                ("rejected", totals.Rejected),
                ("failed", totals.Failed),
            ];
            counts.Sum(one => one.Count).Should().Be(totals.Rows);
            return string.Join(", ", counts.Where(one => one.Count > 0).Select(one => $"{one.Count} {one.Outcome}"));
        }
    }

    /// <summary>The refused rows, by line.</summary>
    public IEnumerable<(long Line, string Outcome)> Refused =>
        report.Refused.Select(row => (row.Row.Line, row.Outcome));
}
