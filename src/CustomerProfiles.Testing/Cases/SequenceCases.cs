using System.Collections.Immutable;
using CsCheck;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>
/// Generated sequences of calls, compared with a model of the contract that is too simple to be wrong.
/// </summary>
internal static class SequenceCases
{
    private static readonly Case Case = new("sequences");

    /// <summary>A call: the operation, and four small numbers of which it uses what it needs.</summary>
    /// <remarks>Creating and claiming are more frequent, because most other calls need a customer or a claim.</remarks>
    private static readonly Gen<ModelCall> AnyCall = Gen.Select(
        Gen.Frequency(
            (3, Gen.Const(ModelOperation.Create)),
            (2, Gen.Const(ModelOperation.Claim)),
            (20, Gen.Enum<ModelOperation>())
        ),
        Gen.Int[0, 3],
        Gen.Int[0, 3],
        Gen.Int[0, 3],
        Gen.Int[0, 3],
        (what, a, b, c, d) => new ModelCall(what, a, b, c, d)
    );

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Case.Of(
            "In any order of calls, the store returns what the contract says.",
            Any_sequence_of_calls_returns_what_the_model_does
        ),
        Case.Of(
            "In any order of calls, most of them about checks, the store returns what the contract says.",
            Any_sequence_of_calls_about_checks_returns_what_the_model_does
        ),
        Case.Of(
            "In any order of calls, many of them merges, the store returns what the contract says.",
            Any_sequence_of_calls_about_merging_returns_what_the_model_does
        ),
    ];

    private static Task Any_sequence_of_calls_returns_what_the_model_does(Scene scene) => SampleAsync(scene, AnyCall);

    /// <summary>Few people with many checks, which is where the rules interact.</summary>
    private static Task Any_sequence_of_calls_about_checks_returns_what_the_model_does(Scene scene) =>
        SampleAsync(
            scene,
            Gen.Select(
                Among(
                    ModelOperation.Create,
                    ModelOperation.Create,
                    ModelOperation.Update,
                    ModelOperation.Request,
                    ModelOperation.Request,
                    ModelOperation.Claim,
                    ModelOperation.Claim,
                    ModelOperation.Complete,
                    ModelOperation.CompleteWithProfile,
                    ModelOperation.Release,
                    ModelOperation.RenewLease,
                    ModelOperation.SetProviderSetting,
                    ModelOperation.SuppressCustomer,
                    ModelOperation.SuppressIdentity,
                    ModelOperation.Wait,
                    ModelOperation.LeasesPass
                ),
                Gen.Int[0, 1],
                Gen.Int[0, 3],
                Gen.Int[0, 3],
                Gen.Const(0),
                (what, a, b, c, d) => new ModelCall(what, a, b, c, d)
            )
        );

    /// <summary>Three or four people who are merged and unmerged again and again.</summary>
    private static Task Any_sequence_of_calls_about_merging_returns_what_the_model_does(Scene scene) =>
        scene.Store is not IMergingStore
            ? Task.CompletedTask
            : SampleAsync(
                scene,
                Gen.Select(
                    Among(
                        ModelOperation.Create,
                        ModelOperation.Create,
                        ModelOperation.Create,
                        ModelOperation.Receive,
                        ModelOperation.Receive,
                        ModelOperation.Update,
                        ModelOperation.Request,
                        ModelOperation.Claim,
                        ModelOperation.Claim,
                        ModelOperation.Complete,
                        ModelOperation.CompleteWithProfile,
                        ModelOperation.Release,
                        ModelOperation.RenewLease,
                        ModelOperation.SetProviderSetting,
                        ModelOperation.SuppressCustomer,
                        ModelOperation.SuppressIdentity,
                        ModelOperation.Merge,
                        ModelOperation.Merge,
                        ModelOperation.Merge,
                        ModelOperation.Merge,
                        ModelOperation.Unmerge,
                        ModelOperation.Unmerge,
                        ModelOperation.Erase,
                        ModelOperation.ChangeMark,
                        ModelOperation.DeliverEvents,
                        ModelOperation.MarkNotDuplicates,
                        ModelOperation.FindDuplicates,
                        ModelOperation.Wait,
                        ModelOperation.LeasesPass
                    ),
                    Gen.Int[0, 3],
                    Gen.Int[0, 3],
                    Gen.Int[0, 3],
                    Gen.Const(0),
                    (what, a, b, c, d) => new ModelCall(what, a, b, c, d)
                )
            );

    private static Gen<T> Among<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static async Task SampleAsync(Scene scene, Gen<ModelCall> call) =>
        await Check
            .SampleAsync(
                call.Array[1, 50],
                async calls =>
                {
                    var run = new ModelRun(scene.Anew());
                    await run.BeginAsync().ConfigureAwait(false);
                    foreach (var next in calls)
                    {
                        scene.Cancel.ThrowIfCancellationRequested();
                        await run.DoAsync(next).ConfigureAwait(false);
                    }

                    await run.EndAsync().ConfigureAwait(false);
                },
                seed: scene.UnderTest.Seed,
                iter: scene.Samples,
                threads: 1, // When one sequence lets leases run out, they run out for all.
                print: calls => string.Join(", ", calls.AsEnumerable())
            )
            .ConfigureAwait(false);
}
