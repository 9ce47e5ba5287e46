using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles;

/// <summary>Takes values out of histories. The changes stay, and say that something was removed.</summary>
internal sealed class HistoryRedaction(ICustomerProfileStore store, CustomersById customers, MergeForgetting merges)
{
    /// <summary>
    /// A change that another redaction replaced meanwhile is read again. Each lost race means that the other one
    /// succeeded, so only a store that does not compare what it replaces reaches this number.
    /// </summary>
    private const int MaxRaces = 100;

    /// <summary>Removes what a provider gave. A store without history holds none of it.</summary>
    /// <returns>Whether the tenant has this customer, as far as a history is kept.</returns>
    public ValueTask<bool> RemoveProviderAsync(
        TenantId tenant,
        CustomerId id,
        string provider,
        CancellationToken cancellationToken
    ) =>
        store is IHistoryStore history
            ? RemoveAsync(
                history,
                tenant,
                id,
                change => WithoutProvider(change, provider),
                value => value.Provenance.IsFrom(provider),
                cancellationToken
            )
            : ValueTask.FromResult(true);

    /// <summary>Removes what a field held.</summary>
    /// <returns>Whether the tenant has this customer.</returns>
    public ValueTask<bool> RemoveFieldAsync(
        TenantId tenant,
        CustomerId id,
        ProfileField field,
        CancellationToken cancellationToken
    ) =>
        RemoveAsync(
            StoreHistory.Of(store),
            tenant,
            id,
            change => WithoutField(change, field),
            value => field.Covers(value.Field),
            cancellationToken
        );

    private async ValueTask<bool> RemoveAsync(
        IHistoryStore history,
        TenantId tenant,
        CustomerId id,
        Func<ProfileChange, ProfileChange> redact,
        Predicate<FieldValue> isForgotten,
        CancellationToken cancellationToken
    )
    {
        for (var race = 0; race < MaxRaces; race++)
        {
            if (await customers.GetHistoryAsync(tenant, id, cancellationToken).ConfigureAwait(false) is not { } read)
            {
                return false;
            }

            var isDone = !await ReplaceAsync(read.Profile.Id, read.Changes).ConfigureAwait(false);
            foreach (var absorbed in read.Absorbed)
            {
                isDone &= !await ReplaceAsync(absorbed.Profile.Id, absorbed.Changes).ConfigureAwait(false);
                isDone &= !await merges
                    .ForgetAsync(tenant, absorbed.Merge, isForgotten, cancellationToken)
                    .ConfigureAwait(false);
            }

            if (isDone)
            {
                return true;
            }
        }

        // Whoever has data removed must not believe that it is gone.
        throw new InvalidOperationException(
            $"The history still held what was to be removed after {MaxRaces} attempts. Call again. If this repeats, "
                + "run the conformance tests of the store."
        );

        // Whether there was something to replace.
        async ValueTask<bool> ReplaceAsync(CustomerId of, ImmutableArray<StoredChange> changes)
        {
            ImmutableArray<ChangeReplacement> replacements =
            [
                .. changes
                    .Select(stored => (Stored: stored, Redacted: redact(stored.Change)))
                    .Where(pair => pair.Redacted != pair.Stored.Change)
                    .Select(pair => new ChangeReplacement
                    {
                        Number = pair.Stored.Number,
                        Read = pair.Stored.Change,
                        Replacement = pair.Redacted,
                    }),
            ];
            if (replacements.IsEmpty)
            {
                return false;
            }

            await history.ReplaceChangesAsync(tenant, of, replacements, cancellationToken).ConfigureAwait(false);
            return true;
        }
    }

    /// <summary>
    /// The change without what the provider gave, and without the keys of the entries that it added, which may be names
    /// of accounts.
    /// </summary>
    public static ProfileChange WithoutProvider(ProfileChange change, string provider) =>
        Without(
            change,
            value =>
                value.Value is { } before
                    ? before.Provenance.IsFrom(provider)
                    : change.By.IsFrom(provider) && value.Key.Length > 0
        );

    private static ProfileChange WithoutField(ProfileChange change, ProfileField field)
    {
        var redacted = Without(change, value => field.Covers(value.Field));
        IdentityKind? kind =
            field.Equals(ProfileField.Emails) ? IdentityKind.Email
            : field.Equals(ProfileField.Phones) ? IdentityKind.Phone
            : null;
        return change.Identities.IsDefault || !change.Identities.Any(identity => identity.Kind == kind)
            ? redacted
            : Copy(redacted, redacted.Values, change.Identities.RemoveAll(identity => identity.Kind == kind));
    }

    /// <summary>The change without some of its values; the change itself when it has none of them.</summary>
    private static ProfileChange Without(ProfileChange change, Func<PreviousValue, bool> isRemoved) =>
        change.Values.Any(value => !value.IsRemoved && isRemoved(value))
            ? Copy(
                change,
                [
                    .. change.Values.Select(value =>
                        isRemoved(value) ? new PreviousValue { Field = value.Field, IsRemoved = true } : value
                    ),
                ],
                change.Identities
            )
            : change;

    private static ProfileChange Copy(
        ProfileChange change,
        ImmutableArray<PreviousValue> values,
        ImmutableArray<Identity> identities
    ) =>
        new()
        {
            Kind = change.Kind,
            By = change.By,
            CaseReference = change.CaseReference,
            Values = values,
            Identities = identities,
            UpdatedAt = change.UpdatedAt,
            MostKept = change.MostKept,
            Event = change.Event,
        };
}
