namespace CustomerProfiles.Providers;

/// <summary>
/// Takes the answers that providers send by themselves, after <see cref="ProviderResult.CallbackExpected"/>. For
/// packages of providers: an HTTP endpoint that a provider calls ends here.
/// </summary>
/// <remarks>
/// A singleton, safe for any number of threads and hosts; the answer may come to another host than the one that asked,
/// and before that one has noted that it will come. It obeys the rules of any answer: it meets the profile as it is
/// now, and is dropped when the provider was switched off or the customer suppressed.
/// </remarks>
public interface IProviderCallbacks
{
    /// <summary>Takes an answer.</summary>
    /// <param name="callback">Which check it answers, from the question.</param>
    /// <param name="result">The answer: a match, no match, or withheld.</param>
    /// <param name="cancellationToken">Cancels the call; the answer is then taken as a whole or not at all, and may be
    /// handed in again.</param>
    /// <returns>What became of it. Handing in the same answer again is safe.</returns>
    /// <exception cref="ArgumentException">The answer is none that ends a check, or no provider of this host has the
    /// ticket's name.</exception>
    ValueTask<CallbackReceipt> CompleteAsync(
        CallbackReference callback,
        ProviderResult result,
        CancellationToken cancellationToken = default
    );
}
