using System.Text;

namespace CustomerProfiles.Sample.Csv;

/// <summary>
/// Reads the lines of a text of any size, holding little more than the current one. Not thread-safe.
/// </summary>
/// <param name="stream">The text. It need not be seekable.</param>
/// <param name="encoding">The encoding of a text without a byte order mark; null for UTF-8.</param>
internal sealed class TextLines(Stream stream, Encoding? encoding)
{
    /// <summary>The longest line, in UTF-16 code units.</summary>
    public const int MaxLength = 1024 * 1024;

    private const int BlockLength = 64 * 1024;

    private readonly byte[] _bytes = new byte[BlockLength];
    private char[] _text = new char[2 * BlockLength];
    private Encoding _encoding = TextEncoding.Utf8;
    private Decoder? _decoder;
    private int _next;
    private int _end;
    private long _number;
    private bool _ended;

    /// <summary>Reads the next line.</summary>
    /// <returns>The line; null at the end.</returns>
    /// <exception cref="BadInputException">The line is too long, or holds bytes that are no text.</exception>
    public async ValueTask<TextLine?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake() is { } line)
            {
                return line;
            }

            if (_ended)
            {
                return null;
            }

            await FillAsync(cancellationToken);
        }
    }

    private TextLine? TryTake()
    {
        var rest = _text.AsSpan(_next, _end - _next);
        var length = rest.IndexOfAny('\n', '\r');
        if (length < 0)
        {
            return _ended && rest.Length > 0 ? Take(rest.Length, "") : null;
        }

        if (rest[length] == '\n')
        {
            return Take(length, "\n");
        }

        // The line feed of a pair may be in the next block.
        if (length + 1 == rest.Length && !_ended)
        {
            return null;
        }

        return Take(length, length + 1 < rest.Length && rest[length + 1] == '\n' ? "\r\n" : "\r");
    }

    private TextLine Take(int length, string lineBreak)
    {
        var text = _text.AsSpan(_next, length);
        _number++;
        if (text.Contains(TextEncoding.Undecodable))
        {
            throw new BadInputException(
                $"Line {_number} holds bytes that are not text in {_encoding.WebName}. Give the encoding of the file "
                    + "with --encoding, such as windows-1252 or iso-8859-15, or save the file as UTF-8."
            );
        }

        _next += length + lineBreak.Length;
        return new TextLine(_number, text.ToString(), lineBreak);
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        _text.AsSpan(_next, _end - _next).CopyTo(_text);
        _end -= _next;
        _next = 0;
        if (_end > MaxLength)
        {
            throw new BadInputException(
                $"Line {_number + 1} is longer than {MaxLength:N0} characters. This is no CSV file, or its line breaks "
                    + "are missing."
            );
        }

        int count;
        var mark = 0;
        if (_decoder is null)
        {
            count = await stream.ReadAtLeastAsync(
                _bytes,
                TextEncoding.MaxMarkLength,
                throwOnEndOfStream: false,
                cancellationToken
            );
            (_encoding, mark) = TextEncoding.Detect(_bytes.AsSpan(0, count), encoding);
            _decoder = _encoding.GetDecoder();
        }
        else
        {
            count = await stream.ReadAsync(_bytes, cancellationToken);
        }

        _ended = count == 0;
        if (_text.Length - _end < _encoding.GetMaxCharCount(BlockLength))
        {
            Array.Resize(ref _text, 2 * _text.Length);
        }

        _end += _decoder.GetChars(_bytes, mark, count - mark, _text, _end, flush: _ended);
    }
}
