namespace CustomerProfiles.Providers;

/// <summary>
/// How many paid lookups a provider may make. Counted in the store, for all tenants and hosts together; days and months
/// are those of UTC.
/// </summary>
/// <remarks>
/// Every match counts, and so does every request whose outcome is unknown. A request is counted before it is sent, and
/// refunded when its result turns out to be free, so the limit is never exceeded, whichever hosts race. When it is
/// reached, checks wait for the next day or month; conversations never do.
/// </remarks>
public sealed record ProviderBudget
{
    /// <summary>Makes a budget.</summary>
    /// <param name="perDay">The most in a day; null for no limit.</param>
    /// <param name="perMonth">The most in a calendar month; null for no limit.</param>
    public ProviderBudget(int? perDay, int? perMonth)
    {
        PerDay = perDay;
        PerMonth = perMonth;
    }

    /// <summary>The most in a day; null for no limit.</summary>
    public int? PerDay { get; init; }

    /// <summary>The most in a calendar month; null for no limit.</summary>
    public int? PerMonth { get; init; }
}
