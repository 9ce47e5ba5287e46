using System.Text;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The statements of a search on PostgreSQL, which are planned at each call.</summary>
internal sealed class PostgreSqlSearch(StoreTables tables, SearchBounds bounds) : StoreSearch(tables, bounds)
{
    protected override string NoName => "cast(null as text) collate \"C\"";

    protected override string NoTime => "cast(null as timestamptz)";

    protected override string Greatest => "greatest";

    protected override string HasNamePrefix => "starts_with(s.name, @prefix)";

    protected override bool WritesConditionsAsLimits => false;

    protected override string IsSuppressed =>
        $"""
            c.is_suppressed or exists (
                select 1 from {Tables.Identities} i
                cross join lateral (
                    select 1 from {Tables.Suppressions} s where s.tenant = i.tenant and s.kind = i.kind
                        and s.value = i.value offset 0) s
                where i.tenant = c.tenant and i.customer_id = c.id)
            """;

    protected override string JoinCustomer(string id) => Join(Tables.Customers, "c", "id", id);

    protected override string JoinActivity(string id) => Join(Tables.Activity, "a", "customer_id", id);

    protected override string JoinSearch(string id) => Join(Tables.Search, "s", "customer_id", id);

    protected override string By(string index) => "";

    protected override string Kept(string order) => order;

    protected override void AddTerm(StoreParameters parameters, int number, SearchTerm term)
    {
        if (term.Beginning is { } beginning)
        {
            parameters
                .Text(Named("term", number), term.Text)
                .Text(Named("beginning", number), beginning)
                .Text(Named("word", number), $"\n{beginning}\n");
        }
        else
        {
            parameters.Text(Named("term", number), Pattern(term.Text));
            if (BeforeAt(term) is { } part)
            {
                parameters.Text(Named("part", number), Pattern(part)).Text(Named("whole", number), term.Text);
            }
        }
    }

    protected override string HasTerm(int number, SearchTerm term)
    {
        var text = term.Beginning is null
            ? HasText(number)
            : $"(strpos(s.prefixes, @{Named("word", number)}) > 0 and {Contains(number)})";
        return term.Digits is null ? text : $"({text} or {HasDigits(number)})";
    }

    protected override string Owners(SearchCriteria query) =>
        $"""
            select i.customer_id from unnest(@kinds, @values) w (kind, value)
            cross join lateral (
                select i.customer_id from {Tables.Identities} i
                where i.tenant = @tenant and i.kind = w.kind and i.value = w.value offset 0) i
            where i.customer_id is not null
            group by i.customer_id
            """;

    /// <summary>
    /// Whether other tenants have few profiles. Then the index is asked for the words only: of a tenant that has nearly
    /// all profiles it would read them all, which takes longer than to read the words.
    /// </summary>
    protected override IEnumerable<string> BeforeFrom =>
        [
            $"""
                others as materialized (
                    select count(*) <= {Bounds.OfOthers} as are_few from (
                        (select 1 from {Tables.Search} o where o.tenant < @tenant
                         order by o.tenant limit {Bounds.OfOthers + 1})
                        union all
                        (select 1 from {Tables.Search} o where o.tenant > @tenant
                         order by o.tenant limit {Bounds.OfOthers + 1})) o)
                """,
        ];

    /// <summary>
    /// As a value, for which the ids are hashed. As a condition it would be a join, and sessions allow nested loops
    /// only.
    /// </summary>
    protected override string IsMatched(string id) => $"({id} in (select m.customer_id from matched m)) is true";

    protected override string From(
        SearchCriteria query,
        Source source,
        string condition,
        IEnumerable<string> others,
        bool isWithoutNames
    )
    {
        List<string> conditions = [.. others];
        if (isWithoutNames)
        {
            conditions.Add($"not {HasNamePrefix}");
        }

        if (source == Source.Terms)
        {
            conditions.AddRange(query.Terms.Select((term, i) => Indexed(i, term)));
            conditions.AddRange(TextConditions(query).Skip(query.Terms.Length));
            return Unbounded(
                "others",
                condition,
                $"""
                select s.customer_id, s.name from {Tables.Search} s
                where s.tenant = @tenant and not o.are_few and {All(conditions)}
                union all
                select s.customer_id, s.name from {Tables.Search} s
                where s.tenant || '' = @tenant and o.are_few and {All(conditions)}
                """
            );
        }

        conditions = ["s.tenant = @tenant", .. conditions, .. TextConditions(query)];
        var from = source switch
        {
            Source.Property => $"""
                (select p.customer_id from {Tables.Properties} p
                 where p.tenant = @tenant and p.key = @key and {HasProperty(query)} offset 0) w
                {JoinSearch("w.customer_id")}
                """,
            Source.Changed or Source.Conversation => $"""
                ({Within(query, source)} offset 0) w {JoinSearch("w.customer_id")}
                """,
            _ => $"{Tables.Search} s",
        };
        return Unbounded(
            "(values (1))",
            condition,
            $"select s.customer_id, s.name from {from} where {All(conditions)}"
        );
    }

    /// <summary>
    /// Below a bound the planner would expect to find so many soon, and read the table in order. A part that is joined
    /// is planned as if all of it were read. The condition is no part of it, so that nothing is read when it does not
    /// hold.
    /// </summary>
    private static string Unbounded(string one, string condition, string select) =>
        $"select f.customer_id, f.name from {one} o cross join lateral ({select} offset 0) f where {condition}";

    /// <summary>
    /// A pattern gives trigrams only where three letters or digits stand together; any other would be looked for in the
    /// whole index. The beginning of a word is in the index as it is.
    /// </summary>
    private static string Indexed(int number, SearchTerm term)
    {
        var beginnings = PostgreSqlSearchIndex.PrefixesOf("s.prefixes");
        var text =
            BeforeAt(term) is not null
                ? $"(s.text like @{Named("part", number)} and strpos(s.text, @{Named("whole", number)}) > 0)"
            : term.Beginning is null ? HasText(number)
            : $"({beginnings} @> array[@{Named("beginning", number)}] and {Contains(number)})";
        return term.Digits is null ? text : $"({text} or {HasDigits(number)})";
    }

    /// <summary>
    /// An e-mail address up to its at sign, which is enough to find it by: the parts of its domain are in the text of
    /// nearly everybody, and the index would read all of them. Null for what is none, or has no trigram there.
    /// </summary>
    private static string? BeforeAt(SearchTerm term)
    {
        var at = term.Text.IndexOf('@', StringComparison.Ordinal);
        var together = 0;
        for (var i = 0; i < at && together < 3; i++)
        {
            together = char.IsLetterOrDigit(term.Text[i]) ? together + 1 : 0;
        }

        return term.Beginning is null && together == 3 ? term.Text[..(at + 1)] : null;
    }

    private static string HasText(int number) => $"s.text like @{Named("term", number)}";

    /// <summary>The same as <see cref="HasText"/>, and no condition of an index.</summary>
    private static string Contains(int number) => $"strpos(s.text, @{Named("term", number)}) > 0";

    /// <summary>Digits are no wildcards.</summary>
    private static string HasDigits(int number) => $"s.text like '%' || @{Named("digits", number)} || '%'";

    private static string Pattern(string text) =>
        $"%{new StringBuilder(text).Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_")}%";

    private static string Join(string table, string alias, string key, string id) =>
        $"""
            cross join lateral (
                select {alias}.* from {table} {alias} where {alias}.tenant = @tenant and {alias}.{key} = {id}
                offset 0) {alias}
            """;
}
