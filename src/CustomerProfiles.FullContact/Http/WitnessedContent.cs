using System.Net;

namespace CustomerProfiles.FullContact.Http;

/// <summary>
/// The body of one call, which notes when it begins to be written: a handler does that once it is connected, and FullContact can charge for nothing that it was not told. Made anew for each call,
/// for a body that something on the way has buffered is written from the buffer afterwards, unnoticed.
/// </summary>
internal sealed class WitnessedContent : HttpContent
{
    private readonly HttpContent _content;
    private readonly CallRecord _record;

    public WitnessedContent(HttpContent content, CallRecord record)
    {
        _content = content;
        _record = record;
        foreach (var header in content.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(header.Key, header.Value);
        }
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _record.MayBeCharged = true;
        _content.CopyTo(stream, context, cancellationToken);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _record.MayBeCharged = true;
        return _content.CopyToAsync(stream, context, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _content.Headers.ContentLength ?? 0;
        return _content.Headers.ContentLength is not null;
    }
}
