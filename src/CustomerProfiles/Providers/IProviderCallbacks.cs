namespace CustomerProfiles.Providers;

/// <summary>
/// Takes the results that providers deliver by a callback, after <see cref="ProviderResult.CallbackExpected"/>. For
/// packages of providers: an HTTP endpoint that a provider calls passes its result on to here.
/// </summary>
/// <remarks>
/// A singleton, safe for any number of threads and hosts. The callback may reach another host than the one that sent
/// the request, and may arrive before that one has recorded that it is expected. The rules of any result hold: it is
/// applied to the current profile, and dropped when the provider was disabled or the customer suppressed.
/// </remarks>
public interface IProviderCallbacks
{
    /// <summary>Completes a check.</summary>
    /// <param name="callback">Which check, from the request.</param>
    /// <param name="result">The result: a match, no match, or withheld.</param>
    /// <param name="cancellationToken">Cancels the call; the result is then applied as a whole or not at all, and may
    /// be passed again.</param>
    /// <returns>The outcome. Passing the same result again is safe.</returns>
    /// <exception cref="ArgumentException">The result does not complete a check, or this host has no provider of the
    /// reference's name.</exception>
    /// <exception cref="InvalidOperationException">Other writers changed the profile a hundred times in a row. Nothing
    /// was recorded, and the check still waits for its callback: respond with a failure, so that the provider delivers
    /// it again, or pass the result again.</exception>
    ValueTask<CallbackReceipt> CompleteAsync(
        CallbackReference callback,
        ProviderResult result,
        CancellationToken cancellationToken = default
    );
}
