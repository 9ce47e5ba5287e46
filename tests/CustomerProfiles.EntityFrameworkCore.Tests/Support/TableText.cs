using System.Text;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>What the tables hold, as text that can be searched.</summary>
internal static class TableText
{
    /// <summary>Every row of every table as text.</summary>
    public static async Task<string> TextOfTablesAsync(this TestDatabase database, DatabaseKind kind)
    {
        var tables = await database.ValueAsync<string>(
            kind == DatabaseKind.Sqlite
                ? "select group_concat(name) from sqlite_master where type = 'table' "
                    + "and name like 'cp\\_%' escape '\\' and sql not like '%virtual%' "
                    + "and name not like '%\\_text%' escape '\\'"
                : "select string_agg(table_name, ',') from information_schema.tables where table_name like 'cp\\_%'"
        );
        var text = new StringBuilder();
        foreach (var table in tables.Split(','))
        {
            text.AppendLine(await database.TextOfAsync(kind, table));
        }

        return text.ToString();
    }

    /// <summary>Every row of a table as text.</summary>
    public static async Task<string> TextOfAsync(this TestDatabase database, DatabaseKind kind, string table)
    {
        if (kind == DatabaseKind.PostgreSql)
        {
            return await database.ValueAsync<string>($"select coalesce(string_agg(t::text, ' '), '') from {table} t");
        }

        var columns = await database.ValueAsync<string>(
            $"select group_concat('quote(' || name || ')', ' || ') from pragma_table_info('{table}')"
        );
        return await database.ValueAsync<string>($"select coalesce(group_concat({columns}), '') from {table}");
    }
}
