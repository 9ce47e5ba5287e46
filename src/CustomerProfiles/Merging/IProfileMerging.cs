using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>
/// Merges two customers who are the same person, and takes merges back. Nothing merges by itself. The id of an absorbed
/// customer goes on leading to the customer who stays, in every call.
/// </summary>
/// <remarks>
/// Safe for any number of threads. Every call throws <see cref="NotSupportedException"/> when the host's store cannot
/// merge: it does not implement <c>IMergingStore</c>.
/// </remarks>
public interface IProfileMerging
{
    /// <summary>Says where an id leads.</summary>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether it is a customer's, was absorbed, or is nobody's.</returns>
    ValueTask<CustomerResolution> ResolveAsync(CustomerId id, CancellationToken cancellationToken = default);

    /// <summary>Shows what a merge would make of two customers, and writes nothing.</summary>
    /// <param name="request">Which two, and how.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The preview, or why they cannot be merged. <see cref="MergeRequest.Versions"/> is not looked
    /// at.</returns>
    ValueTask<MergePreviewOutcome> PreviewAsync(MergeRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Merges two customers, as a preview shows it. Both as they are now: the plan is made again while others change
    /// them, unless <see cref="MergeRequest.Versions"/> says what was shown. It asks no provider.
    /// </summary>
    /// <param name="request">Which two, and how.</param>
    /// <param name="by">Who merges them.</param>
    /// <param name="cancellationToken">Cancels the call. They are merged then, or not.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="ArgumentException"><paramref name="by"/> is <c>default</c>.</exception>
    ValueTask<MergeOutcome> MergeAsync(MergeRequest request, Actor by, CancellationToken cancellationToken = default);

    /// <summary>
    /// Undoes a merge. With no change in between both customers are as before. What was changed since stays with the
    /// customer who had absorbed the other; what a person cleared or removed since returns on neither side.
    /// Conversations were never moved. A check that was completed since counts for both.
    /// </summary>
    /// <param name="merge">The merge.</param>
    /// <param name="by">Who undoes it.</param>
    /// <param name="caseReference">The host's own reference for the history, as
    /// <see cref="MergeRequest.CaseReference"/>; null for none.</param>
    /// <param name="cancellationToken">Cancels the call. The merge is undone then, or not.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="ArgumentException"><paramref name="by"/> is <c>default</c>, or the reference cannot be
    /// stored.</exception>
    ValueTask<UnmergeOutcome> UnmergeAsync(
        MergeId merge,
        Actor by,
        string? caseReference = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>Lists the merges into a customer, newest first, those of whomever they absorbed among them.</summary>
    /// <param name="id">The customer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The merges that were not undone; empty when there are none, or the tenant has no such
    /// customer.</returns>
    ValueTask<ImmutableArray<MergeRecord>> GetMergesAsync(CustomerId id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Suggests customers who may be the same person as this one, by what they have in common. It merges nobody, and
    /// leaves out those of whom <see cref="MarkNotDuplicatesAsync"/> said that they are not, and those whose merge with
    /// this customer was undone.
    /// </summary>
    /// <param name="id">The customer. An absorbed id is that of the survivor.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The suggestions, best first, 20 at most; empty when there are none, or no such customer.</returns>
    /// <exception cref="InvalidOperationException"><c>CustomerProfilesOptions.SuggestDuplicates</c> is not
    /// set.</exception>
    /// <exception cref="NotSupportedException">The store does not implement <c>IDuplicateStore</c>.</exception>
    ValueTask<ImmutableArray<DuplicateSuggestion>> FindDuplicatesAsync(
        CustomerId id,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Remembers that two customers are not the same person, so that neither is suggested for the other any more. It
    /// also holds for whoever they are merged into. They can still be merged.
    /// </summary>
    /// <param name="one">One of them.</param>
    /// <param name="other">The other one.</param>
    /// <param name="by">Who says so.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the tenant has both customers; if not, nothing was written.</returns>
    /// <exception cref="ArgumentException">Both ids are the same, or <paramref name="by"/> is
    /// <c>default</c>.</exception>
    /// <exception cref="NotSupportedException">The store does not implement <c>IDuplicateStore</c>.</exception>
    ValueTask<bool> MarkNotDuplicatesAsync(
        CustomerId one,
        CustomerId other,
        Actor by,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Writes the match keys of all profiles, for a host that set <c>CustomerProfilesOptions.SuggestDuplicates</c> when
    /// it had customers already. Call it once; calling it again does no harm.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call; what was written stays.</param>
    /// <returns>How many profiles were read.</returns>
    /// <exception cref="InvalidOperationException"><c>CustomerProfilesOptions.SuggestDuplicates</c> is not
    /// set.</exception>
    /// <exception cref="NotSupportedException">The store does not implement <c>IDuplicateStore</c>.</exception>
    ValueTask<int> IndexDuplicatesAsync(CancellationToken cancellationToken = default);
}
