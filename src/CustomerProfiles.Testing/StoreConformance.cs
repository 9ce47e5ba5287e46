using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>
/// The conformance kit: the contract of <see cref="ICustomerProfileStore"/> as cases that run under any test framework,
/// or none. A store that passes all of them can replace any other. The cases of a chapter, such as
/// <see cref="ISearchStore"/>, pass for a
/// store that does not implement it.
/// </summary>
/// <remarks>Safe for any number of threads.</remarks>
public static class StoreConformance
{
    /// <summary>
    /// What a store that implements <see cref="ISearchStore"/> is to be made with: the custom properties that the cases
    /// search. One that implements <see cref="IPropertyStore"/> too is made with a <see cref="TenantProperties"/> of
    /// them.
    /// </summary>
    public static SearchableProperties SearchableProperties { get; } =
        new([
            PropertyDefinition.Text("plan", "Plan") with
            {
                IsSearchable = true,
            },
            PropertyDefinition.Text("Licence no.", "Licence") with
            {
                IsSearchable = true,
            },
            PropertyDefinition.Number("seats", "Seats") with
            {
                IsSearchable = true,
            },
            PropertyDefinition.Date("since", "Customer since") with
            {
                IsSearchable = true,
            },
            PropertyDefinition.Number("rating", "Rating"),
        ]);

    /// <summary>
    /// What a store that implements <see cref="IDuplicateStore"/> is to be made with.
    /// </summary>
    public static MatchKeys MatchKeys => MatchKeys.Default;

    /// <summary>All cases.</summary>
    public static ImmutableArray<StoreConformanceCase> Cases { get; } =
    [
        .. ReadingCases.All,
        .. ReceivingCases.All,
        .. CreatingCases.All,
        .. AddingCases.All,
        .. UpdatingCases.All,
        .. KeepingCases.All,
        .. ComparingCases.All,
        .. TenantCases.All,
        .. ListingCases.All,
        .. SearchCases.All,
        .. RetentionCases.All,
        .. HistoryCases.All,
        .. ExportCases.All,
        .. MergingCases.All,
        .. MergingCheckCases.All,
        .. MergingForgettingCases.All,
        .. ErasingCases.All,
        .. ErasingConditionCases.All,
        .. ErasureMarkCases.All,
        .. ErasureGuardCases.All,
        .. EventCases.All,
        .. EventDeliveryCases.All,
        .. DuplicateCases.All,
        .. PropertyCases.All,
        .. SearchOrderCases.All,
        .. CheckCases.All,
        .. LeaseCases.All,
        .. ProviderSettingCases.All,
        .. SuppressionCases.All,
        .. CountingCases.All,
        .. BudgetCases.All,
        .. RaceCases.All,
        .. MergingRaceCases.All,
        .. ErasingRaceCases.All,
        .. ErasingBesideCases.All,
        .. EventRaceCases.All,
        .. DuplicateRaceCases.All,
        .. PropertyCases.Races,
        .. CancellationCases.All,
        .. SequenceCases.All,
    ];

    /// <summary>The names of all cases, for frameworks that need test data as text.</summary>
    public static ImmutableArray<string> Names { get; } = [.. Cases.Select(one => one.Name)];

    /// <summary>Finds a case by name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <returns>The case.</returns>
    /// <exception cref="ArgumentException">No case has this name.</exception>
    public static StoreConformanceCase Named(string name) =>
        Cases.FirstOrDefault(one => string.Equals(one.Name, name, StringComparison.Ordinal))
        ?? throw new ArgumentException("No case has this name; use one of StoreConformance.Names.", nameof(name));

    /// <summary>Runs all cases, one after another, whether they pass or not: for a console, or for one test.</summary>
    /// <param name="store">The store.</param>
    /// <param name="recorded">
    /// Called after each case with what was found: null when the store passed. Null for no calls.
    /// </param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The failed cases, with what was found; empty when the store passes all.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<ImmutableArray<(StoreConformanceCase Case, StoreConformanceException Found)>> RunAllAsync(
        StoreUnderTest store,
        Action<StoreConformanceCase, StoreConformanceException?>? recorded = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        var failed = ImmutableArray.CreateBuilder<(StoreConformanceCase, StoreConformanceException)>();
        foreach (var one in Cases)
        {
            StoreConformanceException? found = null;
            try
            {
                await one.RunAsync(store, cancellationToken).ConfigureAwait(false);
            }
            catch (StoreConformanceException exception)
            {
                found = exception;
                failed.Add((one, exception));
            }

            recorded?.Invoke(one, found);
        }

        return failed.ToImmutable();
    }
}
