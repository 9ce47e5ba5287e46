namespace CustomerProfiles.Stores;

/// <summary>
/// The chapter of the store contract for search. A store implements it on the same class as
/// <see cref="ICustomerProfileStore"/>; without it profiles can be listed by id only.
/// </summary>
/// <remarks>
/// <para>
/// What is found, and in which order, is <see cref="ProfileSearch"/>'s to say. A store keeps
/// <see cref="ProfileSearch.KeysOf"/> beside each profile, written in the same step as the profile, and reads a query
/// with <see cref="ProfileSearch.Read"/>, so that every store finds the same.
/// </para>
/// <para>
/// The last change is <see cref="CustomerProfile.UpdatedAt"/>. The last conversation is the latest
/// <see cref="ConversationRecord.At"/> of the recorded conversations with the customer; one that was recorded already
/// does not count again. Whoever never had one counts as of <see cref="SearchPosition.NoConversation"/>.
/// </para>
/// <para>
/// A page is read as of one moment. Pages follow each other by the position of the last profile, so that a profile
/// whose place in the order stands is on exactly one page, whatever happens to others meanwhile.
/// </para>
/// </remarks>
public interface ISearchStore
{
    /// <summary>Finds profiles.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="query">Which profiles, and in which order.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A page; empty when nothing is found.</returns>
    /// <exception cref="ArgumentException">As <see cref="ProfileSearch.Read"/> throws it.</exception>
    ValueTask<ProfileSearchPage> SearchAsync(
        TenantId tenant,
        ProfileSearchQuery query,
        CancellationToken cancellationToken
    );

    /// <summary>Counts the profiles that a query finds, up to a bound.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="query">Which profiles; its order, page size and <see cref="ProfileSearchQuery.After"/> have no
    /// effect.</param>
    /// <param name="most">How far to count: at least 1.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The number, or the bound and that there are more.</returns>
    /// <exception cref="ArgumentException">As <see cref="ProfileSearch.ReadForCount"/> throws it.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="most"/> is below 1.</exception>
    ValueTask<ProfileCount> CountAsync(
        TenantId tenant,
        ProfileSearchQuery query,
        int most,
        CancellationToken cancellationToken
    );
}
