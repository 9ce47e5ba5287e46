namespace CustomerProfiles.Providers;

/// <summary>A source of public information about people.</summary>
/// <remarks>
/// A provider is a singleton, safe for any number of threads. It reports every expected failure as a result. An
/// exception that it throws (except for cancellation by the token) counts as <see cref="ProviderFailure.Unexpected"/>
/// and is logged by its type alone.
/// </remarks>
public interface IProfileProvider
{
    /// <summary>
    /// The provider's name, stable for ever, lower case, such as <c>fullcontact</c>. It is kept with every value that
    /// comes from the provider.
    /// </summary>
    string Name { get; }

    /// <summary>
    /// Where a person can correct what the provider publishes about them; null when there is no such page.
    /// </summary>
    Uri? ClaimPage { get; }

    /// <summary>
    /// Where a person can have the provider stop collecting about them; <see cref="ClaimPage"/> unless the provider has
    /// another page for it.
    /// </summary>
    Uri? OptOutPage => ClaimPage;

    /// <summary>
    /// Why the provider must not be called for now; null when it may be. Read often, so it must be cheap. Checks wait
    /// until it is null again, or a probe is due. It is shown in the sidebar and by the health check.
    /// </summary>
    ProviderPause? Pause => null;

    /// <summary>
    /// How many lookups may be paid for; null for no limit, which the host is warned about when it starts. A provider
    /// that costs nothing has <c>new ProviderBudget(null, null)</c>. Read before each request.
    /// </summary>
    ProviderBudget? Budget => null;

    /// <summary>
    /// Whether a request holds anything that this provider can look up: an e-mail address, unless the provider says
    /// otherwise. Must not throw.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <returns>False to make no lookup until more is known about the customer.</returns>
    bool CanLookUp(ProviderRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return !request.Emails.IsDefaultOrEmpty;
    }

    /// <summary>Looks up one customer. Called only when <see cref="CanLookUp"/> returns true.</summary>
    /// <param name="request">What is known about the customer.</param>
    /// <param name="cancellationToken">Cancelled when the host shuts down or <c>CheckTimeout</c> is over.</param>
    /// <returns>The result.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask<ProviderResult> LookUpAsync(ProviderRequest request, CancellationToken cancellationToken);
}
