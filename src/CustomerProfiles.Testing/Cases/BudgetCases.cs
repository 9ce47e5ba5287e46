using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>Budgets.</summary>
internal static class BudgetCases
{
    private static readonly Case Case = new("budgets");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Case.Of("TryReserveBudgetAsync counts one more paid lookup, up to the limit.", A_budget_is_not_exceeded),
        Case.Of(
            "Budget usage is counted by provider and by day or month.",
            Each_provider_and_period_is_counted_separately
        ),
        Case.Of(
            "RefundAsync subtracts one counted lookup. The count never falls below zero.",
            A_refunded_lookup_can_be_reserved_again
        ),
    ];

    private static async Task A_budget_is_not_exceeded(Scene scene)
    {
        var period = new BudgetPeriod(scene.Provider, "2026-01-31");
        foreach (
            var (most, expected, about) in new[]
            {
                (0, false, "nothing is allowed"),
                (1, true, "the first of one"),
                (1, false, "the second of one"),
                (3, true, "the second of three"),
                (3, true, "the third of three"),
                (3, false, "the fourth of three"),
                (2, false, "fewer are allowed now than are counted"),
                (0, false, "nothing is allowed any more"),
                (4, true, "the fourth of four"),
                (int.MaxValue, true, "as many as can be said"),
            }
        )
        {
            scene.Is(
                expected,
                await scene.Store.TryReserveBudgetAsync(period, most, scene.Cancel).ConfigureAwait(false),
                about
            );
        }

        scene.Same(5, await scene.BudgetUsedAsync(period).ConfigureAwait(false), "how many are counted");
    }

    private static async Task Each_provider_and_period_is_counted_separately(Scene scene)
    {
        BudgetPeriod[] periods =
        [
            new(scene.Provider, "2026-01-31"),
            new(scene.Provider, "2026-01"),
            new(scene.Provider, "2026-02"),
            new(scene.OtherProvider, "2026-01-31"),
            new(scene.OtherProvider, "2026-01"),
        ];
        for (var i = 0; i < periods.Length; i++)
        {
            for (var times = 0; times < i; times++)
            {
                await scene.Store.TryReserveBudgetAsync(periods[i], 100, scene.Cancel).ConfigureAwait(false);
            }
        }

        for (var i = 0; i < periods.Length; i++)
        {
            scene.Same(
                i,
                await scene.BudgetUsedAsync(periods[i]).ConfigureAwait(false),
                $"how many are counted for {periods[i].Period}"
            );
        }
    }

    private static async Task A_refunded_lookup_can_be_reserved_again(Scene scene)
    {
        var period = new BudgetPeriod(scene.Provider, "2026-01");
        await scene.Store.RefundAsync(period, scene.Cancel).ConfigureAwait(false);
        scene.Is(
            true,
            await scene.Store.TryReserveBudgetAsync(period, 1, scene.Cancel).ConfigureAwait(false),
            "reserving after a refund of something that was never reserved"
        );
        scene.Is(
            false,
            await scene.Store.TryReserveBudgetAsync(period, 1, scene.Cancel).ConfigureAwait(false),
            "the count did not fall below zero"
        );
        await scene.Store.RefundAsync(period, scene.Cancel).ConfigureAwait(false);
        scene.Is(
            true,
            await scene.Store.TryReserveBudgetAsync(period, 1, scene.Cancel).ConfigureAwait(false),
            "reserving what was refunded"
        );
        for (var i = 0; i < 3; i++)
        {
            await scene.Store.RefundAsync(period, scene.Cancel).ConfigureAwait(false);
        }

        scene.Same(
            0,
            await scene.BudgetUsedAsync(period).ConfigureAwait(false),
            "how many are counted after three refunds of one"
        );
    }
}
