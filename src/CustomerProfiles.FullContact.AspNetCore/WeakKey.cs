namespace CustomerProfiles.FullContact.AspNetCore;

/// <summary>Finds keys that are not random: keys copied from examples, or typed until they were long enough.</summary>
/// <remarks>
/// No random key fails these tests in practice: 32 random bytes with fewer than 10 different ones are too unlikely to
/// occur, and the other patterns are rarer still.
/// </remarks>
internal static class WeakKey
{
    /// <summary>
    /// The fewest different bytes. A random key that was first written in hexadecimal digits has up to 16, and hardly
    /// ever fewer than this.
    /// </summary>
    public const int LeastDifferentBytes = 10;

    /// <summary>Why a key is weak; null when no pattern is found.</summary>
    /// <param name="key">At least <see cref="CallbackTokenProtector.MinKeyBytes"/> bytes.</param>
    public static string? WhyWeak(ReadOnlySpan<byte> key)
    {
        if (!key.ContainsAnyExcept(key[0]))
        {
            return key[0] == 0 ? "consists of zeros" : "repeats one byte";
        }

        // For example a half-filled buffer that was used as a key.
        for (var period = 1; period < CallbackTokenProtector.MinKeyBytes && period <= key.Length / 2; period++)
        {
            if (key[period..].SequenceEqual(key[..^period]))
            {
                return $"repeats {period} bytes";
            }
        }

        if (IsSequence(key))
        {
            return "counts up or down";
        }

        Span<bool> seen = stackalloc bool[256];
        var different = 0;
        foreach (var value in key)
        {
            different += seen[value] ? 0 : 1;
            seen[value] = true;
        }

        return different < LeastDifferentBytes ? $"has {different} different bytes" : null;
    }

    /// <summary>
    /// Whether nearly all bytes have the same difference from the one before: 1, 2, 3, or 250, 245, 240, also with a
    /// jump where letters follow digits.
    /// </summary>
    private static bool IsSequence(ReadOnlySpan<byte> key)
    {
        Span<int> steps = stackalloc int[256];
        for (var i = 1; i < key.Length; i++)
        {
            steps[unchecked((byte)(key[i] - key[i - 1]))]++;
        }

        var most = 0;
        foreach (var count in steps)
        {
            most = Math.Max(most, count);
        }

        return most >= key.Length - 1 - (key.Length / 8);
    }
}
