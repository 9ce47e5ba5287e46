namespace CustomerProfiles.Enrichment;

/// <summary>A source of public information about people.</summary>
/// <remarks>
/// A provider is a singleton, safe for any number of threads. It reports every expected trouble as an answer. An exception that gets out of it
/// (but for cancellation by the token) is taken for <see cref="ProviderFailure.Unexpected"/> and logged by its type alone.
/// </remarks>
public interface IProfileProvider
{
    /// <summary>The provider's name, stable for ever, lower case, such as <c>fullcontact</c>. It is kept with every value that the provider gives.</summary>
    string Name { get; }

    /// <summary>Where a person can correct what the provider says of them; null when there is no such page.</summary>
    Uri? ClaimPage { get; }

    /// <summary>Asks about one customer.</summary>
    /// <param name="question">By what the customer is recognised.</param>
    /// <param name="cancellationToken">Cancelled when the host shuts down or <c>CheckTimeout</c> is over.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask<ProviderAnswer> AskAsync(ProviderQuestion question, CancellationToken cancellationToken);
}
