using System.Collections.Immutable;
using System.Text;

namespace FullContact.Simulator.Responses;

/// <summary>A response as it is sent.</summary>
/// <param name="Status">The HTTP status code.</param>
/// <param name="ContentType">The body's type.</param>
/// <param name="Body">The pieces of the body, generated while they are sent.</param>
/// <param name="Length">The length of the body; null when it is endless.</param>
/// <param name="Headers">Further headers.</param>
internal sealed record WireResponse(
    int Status,
    string ContentType,
    IEnumerable<ReadOnlyMemory<byte>> Body,
    long? Length,
    ImmutableDictionary<string, string> Headers
)
{
    /// <summary>Whether a complete body has a Content-Length.</summary>
    public bool IsLengthAnnounced { get; private init; }

    private const string Json = "application/json; charset=utf-8";
    private const int PieceLength = 64 * 1024;
    private static readonly byte[] Filling = [.. Enumerable.Repeat((byte)'a', PieceLength)];

    public static WireResponse OfJson(int status, string json) =>
        OfText(status, json, Json, ImmutableDictionary<string, string>.Empty);

    public static WireResponse Of(SimulatedResponse.Status status) =>
        OfText(
            status.Code,
            status.Body,
            status.ContentType,
            status.RetryAfter is null ? status.Headers : status.Headers.SetItem("Retry-After", status.RetryAfter)
        );

    public static WireResponse OfMessage(int status, string message) => OfJson(status, ErrorBody.Of(status, message));

    public static WireResponse Of(SimulatedResponse.Huge huge) =>
        new(200, Json, Pieces(huge.Bytes), huge.Bytes, ImmutableDictionary<string, string>.Empty)
        {
            IsLengthAnnounced = true,
        };

    public static WireResponse Endless() =>
        new(200, Json, Pieces(long.MaxValue), null, ImmutableDictionary<string, string>.Empty);

    private static WireResponse OfText(
        int status,
        string text,
        string contentType,
        ImmutableDictionary<string, string> headers
    )
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new WireResponse(status, contentType, bytes.Length == 0 ? [] : [bytes], bytes.Length, headers);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Pieces(long length)
    {
        var start = """{"bio":"aa"""u8.ToArray();
        var end = "\"}"u8.ToArray();
        yield return start;
        for (var left = length - start.Length - end.Length; left > 0; left -= PieceLength)
        {
            yield return Filling.AsMemory(0, (int)Math.Min(left, PieceLength));
        }

        yield return end;
    }
}
