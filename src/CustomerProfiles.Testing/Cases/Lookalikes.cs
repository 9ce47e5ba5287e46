using System.Collections.Immutable;

namespace CustomerProfiles.Testing;

/// <summary>Texts that look equal to a person or a collation and are ordinally different.</summary>
internal static class Lookalikes
{
    public static ImmutableArray<string> Texts { get; } =
    [
        "ada",
        "Ada",
        "ADA", // case
        "\u00e1da",
        "a\u0301da",
        "\u0101da", // accents, composed and not
        "istanbul",
        "Istanbul",
        "\u0131stanbul",
        "\u0130stanbul",
        "i\u0307stanbul", // the Turkish i
        "stra\u00dfe",
        "strasse",
        "stra\u1e9ee", // sharp s
        "\u03c3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2",
        "\u03c3\u03af\u03c3\u03c5\u03c6\u03bf\u03c3", // the final sigma
        "\u0430d\u0430",
        "\uff41\uff44\uff41", // Cyrillic letters, full-width letters
        "1ada",
        "\u0661ada",
        "\u00b9ada", // digits
        "ad\u00ada",
        "ad\u200da",
        "ad\ufeffa", // characters without width
        "a da",
        "a\u00a0da",
        "a  da", // blanks
        "ada%",
        "ada_",
        "ad_",
        "a%",
        "ada*",
        "[a]da",
        @"ada\",
        "'ada'",
        "\"ada\"",
        "ada--", // what means something in a query
        "\ud83d\udc69\ud83c\udffd\u200d\ud83d\udcbb",
        "\ud83d\udc69\ud83c\udffe\u200d\ud83d\udcbb",
        "\ud83d\udc69\u200d\ud83d\udcbb", // emoji with and without a tone
        "\u05e9\u05dc\u05d5\u05dd",
        "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd",
        "\u200e\u05e9\u05dc\u05d5\u05dd", // Hebrew with and without points and marks
        "\u0623\u062f\u0627",
        "\u0627\u062f\u0627",
        "\u0640\u0627\u062f\u0627", // Arabic
        "\u30a2\u30c0",
        "\uff71\uff80\uff9e",
        "\u3042\u3060", // Katakana in two widths, Hiragana
        "\u5409",
        "\ud842\udfb7", // an ideograph and its variant beyond the basic plane
    ];
}
