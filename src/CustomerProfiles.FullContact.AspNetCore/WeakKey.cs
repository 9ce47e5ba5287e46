namespace CustomerProfiles.FullContact.AspNetCore;

/// <summary>
/// Finds keys that nobody made with a random generator: those that stand in examples, or that somebody typed until it
/// was long enough.
/// </summary>
/// <remarks>
/// None of these tests refuses a random key in practice. Of 32 random bytes fewer than 10 different ones do not come up
/// in the lifetime of any host, and anything else here is rarer still.
/// </remarks>
internal static class WeakKey
{
    /// <summary>
    /// The fewest different bytes. A random key that was written in hexadecimal digits first has up to 16, and hardly
    /// ever fewer than this.
    /// </summary>
    public const int LeastDifferentBytes = 10;

    /// <summary>What is wrong with a key; null when nothing is to be seen.</summary>
    /// <param name="key">At least <see cref="CallbackTokenProtector.MinKeyBytes"/> bytes.</param>
    public static string? WhyWeak(ReadOnlySpan<byte> key)
    {
        if (!key.ContainsAnyExcept(key[0]))
        {
            return key[0] == 0 ? "consists of zeros" : "repeats one byte";
        }

        // As where a zeroed or half-filled buffer was taken for a key.
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
    /// Whether nearly every byte is as far from the one before as the others are: 1, 2, 3, or 250, 245, 240, also with
    /// a jump where letters follow digits.
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
