using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Merging two customers, and undoing it.</summary>
internal static class MergingCases
{
    private const string IfAsRead = "MergeAsync writes only if both customers are as they were read.";
    private const string NotFound = "An absorbed customer is found by no other call.";
    private const string Origin =
        "A conversation is recorded, and recognised, under the customer whose identity it was before the merge.";
    private const string Undone = "UnmergeAsync undoes a merge as its caller says, and nothing else.";

    private static readonly Case Case = new("merging");

    /// <summary>
    /// What stops a merge that was planned before it, of a customer with a waiting check and a claimed one.
    /// </summary>
    private static readonly ImmutableArray<(
        string Name,
        Func<MergingStage, CustomerProfile, CheckClaim, Task>
    )> Changes =
    [
        ("an edit", (stage, profile, _) => stage.Scene.UpdateAsync(stage.Scene.Next(profile))),
        ("a requested check", (stage, profile, _) => stage.Scene.RequestAsync(profile, $"three-{stage.Scene.Mark}")),
        ("a claimed check", (stage, _, _) => stage.Scene.ClaimAsync()),
        ("a completed check", (stage, _, claim) => stage.Scene.CompleteAsync(claim, outcome: CheckOutcome.NoMatch)),
        (
            "a released check",
            (stage, _, claim) =>
                stage.Scene.ReleaseAsync(claim, stage.Scene.Now + Duration.FromHours(1), ProviderFailure.Throttled)
        ),
        (
            "a renewed lease",
            (stage, _, claim) => stage.Scene.Store.RenewLeaseAsync(claim, 5 * Scene.Lease, stage.Scene.Cancel).AsTask()
        ),
        ("a disabled provider", (stage, _, _) => stage.Scene.SwitchAsync(on: false, stage.Scene.OtherProvider)),
        (
            "a provider that was disabled and enabled",
            async (stage, _, _) =>
            {
                await stage.Scene.SwitchAsync(on: false, stage.Scene.OtherProvider).ConfigureAwait(false);
                await stage.Scene.SwitchAsync(on: true, stage.Scene.OtherProvider).ConfigureAwait(false);
            }
        ),
        ("a suppressed customer", (stage, profile, _) => stage.Scene.SuppressAsync(profile)),
        (
            "a customer who was suppressed and unsuppressed",
            async (stage, profile, _) =>
            {
                await stage.Scene.SuppressAsync(profile).ConfigureAwait(false);
                await stage.Scene.SuppressAsync(profile, suppressed: false).ConfigureAwait(false);
            }
        ),
        ("a suppressed identity", (stage, profile, _) => stage.Scene.SuppressAsync(profile.Identities[0])),
        (
            "another merge that absorbed them",
            async (stage, profile, _) =>
            {
                var survivor = await stage.CreateAsync("another").ConfigureAwait(false);
                await stage.MergeAsync(profile, survivor).ConfigureAwait(false);
            }
        ),
        (
            "another merge into them",
            async (stage, profile, _) =>
            {
                var absorbed = await stage.CreateAsync("another").ConfigureAwait(false);
                await stage.MergeAsync(absorbed, profile).ConfigureAwait(false);
            }
        ),
    ];

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Of("GetSidesAsync reads nobody as null.", Nobody_has_no_side),
        Of("The survivor is written as the merge gives them.", The_survivor_is_written_as_given),
        Of("The absorbed customer is kept as they were.", The_absorbed_customer_is_kept_as_before),
        Of(IfAsRead, A_merge_that_was_planned_before_a_change_is_not_written),
        Of(IfAsRead, A_conversation_does_not_stop_a_merge),
        Of(IfAsRead, The_same_merge_is_written_once),
        Of("Neither customer of a merge is absorbed.", Absorbed_customers_are_not_merged),
        Of(NotFound, An_absorbed_customer_is_not_found_by_id),
        Of(NotFound, An_absorbed_customer_is_not_listed_and_not_searched),
        Of("The id of an absorbed customer is taken.", The_id_of_an_absorbed_customer_is_taken),
        Of("The identities of the absorbed customer are the survivor's.", Identities_lead_to_the_survivor),
        Of("The identities of the absorbed customer are the survivor's.", The_survivor_can_lose_an_absorbed_identity),
        Of(Origin, A_conversation_from_before_the_merge_is_recognised),
        Of(Origin, A_conversation_during_the_merge_is_recognised_after_it),
        Of(Origin, One_conversation_id_under_both_customers_stays_two_conversations),
        Of(Origin, Conversations_are_recognised_through_several_merges),
        Of(
            "The record of a survivor has the conversations of the ids that they absorbed.",
            The_record_has_the_conversations_of_both
        ),
        Of("Each id keeps its newest conversation record.", Old_conversations_of_the_absorbed_are_removed),
        Of("The survivor has the later last conversation of both.", The_last_conversation_is_the_later_one),
        Of("Absorbed ids lead to the survivor in one step.", Absorbed_ids_lead_to_the_last_survivor),
        Of("The changes of both customers are kept in the history of each.", The_history_of_both_is_written),
        Of("The oldest changes beyond MostKept are removed by a merge too.", The_history_keeps_its_bound),
        Of("GetMergeAsync reads what was merged, with its journal until it is undone.", A_merge_is_read_as_written),
        Of("GetMergesAsync lists the merges that are not undone, newest first.", Merges_are_listed_newest_first),
        Of(Undone, Unmerging_at_once_leaves_both_as_before),
        Of(Undone, What_the_survivor_gained_since_stays_with_them),
        Of(Undone, What_the_survivor_lost_since_does_not_return),
        Of(Undone, The_outer_of_two_merges_is_undone_first),
        Of(Undone, Two_merges_into_one_customer_are_undone_in_any_order),
        Of("UnmergeAsync writes only if both customers are as they were read.", An_unmerge_after_a_change_is_refused),
        Of("A merge is undone once.", The_same_merge_is_undone_once),
        Of("A merge is undone once.", The_same_customers_can_be_merged_again),
        Of("Nothing is shared between two tenants.", Another_tenant_sees_no_merge),
        Of("A cancelled call writes nothing.", A_cancelled_call_writes_nothing),
        Of("A merge happens as a whole or not at all, also when it is cancelled.", A_cancelled_merge_is_whole_or_not),
    ];

    /// <summary>A case that a store without merging passes.</summary>
    public static StoreConformanceCase Of(Case group, string rule, Func<MergingStage, Task> run, string name) =>
        group.Of(
            rule,
            scene => scene.Store is IMergingStore store ? run(new MergingStage(scene, store)) : Task.CompletedTask,
            name
        );

    private static StoreConformanceCase Of(
        string rule,
        Func<MergingStage, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => Of(Case, rule, run, name);

    private static async Task Nobody_has_no_side(MergingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var nobody = CustomerId.New(scene.Now);
        var sides = await stage.Store.GetSidesAsync(scene.Tenant, ada.Id, nobody, scene.Cancel).ConfigureAwait(false);
        scene.Same($"{ada.Id}", $"{sides.From?.Profile.Id}", "the one who exists");
        scene.Is(true, sides.Into is null, "an id that is nobody's has no side");

        sides = await stage.Store.GetSidesAsync(scene.Tenant, nobody, ada.Id, scene.Cancel).ConfigureAwait(false);
        scene.Is(true, sides.From is null, "an id that is nobody's has no side");
        scene.Same($"{ada.Id}", $"{sides.Into?.Profile.Id}", "the one who exists");
        await stage.LeadsAsync(ada, into: null, merge: null, "nobody was merged").ConfigureAwait(false);
    }

    private static async Task The_survivor_is_written_as_given(MergingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        scene.Later();
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        scene.Later();
        var by = new Provenance(ProvenanceSource.Import, "old 'system' \u00e9", scene.Now);
        var merged = await stage
            .MergeAsync(
                ada,
                ben,
                plan =>
                    plan.Into.Profile = new CustomerProfile(
                        ben.Tenant,
                        ben.Id,
                        2,
                        ada.CreatedAt,
                        scene.Now,
                        [ada.Identities[0], ben.Identities[0]],
                        [
                            new FieldValue(ProfileField.Notes, "", "O'Brien \"\\ {}[] \ud83d\ude00 %_\n", by),
                            new FieldValue(ProfileField.Company, "", null, by),
                        ]
                    )
            )
            .ConfigureAwait(false);

        var read = await scene.ReadAsync(ben).ConfigureAwait(false);
        scene.Same(StoredText.Of(merged.Into.Profile), StoredText.Of(read.Profile), "the survivor's profile");
        await stage.ListedAsync("the survivor alone", ben).ConfigureAwait(false);
        await stage.LeadsAsync(ada, ben, merged, "after the merge").ConfigureAwait(false);
        await stage.LeadsAsync(ben, into: null, merge: null, "the survivor").ConfigureAwait(false);

        // The survivor goes on as anybody does.
        scene.Later();
        var next = await scene.UpdateAsync(scene.Next(read.Profile, values: scene.Noted("next"))).ConfigureAwait(false);
        read = await scene.ReadAsync(ben).ConfigureAwait(false);
        scene.Same(StoredText.Of(next), StoredText.Of(read.Profile), "the survivor's next version");
    }

    private static async Task The_absorbed_customer_is_kept_as_before(MergingStage stage)
    {
        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        var before = await stage.ReadAsync(ada, ben).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);

        var (from, into) = await stage.ReadAsync(ada, ben).ConfigureAwait(false);
        var scene = stage.Scene;
        scene.Same(StoredText.Of(before.From.Profile), StoredText.Of(from.Profile), "the absorbed customer's profile");
        scene.Same(0, from.Checks.Length, "the absorbed customer's checks");
        scene.Same($"{new AbsorbedInto(ben.Id, merged.Record.Id)}", $"{from.Absorbed}", "where their id leads");
        scene.Is(true, into.Absorbed is null, "the survivor is not absorbed");
        scene.Same($"{ada.Id}", string.Join(' ', into.Aliases), "the ids that the survivor has absorbed");
        scene.Same(0, from.Aliases.Length, "the ids that the absorbed customer has absorbed");
    }

    private static async Task A_merge_that_was_planned_before_a_change_is_not_written(MergingStage stage)
    {
        foreach (var (name, change) in Changes)
        {
            foreach (var changesFrom in (bool[])[true, false])
            {
                var fresh = new MergingStage(stage.Scene.Anew(), stage.Store);
                var scene = fresh.Scene;
                var changed = await fresh
                    .CreateAsync("changed", scene.Provider, scene.OtherProvider)
                    .ConfigureAwait(false);
                var other = await fresh.CreateAsync("other").ConfigureAwait(false);
                var claim = await scene.ClaimAsync(scene.OtherProvider).ConfigureAwait(false);
                scene.Later();
                var (from, into) = changesFrom ? (changed, other) : (other, changed);
                var plan = await fresh.PlanAsync(from, into).ConfigureAwait(false);
                await change(fresh, changed, claim).ConfigureAwait(false);

                var about = $"{name} after {(changesFrom ? "the absorbed" : "the survivor")} was read";
                var before = await fresh.TellAsync(from, into).ConfigureAwait(false);
                scene.Is(false, await fresh.TryMergeAsync(plan).ConfigureAwait(false), $"a merge: {about}");
                scene.Same(before, await fresh.TellAsync(from, into).ConfigureAwait(false), $"everything: {about}");
                scene.Is(
                    true,
                    await fresh.Store.GetMergeAsync(scene.Tenant, plan.Record.Id, scene.Cancel).ConfigureAwait(false)
                        is null,
                    $"no merge was written: {about}"
                );
                if ((await fresh.ReadAsync(changed).ConfigureAwait(false)).Absorbed is null)
                {
                    await fresh.MergeAsync(from, into).ConfigureAwait(false);
                }
            }
        }
    }

    private static async Task A_conversation_does_not_stop_a_merge(MergingStage stage)
    {
        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        var plan = await stage.PlanAsync(ada, ben).ConfigureAwait(false);
        stage.Scene.Later();
        var conversation = stage.Scene.Conversation();
        await stage.RecordAsync(ada.Identities[0], conversation).ConfigureAwait(false);
        await stage.RecordAsync(ben.Identities[0], conversation).ConfigureAwait(false);
        stage.Scene.Is(true, await stage.TryMergeAsync(plan).ConfigureAwait(false), "a merge after conversations");
    }

    private static async Task The_same_merge_is_written_once(MergingStage stage)
    {
        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        var plan = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        var once = await stage.TellAsync(ada, ben).ConfigureAwait(false);
        stage.Scene.Is(false, await stage.TryMergeAsync(plan).ConfigureAwait(false), "the same merge again");
        stage.Scene.Same(once, await stage.TellAsync(ada, ben).ConfigureAwait(false), "nothing was written");
    }

    private static async Task Absorbed_customers_are_not_merged(MergingStage stage)
    {
        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        var cleo = await stage.CreateAsync("cleo").ConfigureAwait(false);
        await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        var before = await stage.TellAsync(ada, ben, cleo).ConfigureAwait(false);
        foreach (var (from, into) in new[] { (ada, cleo), (cleo, ada), (ada, ben), (ben, ada) })
        {
            var plan = await stage.PlanAsync(from, into).ConfigureAwait(false);
            stage.Scene.Is(false, await stage.TryMergeAsync(plan).ConfigureAwait(false), "one of them is absorbed");
            stage.Scene.Same(before, await stage.TellAsync(ada, ben, cleo).ConfigureAwait(false), "nothing written");
        }
    }

    private static async Task An_absorbed_customer_is_not_found_by_id(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        var edit = Change(scene, HistoryKind.Edit);
        ada = scene.Next(ada);
        await scene.Store.UpdateAsync(ada, edit, scene.Cancel).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        var before = await stage.TellAsync(ada, ben).ConfigureAwait(false);

        var read = await scene.Store.GetAsync(ada.Tenant, ada.Id, scene.Cancel).ConfigureAwait(false);
        scene.Same("nobody", StoredText.Of(read), "GetAsync");
        foreach (var version in new[] { scene.Next(ada), scene.Next(merged.Into.Profile) })
        {
            var next = new CustomerProfile(
                ada.Tenant,
                ada.Id,
                version.Version,
                ada.CreatedAt,
                scene.Now,
                ada.Identities,
                scene.Noted("too late")
            );
            var result = await scene.Store.UpdateAsync(next, change: null, scene.Cancel).ConfigureAwait(false);
            scene.Same(nameof(UpdateResult.NotFound), StoredText.Of(result), "UpdateAsync");
        }

        scene.Is(
            false,
            await scene.RequestAsync(ada, $"three-{scene.Mark}").ConfigureAwait(false),
            "RequestCheckAsync"
        );
        scene.Is(false, await scene.SuppressAsync(ada).ConfigureAwait(false), "SetSuppressedAsync");
        scene.Is(false, await scene.SuppressAsync(ada, suppressed: false).ConfigureAwait(false), "unsuppressing");
        var merges = await stage.Store.GetMergesAsync(ada.Tenant, ada.Id, scene.Cancel).ConfigureAwait(false);
        scene.Same(0, merges.Length, "GetMergesAsync");
        if (scene.Store is IHistoryStore history)
        {
            scene.Is(
                true,
                await history.GetHistoryAsync(ada.Tenant, ada.Id, scene.Cancel).ConfigureAwait(false) is null,
                "GetHistoryAsync"
            );
        }

        if (scene.Store is IExportStore export)
        {
            scene.Is(
                true,
                await export.GetRecordAsync(ada.Tenant, ada.Id, scene.Cancel).ConfigureAwait(false) is null,
                "GetRecordAsync"
            );
        }

        scene.Same(before, await stage.TellAsync(ada, ben).ConfigureAwait(false), "none of these calls wrote anything");
    }

    private static async Task An_absorbed_customer_is_not_listed_and_not_searched(MergingStage stage)
    {
        var scene = stage.Scene;
        var people = new List<CustomerProfile>();
        foreach (var name in (string[])["zephyr one", "zephyr two", "zephyr three", "zephyr four", "other"])
        {
            var value = new PersonName(name);
            var by = new Provenance(ProvenanceSource.Agent, "kim", scene.Now);
            people.Add(
                await scene
                    .CreateAsync(scene.Someone(values: [new FieldValue(ProfileField.Name, "", value, by)]))
                    .ConfigureAwait(false)
            );
            scene.Later();
        }

        var first = await stage.MergeAsync(people[1], people[4]).ConfigureAwait(false);
        var second = await stage.MergeAsync(people[3], people[2]).ConfigureAwait(false);
        await stage.ListedAsync("three are left", people[0], people[2], people[4]).ConfigureAwait(false);
        var byName = new ProfileSearchQuery { Text = "zephyr", Order = ProfileOrder.LastConversation };
        await stage.FoundAsync(byName, "by a name", people[2], people[0]).ConfigureAwait(false);
        await stage
            .FoundAsync(
                new ProfileSearchQuery { Order = ProfileOrder.LastConversation },
                "everybody",
                people[4],
                people[2],
                people[0]
            )
            .ConfigureAwait(false);
        await stage
            .FoundAsync(new ProfileSearchQuery { CreatedSince = people[4].CreatedAt }, "by the time of creation")
            .ConfigureAwait(false);
        await stage
            .FoundAsync(new ProfileSearchQuery { Text = "two" }, "by what the merge did not take over")
            .ConfigureAwait(false);

        await stage.UnmergeAsync(first).ConfigureAwait(false);
        await stage.UnmergeAsync(second).ConfigureAwait(false);
        await stage.ListedAsync("all again", [.. people]).ConfigureAwait(false);
        await stage
            .FoundAsync(byName, "by a name, again", people[3], people[2], people[1], people[0])
            .ConfigureAwait(false);
        await stage
            .FoundAsync(
                new ProfileSearchQuery { CreatedSince = people[4].CreatedAt },
                "by the time of creation, again",
                people[4]
            )
            .ConfigureAwait(false);
    }

    private static async Task The_id_of_an_absorbed_customer_is_taken(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        var before = await stage.TellAsync(ada, ben).ConfigureAwait(false);
        scene.Same(
            StoredText.Of(new AddResult.IdTaken()),
            await AddingCases.AddAsync(scene, scene.Tenant, scene.Someone(id: ada.Id)).ConfigureAwait(false),
            "adding somebody with the id"
        );
        scene.Same(before, await stage.TellAsync(ada, ben).ConfigureAwait(false), "nothing was written");
    }

    private static async Task Identities_lead_to_the_survivor(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        var cleo = await stage.CreateAsync("cleo").ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        var survivor = await scene.ReadAsync(ben).ConfigureAwait(false);
        foreach (var identity in merged.Into.Profile.Identities)
        {
            var found = await scene.Store.FindAsync(scene.Tenant, identity, scene.Cancel).ConfigureAwait(false);
            scene.Same(survivor, found, $"reading by {StoredText.Of(identity)}");
        }

        var all = await scene
            .Store.FindAllAsync(scene.Tenant, [.. ada.Identities, .. ben.Identities], scene.Cancel)
            .ConfigureAwait(false);
        scene.Same($"{ben.Id}", string.Join(' ', all.Select(one => one.Id)), "reading by the identities of both");

        var taken = new AddResult.IdentityTaken(ada.Identities[0], ben.Id);
        scene.Same(
            StoredText.Of(taken),
            await AddingCases.AddAsync(scene, scene.Tenant, scene.Someone(ada.Identities[0])).ConfigureAwait(false),
            "adding somebody with an absorbed identity"
        );
        var gains = scene.Next(cleo, [.. cleo.Identities, ada.Identities[1]]);
        scene.Same(
            StoredText.Of(new UpdateResult.IdentityTaken(ada.Identities[1], ben.Id)),
            StoredText.Of(await scene.Store.UpdateAsync(gains, change: null, scene.Cancel).ConfigureAwait(false)),
            "another customer who gains an absorbed identity"
        );
        var created = await scene
            .Store.CreatedAsync(
                new NewCustomer
                {
                    Profile = scene.Someone(ada.Identities[0]),
                    Conversation = scene.Conversation(),
                    Checks = [scene.Provider],
                },
                scene.Cancel
            )
            .ConfigureAwait(false);
        scene.Is(false, created.IsNewCustomer, "creating somebody with an absorbed identity creates nobody");
        scene.Same(survivor, created.Customer, "creating somebody with an absorbed identity");
    }

    private static async Task The_survivor_can_lose_an_absorbed_identity(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        var known = scene.Conversation();
        await stage.RecordAsync(ada.Identities[0], known).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        await scene
            .UpdateAsync(scene.Next(merged.Into.Profile, [.. ben.Identities, ada.Identities[1]]))
            .ConfigureAwait(false);
        await stage.OwnedAsync(ada.Identities[0], owner: null, "after the survivor lost it").ConfigureAwait(false);

        var cleo = await scene.CreateAsync(scene.Someone(ada.Identities[0])).ConfigureAwait(false);
        await stage
            .RecordedAsync("under its next owner", isNew: true, cleo, ada.Identities[0], known)
            .ConfigureAwait(false);
    }

    private static async Task A_conversation_from_before_the_merge_is_recognised(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        var ofAda = scene.Conversation("ada's");
        var ofBen = scene.Conversation("ben's");
        await stage.RecordAsync(ada.Identities[1], ofAda).ConfigureAwait(false);
        await stage.RecordAsync(ben.Identities[0], ofBen).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        scene.Later();
        var again = scene.Conversation("ada's");
        var lookup = await stage.RecordAsync(ada.Identities[0], again).ConfigureAwait(false);
        scene.Is(false, lookup.IsNewConversation, "redelivered by the absorbed customer's identity");
        scene.Same(StoredText.Of(ofAda), StoredText.Of(lookup.FirstRecorded), "as it was first recorded");
        scene.Same(
            StoredText.Of(merged.Into.Profile),
            StoredText.Of(lookup.Customer.Profile),
            "the customer of the conversation is the survivor"
        );
        await stage.RecordedAsync("redelivered", isNew: false, ben, ben.Identities[0], ofBen).ConfigureAwait(false);

        await stage.UnmergeAsync(merged).ConfigureAwait(false);
        await stage
            .RecordedAsync("redelivered after unmerging", isNew: false, ada, ada.Identities[0], ofAda)
            .ConfigureAwait(false);
        await stage
            .RecordedAsync("redelivered after unmerging", isNew: false, ben, ben.Identities[0], ofBen)
            .ConfigureAwait(false);
    }

    private static async Task A_conversation_during_the_merge_is_recognised_after_it(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        var ofAda = scene.Conversation();
        var ofBen = scene.Conversation();
        foreach (var isNew in (bool[])[true, false])
        {
            await stage.RecordedAsync("merged", isNew, ben, ada.Identities[0], ofAda).ConfigureAwait(false);
            await stage.RecordedAsync("merged", isNew, ben, ben.Identities[0], ofBen).ConfigureAwait(false);
        }

        await stage.RecordedAsync("merged", isNew: false, ben, ada.Identities[1], ofAda).ConfigureAwait(false);
        await stage.UnmergeAsync(merged).ConfigureAwait(false);
        await stage
            .RecordedAsync("of the absorbed, after unmerging", isNew: false, ada, ada.Identities[1], ofAda)
            .ConfigureAwait(false);
        await stage
            .RecordedAsync("of the survivor, after unmerging", isNew: false, ben, ben.Identities[0], ofBen)
            .ConfigureAwait(false);
        await stage
            .RecordedAsync("of the other, after unmerging", isNew: true, ben, ben.Identities[0], ofAda)
            .ConfigureAwait(false);
    }

    private static async Task One_conversation_id_under_both_customers_stays_two_conversations(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        var before = scene.Conversation();
        await stage.RecordAsync(ada.Identities[0], before).ConfigureAwait(false);
        await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        await stage
            .RecordedAsync("by the other identity", isNew: true, ben, ben.Identities[0], before)
            .ConfigureAwait(false);
        var since = scene.Conversation();
        foreach (var isNew in (bool[])[true, false])
        {
            await stage.RecordedAsync("since", isNew, ben, ben.Identities[0], since).ConfigureAwait(false);
            await stage.RecordedAsync("since", isNew, ben, ada.Identities[0], since).ConfigureAwait(false);
        }

        await stage.RecordedAsync("again", isNew: false, ben, ben.Identities[0], before).ConfigureAwait(false);
        await stage.RecordedAsync("again", isNew: false, ben, ada.Identities[0], before).ConfigureAwait(false);
    }

    private static async Task Conversations_are_recognised_through_several_merges(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        var cleo = await stage.CreateAsync("cleo").ConfigureAwait(false);
        var before = scene.Conversation();
        await stage.RecordAsync(ada.Identities[0], before).ConfigureAwait(false);
        var inner = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        var between = scene.Conversation();
        await stage.RecordAsync(ada.Identities[0], between).ConfigureAwait(false);
        var outer = await stage.MergeAsync(ben, cleo).ConfigureAwait(false);
        var after = scene.Conversation();
        await stage.RecordedAsync("merged twice", isNew: true, cleo, ada.Identities[0], after).ConfigureAwait(false);
        ConversationRecord[] all = [before, between, after];
        foreach (var conversation in all)
        {
            await stage
                .RecordedAsync("merged twice", isNew: false, cleo, ada.Identities[1], conversation)
                .ConfigureAwait(false);
        }

        await stage.UnmergeAsync(outer).ConfigureAwait(false);
        foreach (var conversation in all)
        {
            await stage
                .RecordedAsync("the outer merge is undone", isNew: false, ben, ada.Identities[0], conversation)
                .ConfigureAwait(false);
        }

        await stage.UnmergeAsync(inner).ConfigureAwait(false);
        foreach (var conversation in all)
        {
            await stage
                .RecordedAsync("both are undone", isNew: false, ada, ada.Identities[0], conversation)
                .ConfigureAwait(false);
        }

        await stage
            .RecordedAsync("under the first survivor", isNew: true, ben, ben.Identities[0], before)
            .ConfigureAwait(false);
        await stage
            .RecordedAsync("under the second survivor", isNew: true, cleo, cleo.Identities[0], after)
            .ConfigureAwait(false);
    }

    private static async Task The_record_has_the_conversations_of_both(MergingStage stage)
    {
        var scene = stage.Scene;
        if (scene.Store is not IExportStore export)
        {
            return;
        }

        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        scene.Later();
        var first = scene.Conversation("1");
        await stage.RecordAsync(ada.Identities[0], first).ConfigureAwait(false);
        scene.Later();
        var second = scene.Conversation("2");
        await stage.RecordAsync(ben.Identities[0], second).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        scene.Later();
        var third = scene.Conversation("3");
        await stage.RecordAsync(ada.Identities[0], third).ConfigureAwait(false);

        await LastOfRecordAsync("of both, oldest first", ben, first, second, third).ConfigureAwait(false);
        await stage.UnmergeAsync(merged).ConfigureAwait(false);
        await LastOfRecordAsync("of the absorbed, after unmerging", ada, first, third).ConfigureAwait(false);
        await LastOfRecordAsync("of the survivor, after unmerging", ben, second).ConfigureAwait(false);

        // Without the first conversation of each, by which they were created.
        async Task LastOfRecordAsync(string about, CustomerProfile profile, params ConversationRecord[] expected)
        {
            var record = await export.GetRecordAsync(scene.Tenant, profile.Id, scene.Cancel).ConfigureAwait(false);
            scene.Same(
                string.Join('\n', expected.Select(StoredText.Of)),
                string.Join('\n', record!.Conversations.Where(one => one.Id.Length == 1).Select(StoredText.Of)),
                $"the conversations {about}"
            );
        }
    }

    private static async Task Old_conversations_of_the_absorbed_are_removed(MergingStage stage)
    {
        var scene = stage.Scene;
        if (scene.Store is not IRetentionStore retention)
        {
            return;
        }

        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        var ofAda = scene.Conversation();
        await stage.RecordAsync(ada.Identities[0], ofAda with { At = scene.Later(60) }).ConfigureAwait(false);
        var ofBen = scene.Conversation();
        await stage.RecordAsync(ben.Identities[0], ofBen with { At = scene.Later(60) }).ConfigureAwait(false);
        await stage.MergeAsync(ada, ben).ConfigureAwait(false);

        var removed = 0;
        CustomerId? next = null;
        do
        {
            var removal = await retention
                .RemoveConversationsAsync(scene.Tenant, scene.Later(60), next, 100, scene.Cancel)
                .ConfigureAwait(false);
            removed += removal.Removed;
            next = removal.Next;
        } while (next is not null);

        scene.Same(2, removed, "the first conversation of each is removed");
        await stage.RecordedAsync("the newest", isNew: false, ben, ada.Identities[0], ofAda).ConfigureAwait(false);
        await stage.RecordedAsync("the newest", isNew: false, ben, ben.Identities[0], ofBen).ConfigureAwait(false);
    }

    private static async Task The_last_conversation_is_the_later_one(MergingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var byLast = new ProfileSearchQuery { Order = ProfileOrder.LastConversation };
        scene.Later();
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        scene.Later();
        var cleo = await stage.CreateAsync("cleo").ConfigureAwait(false);
        scene.Later();
        await stage.RecordAsync(ada.Identities[0], scene.Conversation()).ConfigureAwait(false);

        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        await stage.FoundAsync(byLast, "the absorbed customer's is the latest", ben, cleo).ConfigureAwait(false);
        scene.Later();
        await stage.RecordAsync(cleo.Identities[0], scene.Conversation()).ConfigureAwait(false);
        await stage.FoundAsync(byLast, "another customer's is the latest", cleo, ben).ConfigureAwait(false);
        scene.Later();
        await stage.RecordAsync(ada.Identities[0], scene.Conversation()).ConfigureAwait(false);
        await stage.FoundAsync(byLast, "one by the absorbed's identity", ben, cleo).ConfigureAwait(false);

        await stage.UnmergeAsync(merged).ConfigureAwait(false);
        await stage.FoundAsync(byLast, "after unmerging", ada, cleo, ben).ConfigureAwait(false);
        merged = await stage.MergeAsync(ben, ada).ConfigureAwait(false);
        await stage.FoundAsync(byLast, "the survivor's is the latest", ada, cleo).ConfigureAwait(false);
        await stage.UnmergeAsync(merged).ConfigureAwait(false);
        await stage.FoundAsync(byLast, "after unmerging again", ada, cleo, ben).ConfigureAwait(false);
    }

    private static async Task Absorbed_ids_lead_to_the_last_survivor(MergingStage stage)
    {
        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        var cleo = await stage.CreateAsync("cleo").ConfigureAwait(false);
        var inner = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        var outer = await stage.MergeAsync(ben, cleo).ConfigureAwait(false);
        await stage.LeadsAsync(ada, cleo, inner, "merged twice").ConfigureAwait(false);
        await stage.LeadsAsync(ben, cleo, outer, "merged once").ConfigureAwait(false);
        await stage.LeadsAsync(cleo, into: null, merge: null, "the survivor").ConfigureAwait(false);
        await stage.ListedAsync("one is left", cleo).ConfigureAwait(false);

        var (from, into) = await stage.ReadAsync(ben, cleo).ConfigureAwait(false);
        stage.Scene.Same(0, from.Aliases.Length, "an absorbed customer has no aliases");
        stage.Scene.Same(Ids(ada.Id, ben.Id), Ids([.. into.Aliases]), "the survivor's aliases");
        foreach (var identity in ada.Identities.AddRange(ben.Identities))
        {
            await stage.OwnedAsync(identity, cleo, "merged").ConfigureAwait(false);
        }
    }

    private static async Task The_history_of_both_is_written(MergingStage stage)
    {
        var scene = stage.Scene;
        if (scene.Store is not IHistoryStore history)
        {
            return;
        }

        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        ada = scene.Next(ada, values: scene.Noted("next"));
        await scene.Store.UpdateAsync(ada, Change(scene, HistoryKind.Edit), scene.Cancel).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben, plan => Changing(plan, HistoryKind.Merge)).ConfigureAwait(false);
        await KeptAsync("the survivor's after the merge", ben, "1 v2 Merge").ConfigureAwait(false);

        await stage.UnmergeAsync(merged, plan => Changing(plan, HistoryKind.Unmerge)).ConfigureAwait(false);
        await KeptAsync("the survivor's", ben, "2 v3 Unmerge", "1 v2 Merge").ConfigureAwait(false);
        await KeptAsync("the absorbed's", ada, "3 v3 Unmerge", "2 v Merge", "1 v2 Edit").ConfigureAwait(false);

        merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        await stage.UnmergeAsync(merged).ConfigureAwait(false);
        await KeptAsync("without a change", ben, "2 v3 Unmerge", "1 v2 Merge").ConfigureAwait(false);

        void Changing(MergePlan plan, HistoryKind kind)
        {
            plan.From.Change = Change(scene, kind);
            plan.Into.Change = Change(scene, kind);
        }

        async Task KeptAsync(string about, CustomerProfile profile, params string[] expected)
        {
            var kept = await history.GetHistoryAsync(scene.Tenant, profile.Id, scene.Cancel).ConfigureAwait(false);
            scene.Same(
                string.Join('\n', expected),
                string.Join(
                    '\n',
                    kept!.Changes.Select(change =>
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{change.Number} v{change.Version} {change.Change.Kind}"
                        )
                    )
                ),
                $"the history is {about}"
            );
        }
    }

    private static async Task The_history_keeps_its_bound(MergingStage stage)
    {
        var scene = stage.Scene;
        if (scene.Store is not IHistoryStore history)
        {
            return;
        }

        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        foreach (var person in (CustomerProfile[])[ada, ben])
        {
            var change = Change(scene, HistoryKind.Edit);
            await scene.Store.UpdateAsync(scene.Next(person), change, scene.Cancel).ConfigureAwait(false);
        }

        var merged = await stage
            .MergeAsync(
                ada,
                ben,
                plan =>
                {
                    plan.From.Change = Change(scene, HistoryKind.Merge, mostKept: 1);
                    plan.Into.Change = Change(scene, HistoryKind.Merge, mostKept: 1);
                }
            )
            .ConfigureAwait(false);
        await stage.UnmergeAsync(merged).ConfigureAwait(false);
        foreach (var person in (CustomerProfile[])[ada, ben])
        {
            var kept = await history.GetHistoryAsync(scene.Tenant, person.Id, scene.Cancel).ConfigureAwait(false);
            scene.Same("2", string.Join(' ', kept!.Changes.Select(change => change.Number)), "the changes kept");
        }
    }

    private static async Task A_merge_is_read_as_written(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        var sides = await stage.ReadAsync(ada, ben).ConfigureAwait(false);

        var read = await stage.ReadMergeAsync(merged).ConfigureAwait(false);
        scene.Same(TextOf(merged.Record), TextOf(read.Record), "the merge");
        scene.Same(StoredText.Quoted(merged.Journal), StoredText.Quoted(read.Journal), "the journal");
        scene.Is(true, read.UndoneAt is null, "it was not undone");
        scene.Same(StoredText.Of(sides.From), StoredText.Of(read.Sides.From!), "the absorbed customer");
        scene.Same(StoredText.Of(sides.Into), StoredText.Of(read.Sides.Into!), "the survivor");
        scene.Same(sides.From.State, read.Sides.From!.State, "the absorbed customer's state");
        scene.Same(sides.Into.State, read.Sides.Into!.State, "the survivor's state");

        scene.Later();
        var undone = await stage.UnmergeAsync(merged).ConfigureAwait(false);
        sides = await stage.ReadAsync(ada, ben).ConfigureAwait(false);
        read = await stage.ReadMergeAsync(merged).ConfigureAwait(false);
        scene.Same(TextOf(merged.Record), TextOf(read.Record), "the merge, undone");
        scene.Same(StoredText.Of(undone.Record.At), StoredText.Of(read.UndoneAt), "when it was undone");
        scene.Is(true, read.Journal is null, "the journal is gone when the merge is undone");
        scene.Same(StoredText.Of(sides.From), StoredText.Of(read.Sides.From!), "the customer who was absorbed");
        scene.Same(StoredText.Of(sides.Into), StoredText.Of(read.Sides.Into!), "the customer who stayed");

        var none = await stage
            .Store.GetMergeAsync(scene.Tenant, MergeId.From(Guid.CreateVersion7()), scene.Cancel)
            .ConfigureAwait(false);
        scene.Is(true, none is null, "there is no such merge");
    }

    private static async Task Merges_are_listed_newest_first(MergingStage stage)
    {
        var scene = stage.Scene;
        var people = new List<CustomerProfile>();
        for (var i = 0; i < 5; i++)
        {
            people.Add(await stage.CreateAsync($"{i}").ConfigureAwait(false));
        }

        var first = await stage.MergeAsync(people[0], people[1]).ConfigureAwait(false);
        scene.Later();
        var second = await stage.MergeAsync(people[2], people[3]).ConfigureAwait(false);
        scene.Later();
        var third = await stage.MergeAsync(people[1], people[3]).ConfigureAwait(false);
        await MergesAsync(people[3], "direct ones and those of the absorbed", third, second, first)
            .ConfigureAwait(false);
        await MergesAsync(people[4], "of who has absorbed nobody").ConfigureAwait(false);
        await stage.UnmergeAsync(third).ConfigureAwait(false);
        await MergesAsync(people[3], "after one is undone", second).ConfigureAwait(false);
        await MergesAsync(people[1], "of who is found again", first).ConfigureAwait(false);

        async Task MergesAsync(CustomerProfile profile, string about, params MergePlan[] expected)
        {
            var merges = await stage.Store.GetMergesAsync(scene.Tenant, profile.Id, scene.Cancel).ConfigureAwait(false);
            scene.Same(
                string.Join('\n', expected.Select(plan => TextOf(plan.Record))),
                string.Join('\n', merges.Select(TextOf)),
                $"the merges {about}"
            );
        }
    }

    private static async Task Unmerging_at_once_leaves_both_as_before(MergingStage stage)
    {
        var scene = stage.Scene;
        var third = $"three-{scene.Mark}";
        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        var cleo = await stage.CreateAsync("cleo").ConfigureAwait(false);
        await stage.MergeAsync(cleo, ada).ConfigureAwait(false);
        await scene.RequestAsync(ada).ConfigureAwait(false);
        await scene.RequestAsync(ada, scene.OtherProvider).ConfigureAwait(false);
        await scene.ClaimAsync(scene.OtherProvider).ConfigureAwait(false);
        await scene.RequestAsync(ben, third).ConfigureAwait(false);
        var claim = await scene.ClaimAsync(third).ConfigureAwait(false);
        scene.Later();
        await scene.CompleteAsync(claim, outcome: CheckOutcome.NoMatch).ConfigureAwait(false);

        var before = await stage.ReadAsync(ada, ben).ConfigureAwait(false);
        var told = await stage.TellAsync(ada, ben).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        await stage.UnmergeAsync(merged).ConfigureAwait(false);

        var after = await stage.ReadAsync(ada, ben).ConfigureAwait(false);
        scene.Same(1, (int)(after.From.Profile.Version - before.From.Profile.Version), "the absorbed's version");
        scene.Same(2, (int)(after.Into.Profile.Version - before.Into.Profile.Version), "the survivor's version");
        scene.Same(
            StoredText.Of(AsOf(before.From)),
            StoredText.Of(AsOf(after.From, before.From)),
            "the customer who was absorbed, but for the version"
        );
        scene.Same(
            StoredText.Of(AsOf(before.Into)),
            StoredText.Of(AsOf(after.Into, before.Into)),
            "the customer who stayed, but for the version"
        );
        scene.Same(
            Unversioned(told),
            Unversioned(await stage.TellAsync(ada, ben).ConfigureAwait(false)),
            "everything that is read of both"
        );

        string Unversioned(string text) =>
            string.Join('\n', text.Split('\n').Where(line => !line.Contains($" v", StringComparison.Ordinal)));

        static MergeSide AsOf(MergeSide side, MergeSide? version = null)
        {
            var (profile, read) = (side.Profile, (version ?? side).Profile);
            return new MergeSide
            {
                Profile = new CustomerProfile(
                    profile.Tenant,
                    profile.Id,
                    read.Version,
                    profile.CreatedAt,
                    read.UpdatedAt,
                    profile.Identities,
                    profile.Values
                ),
                Checks = side.Checks,
                IsMarked = side.IsMarked,
                MarkedBy = side.MarkedBy,
                Marks = side.Marks,
                Aliases = side.Aliases,
                Absorbed = side.Absorbed,
                State = "",
            };
        }
    }

    private static async Task What_the_survivor_gained_since_stays_with_them(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        var gained = scene.NextEmail();
        await scene
            .UpdateAsync(scene.Next(merged.Into.Profile, [.. merged.Into.Profile.Identities, gained]))
            .ConfigureAwait(false);
        await scene.RequestAsync(ben).ConfigureAwait(false);

        var undone = await stage.UnmergeAsync(merged).ConfigureAwait(false);
        await stage.OwnedAsync(gained, ben, "gained since the merge").ConfigureAwait(false);
        foreach (var identity in ada.Identities)
        {
            await stage.OwnedAsync(identity, ada, "the absorbed customer's").ConfigureAwait(false);
        }

        var read = await scene.ReadAsync(ben).ConfigureAwait(false);
        scene.Same(StoredText.Of(undone.Into.Profile), StoredText.Of(read.Profile), "the survivor's profile");
        read = await scene.ReadAsync(ada).ConfigureAwait(false);
        scene.Same(StoredText.Of(undone.From.Profile), StoredText.Of(read.Profile), "the absorbed's profile");
        scene.Same($"{ben.Id}", $"{(await scene.ClaimAsync().ConfigureAwait(false)).CustomerId}", "whose check it is");
    }

    private static async Task What_the_survivor_lost_since_does_not_return(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        await scene
            .UpdateAsync(scene.Next(merged.Into.Profile, [.. ben.Identities, ada.Identities[1]]))
            .ConfigureAwait(false);
        var cleo = await scene.CreateAsync(scene.Someone(ada.Identities[0])).ConfigureAwait(false);

        await stage.UnmergeAsync(merged).ConfigureAwait(false);
        await stage.OwnedAsync(ada.Identities[0], cleo, "another customer's by now").ConfigureAwait(false);
        await stage.OwnedAsync(ada.Identities[1], ada, "the absorbed customer's").ConfigureAwait(false);
        var read = await scene.ReadAsync(ada).ConfigureAwait(false);
        scene.Same(StoredText.Of([ada.Identities[1]]), StoredText.Of(read.Profile.Identities), "the identities");
    }

    private static async Task The_outer_of_two_merges_is_undone_first(MergingStage stage)
    {
        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        var cleo = await stage.CreateAsync("cleo").ConfigureAwait(false);
        var inner = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        var outer = await stage.MergeAsync(ben, cleo).ConfigureAwait(false);

        await stage.UnmergeAsync(outer).ConfigureAwait(false);
        await stage.LeadsAsync(ada, ben, inner, "the outer merge is undone").ConfigureAwait(false);
        await stage.LeadsAsync(ben, into: null, merge: null, "found again").ConfigureAwait(false);
        await stage.ListedAsync("two", ben, cleo).ConfigureAwait(false);
        var (from, into) = await stage.ReadAsync(ben, cleo).ConfigureAwait(false);
        stage.Scene.Same(Ids(ada.Id), Ids([.. from.Aliases]), "the aliases of who is found again");
        stage.Scene.Same(0, into.Aliases.Length, "the aliases of who stayed");
        foreach (var identity in ada.Identities)
        {
            await stage.OwnedAsync(identity, ben, "the outer merge is undone").ConfigureAwait(false);
        }

        await stage.UnmergeAsync(inner).ConfigureAwait(false);
        await stage.LeadsAsync(ada, into: null, merge: null, "both are undone").ConfigureAwait(false);
        await stage.ListedAsync("all", ada, ben, cleo).ConfigureAwait(false);
        foreach (var identity in ada.Identities)
        {
            await stage.OwnedAsync(identity, ada, "both are undone").ConfigureAwait(false);
        }
    }

    private static async Task Two_merges_into_one_customer_are_undone_in_any_order(MergingStage stage)
    {
        foreach (var firstFirst in (bool[])[true, false])
        {
            var fresh = new MergingStage(stage.Scene.Anew(), stage.Store);
            var (ada, ben) = await PairAsync(fresh).ConfigureAwait(false);
            var cleo = await fresh.CreateAsync("cleo").ConfigureAwait(false);
            var first = await fresh.MergeAsync(ada, cleo).ConfigureAwait(false);
            var second = await fresh.MergeAsync(ben, cleo).ConfigureAwait(false);
            await fresh.UnmergeAsync(firstFirst ? first : second).ConfigureAwait(false);
            await fresh.UnmergeAsync(firstFirst ? second : first).ConfigureAwait(false);
            await fresh.ListedAsync("all", ada, ben, cleo).ConfigureAwait(false);
            foreach (var person in (CustomerProfile[])[ada, ben, cleo])
            {
                foreach (var identity in person.Identities)
                {
                    await fresh.OwnedAsync(identity, person, "both are undone").ConfigureAwait(false);
                }
            }
        }
    }

    private static async Task An_unmerge_after_a_change_is_refused(MergingStage stage)
    {
        foreach (var (name, change) in Changes)
        {
            var fresh = new MergingStage(stage.Scene.Anew(), stage.Store);
            var scene = fresh.Scene;
            var ada = await fresh.CreateAsync("ada").ConfigureAwait(false);
            var ben = await fresh.CreateAsync("ben", scene.Provider, scene.OtherProvider).ConfigureAwait(false);
            var claim = await scene.ClaimAsync(scene.OtherProvider).ConfigureAwait(false);
            var merged = await fresh.MergeAsync(ada, ben).ConfigureAwait(false);
            scene.Later();
            var plan = await fresh.PlanUnmergingAsync(merged).ConfigureAwait(false);
            await change(fresh, merged.Into.Profile, claim).ConfigureAwait(false);

            var before = await fresh.TellAsync(ada, ben).ConfigureAwait(false);
            scene.Is(false, await fresh.TryUnmergeAsync(plan).ConfigureAwait(false), $"undoing a merge: {name}");
            scene.Same(before, await fresh.TellAsync(ada, ben).ConfigureAwait(false), $"everything: {name}");
            if ((await fresh.ReadAsync(ben).ConfigureAwait(false)).Absorbed is null)
            {
                await fresh.UnmergeAsync(merged).ConfigureAwait(false);
            }
        }

        var last = new MergingStage(stage.Scene.Anew(), stage.Store);
        var (from, into) = await PairAsync(last).ConfigureAwait(false);
        var ofMarked = await last.MergeAsync(from, into).ConfigureAwait(false);
        var planned = await last.PlanUnmergingAsync(ofMarked).ConfigureAwait(false);
        await last.Scene.SuppressAsync(from.Identities[0]).ConfigureAwait(false);
        last.Scene.Is(
            false,
            await last.TryUnmergeAsync(planned).ConfigureAwait(false),
            "undoing a merge after an identity of the absorbed was suppressed"
        );
    }

    private static async Task The_same_merge_is_undone_once(MergingStage stage)
    {
        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        var plan = await stage.UnmergeAsync(merged).ConfigureAwait(false);
        var once = await stage.TellAsync(ada, ben).ConfigureAwait(false);
        stage.Scene.Is(false, await stage.TryUnmergeAsync(plan).ConfigureAwait(false), "the same again");
        plan = await stage.PlanUnmergingAsync(merged).ConfigureAwait(false);
        stage.Scene.Is(false, await stage.TryUnmergeAsync(plan).ConfigureAwait(false), "undoing what is undone");
        stage.Scene.Same(once, await stage.TellAsync(ada, ben).ConfigureAwait(false), "nothing was written");
    }

    private static async Task The_same_customers_can_be_merged_again(MergingStage stage)
    {
        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        var first = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        await stage.UnmergeAsync(first).ConfigureAwait(false);
        var second = await stage.MergeAsync(ben, ada).ConfigureAwait(false);
        await stage.LeadsAsync(ben, ada, second, "merged the other way round").ConfigureAwait(false);
        await stage.ListedAsync("the survivor", ada).ConfigureAwait(false);

        // The first merge stays undone.
        var plan = await stage.PlanUnmergingAsync(first).ConfigureAwait(false);
        stage.Scene.Is(false, await stage.TryUnmergeAsync(plan).ConfigureAwait(false), "undoing what is undone");
        await stage.UnmergeAsync(second).ConfigureAwait(false);
        await stage.ListedAsync("both", ada, ben).ConfigureAwait(false);
    }

    private static async Task Another_tenant_sees_no_merge(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        var others = new List<CustomerProfile>();
        foreach (var person in (CustomerProfile[])[ada, ben])
        {
            var same = scene.Someone(person.Identities[0], scene.OtherTenant, person.Id);
            others.Add(await scene.CreateAsync(same).ConfigureAwait(false));
        }

        var plan = await stage.PlanAsync(ada, ben).ConfigureAwait(false);
        var write = plan.Write();
        var ofOther = new MergeWrite
        {
            Tenant = new TenantId($"kit-nobody-{scene.Mark}"),
            Merge = write.Merge,
            From = write.From,
            Into = write.Into,
        };
        scene.Is(
            false,
            await stage.Store.MergeAsync(ofOther, scene.Cancel).ConfigureAwait(false),
            "merging customers whom the tenant does not have"
        );
        scene.Is(true, await stage.TryMergeAsync(plan).ConfigureAwait(false), "merging in their own tenant");

        foreach (var other in others)
        {
            var read = await scene.ReadAsync(other).ConfigureAwait(false);
            scene.Same(StoredText.Of(other), StoredText.Of(read.Profile), "a customer of another tenant");
            scene.Same(
                0,
                (
                    await stage.Store.GetMergesAsync(scene.OtherTenant, other.Id, scene.Cancel).ConfigureAwait(false)
                ).Length,
                "the merges of another tenant"
            );
        }

        scene.Is(
            true,
            await stage.Store.FindSurvivorAsync(scene.OtherTenant, ada.Id, scene.Cancel).ConfigureAwait(false) is null,
            "where the id leads in another tenant"
        );
        scene.Is(
            true,
            await stage.Store.GetMergeAsync(scene.OtherTenant, plan.Record.Id, scene.Cancel).ConfigureAwait(false)
                is null,
            "the merge in another tenant"
        );
    }

    private static async Task A_cancelled_call_writes_nothing(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben) = await PairAsync(stage).ConfigureAwait(false);
        var (cleo, dan) = await PairAsync(stage).ConfigureAwait(false);
        var merge = await stage.PlanAsync(ada, ben).ConfigureAwait(false);
        var merged = await stage.MergeAsync(cleo, dan).ConfigureAwait(false);
        var unmerge = await stage.PlanUnmergingAsync(merged).ConfigureAwait(false);
        var redaction = await MergingForgettingCases.RedactionAsync(stage, merged).ConfigureAwait(false);
        var later = scene.Later();
        var before = await stage.TellAsync(ada, ben, cleo, dan).ConfigureAwait(false);
        (string Name, Func<CancellationToken, Task> Act)[] calls =
        [
            ("FindSurvivorAsync", cancel => stage.Store.FindSurvivorAsync(scene.Tenant, cleo.Id, cancel).AsTask()),
            ("GetSidesAsync", cancel => stage.Store.GetSidesAsync(scene.Tenant, ada.Id, ben.Id, cancel).AsTask()),
            ("MergeAsync", cancel => stage.Store.MergeAsync(merge.Write(), cancel).AsTask()),
            ("GetMergeAsync", cancel => stage.Store.GetMergeAsync(scene.Tenant, merged.Record.Id, cancel).AsTask()),
            ("UnmergeAsync", cancel => stage.Store.UnmergeAsync(unmerge.Write(), cancel).AsTask()),
            ("GetMergesAsync", cancel => stage.Store.GetMergesAsync(scene.Tenant, dan.Id, cancel).AsTask()),
            ("RedactMergeAsync", cancel => stage.Store.RedactMergeAsync(redaction, cancel).AsTask()),
            ("LapseMergesAsync", cancel => stage.Store.LapseMergesAsync(scene.Tenant, later, 9, cancel).AsTask()),
        ];
        foreach (var (name, act) in calls)
        {
            var isCancelled = false;
            try
            {
                await act(new CancellationToken(canceled: true)).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                isCancelled = true;
            }

            scene.Is(true, isCancelled, $"{name} with a cancelled token is an OperationCanceledException");
            scene.Same(
                before,
                await stage.TellAsync(ada, ben, cleo, dan).ConfigureAwait(false),
                $"everything after {name} with a cancelled token"
            );
        }
    }

    private static async Task A_cancelled_merge_is_whole_or_not(MergingStage stage)
    {
        var random = new Random(20_260_131);
        for (var round = 0; round < stage.Scene.UnderTest.Rounds; round++)
        {
            var fresh = new MergingStage(stage.Scene.Anew(), stage.Store);
            var scene = fresh.Scene;
            var (ada, ben) = await PairAsync(fresh).ConfigureAwait(false);
            var merge = await fresh.PlanAsync(ada, ben).ConfigureAwait(false);
            merge.From.Change = Change(scene, HistoryKind.Merge);
            merge.Into.Change = Change(scene, HistoryKind.Merge);
            var before = await fresh.TellAsync(ada, ben).ConfigureAwait(false);
            await CancelledAsync(cancel => fresh.Store.MergeAsync(merge.Write(), cancel).AsTask())
                .ConfigureAwait(false);
            if ((await fresh.ReadAsync(ada).ConfigureAwait(false)).Absorbed is null)
            {
                scene.Same(before, await fresh.TellAsync(ada, ben).ConfigureAwait(false), "nothing was merged");
                scene.Is(true, await fresh.TryMergeAsync(merge).ConfigureAwait(false), "the same merge afterwards");
            }

            var merged = await fresh.TellAsync(ada, ben).ConfigureAwait(false);
            await ChangesAsync(ben, 1).ConfigureAwait(false);
            await WholeAsync(merge.Into.Profile, "the survivor").ConfigureAwait(false);
            await fresh.ListedAsync("the survivor", ben).ConfigureAwait(false);

            var unmerge = await fresh.PlanUnmergingAsync(merge).ConfigureAwait(false);
            unmerge.From.Change = Change(scene, HistoryKind.Unmerge);
            unmerge.Into.Change = Change(scene, HistoryKind.Unmerge);
            await CancelledAsync(cancel => fresh.Store.UnmergeAsync(unmerge.Write(), cancel).AsTask())
                .ConfigureAwait(false);
            if ((await fresh.ReadMergeAsync(merge).ConfigureAwait(false)).UndoneAt is null)
            {
                scene.Same(merged, await fresh.TellAsync(ada, ben).ConfigureAwait(false), "nothing was undone");
                scene.Is(true, await fresh.TryUnmergeAsync(unmerge).ConfigureAwait(false), "undoing it afterwards");
            }

            await ChangesAsync(ada, 2).ConfigureAwait(false);
            await ChangesAsync(ben, 2).ConfigureAwait(false);
            await WholeAsync(unmerge.From.Profile, "the absorbed").ConfigureAwait(false);
            await WholeAsync(unmerge.Into.Profile, "the survivor").ConfigureAwait(false);
            await fresh.ListedAsync("both", ada, ben).ConfigureAwait(false);

            async Task WholeAsync(CustomerProfile expected, string about)
            {
                var read = await scene.ReadAsync(expected).ConfigureAwait(false);
                scene.Same(StoredText.Of(expected), StoredText.Of(read.Profile), $"the profile of {about}");
                foreach (var identity in expected.Identities)
                {
                    await fresh.OwnedAsync(identity, expected, about).ConfigureAwait(false);
                }
            }

            async Task ChangesAsync(CustomerProfile profile, int expected)
            {
                if (scene.Store is IHistoryStore history)
                {
                    var kept = await history
                        .GetHistoryAsync(scene.Tenant, profile.Id, scene.Cancel)
                        .ConfigureAwait(false);
                    scene.Same(expected, kept!.Changes.Length, "the changes in the history");
                }
            }

            async Task CancelledAsync(Func<CancellationToken, Task> act)
            {
                // A time within a fast call in memory or a slow one to a database.
                var most = TimeSpan.FromMicroseconds(Math.Pow(10, 1 + (random.NextDouble() * 3)));
                var when = (long)(most.TotalSeconds * System.Diagnostics.Stopwatch.Frequency);
                await CancellationCases.CancelledAsync(act, when, scene.Cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Two customers, each with several identities.</summary>
    public static async Task<(CustomerProfile Ada, CustomerProfile Ben)> PairAsync(MergingStage stage)
    {
        var scene = stage.Scene;
        var people = new List<CustomerProfile>();
        foreach (var name in (string[])["ada", "ben"])
        {
            var profile = await stage.CreateAsync(name).ConfigureAwait(false);
            people.Add(
                await scene
                    .UpdateAsync(scene.Next(profile, [.. profile.Identities, scene.NextEmail()]))
                    .ConfigureAwait(false)
            );
        }

        return (people[0], people[1]);
    }

    public static ProfileChange Change(Scene scene, HistoryKind kind, int mostKept = 100) =>
        new()
        {
            Kind = kind,
            By = new Provenance(ProvenanceSource.Agent, "kim", scene.Now),
            Values = [],
            MostKept = mostKept,
        };

    public static string TextOf(MergeRecord record) =>
        $"{record.Id} of {record.From} into {record.Into} at {StoredText.Of(record.At)} by "
        + StoredText.Quoted(record.By);

    private static string Ids(params CustomerId[] ids) =>
        string.Join('\n', ids.Select(id => $"{id}").Order(StringComparer.Ordinal));
}
