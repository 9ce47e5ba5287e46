using System.Buffers;
using System.Text;

namespace CustomerProfiles;

/// <summary>
/// Reads the first mailbox of an address field: by the grammar (RFC 5322, section 3.4, and RFC 6854 for groups), then
/// more and more leniently. Takes time in proportion to the length of the text, whatever it holds.
/// </summary>
/// <remarks>
/// The text has been decoded, which removes quotes that protected a name. So what looks like grammar may be part of a
/// name: a comma or a semicolon before any address, a colon without the end of a group, a comment between words,
/// brackets without an address in them. Of several addresses in brackets without a comma between them the last counts,
/// because a name comes before its address.
/// </remarks>
internal ref struct AddressFieldReader
{
    /// <summary>How much of a name is read, in UTF-16 code units; far more than any limit of a name.</summary>
    internal const int LongestName = 16_384;

    private const int ByGrammar = 0;

    /// <summary>A quote within a word is part of it, and a comment cannot hold an address in brackets.</summary>
    private const int Leniently = 1;

    /// <summary>Quotes and parentheses are characters like any other.</summary>
    private const int Literally = 2;

    /// <summary>More text than any address takes, with comments and all.</summary>
    private const int LongestAddress = 1_000;

    /// <summary>
    /// The most positions at which an address is tried. It bounds the time; no real mail comes near it.
    /// </summary>
    private const int MaxAttempts = 100;

    private const string BeforeBareAddress = "<([{:;,-\u2013\u2014|=*'\"";
    private const string AfterBareAddress = ">)]}:;,-\u2013\u2014|=*'\".";

    private static readonly SearchValues<char> Special = SearchValues.Create("\"(<>,;:");
    private static readonly SearchValues<char> QuoteOrEscape = SearchValues.Create("\"\\");
    private static readonly SearchValues<char> CommentOrEscape = SearchValues.Create("()\\");
    private static readonly string[] Schemes = ["mailto", "smtp", "e-mail", "email"];

    private readonly ReadOnlySpan<char> _text;
    private readonly int _leniency;

    /// <summary>The last bracket with an at sign after it, which may hold an address. -1 for none.</summary>
    private readonly int _lastOpen;

    private readonly StringBuilder _phrase = new();
    private readonly StringBuilder _comment = new();

    /// <summary>
    /// The text since the last comma, without comments: a bare address with blanks or comments in it.
    /// </summary>
    private readonly StringBuilder _outside = new();

    private EmailAddress _address;
    private bool _isFound;
    private bool _isInBrackets;
    private int _addressStart;
    private int _addressLength;
    private bool _severalBare;
    private bool _emptyBrackets;
    private bool _skipped;
    private bool _cut;
    private int _segmentStart;
    private int _colon = -1;
    private bool _blankSinceColon;
    private bool _noClosingQuote;
    private bool _noNesting;
    private bool _hasOddity;
    private bool _atOutside;
    private int _wordsTried;
    private int _bracketsTried;

    private AddressFieldReader(ReadOnlySpan<char> text, int leniency)
    {
        _text = text;
        _leniency = leniency;
        _lastOpen = text[..Math.Max(0, text.LastIndexOf('@'))].LastIndexOf('<');
    }

    /// <summary>Reads the first mailbox.</summary>
    /// <param name="text">The field's content.</param>
    /// <param name="named">The mailbox, or <c>default</c>.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryRead(ReadOnlySpan<char> text, out NamedAddress named)
    {
        var byGrammar = new AddressFieldReader(text, ByGrammar);
        var isRead = byGrammar.Read(out named);
        if (isRead && !byGrammar._hasOddity)
        {
            return true;
        }

        if (text.ContainsAny('"', '('))
        {
            if (new AddressFieldReader(text, Leniently).Read(out var leniently))
            {
                named = leniently;
                return true;
            }

            if (!isRead && new AddressFieldReader(text, Literally).Read(out named))
            {
                return true;
            }
        }

        return isRead || TryFindPlain(text, out named);
    }

    /// <summary>
    /// Reads what is meant to be one address: in brackets or quotes, after <c>mailto:</c> or a route, with comments.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="withBlanks">Whether blanks beside the at sign and dots are ignored.</param>
    /// <param name="address">The address, or <c>default</c>.</param>
    /// <returns>Whether it is one.</returns>
    internal static bool TryReadAddress(ReadOnlySpan<char> text, bool withBlanks, out EmailAddress address)
    {
        address = default;
        if (text.Length > LongestAddress || !text.Contains('@'))
        {
            return false;
        }

        // Each round removes one layer.
        for (var round = 0; round < 6; round++)
        {
            text = text.Trim();
            if (EmailAddress.TryParse(text, out address))
            {
                return true;
            }

            if (WithoutLayer(text) is { IsEmpty: false } inner)
            {
                text = inner;
            }
            else if (InvisibleText.IsInAddress(text))
            {
                text = InvisibleText.RemoveFromAddress(text);
            }
            else if (text.Contains('('))
            {
                text = WithoutComments(text);
            }
            else if (withBlanks && WithoutBlanks(text) is { } joined)
            {
                text = joined;
            }
            else
            {
                return false;
            }
        }

        return false;
    }

    private static ReadOnlySpan<char> WithoutLayer(ReadOnlySpan<char> text)
    {
        if (
            text.Length > 2
            && (text[0], text[^1])
                is
                    ('\'', '\'')
                    or
                    ('"', '"')
                    or
                    ('<', '>')
                    or
                    ('[', ']')
                    or
                    ('(', ')')
                    or
                    ('`', '`')
                    or
                    ('`', '\'')
                    or
                    ('\u2018', '\u2019')
                    or
                    ('\u201c', '\u201d')
                    or
                    ('\u201e', '\u201c')
                    or
                    ('\u00ab', '\u00bb')
                    or
                    ('\\', '\\')
        )
        {
            return text[1..^1];
        }

        foreach (var scheme in Schemes)
        {
            if (
                text.Length > scheme.Length
                && text[scheme.Length] == ':'
                && text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            )
            {
                var rest = text[(scheme.Length + 1)..].TrimStart('/');
                return rest.IndexOf('?') is > 0 and var request && rest[..request].Contains('@')
                    ? rest[..request]
                    : rest;
            }
        }

        // A route (RFC 5322, section 4.4): <@relay.example,@other.example:ada@example.com>.
        return text is ['@', ..] && text.LastIndexOf(':') is > 0 and var colon ? text[(colon + 1)..] : [];
    }

    private static string WithoutComments(ReadOnlySpan<char> text)
    {
        var outside = new StringBuilder(text.Length);
        var depth = 0;
        foreach (var c in text)
        {
            if (c == '(')
            {
                depth++;
            }
            else if (c == ')' && depth > 0)
            {
                depth--;
            }
            else if (depth == 0)
            {
                outside.Append(c);
            }
        }

        return outside.ToString();
    }

    /// <summary>
    /// The text without blanks beside an at sign or a dot; null when there are none. Others stay, because they separate
    /// words.
    /// </summary>
    private static string? WithoutBlanks(ReadOnlySpan<char> text)
    {
        var joined = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsWhiteSpace(text[i]))
            {
                joined.Append(text[i]);
                continue;
            }

            var end = i + 1;
            while (end < text.Length && char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            if (!(joined.Length > 0 && joined[^1] is '@' or '.') && !(end < text.Length && text[end] is '@' or '.'))
            {
                joined.Append(text[i..end]);
            }

            i = end - 1;
        }

        return joined.Length == text.Length ? null : joined.ToString();
    }

    /// <summary>
    /// An address by itself among other text: its domain has a dot, so that "ada@home" in a name is none.
    /// </summary>
    private static bool TryReadPlain(ReadOnlySpan<char> text, out EmailAddress address) =>
        EmailAddress.TryParse(text, out address) && HasDotInDomain(address);

    /// <summary>Whether the domain has a dot, or is an address of the network itself.</summary>
    private static bool HasDotInDomain(EmailAddress address) =>
        address.Normalized[^1] == ']' || address.Normalized.AsSpan(address.Normalized.LastIndexOf('@')).Contains('.');

    /// <summary>
    /// The last resort: an at sign with a local part before it and a domain after it, whatever is around them.
    /// </summary>
    private static bool TryFindPlain(ReadOnlySpan<char> text, out NamedAddress named)
    {
        named = default;
        var attempts = 0;
        for (var at = text.IndexOf('@'); at >= 0 && attempts < MaxAttempts; )
        {
            var start = at;
            while (start > 0 && at - start < EmailAddress.MaxLength && IsInLocalPart(text[start - 1]))
            {
                start--;
            }

            var end = at + 1;
            while (end < text.Length && end - at < EmailAddress.MaxLength && IsInDomain(text[end]))
            {
                end++;
            }

            var domainEnd = end;
            while (domainEnd > at + 1 && text[domainEnd - 1] is '.' or '-' or '_')
            {
                domainEnd--;
            }

            if (start < at && domainEnd > at + 1 && Parts(text, start - 1) && Parts(text, end))
            {
                attempts++;
                var candidate = text[start..domainEnd];
                if (TryReadPlain(candidate.TrimStart('\''), out var address))
                {
                    named = new NamedAddress(null, address)
                    {
                        NameLeftOut = true,
                        IsFirstOfSeveral = text[end..].Contains('@'),
                    };
                    return true;
                }
            }

            var next = text[(at + 1)..].IndexOf('@');
            at = next < 0 ? -1 : at + 1 + next;
        }

        return false;
    }

    private static bool IsInLocalPart(char c) =>
        char.IsAsciiLetterOrDigit(c)
        || c is '.' or '-' or '_' or '+' or '\''
        || (c > '\u007f' && char.IsLetterOrDigit(c));

    private static bool IsInDomain(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' || (c > '\u007f' && char.IsLetterOrDigit(c));

    /// <summary>
    /// Whether an address can end there. Beside another at sign or a control character it is broken rather than plain.
    /// </summary>
    private static bool Parts(ReadOnlySpan<char> text, int place) =>
        place < 0
        || place >= text.Length
        || (
            text[place] != '@'
            && (char.IsWhiteSpace(text[place]) || char.IsPunctuation(text[place]) || char.IsSymbol(text[place]))
        );

    private static bool HasLetter(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (char.IsLetterOrDigit(c) || char.IsSurrogate(c))
            {
                return true;
            }
        }

        return false;
    }

    private bool Read(out NamedAddress named)
    {
        var i = 0;
        while (i < _text.Length)
        {
            var run = _text[i..];
            if (run.IndexOfAny(Special) is not 0 and var length)
            {
                run = length < 0 ? run : run[..length];
                ReadRun(run);
                i += run.Length;
                continue;
            }

            switch (run[0])
            {
                case '"':
                    i = ReadQuoted(i);
                    break;
                case '(':
                    i = ReadComment(i);
                    break;
                case '<':
                    i = ReadBrackets(i);
                    break;
                case ':':
                    ReadColon(i++);
                    break;
                case '>':
                    _hasOddity = true;
                    AppendLiteral(i++);
                    break;
                default:
                    if (TryEndMailbox(i++, out named))
                    {
                        return true;
                    }

                    break;
            }
        }

        return TryFinish(_text.Length, out named);
    }

    /// <summary>Reads text without special characters, and finds a bare address among its words.</summary>
    private void ReadRun(ReadOnlySpan<char> run)
    {
        if (!_isInBrackets && !_severalBare && run.Contains('@'))
        {
            var at = run.IndexOf('@');
            while (at >= 0 && _wordsTried < MaxAttempts && !_severalBare)
            {
                var start = at;
                while (start > 0 && at - start < LongestAddress && !char.IsWhiteSpace(run[start - 1]))
                {
                    start--;
                }

                var end = at + 1;
                while (end < run.Length && end - at < LongestAddress && !char.IsWhiteSpace(run[end]))
                {
                    end++;
                }

                ReadWord(run, start, end);
                at = run[end..].IndexOf('@') is >= 0 and var next ? end + next : -1;
            }
        }

        Append(run);
        AppendOutside(run);
    }

    private void ReadWord(ReadOnlySpan<char> run, int start, int end)
    {
        var word = run[start..end];
        if (word[0] == '@' || word.Length > 2 * EmailAddress.MaxLength)
        {
            return;
        }

        _wordsTried++;
        if (!TryReadPlain(word, out var address))
        {
            // Punctuation of the sentence around it, or of a link.
            while (
                word.Length > 0
                && word[^1]
                    is '\''
                        or ')'
                        or ']'
                        or '}'
                        or '.'
                        or '!'
                        or '?'
                        or '*'
                        or '|'
                        or '\u2019'
                        or '\u201d'
                        or '\u00bb'
            )
            {
                word = word[..^1];
                end--;
            }

            while (
                word.Length > 0
                && word[0]
                    is '\''
                        or '('
                        or '['
                        or '{'
                        or '*'
                        or '|'
                        or '='
                        or '\u2018'
                        or '\u201c'
                        or '\u201e'
                        or '\u00ab'
            )
            {
                word = word[1..];
                start++;
            }

            if (!TryReadPlain(word, out address))
            {
                return;
            }
        }

        if (!_isFound)
        {
            SetFound(address, _phrase.Length + start, end - start, inBrackets: false);
        }
        else
        {
            _severalBare = address != _address;
        }
    }

    private int ReadQuoted(int quote)
    {
        var isWithinWord = quote > 0 && char.IsLetterOrDigit(_text[quote - 1]);
        var end = _leniency == Literally || (_leniency == Leniently && isWithinWord) ? -1 : EndOfQuoted(quote);
        if (end < 0)
        {
            _hasOddity = true;
            AppendLiteral(quote);
            return quote + 1;
        }

        // Right before an at sign it is part of the address, and its quotes with it.
        if (end + 1 < _text.Length && _text[end + 1] == '@')
        {
            Append(_text[quote..(end + 1)]);
            AppendOutside(_text[quote..(end + 1)]);
            return end + 1;
        }

        var content = _text[(quote + 1)..Math.Min(end, quote + 1 + (2 * LongestName))];
        _cut |= quote + 1 + content.Length < end;
        AppendOutside(_text[quote..(end + 1)]);
        while (content.IndexOf('\\') is >= 0 and var escape && escape < content.Length - 1)
        {
            Append(content[..escape]);
            Append(content.Slice(escape + 1, 1));
            content = content[(escape + 2)..];
        }

        Append(content);
        return end + 1;
    }

    /// <summary>The closing quote, or -1. When there is none, there is none for any later quote either.</summary>
    private int EndOfQuoted(int quote)
    {
        if (_noClosingQuote)
        {
            return -1;
        }

        for (var i = quote + 1; i < _text.Length; i++)
        {
            var next = _text[i..].IndexOfAny(QuoteOrEscape);
            if (next < 0)
            {
                break;
            }

            i += next;
            if (_text[i] == '"')
            {
                return i;
            }

            i++;
        }

        _noClosingQuote = true;
        return -1;
    }

    private int ReadComment(int open)
    {
        var end = _leniency == Literally ? -1 : EndOfComment(open);
        if (end < 0 || (_leniency == Leniently && _text[open..end].Contains('<')))
        {
            _hasOddity = true;
            AppendLiteral(open);
            return open + 1;
        }

        var content = _text[(open + 1)..end];
        if (_comment.Length < LongestName)
        {
            if (_comment.Length > 0)
            {
                _comment.Append(' ');
            }

            AppendUnescaped(_comment, content[..Math.Min(content.Length, LongestName)]);
            _cut |= content.Length > LongestName;
        }

        // A smiley that another one closes, perhaps: "Ada :( <ada@example.com>, Bob :) <bob@example.com>".
        _hasOddity |= open > 0 && _text[open - 1] is ':' or ';' or '=' or '-' && content.Contains('<');

        // It may be part of the name: decoding removes the quotes that protected it.
        Append(_text[open..(end + 1)]);
        return end + 1;
    }

    private static void AppendUnescaped(StringBuilder into, ReadOnlySpan<char> content)
    {
        while (content.IndexOf('\\') is >= 0 and var escape && escape < content.Length - 1)
        {
            into.Append(content[..escape]).Append(content[escape + 1]);
            content = content[(escape + 2)..];
        }

        into.Append(content);
    }

    /// <summary>
    /// The closing parenthesis, or -1. After one comment without an end, comments do not nest: each character is read
    /// twice at most.
    /// </summary>
    private int EndOfComment(int open)
    {
        var depth = 0;
        for (var i = open; i < _text.Length; i++)
        {
            var next = _text[i..].IndexOfAny(CommentOrEscape);
            if (next < 0)
            {
                break;
            }

            i += next;
            switch (_text[i])
            {
                case '\\':
                    i++;
                    break;
                case ')' when --depth == 0:
                    return i;
                case '(' when ++depth > 1 && _noNesting:
                    return -1;
                default:
                    break;
            }
        }

        _noNesting = true;
        return -1;
    }

    private int ReadBrackets(int open)
    {
        var end = EndOfBrackets(open);
        var isClosed = end < _text.Length && _text[end] == '>';
        var content = _text[(open + 1)..end];
        if (isClosed && content.IsWhiteSpace())
        {
            _emptyBrackets = true;
            return end + 1;
        }

        if ((isClosed || end == _text.Length) && _bracketsTried < MaxAttempts)
        {
            _bracketsTried += content.Contains('@') ? 1 : 0;
            if (TryReadAddress(content, withBlanks: true, out var address))
            {
                end += isClosed ? 1 : 0;
                SetFound(address, _phrase.Length, end - open, inBrackets: true);
                Append(_text[open..end]);
                return end;
            }
        }

        _hasOddity = true;
        AppendLiteral(open);
        return open + 1;
    }

    /// <summary>The next bracket of either kind, outside a quoted local part; or the end.</summary>
    private int EndOfBrackets(int open)
    {
        var from = open + 1;
        while (from < _text.Length && char.IsWhiteSpace(_text[from]) && from - open < LongestAddress)
        {
            from++;
        }

        if (from < _text.Length && _text[from] == '"' && EndOfQuoted(from) is >= 0 and var quoted)
        {
            from = quoted + 1;
        }

        var end = _text[from..].IndexOfAny('<', '>');
        return end < 0 ? _text.Length : from + end;
    }

    private void ReadColon(int colon)
    {
        var isTime =
            colon > 0
            && colon + 1 < _text.Length
            && char.IsAsciiDigit(_text[colon - 1])
            && char.IsAsciiDigit(_text[colon + 1]);
        AppendLiteral(colon);
        if (!_isFound && !isTime && !_atOutside)
        {
            _colon = _phrase.Length - 1;
            _blankSinceColon = true;
            BeginSegment();
        }
    }

    private bool TryEndMailbox(int separator, out NamedAddress named)
    {
        named = default;
        if (_isFound || _emptyBrackets || TryReadOutside(separator))
        {
            if (TryFinish(separator, out named))
            {
                return true;
            }

            Reset();
            return false;
        }

        // "undisclosed-recipients:;" is a group of nobody.
        if (
            _text[separator] == ';'
            && _colon >= 0
            && _blankSinceColon
            && _text[(separator + 1)..].TrimStart() is [] or [',', ..]
        )
        {
            Reset();
            return false;
        }

        // "Lovelace, Ada <ada@example.com>", unquoted although RFC 5322 wants quotes: before any address it belongs to
        // the name.
        AppendLiteral(separator);
        BeginSegment();
        return false;
    }

    private bool TryFinish(int end, out NamedAddress named)
    {
        if (!_isFound && !TryReadOutside(end))
        {
            named = default;
            return false;
        }

        var phrase = _phrase.ToString();
        var hasGroup = HasGroup(phrase, end);
        var name = NameIn(phrase, hasGroup ? _colon + 1 : 0);
        named = new NamedAddress(name.Length == 0 ? null : name, _address)
        {
            IsFirstOfSeveral =
                _skipped || (_severalBare && !_isInBrackets) || (end < _text.Length && _text[end..].Contains('@')),
            NameLeftOut = hasGroup && name.Length == 0,
            NameCut = _cut,
        };
        return true;
    }

    /// <summary>
    /// Whether the name before the colon is that of a group: the group ends somewhere, and between colon and address is
    /// a name or nothing.
    /// </summary>
    private readonly bool HasGroup(ReadOnlySpan<char> phrase, int end)
    {
        if (
            _colon < 0
            || _colon >= _addressStart
            || !HasLetter(phrase[.._colon])
            || !_text[Math.Min(end, _text.Length)..].Contains(';')
        )
        {
            return false;
        }

        var between = phrase[(_colon + 1).._addressStart];
        return between.IsWhiteSpace() || HasLetter(between);
    }

    private readonly string NameIn(string phrase, int from)
    {
        var before = phrase.AsSpan(from, _addressStart - from).Trim();
        var after = phrase.AsSpan(Math.Min(phrase.Length, _addressStart + _addressLength)).Trim();
        if (_skipped)
        {
            before = before.TrimStart(", ;");
        }

        if (_hasOddity)
        {
            before = before.TrimEnd(" <");
            after = after.TrimStart(" >");
        }

        if (!_isInBrackets)
        {
            before = before.TrimStart("<[{").TrimEnd(BeforeBareAddress).Trim();
            before = _text.Contains('"') ? before : WithoutScheme(before).TrimEnd(BeforeBareAddress).Trim();
            after = after.TrimStart(AfterBareAddress).TrimEnd(">]}").Trim();
        }

        // After a name and its address, it is a comment.
        if (_isInBrackets && !before.IsEmpty && IsOneComment(after))
        {
            after = [];
        }

        var name =
            before.IsEmpty ? after.ToString()
            : after.IsEmpty ? before.ToString()
            : $"{before} {after}";
        if (name.Length == 0 || (_comment.Length > 0 && IsOneComment(name)))
        {
            return _comment.ToString().Trim();
        }

        // An unclosed quote is not part of the name, nor are quotes around all of it.
        return _hasOddity && name.Trim('"') is var bare && !bare.Contains('"', StringComparison.Ordinal)
            ? bare.Trim()
            : name;
    }

    private static bool IsOneComment(ReadOnlySpan<char> text)
    {
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            depth +=
                text[i] == '(' ? 1
                : text[i] == ')' ? -1
                : 0;
            if (depth <= 0)
            {
                return i > 0 && i == text.Length - 1 && text[0] == '(';
            }
        }

        return false;
    }

    private static ReadOnlySpan<char> WithoutScheme(ReadOnlySpan<char> text)
    {
        foreach (var scheme in Schemes)
        {
            if (
                text.EndsWith(scheme, StringComparison.OrdinalIgnoreCase)
                && (text.Length == scheme.Length || !char.IsLetterOrDigit(text[^(scheme.Length + 1)]))
            )
            {
                return text[..^scheme.Length].Trim();
            }
        }

        return text;
    }

    /// <summary>
    /// Whether all since the last comma is an address, with blanks or comments in it, or without a dot in its domain.
    /// Where an address in brackets may follow, that can be the beginning of a name, as in
    /// "Support @ Example, Ltd &lt;ada@example.com&gt;": then it is one only without blanks and with a dot.
    /// </summary>
    private bool TryReadOutside(int end)
    {
        var mayBeName = _lastOpen >= end;
        if (
            !_atOutside
            || _outside.Length > LongestAddress
            || _wordsTried++ >= MaxAttempts
            || !TryReadAddress(_outside.ToString(), withBlanks: !mayBeName, out var address)
            || (mayBeName && !HasDotInDomain(address))
        )
        {
            return false;
        }

        SetFound(address, Math.Min(_segmentStart, _phrase.Length), _phrase.Length, inBrackets: false);
        return true;
    }

    private void SetFound(EmailAddress address, int start, int length, bool inBrackets)
    {
        (_address, _isFound, _isInBrackets) = (address, true, inBrackets);
        (_addressStart, _addressLength) = (Math.Min(start, LongestName), length);
    }

    private void BeginSegment()
    {
        _segmentStart = _phrase.Length;
        _outside.Clear();
        _atOutside = false;
    }

    private void Reset()
    {
        _phrase.Clear();
        _comment.Clear();
        (_isFound, _isInBrackets, _severalBare, _emptyBrackets, _cut) = (false, false, false, false, false);
        _colon = -1;
        _skipped = true;
        BeginSegment();
    }

    private void AppendLiteral(int place)
    {
        Append(_text.Slice(place, 1));
        AppendOutside(_text.Slice(place, 1));
    }

    private void Append(ReadOnlySpan<char> text)
    {
        _blankSinceColon = _blankSinceColon && text.IsWhiteSpace();
        var room = LongestName - _phrase.Length;
        _cut |= text.Length > room;
        _phrase.Append(text[..Math.Min(text.Length, room)]);
    }

    private void AppendOutside(ReadOnlySpan<char> text)
    {
        _atOutside = _atOutside || text.Contains('@');
        if (_outside.Length <= LongestAddress)
        {
            _outside.Append(text[..Math.Min(text.Length, LongestAddress + 1)]);
        }
    }
}
