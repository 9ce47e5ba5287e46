namespace CustomerProfiles;

/// <summary>Which changes of a customer to read, newest first.</summary>
/// <remarks>Immutable.</remarks>
public sealed class HistoryQuery
{
    /// <summary>The most changes on a page.</summary>
    public const int MaxPageSize = 200;

    /// <summary>
    /// Only changes before the customer's own one with this number, as <see cref="HistoryPage.Next"/> says; null for
    /// the newest.
    /// </summary>
    public long? Before { get; init; }

    /// <summary>
    /// How many of the customer's own changes: 1 to <see cref="MaxPageSize"/>, and 50 unless set. What was changed in
    /// between on customers whom they have absorbed comes in addition.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range.</exception>
    public int PageSize
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(PageSize));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxPageSize, nameof(PageSize));
            field = value;
        }
    } = 50;
}
