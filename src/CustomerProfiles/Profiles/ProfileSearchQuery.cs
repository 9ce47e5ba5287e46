using NodaTime;

namespace CustomerProfiles;

/// <summary>Which profiles to find, and in which order. Text and filters must all hold.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the type's name only.</remarks>
public sealed class ProfileSearchQuery
{
    /// <summary>The most profiles on a page.</summary>
    public const int MaxPageSize = 500;

    private readonly int _pageSize = 20;
    private readonly ProfileOrder _order;

    /// <summary>The text to search for, as <see cref="ProfileSearch"/> describes; null or blank for all.</summary>
    public string? Text { get; init; }

    /// <summary>The order; <see cref="ProfileOrder.BestMatch"/> unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The order is unknown.</exception>
    public ProfileOrder Order
    {
        get => _order;
        init =>
            _order = Enum.IsDefined(value)
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "Use a member of ProfileOrder.");
    }

    /// <summary>
    /// The whole name of the company; case, accents and white space are compared as in the text. Null or blank for any.
    /// </summary>
    public string? Company { get; init; }

    /// <summary>A custom property and its value, or the range of its values; null for any.</summary>
    public PropertyFilter? Property { get; init; }

    /// <summary>Only profiles that changed at this time or later; null for any.</summary>
    public Instant? ChangedSince { get; init; }

    /// <summary>Only profiles that were created at this time or later; null for any.</summary>
    public Instant? CreatedSince { get; init; }

    /// <summary>
    /// Only customers whose last conversation was before this time, and those who never had one; null for any.
    /// </summary>
    public Instant? LastConversationBefore { get; init; }

    /// <summary>Only customers whose last conversation was at this time or later; null for any.</summary>
    public Instant? LastConversationSince { get; init; }

    /// <summary>True for profiles with a photo, false for those without; null for any.</summary>
    public bool? HasPhoto { get; init; }

    /// <summary>True for suppressed customers, false for the others; null for any.</summary>
    public bool? IsSuppressed { get; init; }

    /// <summary>
    /// Where to continue: <see cref="ProfileSearchPage.Next"/> of the page before, for the same text, order and
    /// filters; null for the first page. The page size may change. Anything else is refused with an
    /// <see cref="ArgumentException"/>.
    /// </summary>
    public string? After { get; init; }

    /// <summary>The number of profiles on a page: 1 to <see cref="MaxPageSize"/>; 20 unless set.</summary>
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

    /// <summary>The same query for another page.</summary>
    /// <param name="after"><see cref="ProfileSearchPage.Next"/> of the page before; null for the first page.</param>
    /// <returns>The query.</returns>
    public ProfileSearchQuery ContinueAfter(string? after) => With(Text, after);

    /// <summary>The same query with another text.</summary>
    internal ProfileSearchQuery With(string text) => With(text, After);

    /// <summary>The type's name only, because the text may be somebody's name.</summary>
    public override string ToString() => nameof(ProfileSearchQuery);

    private ProfileSearchQuery With(string? text, string? after) =>
        new()
        {
            Text = text,
            Order = Order,
            Company = Company,
            Property = Property,
            ChangedSince = ChangedSince,
            CreatedSince = CreatedSince,
            LastConversationBefore = LastConversationBefore,
            LastConversationSince = LastConversationSince,
            HasPhoto = HasPhoto,
            IsSuppressed = IsSuppressed,
            After = after,
            PageSize = PageSize,
        };
}
