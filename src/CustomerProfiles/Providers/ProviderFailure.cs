using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>Why a provider gave no answer. A failure is not a check.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProviderFailure>))]
public enum ProviderFailure
{
    /// <summary>The provider could not be reached, or says that it is down for now.</summary>
    Unavailable,

    /// <summary>
    /// The question was sent, and the connection broke before an answer came. The provider may have charged for it.
    /// </summary>
    NoResponse,

    /// <summary>The provider did not answer in time. It may have charged for the question.</summary>
    TimedOut,

    /// <summary>The provider was asked too often.</summary>
    Throttled,

    /// <summary>The key is missing, wrong or expired. The host's configuration is to be put right.</summary>
    InvalidApiKey,

    /// <summary>The account has used up what it paid for.</summary>
    QuotaExceeded,

    /// <summary>The host's own budget for the provider is used up.</summary>
    BudgetExhausted,

    /// <summary>The account may not ask this.</summary>
    Forbidden,

    /// <summary>The provider refused the question as malformed.</summary>
    BadRequest,

    /// <summary>
    /// There is no such provider at the address configured. The host's configuration is to be put right.
    /// </summary>
    WrongEndpoint,

    /// <summary>The provider's answer could not be read. The provider may have charged for it.</summary>
    InvalidResponse,

    /// <summary>
    /// Anything that nobody expected, an exception out of the provider's code among it. The provider may have charged
    /// for the question.
    /// </summary>
    Unexpected,
}
