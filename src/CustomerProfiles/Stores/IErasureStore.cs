using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>
/// The chapter of the store contract for erasing. A store implements it on the same class as
/// <see cref="ICustomerProfileStore"/>; without it nobody can be erased through the library.
/// </summary>
/// <remarks>
/// Erasing is final. What belongs to the customer is gone from every table, also from free pages of a file; ids that
/// were erased are never given to somebody else.
/// </remarks>
public interface IErasureStore
{
    /// <summary>
    /// Erases a customer and everybody whom they have absorbed: profiles, identities, conversation records, checks,
    /// history, merges with their journals. It locks them first, so that whoever writes at that moment is erased with
    /// it or comes after it. An absorbed id erases nobody. It erases only a customer who is as the caller read them,
    /// and keeps the marks and guards in the same step.
    /// </summary>
    /// <param name="erasure">Whom, and how.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What was done.</returns>
    ValueTask<EraseResult> EraseAsync(ErasureWrite erasure, CancellationToken cancellationToken);

    /// <summary>Reads the receipt of an erased id.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The receipt; null when no such customer was erased.</returns>
    ValueTask<ErasureReceipt?> FindErasureAsync(TenantId tenant, CustomerId id, CancellationToken cancellationToken);

    /// <summary>Lists erasures, oldest first.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="since">The time of the first one.</param>
    /// <param name="after">The last receipt of the page before; null for the first page.</param>
    /// <param name="most">The most receipts of a page: at least 1.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A page: each erasure once; fewer than <paramref name="most"/> when there are no more.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="most"/> is below 1.</exception>
    ValueTask<ImmutableArray<ErasureReceipt>> GetErasuresAsync(
        TenantId tenant,
        Instant since,
        ErasureReceipt? after,
        int most,
        CancellationToken cancellationToken
    );

    /// <summary>Reads marks that erasures have left.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="hashes">The hashes to look for; one that comes twice is looked up once.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Those that are kept, in no order.</returns>
    ValueTask<ImmutableArray<ErasureMark>> FindMarksAsync(
        TenantId tenant,
        ImmutableArray<string> hashes,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Keeps marks beside those that there are, as of a receipt after a restored backup. Of two with one hash
    /// <see cref="ErasureMarkKind.DoNotKeep"/> stays.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="marks">The marks.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that ends when they are written.</returns>
    ValueTask AddMarksAsync(TenantId tenant, ImmutableArray<ErasureMark> marks, CancellationToken cancellationToken);

    /// <summary>Removes marks. What is not there is not missed.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="hashes">Their hashes.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether one of them was there.</returns>
    ValueTask<bool> RemoveMarksAsync(
        TenantId tenant,
        ImmutableArray<string> hashes,
        CancellationToken cancellationToken
    );

    /// <summary>Reads which keys the marks of all tenants need.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Their ids, each once, in no order.</returns>
    ValueTask<ImmutableArray<string>> GetMarkKeysAsync(CancellationToken cancellationToken);

    /// <summary>Removes guards of conversations that are over.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="now">Guards until this time or before are over.</param>
    /// <param name="most">The most guards to remove: at least 1.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many were removed; fewer than <paramref name="most"/> when no more are over.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="most"/> is below 1.</exception>
    ValueTask<int> RemoveGuardsAsync(TenantId tenant, Instant now, int most, CancellationToken cancellationToken);
}
