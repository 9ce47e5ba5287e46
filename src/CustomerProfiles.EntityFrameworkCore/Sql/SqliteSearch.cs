using System.Collections.Immutable;
using System.Text;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The statements of a search on SQLite. Tables are joined in the order in which they are written, and each by an index
/// that is named.
/// </summary>
internal sealed class SqliteSearch(StoreTables tables, SearchBounds bounds) : StoreSearch(tables, bounds)
{
    /// <summary>The number of a row is that of its tenant, followed by a sequence of so many bits.</summary>
    public const int SequenceBits = 40;

    /// <summary>
    /// Marks a beginning of a word. It is in no search text. Twice, so that one letter and two marks are three letters
    /// for the index, as are two letters and one mark.
    /// </summary>
    private const char Mark = '\u0001';

    protected override string NoName => "null";

    protected override string NoTime => "null";

    protected override string Greatest => "max";

    protected override string HasNamePrefix => "(s.name >= @prefix and s.name < @prefix_end)";

    protected override bool WritesConditionsAsLimits => true;

    protected override string IsSuppressed =>
        $"""
            c.is_suppressed or exists (
                select 1 from {Tables.Identities} i indexed by {Tables.IndexOfIdentitiesByCustomer}
                where i.tenant = @tenant and i.customer_id = c.id
                  and (select 1 from {Tables.Suppressions} x
                       where x.tenant = @tenant and x.kind = i.kind and x.value = i.value) is not null)
            """;

    /// <summary>The beginnings of two letters, and those of one that are no beginning of one of two.</summary>
    public static string Write(ImmutableArray<string> prefixes)
    {
        var text = new StringBuilder();
        foreach (var prefix in prefixes)
        {
            if (
                !prefixes.Any(other =>
                    other.Length > prefix.Length && other.StartsWith(prefix, StringComparison.Ordinal)
                )
            )
            {
                text.Append(Mark).Append(Mark).Append(prefix);
            }
        }

        return text.ToString();
    }

    protected override string JoinCustomer(string id) =>
        Join(Tables.Customers, "c", Tables.IndexOfCustomersKey, "id", id);

    protected override string JoinActivity(string id) =>
        Join(Tables.Activity, "a", Tables.IndexOfActivityKey, "customer_id", id);

    protected override string JoinSearch(string id) =>
        Join(Tables.Search, "s", Tables.IndexOfSearchByCustomer, "customer_id", id);

    protected override string By(string index) => $"indexed by {index}";

    /// <summary>A join keeps the order of its first table; to sort the rows again, all of them would be read.</summary>
    protected override string Kept(string order) => "";

    protected override void AddIndexed(StoreParameters parameters, SearchCriteria query)
    {
        if (!query.Terms.IsEmpty)
        {
            parameters.Text("match", Match(query));
        }
    }

    protected override void AddTerm(StoreParameters parameters, int number, SearchTerm term)
    {
        parameters.Text(Named("term", number), term.Text);
        if (term.Beginning is { } beginning)
        {
            parameters.Text(Named("beginning", number), Marked(beginning));
        }
    }

    protected override string HasTerm(int number, SearchTerm term)
    {
        var text = $"instr(s.text, @{Named("term", number)}) > 0";
        if (term.Beginning is not null)
        {
            text = $"(instr(s.prefixes, @{Named("beginning", number)}) > 0 and {text})";
        }

        return term.Digits is null ? text : $"({text} or instr(s.text, @{Named("digits", number)}) > 0)";
    }

    protected override string Owners(SearchCriteria query) =>
        $"""
            select distinct (
                select i.customer_id from {Tables.Identities} i
                where i.tenant = @tenant and i.kind = k.value and i.value = v.value) as customer_id
            from json_each(@kinds) k cross join json_each(@values) v on v.key = k.key
            where (
                select i.customer_id from {Tables.Identities} i
                where i.tenant = @tenant and i.kind = k.value and i.value = v.value) is not null
            """;

    protected override string IsMatched(string id) => $"{id} in (select m.customer_id from matched m)";

    protected override string From(
        SearchCriteria query,
        Source source,
        string condition,
        IEnumerable<string> others,
        bool isWithoutNames
    )
    {
        List<string> conditions = [.. TextConditions(query), .. others];
        if (isWithoutNames && source != Source.Terms)
        {
            conditions.Add($"not {HasNamePrefix}");
        }

        var from = source switch
        {
            Source.Terms => $"""
                (select t.rowid as row_id from {Tables.SearchText} t
                 where t.{Tables.SearchText} match @match
                   and t.rowid >= (select n.number << {SequenceBits} from {Tables.Tenants} n where n.tenant = @tenant)
                   and t.rowid < (
                    select (n.number + 1) << {SequenceBits} from {Tables.Tenants} n where n.tenant = @tenant)
                   {(isWithoutNames ? WithoutNames : "")}) t
                cross join {Tables.Search} s on s.row_id = t.row_id
                """,
            Source.Property => $"""
                (select p.customer_id from {Tables.Properties} p {By(Tables.IndexOfPropertiesByValue)}
                 where p.tenant = @tenant and p.key = @key and {HasProperty(query)}) w {JoinSearch("w.customer_id")}
                """,
            Source.Changed or Source.Conversation => $"({Within(query, source)}) w {JoinSearch("w.customer_id")}",
            _ => $"""
                {Tables.Search} s {By(Tables.IndexOfSearchByCompany)}
                    on s.tenant = @tenant and s.company = @company and s.company <> ''
                """,
        };
        return $"""
            select s.customer_id, s.name
            from (select 1 where {condition}) go cross join {from}
            where {All(conditions)}
            """;
    }

    /// <summary>
    /// The numbers of the rows are in the index of names, so that no row is read only to be left out.
    /// </summary>
    private string WithoutNames =>
        $"""
            and t.rowid not in (
                select m.row_id from {Tables.Search} m {By(Tables.IndexOfSearchByName)}
                where m.tenant = @tenant and m.name >= @prefix and m.name < @prefix_end)
            """;

    /// <summary>
    /// An expression of FTS5 that every profile with the terms fulfils: the index knows only which row has which three
    /// letters, so that the text is compared afterwards.
    /// </summary>
    private static string Match(SearchCriteria query)
    {
        var terms = query.Terms.Select(term =>
        {
            var text = term.Beginning is { } beginning
                ? string.Join(" AND ", Trigrams(Marked(beginning)).Concat(Trigrams(term.Text)))
                : string.Join(" AND ", Trigrams(term.Text));
            return term.Digits is { } digits
                ? $"(({text}) OR ({string.Join(" AND ", Trigrams(digits))}))"
                : $"({text})";
        });
        return string.Join(" AND ", terms);
    }

    /// <summary>None of a text of one or two letters.</summary>
    private static IEnumerable<string> Trigrams(string text)
    {
        var runes = text.EnumerateRunes().ToArray();
        return Enumerable
            .Range(0, Math.Max(0, runes.Length - 2))
            .Select(i => $"{runes[i]}{runes[i + 1]}{runes[i + 2]}")
            .Distinct(StringComparer.Ordinal)
            .Select(three => $"\"{three.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
    }

    /// <summary>Three letters, by which the index finds a beginning of one or two.</summary>
    private static string Marked(string prefix) =>
        prefix.EnumerateRunes().Count() == 1 ? $"{Mark}{Mark}{prefix}" : $"{Mark}{prefix}";

    private static string Join(string table, string alias, string index, string key, string id) =>
        $"cross join {table} {alias} indexed by {index} on {alias}.tenant = @tenant and {alias}.{key} = {id}";
}
