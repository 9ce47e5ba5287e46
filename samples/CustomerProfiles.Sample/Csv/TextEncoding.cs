using System.Text;

namespace CustomerProfiles.Sample.Csv;

/// <summary>
/// The encodings of text files. Bytes that an encoding cannot read become a mark, so that the line that holds them is
/// known.
/// </summary>
internal static class TextEncoding
{
    /// <summary>Stands for bytes that cannot be read. Unicode assigns it to no character.</summary>
    public const char Undecodable = '\uFFFF';

    /// <summary>The length of the longest byte order mark.</summary>
    public const int MaxMarkLength = 3;

    /// <summary>The encoding of a file without a byte order mark, unless the user names another.</summary>
    public static Encoding Utf8 { get; } = Find("utf-8");

    /// <summary>The encoding of a name that a user gives.</summary>
    /// <exception cref="BadInputException">There is no such encoding.</exception>
    public static Encoding Parse(string name)
    {
        try
        {
            return Find(name);
        }
        catch (ArgumentException)
        {
            throw new BadInputException(
                "There is no encoding of the name that --encoding gives. Use for example windows-1252, iso-8859-15 or "
                    + "utf-16."
            );
        }
    }

    /// <summary>The encoding of a text, and the length of its byte order mark, which counts before all else.</summary>
    /// <param name="start">The first bytes of the text.</param>
    /// <param name="given">The encoding of a text without a byte order mark; null for UTF-8.</param>
    public static (Encoding Encoding, int MarkLength) Detect(ReadOnlySpan<byte> start, Encoding? given) =>
        start.StartsWith<byte>([0xEF, 0xBB, 0xBF]) ? (Utf8, 3)
        : start.StartsWith<byte>([0xFF, 0xFE]) ? (Find("utf-16"), 2)
        : start.StartsWith<byte>([0xFE, 0xFF]) ? (Find("utf-16BE"), 2)
        : (given ?? Utf8, 0);

    private static Encoding Find(string name) =>
        Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, new DecoderReplacementFallback($"{Undecodable}"));
}
