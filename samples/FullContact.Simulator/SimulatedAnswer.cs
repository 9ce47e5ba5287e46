namespace FullContact.Simulator;

/// <summary>How the simulator answers one question: a closed hierarchy.</summary>
public abstract record SimulatedAnswer
{
    private SimulatedAnswer()
    {
    }

    /// <summary>200 with a person. The only answer that is billed.</summary>
    /// <param name="Json">The body.</param>
    public sealed record Match(string Json) : SimulatedAnswer;

    /// <summary>404 "Profile not found".</summary>
    public sealed record Miss : SimulatedAnswer;

    /// <summary>202: the search is queued, and the same question is to be put again.</summary>
    public sealed record Queued : SimulatedAnswer;

    /// <summary>Any status with any body, for whatever the others do not say.</summary>
    /// <param name="Code">The HTTP status code.</param>
    /// <param name="Body">The body; may be empty.</param>
    /// <param name="ContentType">The body's type.</param>
    /// <param name="RetryAfter">What Retry-After says; null for no such header.</param>
    public sealed record Status(int Code, string Body = "", string ContentType = "application/json", string? RetryAfter = null) : SimulatedAnswer;

    /// <summary>No answer at all: the connection is kept open until the client gives up.</summary>
    public sealed record Silence : SimulatedAnswer;

    /// <summary>The connection is cut off without an answer.</summary>
    public sealed record Drop : SimulatedAnswer;

    /// <summary>429, the account is over its rate.</summary>
    /// <param name="retryAfter">What Retry-After says; null for no such header.</param>
    public static SimulatedAnswer Throttled(string? retryAfter = null) =>
        new Status(429, """{"status":429,"message":"Rate limit exceeded. Please retry."}""", RetryAfter: retryAfter);

    /// <summary>503, down for now.</summary>
    /// <param name="retryAfter">What Retry-After says; null for no such header.</param>
    public static SimulatedAnswer Unavailable(string? retryAfter = null) =>
        new Status(503, """{"status":503,"message":"Service temporarily unavailable."}""", RetryAfter: retryAfter);

    /// <summary>403, the account has used up what it paid for.</summary>
    public static SimulatedAnswer QuotaExceeded { get; } =
        new Status(403, """{"status":403,"message":"Usage limits for the provided API Key have been exceeded. Please try again later or contact support."}""");
}
