using NodaTime;

namespace CustomerProfiles.Providers;

/// <summary>What came of asking a provider: a closed hierarchy to switch on.</summary>
/// <remarks>Immutable. No case shows what the provider said of the person in its <c>ToString</c>.</remarks>
public abstract record ProviderResult
{
    private ProviderResult() { }

    /// <summary>
    /// Whether the question may be charged for although this answer is free: it was put several times, and of one of
    /// them nobody knows what became. A budget counts it then.
    /// </summary>
    public bool MayBeCharged { get; init; }

    /// <summary>
    /// The provider knows the person. A match is a check, and usually a paid one, even when
    /// <paramref name="Information"/> is empty.
    /// </summary>
    /// <param name="Information">What the provider tells.</param>
    public sealed record Matched(PublicInformation Information) : ProviderResult;

    /// <summary>The provider does not know the person. This is a check too.</summary>
    public sealed record NoMatch : ProviderResult;

    /// <summary>
    /// The provider is still searching, and the same question is to be put again. Not a check yet, and not a failure.
    /// </summary>
    /// <param name="RetryAfter">How long to wait before that; more than 30 days count as 30.</param>
    public sealed record Pending(Duration RetryAfter) : ProviderResult;

    /// <summary>
    /// The provider will send its answer by itself, and it is handed in through <see cref="IProviderCallbacks"/>. Not a
    /// check yet, and not a failure.
    /// </summary>
    /// <param name="Timeout">How long to wait for it, by the store's clock; more than 30 days count as 30. If none has
    /// come by then, the question is put again.</param>
    public sealed record CallbackExpected(Duration Timeout) : ProviderResult;

    /// <summary>
    /// The provider may not tell anything about the person, for legal reasons. This is a check, and the customer is
    /// suppressed: nobody looks them up again until the host lifts it.
    /// </summary>
    public sealed record Withheld : ProviderResult;

    /// <summary>There is no answer. Not a check.</summary>
    /// <param name="Failure">Why.</param>
    /// <param name="RetryAfter"> How long to wait before the same question is put again, more than 30 days counting as
    /// 30; null to leave it until a conversation asks for a check again. Give it only where the provider cannot have
    /// answered already, for an answer is paid.
    /// </param>
    /// <param name="CountsAsAttempt"> False when the question was not put, or was refused for a reason that has nothing
    /// to do with it, such as a wrong key: then it may be put again any number of times.
    /// </param>
    public sealed record Failed(ProviderFailure Failure, Duration? RetryAfter = null, bool CountsAsAttempt = true)
        : ProviderResult;
}
