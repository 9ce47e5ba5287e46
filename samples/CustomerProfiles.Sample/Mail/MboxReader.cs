using System.Runtime.CompilerServices;
using NodaTime;

namespace CustomerProfiles.Sample.Mail;

/// <summary>Reads a mailbox in the mbox format, once from front to back, in the same small memory whatever its size.</summary>
/// <remarks>
/// The messages are told apart here, not by MimeKit's own mbox parser: that one reads every body, takes any line that begins with "From " for a new
/// message, and cannot go on behind a header that it fails on. A body is passed over, line by line; a header is what MimeKit is given.
/// A reader serves one pass by one caller; <see cref="BytesRead"/> can be read by anyone meanwhile. The stream stays the caller's to close.
/// </remarks>
public sealed class MboxReader
{
    /// <summary>A header longer than this many bytes is reported and skipped.</summary>
    public const int MaxHeaderLength = 1024 * 1024;

    /// <summary>More recipients than this are left out.</summary>
    public const int MaxRecipients = 8;

    // A buffer that one long header blew up is not kept for the millions of short ones.
    private const int KeptHeaderLength = 64 * 1024;

    private readonly MboxLines _lines;
    private readonly MessageHeader _header;
    private MemoryStream _fields = new();
    private long _ordinal;
    private bool _started;

    // The message whose header is being collected.
    private MailPosition _position;
    private Instant? _deliveredAt;
    private MailFault? _fault;

    /// <summary>Creates a reader.</summary>
    /// <param name="mailbox">The mailbox, at its beginning.</param>
    /// <param name="own">Whose mail is composed and not received.</param>
    public MboxReader(Stream mailbox, OwnAddresses own)
    {
        _lines = new MboxLines(mailbox);
        _header = new MessageHeader(own);
    }

    private enum Place
    {
        BeforeFirst,
        InHeader,
        InBody,
    }

    /// <summary>The bytes taken from the stream so far; beside the file's length, how far the reading is.</summary>
    public long BytesRead => _lines.BytesRead;

    /// <summary>Reads the mailbox. Whatever its content, only the stream's own exceptions come out of it, and that of a cancellation.</summary>
    /// <param name="cancellationToken">Ends the reading, between two lines at the latest.</param>
    /// <exception cref="InvalidOperationException">It has been read before.</exception>
    public async IAsyncEnumerable<MailItem> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (_started)
        {
            throw new InvalidOperationException("A mailbox is read once by one reader; open it again.");
        }

        _started = true;
        var place = Place.BeforeFirst;
        var strayText = false;
        var afterEmptyLine = true;
        long? undatedAt = null;
        while (await _lines.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (undatedAt is { } markerOffset)
            {
                // What the last line was depends on this one.
                undatedAt = null;
                if (MessageHeader.IsField(_lines.Text.Span))
                {
                    if (strayText)
                    {
                        strayText = false;
                        yield return StrayText();
                    }

                    Begin(markerOffset, deliveredAt: null);
                    place = Place.InHeader;
                }
                else if (place == Place.BeforeFirst)
                {
                    strayText = true;
                }
            }

            if (IsFromLine(out var deliveredAt))
            {
                if (place == Place.InHeader)
                {
                    yield return Complete(cancellationToken);
                }
                else if (strayText)
                {
                    strayText = false;
                    yield return StrayText();
                }

                Begin(_lines.Offset, deliveredAt);
                place = Place.InHeader;
            }
            else if (place == Place.InHeader)
            {
                if (IsEmptyLine())
                {
                    yield return Complete(cancellationToken);
                    place = Place.InBody;
                }
                else
                {
                    Collect();
                }
            }
            else if (afterEmptyLine && MayBeFromLine() && FromLine.IsUndated(_lines.Text.Span))
            {
                undatedAt = _lines.Offset;
            }
            else if (place == Place.BeforeFirst && !IsBlank())
            {
                strayText = true;
            }

            afterEmptyLine = IsEmptyLine();
        }

        if (place == Place.InHeader)
        {
            // The last line of a header that nothing follows may have lost any part of itself.
            _fault ??= _lines.IsTerminated ? null : MailFault.CutOff;
            yield return Complete(cancellationToken);
        }
        else if (strayText || (place == Place.BeforeFirst && undatedAt is not null))
        {
            yield return StrayText();
        }
    }

    private bool MayBeFromLine() => _lines is { IsStart: true, IsTerminated: true } && FromLine.MayBe(_lines.Text.Span);

    private bool IsFromLine(out Instant? deliveredAt)
    {
        deliveredAt = null;
        return MayBeFromLine() && FromLine.TryReadDated(_lines.Text.Span, out deliveredAt);
    }

    private bool IsEmptyLine() => _lines is { IsStart: true, Text.IsEmpty: true };

    private bool IsBlank() => _lines.Text.Span.IndexOfAnyExcept(" \t\r"u8) < 0;

    private MailItem.Unreadable StrayText() => new(new MailPosition(++_ordinal, 0), MailFault.NotAMailbox);

    private void Begin(long offset, Instant? deliveredAt)
    {
        _position = new MailPosition(++_ordinal, offset);
        _deliveredAt = deliveredAt;
        _fault = null;
        if (_fields.Capacity > KeptHeaderLength)
        {
            _fields = new MemoryStream();
        }

        _fields.SetLength(0);
    }

    private void Collect()
    {
        var line = _lines.Text.Span;
        if (_fault is not null || line.StartsWith(">From "u8))
        {
            // Some delivery programs put a second, masked From_ line below the first.
            return;
        }

        if (_fields.Length == 0 && !MessageHeader.IsField(line))
        {
            _fault = MailFault.NoHeader;
        }
        else if (_fields.Length + line.Length > MaxHeaderLength)
        {
            _fault = MailFault.HeaderTooLong;
        }
        else
        {
            _fields.Write(line);
            if (_lines.IsTerminated)
            {
                _fields.WriteByte((byte)'\n');
            }
        }
    }

    private MailItem Complete(CancellationToken cancellationToken)
    {
        if (_fields.Length == 0)
        {
            _fault ??= MailFault.NoHeader;
        }

        if (_fault is { } fault)
        {
            return new MailItem.Unreadable(_position, fault);
        }

        _fields.Position = 0;
        try
        {
            return _header.Read(_position, _deliveredAt, _fields, cancellationToken);
        }
        catch (FormatException)
        {
            return new MailItem.Unreadable(_position, MailFault.Malformed);
        }
    }
}
