using System.Collections.Immutable;
using System.Globalization;
using FullContact.Simulator.Answers;

namespace FullContact.Simulator;

/// <summary>
/// How the simulator answers one question: a closed hierarchy. A match is billed, and whatever else says that it is;
/// nothing more.
/// </summary>
public abstract record SimulatedResponse
{
    private SimulatedResponse() { }

    /// <summary>200 with a person. It is billed, even when the client loses it on the way.</summary>
    /// <param name="Json">The body.</param>
    public sealed record Match(string Json) : SimulatedResponse;

    /// <summary>404 "Profile not found".</summary>
    public sealed record Miss : SimulatedResponse;

    /// <summary>202: the search is queued, and the same question is to be put again.</summary>
    public sealed record Queued : SimulatedResponse;

    /// <summary>Any status with any body, for whatever the others do not say.</summary>
    /// <param name="Code">The HTTP status code.</param>
    /// <param name="Body">The body; may be empty.</param>
    /// <param name="ContentType">The body's type.</param>
    /// <param name="RetryAfter">What Retry-After says; null for no such header.</param>
    public sealed record Status(
        int Code,
        string Body = "",
        string ContentType = "application/json",
        string? RetryAfter = null
    ) : SimulatedResponse
    {
        /// <summary>Further headers by name.</summary>
        public ImmutableDictionary<string, string> Headers { get; init; } = ImmutableDictionary<string, string>.Empty;

        /// <summary>Whether it is billed. A raw status is not unless it says so.</summary>
        public bool Billed { get; init; }
    }

    /// <summary>401. The message repeats the key that the question came with, as the API's does.</summary>
    /// <param name="Reason">What is wrong with the key.</param>
    public sealed record KeyRefused(string Reason = "Invalid access token") : SimulatedResponse;

    /// <summary>
    /// 200 with a person of so many bytes, made while it is sent. The announced length is the true one.
    /// </summary>
    public sealed record Huge : SimulatedResponse
    {
        private const int LeastBytes = 16;

        /// <summary>Makes one.</summary>
        /// <param name="bytes">The length of the body in bytes; at least 16.</param>
        public Huge(long bytes)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(bytes, LeastBytes);
            Bytes = bytes;
        }

        /// <summary>The length of the body in bytes.</summary>
        public long Bytes { get; }

        /// <summary>Whether it is billed.</summary>
        public bool Billed { get; init; }
    }

    /// <summary>200 with a person who never ends, as fast as the client reads.</summary>
    public sealed record Endless : SimulatedResponse
    {
        /// <summary>Whether it is billed.</summary>
        public bool Billed { get; init; }
    }

    /// <summary>No answer at all: the connection is kept open until the client gives up.</summary>
    public sealed record Silence : SimulatedResponse
    {
        /// <summary>Whether it is billed: the service found somebody, and the client never heard of it.</summary>
        public bool Billed { get; init; }
    }

    /// <summary>The connection is cut off without an answer.</summary>
    public sealed record Drop : SimulatedResponse
    {
        /// <summary>Whether it is billed: the service found somebody, and the client never heard of it.</summary>
        public bool Billed { get; init; }
    }

    /// <summary>Another answer, begun later.</summary>
    /// <param name="Answer">The answer, which is billed as it would be by itself, once it begins.</param>
    /// <param name="By">How much later, by the simulator's clock.</param>
    public sealed record Delayed(SimulatedResponse Answer, TimeSpan By) : SimulatedResponse;

    /// <summary>Another answer, whose body comes one byte at a time.</summary>
    /// <param name="Answer">The answer, which is billed as it would be by itself.</param>
    /// <param name="BetweenBytes"> The time between two bytes, by the simulator's clock.
    /// <see cref="Timeout.InfiniteTimeSpan"/> for a body of which the first byte comes and then no other.
    /// </param>
    public sealed record Slow(SimulatedResponse Answer, TimeSpan BetweenBytes) : SimulatedResponse;

    /// <summary>
    /// Another answer, which announces its full length and ends before, together with the connection.
    /// </summary>
    /// <param name="Answer">The answer, which is billed as it would be by itself.</param>
    /// <param name="AfterBytes">How much of the body is sent: 0 for the headers alone, null for half of it. At least
    /// one byte is always missing.</param>
    public sealed record CutOff(SimulatedResponse Answer, int? AfterBytes = null) : SimulatedResponse;

    /// <summary>204 without a body.</summary>
    public static SimulatedResponse NoContent { get; } = new Status(204);

    /// <summary>400, the body was no JSON. This one says "code" where the others say "status".</summary>
    public static SimulatedResponse InvalidRequest { get; } =
        new Status(400, """{"code":400,"message":"Unable to process JSON"}""");

    /// <summary>403, no key, or none that the API knows.</summary>
    public static SimulatedResponse KeyMissing { get; } =
        OfStatus(403, "API Key is missing or invalid. Please check your request.");

    /// <summary>403, the account has used up what it paid for.</summary>
    public static SimulatedResponse QuotaExceeded { get; } =
        OfStatus(
            403,
            "Usage limits for the provided API Key have been exceeded. Please try again later or contact support."
        );

    /// <summary>403, the account may not use this endpoint.</summary>
    public static SimulatedResponse NotEntitled { get; } =
        OfStatus(403, "The provided API Key is not entitled to person.enrich.");

    /// <summary>404, which is no miss: there is nothing at this address.</summary>
    public static SimulatedResponse WrongEndpoint { get; } =
        OfStatus(404, EndpointNotFound("POST", "/v3/person.enrich"));

    /// <summary>405 with what is allowed instead.</summary>
    public static SimulatedResponse MethodNotAllowed { get; } =
        OfStatus(405, "Method not allowed. Use POST.") with
        {
            Headers = Allow("POST"),
        };

    /// <summary>410, this version of the API is no more.</summary>
    public static SimulatedResponse Gone { get; } = OfStatus(410, "This version of the API has been retired.");

    /// <summary>422 with an empty body, which some take for a miss.</summary>
    public static SimulatedResponse UnprocessableWithoutBody { get; } = new Status(422);

    /// <summary>451, withheld for legal reasons. FullContact documents none; others send it.</summary>
    public static SimulatedResponse LegallyWithheld { get; } = OfStatus(451, "Unavailable for legal reasons.");

    /// <summary>500 with an empty body.</summary>
    public static SimulatedResponse ServerError { get; } = new Status(500);

    /// <summary>502 of a gateway on the way, in HTML.</summary>
    public static SimulatedResponse BadGateway { get; } =
        new Status(502, "<html><body><h1>502 Bad Gateway</h1></body></html>", "text/html");

    /// <summary>504 of a gateway on the way, in HTML.</summary>
    public static SimulatedResponse GatewayTimeout { get; } =
        new Status(504, "<html><body><h1>504 Gateway Time-out</h1></body></html>", "text/html");

    /// <summary>200 with a page for people, as networks that ask for a sign-in send it.</summary>
    public static SimulatedResponse HtmlPage { get; } =
        new Status(200, "<html><body>Please sign in to this network.</body></html>", "text/html");

    /// <summary>200 with a body that never was JSON.</summary>
    public static SimulatedResponse BrokenJson { get; } = new Status(200, """{"fullName": Maria Quill, details: {]}""");

    /// <summary>200 with JSON that stops in the middle of a text, on a connection that is whole.</summary>
    public static SimulatedResponse TruncatedJson { get; } =
        new Status(200, """{"fullName":"Maria Quill","details":{"name":{"given":"Mar""");

    /// <summary>400 with a message.</summary>
    /// <param name="message">What is wrong with the question.</param>
    public static SimulatedResponse BadRequest(string message = "Invalid email format") => OfStatus(400, message);

    /// <summary>422 with a message and the request's id.</summary>
    /// <param name="message">What is wrong with the question.</param>
    public static SimulatedResponse Unprocessable(string message = "Unable to process the request.") =>
        new Status(422, ErrorBody.Of(422, message, Guid.NewGuid()));

    /// <summary>429, the account is over its rate.</summary>
    /// <param name="retryAfter">What Retry-After says; null for no such header.</param>
    public static SimulatedResponse Throttled(string? retryAfter = null) =>
        OfStatus(429, "Rate limit exceeded. Please retry.") with
        {
            RetryAfter = retryAfter,
        };

    /// <summary>429 with Retry-After in seconds.</summary>
    /// <param name="retryAfter">When to ask again, in whole seconds from now.</param>
    public static SimulatedResponse Throttled(TimeSpan retryAfter) => Throttled(Seconds(retryAfter));

    /// <summary>429 with Retry-After as a date.</summary>
    /// <param name="retryAt">When to ask again.</param>
    public static SimulatedResponse Throttled(DateTimeOffset retryAt) => Throttled(Date(retryAt));

    /// <summary>503, down for now.</summary>
    /// <param name="retryAfter">What Retry-After says; null for no such header.</param>
    public static SimulatedResponse Unavailable(string? retryAfter = null) =>
        OfStatus(503, "Service temporarily unavailable.") with
        {
            RetryAfter = retryAfter,
        };

    /// <summary>503 with Retry-After in seconds.</summary>
    /// <param name="retryAfter">When to ask again, in whole seconds from now.</param>
    public static SimulatedResponse Unavailable(TimeSpan retryAfter) => Unavailable(Seconds(retryAfter));

    /// <summary>503 with Retry-After as a date.</summary>
    /// <param name="retryAt">When to ask again.</param>
    public static SimulatedResponse Unavailable(DateTimeOffset retryAt) => Unavailable(Date(retryAt));

    /// <summary>200 with objects in objects, which is JSON but deeper than readers like.</summary>
    /// <param name="depth">How many objects.</param>
    public static SimulatedResponse DeeplyNested(int depth = 10_000)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(depth);
        return new Status(
            200,
            string.Concat(Enumerable.Repeat("""{"details":""", depth - 1)) + "{}" + new string('}', depth - 1)
        );
    }

    /// <summary>200 with a person under a type that is not JSON's.</summary>
    /// <param name="json">The body.</param>
    /// <param name="contentType">The type that it is given.</param>
    public static SimulatedResponse WrongContentType(string json, string contentType = "text/plain") =>
        new Status(200, json, contentType) { Billed = true };

    /// <summary>Queued so many times, and then another answer: the answers of one script.</summary>
    /// <param name="times">How many times.</param>
    /// <param name="then">What comes after, and stays.</param>
    public static SimulatedResponse[] QueuedThen(int times, SimulatedResponse then)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        ArgumentNullException.ThrowIfNull(then);
        return [.. Enumerable.Repeat(new Queued(), times), then];
    }

    /// <summary>Whether it is billed when it is given.</summary>
    internal bool IsBilled =>
        this switch
        {
            Match => true,
            Status status => status.Billed,
            Huge huge => huge.Billed,
            Endless endless => endless.Billed,
            Silence silence => silence.Billed,
            Drop drop => drop.Billed,
            Delayed delayed => delayed.Answer.IsBilled,
            Slow slow => slow.Answer.IsBilled,
            CutOff cutOff => cutOff.Answer.IsBilled,
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
