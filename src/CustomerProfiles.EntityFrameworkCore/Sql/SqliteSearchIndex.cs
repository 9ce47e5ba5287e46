namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The index by which SQLite finds words in search texts: a table of FTS5 without contents, whose rows have the numbers
/// of the rows of search texts, and the triggers that write it. Text is folded already, so case matters. Only which
/// row has which three letters is kept; the text itself is compared afterwards.
/// </summary>
internal static class SqliteSearchIndex
{
    public static string Script(string table)
    {
        var index = Name(NameFor(table));
        var changed = "old.text || old.prefixes <> new.text || new.prefixes or old.row_id <> new.row_id";
        string Remove() =>
            $"insert into {index} ({index}, rowid, text) values ('delete', old.row_id, old.text || old.prefixes);";
        string Add() => $"insert into {index} (rowid, text) values (new.row_id, new.text || new.prefixes);";
        string Trigger(string name, string when) =>
            $"create trigger if not exists {Name($"{NameFor(table)}_{name}")} after {when} begin";

        return $"""
            create virtual table if not exists {index}
                using fts5 (text, content = '', detail = none, columnsize = 0, tokenize = 'trigram case_sensitive 1');
            {Trigger("insert", $"insert on {Name(table)}")} {Add()} end;
            {Trigger("delete", $"delete on {Name(table)}")} {Remove()} end;
            {Trigger(
                "update",
                $"update of row_id, text, prefixes on {Name(table)} when {changed}"
            )} {Remove()} {Add()} end;
            """;
    }

    public static string NameFor(string table) => $"{table}_text";

    private static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
