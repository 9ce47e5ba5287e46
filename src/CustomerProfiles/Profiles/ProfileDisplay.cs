using System.Buffers;
using System.Globalization;
using System.Text;

namespace CustomerProfiles;

/// <summary>What to call a customer, and what to show in place of a missing photo.</summary>
internal static class ProfileDisplay
{
    /// <summary>The most code units of one initial.</summary>
    private const int MaxInitialLength = 16;

    private static readonly char[] WordSeparators = [' ', '\u00a0', '\u3000', ',', '.', '-', '_', '@'];

    public static string NameOf(CustomerProfile profile)
    {
        if (
            (
                profile.Name?.Full
                ?? profile.Emails.FirstOrDefault()?.Address.Value
                ?? profile.Phones.FirstOrDefault()?.Number
            ) is
            { } shown
        )
        {
            return shown;
        }

        // The name of the chat service is not part of the customer's name.
        return profile.Identities.FirstOrDefault() switch
        {
            { Kind: IdentityKind.Chat, Value: { } account } => account[
                (account.IndexOf(':', StringComparison.Ordinal) + 1)..
            ],
            { Value: { } value } => value,
            _ => profile.Company ?? "Unknown customer",
        };
    }

    /// <summary>
    /// The first letters of the given and the family name, or of the first and the last word. Scripts without words
    /// give one.
    /// </summary>
    public static string InitialsOf(CustomerProfile profile)
    {
        var name = profile.Name;
        var words = name is { Given: { } given, Family: { } family }
            ? [given, family]
            : NameOf(profile)
                .Split(WordSeparators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var letters = words.Select(FirstLetter).OfType<string>().ToArray();
        return letters.Length switch
        {
            0 => "?",
            1 => letters[0],
            // An address gives one letter: what follows the first word is a tag or the domain.
            _ when name is null => letters[0],
            _ => letters[0] + letters[^1],
        };
    }

    private static string? FirstLetter(string word)
    {
        for (var rest = word.AsSpan(); !rest.IsEmpty; )
        {
            var length = StringInfo.GetNextTextElementLength(rest);
            if (Rune.DecodeFromUtf16(rest, out var rune, out _) == OperationStatus.Done && Rune.IsLetterOrDigit(rune))
            {
                // With its marks, unless there are more than any script has: then the letter without them.
                return rest[..(length <= MaxInitialLength ? length : rune.Utf16SequenceLength)]
                    .ToString()
                    .ToUpperInvariant();
            }

            rest = rest[length..];
        }

        return null;
    }
}
