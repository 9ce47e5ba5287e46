using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>Why a lookup has no result. A failure is not a check.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProviderFailure>))]
public enum ProviderFailure
{
    /// <summary>The provider could not be reached, or reports that it is down.</summary>
    Unavailable,

    /// <summary>
    /// The request was sent, and the connection broke before a response came. The provider may have charged for it.
    /// </summary>
    NoResponse,

    /// <summary>The provider did not respond in time. It may have charged for the request.</summary>
    TimedOut,

    /// <summary>The provider limited the rate of requests.</summary>
    Throttled,

    /// <summary>The key is missing, invalid or expired. Correct the host's configuration.</summary>
    InvalidApiKey,

    /// <summary>The account has used up what it paid for.</summary>
    QuotaExceeded,

    /// <summary>The host's own budget for the provider is used up.</summary>
    BudgetExhausted,

    /// <summary>The account may not make this request.</summary>
    Forbidden,

    /// <summary>The provider refused the request as malformed.</summary>
    BadRequest,

    /// <summary>
    /// There is no such provider at the configured address. Correct the host's configuration.
    /// </summary>
    WrongEndpoint,

    /// <summary>The provider's response could not be read. The provider may have charged for it.</summary>
    InvalidResponse,

    /// <summary>
    /// Anything unexpected, such as an exception from the provider's code. The provider may have charged for the
    /// request.
    /// </summary>
    Unexpected,
}
