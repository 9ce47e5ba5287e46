using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>
/// The chapter of the store contract for merging. A store implements it on the same class as
/// <see cref="ICustomerProfileStore"/>; without it customers cannot be merged.
/// </summary>
/// <remarks>
/// <para>
/// A merge makes one customer, the survivor, of two. The other, the absorbed customer, is kept as they were, so that
/// the merge can be undone, but is no longer found: by their id, every other call of the store acts as if there were no
/// such customer; they are in no list and in no search; and a new customer may not take their id. Their identities are
/// the survivor's. Each identity keeps its <i>origin</i>, which is the customer whose it was before the first merge:
/// under that id conversations from it are recorded, before and after the merge, and a conversation is recognised among
/// those of its identity's origin. So a merge moves no conversation.
/// </para>
/// <para>
/// Absorbed ids are flat: when a survivor is absorbed, the ids that it had absorbed lead to the new survivor.
/// </para>
/// <para>
/// What becomes of what is decided by the caller. A store only writes it, as a whole or not at all, if both customers
/// are still as the caller read them.
/// </para>
/// <para>
/// A call that waits while a merge is written acts on what it finds afterwards: a conversation is the survivor's, and
/// whoever holds the lease of one of the survivor's checks holds it still.
/// </para>
/// </remarks>
public interface IMergingStore
{
    /// <summary>Where an absorbed id leads.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The survivor, and the merge that absorbed this id; null when the id is not absorbed.</returns>
    ValueTask<AbsorbedInto?> FindSurvivorAsync(TenantId tenant, CustomerId id, CancellationToken cancellationToken);

    /// <summary>Reads two customers, absorbed ones too, as of one moment.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="from">The customer who is to be absorbed.</param>
    /// <param name="into">The customer who is to stay; not the same one.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Both; each null when the tenant has no such customer.</returns>
    ValueTask<MergeSides> GetSidesAsync(
        TenantId tenant,
        CustomerId from,
        CustomerId into,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Merges two customers if both are as they were read (<see cref="MergeSide.State"/>) and neither is absorbed. The
    /// survivor gets the profile, the checks and the marks that are given, the identities of the other, and the later
    /// last conversation of both; the other keeps their profile, and has no check any more.
    /// </summary>
    /// <param name="merge">What to write.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether it was written. If not, something has changed since it was read.</returns>
    ValueTask<bool> MergeAsync(MergeWrite merge, CancellationToken cancellationToken);

    /// <summary>Reads a merge and both of its customers, as of one moment.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="merge">The merge.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The merge; null when the tenant has no such merge.</returns>
    ValueTask<StoredMerge?> GetMergeAsync(TenantId tenant, MergeId merge, CancellationToken cancellationToken);

    /// <summary>
    /// Undoes a merge if it is not undone yet and both customers are as they were read. The absorbed customer is found
    /// again, with the profile, the checks and the mark that are given; with the ids that had been theirs
    /// (<see cref="MergeWrite.Aliases"/>); and with those of the survivor's identities that their given profile names,
    /// which are then no longer the survivor's. The suppression marks that still name the merge are removed. The last
    /// conversation of each is the last one that is recorded under them and under the ids that they absorbed.
    /// </summary>
    /// <param name="unmerge">What to write.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether it was written. If not, something has changed since it was read.</returns>
    ValueTask<bool> UnmergeAsync(MergeWrite unmerge, CancellationToken cancellationToken);

    /// <summary>Lists the merges into a customer and into whomever they absorbed, newest first.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="id">The customer, not an absorbed one.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The merges that were not undone; empty when there are none, or no such customer.</returns>
    ValueTask<ImmutableArray<MergeRecord>> GetMergesAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Replaces the journal of a merge and the absorbed customer's profile, because something in them must be
    /// forgotten. Does nothing when the journal is gone, or no longer as it was read.
    /// </summary>
    /// <param name="redaction">What to write.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether it was written.</returns>
    ValueTask<bool> RedactMergeAsync(MergeRedaction redaction, CancellationToken cancellationToken);

    /// <summary>
    /// Ends the time in which merges can be undone: removes the journals of merges that are older than a time, and the
    /// identities and values of the absorbed customers' profiles. Their ids go on leading to the survivors.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="before">Merges before this time are old; one of this time is not.</param>
    /// <param name="most">The most merges to end in this call: at least 1.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many were ended; fewer than <paramref name="most"/> when none is left.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="most"/> is below 1.</exception>
    ValueTask<int> LapseMergesAsync(TenantId tenant, Instant before, int most, CancellationToken cancellationToken);
}
