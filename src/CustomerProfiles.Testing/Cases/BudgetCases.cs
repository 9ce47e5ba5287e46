using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>Counting what is paid.</summary>
internal static class BudgetCases
{
    private static readonly Case Case = new("spending");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Case.Of(
            "TryReserveBudgetAsync counts one more paid answer, unless as many as allowed are counted.",
            No_more_is_counted_than_is_allowed
        ),
        Case.Of(
            "What is counted is counted by provider and by day or month.",
            Each_provider_and_period_is_counted_by_itself
        ),
        Case.Of(
            "RefundAsync takes one counted answer back. The count never falls below zero.",
            What_is_given_back_can_be_spent_again
        ),
    ];

    private static async Task No_more_is_counted_than_is_allowed(Scene scene)
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

    private static async Task Each_provider_and_period_is_counted_by_itself(Scene scene)
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

    private static async Task What_is_given_back_can_be_spent_again(Scene scene)
    {
        var period = new BudgetPeriod(scene.Provider, "2026-01");
        await scene.Store.RefundAsync(period, scene.Cancel).ConfigureAwait(false);
        scene.Is(
            true,
            await scene.Store.TryReserveBudgetAsync(period, 1, scene.Cancel).ConfigureAwait(false),
            "spending after something was given back that was never spent"
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
            "spending what was given back"
        );
        for (var i = 0; i < 3; i++)
        {
            await scene.Store.RefundAsync(period, scene.Cancel).ConfigureAwait(false);
        }

        scene.Same(
            0,
            await scene.BudgetUsedAsync(period).ConfigureAwait(false),
            "how many are counted after three were given back of one"
        );
    }
}
