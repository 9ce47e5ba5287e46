using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>Erasing beside calls that add somebody, begin a check, undo a merge, or read everything.</summary>
internal static class ErasingBesideCases
{
    private const string Whole = "Whoever writes beside an erasure is erased with it, or comes after it.";

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        ErasingRaceCases.Of(Whole, Erasing_and_adding_somebody_with_the_identity),
        ErasingRaceCases.Of(
            "A check that is claimed beside an erasure has lost its lease.",
            Erasing_and_claiming_a_check
        ),
        ErasingRaceCases.Of(Whole, Erasing_and_undoing_a_merge),
        ErasingRaceCases.Of("A record that is read beside an erasure is whole, or nobody's.", Erasing_and_exporting),
    ];

    private static async Task Erasing_and_adding_somebody_with_the_identity(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var again = scene.Someone(ada.Identities[0]);
        var added = await BesideAsync(
                stage,
                ada,
                async () =>
                    (
                        await scene
                            .Other.AddAsync(scene.Tenant, [again], created: null, scene.Cancel)
                            .ConfigureAwait(false)
                    ).Single()
            )
            .ConfigureAwait(false);

        await stage.GoneByIdAsync("erased", ada).ConfigureAwait(false);
        var found = await scene.Store.FindAsync(scene.Tenant, ada.Identities[0], scene.Cancel).ConfigureAwait(false);
        scene.Same(
            added.Result is AddResult.Added ? $"{again.Id}" : "nobody",
            found is null ? "nobody" : $"{found.Profile.Id}",
            $"who has the identity, where the other call ended as {added.Result.GetType().Name}"
        );
        scene.Same(3, added.Receipt.Identities, "the identities of the receipt");
    }

    private static async Task Erasing_and_claiming_a_check(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada", scene.Provider).ConfigureAwait(false);
        var claimed = await BesideAsync(
                stage,
                ada,
                async () =>
                    await scene
                        .Other.ClaimNextCheckAsync([scene.Provider], scene.Now, Scene.Lease, scene.Cancel)
                        .ConfigureAwait(false)
            )
            .ConfigureAwait(false);

        scene.Same(
            claimed.Result is null ? "" : scene.Provider,
            string.Join(' ', claimed.Receipt.Providers),
            "the providers that were asked"
        );
        if (claimed.Result is { } claim)
        {
            scene.Same(
                nameof(CompleteResult.LeaseLost),
                await scene.CompleteAsync(claim, scene.Next(ada, values: scene.Noted("late"))).ConfigureAwait(false),
                "the result of the check"
            );
        }

        await stage.GoneAsync("erased", ada).ConfigureAwait(false);
        await scene.PendingAsync("no check is left").ConfigureAwait(false);
    }

    private static async Task Erasing_and_undoing_a_merge(ErasingStage stage)
    {
        if (stage.Merging is not { } merging)
        {
            return;
        }

        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        var merged = await merging.MergeAsync(ada, ben).ConfigureAwait(false);
        var undoing = await merging.PlanUnmergingAsync(merged).ConfigureAwait(false);
        EraseResult? erased = null;
        var undone = await scene
            .AtOnceAsync(
                2,
                async i =>
                {
                    if (i != 0)
                    {
                        return await ((IMergingStore)scene.Other)
                            .UnmergeAsync(undoing.Write(), scene.Cancel)
                            .ConfigureAwait(false);
                    }

                    erased = await stage.TryCurrentAsync(ben, includesAbsorbed: true).ConfigureAwait(false);
                    return false;
                }
            )
            .ConfigureAwait(false);

        var receipt = (erased as EraseResult.Erased)?.Receipt;
        scene.Same(
            undone[1] ? $"{ben.Id}" : $"{ben.Id} {ada.Id}",
            string.Join(' ', receipt?.Customers ?? []),
            "who was erased: also the absorbed, unless the merge was undone before"
        );
        await stage.GoneAsync("erased", undone[1] ? [ben] : [ada, ben]).ConfigureAwait(false);
        if (undone[1])
        {
            await merging.OwnedAsync(ada.Identities[0], ada, "separated before").ConfigureAwait(false);
        }
    }

    private static async Task Erasing_and_exporting(ErasingStage stage)
    {
        if (stage.Scene.Other is not IExportStore exports)
        {
            return;
        }

        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada", scene.Provider).ConfigureAwait(false);
        var before = await exports.GetRecordAsync(scene.Tenant, ada.Id, scene.Cancel).ConfigureAwait(false);
        var read = await BesideAsync(
                stage,
                ada,
                async () => await exports.GetRecordAsync(scene.Tenant, ada.Id, scene.Cancel).ConfigureAwait(false)
            )
            .ConfigureAwait(false);

        if (read.Result is { } record)
        {
            scene.Same(PartsOf(before!), PartsOf(record), "the parts of a record that was read");
        }

        await stage.GoneAsync("erased", ada).ConfigureAwait(false);
    }

    private static string PartsOf(StoredRecord record) =>
        $"{StoredText.Of(record.Customer)}, {record.Conversations.Length} conversations, "
        + $"{record.Changes.Length} changes";

    /// <summary>Erases a customer beside a call of another caller.</summary>
    private static async Task<(ErasureReceipt Receipt, T Result)> BesideAsync<T>(
        ErasingStage stage,
        CustomerProfile profile,
        Func<Task<T>> callAsync
    )
    {
        ErasureReceipt? receipt = null;
        var results = await stage
            .Scene.AtOnceAsync(
                2,
                async i =>
                {
                    if (i != 0)
                    {
                        return await callAsync().ConfigureAwait(false);
                    }

                    receipt = await stage.EraseAsync(profile).ConfigureAwait(false);
                    return default!;
                }
            )
            .ConfigureAwait(false);
        return (receipt!, results[1]);
    }
}
