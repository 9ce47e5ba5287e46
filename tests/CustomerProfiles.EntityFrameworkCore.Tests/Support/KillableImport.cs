using System.Globalization;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>
/// An import beside the customers of <see cref="KillableWork"/>: of new customers, of known ones, of one who was
/// merged, and of a row that is rejected, in batches of three.
/// </summary>
internal static class KillableImport
{
    /// <summary>The name of the call.</summary>
    public const string Name = "import";

    private static readonly ImportOptions Options = new() { System = "old-crm", BatchSize = 3 };

    private static readonly string[] Addresses =
    [
        "new1@example.com",
        "ada@example.com",
        "new3@example.com",
        "eve@example.com",
        "new5@example.com",
        "new6@example.com",
        "nobody",
        "new8@example.com",
    ];

    /// <summary>How many rows there are.</summary>
    public static int Rows => Addresses.Length;

    /// <summary>The identity of a row, by which it is found again.</summary>
    public static Identity IdentityOf(int row) =>
        Identity.External(string.Create(CultureInfo.InvariantCulture, $"{Options.System}:{row + 1}"));

    /// <summary>Imports all rows.</summary>
    /// <returns>The code of each outcome.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(
        ICustomerProfiles profiles,
        CancellationToken cancellationToken = default
    )
    {
        var codes = new List<string>();
        await foreach (var result in profiles.ImportAsync(RowsAsync(), Options, cancellationToken))
        {
            codes.Add(result.Outcome.Code);
        }

        return codes;
    }

    private static async IAsyncEnumerable<ImportRow> RowsAsync()
    {
        for (var row = 0; row < Rows; row++)
        {
            await Task.Yield();
            yield return new ImportRow
            {
                Id = string.Create(CultureInfo.InvariantCulture, $"{row + 1}"),
                CreatedAt = Instant.FromUtc(2019, 5, 4, 10, row),
                Profile = new NewProfile
                {
                    Name = $"Name of row {row}",
                    JobTitle = $"Title of row {row}",
                    Emails = [new ProfileEmail(Addresses[row])],
                    Phones = [new PhoneNumber($"+44 20 7946 000{row}")],
                    Identities = [Identity.Chat("irc", $"row{row}")],
                    Custom = new Dictionary<string, string>(StringComparer.Ordinal) { ["tier"] = $"tier {row}" },
                },
            };
        }
    }
}
