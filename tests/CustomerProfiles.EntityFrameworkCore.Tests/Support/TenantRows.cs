using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>
/// All rows of a tenant as a text that is the same for tenants with the same contents: without the tenant, the numbers
/// of rows, and ids that the library makes.
/// </summary>
internal static partial class TenantRows
{
    /// <summary>The end of an id that tests make. It is the same in every order of bytes.</summary>
    private const string EndOfKnown = "800000000000000";

    /// <summary>One of a few ids that stay in the text.</summary>
    public static CustomerId KnownId(int number) =>
        CustomerId.From(
            Guid.Parse(string.Create(CultureInfo.InvariantCulture, $"00000000-0000-7000-8000-00000000000{number}"))
        );

    public static async Task<string> ReadAsync(DbConnection connection, TenantId tenant)
    {
        await connection.OpenAsync();
        var rows = new List<string>();
        foreach (var table in await TablesAsync(connection))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"select * from {table} where tenant = '{tenant.Value}'";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                var columns = Enumerable
                    .Range(0, reader.FieldCount)
                    .Where(column => reader.GetName(column) is not ("tenant" or "row_id"))
                    .Select(column =>
                        $"{reader.GetName(column)}={TextOf(reader.GetName(column), reader.GetValue(column))}"
                    );
                var row = $"{table}: {string.Join(", ", columns)}";
                rows.Add(Ids().Replace(row.Replace(tenant.Value, "the tenant", StringComparison.Ordinal), KnownOrAny));
            }
        }

        return string.Join(Environment.NewLine, rows.Order(StringComparer.Ordinal));
    }

    private static async Task<IReadOnlyList<string>> TablesAsync(DbConnection connection)
    {
        await using var command = connection.CreateCommand();
        command.CommandText =
            connection is Npgsql.NpgsqlConnection
                ? """
                    select table_name from information_schema.columns
                    where column_name = 'tenant' and table_name like 'cp_%' and table_name <> 'cp_tenants'
                    """
                : """
                    select m.name from sqlite_master m
                    where m.type = 'table' and m.sql not like '%virtual%' and m.name like 'cp_%'
                      and m.name <> 'cp_tenants'
                      and exists (select 1 from pragma_table_info(m.name) c where c.name = 'tenant')
                    """;
        var tables = new List<string>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            tables.Add(reader.GetString(0));
        }

        tables.Should().Contain(["cp_customers", "cp_identities", "cp_merges", "cp_erasures", "cp_checks"]);
        return tables;
    }

    /// <summary>When something may be claimed depends on the clock of the server.</summary>
    private static string TextOf(string column, object value) =>
        value switch
        {
            not DBNull when column == "available_from" => "set",
            byte[] bytes => Convert.ToHexString(bytes),
            DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };

    private static string KnownOrAny(Match match)
    {
        var digits = match.Value.Replace("-", "", StringComparison.Ordinal);
        return digits.LastIndexOf(EndOfKnown, StringComparison.Ordinal) == digits.Length - 1 - EndOfKnown.Length
            ? $"id {digits[^1]}"
            : "id";
    }

    [GeneratedRegex("[0-9A-Fa-f]{8}-?(?:[0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}", RegexOptions.CultureInvariant)]
    private static partial Regex Ids();
}
