using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles;

/// <summary>Reads histories, and drafts edits that take changes back.</summary>
internal sealed class ProfileHistory(CustomersById customers, HistoryRedaction redaction, TenantTerms terms)
{
    public async ValueTask<HistoryPage?> GetAsync(
        TenantId tenant,
        CustomerId id,
        HistoryQuery query,
        CancellationToken cancellationToken
    )
    {
        if (await ReadStoredAsync(tenant, id, cancellationToken).ConfigureAwait(false) is not { } stored)
        {
            return null;
        }

        var labels = (await terms.GetAsync(tenant, cancellationToken).ConfigureAwait(false)).Labels;

        // A page ends before the customer's own change with which the next one begins.
        var own = stored.Profile.Id;
        var entries = ImmutableArray.CreateBuilder<HistoryEntry>();
        var left = query.PageSize;
        foreach (
            var entry in WithAbsorbed(stored, labels)
                .SkipWhile(entry => query.Before is { } before && !(entry.CustomerId == own && entry.Number < before))
        )
        {
            if (entry.CustomerId == own && left-- == 0)
            {
                return new HistoryPage { Entries = entries.DrainToImmutable(), Next = entry.Number + 1 };
            }

            entries.Add(entry);
        }

        return new HistoryPage { Entries = entries.DrainToImmutable(), Next = null };
    }

    public async ValueTask<CustomerProfile?> GetVersionAsync(
        TenantId tenant,
        CustomerId id,
        long version,
        CancellationToken cancellationToken
    ) => (await ReadAsync(tenant, id, cancellationToken).ConfigureAwait(false))?.Version(version);

    public async ValueTask<RevertOutcome> DraftRevertAsync(
        TenantId tenant,
        CustomerId id,
        long entry,
        RevertScope scope,
        Actor by,
        CancellationToken cancellationToken
    )
    {
        if (await ReadStoredAsync(tenant, id, cancellationToken).ConfigureAwait(false) is not { } stored)
        {
            return new RevertOutcome.NotFound();
        }

        var own = await terms.GetAsync(tenant, cancellationToken).ConfigureAwait(false);
        HistoryEntry[] entries =
        [
            .. new HistoryReader(stored, own.Labels).Entries().TakeWhile(candidate => candidate.Number >= entry),
        ];
        if (entries.Length == 0 || entries[^1].Number != entry)
        {
            return new RevertOutcome.EntryNotFound();
        }

        var reverted = scope == RevertScope.OneChange ? entries[^1..] : entries;
        if (reverted.Any(candidate => candidate.Kind is HistoryKind.Merge or HistoryKind.Unmerge))
        {
            return new RevertOutcome.IsMerge();
        }

        var undone = scope == RevertScope.OneChange ? entries[^1].Values : Together(entries);
        var edit = new ProfileEdit(stored.Profile, stored.Profile, by) { Kind = HistoryKind.Revert };
        var assumed = by.At(stored.Profile.UpdatedAt);
        var conflicts = ImmutableArray.CreateBuilder<(FieldConflict, FieldChange)>();
        foreach (var value in undone.Where(value => !value.IsRemoved))
        {
            var current = stored.Profile.Find(value.Field, value.Key);
            var undo = Undo(value, current);
            if (current.HoldsSameAs(value.Before))
            {
                continue;
            }

            if (current.HoldsSameAs(value.After))
            {
                edit.Put(undo);
            }
            else
            {
                conflicts.Add(
                    (
                        new FieldConflict
                        {
                            Field = value.Field,
                            Label = value.Label,
                            Key = value.Key,
                            Read = value.After,
                            Theirs = current,
                            Yours = undo.Result(assumed),
                        },
                        undo
                    )
                );
            }
        }

        var refused = Refuse(edit, own.Validation);
        return new RevertOutcome.Drafted(
            edit,
            [.. edit.Changes.Select(change => Effect(edit.Profile, change, assumed, own.Labels))],
            conflicts.DrainToImmutable(),
            refused,
            [.. undone.Where(value => value.IsRemoved).Select(value => value.Field).Distinct()]
        );
    }

    public ValueTask<bool> RedactAsync(
        TenantId tenant,
        CustomerId id,
        ProfileField field,
        CancellationToken cancellationToken
    ) => id == default ? ValueTask.FromResult(false) : redaction.RemoveFieldAsync(tenant, id, field, cancellationToken);

    /// <summary>
    /// The changes of the customer and of those whom they have absorbed, newest first; those of one customer in the
    /// order of their numbers, whatever the clocks of hosts said.
    /// </summary>
    private static IEnumerable<HistoryEntry> WithAbsorbed(StoredHistory stored, FieldLabels labels)
    {
        var heads = stored
            .Absorbed.Select(absorbed => new HistoryReader(
                new StoredHistory { Profile = absorbed.Profile, Changes = absorbed.Changes },
                labels,
                isProfileKnown: !(absorbed.Profile.Values.IsEmpty && absorbed.Profile.Identities.IsEmpty)
            ))
            .Prepend(new HistoryReader(stored, labels))
            .Select(history => history.Entries().GetEnumerator())
            .Where(entries => entries.MoveNext())
            .ToList();
        while (heads.Count > 0)
        {
            var newest = heads.MaxBy(entries => entries.Current.By.ObservedAt)!;
            yield return newest.Current;
            if (!newest.MoveNext())
            {
                heads.Remove(newest);
            }
        }
    }

    /// <summary>
    /// Several changes as one: what was there before the first of them, and what is there after the last.
    /// </summary>
    /// <param name="entries">Newest first.</param>
    private static ImmutableArray<HistoryValue> Together(HistoryEntry[] entries)
    {
        var together = new Dictionary<(ProfileField, string), HistoryValue>();
        foreach (var value in entries.SelectMany(entry => entry.Values))
        {
            var after = together.TryGetValue((value.Field, value.Key), out var newer) ? newer.After : value.After;
            together[(value.Field, value.Key)] = new HistoryValue
            {
                Field = value.Field,
                Label = value.Label,
                Key = value.Key,
                Before = value.Before,
                After = after,
                IsRemoved = value.IsRemoved,
            };
        }

        return [.. together.Values];
    }

    /// <summary>
    /// The change that brings the earlier value back. Where there was none, a person's value is reset; what anything
    /// else put there is cleared, or it would come again, and so is an entry of a list.
    /// </summary>
    private static FieldChange Undo(HistoryValue value, FieldValue? current) =>
        value.Before switch
        {
            { Value: { } before } => new FieldChange(value.Field, value.Key, FieldChangeKind.Set, before),
            null when !value.Field.IsList && current is null or { Provenance.IsFromPerson: true } => new FieldChange(
                value.Field,
                value.Key,
                FieldChangeKind.Reset
            ),
            _ => new FieldChange(value.Field, value.Key, FieldChangeKind.Clear),
        };

    private static HistoryValue Effect(
        CustomerProfile profile,
        FieldChange change,
        Provenance assumed,
        FieldLabels labels
    ) =>
        new()
        {
            Field = change.Field,
            Label = labels.LabelOf(change.Field),
            Key = change.Key,
            Before = profile.Find(change.Field, change.Key),
            After = change.Result(assumed),
            IsRemoved = false,
        };

    /// <summary>Takes out of the edit what it may not set.</summary>
    /// <returns>Why.</returns>
    private static ImmutableArray<FieldError> Refuse(ProfileEdit edit, EditValidation validation)
    {
        var errors = validation.Check(edit.Profile, edit.Changes);
        foreach (var error in errors)
        {
            if (error.Key.Length == 0)
            {
                edit.Undo(error.Field);
            }
            else
            {
                edit.Undo(error.Field, error.Key);
            }
        }

        return errors;
    }

    /// <summary>A reader of versions, which show no labels.</summary>
    private async ValueTask<HistoryReader?> ReadAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) =>
        await ReadStoredAsync(tenant, id, cancellationToken).ConfigureAwait(false) is { } stored
            ? new HistoryReader(stored, FieldLabels.English)
            : null;

    /// <summary>No store sees nobody's id.</summary>
    private ValueTask<StoredHistory?> ReadStoredAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) =>
        id == default
            ? ValueTask.FromResult<StoredHistory?>(null)
            : customers.GetHistoryAsync(tenant, id, cancellationToken);
}
