namespace CustomerProfiles;

/// <summary>How retention is applied.</summary>
/// <remarks>Immutable.</remarks>
public sealed class RetentionOptions
{
    private readonly int _maxErasures = 1_000;

    /// <summary>
    /// Whether nothing is removed, and the result says only which customers would be erased or kept. False unless set.
    /// </summary>
    public bool IsDryRun { get; init; }

    /// <summary>
    /// After how many erasures the call ends, from 1 to 1,000,000; 1,000 unless set. So a wrong policy does not take
    /// everybody at once. The next call goes on.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of range.</exception>
    public int MaxErasures
    {
        get => _maxErasures;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxErasures));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1_000_000, nameof(MaxErasures));
            _maxErasures = value;
        }
    }
}
