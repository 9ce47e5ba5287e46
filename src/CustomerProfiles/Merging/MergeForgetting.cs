using CustomerProfiles.Stores;

namespace CustomerProfiles;

/// <summary>
/// Takes values out of what is kept to undo a merge: out of the absorbed customer's profile and out of the journal. An
/// entry that is an identity stays, for without it the identity would be lost when the merge is undone.
/// </summary>
internal sealed class MergeForgetting(ICustomerProfileStore store)
{
    /// <summary>Takes values out of one merge. Call again until nothing is left.</summary>
    /// <returns>Whether there was something to take out.</returns>
    public async ValueTask<bool> ForgetAsync(
        TenantId tenant,
        MergeId merge,
        Predicate<FieldValue> isForgotten,
        CancellationToken cancellationToken
    )
    {
        if (
            store is not IMergingStore merges
            || await merges.GetMergeAsync(tenant, merge, cancellationToken).ConfigureAwait(false)
                is not { Journal: { } text, Sides: { From: { } from, Into: not null } } stored
        )
        {
            return false;
        }

        var journal = MergeJournal.Deserialize(text, tenant, stored.Record.Into);
        var (profile, into, merged) = (
            Without(from.Profile, isForgotten),
            Without(journal.Into, isForgotten),
            Without(journal.Merged, isForgotten)
        );
        if (profile == from.Profile && into == journal.Into && merged == journal.Merged)
        {
            return false;
        }

        await merges
            .RedactMergeAsync(
                new MergeRedaction
                {
                    Tenant = tenant,
                    Merge = merge,
                    Read = text,
                    Journal = journal.With(into, merged).Serialize(),
                    From = profile,
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return true;
    }

    private static CustomerProfile Without(CustomerProfile profile, Predicate<FieldValue> isForgotten)
    {
        var values = profile.Values.RemoveAll(value =>
            isForgotten(value) && !MergedValues.IsIn(profile, value.Field, value.Key)
        );
        return values.Length == profile.Values.Length
            ? profile
            : new CustomerProfile(
                profile.Tenant,
                profile.Id,
                profile.Version,
                profile.CreatedAt,
                profile.UpdatedAt,
                profile.Identities,
                values
            );
    }
}
