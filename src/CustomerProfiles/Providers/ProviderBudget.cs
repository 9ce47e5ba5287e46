namespace CustomerProfiles.Providers;

/// <summary>
/// How many answers of a provider may be paid for. Counted in the store, for all tenants and hosts together; days and
/// months are those of UTC.
/// </summary>
/// <param name="PerDay">The most in a day; null for no limit.</param>
/// <param name="PerMonth">The most in a calendar month; null for no limit.</param>
/// <remarks>
/// Every match counts, and every question of which it is not known whether it was answered. What is put to the provider
/// counts at once and is taken back when the answer turns out to be free, so the limit is never passed, whoever races.
/// When it is reached, checks wait for the next day or month; conversations never do.
/// </remarks>
public sealed record ProviderBudget(int? PerDay, int? PerMonth);
