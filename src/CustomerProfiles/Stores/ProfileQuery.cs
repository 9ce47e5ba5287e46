namespace CustomerProfiles;

/// <summary>
/// Which profiles to list. The next page starts after the id of the last profile, so no profile is shown twice, and no
/// customer who existed when the first page was read is left out.
/// </summary>
public sealed record ProfileQuery
{
    /// <summary>The most profiles on a page.</summary>
    public const int MaxPageSize = 500;

    private readonly int _pageSize = 50;

    /// <summary>
    /// The text to search for, as <see cref="ProfileSearch"/> describes; null or blank for all profiles.
    /// </summary>
    public string? Text { get; init; }

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

    /// <summary>The type's name only, because the text may be somebody's name.</summary>
    public override string ToString() => nameof(ProfileQuery);
}
