using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>Saves what people change.</summary>
internal sealed class ProfileEditor(
    ICustomerProfileStore store,
    EditValidation validation,
    IEditRules rules,
    EmailAddresses addresses,
    IClock clock,
    CustomerProfilesTelemetry telemetry
)
{
    /// <summary>
    /// Every lost race means that somebody else got on, so this is only ever reached with a store that is broken.
    /// </summary>
    private const int MaxRaces = 1_000;

    /// <summary>Saves an edit as a whole or not at all.</summary>
    public async ValueTask<SaveOutcome> SaveAsync(ProfileEdit edit, CancellationToken cancellationToken)
    {
        var changes = Folded(edit.Changes);
        var errors = validation.Check(edit.Latest, changes);
        if (errors.Length > 0)
        {
            return telemetry.Saved(new SaveOutcome.Rejected(errors));
        }

        var provenance = edit.By.At(clock.GetCurrentInstant().ToMicroseconds());
        var outcome = await WriteAsync(
                edit.Latest,
                current =>
                {
                    var (values, conflicts) = ThreeWayMerge.Merge(edit.Profile, current, changes, provenance);
                    return conflicts.Length > 0 ? (null, new SaveOutcome.Conflict(conflicts, current))
                        : validation.TooMany(current, changes).ToImmutableArray() is { Length: > 0 } tooMany
                            ? (null, new SaveOutcome.Rejected(tooMany))
                        : (values == current.Values ? values : ClearedMarks.Fold(values, rules.Limits), null);
                },
                provenance.ObservedAt,
                cancellationToken
            )
            .ConfigureAwait(false);
        return telemetry.Saved(outcome);
    }

    /// <summary>
    /// Clears the photo, whoever owns it and whatever changed meanwhile. It stays cleared until it is reset.
    /// </summary>
    public ValueTask<SaveOutcome> ClearPhotoAsync(
        TenantId tenant,
        CustomerId id,
        Actor by,
        CancellationToken cancellationToken
    )
    {
        var provenance = by.At(clock.GetCurrentInstant().ToMicroseconds());
        return ChangePhotoAsync(
            tenant,
            id,
            current =>
                current.Find(ProfileField.Photo) is { IsCleared: true }
                    ? current.Values
                    : current.Values.With(FieldValue.Cleared(ProfileField.Photo, "", provenance)),
            provenance.ObservedAt,
            cancellationToken
        );
    }

    /// <summary>
    /// Resets the photo: a cleared mark or an agent's photo is removed, a provider's photo stays.
    /// </summary>
    public ValueTask<SaveOutcome> ResetPhotoAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) =>
        ChangePhotoAsync(
            tenant,
            id,
            current =>
                current.Find(ProfileField.Photo) is { Provenance.IsFromPerson: true }
                    ? current.Values.Without(ProfileField.Photo, "")
                    : current.Values,
            clock.GetCurrentInstant().ToMicroseconds(),
            cancellationToken
        );

    private async ValueTask<SaveOutcome> ChangePhotoAsync(
        TenantId tenant,
        CustomerId id,
        Func<CustomerProfile, ImmutableArray<FieldValue>> change,
        Instant now,
        CancellationToken cancellationToken
    )
    {
        var outcome = await store.GetAsync(tenant, id, cancellationToken).ConfigureAwait(false) is { } customer
            ? await WriteAsync(customer.Profile, current => (change(current), null), now, cancellationToken)
                .ConfigureAwait(false)
            : new SaveOutcome.NotFound();
        return telemetry.Saved(outcome);
    }

    /// <summary>
    /// Writes what a change makes of the profile, and makes it anew of the profile as it is now when somebody else was
    /// faster.
    /// </summary>
    private async ValueTask<SaveOutcome> WriteAsync(
        CustomerProfile current,
        Func<CustomerProfile, (ImmutableArray<FieldValue>? Values, SaveOutcome? Refused)> change,
        Instant now,
        CancellationToken cancellationToken
    )
    {
        for (var race = 0; race < MaxRaces; race++)
        {
            var (values, refused) = change(current);
            if (values is not { } changed)
            {
                return refused!;
            }

            // Nothing to write, but the profile may have been read long ago: the store says whether it still stands.
            if (changed == current.Values)
            {
                return
                    await store.GetAsync(current.Tenant, current.Id, cancellationToken).ConfigureAwait(false)
                        is { } unchanged
                    ? new SaveOutcome.Saved(unchanged.Profile)
                    : new SaveOutcome.NotFound();
            }

            var next = current.Next(changed, now);
            switch (await store.UpdateAsync(next, cancellationToken).ConfigureAwait(false))
            {
                case UpdateResult.Updated:
                    return new SaveOutcome.Saved(next);
                case UpdateResult.IdentityTaken taken:
                    return new SaveOutcome.IdentityTaken(taken.Identity, taken.Owner);
                case UpdateResult.Stale stale:
                    current = stale.Current;
                    break;
                default:
                    return new SaveOutcome.NotFound();
            }
        }

        throw new InvalidOperationException(
            $"The store said {MaxRaces} times in a row that the profile had changed meanwhile. Run the "
                + $"store's conformance tests: its UpdateAsync does not compare versions."
        );
    }

    /// <summary>The changes with every e-mail address in the form that this host compares.</summary>
    private ImmutableArray<FieldChange> Folded(IReadOnlyList<FieldChange> changes)
    {
        var folded = changes.Select(change =>
            change.Value is ProfileEmail { Address.Normalized: not null } email
                ? change with
                {
                    Key = addresses.Fold(email.Address).Normalized,
                    Value = email with { Address = addresses.Fold(email.Address) },
                }
                : change
        );

        // Folding can give two changes the same key: an address removed, and a tagged form of it added. Adding wins,
        // in whatever order they were made.
        return
        [
            .. folded
                .GroupBy(change => (change.Field, change.Key))
                .Select(place => place.LastOrDefault(change => change.Kind == FieldChangeKind.Set) ?? place.Last()),
        ];
    }
}
