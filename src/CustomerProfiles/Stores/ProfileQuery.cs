namespace CustomerProfiles;

/// <summary>
/// Which page of all profiles to list, by id. To find profiles, use <see cref="ProfileSearchQuery"/>. The next page
/// starts after the id of the last profile, so no profile is shown twice, and no customer who existed when the first
/// page was read is left out.
/// </summary>
public sealed record ProfileQuery
{
    /// <summary>The most profiles on a page.</summary>
    public const int MaxPageSize = 500;

    private readonly int _pageSize = 50;

    /// <summary>
    /// Where to continue: <see cref="ProfilePage.Next"/> of the page before; null for the first page.
    /// </summary>
    public CustomerId? After { get; init; }

    /// <summary>The number of profiles on a page: 1 to <see cref="MaxPageSize"/>; 50 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is outside the range.</exception>
    public int PageSize
    {
        get => _pageSize;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxPageSize);
            _pageSize = value;
        }
    }
}
