using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace CustomerProfiles.Profiles;

/// <summary>An e-mail address with the display name that stood beside it, as in <c>"Lovelace, Ada" &lt;ada@example.com&gt;</c>.</summary>
/// <remarks>Immutable and safe for any number of threads. <see cref="ToString"/> shows neither name nor local part.</remarks>
internal readonly record struct NamedAddress
{
    private static readonly SearchValues<char> NotInBareAddress = SearchValues.Create("<\"(, \t;");
    private static readonly SearchValues<char> TakesThought = SearchValues.Create("\"(,;");

    private NamedAddress(string? displayName, EmailAddress address, bool isFirstOfSeveral)
    {
        DisplayName = displayName;
        Address = address;
        IsFirstOfSeveral = isFirstOfSeveral;
    }

    /// <summary>The display name as received, without its quotes; null when there was none.</summary>
    public string? DisplayName { get; }

    /// <summary>The address.</summary>
    public EmailAddress Address { get; }

    /// <summary>Whether more addresses followed. Only the first is read.</summary>
    public bool IsFirstOfSeveral { get; }

    /// <summary>
    /// Reads the first address of a header field such as From, in the forms that real mail has: bare, in angle brackets, with a plain
    /// or quoted display name, with comments, with blanks in odd places. Encoded words (RFC 2047) are the mail parser's to decode.
    /// </summary>
    /// <param name="text">The header field's content, unfolded and decoded; or null.</param>
    /// <param name="named">The first address, or <c>default</c>.</param>
    /// <returns>Whether there is an address.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out NamedAddress named)
    {
        // A bare address that is normal is the common case and needs none of the work below.
        if (EmailAddress.TryTakeNormal(text, out var normal))
        {
            named = new NamedAddress(null, normal, isFirstOfSeveral: false);
            return true;
        }

        named = default;
        if (string.IsNullOrWhiteSpace(text))
        {
            return false;
        }

        if (text.AsSpan().IndexOfAny(NotInBareAddress) < 0)
        {
            if (!EmailAddress.TryParse(text, out var bare))
            {
                return false;
            }

            named = new NamedAddress(null, bare, isFirstOfSeveral: false);
            return true;
        }

        return TryParseNameAndBrackets(text, out named) ?? TryParseHeader(text, out named);
    }

    /// <summary>Only the domain, so that neither name nor address reaches a log by accident.</summary>
    public override string ToString() => Address.ToString();

    /// <summary>A name and an address in brackets, and nothing that takes more thought: the form of most mail. Null for any other.</summary>
    private static bool? TryParseNameAndBrackets(string text, out NamedAddress named)
    {
        named = default;
        var rest = text.AsSpan().TrimEnd();
        var open = rest.IndexOf('<');
        if (open < 0 || rest.IndexOf('>') != rest.Length - 1 || rest.ContainsAny(TakesThought))
        {
            return null;
        }

        if (!EmailAddress.TryParse(rest[(open + 1)..^1], out var address))
        {
            return false;
        }

        var name = rest[..open].Trim();
        named = new NamedAddress(name.IsEmpty ? null : name.ToString(), address, isFirstOfSeveral: false);
        return true;
    }

    private static bool TryParseHeader(string text, out NamedAddress named)
    {
        named = default;
        var phrase = new StringBuilder(text.Length);
        var comment = new StringBuilder();
        string? inBrackets = null;
        var several = false;
        var searched = 0;
        var i = 0;
        for (; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '"')
            {
                i = ReadQuoted(text, i, phrase, keepQuotes: IsLocalPart(text, i));
            }
            else if (c == '(')
            {
                i = ReadComment(text, i, comment);
            }
            else if (c == '<' && inBrackets is null)
            {
                var end = EndOfBrackets(text, i);
                inBrackets = text[(i + 1)..end];
                i = end;
            }
            else if (c is ',' or ';')
            {
                // "Lovelace, Ada <ada@example.com>", unquoted although RFC 5322 wants quotes: a comma before any address belongs to the name.
                // Only what came since the last comma is searched, so that a million commas cost no more than a million other characters.
                if (inBrackets is null && c == ',' && !ContainsAtSign(phrase, searched))
                {
                    phrase.Append(c);
                    searched = phrase.Length;
                    continue;
                }

                several = text.AsSpan(i + 1).Contains('@');
                break;
            }
            else
            {
                phrase.Append(c);
            }
        }

        var outside = phrase.ToString().Trim();
        var displayName = inBrackets is null ? comment.ToString() : outside.Length > 0 ? outside : comment.ToString();
        if (!EmailAddress.TryParse(inBrackets ?? WithoutBlanks(outside), out var address))
        {
            return false;
        }

        displayName = displayName.Trim();
        named = new NamedAddress(displayName.Length == 0 ? null : displayName, address, several);
        return true;
    }

    private static bool ContainsAtSign(StringBuilder phrase, int from)
    {
        // Newest first: an indexer of a StringBuilder is quick at its end only.
        for (var i = phrase.Length - 1; i >= from; i--)
        {
            if (phrase[i] == '@')
            {
                return true;
            }
        }

        return false;
    }

    // Old software puts blanks around the at sign of a bare address.
    private static string WithoutBlanks(string text) =>
        text.Replace(" @", "@", StringComparison.Ordinal).Replace("@ ", "@", StringComparison.Ordinal);

    // A quoted string right before an at sign is part of the address, and its quotes with it.
    private static bool IsLocalPart(string text, int quote)
    {
        var end = EndOfQuoted(text, quote);
        return end + 1 < text.Length && text[end + 1] == '@';
    }

    private static int EndOfQuoted(string text, int quote)
    {
        for (var i = quote + 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                return i;
            }
        }

        return text.Length - 1;
    }

    private static int ReadQuoted(string text, int quote, StringBuilder into, bool keepQuotes)
    {
        var end = EndOfQuoted(text, quote);
        if (keepQuotes)
        {
            into.Append(text, quote, end - quote + 1);
            return end;
        }

        for (var i = quote + 1; i <= end; i++)
        {
            if (text[i] == '\\' && i + 1 < end)
            {
                into.Append(text[++i]);
            }
            else if (i < end || text[i] != '"')
            {
                into.Append(text[i]);
            }
        }

        return end;
    }

    private static int ReadComment(string text, int open, StringBuilder into)
    {
        var depth = 0;
        for (var i = open; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && i + 1 < text.Length)
            {
                into.Append(text[++i]);
            }
            else if (c == '(' && depth++ == 0)
            {
                if (into.Length > 0)
                {
                    into.Append(' ');
                }
            }
            else if (c == ')' && --depth == 0)
            {
                return i;
            }
            else
            {
                into.Append(c);
            }
        }

        return text.Length - 1;
    }

    private static int EndOfBrackets(string text, int open)
    {
        for (var i = open + 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                i = EndOfQuoted(text, i);
            }
            else if (text[i] == '>')
            {
                return i;
            }
        }

        return text.Length;
    }
}
