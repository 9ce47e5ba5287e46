using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Erasing beside other calls: the result must equal that of some sequential order.</summary>
internal static class ErasingRaceCases
{
    private const string Once = "A customer is erased once.";
    private const string Whole = "Whoever writes beside an erasure is erased with it, or comes after it.";
    private const string Inactive = "Whoever writes beside an erasure on a condition stays, or comes after it.";

    private static readonly Case Case = new("races");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Of(Once, One_of_several_erases_a_customer),
        Of(Once, One_erasure_that_is_sent_several_times_at_once),
        Of(Whole, Erasing_and_recording_conversations),
        Of(Whole, Erasing_and_editing),
        Of(Whole, Erasing_and_suppressing),
        Of(Whole, Erasing_and_completing_a_check),
        Of(Whole, Erasing_with_marks_and_redelivering_a_conversation),
        Of(Whole, Erasing_with_marks_and_recording_conversations),
        Of(Inactive, Erasing_the_inactive_and_recording_conversations),
        Of(Inactive, Erasing_the_inactive_and_editing),
        Of(Inactive, Erasing_the_inactive_and_suppressing),
        Of(Inactive, Erasing_the_inactive_and_requesting_a_check),
        OfMerging(Whole, Erasing_the_absorbed_of_a_merge),
        OfMerging(Whole, Erasing_the_survivor_of_a_merge),
    ];

    /// <summary>A race that is repeated, and that a store without erasing passes.</summary>
    public static StoreConformanceCase Of(
        string rule,
        Func<ErasingStage, Task> race,
        [CallerArgumentExpression(nameof(race))] string name = ""
    ) =>
        ErasingCases.Of(
            Case,
            rule,
            stage => RaceCases.RoundsAsync(stage.Scene, (scene, _) => race(new ErasingStage(scene, stage.Store))),
            name
        );

    private static StoreConformanceCase OfMerging(
        string rule,
        Func<ErasingStage, MergingStage, Task> race,
        [CallerArgumentExpression(nameof(race))] string name = ""
    ) => Of(rule, stage => stage.Merging is { } merging ? race(stage, merging) : Task.CompletedTask, name);

    private static async Task One_of_several_erases_a_customer(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada", scene.Provider).ConfigureAwait(false);
        var results = await scene
            .AtOnceAsync(scene.UnderTest.Callers, i => stage.TryAsync(stage.Write(ada, caseReference: $"{i}"), i))
            .ConfigureAwait(false);
        var erased = results.OfType<EraseResult.Erased>().ToList();
        scene.Same(1, erased.Count, $"how many of {results.Length} callers erased the customer");
        foreach (var other in results.Where(result => result != erased[0]))
        {
            scene.Same(
                StoredText.Of(new EraseResult.AlreadyErased(erased[0].Receipt)),
                StoredText.Of(other),
                "the result of another caller"
            );
        }

        await stage.GoneAsync("erased", ada).ConfigureAwait(false);
        await ErasingCases.OneReceiptAsync(stage, erased[0].Receipt).ConfigureAwait(false);
    }

    private static async Task One_erasure_that_is_sent_several_times_at_once(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var write = stage.Write(ada);
        var results = await scene
            .AtOnceAsync(scene.UnderTest.Callers, i => stage.TryAsync(write, i))
            .ConfigureAwait(false);
        var found = await stage.FindAsync(ada).ConfigureAwait(false);
        scene.Same(3, found?.Identities ?? 0, "the identities that the receipt counts");
        foreach (var result in results)
        {
            scene.Same(
                StoredText.Of(new EraseResult.Erased(found!)),
                StoredText.Of(result),
                "the result of each caller"
            );
        }

        await ErasingCases.OneReceiptAsync(stage, found!).ConfigureAwait(false);
    }

    private static async Task Erasing_and_recording_conversations(ErasingStage stage)
    {
        const int conversations = 3;
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada", scene.Provider).ConfigureAwait(false);
        ErasureReceipt? receipt = null;
        var recorded = await scene
            .AtOnceAsync(
                scene.UnderTest.Callers,
                async caller =>
                {
                    if (caller == 0)
                    {
                        receipt = await stage.EraseAsync(ada).ConfigureAwait(false);
                        return [];
                    }

                    var lookups = new List<(ConversationRecord Conversation, ConversationLookup Lookup)>();
                    for (var i = 0; i < conversations; i++)
                    {
                        var conversation = new ConversationRecord($"{caller} {i}", default, scene.Now);
                        var lookup = await scene
                            .StoreOf(caller)
                            .CreatedAsync(
                                new NewCustomer
                                {
                                    Profile = scene.Someone(ada.Identities[0]),
                                    Conversation = conversation,
                                    Checks = [scene.OtherProvider],
                                },
                                scene.Cancel
                            )
                            .ConfigureAwait(false);
                        scene.Is(true, lookup.IsNewConversation, "each of these conversations is new");
                        lookups.Add((conversation, lookup));
                    }

                    return lookups;
                }
            )
            .ConfigureAwait(false);

        await stage.GoneByIdAsync("erased", ada).ConfigureAwait(false);
        var all = recorded.SelectMany(lookups => lookups).ToList();
        var since = all.Where(one => one.Lookup.Customer.Profile.Id != ada.Id).ToList();
        scene.Same(
            1 + all.Count - since.Count,
            receipt!.Conversations,
            "the conversations of the receipt: the first, and those that came before the erasure"
        );
        scene.Same(
            string.Join(
                '\n',
                since.Where(one => one.Lookup.IsNewCustomer).Select(one => one.Lookup.Customer.Profile.Id)
            ),
            string.Join('\n', since.Select(one => one.Lookup.Customer.Profile.Id).Distinct()),
            "the one customer of those that came after it"
        );
        scene.Same(
            string.Join('\n', since.Select(one => one.Lookup.Customer.Profile.Id).Distinct()),
            string.Join('\n', (await scene.EverybodyAsync().ConfigureAwait(false)).Select(one => one.Id)),
            "who is listed"
        );
        foreach (var (conversation, _) in since)
        {
            var again = await scene
                .Store.RecordConversationAsync(scene.Tenant, ada.Identities[0], conversation, scene.Cancel)
                .ConfigureAwait(false);
            scene.Is(false, again?.IsNewConversation ?? true, "a conversation that came after the erasure is kept");
        }

        await scene
            .PendingAsync("the check of the new customer", since.Count == 0 ? [] : [(scene.OtherProvider, 1)])
            .ConfigureAwait(false);
    }

    private static async Task Erasing_and_editing(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var gained = scene.NextEmail();
        var next = scene.Next(ada, [.. ada.Identities, gained], scene.Noted("edited"));
        ErasureReceipt? receipt = null;
        var results = await scene
            .AtOnceAsync(
                2,
                async i =>
                {
                    if (i == 0)
                    {
                        receipt = await stage.EraseAsync(ada).ConfigureAwait(false);
                        return "";
                    }

                    return StoredText.Of(await stage.UpdateAsync(next, scene.Other).ConfigureAwait(false));
                }
            )
            .ConfigureAwait(false);
        var isEdited = string.Equals(results[1], nameof(UpdateResult.Updated), StringComparison.Ordinal);
        scene.Same(isEdited ? nameof(UpdateResult.Updated) : nameof(UpdateResult.NotFound), results[1], "the edit");
        scene.Same(isEdited ? 4 : 3, receipt!.Identities, $"the identities of the receipt, {results[1]}");
        scene.Same(stage.Changes(isEdited ? 3 : 2), receipt.Changes, $"the changes of the receipt, {results[1]}");
        await stage.GoneAsync("erased", next).ConfigureAwait(false);
    }

    private static async Task Erasing_and_suppressing(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        ErasureReceipt? receipt = null;
        var results = await scene
            .AtOnceAsync(
                2,
                async i =>
                {
                    if (i == 0)
                    {
                        receipt = await stage.EraseAsync(ada).ConfigureAwait(false);
                        return true;
                    }

                    return await scene
                        .Other.SetSuppressedAsync(ada.Tenant, ada.Id, suppressed: true, change: null, scene.Cancel)
                        .ConfigureAwait(false);
                }
            )
            .ConfigureAwait(false);
        scene.Same(3, receipt!.Identities, "the identities of the receipt");
        await stage.GoneAsync("erased", ada).ConfigureAwait(false);
        foreach (var identity in ada.Identities)
        {
            var again = await scene.CreateAsync(scene.Someone(identity)).ConfigureAwait(false);
            var read = await scene.ReadAsync(again).ConfigureAwait(false);
            scene.Is(false, read.IsSuppressed, "whoever comes again is not suppressed, in either order");
        }
    }

    private static async Task Erasing_and_completing_a_check(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada", scene.Provider).ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        scene.Later();
        ErasureReceipt? receipt = null;
        var results = await scene
            .AtOnceAsync(
                2,
                async i =>
                {
                    if (i == 0)
                    {
                        receipt = await stage.EraseAsync(ada).ConfigureAwait(false);
                        return nameof(CompleteResult.Completed);
                    }

                    return StoredText.Of(
                        await scene
                            .Other.CompleteCheckAsync(
                                claim,
                                CheckOutcome.Matched,
                                scene.Next(ada, values: scene.Noted("found")),
                                change: null,
                                scene.Now,
                                scene.Cancel
                            )
                            .ConfigureAwait(false)
                    );
                }
            )
            .ConfigureAwait(false);
        scene.Is(
            true,
            results[1] is nameof(CompleteResult.Completed) or nameof(CompleteResult.LeaseLost),
            $"the result is written and erased, or comes too late: {results[1]}"
        );
        scene.Same(scene.Provider, string.Join(' ', receipt!.Providers), "the provider was asked, either way");
        await stage.GoneAsync("erased", ada).ConfigureAwait(false);
        await scene.PendingAsync("no check is left").ConfigureAwait(false);
    }

    private static async Task Erasing_with_marks_and_redelivering_a_conversation(ErasingStage stage)
    {
        var scene = stage.Scene;
        var conversation = scene.Conversation();
        var ada = await stage
            .CreateAsync(stage.Coming(scene.NextEmail(), conversation), "before")
            .ConfigureAwait(false);
        var write = Guarded(stage, ada);
        var lookups = await BesideAsync(
                stage,
                write,
                caller => stage.TryCreateAsync(Coming(stage, ada, conversation), caller)
            )
            .ConfigureAwait(false);

        foreach (var lookup in lookups)
        {
            scene.Same(
                lookup is null ? "nobody" : $"{ada.Id}",
                lookup is null ? "nobody" : $"{lookup.Customer.Profile.Id}",
                "who has the conversation: the customer before the erasure, nobody after it"
            );
            scene.Is(false, lookup?.IsNewConversation ?? false, "the conversation is new");
        }

        scene.Same(1, (await stage.FindAsync(ada).ConfigureAwait(false))!.Conversations, "the erased conversations");
        await stage.GoneAsync("erased, and not brought back", ada).ConfigureAwait(false);
        await scene.PendingAsync("nobody is looked up").ConfigureAwait(false);
    }

    private static async Task Erasing_with_marks_and_recording_conversations(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        var write = Guarded(stage, ada);
        var lookups = await BesideAsync(
                stage,
                write,
                caller => stage.TryCreateAsync(Coming(stage, ada, OfCaller(caller)), caller)
            )
            .ConfigureAwait(false);

        await stage.GoneByIdAsync("erased", ada).ConfigureAwait(false);
        var receipt = (await stage.FindAsync(ada).ConfigureAwait(false))!;
        scene.Is(true, lookups.All(one => one is not null), "each of these conversations is of somebody");
        var since = lookups.Where(one => one!.Customer.Profile.Id != ada.Id).ToList();
        scene.Same(
            1 + lookups.Length - since.Count,
            receipt.Conversations,
            "the erased conversations: the first, and those that came before the erasure"
        );
        scene.Same(
            Math.Min(1, since.Count),
            since.Count(one => one!.IsNewCustomer),
            "how many customers were created after the erasure"
        );
        scene.Same(
            Math.Min(1, since.Count),
            (await scene.EverybodyAsync().ConfigureAwait(false)).Count,
            "how many customers there are"
        );
        scene.Is(true, since.TrueForAll(one => one!.Customer.IsSuppressed), "who came after it is suppressed");
        await scene.PendingAsync("nobody is looked up").ConfigureAwait(false);
        foreach (var before in lookups.Where(one => one!.Customer.Profile.Id == ada.Id))
        {
            var again = stage.Coming(scene.NextEmail(), before!.FirstRecorded);
            await stage.DeclinedAsync(again, "a conversation that came before it is guarded").ConfigureAwait(false);
        }
    }

    private static async Task Erasing_the_inactive_and_recording_conversations(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        var write = stage.Write(ada, unlessActiveSince: scene.Now);
        scene.Later();
        EraseResult? erased = null;
        var lookups = await BesideAsync(
                stage,
                write,
                caller => stage.TryCreateAsync(Coming(stage, ada, OfCaller(caller)), caller),
                result => erased = result
            )
            .ConfigureAwait(false);

        var owners = lookups.Select(one => $"{one?.Customer.Profile.Id}").Distinct().ToList();
        scene.Same(1, owners.Count, "how many customers the conversations are of");
        if (erased is EraseResult.Changed)
        {
            scene.Same($"{ada.Id}", owners[0], "whoever wrote stays");
        }
        else
        {
            scene.Is(true, erased is EraseResult.Erased, $"the erasure came first: {StoredText.Of(erased!)}");
            scene.Is(true, lookups.Any(one => one!.IsNewCustomer), "whoever comes after it is somebody new");
            scene.Same(1, (await stage.FindAsync(ada).ConfigureAwait(false))!.Conversations, "what was erased");
            await stage.GoneByIdAsync("erased", ada).ConfigureAwait(false);
        }

        scene.Same(
            owners[0],
            string.Join('\n', (await scene.EverybodyAsync().ConfigureAwait(false)).Select(one => one.Id)),
            "who is listed"
        );
        foreach (var conversation in lookups.Select(one => one!.FirstRecorded))
        {
            var again = await scene
                .Store.RecordConversationAsync(scene.Tenant, ada.Identities[0], conversation, scene.Cancel)
                .ConfigureAwait(false);
            scene.Is(false, again?.IsNewConversation ?? true, "no conversation is lost");
        }
    }

    private static async Task Erasing_the_inactive_and_editing(ErasingStage stage)
    {
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var next = stage.Scene.Next(ada, values: stage.Scene.Noted("edited"));
        await ConditionAsync(
                stage,
                next,
                stage.Write(ada, unlessActiveSince: stage.Scene.Now),
                async () =>
                    await stage.UpdateAsync(next, stage.Scene.Other).ConfigureAwait(false) is UpdateResult.Updated
            )
            .ConfigureAwait(false);
    }

    private static async Task Erasing_the_inactive_and_suppressing(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        await ConditionAsync(
                stage,
                ada,
                stage.Write(ada, unlessActiveSince: scene.Now),
                async () =>
                    await scene
                        .Other.SetSuppressedAsync(ada.Tenant, ada.Id, suppressed: true, change: null, scene.Cancel)
                        .ConfigureAwait(false)
            )
            .ConfigureAwait(false);
    }

    private static async Task Erasing_the_inactive_and_requesting_a_check(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var isRequested = await ConditionAsync(
                stage,
                ada,
                stage.Write(ada, unlessActiveSince: scene.Now),
                async () =>
                    await scene
                        .Other.RequestCheckAsync(ada.Tenant, ada.Id, scene.Provider, null, scene.Now, scene.Cancel)
                        .ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        await scene
            .PendingAsync("the check of who stays", isRequested ? [(scene.Provider, 1)] : [])
            .ConfigureAwait(false);
    }

    /// <summary>Erases on a condition beside a call that breaks it: one erasure, sent before and after that
    /// call.</summary>
    /// <returns>Whether the call came first.</returns>
    private static async Task<bool> ConditionAsync(
        ErasingStage stage,
        CustomerProfile expected,
        ErasureWrite write,
        Func<Task<bool>> other
    )
    {
        var scene = stage.Scene;
        var isFirst = false;
        var results = await scene
            .AtOnceAsync(
                3,
                async i =>
                {
                    if (i != 1)
                    {
                        return await stage.TryAsync(write).ConfigureAwait(false);
                    }

                    isFirst = await other().ConfigureAwait(false);
                    return null;
                }
            )
            .ConfigureAwait(false);
        foreach (var result in results.OfType<EraseResult>())
        {
            scene.Same(
                isFirst ? nameof(EraseResult.Changed) : nameof(EraseResult.Erased),
                result.GetType().Name,
                $"the erasure, where the other call came first: {isFirst}"
            );
        }

        if (isFirst)
        {
            var read = await scene.ReadAsync(expected).ConfigureAwait(false);
            scene.Same(StoredText.Of(expected), StoredText.Of(read.Profile), "who stays");
        }
        else
        {
            await stage.GoneAsync("erased", expected).ConfigureAwait(false);
        }

        return isFirst;
    }

    /// <summary>An erasure that keeps marks and guards.</summary>
    private static ErasureWrite Guarded(ErasingStage stage, CustomerProfile profile) =>
        stage.Write(
            profile,
            marks: stage.Marks(profile, ErasureMarkKind.DoNotLookUp),
            guardSince: Scene.Start,
            guardUntil: Scene.Start + Duration.FromDays(7)
        );

    private static ConversationRecord OfCaller(int caller) =>
        new($"of caller {caller}", ConversationDirection.Received, Scene.Start + Duration.FromMinutes(1));

    private static NewCustomer Coming(ErasingStage stage, CustomerProfile profile, ConversationRecord conversation) =>
        stage.Coming(profile.Identities[0], conversation, checks: stage.Scene.Provider);

    /// <summary>Erases beside calls of other callers.</summary>
    /// <returns>The results of the others.</returns>
    private static async Task<ConversationLookup?[]> BesideAsync(
        ErasingStage stage,
        ErasureWrite write,
        Func<int, Task<ConversationLookup?>> other,
        Action<EraseResult>? erased = null
    ) =>
        [
            .. (
                await stage
                    .Scene.AtOnceAsync(
                        stage.Scene.UnderTest.Callers,
                        async caller =>
                        {
                            if (caller != 0)
                            {
                                return await other(caller).ConfigureAwait(false);
                            }

                            if (erased is null)
                            {
                                await stage.EraseAsync(write).ConfigureAwait(false);
                            }
                            else
                            {
                                erased(await stage.TryAsync(write).ConfigureAwait(false));
                            }

                            return null;
                        }
                    )
                    .ConfigureAwait(false)
            ).Skip(1),
        ];

    private static async Task Erasing_the_absorbed_of_a_merge(ErasingStage stage, MergingStage merging)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        var plan = await merging.PlanAsync(ada, ben).ConfigureAwait(false);
        var before = await scene.ReadAsync(ben).ConfigureAwait(false);
        var (isMerged, erased) = await MergeAndEraseAsync(stage, plan, ada, includesAbsorbed: false)
            .ConfigureAwait(false);
        if (isMerged)
        {
            scene.Same(
                StoredText.Of(new EraseResult.NotFound()),
                StoredText.Of(erased),
                "erasing who was absorbed by then"
            );
            await merging.LeadsAsync(ada, ben, plan, "merged").ConfigureAwait(false);
            await merging.OwnedAsync(ada.Identities[0], ben, "merged").ConfigureAwait(false);
        }
        else
        {
            scene.Is(true, erased is EraseResult.Erased, $"the erasure came first: {StoredText.Of(erased)}");
            await stage.GoneAsync("erased", ada).ConfigureAwait(false);
            scene.Same(before, await scene.ReadAsync(ben).ConfigureAwait(false), "who was to stay");
        }

        await RaceCases.OrderlyAsync(scene, [.. ada.Identities, .. ben.Identities]).ConfigureAwait(false);
    }

    private static async Task Erasing_the_survivor_of_a_merge(ErasingStage stage, MergingStage merging)
    {
        foreach (var includesAbsorbed in (bool[])[true, false])
        {
            var scene = stage.Scene.Anew();
            var fresh = new ErasingStage(scene, stage.Store);
            var ada = await fresh.CreateAsync("ada").ConfigureAwait(false);
            var ben = await fresh.CreateAsync("ben").ConfigureAwait(false);
            var plan = await new MergingStage(scene, merging.Store).PlanAsync(ada, ben).ConfigureAwait(false);
            var before = await scene.ReadAsync(ada).ConfigureAwait(false);
            var (isMerged, erased) = await MergeAndEraseAsync(fresh, plan, ben, includesAbsorbed).ConfigureAwait(false);
            if (isMerged && !includesAbsorbed)
            {
                scene.Same(
                    StoredText.Of(new EraseResult.HasMerges([plan.Record.Id])),
                    StoredText.Of(erased),
                    "erasing who has absorbed somebody by then"
                );
                var survivor = await scene.ReadAsync(ben).ConfigureAwait(false);
                scene.Same(StoredText.Of(plan.Into.Profile), StoredText.Of(survivor.Profile), "the survivor");
            }
            else
            {
                scene.Is(true, erased is EraseResult.Erased, $"the customer is erased: {StoredText.Of(erased)}");
                await fresh.GoneAsync("erased", isMerged ? [ada, ben] : [ben]).ConfigureAwait(false);
                if (!isMerged)
                {
                    scene.Same(before, await scene.ReadAsync(ada).ConfigureAwait(false), "who was to be absorbed");
                }
            }

            await RaceCases.OrderlyAsync(scene, [.. ada.Identities, .. ben.Identities]).ConfigureAwait(false);
        }
    }

    private static async Task<(bool IsMerged, EraseResult Erased)> MergeAndEraseAsync(
        ErasingStage stage,
        MergePlan plan,
        CustomerProfile profile,
        bool includesAbsorbed
    )
    {
        EraseResult? erased = null;
        var results = await stage
            .Scene.AtOnceAsync(
                2,
                async i =>
                {
                    if (i == 0)
                    {
                        erased = await stage.TryCurrentAsync(profile, includesAbsorbed).ConfigureAwait(false);
                        return false;
                    }

                    return await ((IMergingStore)stage.Scene.Other)
                        .MergeAsync(plan.Write(), stage.Scene.Cancel)
                        .ConfigureAwait(false);
                }
            )
            .ConfigureAwait(false);
        return (results[1], erased!);
    }
}
