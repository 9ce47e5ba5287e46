using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles;

/// <summary>
/// Writes a change to a profile. When another writer was faster, the change is made again on the current profile.
/// </summary>
internal sealed class ProfileWriter(CustomersById customers, ChangeRecorder changes, ErasedPeople erased)
{
    /// <summary>
    /// The most races that a writer may lose. Every lost race means that another writer succeeded, so only a profile
    /// that is written without pause, or a store that does not compare versions, reaches it.
    /// </summary>
    public const int MaxRaces = 100;

    /// <summary>Writes the next version of a profile.</summary>
    /// <param name="profile">The profile as the caller read it.</param>
    /// <param name="change">Makes the next version of the current profile; null when there is nothing to write. Called
    /// again after each lost race.</param>
    /// <param name="reason">Why, for the history.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The result, with the profile that it is about.</returns>
    public async ValueTask<WriteResult> UpdateAsync(
        CustomerProfile profile,
        Func<CustomerProfile, CustomerProfile?> change,
        ChangeReason reason,
        CancellationToken cancellationToken
    )
    {
        var current = profile;
        for (var race = 0; race < MaxRaces; race++)
        {
            if (change(current) is not { } next)
            {
                return new WriteResult(WriteStatus.Unchanged, current);
            }

            var gained = next.Identities.Except(current.Identities);
            if (await erased.CheckAsync(current, gained, cancellationToken).ConfigureAwait(false) is { } refused)
            {
                return refused;
            }

            var described = changes.Describe(current, next, reason);
            switch (await customers.UpdateAsync(next, described, cancellationToken).ConfigureAwait(false))
            {
                case UpdateResult.Updated:
                    return new WriteResult(WriteStatus.Written, next);
                case UpdateResult.IdentityTaken taken:
                    return new WriteResult(WriteStatus.IdentityTaken, current, taken);
                case UpdateResult.Stale stale when stale.Current.Id == profile.Id:
                    current = stale.Current;
                    break;
                case UpdateResult.Stale:
                    // Whoever absorbed the customer, unless the merge has been undone by now.
                    var customer = await customers
                        .GetAsync(profile.Tenant, profile.Id, cancellationToken)
                        .ConfigureAwait(false);
                    if (customer is null)
                    {
                        return new WriteResult(WriteStatus.NotFound, current);
                    }

                    current = customer.Profile;
                    break;
                default:
                    return new WriteResult(WriteStatus.NotFound, current);
            }
        }

        return new WriteResult(WriteStatus.Busy, current);
    }
}

/// <summary>What <see cref="ProfileWriter.UpdateAsync"/> did.</summary>
internal enum WriteStatus
{
    /// <summary>The next version was written.</summary>
    Written,

    /// <summary>There was nothing to write.</summary>
    Unchanged,

    /// <summary>An identity that the change adds belongs to another customer.</summary>
    IdentityTaken,

    /// <summary>An identity that the change adds is that of somebody who was erased and is not to be kept.</summary>
    DoNotKeep,

    /// <summary>The tenant has no such customer.</summary>
    NotFound,

    /// <summary>Other writers won <see cref="ProfileWriter.MaxRaces"/> races in a row. Nothing was written.</summary>
    Busy,
}

/// <summary>The result of <see cref="ProfileWriter.UpdateAsync"/>.</summary>
/// <param name="Status">What was done.</param>
/// <param name="Profile">The profile that was written, or the last one that was read.</param>
/// <param name="Taken">The identity that belongs to another customer; null unless that is the status.</param>
/// <param name="Forbidden">The identities that are not to be kept; default unless that is the status.</param>
internal readonly record struct WriteResult(
    WriteStatus Status,
    CustomerProfile Profile,
    UpdateResult.IdentityTaken? Taken = null,
    ImmutableArray<Identity> Forbidden = default
);
