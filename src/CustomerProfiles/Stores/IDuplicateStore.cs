using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>
/// The chapter of the store contract for suggesting duplicates. A store implements it on the same class as
/// <see cref="ICustomerProfileStore"/> and <see cref="IMergingStore"/>; without it no duplicates are suggested.
/// </summary>
/// <remarks>
/// <para>
/// A store that implements it takes <see cref="MatchKeys"/> as a constructor parameter and keeps
/// <see cref="MatchKeys.Of"/> of each profile that it writes, in the same step. An absorbed customer has no keys; one
/// whose merge is undone has those of their profile again. With <see cref="MatchKeys.Off"/> no profile has any, and
/// none are written.
/// </para>
/// <para>
/// Two customers whom somebody said are not duplicates are a <i>pair</i>. It is kept under the two ids for which it was
/// made, and also holds for whoever has absorbed one of them, so undoing a merge takes nothing back.
/// <see cref="IMergingStore.UnmergeAsync"/> makes the two customers a pair in its own step. A pair ends when one of
/// its ids is erased.
/// </para>
/// </remarks>
public interface IDuplicateStore
{
    /// <summary>Reads the customers who share a match key with a customer.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="id">The customer, not an absorbed one.</param>
    /// <param name="keys">The keys of the customer's profile.</param>
    /// <param name="mostPerKey">A key that more customers than this have, this one included, counts for nothing: at
    /// least 2.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The profiles of the others who have one of the keys, each once, in no order; without those who form a
    /// pair with the customer.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mostPerKey"/> is below 2.</exception>
    ValueTask<ImmutableArray<CustomerProfile>> FindByMatchKeysAsync(
        TenantId tenant,
        CustomerId id,
        ImmutableArray<long> keys,
        int mostPerKey,
        CancellationToken cancellationToken
    );

    /// <summary>Makes two customers a pair that is never suggested. Does nothing when they are one.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="one">One of them.</param>
    /// <param name="other">The other one, of another id.</param>
    /// <param name="at">The current time.</param>
    /// <param name="by">The id of whoever says so.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether both ids are customers' of the tenant, absorbed ones included; if not, nothing was
    /// written.</returns>
    ValueTask<bool> MarkNotDuplicatesAsync(
        TenantId tenant,
        CustomerId one,
        CustomerId other,
        Instant at,
        string by,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Writes the match keys of profiles that were stored before match keys were kept. A profile whose version is no
    /// longer current is left as it is, because whoever changed it wrote them.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="profiles">The profiles as they were read.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that ends when they are written.</returns>
    ValueTask WriteMatchKeysAsync(
        TenantId tenant,
        ImmutableArray<CustomerProfile> profiles,
        CancellationToken cancellationToken
    );
}
