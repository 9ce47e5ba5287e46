namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The statements of SQLite that erase customers, and forget what merges keep.</summary>
/// <remarks>
/// Erasing first writes the receipt if it may erase; each further statement writes only if there is one. Deleting the
/// customer deletes everything that refers to them, also those whom they absorbed.
/// </remarks>
internal sealed class SqliteForgetting
{
    public required StoreTables Tables { get; init; }

    /// <summary>Whether @id is a customer who is not absorbed.</summary>
    public required string IsKnown { get; init; }

    /// <summary>Whether @id is suppressed.</summary>
    public required string IsSuppressed { get; init; }

    /// <summary>Whether a check of @id is pending.</summary>
    public required string HasPendingCheck { get; init; }

    /// <summary>
    /// The statements that write @event: a source of rows (id), and a condition.
    /// </summary>
    public required Func<string, string, string> WrittenEvents { get; init; }

    public ForgettingStatements Statements =>
        new()
        {
            Erase = $"""
                insert into {Tables.Erasures} (tenant, customer_id, erased_with, erasure_id, erased_at, receipt)
                select @tenant, o.id, @id, @erasure, @at, case when o.id = @id then {Receipt} end
                from {SqliteMerging.WithAbsorbed(Tables, "@id")} o
                where {IsKnown} and {IsAsRead} and (@includes_absorbed or (select 1 from {UndoableMerges} u) is null);
                insert into {Tables.ErasureGuards} (tenant, hash, guarded_until)
                select @tenant, h.value, @guard_until from json_each(@guards) h where {IsErasing}
                on conflict (tenant, hash) do update set guarded_until = excluded.guarded_until
                where guarded_until < excluded.guarded_until;
                {AddMarks(IsErasing)};
                {Unsuppress}
                {WrittenEvents(SqliteMerging.WithAbsorbed(Tables, "@id"), $"@event is not null and {IsErasing}")}
                delete from {Tables.Customers} where tenant = @tenant and id = @id and {IsErasing};
                select {Found}, (
                    select json_group_array(u.id) from {UndoableMerges} u where {IsKnown}),
                    {IsKnown} and not {IsAsRead}, 0
                """,

            FindGuarded = $"""
                select t.conversation_id from {Tables.Conversations} t indexed by {Tables.IndexOfConversationsKey}
                where t.tenant = @tenant
                  and t.customer_id in (select a.id from {SqliteMerging.WithAbsorbed(Tables, "@id")} a)
                  and t.occurred_at >= @guard_since
                """,

            FindErasure = $"select {Found} where {Found} is not null",

            GetErasures = $"""
                select e.receipt from {Tables.Erasures} e indexed by {Tables.IndexOfReceipts}
                where e.tenant = @tenant and e.receipt is not null and (e.erased_at, e.erasure_id) > (@at, @erasure)
                order by e.erased_at, e.erasure_id limit @most
                """,

            FindMarks = $"""
                select m.hash, m.key_id, m.kind from {Tables.ErasureMarks} m indexed by {Tables.IndexOfErasureMarksKey}
                where m.tenant = @tenant and m.hash in (select h.value from json_each(@hashes) h)
                """,

            AddMarks = AddMarks("true"),

            RemoveMarks = $"""
                delete from {Tables.ErasureMarks} indexed by {Tables.IndexOfErasureMarksKey}
                where tenant = @tenant and hash in (select h.value from json_each(@hashes) h);
                select changes()
                """,

            // From key to key by the index, for there are few keys and many marks.
            GetMarkKeys = $"""
                with recursive used (key_id) as (
                    select ''
                    union all
                    select (
                        select min(m.key_id) from {Tables.ErasureMarks} m indexed by {Tables.IndexOfErasureMarksByKey}
                        where m.key_id > u.key_id)
                    from used u where u.key_id is not null)
                select u.key_id from used u where u.key_id <> ''
                """,

            RemoveGuards = $"""
                delete from {Tables.ErasureGuards} indexed by {Tables.IndexOfErasureGuardsKey}
                where tenant = @tenant and hash in (
                    select g.hash from {Tables.ErasureGuards} g indexed by {Tables.IndexOfErasureGuardsByUntil}
                    where g.tenant = @tenant and g.guarded_until <= @now order by g.guarded_until limit @most);
                select changes()
                """,

            RedactMerge = $"""
                update {Tables.Merges} set journal = @journal
                where tenant = @tenant and id = @merge and from_id = @from and journal = @read and undone_at is null
                  and (
                    select 1 from {Tables.Customers} c
                    where c.tenant = @tenant and c.id = @from and c.merged_into is not null) is not null;
                update {Tables.Customers} set profile = @profile
                where changes() > 0 and tenant = @tenant and id = @from;
                select 1 where changes() > 0
                """,

            LapseMerges = $"""
                update {Tables.Customers} indexed by {Tables.IndexOfCustomersKey} set profile = @profile
                where tenant = @tenant and id in (select u.from_id from {OldMerges} u);
                update {Tables.Merges} indexed by {Tables.IndexOfMergesKey} set journal = null
                where tenant = @tenant and id in (select u.id from {OldMerges} u);
                select changes(), changes()
                """,
        };

    private string Identities =>
        $"""
            (select o.kind, o.value from {Tables.Identities} o indexed by {Tables.IndexOfIdentitiesByCustomer}
             where o.tenant = @tenant and o.customer_id = @id)
            """;

    /// <summary>Kind by kind, so that each mark is found by its whole key.</summary>
    private string Unsuppress =>
        string.Concat(
            StoredNames.IdentityKinds.Select(kind =>
                $"""

                    delete from {Tables.Suppressions} indexed by {Tables.IndexOfSuppressionsKey}
                    where tenant = @tenant and kind = '{kind}'
                      and value in (select i.value from {Identities} i where i.kind = '{kind}')
                      and {IsErasing};
                    """
            )
        );

    /// <summary>Whether this batch erases @id: the receipt is there already, and the customer still.</summary>
    private string IsErasing =>
        $"""
            ({IsKnown} and (
                select 1 from {Tables.Erasures} e where e.tenant = @tenant and e.customer_id = @id) is not null)
            """;

    /// <summary>Whether @id is as the caller has read them.</summary>
    private string IsAsRead =>
        $"""
            ((select c.version from {Tables.Customers} c where c.tenant = @tenant and c.id = @id) = @version
             and ({IsSuppressed}) = @is_suppressed
             and (@active_since is null or (
                not {HasPendingCheck} and (
                    select a.conversation_at from {Tables.Activity} a
                    where a.tenant = @tenant and a.customer_id = @id) <= @active_since)))
            """;

    private string AddMarks(string condition) =>
        $"""
            insert into {Tables.ErasureMarks} (tenant, hash, key_id, kind)
            select @tenant, m.value ->> 0, m.value ->> 1, m.value ->> 2 from json_each(@marks) m where {condition}
            on conflict (tenant, hash) do update set key_id = excluded.key_id, kind = excluded.kind
            where kind <> '{StoredNames.DoNotKeep}'
            """;

    private string UndoableMerges =>
        $"""
            (select m.id from {Tables.Merges} m indexed by {Tables.IndexOfMergesByInto}
             where m.tenant = @tenant
               and m.into_id in (select a.id from {SqliteMerging.WithAbsorbed(Tables, "@id")} a)
               and m.undone_at is null and m.journal is not null
             order by m.merged_at desc, m.id desc)
            """;

    private string OldMerges =>
        $"""
            (select m.id, m.from_id from {Tables.Merges} m indexed by {Tables.IndexOfUndoableMerges}
             where m.tenant = @tenant and m.journal is not null and m.merged_at < @before
             order by m.merged_at, m.id limit @most)
            """;

    private string Found =>
        $"""
            (select f.receipt from {Tables.Erasures} f
             where f.tenant = @tenant and f.customer_id = (
                select e.erased_with from {Tables.Erasures} e where e.tenant = @tenant and e.customer_id = @id))
            """;

    private string Receipt =>
        $"""
            json_object(
                '{ReceiptDocument.Id}', @erasure,
                '{ReceiptDocument.Customers}', json((
                    select json_group_array(p.id) from (
                        select a.id from {SqliteMerging.WithAbsorbed(Tables, "@id")} a order by a.id <> @id, a.id) p)),
                '{ReceiptDocument.At}', @at, '{ReceiptDocument.By}', @by,
                '{ReceiptDocument.CaseReference}', @case_reference,
                '{ReceiptDocument.Identities}', (select count(*) from {Identities} i),
                '{ReceiptDocument.Conversations}', {Count(Tables.Conversations, Tables.IndexOfConversationsKey)},
                '{ReceiptDocument.Changes}', {Count(Tables.History, Tables.IndexOfHistoryKey)},
                '{ReceiptDocument.Providers}', json((
                    select json_group_array(k.provider) from {Tables.Checks} k indexed by {Tables.IndexOfChecksKey}
                    where k.tenant = @tenant and k.customer_id = @id and (
                        k.last_check_at is not null or k.last_failure_at is not null
                        or (k.is_pending and k.attempt > 0)))),
                '{ReceiptDocument.Marks}', json(@marks))
            """;

    private string Count(string table, string index) =>
        $"""
            (select count(*) from {table} t indexed by {index}
             where t.tenant = @tenant
               and t.customer_id in (select a.id from {SqliteMerging.WithAbsorbed(Tables, "@id")} a))
            """;
}
