namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The index by which PostgreSQL finds words in search texts: the trigrams of the text and the beginnings of words,
/// together with the tenant.
/// </summary>
internal static class PostgreSqlSearchIndex
{
    /// <summary>
    /// A role without the right to create the extensions goes without the index. So does a database whose
    /// <c>lc_ctype</c> is C: there <c>pg_trgm</c> knows ASCII letters only, finds no trigram in other scripts, and the
    /// index would be read as a whole. It is tried as well, because a database that compares text by ICU knows all
    /// letters where <c>pg_trgm</c> does not.
    /// </summary>
    public static string Script(string table, string? schema)
    {
        var prefix = schema is null ? "" : $"{Name(schema)}.";
        var index = Name(NameFor(table));
        var create =
            $"create index {Escape(index)} on {Escape(prefix + Name(table))} using gin (tenant, text %s.gin_trgm_ops, "
            + $"({PrefixesOf("prefixes")}))";
        return $"""
            do $search$
            declare
                trigrams text;
                is_useful boolean;
            begin
                if to_regclass({Text(prefix + index)}) is not null
                    or not 'ÀЖ' ~ '^[[:alpha:]]+$' then
                    return;
                end if;
                begin
                    create extension if not exists pg_trgm;
                    create extension if not exists btree_gin;
                exception when insufficient_privilege or undefined_file or feature_not_supported
                    or invalid_schema_name then
                    null;
                end;
                select quote_ident(n.nspname) into trigrams from pg_extension e
                    join pg_namespace n on n.oid = e.extnamespace
                    where e.extname = 'pg_trgm' and exists (select 1 from pg_extension where extname = 'btree_gin');
                if trigrams is not null then
                    execute format('select cardinality(%s.show_trgm(''Ж'')) > 0', trigrams) into is_useful;
                    if is_useful then
                        execute format({Text(create)}, trigrams);
                    end if;
                end if;
            end
            $search$
            """;
    }

    /// <summary>The beginnings of words as the index has them.</summary>
    public static string PrefixesOf(string column) => $"string_to_array({column}, chr(10))";

    public static string NameFor(string table) => $"ix_{table}_text";

    private static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Escape(string format) => format.Replace("%", "%%", StringComparison.Ordinal);

    private static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
