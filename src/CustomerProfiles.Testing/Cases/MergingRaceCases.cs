using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Merging beside other calls: the result must equal that of some sequential order.</summary>
internal static class MergingRaceCases
{
    private const string OneSurvivor = "Of customers who are merged at the same moment, one survives.";
    private const string Whole = "A merge is written as a whole, or something else came first.";

    private static readonly Case Case = new("races");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Of(OneSurvivor, Two_customers_merged_into_each_other),
        Of(OneSurvivor, Merging_into_who_is_merged_into_another),
        Of(OneSurvivor, Customers_merged_in_a_ring),
        Of(Whole, Merging_and_updating),
        Of(Whole, Merging_and_suppressing),
        Of(Whole, Merging_and_completing_a_check),
        Of("A conversation beside a merge is kept, and makes no second customer.", Merging_and_recording_conversations),
        Of("A merge is undone once.", One_of_several_undoes_a_merge),
        Of("A journal is replaced only as it was read.", One_of_several_redacts_a_merge),
    ];

    private static StoreConformanceCase Of(
        string rule,
        Func<MergingStage, Task> race,
        [CallerArgumentExpression(nameof(race))] string name = ""
    ) =>
        MergingCases.Of(
            Case,
            rule,
            stage => RaceCases.RoundsAsync(stage.Scene, (scene, _) => race(new MergingStage(scene, stage.Store))),
            name
        );

    private static async Task Two_customers_merged_into_each_other(MergingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada", scene.Provider).ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben", scene.OtherProvider).ConfigureAwait(false);
        MergePlan[] plans =
        [
            await stage.PlanAsync(ada, ben).ConfigureAwait(false),
            await stage.PlanAsync(ben, ada).ConfigureAwait(false),
        ];
        var written = await scene
            .AtOnceAsync(
                2,
                async i =>
                    await ((IMergingStore)scene.StoreOf(i))
                        .MergeAsync(plans[i].Write(), scene.Cancel)
                        .ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        scene.Same(1, written.Count(isWritten => isWritten), "how many of two merges were written");
        var plan = plans[Array.IndexOf(written, value: true)];
        var (from, into) = plan == plans[0] ? (ada, ben) : (ben, ada);
        await stage.LeadsAsync(from, into, plan, "merged").ConfigureAwait(false);
        await SurvivorAsync(stage, into, [ada, ben]).ConfigureAwait(false);
        await scene
            .PendingAsync("the checks of both", (scene.Provider, 1), (scene.OtherProvider, 1))
            .ConfigureAwait(false);
    }

    private static async Task Merging_into_who_is_merged_into_another(MergingStage stage)
    {
        var scene = stage.Scene;
        var people = await PeopleAsync(stage, 3).ConfigureAwait(false);
        await scene
            .AtOnceAsync(2, i => stage.MergeUntilDoneAsync(people[i].Id, people[i + 1].Id, i))
            .ConfigureAwait(false);
        await SurvivorAsync(stage, people[2], people).ConfigureAwait(false);
    }

    private static async Task Customers_merged_in_a_ring(MergingStage stage)
    {
        var scene = stage.Scene;
        var people = await PeopleAsync(stage, Math.Max(3, scene.UnderTest.Callers)).ConfigureAwait(false);
        var merges = await scene
            .AtOnceAsync(
                people.Length,
                i => stage.MergeUntilDoneAsync(people[i].Id, people[(i + 1) % people.Length].Id, i)
            )
            .ConfigureAwait(false);
        scene.Same(people.Length - 1, merges.Count(plan => plan is not null), "how many merges were written");
        var absorbed = merges.OfType<MergePlan>().Select(plan => plan.Record.From).ToHashSet();
        var survivor = people.Single(person => !absorbed.Contains(person.Id));
        await SurvivorAsync(stage, survivor, people).ConfigureAwait(false);
    }

    private static async Task Merging_and_updating(MergingStage stage)
    {
        foreach (var ofSurvivor in (bool[])[true, false])
        {
            var fresh = new MergingStage(stage.Scene.Anew(), stage.Store);
            var scene = fresh.Scene;
            var ada = await fresh.CreateAsync("ada").ConfigureAwait(false);
            var ben = await fresh.CreateAsync("ben").ConfigureAwait(false);
            var edited = ofSurvivor ? ben : ada;
            var plan = await fresh.PlanAsync(ada, ben).ConfigureAwait(false);
            var next = scene.Next(edited, [.. edited.Identities, scene.NextEmail()], scene.Noted("edited"));
            var results = await scene
                .AtOnceAsync(
                    2,
                    async i =>
                        i == 0
                            ? $"merged {await fresh.TryMergeAsync(plan).ConfigureAwait(false)}"
                            : (await scene.Other.UpdateAsync(next, change: null, scene.Cancel).ConfigureAwait(false))
                                .GetType()
                                .Name
                )
                .ConfigureAwait(false);
            var isMerged = string.Equals(results[0], "merged True", StringComparison.Ordinal);
            var refused = ofSurvivor ? nameof(UpdateResult.Stale) : nameof(UpdateResult.NotFound);
            scene.Same(isMerged ? refused : nameof(UpdateResult.Updated), results[1], $"the edit, {results[0]}");
            var read = await scene.ReadAsync(isMerged ? ben : edited).ConfigureAwait(false);
            scene.Same(
                StoredText.Of(isMerged ? plan.Into.Profile : next),
                StoredText.Of(read.Profile),
                "one of both is written whole"
            );
            await RaceCases
                .OrderlyAsync(scene, [.. ada.Identities, .. ben.Identities, .. next.Identities])
                .ConfigureAwait(false);
        }
    }

    private static async Task Merging_and_suppressing(MergingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada", scene.Provider).ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        await scene
            .AtOnceAsync(
                2,
                async i =>
                {
                    if (i == 0)
                    {
                        await stage.MergeUntilDoneAsync(ada.Id, ben.Id).ConfigureAwait(false);
                    }
                    else
                    {
                        await scene
                            .Other.SetSuppressedAsync(scene.Tenant, ada.Identities[0], suppressed: true, scene.Cancel)
                            .ConfigureAwait(false);
                    }

                    return i;
                }
            )
            .ConfigureAwait(false);
        scene.Is(true, (await scene.ReadAsync(ben).ConfigureAwait(false)).IsSuppressed, "the survivor is suppressed");
        await scene.NothingToClaimAsync("the check of who is suppressed").ConfigureAwait(false);
    }

    private static async Task Merging_and_completing_a_check(MergingStage stage)
    {
        foreach (var ofSurvivor in (bool[])[true, false])
        {
            var fresh = new MergingStage(stage.Scene.Anew(), stage.Store);
            var scene = fresh.Scene;
            var ada = await fresh.CreateAsync("ada", ofSurvivor ? [] : [scene.Provider]).ConfigureAwait(false);
            var ben = await fresh.CreateAsync("ben", ofSurvivor ? [scene.Provider] : []).ConfigureAwait(false);
            var claim = await scene.ClaimAsync().ConfigureAwait(false);
            scene.Later();
            var results = await scene
                .AtOnceAsync(
                    2,
                    async i =>
                    {
                        if (i == 0)
                        {
                            await fresh.MergeUntilDoneAsync(ada.Id, ben.Id).ConfigureAwait(false);
                            return "";
                        }

                        // As a runner does: a check whose customer was absorbed meanwhile is the survivor's.
                        var result = await CompleteAsync(scene, claim).ConfigureAwait(false);
                        return result is CompleteResult.LeaseLost && !ofSurvivor
                            ? StoredText.Of(
                                await CompleteAsync(
                                        scene,
                                        claim with
                                        {
                                            Profile = (await scene.ReadAsync(ben).ConfigureAwait(false)).Profile,
                                        }
                                    )
                                    .ConfigureAwait(false)
                            )
                            : StoredText.Of(result);
                    }
                )
                .ConfigureAwait(false);
            var about = $"what completing said: {results[1]}";
            var check = await scene.CheckOfAsync(ben).ConfigureAwait(false);
            scene.Same($"{CheckOutcome.NoMatch}", $"{check?.LastOutcome}", $"what the survivor's check found; {about}");
            scene.Same(StoredText.Of(scene.Now), StoredText.Of(check?.LastCheckAt), $"when it was completed; {about}");
            await scene.PendingAsync($"the check is completed; {about}").ConfigureAwait(false);
        }

        static async Task<CompleteResult> CompleteAsync(Scene scene, CheckClaim held) =>
            await scene
                .Other.CompleteCheckAsync(
                    held,
                    CheckOutcome.NoMatch,
                    profile: null,
                    change: null,
                    scene.Now,
                    scene.Cancel
                )
                .ConfigureAwait(false);
    }

    private static async Task Merging_and_recording_conversations(MergingStage stage)
    {
        const int merges = 5;
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        var told = await scene
            .AtOnceAsync(
                scene.UnderTest.Callers,
                async caller =>
                {
                    var conversations = new List<ConversationRecord>();
                    for (var i = 0; i < merges; i++)
                    {
                        if (caller == 0)
                        {
                            var merged = await stage.MergeUntilDoneAsync(ada.Id, ben.Id).ConfigureAwait(false);
                            await stage.UnmergeUntilDoneAsync(merged!).ConfigureAwait(false);
                            continue;
                        }

                        var at = scene.Now + Duration.FromMinutes((i * scene.UnderTest.Callers) + caller);
                        var conversation = new ConversationRecord($"{caller} {i}", default, at);
                        var lookup = await scene
                            .StoreOf(caller)
                            .CreatedAsync(
                                new NewCustomer
                                {
                                    Profile = scene.Someone(ada.Identities[0]),
                                    Conversation = conversation,
                                    Checks = [],
                                },
                                scene.Cancel
                            )
                            .ConfigureAwait(false);
                        scene.Is(false, lookup.IsNewCustomer, "a conversation beside a merge creates a customer");
                        scene.Is(true, lookup.IsNewConversation, "a conversation beside a merge is new");
                        conversations.Add(conversation);
                    }

                    return conversations;
                }
            )
            .ConfigureAwait(false);

        await stage.ListedAsync("nobody was added", ada, ben).ConfigureAwait(false);
        foreach (var conversation in told.SelectMany(conversations => conversations))
        {
            await stage
                .RecordedAsync("after all merges", isNew: false, ada, ada.Identities[0], conversation)
                .ConfigureAwait(false);
        }

        var last = told.SelectMany(conversations => conversations).Max(conversation => conversation.At);
        await stage
            .FoundAsync(
                new ProfileSearchQuery { LastConversationSince = scene.Now + Duration.FromMinutes(1) },
                "who wrote beside the merges",
                ada
            )
            .ConfigureAwait(false);
        await stage
            .FoundAsync(new ProfileSearchQuery { LastConversationSince = last }, "whose conversation was the last", ada)
            .ConfigureAwait(false);
    }

    private static async Task One_of_several_undoes_a_merge(MergingStage stage)
    {
        var scene = stage.Scene;
        var people = await PeopleAsync(stage, 2).ConfigureAwait(false);
        var merged = await stage.MergeAsync(people[0], people[1]).ConfigureAwait(false);
        var plan = await stage.PlanUnmergingAsync(merged).ConfigureAwait(false);
        var undone = await scene
            .AtOnceAsync(
                scene.UnderTest.Callers,
                async i =>
                    await ((IMergingStore)scene.StoreOf(i))
                        .UnmergeAsync(plan.Write(), scene.Cancel)
                        .ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        scene.Same(1, undone.Count(isUndone => isUndone), $"how many of {undone.Length} callers undid the merge");
        await stage.ListedAsync("both", people).ConfigureAwait(false);
        foreach (var person in people)
        {
            await stage.OwnedAsync(person.Identities[0], person, "unmerged").ConfigureAwait(false);
        }
    }

    private static async Task One_of_several_redacts_a_merge(MergingStage stage)
    {
        var scene = stage.Scene;
        var people = await PeopleAsync(stage, 2).ConfigureAwait(false);
        var merged = await stage.MergeAsync(people[0], people[1]).ConfigureAwait(false);
        var redaction = await MergingForgettingCases.RedactionAsync(stage, merged).ConfigureAwait(false);
        var written = await scene
            .AtOnceAsync(
                scene.UnderTest.Callers,
                async i =>
                    await ((IMergingStore)scene.StoreOf(i))
                        .RedactMergeAsync(redaction, scene.Cancel)
                        .ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        scene.Same(1, written.Count(isWritten => isWritten), $"how many of {written.Length} redactions were written");
        var read = await stage.ReadMergeAsync(merged).ConfigureAwait(false);
        scene.Same(StoredText.Quoted(redaction.Journal), StoredText.Quoted(read.Journal), "the journal");
    }

    private static async Task<CustomerProfile[]> PeopleAsync(MergingStage stage, int count)
    {
        var people = new CustomerProfile[count];
        for (var i = 0; i < count; i++)
        {
            people[i] = await stage.CreateAsync($"{i}").ConfigureAwait(false);
        }

        return people;
    }

    /// <summary>Asserts that one customer is left, to whom all ids and identities lead.</summary>
    private static async Task SurvivorAsync(MergingStage stage, CustomerProfile survivor, CustomerProfile[] people)
    {
        var scene = stage.Scene;
        await stage.ListedAsync("the survivor", survivor).ConfigureAwait(false);
        foreach (var person in people)
        {
            var leads = await stage
                .Store.FindSurvivorAsync(scene.Tenant, person.Id, scene.Cancel)
                .ConfigureAwait(false);
            scene.Same($"{survivor.Id}", $"{leads?.Survivor ?? person.Id}", "where an id leads");
            await stage.OwnedAsync(person.Identities[0], survivor, "merged").ConfigureAwait(false);
        }

        var side = await stage.ReadAsync(survivor).ConfigureAwait(false);
        scene.Same(
            string.Join(
                '\n',
                people.Where(one => one != survivor).Select(one => $"{one.Id}").Order(StringComparer.Ordinal)
            ),
            string.Join('\n', side.Aliases.Select(id => $"{id}").Order(StringComparer.Ordinal)),
            "the ids that the survivor has absorbed"
        );
        await RaceCases.OrderlyAsync(scene, [.. people.SelectMany(person => person.Identities)]).ConfigureAwait(false);
    }
}
