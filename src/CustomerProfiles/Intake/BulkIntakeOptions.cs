namespace CustomerProfiles;

/// <summary>How many conversations at once are recorded.</summary>
/// <remarks>Immutable.</remarks>
public sealed class BulkIntakeOptions
{
    private const int MostInFlight = 1_024;

    private readonly int _maxInFlight = 128;

    /// <summary>
    /// Whether the conversations request the checks that are due, as single ones do. A backfill of 100,000 customers
    /// requests 100,000 lookups, which may be paid. When false, a customer's next new conversation requests the check,
    /// or the same one when it is delivered again within an hour.
    /// </summary>
    public required bool RequestChecks { get; init; }

    /// <summary>
    /// The most conversations that are taken from the input and whose outcomes have not been read, from 1 to 1,024;
    /// 128 unless set.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of range.</exception>
    public int MaxInFlight
    {
        get => _maxInFlight;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxInFlight));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MostInFlight, nameof(MaxInFlight));
            _maxInFlight = value;
        }
    }
}
