using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>Match keys and pairs beside other calls.</summary>
internal static class DuplicateRaceCases
{
    private static readonly Case Case = new("races");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Of("A pair is made once.", Several_make_one_pair),
        Of("The keys of a customer are those of the current version.", Writing_keys_and_updating),
        Of("Whoever is erased has no keys, and is in no pair.", Making_a_pair_and_erasing),
    ];

    private static StoreConformanceCase Of(
        string rule,
        Func<DuplicateStage, Task> race,
        [CallerArgumentExpression(nameof(race))] string name = ""
    ) =>
        DuplicateCases.Of(
            Case,
            rule,
            stage => RaceCases.RoundsAsync(stage.Scene, (scene, _) => race(new DuplicateStage(scene, stage.Store))),
            name
        );

    private static async Task Several_make_one_pair(DuplicateStage stage)
    {
        var ada = await stage.CreateSharingAsync().ConfigureAwait(false);
        var ben = await stage.CreateSharingAsync().ConfigureAwait(false);
        var results = await stage
            .Scene.AtOnceAsync(
                stage.Scene.UnderTest.Callers,
                i => i % 3 == 0 ? stage.MarkAsync(ada, ben, i) : stage.MarkAsync(ben, ada, i)
            )
            .ConfigureAwait(false);
        stage.Scene.Is(true, results.All(isMade => isMade), "each caller marked two customers of the tenant");
        await stage.FoundAsync("one of the pair", ada).ConfigureAwait(false);
        await stage.FoundAsync("the other one", ben).ConfigureAwait(false);
    }

    private static async Task Writing_keys_and_updating(DuplicateStage stage)
    {
        const string old = "+15550123456";
        var scene = stage.Scene;
        var ada = await stage.CreateAsync(stage.Phone(old)).ConfigureAwait(false);
        var next = scene.Next(ada, values: [stage.Phone(DuplicateStage.Shared)]);
        await scene
            .AtOnceAsync(
                scene.UnderTest.Callers,
                async i =>
                {
                    if (i == 1)
                    {
                        await scene.UpdateAsync(next).ConfigureAwait(false);
                    }
                    else
                    {
                        await ((IDuplicateStore)scene.StoreOf(i))
                            .WriteMatchKeysAsync(scene.Tenant, [ada], scene.Cancel)
                            .ConfigureAwait(false);
                    }

                    return true;
                }
            )
            .ConfigureAwait(false);
        await stage.HaveAsync("updated while keys were written", DuplicateStage.Shared, next).ConfigureAwait(false);
        await stage.HaveAsync("updated while keys were written", old).ConfigureAwait(false);
    }

    private static async Task Making_a_pair_and_erasing(DuplicateStage stage)
    {
        if (stage.Erasing is not { } erasing)
        {
            return;
        }

        var scene = stage.Scene;
        var ada = await stage.CreateSharingAsync().ConfigureAwait(false);
        var ben = await stage.CreateSharingAsync().ConfigureAwait(false);
        await scene
            .AtOnceAsync(
                2,
                async i =>
                {
                    if (i == 1)
                    {
                        return await stage.MarkAsync(ada, ben, i).ConfigureAwait(false);
                    }

                    await erasing.EraseAsync(ada).ConfigureAwait(false);
                    return true;
                }
            )
            .ConfigureAwait(false);
        await erasing.GoneAsync("erased", ada).ConfigureAwait(false);
        await stage.FoundAsync("who is left", ben).ConfigureAwait(false);
        scene.Is(false, await stage.MarkAsync(ada, ben).ConfigureAwait(false), "marking who is erased");
    }
}
