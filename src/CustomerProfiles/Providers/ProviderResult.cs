using NodaTime;

namespace CustomerProfiles.Providers;

/// <summary>The result of a lookup at a provider: a closed hierarchy of cases.</summary>
/// <remarks>Immutable. No case shows what the provider said about the person in its <c>ToString</c>.</remarks>
public abstract record ProviderResult
{
    private ProviderResult() { }

    /// <summary>
    /// Whether the request may be charged for although this result is free: it was sent several times, and the outcome
    /// of one of them is unknown. A budget counts it then.
    /// </summary>
    public bool MayBeCharged { get; init; }

    /// <summary>
    /// The provider knows the person. A match is a check, and usually a paid one, even when <see cref="Information"/>
    /// is empty.
    /// </summary>
    public sealed record Matched : ProviderResult
    {
        /// <summary>Makes a match.</summary>
        /// <param name="information">What the provider publishes.</param>
        public Matched(PublicInformation information)
        {
            Information = information;
        }

        /// <summary>What the provider publishes.</summary>
        public PublicInformation Information { get; init; }
    }

    /// <summary>The provider does not know the person. This is a check too.</summary>
    public sealed record NoMatch : ProviderResult;

    /// <summary>
    /// The provider is still searching; send the same request again later. Not a check yet, and not a failure.
    /// </summary>
    public sealed record Pending : ProviderResult
    {
        /// <summary>Makes a pending result.</summary>
        /// <param name="retryAfter">How long to wait before the next request; more than 30 days count as 30.</param>
        public Pending(Duration retryAfter)
        {
            RetryAfter = retryAfter;
        }

        /// <summary>How long to wait before the next request; more than 30 days count as 30.</summary>
        public Duration RetryAfter { get; init; }
    }

    /// <summary>
    /// The provider will deliver its result by a callback, which is passed to <see cref="IProviderCallbacks"/>. Not a
    /// check yet, and not a failure.
    /// </summary>
    public sealed record CallbackExpected : ProviderResult
    {
        /// <summary>Makes a result that a callback completes.</summary>
        /// <param name="timeout">How long to wait for it, by the store's clock; more than 30 days count as 30. After
        /// that the request is sent again.</param>
        public CallbackExpected(Duration timeout)
        {
            Timeout = timeout;
        }

        /// <summary>
        /// How long to wait for it, by the store's clock; more than 30 days count as 30. After that the request is sent
        /// again.
        /// </summary>
        public Duration Timeout { get; init; }
    }

    /// <summary>
    /// The provider may not publish anything about the person, for legal reasons. This is a check, and the customer is
    /// suppressed: nobody looks them up again until the host unsuppresses them.
    /// </summary>
    public sealed record Withheld : ProviderResult;

    /// <summary>There is no result. Not a check.</summary>
    public sealed record Failed : ProviderResult
    {
        /// <summary>Makes a failure.</summary>
        /// <param name="failure">Why.</param>
        /// <param name="retryAfter">How long to wait before the same request is sent again; null to leave it until a
        /// conversation requests a check again.</param>
        /// <param name="countsAsAttempt">False when the request was not sent, or was refused for a reason that has
        /// nothing to do with it.</param>
        public Failed(ProviderFailure failure, Duration? retryAfter = null, bool countsAsAttempt = true)
        {
            Failure = failure;
            RetryAfter = retryAfter;
            CountsAsAttempt = countsAsAttempt;
        }

        /// <summary>Why.</summary>
        public ProviderFailure Failure { get; init; }

        /// <summary>
        /// How long to wait before the same request is sent again, more than 30 days counting as 30; null to leave it
        /// until a conversation requests a check again. Set it only where the provider cannot have responded already,
        /// because a result is paid for.
        /// </summary>
        public Duration? RetryAfter { get; init; }

        /// <summary>
        /// False when the request was not sent, or was refused for a reason that has nothing to do with it, such as an
        /// invalid key: then it may be sent again any number of times.
        /// </summary>
        public bool CountsAsAttempt { get; init; }
    }
}
