using System.Collections.Immutable;
using System.Globalization;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The statements of a search. One statement is one page, as of one moment: the look-ups of the order in turn, each
/// bounded, and none begun when those before it have filled the page.
/// </summary>
/// <remarks>
/// A common word fills a page with the first profiles in the order of the query, so some of them are read first (<see
/// cref="SearchBounds.Walked"/>). How many of those fit says how common the word is. After a common one, the profiles
/// are read on in their order (<see cref="SearchBounds.WalkedOn"/>, <see cref="SearchBounds.WalkedFar"/>). Otherwise
/// the index that fits the query best is read. Of what it finds, the last activity of each is looked up while they are
/// few (<see cref="SearchBounds.Probed"/>); of more (<see cref="SearchBounds.Sorted"/>), the page is found by reading
/// the latest activity of all in order, and comparing ids. Only if nothing of this fills the page, all that the index
/// finds is sorted. By name, those whose names begin with the query are read in their order, and all others that the
/// index finds are sorted. Where no index fits, the profiles are read in order to the end.
/// </remarks>
internal abstract class StoreSearch(StoreTables tables, SearchBounds bounds)
{
    private const long TicksInMicrosecond = 10;

    private static readonly Instant Earliest = Instant.FromUtc(1, 1, 1, 0, 0);

    private static readonly Instant Latest = Instant.FromUtc(9999, 12, 31, 23, 59);

    /// <summary>The column of the activity by which a query is ordered, or the name.</summary>
    protected enum Sort
    {
        Name,
        Change,
        Conversation,
    }

    /// <summary>What selects the profiles of a query without reading all.</summary>
    protected enum Source
    {
        None,
        Terms,
        Property,
        Company,
        Changed,
        Conversation,
    }

    protected StoreTables Tables => tables;

    protected SearchBounds Bounds => bounds;

    /// <summary>A null of the type of a name.</summary>
    protected abstract string NoName { get; }

    /// <summary>A null of the type of a time.</summary>
    protected abstract string NoTime { get; }

    /// <summary>The columns of a profile, of a customer c.</summary>
    protected static string ProfileColumns => "c.id, c.version, c.created_at, c.updated_at, c.profile";

    /// <summary>@tenant ...: the columns step, name, time, and those of a profile.</summary>
    /// <param name="query">The query.</param>
    /// <param name="isIndexed">Whether the index of search texts exists.</param>
    public StoreStatement Page(SearchCriteria query, bool isIndexed)
    {
        var steps = StepsOf(query);
        var sort = SortOf(query);
        var parts = new List<string>();
        var results = new List<string>();
        if (query.Query.Order == ProfileOrder.BestMatch && query.NamePrefix is not null)
        {
            parts.Add($"who as materialized ({Owners(query)})");
        }

        if (steps.Contains(SearchStep.Identity))
        {
            parts.Add($"ids as materialized ({ByIdentity(query)})");
            results.Add("ids");
        }

        var source = SourceOf(query, isIndexed);
        var isWide =
            source == Source.Terms && TimesOf(query) is { } times ? AddNear(query, times, parts, results) : null;
        if (steps.Contains(SearchStep.NamePrefix))
        {
            parts.Add($"names as materialized ({ByNamePrefix(query, isWide, SearchStep.NamePrefix)})");
            results.Add("names");
        }

        if (source == Source.None)
        {
            parts.Add($"newest as materialized ({Walked(query, sort, new Rows(0, null), NotFull([.. results]))})");
        }
        else
        {
            parts.AddRange(Indexed(query, sort, source, isWide, results));
        }

        results.Add("newest");
        return new StoreStatement(
            $"""
            with {string.Join($",{Environment.NewLine}", parts)}
            select p.step, p.name, p.at, {ProfileColumns}
            from (
                {string.Join(" union ", results.Select(result => $"select step, name, at, customer_id from {result}"))}
                order by step, name, at desc, customer_id limit @most) p
            {JoinCustomer("p.customer_id")}
            order by p.step, p.name, p.at desc, p.customer_id
            """,
            isSearch: true
        );
    }

    /// <summary>
    /// Words together with a filter on times: when few profiles are within the times, all of them are read and no
    /// other. Adds the parts, and what they find to the results.
    /// </summary>
    /// <returns>Whether there are more.</returns>
    private string AddNear(SearchCriteria query, Source times, List<string> parts, List<string> results)
    {
        parts.Add(
            $"within as materialized (select t.customer_id from ({Within(query, times)}) t limit {Bounds.Near + 1})"
        );
        var isWide = $"(select count(*) from within) > {Bounds.Near}";
        parts.Add(
            $"""
            near as materialized (
                select s.customer_id, s.name from within w {JoinSearch("w.customer_id")}
                where not {isWide} and {All(TextConditions(query))})
            """
        );
        if (StepsOf(query).Contains(SearchStep.NamePrefix))
        {
            parts.Add($"near_names as materialized ({NamesOf(query, "near s", "@prefix_end", SearchStep.NamePrefix)})");
            results.Add("near_names");
        }

        var rest = $"(select s.customer_id, s.name from near s where {All(NoStepBefore(query, isCount: false))})";
        parts.Add($"near_rest as materialized ({Rest(query, SortOf(query), rest, condition: null)})");
        results.Add("near_rest");
        return isWide;
    }

    /// <summary>The last look-up, where there is an index that fits; adds what it finds to the results.</summary>
    private IEnumerable<string> Indexed(
        SearchCriteria query,
        Sort sort,
        Source source,
        string? isWide,
        List<string> results
    )
    {
        ImmutableArray<string> before = [.. results];
        const string newest = "(select count(*) from newest)";
        const string further = "(select count(*) from further)";
        var isCommon = $"{newest} >= {Bounds.Common}";
        var isStillCommon = $"{newest} + {further} >= {Bounds.CommonOn}";
        var isOpen = Both(isWide, NotFull(before));
        yield return $"newest as materialized ({Walked(query, sort, new Rows(0, Bounds.Walked), isOpen)})";
        var goesOn = Both(isCommon, NotFull([.. before, "newest"]));
        var next = new Rows(Bounds.Walked, Bounds.WalkedOn);
        yield return $"further as materialized ({Walked(query, sort, next, goesOn)})";
        goesOn = $"{isCommon} and {isStillCommon} and {NotFull([.. before, "newest", "further"])}";
        next = new Rows(Bounds.Walked + Bounds.WalkedOn, Bounds.WalkedFar);
        yield return $"farthest as materialized ({Walked(query, sort, next, goesOn)})";
        results.AddRange("further", "farthest");

        var isNotFound = Both(isWide, NotFull([.. before, "newest", "further", "farthest"]))!;
        if (sort == Sort.Name)
        {
            // What the index finds has what it is sorted by, so it is not counted first.
            if (query.NamePrefix is not null)
            {
                yield return $"named as materialized ({ByNamePrefix(query, isNotFound, SearchStep.Rest)})";
                results.Add("named");
            }

            var rest = From(query, source, isNotFound, [], isWithoutNames: query.NamePrefix is not null);
            foreach (var part in BeforeFrom)
            {
                yield return part;
            }

            yield return $"many as materialized ({Rest(query, sort, $"({rest})", condition: null)})";
            results.Add("many");
            yield break;
        }

        var sorted = source == Source.Terms ? Bounds.Sorted : Bounds.SortedByKey;
        var others = NoStepBefore(query, isCount: false).ToArray();
        const string found = "(select c.found from counted c)";
        foreach (var part in BeforeFrom)
        {
            yield return part;
        }

        yield return $"matched as materialized ({From(query, source, isNotFound, others)} limit {sorted + 1})";
        yield return "counted as materialized (select count(*) as found from matched)";
        var isMore = $"{found} between {Bounds.Probed + 1} and {sorted}";
        yield return $"recent as materialized ({Among(query, sort, isMore)})";
        results.Add("recent");
        var isFew = $"{found} <= {sorted} and {NotFull([.. before, "recent"])}";
        yield return $"few as materialized ({Rest(query, sort, "matched", isFew)})";
        var isMany = $"{found} > {sorted}";
        if (!LeavesFew(query, source, sort))
        {
            var isNew = $"{isMany} and not ({isCommon} and {isStillCommon})";
            next = new Rows(Bounds.Walked, Bounds.WalkedOn + Bounds.WalkedFar);
            yield return $"more as materialized ({Walked(query, sort, next, isNew)})";
            isMany = $"{isMany} and {NotFull([.. before, "newest", "more"])}";
            results.Add("more");
        }

        var all = $"({From(query, source, isMany, others)})";
        yield return $"many as materialized ({Rest(query, sort, all, condition: null)})";
        results.AddRange("few", "many");
    }

    /// <summary>@tenant @most ...: the number of profiles, at most @most.</summary>
    public StoreStatement Count(SearchCriteria query, bool isIndexed)
    {
        var source = SourceOf(query, isIndexed);
        var first = source == Source.None ? new Rows(0, null) : new Rows(0, Bounds.WalkedToCount);
        var walked = $"newest as materialized ({Walked(query, Sort.Change, first, null, isCount: true)})";
        if (source == Source.None)
        {
            return new StoreStatement($"with {walked} select count(*) from newest", isSearch: true);
        }

        var from = From(query, source, NotFull(["newest"])!, []);
        var read = OtherConditions(query).Any() ? $"({from})" : "matched";
        return new StoreStatement(
            $"""
            with {string.Join(", ", [walked, .. BeforeFrom, $"matched as materialized ({from} limit @most)"])},
            rest as materialized (
                select s.customer_id from {read} s {Joins(query, "s.customer_id", hasActivity: false)}
                where {All(OtherConditions(query))} limit @most)
            select {Greatest}((select count(*) from newest), (select count(*) from rest))
            """,
            isSearch: true
        );
    }

    /// <summary>The parameters of both statements.</summary>
    public StoreParameters Add(StoreParameters parameters, SearchCriteria query, int most)
    {
        parameters.Number("most", most);
        AddIndexed(parameters, query);
        for (var i = 0; i < query.Terms.Length; i++)
        {
            var term = query.Terms[i];
            AddTerm(parameters, i, term);
            if (term.Digits is { } digits)
            {
                parameters.Text(Named("digits", i), digits);
            }
        }

        var filters = query.Query;
        if (query.NamePrefix is { } name)
        {
            parameters.Text("prefix", name).Text("prefix_end", $"{name}\U0010FFFF");
            parameters
                .Texts("kinds", query.Identities.Select(identity => StoredNames.Of(identity.Kind)))
                .Texts("values", query.Identities.Select(identity => identity.Value));
        }

        if (query.Company is { } company)
        {
            parameters.Text("company", company);
        }

        if (filters.Property is { } property)
        {
            parameters.Text("key", property.Key);
            if (query.PropertyValue is { } value)
            {
                parameters.Text("property", value);
            }
            else
            {
                parameters.Text("property_from", query.PropertyFrom).Text("property_to", query.PropertyTo);
            }
        }

        foreach (
            var (parameter, time) in new[]
            {
                ("changed_since", filters.ChangedSince),
                ("created_since", filters.CreatedSince),
                ("conversation_before", filters.LastConversationBefore),
                ("conversation_since", filters.LastConversationSince),
            }
        )
        {
            if (time is not null)
            {
                parameters.Time(parameter, Stored(time.Value));
            }
        }

        if (filters.HasPhoto is { } hasPhoto)
        {
            parameters.Flag("has_photo", hasPhoto);
        }

        if (filters.IsSuppressed is { } isSuppressed)
        {
            parameters.Flag("suppressed", isSuppressed);
        }

        if (query.After is { } after)
        {
            parameters.Id("after", after.Id.Value);
            if (after.Name is { } afterName)
            {
                parameters.Text("after_name", afterName);
            }

            if (after.At is { } at)
            {
                parameters.Time("after_at", Stored(at));
            }
        }

        return parameters;
    }

    /// <summary>
    /// The earliest time that can be stored and is not before this one: stored times are in microseconds, and of the
    /// years 1 to 9999.
    /// </summary>
    private static Instant Stored(Instant time)
    {
        var within = Instant.Min(Instant.Max(time, Earliest), Latest);
        var over = within.ToUnixTimeTicks() % TicksInMicrosecond;
        return over == 0 ? within : within.PlusTicks(over < 0 ? -over : TicksInMicrosecond - over);
    }

    /// <summary>The scalar function for the greater of two numbers.</summary>
    protected abstract string Greatest { get; }

    /// <summary>Adds the parameter of the index of search texts, where it has one of its own.</summary>
    protected virtual void AddIndexed(StoreParameters parameters, SearchCriteria query) { }

    protected abstract void AddTerm(StoreParameters parameters, int number, SearchTerm term);

    /// <summary>The customers c, one for an id.</summary>
    protected abstract string JoinCustomer(string id);

    /// <summary>The activity a, one for an id.</summary>
    protected abstract string JoinActivity(string id);

    /// <summary>The search texts s, one for an id.</summary>
    protected abstract string JoinSearch(string id);

    /// <summary>Whether a text s has a term, compared with the text itself.</summary>
    protected abstract string HasTerm(int number, SearchTerm term);

    /// <summary>The parts of a statement that <see cref="From"/> refers to.</summary>
    protected virtual IEnumerable<string> BeforeFrom => [];

    /// <summary>
    /// Whether the customer of this id is in "matched", whose ids are put into a table of hashes or an index first.
    /// </summary>
    protected abstract string IsMatched(string id);

    /// <summary>The customers who have an identity of the query: customer_id.</summary>
    protected abstract string Owners(SearchCriteria query);

    /// <summary>Whether the name of s begins with @prefix.</summary>
    protected abstract string HasNamePrefix { get; }

    /// <summary>Whether the customer c is suppressed.</summary>
    protected abstract string IsSuppressed { get; }

    /// <summary>The hint by which index a table is read; empty where the planner finds it.</summary>
    protected abstract string By(string index);

    /// <summary>The order of rows that a walk returns in this order already.</summary>
    protected abstract string Kept(string order);

    /// <summary>The search texts (customer_id, name) that an index finds, with all conditions on the text.</summary>
    /// <param name="query">The query.</param>
    /// <param name="source">The index.</param>
    /// <param name="condition">When anything is read at all.</param>
    /// <param name="others">More conditions.</param>
    /// <param name="isWithoutNames">Whether those are left out whose name begins with @prefix.</param>
    protected abstract string From(
        SearchCriteria query,
        Source source,
        string condition,
        IEnumerable<string> others,
        bool isWithoutNames = false
    );

    protected static string Named(string name, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}{number}");

    protected static string All(IEnumerable<string> conditions) =>
        string.Join(" and ", conditions.DefaultIfEmpty("1 = 1"));

    /// <summary>The conditions on a search text s.</summary>
    protected IEnumerable<string> TextConditions(SearchCriteria query)
    {
        for (var i = 0; i < query.Terms.Length; i++)
        {
            yield return HasTerm(i, query.Terms[i]);
        }

        if (query.Company is not null)
        {
            yield return "s.company = @company and s.company <> ''";
        }

        if (query.Query.HasPhoto is not null)
        {
            yield return "s.has_photo = @has_photo";
        }
    }

    /// <summary>Whether the property p has the value, or a value within the range.</summary>
    protected static string HasProperty(SearchCriteria query) =>
        query.PropertyValue is null ? "p.value >= @property_from and p.value <= @property_to" : "p.value = @property";

    private static ImmutableArray<SearchStep> StepsOf(SearchCriteria query) =>
        query.Query.Order != ProfileOrder.BestMatch || query.NamePrefix is null
            ? [SearchStep.Rest]
            : [.. Enum.GetValues<SearchStep>().Where(step => query.After is not { } after || step >= after.Step)];

    private static Sort SortOf(SearchCriteria query) =>
        query.Query.Order switch
        {
            ProfileOrder.Name => Sort.Name,
            ProfileOrder.LastConversation => Sort.Conversation,
            _ => Sort.Change,
        };

    private static Source SourceOf(SearchCriteria query, bool isIndexed) =>
        isIndexed && !query.Terms.IsEmpty ? Source.Terms
        : query.Query.Property is not null ? Source.Property
        : query.Company is not null ? Source.Company
        : TimesOf(query) ?? Source.None;

    private static Source? TimesOf(SearchCriteria query) =>
        query.Query.ChangedSince is not null ? Source.Changed
        : query.Query.LastConversationSince is not null || query.Query.LastConversationBefore is not null
            ? Source.Conversation
        : null;

    /// <summary>The activity (customer_id) within the times of the query.</summary>
    protected string Within(SearchCriteria query, Source times)
    {
        List<string> range = ["w.tenant = @tenant"];
        if (times == Source.Changed)
        {
            range.Add("w.changed_at >= @changed_since");
        }

        if (times == Source.Conversation && query.Query.LastConversationSince is not null)
        {
            range.Add("w.conversation_at >= @conversation_since");
        }

        if (times == Source.Conversation && query.Query.LastConversationBefore is not null)
        {
            range.Add("w.conversation_at < @conversation_before");
        }

        var index = times == Source.Changed ? Tables.IndexOfActivityByChange : Tables.IndexOfActivityByConversation;
        return $"select w.customer_id from {Tables.Activity} w {By(index)} where {All(range)}";
    }

    /// <summary>The conditions on the activity, the customer and the properties.</summary>
    private IEnumerable<string> OtherConditions(SearchCriteria query)
    {
        var filters = query.Query;
        if (filters.Property is not null)
        {
            yield return $"""
                (select 1 from {Tables.Properties} p {By(Tables.IndexOfPropertiesKey)}
                 where p.tenant = @tenant and p.customer_id = s.customer_id and p.key = @key
                    and {HasProperty(query)}) is not null
                """;
        }

        if (filters.ChangedSince is not null)
        {
            yield return "a.changed_at >= @changed_since";
        }

        if (filters.LastConversationBefore is not null)
        {
            yield return "a.conversation_at < @conversation_before";
        }

        if (filters.LastConversationSince is not null)
        {
            yield return "a.conversation_at >= @conversation_since";
        }

        if (filters.CreatedSince is not null)
        {
            yield return "c.created_at >= @created_since";
        }

        if (filters.IsSuppressed is not null)
        {
            yield return $"({IsSuppressed}) = @suppressed";
        }
    }

    private string Joins(SearchCriteria query, string id, bool hasActivity)
    {
        var filters = query.Query;
        var activity =
            hasActivity
            || filters.ChangedSince is not null
            || filters.LastConversationBefore is not null
            || filters.LastConversationSince is not null;
        var customer = filters.CreatedSince is not null || filters.IsSuppressed is not null;
        return $"{(activity ? JoinActivity(id) : "")} {(customer ? JoinCustomer(id) : "")}";
    }

    private string ByIdentity(SearchCriteria query)
    {
        var conditions = TextConditions(query).Concat(OtherConditions(query));
        if (query.After is { Step: SearchStep.Identity })
        {
            conditions = conditions.Append("s.customer_id > @after");
        }

        return $"""
            select 1 as step, {NoName} as name, {NoTime} as at, s.customer_id
            from who w {JoinSearch("w.customer_id")} {Joins(query, "s.customer_id", hasActivity: false)}
            where {All(conditions)}
            """;
    }

    /// <param name="query">The query.</param>
    /// <param name="condition">
    /// When anything is read at all; null for always. If it does not hold, no name is in the range.
    /// </param>
    /// <param name="step">The look-up of which this is a part.</param>
    private string ByNamePrefix(SearchCriteria query, string? condition, SearchStep step) =>
        NamesOf(
            query,
            $"{Tables.Search} s {By(Tables.IndexOfSearchByName)}",
            condition is null ? "@prefix_end" : $"case when {condition} then @prefix_end else @prefix end",
            step,
            ["s.tenant = @tenant", .. TextConditions(query).Skip(query.Terms.Length)]
        );

    /// <summary>A name that begins with the query has every term of it.</summary>
    private string NamesOf(
        SearchCriteria query,
        string from,
        string end,
        SearchStep step,
        params IEnumerable<string> conditions
    )
    {
        List<string> all = [.. conditions, "s.name >= @prefix", $"s.name < {end}"];
        if (query.After?.Step == step)
        {
            all.Add("(s.name, s.customer_id) > (@after_name, @after)");
        }

        if (step == SearchStep.NamePrefix)
        {
            all.Add("s.customer_id not in (select customer_id from who)");
        }

        all.AddRange(OtherConditions(query));
        return $"""
            select {(int)step} as step, s.name as name, {NoTime} as at, s.customer_id
            from {from}
            {Joins(query, "s.customer_id", hasActivity: false)}
            where {All(all)}
            order by s.name, s.customer_id limit @most
            """;
    }

    /// <summary>The profiles that fit, read in the order of the query until the page is full.</summary>
    /// <param name="query">The query.</param>
    /// <param name="sort">The order.</param>
    /// <param name="rows">Which of the rows in this order are read, whether they fit or not.</param>
    /// <param name="condition">When anything is read at all; null for always.</param>
    /// <param name="isCount">Whether those of an earlier look-up, or of a page before, are read too.</param>
    private string Walked(SearchCriteria query, Sort sort, Rows rows, string? condition, bool isCount = false)
    {
        var conditions = TextConditions(query).Concat(OtherConditions(query)).Concat(NoStepBefore(query, isCount));
        if (sort == Sort.Name)
        {
            var after = query.After is { Step: SearchStep.Rest } && !isCount;
            return $"""
                select 3 as step, s.name as name, {NoTime} as at, s.customer_id
                from (
                    select s.* from {Tables.Search} s {By(Tables.IndexOfSearchByName)}
                    where s.tenant = @tenant
                        {(after ? "and (s.name, s.customer_id) > (@after_name, @after)" : "")}
                    order by s.name, s.customer_id {Limit(rows, condition)}) s
                {Joins(query, "s.customer_id", hasActivity: false)}
                where {All(conditions)}{ConditionAfter(condition)}
                {Kept("order by s.name, s.customer_id")} limit @most
                """;
        }

        return $"""
            select 3 as step, {NoName} as name, w.at as at, s.customer_id
            from ({InOrder(query, sort, rows, condition, isCount)}) w
            {JoinSearch("w.customer_id")} {Joins(query, "w.customer_id", hasActivity: false)}
            where {All(conditions)}{ConditionAfter(condition)}
            {Kept("order by w.at desc, w.customer_id")} limit @most
            """;
    }

    /// <summary>
    /// Those of the search texts in "matched" that fit, in the order of the query until the page is full. It takes less
    /// time to read twenty rows of an index in its order than to look up one row by its key.
    /// </summary>
    private string Among(SearchCriteria query, Sort sort, string condition)
    {
        var conditions = OtherConditions(query).Prepend(IsMatched("s.customer_id"));
        return $"""
            select 3 as step, {NoName} as name, s.at as at, s.customer_id
            from ({InOrder(query, sort, new Rows(0, Bounds.WalkedAmong), condition, isCount: false)}) s
            {Joins(query, "s.customer_id", hasActivity: false)}
            where {All(conditions)}{ConditionAfter(condition)}
            {Kept("order by s.at desc, s.customer_id")} limit @most
            """;
    }

    /// <summary>The activity within the filters of the order: customer_id, at.</summary>
    private string InOrder(SearchCriteria query, Sort sort, Rows rows, string? condition, bool isCount)
    {
        var at = ColumnOf(sort);
        var index = sort == Sort.Change ? Tables.IndexOfActivityByChange : Tables.IndexOfActivityByConversation;
        var since = sort == Sort.Change ? query.Query.ChangedSince : query.Query.LastConversationSince;
        List<string> range = ["w.tenant = @tenant"];
        if (query.After is { Step: SearchStep.Rest } && !isCount)
        {
            range.Add($"w.{at} <= @after_at and (w.{at} < @after_at or w.customer_id > @after)");
        }

        if (since is not null)
        {
            range.Add($"w.{at} >= {(sort == Sort.Change ? "@changed_since" : "@conversation_since")}");
        }

        if (sort == Sort.Conversation && query.Query.LastConversationBefore is not null)
        {
            range.Add($"w.{at} < @conversation_before");
        }

        return $"""
            select w.customer_id, w.{at} as at from {Tables.Activity} w {By(index)}
                where {All(range)}
                order by w.{at} desc, w.customer_id {Limit(rows, condition)}
            """;
    }

    /// <summary>
    /// Whether many that the index finds may still be few to read in order: a filter leaves few of them, one that
    /// neither the index nor the order takes into account.
    /// </summary>
    private static bool LeavesFew(SearchCriteria query, Source source, Sort sort)
    {
        var filters = query.Query;
        return filters.CreatedSince is not null
            || filters.IsSuppressed is not null
            || (filters.Property is not null && source != Source.Property)
            || (filters.ChangedSince is not null && source != Source.Changed && sort != Sort.Change)
            || (
                (filters.LastConversationSince is not null || filters.LastConversationBefore is not null)
                && source != Source.Conversation
                && sort != Sort.Conversation
            );
    }

    private string Rest(SearchCriteria query, Sort sort, string found, string? condition)
    {
        var conditions = OtherConditions(query).ToList();
        if (condition is not null)
        {
            conditions.Insert(0, condition);
        }

        var at = $"a.{ColumnOf(sort)}";
        if (query.After is { Step: SearchStep.Rest })
        {
            conditions.Add(
                sort == Sort.Name
                    ? "(s.name, s.customer_id) > (@after_name, @after)"
                    : $"({at} < @after_at or ({at} = @after_at and s.customer_id > @after))"
            );
        }

        return $"""
            select 3 as step, {(sort == Sort.Name ? "s.name" : NoName)} as name,
                {(sort == Sort.Name ? NoTime : at)} as at, s.customer_id
            from {found} s {Joins(query, "s.customer_id", hasActivity: sort != Sort.Name)}
            where {All(conditions)}
            order by {(sort == Sort.Name ? "s.name" : $"{at} desc")}, s.customer_id limit @most
            """;
    }

    /// <summary>Some of the rows of a select; without a bound all.</summary>
    private readonly record struct Rows(int From, int? Most);

    /// <summary>Whether no look-up before the last one finds s.</summary>
    private IEnumerable<string> NoStepBefore(SearchCriteria query, bool isCount) =>
        isCount || query.Query.Order != ProfileOrder.BestMatch || query.NamePrefix is null
            ? []
            : ["s.customer_id not in (select customer_id from who)", $"not {HasNamePrefix}"];

    private string Limit(Rows rows, string? condition) =>
        condition is not null && WritesConditionsAsLimits
            ? $"limit case when {condition} then {rows.Most ?? -1} else 0 end offset {rows.From}"
        : rows.Most is null ? ""
        : $"limit {rows.Most} offset {rows.From}";

    private string ConditionAfter(string? condition) =>
        condition is null || WritesConditionsAsLimits ? "" : $" and {condition}";

    /// <summary>
    /// Whether a condition that depends on no row is written as a limit, because it would be evaluated for each row.
    /// </summary>
    protected abstract bool WritesConditionsAsLimits { get; }

    /// <summary>
    /// Whether what was found before does not fill the page; null when nothing was looked for before. No profile is in
    /// two of the results.
    /// </summary>
    private static string? NotFull(ImmutableArray<string> results) =>
        results.IsEmpty
            ? null
            : $"{string.Join(" + ", results.Select(result => $"(select count(*) from {result})"))} < @most";

    private static string? Both(string? one, string? other) =>
        one is null ? other
        : other is null ? one
        : $"{one} and {other}";

    private static string ColumnOf(Sort sort) => sort == Sort.Conversation ? "conversation_at" : "changed_at";
}
