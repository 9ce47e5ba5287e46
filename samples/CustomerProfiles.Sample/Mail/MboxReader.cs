using System.Runtime.CompilerServices;
using NodaTime;

namespace CustomerProfiles.Sample.Mail;

/// <summary>
/// Reads a mailbox in the mbox format, once from front to back, with a bounded amount of memory.
/// </summary>
/// <remarks>
/// MimeKit parses the header of each message. Where a message begins is decided here, because MimeKit's own mbox parser
/// takes every line that begins with "From " for the beginning of a message, also within a body, and cannot continue
/// after one without a header. MailboxShapeTests show both. Here, a message begins at such a line if an empty line or
/// nothing precedes it and a header field follows it. Every other such line is reported. Bodies are skipped. The caller
/// closes the stream.
/// </remarks>
public sealed class MboxReader
{
    /// <summary>A header longer than this many bytes is reported and skipped.</summary>
    public const int MaxHeaderLength = 1024 * 1024;

    // A buffer that grew for one long header is replaced.
    private const int MaxReusedBuffer = 64 * 1024;

    private readonly MboxLines _lines;
    private readonly MessageHeader _header;
    private readonly Queue<MailItem> _found = new();
    private MemoryStream _fields = new();
    private long _ordinal;
    private bool _started;

    private Place _place = Place.BeforeFirst;
    private bool _isAfterEmptyLine = true;
    private bool _hasStrayText;

    // A From_ line that begins a message if a header field follows.
    private readonly byte[] _candidateLine = new byte[FromLine.MaxLength];
    private int _candidateLength;
    private long? _candidate;

    // Consecutive lines that begin with "From " and no message.
    private long _strayAt;
    private long _strayLines;
    private MailFault _strayFault;

    // The message whose header is being collected.
    private MailPosition _position;
    private Instant? _lineDate;
    private MailFault? _fault;

    // The end of the body by its Content-Length, and whether the body does end there; null until it is checked.
    private long _bodyEnd;
    private bool? _bodyEndHolds;

    /// <summary>Creates a reader.</summary>
    /// <param name="mailbox">The mailbox, at its beginning.</param>
    /// <param name="own">The addresses whose mail is composed and not received.</param>
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

    /// <summary>The number of bytes read so far. It may be read from any thread.</summary>
    public long BytesRead => _lines.BytesRead;

    /// <summary>
    /// Reads the mailbox. Its content causes no exception; only the stream and a cancellation do.
    /// </summary>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="InvalidOperationException">It has been read before.</exception>
    public async IAsyncEnumerable<MailItem> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        if (_started)
        {
            throw new InvalidOperationException("A reader reads a mailbox once. Create another one.");
        }

        _started = true;
        while (await _lines.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            SettleCandidate(cancellationToken);
            if (_lines.IsStart && _lines.Text.Span.StartsWith(FromLine.Start))
            {
                await TakeFromLineAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                TakeLine(cancellationToken);
            }

            while (_found.TryDequeue(out var item))
            {
                yield return item;
            }
        }

        End(cancellationToken);
        while (_found.TryDequeue(out var item))
        {
            yield return item;
        }
    }

    /// <summary>The current line decides whether the last one began a message.</summary>
    private void SettleCandidate(CancellationToken cancellationToken)
    {
        if (_candidate is not { } offset)
        {
            return;
        }

        // Some programs write a second, masked From_ line below the first.
        _candidate = null;
        var line = _lines.Text.Span;
        if (MessageHeader.IsField(line) || line.StartsWith(">From "u8))
        {
            EndStrays();
            EndStrayText();
            Begin(offset, FromLine.DateOf(_candidateLine.AsSpan(0, _candidateLength)));
        }
        else
        {
            Stray(offset, MailFault.NoHeader);
        }
    }

    private async ValueTask TakeFromLineAsync(CancellationToken cancellationToken)
    {
        var isWithinHeader = _place == Place.InHeader;
        if (isWithinHeader)
        {
            // This is not a header field, so the header ends here.
            Complete(cancellationToken);
            _isAfterEmptyLine = false;
        }

        if (
            _isAfterEmptyLine
            && FromLine.IsPlausible(_lines.Text.Span)
            && !await IsWithinBodyAsync(cancellationToken).ConfigureAwait(false)
        )
        {
            _candidate = _lines.Offset;
            _candidateLength = _lines.Text.Length;
            _lines.Text.CopyTo(_candidateLine);
        }
        else
        {
            Stray(_lines.Offset, MailFault.FromLineInText);
        }
    }

    private void TakeLine(CancellationToken cancellationToken)
    {
        // Only consecutive lines are counted together.
        EndStrays();
        if (_place == Place.InHeader)
        {
            if (IsEmptyLine())
            {
                Complete(cancellationToken);
            }
            else
            {
                Collect();
            }
        }
        else if (_place == Place.BeforeFirst)
        {
            _hasStrayText |= _lines.Text.Span.IndexOfAnyExcept(" \t\r"u8) >= 0;
        }

        _isAfterEmptyLine = IsEmptyLine();
    }

    private void End(CancellationToken cancellationToken)
    {
        if (_candidate is { } offset)
        {
            Stray(offset, MailFault.NoHeader);
        }

        if (_place == Place.InHeader)
        {
            // The last header line may be incomplete.
            _fault ??= _lines.IsTerminated ? null : MailFault.CutOff;
            Complete(cancellationToken);
        }

        EndStrays();
        EndStrayText();
    }

    private bool IsEmptyLine() => _lines is { IsStart: true, Text.IsEmpty: true };

    /// <summary>
    /// Whether the line is within a body whose Content-Length is right: it ends at a From_ line, or with the file.
    /// </summary>
    private async ValueTask<bool> IsWithinBodyAsync(CancellationToken cancellationToken)
    {
        if (_lines.Offset >= _bodyEnd)
        {
            return false;
        }

        if (_bodyEndHolds is not { } holds)
        {
            // The last line break of the body, an empty line, and the next From_ line or the end of the file.
            var buffer = new byte[8];
            var count = await _lines.PeekAsync(_bodyEnd - 1, buffer, cancellationToken).ConfigureAwait(false);
            var end = buffer.AsSpan(0, count ?? 0);
            var behind = end.TrimStart("\r\n"u8);
            _bodyEndHolds = holds = end.StartsWith("\n"u8) && (behind.IsEmpty || behind.StartsWith(FromLine.Start));
        }

        return holds;
    }

    private void Stray(long offset, MailFault fault)
    {
        if (_strayLines > 0 && _strayFault != fault)
        {
            EndStrays();
        }

        if (_strayLines == 0)
        {
            EndStrayText();
            (_strayAt, _strayFault) = (offset, fault);
        }

        _strayLines++;
        if (fault == MailFault.NoHeader)
        {
            // The following lines are its body.
            _place = Place.InBody;
        }
    }

    private void EndStrays()
    {
        if (_strayLines > 0)
        {
            _found.Enqueue(new MailItem.Skipped(new MailPosition(++_ordinal, _strayAt), _strayFault, _strayLines));
            _strayLines = 0;
        }
    }

    private void EndStrayText()
    {
        if (_hasStrayText)
        {
            _found.Enqueue(new MailItem.Skipped(new MailPosition(++_ordinal, 0), MailFault.NotAMailbox));
            _hasStrayText = false;
            _place = Place.InBody;
        }
    }

    private void Begin(long offset, Instant? lineDate)
    {
        _place = Place.InHeader;
        _position = new MailPosition(++_ordinal, offset);
        _lineDate = lineDate;
        _fault = null;
        if (_fields.Capacity > MaxReusedBuffer)
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

    private void Complete(CancellationToken cancellationToken)
    {
        _place = Place.InBody;
        (_bodyEnd, _bodyEndHolds) = (0, null);
        if (_fields.Length == 0)
        {
            _fault ??= MailFault.NoHeader;
        }

        if (_fault is { } fault)
        {
            _found.Enqueue(new MailItem.Skipped(_position, fault));
            return;
        }

        _fields.Position = 0;
        try
        {
            _found.Enqueue(_header.Read(_position, _lineDate, _fields, cancellationToken));
            _bodyEnd =
                IsEmptyLine() && _header.ContentLength is { } length
                    ? _lines.NextOffset + Math.Min(length, long.MaxValue / 2)
                    : 0;
        }
        catch (FormatException)
        {
            _found.Enqueue(new MailItem.Skipped(_position, MailFault.Malformed));
        }
    }
}
