using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>
/// The conformance kit: what <see cref="ICustomerProfileStore"/> says, as cases that run under any test framework, or
/// none. A store that passes them all can stand in for any other.
/// </summary>
/// <remarks>Safe for any number of threads.</remarks>
public static class StoreConformance
{
    /// <summary>All cases.</summary>
    public static ImmutableArray<StoreConformanceCase> Cases { get; } =
    [
        .. ReadingCases.All,
        .. ReceivingCases.All,
        .. CreatingCases.All,
        .. UpdatingCases.All,
        .. KeepingCases.All,
        .. ComparingCases.All,
        .. TenantCases.All,
        .. ListingCases.All,
        .. CheckCases.All,
        .. LeaseCases.All,
        .. ProviderSettingCases.All,
        .. SuppressionCases.All,
        .. CountingCases.All,
        .. BudgetCases.All,
        .. RaceCases.All,
        .. CancellationCases.All,
        .. SequenceCases.All,
    ];

    /// <summary>The names of all cases, for frameworks that keep the data of a test as text.</summary>
    public static ImmutableArray<string> Names { get; } = [.. Cases.Select(one => one.Name)];

    /// <summary>The case of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <returns>The case.</returns>
    /// <exception cref="ArgumentException">There is no such case.</exception>
    public static StoreConformanceCase Named(string name) =>
        Cases.FirstOrDefault(one => string.Equals(one.Name, name, StringComparison.Ordinal))
        ?? throw new ArgumentException(
            "There is no case of this name; take one of StoreConformance.Names.",
            nameof(name)
        );

    /// <summary>
    /// Runs all cases, one after another, whatever comes of each: for a console, or a test that is one test.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="recorded">Is told of each case when it has ended, and of what it found: null when the store passed.
    /// Null to be told nothing.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The cases that the store does not pass, with what was found; none when it passes all.</returns>
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
