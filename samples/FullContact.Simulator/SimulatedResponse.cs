using System.Collections.Immutable;
using System.Globalization;
using FullContact.Simulator.Responses;

namespace FullContact.Simulator;

/// <summary>
/// The response to one lookup: a closed hierarchy. A match is billed, and so is a response with <c>Billed</c>.
/// </summary>
public abstract record SimulatedResponse
{
    private SimulatedResponse() { }

    /// <summary>200 with a person. It is billed, even if the client does not receive it.</summary>
    /// <param name="Json">The body.</param>
    public sealed record Match(string Json) : SimulatedResponse;

    /// <summary>404 "Profile not found".</summary>
    public sealed record Miss : SimulatedResponse;

    /// <summary>202: the search is queued, and the client must retry.</summary>
    public sealed record Queued : SimulatedResponse;

    /// <summary>Any status with any body.</summary>
    /// <param name="Code">The HTTP status code.</param>
    /// <param name="Body">The body; may be empty.</param>
    /// <param name="ContentType">The body's type.</param>
    /// <param name="RetryAfter">The value of Retry-After; null for no such header.</param>
    public sealed record Status(
        int Code,
        string Body = "",
        string ContentType = "application/json",
        string? RetryAfter = null
    ) : SimulatedResponse
    {
        /// <summary>Further headers by name.</summary>
        public ImmutableDictionary<string, string> Headers { get; init; } = ImmutableDictionary<string, string>.Empty;

        /// <summary>Whether it is billed.</summary>
        public bool Billed { get; init; }
    }

    /// <summary>401. The message repeats the key of the request, as at FullContact.</summary>
    /// <param name="Reason">What is wrong with the key.</param>
    public sealed record KeyRefused(string Reason = "Invalid access token") : SimulatedResponse;

    /// <summary>
    /// 200 with a body of the given length, generated while it is sent, and with its Content-Length.
    /// </summary>
    public sealed record Huge : SimulatedResponse
    {
        private const int MinBytes = 16;

        /// <summary>Creates a response.</summary>
        /// <param name="bytes">The length of the body in bytes; at least 16.</param>
        public Huge(long bytes)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(bytes, MinBytes);
            Bytes = bytes;
        }

        /// <summary>The length of the body in bytes.</summary>
        public long Bytes { get; }

        /// <summary>Whether it is billed.</summary>
        public bool Billed { get; init; }
    }

    /// <summary>200 with an endless body, sent as fast as the client reads.</summary>
    public sealed record Endless : SimulatedResponse
    {
        /// <summary>Whether it is billed.</summary>
        public bool Billed { get; init; }
    }

    /// <summary>No response: the connection stays open until the client gives up.</summary>
    public sealed record Silence : SimulatedResponse
    {
        /// <summary>Whether it is billed, as a match that the client does not receive.</summary>
        public bool Billed { get; init; }
    }

    /// <summary>The connection is closed without a response.</summary>
    public sealed record Drop : SimulatedResponse
    {
        /// <summary>Whether it is billed, as a match that the client does not receive.</summary>
        public bool Billed { get; init; }
    }

    /// <summary>Another response, delayed.</summary>
    /// <param name="Response">The response. It is billed as usual when it begins.</param>
    /// <param name="By">The delay, by the simulator's clock.</param>
    public sealed record Delayed(SimulatedResponse Response, TimeSpan By) : SimulatedResponse;

    /// <summary>Another response, whose body is sent one byte at a time.</summary>
    /// <param name="Response">The response. It is billed as usual.</param>
    /// <param name="BetweenBytes">The time between two bytes, by the simulator's clock;
    /// <see cref="Timeout.InfiniteTimeSpan"/> to send the first byte only.</param>
    public sealed record Slow(SimulatedResponse Response, TimeSpan BetweenBytes) : SimulatedResponse;

    /// <summary>
    /// Another response with its full Content-Length, whose body and connection end early.
    /// </summary>
    /// <param name="Response">The response. It is billed as usual.</param>
    /// <param name="AfterBytes">The number of bytes sent: 0 for the headers only, null for half of the body. At least
    /// one byte is always missing.</param>
    public sealed record CutOff(SimulatedResponse Response, int? AfterBytes = null) : SimulatedResponse;

    /// <summary>204 without a body.</summary>
    public static SimulatedResponse NoContent { get; } = new Status(204);

    /// <summary>400, the body is not JSON. This response has "code" instead of "status".</summary>
    public static SimulatedResponse InvalidRequest { get; } =
        new Status(400, """{"code":400,"message":"Unable to process JSON"}""");

    /// <summary>403, the key is missing or unknown.</summary>
    public static SimulatedResponse KeyMissing { get; } =
        OfStatus(403, "API Key is missing or invalid. Please check your request.");

    /// <summary>403, the quota of the account is exhausted.</summary>
    public static SimulatedResponse QuotaExceeded { get; } =
        OfStatus(
            403,
            "Usage limits for the provided API Key have been exceeded. Please try again later or contact support."
        );

    /// <summary>403, the account may not use this endpoint.</summary>
    public static SimulatedResponse NotEntitled { get; } =
        OfStatus(403, "The provided API Key is not entitled to person.enrich.");

    /// <summary>404, no miss but a wrong endpoint.</summary>
    public static SimulatedResponse WrongEndpoint { get; } =
        OfStatus(404, EndpointNotFound("POST", "/v3/person.enrich"));

    /// <summary>405 with the allowed method.</summary>
    public static SimulatedResponse MethodNotAllowed { get; } =
        OfStatus(405, "Method not allowed. Use POST.") with
        {
            Headers = Allow("POST"),
        };

    /// <summary>410, this version of the API has been retired.</summary>
    public static SimulatedResponse Gone { get; } = OfStatus(410, "This version of the API has been retired.");

    /// <summary>422 with an empty body.</summary>
    public static SimulatedResponse UnprocessableWithoutBody { get; } = new Status(422);

    /// <summary>451, withheld for legal reasons. FullContact does not document it.</summary>
    public static SimulatedResponse LegallyWithheld { get; } = OfStatus(451, "Unavailable for legal reasons.");

    /// <summary>500 with an empty body.</summary>
    public static SimulatedResponse ServerError { get; } = new Status(500);

    /// <summary>502 of a gateway, in HTML.</summary>
    public static SimulatedResponse BadGateway { get; } =
        new Status(502, "<html><body><h1>502 Bad Gateway</h1></body></html>", "text/html");

    /// <summary>504 of a gateway, in HTML.</summary>
    public static SimulatedResponse GatewayTimeout { get; } =
        new Status(504, "<html><body><h1>504 Gateway Time-out</h1></body></html>", "text/html");

    /// <summary>200 with an HTML page, as from a network that requires a sign-in.</summary>
    public static SimulatedResponse HtmlPage { get; } =
        new Status(200, "<html><body>Please sign in to this network.</body></html>", "text/html");

    /// <summary>200 with a body that is not JSON.</summary>
    public static SimulatedResponse BrokenJson { get; } = new Status(200, """{"fullName": Maria Quill, details: {]}""");

    /// <summary>200 with JSON that ends within a string, on an intact connection.</summary>
    public static SimulatedResponse TruncatedJson { get; } =
        new Status(200, """{"fullName":"Maria Quill","details":{"name":{"given":"Mar""");

    /// <summary>400 with a message.</summary>
    /// <param name="message">What is wrong with the request.</param>
    public static SimulatedResponse BadRequest(string message = "Invalid email format") => OfStatus(400, message);

    /// <summary>422 with a message and a request id.</summary>
    /// <param name="message">What is wrong with the request.</param>
    public static SimulatedResponse Unprocessable(string message = "Unable to process the request.") =>
        new Status(422, ErrorBody.Of(422, message, Guid.NewGuid()));

    /// <summary>429, the account exceeds its rate.</summary>
    /// <param name="retryAfter">The value of Retry-After; null for no such header.</param>
    public static SimulatedResponse Throttled(string? retryAfter = null) =>
        OfStatus(429, "Rate limit exceeded. Please retry.") with
        {
            RetryAfter = retryAfter,
        };

    /// <summary>429 with Retry-After in seconds.</summary>
    /// <param name="retryAfter">The delay, rounded up to seconds.</param>
    public static SimulatedResponse Throttled(TimeSpan retryAfter) => Throttled(Seconds(retryAfter));

    /// <summary>429 with Retry-After as a date.</summary>
    /// <param name="retryAt">The time.</param>
    public static SimulatedResponse Throttled(DateTimeOffset retryAt) => Throttled(Date(retryAt));

    /// <summary>503, temporarily unavailable.</summary>
    /// <param name="retryAfter">The value of Retry-After; null for no such header.</param>
    public static SimulatedResponse Unavailable(string? retryAfter = null) =>
        OfStatus(503, "Service temporarily unavailable.") with
        {
            RetryAfter = retryAfter,
        };

    /// <summary>503 with Retry-After in seconds.</summary>
    /// <param name="retryAfter">The delay, rounded up to seconds.</param>
    public static SimulatedResponse Unavailable(TimeSpan retryAfter) => Unavailable(Seconds(retryAfter));

    /// <summary>503 with Retry-After as a date.</summary>
    /// <param name="retryAt">The time.</param>
    public static SimulatedResponse Unavailable(DateTimeOffset retryAt) => Unavailable(Date(retryAt));

    /// <summary>200 with deeply nested JSON objects.</summary>
    /// <param name="depth">The number of objects.</param>
    public static SimulatedResponse DeeplyNested(int depth = 10_000)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(depth);
        return new Status(
            200,
            string.Concat(Enumerable.Repeat("""{"details":""", depth - 1)) + "{}" + new string('}', depth - 1)
        );
    }

    /// <summary>200 with a person and a wrong content type.</summary>
    /// <param name="json">The body.</param>
    /// <param name="contentType">The content type.</param>
    public static SimulatedResponse WrongContentType(string json, string contentType = "text/plain") =>
        new Status(200, json, contentType) { Billed = true };

    /// <summary>A script: queued a number of times, and then another response.</summary>
    /// <param name="times">The number of times.</param>
    /// <param name="then">The response after that. It is repeated.</param>
    public static SimulatedResponse[] QueuedThen(int times, SimulatedResponse then)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        ArgumentNullException.ThrowIfNull(then);
        return [.. Enumerable.Repeat(new Queued(), times), then];
    }

    /// <summary>Whether it is billed when it is sent.</summary>
    internal bool IsBilled =>
        this switch
        {
            Match => true,
            Status status => status.Billed,
            Huge huge => huge.Billed,
            Endless endless => endless.Billed,
            Silence silence => silence.Billed,
            Drop drop => drop.Billed,
            Delayed delayed => delayed.Response.IsBilled,
            Slow slow => slow.Response.IsBilled,
            CutOff cutOff => cutOff.Response.IsBilled,
            _ => false,
        };

    internal static Status OfStatus(int code, string message) => new(code, ErrorBody.Of(code, message));

    internal static string EndpointNotFound(string method, string path) =>
        $"Endpoint {method} {path} not found. Please check https://docs.fullcontact.com or contact support.";

    internal static ImmutableDictionary<string, string> Allow(string methods) =>
        ImmutableDictionary<string, string>.Empty.Add("Allow", methods);

    private static string Seconds(TimeSpan time) =>
        ((long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    private static string Date(DateTimeOffset time) => time.ToString("R", CultureInfo.InvariantCulture);
}
