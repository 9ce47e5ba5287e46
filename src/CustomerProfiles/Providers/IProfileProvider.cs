namespace CustomerProfiles.Providers;

/// <summary>A source of public information about people.</summary>
/// <remarks>
/// A provider is a singleton, safe for any number of threads. It reports every expected trouble as an answer. An
/// exception that gets out of it (but for cancellation by the token) is taken for
/// <see cref="ProviderFailure.Unexpected"/> and logged by its type alone.
/// </remarks>
public interface IProfileProvider
{
    /// <summary>
    /// The provider's name, stable for ever, lower case, such as <c>fullcontact</c>. It is kept with every value that
    /// the provider gives.
    /// </summary>
    string Name { get; }

    /// <summary>Where a person can correct what the provider says of them; null when there is no such page.</summary>
    Uri? ClaimPage { get; }

    /// <summary>
    /// Where a person can have the provider stop collecting about them; <see cref="ClaimPage"/> unless the provider has
    /// another page for it.
    /// </summary>
    Uri? OptOutPage => ClaimPage;

    /// <summary>
    /// Why the provider is not to be asked at present; null when it may be. Looked at often, so it is to be cheap.
    /// Checks wait until it is null again, or a probe is due. It is shown in the sidebar and by the health check.
    /// </summary>
    ProviderPause? Pause => null;

    /// <summary>
    /// How many answers may be paid for; null for no limit, of which the host is warned when it starts. A provider
    /// that costs nothing has <c>new ProviderBudget(null, null)</c>. Looked at before each question.
    /// </summary>
    ProviderBudget? Budget => null;

    /// <summary>
    /// Whether a question holds anything that this provider can be asked by: an e-mail address, unless the provider
    /// says otherwise. Must not throw.
    /// </summary>
    /// <param name="request">The question.</param>
    /// <returns>False to let the customer be, until more is known of them.</returns>
    bool CanLookUp(ProviderRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return !request.Emails.IsDefaultOrEmpty;
    }

    /// <summary>Asks about one customer. Called only when <see cref="CanLookUp"/> says so.</summary>
    /// <param name="request">By what the customer is recognised.</param>
    /// <param name="cancellationToken">Cancelled when the host shuts down or <c>CheckTimeout</c> is over.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask<ProviderResult> LookUpAsync(ProviderRequest request, CancellationToken cancellationToken);
}
