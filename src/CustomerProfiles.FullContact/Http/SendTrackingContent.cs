using System.Net;

namespace CustomerProfiles.FullContact;

/// <summary>
/// The body of one call, which records when writing begins: a handler does that once it is connected, and FullContact
/// cannot charge before. There is a new one for each call, because a buffered body is later written from the buffer and
/// would not be recorded.
/// </summary>
internal sealed class SendTrackingContent : HttpContent
{
    private readonly HttpContent _content;
    private readonly CallRecord _record;
    private int _isWritten;

    public SendTrackingContent(HttpContent content, CallRecord record)
    {
        _content = content;
        _record = record;
        foreach (var header in content.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(header.Key, header.Value);
        }
    }

    /// <summary>The response has arrived.</summary>
    public void ResponseReceived()
    {
        if (Interlocked.Exchange(ref _isWritten, 0) == 1)
        {
            _record.Close();
        }
    }

    protected override void SerializeToStream(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    )
    {
        Written();
        _content.CopyTo(stream, context, cancellationToken);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    )
    {
        Written();
        return _content.CopyToAsync(stream, context, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _content.Headers.ContentLength ?? 0;
        return _content.Headers.ContentLength is not null;
    }

    // A handler may write the body twice, for example when its pooled connection had just been closed.
    private void Written()
    {
        if (Interlocked.Exchange(ref _isWritten, 1) == 0)
        {
            _record.Open();
        }
    }
}
