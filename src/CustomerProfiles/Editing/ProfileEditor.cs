using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>Saves what people change.</summary>
internal sealed class ProfileEditor(
    CustomersById customers,
    ProfileWriter writer,
    TenantTerms terms,
    IEditRules rules,
    EmailAddresses addresses,
    ErasedPeople erased,
    IClock clock
)
{
    /// <summary>Saves an edit as a whole or not at all.</summary>
    public async ValueTask<SaveOutcome> SaveAsync(ProfileEdit edit, CancellationToken cancellationToken)
    {
        var changes = addresses.Fold(edit.Changes);

        var tenant = await terms.GetAsync(edit.Latest.Tenant, cancellationToken).ConfigureAwait(false);
        var validation = tenant.Validation;

        // A draft may come from outside, so edit.Profile is not trusted: validating and saving start from edit.Latest.
        var errors = validation.Check(edit.Latest, changes);
        if (errors.Length > 0)
        {
            return new SaveOutcome.Rejected(errors);
        }

        var provenance = edit.By.At(clock.GetCurrentInstant().ToMicroseconds());
        SaveOutcome? refusal = null;
        var result = await writer
            .UpdateAsync(
                edit.Latest,
                current =>
                {
                    // A conflict is measured against what the agent saw, so the merge starts from edit.Profile.
                    var (values, conflicts) = ThreeWayMerge.Merge(
                        edit.Profile,
                        current,
                        changes,
                        provenance,
                        tenant.Labels
                    );
                    refusal =
                        conflicts.Length > 0 ? new SaveOutcome.Conflict(conflicts, current)
                        : validation.TooMany(current, changes).ToImmutableArray() is { Length: > 0 } tooMany
                            ? new SaveOutcome.Rejected(tooMany)
                        : null;
                    return refusal is not null || values == current.Values
                        ? null
                        : Next(current, ClearedMarks.Collapse(values, rules.Limits), provenance.ObservedAt);
                },
                new ChangeReason(edit.Kind, provenance, edit.CaseReference),
                cancellationToken
            )
            .ConfigureAwait(false);
        return refusal ?? await OutcomeOfAsync(result, cancellationToken).ConfigureAwait(false);
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
            provenance,
            cancellationToken
        );
    }

    /// <summary>
    /// Resets the photo to what a provider may fill: a cleared mark or an agent's photo is removed, a provider's photo
    /// stays.
    /// </summary>
    public ValueTask<SaveOutcome> ResetPhotoAsync(
        TenantId tenant,
        CustomerId id,
        Actor by,
        CancellationToken cancellationToken
    ) =>
        ChangePhotoAsync(
            tenant,
            id,
            current =>
                current.Find(ProfileField.Photo) is { Provenance.IsFromPerson: true }
                    ? current.Values.Without(ProfileField.Photo, "")
                    : current.Values,
            by.At(clock.GetCurrentInstant().ToMicroseconds()),
            cancellationToken
        );

    private async ValueTask<SaveOutcome> ChangePhotoAsync(
        TenantId tenant,
        CustomerId id,
        Func<CustomerProfile, ImmutableArray<FieldValue>> change,
        Provenance by,
        CancellationToken cancellationToken
    )
    {
        if (await customers.GetAsync(tenant, id, cancellationToken).ConfigureAwait(false) is not { } customer)
        {
            return await NotFoundAsync(tenant, id, cancellationToken).ConfigureAwait(false);
        }

        var result = await writer
            .UpdateAsync(
                customer.Profile,
                current => Next(current, change(current), by.ObservedAt),
                new ChangeReason(HistoryKind.Edit, by),
                cancellationToken
            )
            .ConfigureAwait(false);
        return await OutcomeOfAsync(result, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The next version with other values; null when they are the same.</summary>
    private static CustomerProfile? Next(CustomerProfile current, ImmutableArray<FieldValue> values, Instant now) =>
        values == current.Values ? null : current.Next(values, now);

    private async ValueTask<SaveOutcome> OutcomeOfAsync(WriteResult result, CancellationToken cancellationToken)
    {
        switch (result.Status)
        {
            case WriteStatus.Written:
                return new SaveOutcome.Saved(result.Profile);
            case WriteStatus.IdentityTaken:
                return new SaveOutcome.IdentityTaken(result.Taken!.Identity, result.Taken.Owner);
            case WriteStatus.DoNotKeep:
                return new SaveOutcome.DoNotKeep(result.Forbidden);
            case WriteStatus.Busy:
                return new SaveOutcome.Busy();
            case WriteStatus.Unchanged:
                // The profile may have been read long ago, so the current one is read from the store.
                return
                    await customers
                        .GetAsync(result.Profile.Tenant, result.Profile.Id, cancellationToken)
                        .ConfigureAwait(false)
                        is { } customer
                    ? new SaveOutcome.Saved(customer.Profile)
                    : await NotFoundAsync(result.Profile.Tenant, result.Profile.Id, cancellationToken)
                        .ConfigureAwait(false);
            default:
                return await NotFoundAsync(result.Profile.Tenant, result.Profile.Id, cancellationToken)
                    .ConfigureAwait(false);
        }
    }

    private async ValueTask<SaveOutcome> NotFoundAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) =>
        await erased.FindReceiptAsync(tenant, id, cancellationToken).ConfigureAwait(false) is { } receipt
            ? new SaveOutcome.Erased(receipt)
            : new SaveOutcome.NotFound();
}
