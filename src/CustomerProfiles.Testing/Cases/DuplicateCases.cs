using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Match keys, and pairs that are not duplicates.</summary>
internal static class DuplicateCases
{
    private const string Shared = DuplicateStage.Shared;

    private const string Finds = "FindByMatchKeysAsync finds whoever shares a key with a customer, once.";
    private const string Follow = "The keys of a customer are those of their profile, from the step that writes it.";
    private const string Absorbed = "An absorbed customer has no keys.";
    private const string Large = "A key that more than mostPerKey customers have counts for nothing.";
    private const string Pairs = "MarkNotDuplicatesAsync makes two customers a pair that is never found.";
    private const string Merged = "A pair also holds for whoever has absorbed one of the two.";
    private const string Writes = "WriteMatchKeysAsync writes the keys of profiles whose version is current.";

    private static readonly Case Case = new("duplicates");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Of(Finds, Whoever_shares_a_key_is_found),
        Of(Finds, Every_kind_of_key_is_found),
        Of(Finds, Each_key_of_a_profile_is_kept),
        Of("Nothing is shared between two tenants.", Nobody_of_another_tenant_is_found),
        Of(Follow, Keys_follow_creating_adding_and_updating),
        Of(Follow, Keys_follow_results),
        Of(Follow, A_refused_update_leaves_the_keys),
        OfMerging(Follow, Keys_follow_merging_and_unmerging),
        OfMerging(Absorbed, An_absorbed_customer_is_not_found),
        OfMerging(Absorbed, An_absorbed_customer_is_not_counted),
        OfErasing("An erased customer has no keys.", An_erased_customer_is_not_found),
        Of(Large, A_key_of_many_customers_counts_for_nothing),
        Of(Large, A_number_below_2_is_refused),
        Of(Pairs, A_pair_is_not_found),
        Of(Pairs, A_pair_is_made_once),
        Of(Pairs, An_unknown_customer_makes_no_pair),
        OfMerging(Merged, A_pair_holds_after_merges_on_either_side),
        OfMerging(Merged, A_pair_holds_when_merges_are_undone),
        OfMerging(Merged, An_absorbed_customer_can_be_one_of_a_pair),
        OfMerging("Unmerging makes the two customers a pair.", Whoever_was_unmerged_is_not_found),
        OfErasing(Pairs, An_erased_customer_makes_no_pair),
        Of(Writes, Keys_are_written_for_the_current_version_only),
        OfMerging(Writes, No_keys_are_written_for_an_absorbed_customer),
        Of("With MatchKeys.Off no profile has keys, and none are written.", Without_match_keys_nobody_is_found),
        Of("A cancelled call does nothing.", A_cancelled_call_does_nothing),
    ];

    /// <summary>A case that a store without suggestions passes.</summary>
    public static StoreConformanceCase Of(Case group, string rule, Func<DuplicateStage, Task> run, string name) =>
        group.Of(
            rule,
            scene => scene.Store is IDuplicateStore store ? run(new DuplicateStage(scene, store)) : Task.CompletedTask,
            name
        );

    private static StoreConformanceCase Of(
        string rule,
        Func<DuplicateStage, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => Of(Case, rule, run, name);

    /// <summary>A case that a store without suggestions or without merging passes.</summary>
    private static StoreConformanceCase OfMerging(
        string rule,
        Func<DuplicateStage, MergingStage, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => Of(Case, rule, stage => stage.Merging is { } merging ? run(stage, merging) : Task.CompletedTask, name);

    /// <summary>A case that a store without suggestions or without erasing passes.</summary>
    private static StoreConformanceCase OfErasing(
        string rule,
        Func<DuplicateStage, ErasingStage, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => Of(Case, rule, stage => stage.Erasing is { } erasing ? run(stage, erasing) : Task.CompletedTask, name);

    private static async Task Whoever_shares_a_key_is_found(DuplicateStage stage)
    {
        var ada = await stage.CreateAsync(stage.Phone(Shared), stage.Account("ada")).ConfigureAwait(false);
        var ben = await stage.CreateAsync(stage.Phone(Shared)).ConfigureAwait(false);
        var dan = await stage.CreateAsync(stage.Account("ada"), stage.Phone(Shared)).ConfigureAwait(false);
        var eve = await stage.CreateAsync(stage.Account("ada")).ConfigureAwait(false);
        var zoe = await stage.CreateAsync(stage.Phone("+15550123456"), stage.Account("zoe")).ConfigureAwait(false);
        await stage.FoundAsync("two keys", ada, ben, dan, eve).ConfigureAwait(false);
        await stage.FoundAsync("a telephone number", ben, ada, dan).ConfigureAwait(false);
        await stage.FoundAsync("an account", eve, ada, dan).ConfigureAwait(false);
        await stage.FoundAsync("keys of nobody else", zoe).ConfigureAwait(false);
        stage.Same("no keys", [], await stage.FindAsync(ada, keys: []).ConfigureAwait(false));
        stage.Same("a key that nobody has", [], await stage.FindAsync(ada, [0, -1]).ConfigureAwait(false));
    }

    private static async Task Every_kind_of_key_is_found(DuplicateStage stage)
    {
        var scene = stage.Scene;
        var address = scene.NextEmail();
        (string Kind, CustomerProfile One, CustomerProfile Other)[] twins =
        [
            (
                "an address that one is known by",
                scene.Someone(address),
                stage.Someone(tenant: null, id: null, stage.Email(address.Value))
            ),
            (
                "a telephone number with and without its country",
                stage.Someone(tenant: null, id: null, stage.Phone("+442079460111")),
                stage.Someone(tenant: null, id: null, stage.Phone("02079460111"))
            ),
            (
                "an account",
                stage.Someone(tenant: null, id: null, stage.Account("ada")),
                stage.Someone(tenant: null, id: null, stage.Account("ada"))
            ),
            (
                "a name and a company",
                stage.Someone(tenant: null, id: null, stage.Name("Ada Lovelace"), stage.Company("Engines")),
                stage.Someone(tenant: null, id: null, stage.Company("engines"), stage.Name("Lovelace, Ada"))
            ),
            (
                "a name and a domain",
                stage.Someone(
                    tenant: null,
                    id: null,
                    stage.Name("\u738b\u5c0f\u660e"),
                    stage.Email("one@mail.example.org")
                ),
                stage.Someone(
                    tenant: null,
                    id: null,
                    stage.Name("\u738b\u5c0f\u660e"),
                    stage.Email("two@mail.example.org")
                )
            ),
        ];
        foreach (var (_, one, other) in twins)
        {
            await scene.CreateAsync(one).ConfigureAwait(false);
            await scene.CreateAsync(other).ConfigureAwait(false);
        }

        foreach (var (kind, one, other) in twins)
        {
            await stage.FoundAsync(kind, one, other).ConfigureAwait(false);
            await stage.FoundAsync(kind, other, one).ConfigureAwait(false);
        }
    }

    private static async Task Each_key_of_a_profile_is_kept(DuplicateStage stage)
    {
        var ada = await stage
            .CreateAsync([
                .. Enumerable.Range(0, MatchKeys.MostKeys + 3).Select(i => stage.Phone($"+4420794600{i:00}")),
            ])
            .ConfigureAwait(false);
        var ben = await stage.CreateAsync().ConfigureAwait(false);
        var keys = StoreConformance.MatchKeys.Of(ada);
        stage.Scene.Same(MatchKeys.MostKeys, keys.Length, "how many keys the profile has");
        foreach (var key in keys)
        {
            stage.Same("one of many keys", [ada], await stage.FindAsync(ben, [key]).ConfigureAwait(false));
        }

        stage.Same("all of them", [ada], await stage.FindAsync(ben, keys).ConfigureAwait(false));
    }

    private static async Task Nobody_of_another_tenant_is_found(DuplicateStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateSharingAsync().ConfigureAwait(false);
        var ben = await stage.CreateSharingAsync().ConfigureAwait(false);
        var others = new List<CustomerProfile>();
        foreach (var id in (CustomerId[])[ada.Id, ben.Id, CustomerId.New(scene.Now)])
        {
            var other = stage.Someone(scene.OtherTenant, id, stage.Phone(Shared));
            others.Add(await scene.CreateAsync(other).ConfigureAwait(false));
        }

        await stage.FoundAsync("two of the tenant", ada, mostPerKey: 2, ben).ConfigureAwait(false);
        await stage.FoundAsync("the other tenant's", others[0], others[1], others[2]).ConfigureAwait(false);
        await stage.PairAsync(ada, ben).ConfigureAwait(false);
        await stage.FoundAsync("a pair of the tenant", ada).ConfigureAwait(false);
        await stage.FoundAsync("the pair is not the other's", others[0], others[1], others[2]).ConfigureAwait(false);
        scene.Is(
            false,
            await stage.MarkAsync(ada, others[2]).ConfigureAwait(false),
            "marking a customer of the tenant and one of another"
        );
    }

    private static async Task Keys_follow_creating_adding_and_updating(DuplicateStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateSharingAsync().ConfigureAwait(false);
        var ben = stage.Someone(tenant: null, id: null, stage.Phone(Shared));
        await scene.Store.AddAsync(scene.Tenant, [ben], created: null, scene.Cancel).ConfigureAwait(false);
        await stage.HaveAsync("created and added", Shared, ada, ben).ConfigureAwait(false);

        const string gained = "+15550123456";
        ada = await stage.UpdateAsync(ada, stage.Phone(gained), stage.Phone(Shared)).ConfigureAwait(false);
        await stage.HaveAsync("one more", gained, ada).ConfigureAwait(false);
        await stage.HaveAsync("one more", Shared, ada, ben).ConfigureAwait(false);
        ada = await stage.UpdateAsync(ada, stage.Phone(gained)).ConfigureAwait(false);
        await stage.HaveAsync("one less", gained, ada).ConfigureAwait(false);
        await stage.HaveAsync("one less", Shared, ben).ConfigureAwait(false);
        ada = await stage.UpdateAsync(ada).ConfigureAwait(false);
        await stage.HaveAsync("none", gained).ConfigureAwait(false);

        // Identities are keys too.
        var address = scene.NextEmail();
        ben = await scene.UpdateAsync(scene.Next(ben, [.. ben.Identities, address])).ConfigureAwait(false);
        ada = await stage.UpdateAsync(ada, stage.Email(address.Value)).ConfigureAwait(false);
        await stage.FoundAsync("an identity that was gained", ada, ben).ConfigureAwait(false);
        await scene.UpdateAsync(scene.Next(ben, [ben.Identities[0]])).ConfigureAwait(false);
        await stage.FoundAsync("an identity that was lost", ada).ConfigureAwait(false);
    }

    private static async Task Keys_follow_results(DuplicateStage stage)
    {
        var scene = stage.Scene;
        var ada = await scene
            .CreateAsync(stage.Someone(tenant: null, id: null, stage.Phone("+15550123456")), scene.Provider)
            .ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        await stage.HaveAsync("before the result", Shared).ConfigureAwait(false);
        ada = scene.Next(ada, values: [stage.Phone(Shared)]);
        await scene.CompleteAsync(claim, ada).ConfigureAwait(false);
        await stage.HaveAsync("after the result", Shared, ada).ConfigureAwait(false);
        await stage.HaveAsync("after the result", "+15550123456").ConfigureAwait(false);
    }

    private static async Task A_refused_update_leaves_the_keys(DuplicateStage stage)
    {
        const string refused = "+15550123456";
        var scene = stage.Scene;
        var ada = await stage.CreateSharingAsync().ConfigureAwait(false);
        var ben = await stage.CreateAsync().ConfigureAwait(false);
        ImmutableArray<FieldValue> values = [stage.Phone(refused)];
        CustomerProfile[] updates =
        [
            scene.Next(scene.Next(ada), values: values),
            scene.Next(ada, [.. ada.Identities, ben.Identities[0]], values),
        ];
        foreach (var update in updates)
        {
            await scene.Store.UpdateAsync(update, change: null, scene.Cancel).ConfigureAwait(false);
        }

        await scene
            .Store.AddAsync(
                scene.Tenant,
                [stage.Someone(tenant: null, ada.Id, [.. values])],
                created: null,
                scene.Cancel
            )
            .ConfigureAwait(false);
        await stage.HaveAsync("refused calls", refused).ConfigureAwait(false);
        await stage.HaveAsync("refused calls", Shared, ada).ConfigureAwait(false);
    }

    private static async Task Keys_follow_merging_and_unmerging(DuplicateStage stage, MergingStage merging)
    {
        const string ofBen = "+15550123456";
        var ada = await stage.CreateSharingAsync().ConfigureAwait(false);
        var ben = await stage.CreateAsync(stage.Phone(ofBen)).ConfigureAwait(false);
        var merged = await merging.MergeAsync(ada, ben).ConfigureAwait(false);
        await stage.HaveAsync("merged", Shared, merged.Into.Profile).ConfigureAwait(false);
        await stage.HaveAsync("merged", ofBen, merged.Into.Profile).ConfigureAwait(false);
        var undone = await merging.UnmergeAsync(merged).ConfigureAwait(false);
        await stage.HaveAsync("unmerged", Shared, undone.From.Profile).ConfigureAwait(false);
        await stage.HaveAsync("unmerged", ofBen, undone.Into.Profile).ConfigureAwait(false);
    }

    private static async Task An_absorbed_customer_is_not_found(DuplicateStage stage, MergingStage merging)
    {
        const string ofAda = "+15550123456";
        var ada = await stage.CreateAsync(stage.Phone(ofAda), stage.Phone(Shared)).ConfigureAwait(false);
        var ben = await stage.CreateAsync().ConfigureAwait(false);
        var eve = await stage.CreateSharingAsync().ConfigureAwait(false);
        var merged = await merging
            .MergeAsync(
                ada,
                ben,
                plan => plan.Into.Profile = DuplicateStage.With(plan.Into.Profile, stage.Phone(Shared))
            )
            .ConfigureAwait(false);
        await stage.FoundAsync("the survivor has the number", eve, merged.Into.Profile).ConfigureAwait(false);
        await stage.HaveAsync("the survivor does not have this one", ofAda).ConfigureAwait(false);
        var next = await stage.UpdateAsync(merged.Into.Profile).ConfigureAwait(false);
        await stage.FoundAsync("the survivor has no number any more", eve).ConfigureAwait(false);
        await stage.FoundAsync("the survivor finds nobody by it", next).ConfigureAwait(false);
    }

    private static async Task An_absorbed_customer_is_not_counted(DuplicateStage stage, MergingStage merging)
    {
        var ada = await stage.CreateSharingAsync().ConfigureAwait(false);
        var ben = await stage.CreateSharingAsync().ConfigureAwait(false);
        var eve = await stage.CreateSharingAsync().ConfigureAwait(false);
        await stage.FoundAsync("three have the number", ada, mostPerKey: 2).ConfigureAwait(false);
        var merged = await merging.MergeAsync(ben, eve).ConfigureAwait(false);
        await stage.FoundAsync("two have it", ada, mostPerKey: 2, merged.Into.Profile).ConfigureAwait(false);
        var undone = await merging.UnmergeAsync(merged).ConfigureAwait(false);
        await stage.FoundAsync("three have it again", ada, mostPerKey: 2).ConfigureAwait(false);
        await stage
            .FoundAsync("three have it again", ada, mostPerKey: 3, undone.From.Profile, undone.Into.Profile)
            .ConfigureAwait(false);
    }

    private static async Task An_erased_customer_is_not_found(DuplicateStage stage, ErasingStage erasing)
    {
        var ada = await stage.CreateSharingAsync().ConfigureAwait(false);
        var ben = await stage.CreateSharingAsync().ConfigureAwait(false);
        var eve = await stage.CreateSharingAsync().ConfigureAwait(false);
        await erasing.EraseAsync(ben).ConfigureAwait(false);
        await stage.FoundAsync("two are left", ada, mostPerKey: 2, eve).ConfigureAwait(false);
    }

    private static async Task A_key_of_many_customers_counts_for_nothing(DuplicateStage stage)
    {
        const int most = 4;
        var people = new List<CustomerProfile>();
        for (var i = 0; i < most; i++)
        {
            people.Add(await stage.CreateSharingAsync().ConfigureAwait(false));
        }

        var ada = people[0];
        await stage.FoundAsync("as many as are allowed", ada, most, [.. people.Skip(1)]).ConfigureAwait(false);
        await stage.FoundAsync("one more than are allowed", ada, most - 1).ConfigureAwait(false);
        var account = stage.Account("ada");
        ada = await stage.UpdateAsync(ada, stage.Phone(Shared), account).ConfigureAwait(false);
        var last = await stage.CreateAsync(account, stage.Phone(Shared)).ConfigureAwait(false);
        await stage.FoundAsync("another key still counts", ada, most, last).ConfigureAwait(false);
        await stage.FoundAsync("both count again", ada, most + 1, [.. people.Skip(1), last]).ConfigureAwait(false);
    }

    private static async Task A_number_below_2_is_refused(DuplicateStage stage)
    {
        var ada = await stage.CreateSharingAsync().ConfigureAwait(false);
        var isRefused = false;
        try
        {
            await stage.FindAsync(ada, StoreConformance.MatchKeys.Of(ada), mostPerKey: 1).ConfigureAwait(false);
        }
        catch (ArgumentOutOfRangeException)
        {
            isRefused = true;
        }

        stage.Scene.Is(true, isRefused, "a mostPerKey of 1 is an ArgumentOutOfRangeException");
    }

    private static async Task A_pair_is_not_found(DuplicateStage stage)
    {
        var ada = await stage.CreateAsync(stage.Phone(Shared), stage.Account("ada")).ConfigureAwait(false);
        var ben = await stage.CreateAsync(stage.Phone(Shared), stage.Account("ada")).ConfigureAwait(false);
        var eve = await stage.CreateSharingAsync().ConfigureAwait(false);
        await stage.PairAsync(ada, ben).ConfigureAwait(false);
        await stage.FoundAsync("one of the pair", ada, eve).ConfigureAwait(false);
        await stage.FoundAsync("the other one", ben, eve).ConfigureAwait(false);
        await stage.FoundAsync("somebody else", eve, ada, ben).ConfigureAwait(false);
        ada = await stage
            .UpdateAsync(ada, stage.Phone(Shared), stage.Account("ada"), stage.Name("Ada Lovelace"))
            .ConfigureAwait(false);
        await stage.FoundAsync("one of the pair was edited", ada, eve).ConfigureAwait(false);
        await stage.FoundAsync("a pair counts among those who have the key", eve, mostPerKey: 2).ConfigureAwait(false);
    }

    private static async Task A_pair_is_made_once(DuplicateStage stage)
    {
        var ada = await stage.CreateSharingAsync().ConfigureAwait(false);
        var ben = await stage.CreateSharingAsync().ConfigureAwait(false);
        await stage.PairAsync(ada, ben).ConfigureAwait(false);
        stage.Scene.Later();
        await stage.PairAsync(ada, ben).ConfigureAwait(false);
        await stage.PairAsync(ben, ada).ConfigureAwait(false);
        await stage.FoundAsync("one of the pair", ada).ConfigureAwait(false);
        await stage.FoundAsync("the other one", ben).ConfigureAwait(false);
    }

    private static async Task An_unknown_customer_makes_no_pair(DuplicateStage stage)
    {
        var ada = await stage.CreateSharingAsync().ConfigureAwait(false);
        var unknown = stage.Someone(tenant: null, id: null, stage.Phone(Shared));
        stage.Scene.Is(false, await stage.MarkAsync(ada, unknown).ConfigureAwait(false), "the other is unknown");
        stage.Scene.Is(false, await stage.MarkAsync(unknown, ada).ConfigureAwait(false), "the one is unknown");
        await stage.Scene.CreateAsync(unknown).ConfigureAwait(false);
        await stage.FoundAsync("created since", ada, unknown).ConfigureAwait(false);
    }

    private static async Task A_pair_holds_after_merges_on_either_side(DuplicateStage stage, MergingStage merging)
    {
        var ada = await stage.CreateSharingAsync().ConfigureAwait(false);
        var ben = await stage.CreateSharingAsync().ConfigureAwait(false);
        var dan = await stage.CreateSharingAsync().ConfigureAwait(false);
        var eve = await stage.CreateSharingAsync().ConfigureAwait(false);
        await stage.PairAsync(ada, ben).ConfigureAwait(false);
        eve = (await merging.MergeAsync(ada, eve).ConfigureAwait(false)).Into.Profile;
        await stage.FoundAsync("the survivor of one", eve, dan).ConfigureAwait(false);
        await stage.FoundAsync("the other one", ben, dan).ConfigureAwait(false);
        dan = (await merging.MergeAsync(ben, dan).ConfigureAwait(false)).Into.Profile;
        await stage.FoundAsync("the survivors of both", eve).ConfigureAwait(false);
        await stage.FoundAsync("the survivors of both", dan).ConfigureAwait(false);
        var zoe = await stage.CreateSharingAsync().ConfigureAwait(false);
        zoe = (await merging.MergeAsync(eve, zoe).ConfigureAwait(false)).Into.Profile;
        await stage.FoundAsync("the survivor of a survivor", zoe).ConfigureAwait(false);
        await merging
            .Store.LapseMergesAsync(
                stage.Scene.Tenant,
                stage.Scene.Now + Duration.FromDays(1),
                most: 9,
                stage.Scene.Cancel
            )
            .ConfigureAwait(false);
        await stage.FoundAsync("the merges have lapsed", zoe).ConfigureAwait(false);
        await stage.FoundAsync("the merges have lapsed", dan).ConfigureAwait(false);
    }

    private static async Task A_pair_holds_when_merges_are_undone(DuplicateStage stage, MergingStage merging)
    {
        var ada = await stage.CreateSharingAsync().ConfigureAwait(false);
        var ben = await stage.CreateSharingAsync().ConfigureAwait(false);
        var eve = await stage.CreateSharingAsync().ConfigureAwait(false);
        await stage.PairAsync(ada, ben).ConfigureAwait(false);
        var merged = await merging.MergeAsync(ada, eve).ConfigureAwait(false);
        var undone = await merging.UnmergeAsync(merged).ConfigureAwait(false);
        await stage.FoundAsync("a pair since before the merge", undone.From.Profile).ConfigureAwait(false);
        await stage.FoundAsync("no pair any more", undone.Into.Profile, ben).ConfigureAwait(false);
        await stage.FoundAsync("one of each", ben, undone.Into.Profile).ConfigureAwait(false);
    }

    private static async Task An_absorbed_customer_can_be_one_of_a_pair(DuplicateStage stage, MergingStage merging)
    {
        var ada = await stage.CreateSharingAsync().ConfigureAwait(false);
        var ben = await stage.CreateSharingAsync().ConfigureAwait(false);
        var eve = await stage.CreateSharingAsync().ConfigureAwait(false);
        var merged = await merging.MergeAsync(ada, eve).ConfigureAwait(false);
        await stage.PairAsync(ada, ben).ConfigureAwait(false);
        await stage.FoundAsync("the survivor of one", merged.Into.Profile).ConfigureAwait(false);
        var undone = await merging.UnmergeAsync(merged).ConfigureAwait(false);
        await stage.FoundAsync("the one", undone.From.Profile).ConfigureAwait(false);
        await stage.FoundAsync("who was the survivor", undone.Into.Profile, ben).ConfigureAwait(false);
    }

    private static async Task Whoever_was_unmerged_is_not_found(DuplicateStage stage, MergingStage merging)
    {
        var ada = await stage.CreateSharingAsync().ConfigureAwait(false);
        var ben = await stage.CreateSharingAsync().ConfigureAwait(false);
        var eve = await stage.CreateSharingAsync().ConfigureAwait(false);
        var merged = await merging.MergeAsync(ada, ben).ConfigureAwait(false);
        await stage.FoundAsync("merged", merged.Into.Profile, eve).ConfigureAwait(false);
        var undone = await merging.UnmergeAsync(merged).ConfigureAwait(false);
        await stage.FoundAsync("the one who came back", undone.From.Profile, eve).ConfigureAwait(false);
        await stage.FoundAsync("the one who stayed", undone.Into.Profile, eve).ConfigureAwait(false);
    }

    private static async Task An_erased_customer_makes_no_pair(DuplicateStage stage, ErasingStage erasing)
    {
        var ada = await stage.CreateSharingAsync().ConfigureAwait(false);
        var ben = await stage.CreateSharingAsync().ConfigureAwait(false);
        await stage.PairAsync(ada, ben).ConfigureAwait(false);
        await erasing.EraseAsync(ada).ConfigureAwait(false);
        stage.Scene.Is(false, await stage.MarkAsync(ada, ben).ConfigureAwait(false), "one of them is erased");
        stage.Scene.Is(false, await stage.MarkAsync(ben, ada).ConfigureAwait(false), "one of them is erased");
        await erasing.EraseAsync(ben).ConfigureAwait(false);
    }

    private static async Task Keys_are_written_for_the_current_version_only(DuplicateStage stage)
    {
        const string read = "+15550123456";
        var scene = stage.Scene;
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        var ben = await stage.CreateAsync().ConfigureAwait(false);
        var old = ben;
        ben = await stage.UpdateAsync(ben, stage.Phone(Shared)).ConfigureAwait(false);
        var unknown = stage.Someone(tenant: null, id: null);
        await stage
            .WriteKeysAsync(
                DuplicateStage.With(ada, stage.Phone(read), stage.Account("ada")),
                DuplicateStage.With(old, stage.Phone(read)),
                DuplicateStage.With(scene.Next(ben), stage.Phone(read)),
                DuplicateStage.With(unknown, stage.Phone(read))
            )
            .ConfigureAwait(false);
        await stage.HaveAsync("the first is current", read, ada).ConfigureAwait(false);
        await stage.HaveAsync("the others are not", Shared, ben).ConfigureAwait(false);

        await stage.WriteKeysAsync(DuplicateStage.With(ada, stage.Phone(read))).ConfigureAwait(false);
        await stage.HaveAsync("written twice", read, ada).ConfigureAwait(false);
        stage.Same(
            "a key that is not among those of the second call",
            [],
            await stage
                .FindAsync(ben, StoreConformance.MatchKeys.Of(DuplicateStage.With(ada, stage.Account("ada"))))
                .ConfigureAwait(false)
        );
        var read2 = await scene.ReadAsync(ada).ConfigureAwait(false);
        scene.Same(StoredText.Of(ada), StoredText.Of(read2.Profile), "the profile stays as it was");
    }

    private static async Task No_keys_are_written_for_an_absorbed_customer(DuplicateStage stage, MergingStage merging)
    {
        const string ofAda = "+15550123456";
        var ada = await stage.CreateAsync(stage.Phone(ofAda)).ConfigureAwait(false);
        var ben = await stage.CreateAsync().ConfigureAwait(false);
        await merging
            .MergeAsync(ada, ben, plan => plan.Into.Profile = DuplicateStage.With(plan.Into.Profile))
            .ConfigureAwait(false);
        await stage.WriteKeysAsync(ada).ConfigureAwait(false);
        await stage.HaveAsync("the customer is absorbed", ofAda).ConfigureAwait(false);
    }

    private static async Task Without_match_keys_nobody_is_found(DuplicateStage stage)
    {
        var scene = stage.Scene;
        var off = await scene.UnderTest.OpenWithoutMatchKeysAsync(scene.Cancel).ConfigureAwait(false);
        if (off is null)
        {
            return;
        }

        try
        {
            var ada = stage.Someone(tenant: null, id: null, stage.Phone(Shared));
            var ben = stage.Someone(tenant: null, id: null, stage.Phone(Shared));
            await off.AddAsync(scene.Tenant, [ada, ben], created: null, scene.Cancel).ConfigureAwait(false);
            await NobodyAsync("added").ConfigureAwait(false);
            await off.UpdateAsync(scene.Next(ada), change: null, scene.Cancel).ConfigureAwait(false);
            await NobodyAsync("updated").ConfigureAwait(false);
            await ((IDuplicateStore)off)
                .WriteMatchKeysAsync(scene.Tenant, [scene.Next(ada), ben], scene.Cancel)
                .ConfigureAwait(false);
            await NobodyAsync("asked to write keys").ConfigureAwait(false);

            async Task NobodyAsync(string about) =>
                stage.Same(
                    about,
                    [],
                    await ((IDuplicateStore)off)
                        .FindByMatchKeysAsync(scene.Tenant, ada.Id, StoreConformance.MatchKeys.Of(ada), 9, scene.Cancel)
                        .ConfigureAwait(false)
                );
        }
        finally
        {
            if (off is IAsyncDisposable asynchronous)
            {
                await asynchronous.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                (off as IDisposable)?.Dispose();
            }
        }
    }

    private static async Task A_cancelled_call_does_nothing(DuplicateStage stage)
    {
        const string written = "+15550123456";
        var scene = stage.Scene;
        var ada = await stage.CreateSharingAsync().ConfigureAwait(false);
        var ben = await stage.CreateSharingAsync().ConfigureAwait(false);
        (string Name, Func<CancellationToken, Task> Act)[] calls =
        [
            (
                "FindByMatchKeysAsync",
                cancel =>
                    stage
                        .Store.FindByMatchKeysAsync(scene.Tenant, ada.Id, StoreConformance.MatchKeys.Of(ada), 9, cancel)
                        .AsTask()
            ),
            (
                "MarkNotDuplicatesAsync",
                cancel =>
                    stage.Store.MarkNotDuplicatesAsync(scene.Tenant, ada.Id, ben.Id, scene.Now, "kim", cancel).AsTask()
            ),
            (
                "WriteMatchKeysAsync",
                cancel =>
                    stage
                        .Store.WriteMatchKeysAsync(
                            scene.Tenant,
                            [DuplicateStage.With(ada, stage.Phone(written))],
                            cancel
                        )
                        .AsTask()
            ),
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
        }

        await stage.FoundAsync("after cancelled calls", ada, ben).ConfigureAwait(false);
        await stage.HaveAsync("after cancelled calls", written).ConfigureAwait(false);
    }
}
