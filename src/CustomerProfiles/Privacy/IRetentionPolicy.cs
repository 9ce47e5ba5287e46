namespace CustomerProfiles;

/// <summary>
/// Decides which customers are kept. Replace the default one, <see cref="RetentionPolicy"/>, by registering your own
/// before <c>AddCustomerProfiles</c>.
/// </summary>
/// <remarks>
/// An implementation is a pure function, safe for any number of threads. Whatever it decides, a customer with a pending
/// check, or with a conversation at the same moment, is kept.
/// </remarks>
public interface IRetentionPolicy
{
    /// <summary>Decides about one customer.</summary>
    /// <param name="request">What is known of them.</param>
    /// <returns>Whether to keep or to erase them, and why.</returns>
    RetentionDecision Decide(in RetentionRequest request);
}
