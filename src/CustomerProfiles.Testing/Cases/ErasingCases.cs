using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Erasing customers.</summary>
internal static class ErasingCases
{
    private const string Gone = "EraseAsync erases everything of a customer, and nothing of anybody else.";
    private const string Receipt = "The receipt has what was erased, and counts it.";
    private const string Absorbed = "Whoever the customer has absorbed is erased with them.";
    private const string Undoable = "Without IncludesAbsorbed a merge that can still be undone prevents erasing.";
    private const string Once = "A customer is erased once.";
    private const string Listed = "GetErasuresAsync lists each erasure once, oldest first, in pages.";
    private const string Marks = "The suppression marks of the customer and of the identities are gone in any case.";

    private static readonly Case Case = new("erasing");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Of(Gone, No_call_finds_an_erased_customer),
        Of(Gone, Whoever_comes_again_is_somebody_new),
        Of(Gone, Nothing_of_anybody_else_is_erased),
        Of("No check of an erased customer is claimed again.", Checks_of_an_erased_customer_are_never_claimed),
        Of("A result that comes after the erasure has lost its lease.", A_result_under_way_is_lost),
        Of(Receipt, The_receipt_counts_what_was_erased),
        Of(Receipt, The_receipt_of_who_has_nothing_counts_nothing),
        Of("The receipt names the providers that were asked, and no others.", Only_providers_that_were_asked_are_named),
        OfMerging(Absorbed, The_absorbed_are_erased_too),
        OfMerging(Absorbed, An_identity_that_the_survivor_lost_is_not_erased),
        OfMerging(Undoable, A_merge_that_can_be_undone_prevents_erasing),
        OfMerging(Undoable, A_merge_that_was_undone_or_has_lapsed_prevents_nothing),
        OfMerging("An absorbed id erases nobody.", An_absorbed_id_erases_nobody),
        Of("EraseAsync of nobody is NotFound.", Nobody_is_not_erased),
        Of(Once, Another_erasure_returns_the_first_receipt),
        Of(Once, The_same_erasure_has_the_same_result),
        OfMerging("FindErasureAsync finds the receipt by each erased id.", Each_erased_id_leads_to_the_receipt),
        Of(Listed, Erasures_are_listed_oldest_first),
        Of(Listed, Pages_of_erasures_follow_each_other_and_end),
        Of(Marks, Suppression_marks_are_removed),
        OfMerging(Marks, Suppression_marks_of_a_merge_are_removed_with_the_others),
        OfMerging("Erased ids are never given again.", Erased_ids_are_not_given_again),
        Of("Nothing is shared between two tenants.", Another_tenant_is_not_erased),
        Of("A cancelled call erases nothing.", A_cancelled_call_erases_nothing),
        Of("Erasing happens as a whole or not at all, also when it is cancelled.", A_cancelled_erasure_is_whole_or_not),
    ];

    /// <summary>A case that a store without erasing passes.</summary>
    public static StoreConformanceCase Of(Case group, string rule, Func<ErasingStage, Task> run, string name) =>
        group.Of(
            rule,
            scene => scene.Store is IErasureStore store ? run(new ErasingStage(scene, store)) : Task.CompletedTask,
            name
        );

    private static StoreConformanceCase Of(
        string rule,
        Func<ErasingStage, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => Of(Case, rule, run, name);

    /// <summary>A case that a store without erasing or without merging passes.</summary>
    private static StoreConformanceCase OfMerging(
        string rule,
        Func<ErasingStage, MergingStage, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => Of(Case, rule, stage => stage.Merging is { } merging ? run(stage, merging) : Task.CompletedTask, name);

    private static async Task No_call_finds_an_erased_customer(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada", scene.Provider).ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        await stage.EraseAsync(ada).ConfigureAwait(false);

        await stage.GoneAsync("erased", ada).ConfigureAwait(false);
        var next = scene.Next(ada, values: scene.Noted("too late"));
        scene.Same(
            nameof(UpdateResult.NotFound),
            StoredText.Of(await stage.UpdateAsync(next, scene.Store).ConfigureAwait(false)),
            "UpdateAsync"
        );
        scene.Is(false, await scene.RequestAsync(ada).ConfigureAwait(false), "RequestCheckAsync");
        scene.Is(false, await scene.SuppressAsync(ada).ConfigureAwait(false), "SetSuppressedAsync");
        scene.Is(false, await scene.SuppressAsync(ada, suppressed: false).ConfigureAwait(false), "unsuppressing");
        var lookup = await scene
            .Store.RecordConversationAsync(scene.Tenant, ada.Identities[0], scene.Conversation(), scene.Cancel)
            .ConfigureAwait(false);
        scene.Same("nobody", StoredText.Of(lookup), "RecordConversationAsync");
        await stage.GoneAsync("after these calls", ada).ConfigureAwait(false);
        scene.Same(
            StoredText.Of(ben),
            string.Join('\n', (await scene.EverybodyAsync().ConfigureAwait(false)).Select(StoredText.Of)),
            "who is left"
        );
    }

    private static async Task Whoever_comes_again_is_somebody_new(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada", scene.Provider).ConfigureAwait(false);
        var known = scene.Conversation();
        await scene
            .Store.RecordConversationAsync(scene.Tenant, ada.Identities[1], known, scene.Cancel)
            .ConfigureAwait(false);
        await stage.EraseAsync(ada).ConfigureAwait(false);

        scene.Later();
        var again = scene.Someone(ada.Identities[1]);
        var lookup = await scene
            .Store.CreatedAsync(
                new NewCustomer
                {
                    Profile = again,
                    Conversation = known,
                    Checks = [scene.OtherProvider],
                },
                scene.Cancel
            )
            .ConfigureAwait(false);
        scene.Is(true, lookup.IsNewCustomer, "the customer is new");
        scene.Is(true, lookup.IsNewConversation, "a conversation that was erased is new");
        var read = await scene.ReadAsync(again).ConfigureAwait(false);
        scene.Same(StoredText.Of(again), StoredText.Of(read.Profile), "the profile");
        scene.Same(
            scene.OtherProvider,
            string.Join(' ', read.Checks.Select(check => check.Provider)),
            "the providers from which checks were requested"
        );
        if (scene.Store is IExportStore export)
        {
            var record = await export.GetRecordAsync(scene.Tenant, again.Id, scene.Cancel).ConfigureAwait(false);
            scene.Same(
                StoredText.Of(known),
                string.Join('\n', record!.Conversations.Select(StoredText.Of)),
                "the conversations"
            );
            scene.Same(0, record.Changes.Length, "the changes in the history");
            scene.Same(0, record.Absorbed.Length + record.Merges.Length, "the absorbed and the merges");
        }
    }

    private static async Task Nothing_of_anybody_else_is_erased(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada", scene.Provider).ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben", scene.OtherProvider).ConfigureAwait(false);
        var cleo = await stage.CreateAsync("cleo").ConfigureAwait(false);
        await scene.SuppressAsync(cleo).ConfigureAwait(false);
        var dan = await stage.CreateAsync("dan").ConfigureAwait(false);
        if (stage.Merging is { } merging)
        {
            await merging.MergeAsync(dan, ben).ConfigureAwait(false);
        }

        var before = await stage.TellAsync(ben, cleo).ConfigureAwait(false);
        var receipt = await stage.EraseAsync(ada).ConfigureAwait(false);
        var after = await stage.TellAsync(ben, cleo).ConfigureAwait(false);
        string[] ofAda = [$"{ada.Id} is listed", $"1 of {scene.Provider} pending", .. Lines(StoredText.Of(receipt))];
        scene.Same(
            string.Join('\n', Lines(before).Except(ofAda)),
            string.Join('\n', Lines(after).Except(ofAda)),
            "everything but the lines of who was erased"
        );

        static string[] Lines(string text) => text.Split('\n');
    }

    private static async Task Checks_of_an_erased_customer_are_never_claimed(ErasingStage stage)
    {
        var scene = stage.Scene;
        var third = $"three-{scene.Mark}";
        string[] providers = [scene.Provider, scene.OtherProvider, third];
        var ada = await stage.CreateAsync("ada", providers).ConfigureAwait(false);
        await scene.ClaimAsync(scene.OtherProvider).ConfigureAwait(false);
        var postponed = await scene.ClaimAsync(third).ConfigureAwait(false);
        await scene.ReleaseAsync(postponed, scene.Now + Duration.FromMinutes(1)).ConfigureAwait(false);
        await stage.EraseAsync(ada).ConfigureAwait(false);

        await scene.PendingAsync("no check is left").ConfigureAwait(false);
        await scene.NothingToClaimAsync("at once", providers).ConfigureAwait(false);
        scene.Later(60);
        await scene.PassAsync(2 * Scene.Lease).ConfigureAwait(false);
        await scene.NothingToClaimAsync("after the lease has expired", providers).ConfigureAwait(false);
        await scene.PendingAsync("no check is left later").ConfigureAwait(false);
    }

    private static async Task A_result_under_way_is_lost(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada", scene.Provider, scene.OtherProvider).ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        var other = await scene.ClaimAsync(scene.OtherProvider).ConfigureAwait(false);
        await stage.EraseAsync(ada).ConfigureAwait(false);
        scene.Later();
        var next = scene.Next(ada, values: scene.Noted("found"));
        foreach (var profile in (CustomerProfile?[])[next, null])
        {
            foreach (var outcome in (CheckOutcome[])[CheckOutcome.Matched, CheckOutcome.Withheld])
            {
                scene.Same(
                    nameof(CompleteResult.LeaseLost),
                    await scene.CompleteAsync(claim, profile, outcome).ConfigureAwait(false),
                    "CompleteCheckAsync"
                );
            }
        }

        scene.Is(
            false,
            await scene.Store.RenewLeaseAsync(other, Scene.Lease, scene.Cancel).ConfigureAwait(false),
            "RenewLeaseAsync"
        );
        await scene.ReleaseAsync(other, scene.Now, ProviderFailure.TimedOut).ConfigureAwait(false);
        await scene
            .NothingToClaimAsync("a check that was released", scene.Provider, scene.OtherProvider)
            .ConfigureAwait(false);
        await stage.GoneAsync("after results that were late", ada).ConfigureAwait(false);

        var again = await scene.CreateAsync(scene.Someone(ada.Identities[0])).ConfigureAwait(false);
        var read = await scene.ReadAsync(again).ConfigureAwait(false);
        scene.Is(false, read.IsSuppressed, "a withheld result that was late suppresses nobody");
        scene.Same(0, read.Checks.Length, "the checks of whoever comes again");
    }

    private static async Task The_receipt_counts_what_was_erased(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        foreach (var identity in ada.Identities)
        {
            await scene
                .Store.RecordConversationAsync(scene.Tenant, identity, scene.Conversation(), scene.Cancel)
                .ConfigureAwait(false);
        }

        scene.Later();
        var write = stage.Write(ada, caseReference: "T-1 'x' \"\\ \u00e9\ud83d\ude80");
        var receipt = await stage.EraseAsync(write).ConfigureAwait(false);
        var expected = new ErasureReceipt
        {
            Id = write.Erasure,
            Customers = [ada.Id],
            At = write.At,
            By = write.By,
            CaseReference = write.CaseReference,
            Identities = 3,
            Conversations = 4,
            Changes = stage.Changes(2),
            Providers = [],
            Marks = [],
        };
        scene.Same(StoredText.Of(expected), StoredText.Of(receipt), "the receipt that is returned");
        scene.Same(
            StoredText.Of(expected),
            StoredText.Of(await stage.FindAsync(ada).ConfigureAwait(false)),
            "the receipt that is found"
        );
    }

    private static async Task The_receipt_of_who_has_nothing_counts_nothing(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = scene.Someone();
        scene.Same(
            StoredText.Of(new AddResult.Added()),
            await AddingCases.AddAsync(scene, scene.Tenant, ada).ConfigureAwait(false),
            "adding somebody who never had a conversation"
        );
        var receipt = await stage.EraseAsync(ada).ConfigureAwait(false);
        scene.Same(1, receipt.Identities, "the identities");
        scene.Same(0, receipt.Conversations, "the conversations");
        scene.Same(0, receipt.Changes, "the changes");
        scene.Same("", string.Join(' ', receipt.Providers), "the providers");
        scene.Is(true, receipt.CaseReference is null, "there is no reference of the host");
        await stage.GoneAsync("erased", ada).ConfigureAwait(false);
    }

    private static async Task Only_providers_that_were_asked_are_named(ErasingStage stage)
    {
        var scene = stage.Scene;
        string[] names = ["b-matched", "a-failed", "c-running", "d-waiting", "e-ended", "f-put-back"];
        string[] providers = [.. names.Select(name => $"{name}-{scene.Mark}")];
        var ada = await stage.CreateAsync("ada", providers).ConfigureAwait(false);
        await scene.CompleteAsync(await scene.ClaimAsync(providers[0]).ConfigureAwait(false)).ConfigureAwait(false);
        var failed = await scene.ClaimAsync(providers[1]).ConfigureAwait(false);
        await scene.ReleaseAsync(failed, retryAt: null, ProviderFailure.TimedOut).ConfigureAwait(false);
        await scene.ClaimAsync(providers[2]).ConfigureAwait(false);
        await scene.SwitchAsync(on: false, providers[4]).ConfigureAwait(false);

        // A check that is put back without having been an attempt, such as one for which there was no budget.
        var putBack = await scene.ClaimAsync(providers[5]).ConfigureAwait(false);
        await scene.ReleaseAsync(putBack, scene.Now, counts: false).ConfigureAwait(false);

        var receipt = await stage.EraseAsync(ada).ConfigureAwait(false);
        scene.Same(
            string.Join('\n', providers[1], providers[0], providers[2]),
            string.Join('\n', receipt.Providers),
            "those whose check was completed, failed or is running, sorted; not those whose check was never attempted"
        );
    }

    private static async Task The_absorbed_are_erased_too(ErasingStage stage, MergingStage merging)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada", scene.Provider).ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        var cleo = await stage.CreateAsync("cleo", scene.OtherProvider).ConfigureAwait(false);
        await scene.CompleteAsync(await scene.ClaimAsync().ConfigureAwait(false)).ConfigureAwait(false);
        await scene.ClaimAsync(scene.OtherProvider).ConfigureAwait(false);
        var inner = await merging.MergeAsync(ada, ben).ConfigureAwait(false);
        var outer = await merging.MergeAsync(ben, cleo).ConfigureAwait(false);
        var known = scene.Conversation();
        await merging.RecordAsync(ada.Identities[1], known).ConfigureAwait(false);

        var write = await stage.WriteAsync(cleo, includesAbsorbed: true).ConfigureAwait(false);
        var receipt = await stage.EraseAsync(write).ConfigureAwait(false);
        var expected = new ErasureReceipt
        {
            Id = write.Erasure,
            Customers = [cleo.Id, ada.Id, ben.Id],
            At = write.At,
            By = write.By,
            Identities = 9,
            Conversations = 4,
            Changes = stage.Changes(6),
            Providers = [scene.Provider, scene.OtherProvider],
            Marks = [],
        };
        scene.Same(StoredText.Of(expected), StoredText.Of(receipt), "the receipt");
        await stage.GoneAsync("erased with their survivor", ada, ben, cleo).ConfigureAwait(false);
        foreach (var merged in (MergePlan[])[inner, outer])
        {
            var read = await merging
                .Store.GetMergeAsync(scene.Tenant, merged.Record.Id, scene.Cancel)
                .ConfigureAwait(false);
            scene.Is(true, read is null, "a merge of who was erased is gone");
        }

        await scene.PassAsync(2 * Scene.Lease).ConfigureAwait(false);
        await scene.NothingToClaimAsync("the checks of all", scene.Provider, scene.OtherProvider).ConfigureAwait(false);

        var again = await scene.CreateAsync(scene.Someone(ada.Identities[1])).ConfigureAwait(false);
        await merging
            .RecordedAsync("of whoever comes again", isNew: true, again, ada.Identities[1], known)
            .ConfigureAwait(false);
    }

    private static async Task An_identity_that_the_survivor_lost_is_not_erased(ErasingStage stage, MergingStage merging)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        var merged = await merging.MergeAsync(ada, ben).ConfigureAwait(false);
        var kept = merged.Into.Profile.Identities.Remove(ada.Identities[0]);
        await scene.UpdateAsync(scene.Next(merged.Into.Profile, kept)).ConfigureAwait(false);
        var cleo = await scene.CreateAsync(scene.Someone(ada.Identities[0])).ConfigureAwait(false);
        await scene.SuppressAsync(cleo).ConfigureAwait(false);
        var before = await scene.ReadAsync(cleo).ConfigureAwait(false);

        var receipt = await stage.EraseAsync(ben, includesAbsorbed: true).ConfigureAwait(false);
        scene.Same(5, receipt.Identities, "the identities that the survivor had");
        scene.Same(before, await scene.ReadAsync(cleo).ConfigureAwait(false), "who has the identity by now");
        await merging.OwnedAsync(ada.Identities[0], cleo, "after the erasure").ConfigureAwait(false);
    }

    private static async Task A_merge_that_can_be_undone_prevents_erasing(ErasingStage stage, MergingStage merging)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        var cleo = await stage.CreateAsync("cleo").ConfigureAwait(false);
        var inner = await merging.MergeAsync(ada, ben).ConfigureAwait(false);
        var outer = await merging.MergeAsync(ben, cleo).ConfigureAwait(false);
        var before = await stage.TellAsync(ada, ben, cleo).ConfigureAwait(false);
        await stage
            .RefusedAsync(
                new EraseResult.HasMerges([inner.Record.Id, outer.Record.Id]),
                await stage.WriteAsync(cleo).ConfigureAwait(false),
                "somebody is absorbed directly, and somebody through another"
            )
            .ConfigureAwait(false);
        scene.Same(before, await stage.TellAsync(ada, ben, cleo).ConfigureAwait(false), "nobody was erased");

        // Undoing a merge goes on as if nobody had tried to erase.
        await merging.UnmergeAsync(outer).ConfigureAwait(false);
        await stage
            .RefusedAsync(
                new EraseResult.HasMerges([inner.Record.Id]),
                await stage.WriteAsync(ben).ConfigureAwait(false),
                "one merge is left"
            )
            .ConfigureAwait(false);
        await stage.EraseAsync(cleo).ConfigureAwait(false);
        await stage.EraseAsync(ben, includesAbsorbed: true).ConfigureAwait(false);
        await stage.GoneAsync("all are erased", ada, ben, cleo).ConfigureAwait(false);
    }

    private static async Task A_merge_that_was_undone_or_has_lapsed_prevents_nothing(
        ErasingStage stage,
        MergingStage merging
    )
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        var cleo = await stage.CreateAsync("cleo").ConfigureAwait(false);
        var lapsed = await merging.MergeAsync(ada, cleo).ConfigureAwait(false);
        var time = scene.Later();
        var undone = await merging.MergeAsync(ben, cleo).ConfigureAwait(false);
        scene.Same(
            1,
            await merging.Store.LapseMergesAsync(scene.Tenant, time, 9, scene.Cancel).ConfigureAwait(false),
            "one merge lapses"
        );
        await stage
            .RefusedAsync(
                new EraseResult.HasMerges([undone.Record.Id]),
                await stage.WriteAsync(cleo).ConfigureAwait(false),
                "the other has not lapsed"
            )
            .ConfigureAwait(false);
        await merging.UnmergeAsync(undone).ConfigureAwait(false);
        var before = await scene.ReadAsync(ben).ConfigureAwait(false);

        var receipt = await stage.EraseAsync(cleo).ConfigureAwait(false);
        scene.Same(
            $"{cleo.Id} {ada.Id}",
            string.Join(' ', receipt.Customers),
            "the customer, and whom they had absorbed by the merge that has lapsed"
        );
        await stage.GoneAsync("erased", ada, cleo).ConfigureAwait(false);
        scene.Same(before, await scene.ReadAsync(ben).ConfigureAwait(false), "who was unmerged");
        var read = await merging
            .Store.GetMergeAsync(scene.Tenant, lapsed.Record.Id, scene.Cancel)
            .ConfigureAwait(false);
        scene.Is(true, read is null, "the merge that has lapsed is gone");
    }

    private static async Task An_absorbed_id_erases_nobody(ErasingStage stage, MergingStage merging)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        await merging.MergeAsync(ada, ben).ConfigureAwait(false);
        foreach (var hasLapsed in (bool[])[false, true])
        {
            var before = await stage.TellAsync(ada, ben).ConfigureAwait(false);
            foreach (var includesAbsorbed in (bool[])[false, true])
            {
                await stage
                    .RefusedAsync(new EraseResult.NotFound(), stage.Write(ada, includesAbsorbed), "the id is absorbed")
                    .ConfigureAwait(false);
            }

            scene.Same(before, await stage.TellAsync(ada, ben).ConfigureAwait(false), "nobody was erased");
            if (!hasLapsed)
            {
                await merging
                    .Store.LapseMergesAsync(scene.Tenant, scene.Later(), 9, scene.Cancel)
                    .ConfigureAwait(false);
            }
        }
    }

    private static async Task Nobody_is_not_erased(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var before = await stage.TellAsync(ada).ConfigureAwait(false);
        await stage
            .RefusedAsync(new EraseResult.NotFound(), stage.Write(scene.Someone()), "an id that is nobody's")
            .ConfigureAwait(false);
        await stage
            .RefusedAsync(
                new EraseResult.NotFound(),
                stage.Write(scene.Someone(tenant: scene.OtherTenant, id: ada.Id)),
                "another tenant's id"
            )
            .ConfigureAwait(false);
        scene.Same(before, await stage.TellAsync(ada).ConfigureAwait(false), "nobody was erased");
        scene.Same(
            "no receipt",
            StoredText.Of(await stage.FindAsync(ada).ConfigureAwait(false)),
            "the receipt of who was not erased"
        );
    }

    private static async Task Another_erasure_returns_the_first_receipt(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var receipt = await stage.EraseAsync(ada).ConfigureAwait(false);
        scene.Later();
        var other = stage.Write(ada, includesAbsorbed: true, caseReference: "another");
        await stage
            .RefusedAsync(new EraseResult.AlreadyErased(receipt), other, "another erasure of the same customer")
            .ConfigureAwait(false);
        await OneReceiptAsync(stage, receipt).ConfigureAwait(false);
    }

    private static async Task The_same_erasure_has_the_same_result(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var write = stage.Write(ada, caseReference: "T-1");
        var receipt = await stage.EraseAsync(write).ConfigureAwait(false);
        scene.Later();
        foreach (var again in (ErasureWrite[])[write, stage.Write(ada, erasure: write.Erasure)])
        {
            scene.Same(
                StoredText.Of(new EraseResult.Erased(receipt)),
                StoredText.Of(await stage.TryAsync(again).ConfigureAwait(false)),
                "the same erasure again, at the same time and later"
            );
        }

        await OneReceiptAsync(stage, receipt).ConfigureAwait(false);

        // Whoever has come again since stays.
        var next = await scene.CreateAsync(scene.Someone(ada.Identities[0])).ConfigureAwait(false);
        await stage.EraseAsync(write).ConfigureAwait(false);
        await scene.ReadAsync(next).ConfigureAwait(false);
    }

    private static async Task Each_erased_id_leads_to_the_receipt(ErasingStage stage, MergingStage merging)
    {
        var scene = stage.Scene;
        var people = new List<CustomerProfile>();
        foreach (var name in (string[])["ada", "ben", "cleo"])
        {
            people.Add(await stage.CreateAsync(name).ConfigureAwait(false));
        }

        await merging.MergeAsync(people[0], people[1]).ConfigureAwait(false);
        await merging.MergeAsync(people[1], people[2]).ConfigureAwait(false);
        var receipt = await stage.EraseAsync(people[2], includesAbsorbed: true).ConfigureAwait(false);
        foreach (var person in people)
        {
            scene.Same(
                StoredText.Of(receipt),
                StoredText.Of(await stage.FindAsync(person).ConfigureAwait(false)),
                "the receipt of one of three ids"
            );
            await stage
                .RefusedAsync(
                    new EraseResult.AlreadyErased(receipt),
                    stage.Write(person, includesAbsorbed: true),
                    "erasing one of three ids again"
                )
                .ConfigureAwait(false);
        }

        await OneReceiptAsync(stage, receipt).ConfigureAwait(false);
    }

    private static async Task Erasures_are_listed_oldest_first(ErasingStage stage)
    {
        var scene = stage.Scene;
        var receipts = new List<ErasureReceipt>();
        foreach (var name in (string[])["ada", "ben", "cleo"])
        {
            var person = await stage.CreateAsync(name).ConfigureAwait(false);
            scene.Later();
            receipts.Add(await stage.EraseAsync(stage.Write(person, caseReference: name)).ConfigureAwait(false));
        }

        await SinceAsync(Scene.Start, "from before the first", receipts).ConfigureAwait(false);
        await SinceAsync(receipts[1].At, "from the time of the second", receipts[1..]).ConfigureAwait(false);
        var later = receipts[1].At + Duration.FromNanoseconds(1_000L);
        await SinceAsync(later, "from a microsecond later", receipts[2..]).ConfigureAwait(false);
        await SinceAsync(receipts[2].At + Duration.FromHours(1), "from after the last", []).ConfigureAwait(false);

        async Task SinceAsync(Instant since, string about, List<ErasureReceipt> expected) =>
            scene.Same(
                string.Join('\n', expected.Select(StoredText.Of)),
                string.Join('\n', (await stage.ListAsync(since).ConfigureAwait(false)).Select(StoredText.Of)),
                $"the erasures {about}"
            );
    }

    private static async Task Pages_of_erasures_follow_each_other_and_end(ErasingStage stage)
    {
        // Several have one time. In which order those come is free.
        var scene = stage.Scene;
        var receipts = new List<ErasureReceipt>();
        foreach (var erasures in (int[])[1, 4, 1])
        {
            scene.Later();
            for (var i = 0; i < erasures; i++)
            {
                receipts.Add(
                    await stage.EraseAsync(await scene.CreateAsync().ConfigureAwait(false)).ConfigureAwait(false)
                );
            }
        }

        foreach (var most in (int[])[1, 2, 3, 6, 7])
        {
            var listed = new List<ErasureReceipt>();
            ImmutableArray<ErasureReceipt> page;
            do
            {
                page = await stage.ListAsync(Scene.Start, listed.LastOrDefault(), most).ConfigureAwait(false);
                scene.Is(true, page.Length <= most, $"a page of at most {most}");
                listed.AddRange(page);
            } while (page.Length == most && listed.Count <= receipts.Count);

            scene.Same(
                string.Join('\n', receipts.Select(StoredText.Of).Order(StringComparer.Ordinal)),
                string.Join('\n', listed.Select(StoredText.Of).Order(StringComparer.Ordinal)),
                $"each erasure once, in pages of {most}"
            );
            scene.Is(
                true,
                listed.Select(receipt => receipt.At).SequenceEqual(receipts.Select(receipt => receipt.At)),
                $"oldest first, in pages of {most}"
            );
        }

        var isRefused = false;
        try
        {
            await stage.ListAsync(Scene.Start, most: 0).ConfigureAwait(false);
        }
        catch (ArgumentOutOfRangeException)
        {
            isRefused = true;
        }

        scene.Is(true, isRefused, "a page of none is an ArgumentOutOfRangeException");
    }

    private static async Task Suppression_marks_are_removed(ErasingStage stage)
    {
        foreach (var byIdentity in (bool[])[false, true])
        {
            var fresh = new ErasingStage(stage.Scene.Anew(), stage.Store);
            var ada = await SuppressedAsync(fresh, byIdentity).ConfigureAwait(false);
            await fresh.EraseAsync(ada).ConfigureAwait(false);
            await NotSuppressedAsync(fresh, ada, About(byIdentity)).ConfigureAwait(false);
        }
    }

    private static async Task Suppression_marks_of_a_merge_are_removed_with_the_others(
        ErasingStage stage,
        MergingStage merging
    )
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        await scene.SuppressAsync(ada).ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        await merging.MergeAsync(ada, ben).ConfigureAwait(false);
        await stage.EraseAsync(ben, includesAbsorbed: true).ConfigureAwait(false);
        await NotSuppressedAsync(stage, ada, "the absorbed customer").ConfigureAwait(false);
        await NotSuppressedAsync(stage, ben, "the survivor").ConfigureAwait(false);
    }

    private static async Task Erased_ids_are_not_given_again(ErasingStage stage, MergingStage merging)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        await merging.MergeAsync(ada, ben).ConfigureAwait(false);
        await stage.EraseAsync(ben, includesAbsorbed: true).ConfigureAwait(false);
        var before = await stage.TellAsync(ada, ben).ConfigureAwait(false);
        foreach (var person in (CustomerProfile[])[ada, ben])
        {
            foreach (var identity in (Identity[])[person.Identities[0], scene.NextEmail()])
            {
                scene.Same(
                    StoredText.Of(new AddResult.IdTaken()),
                    await AddingCases
                        .AddAsync(scene, scene.Tenant, scene.Someone(identity, id: person.Id))
                        .ConfigureAwait(false),
                    "adding somebody with an erased id"
                );
            }
        }

        scene.Same(before, await stage.TellAsync(ada, ben).ConfigureAwait(false), "nobody was added");
        scene.Same(
            StoredText.Of(new AddResult.Added()),
            await AddingCases
                .AddAsync(
                    scene,
                    scene.OtherTenant,
                    scene.Someone(ada.Identities[0], tenant: scene.OtherTenant, id: ada.Id)
                )
                .ConfigureAwait(false),
            "adding somebody with the id in another tenant"
        );
    }

    private static async Task Another_tenant_is_not_erased(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada", scene.Provider).ConfigureAwait(false);
        var other = await scene
            .CreateAsync(scene.Someone(ada.Identities[0], scene.OtherTenant, ada.Id), scene.OtherProvider)
            .ConfigureAwait(false);
        await scene.SuppressAsync(other).ConfigureAwait(false);
        var before = await scene.ReadAsync(other).ConfigureAwait(false);
        await stage.EraseAsync(ada).ConfigureAwait(false);

        scene.Same(before, await scene.ReadAsync(other).ConfigureAwait(false), "the same id in another tenant");
        scene.Same(
            "no receipt",
            StoredText.Of(await stage.FindAsync(ada, scene.OtherTenant).ConfigureAwait(false)),
            "the receipt in another tenant"
        );
        scene.Same(
            0,
            (await stage.ListAsync(Scene.Start, tenant: scene.OtherTenant).ConfigureAwait(false)).Length,
            "the erasures of another tenant"
        );
        var ofOther = await stage.EraseAsync(other).ConfigureAwait(false);
        scene.Same(
            StoredText.Of(ofOther),
            StoredText.Of(await stage.FindAsync(ada, scene.OtherTenant).ConfigureAwait(false)),
            "the receipt of the other customer with this id"
        );
    }

    private static async Task A_cancelled_call_erases_nothing(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada", scene.Provider).ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        await stage.EraseAsync(ben).ConfigureAwait(false);
        var before = await stage.TellAsync(ada, ben).ConfigureAwait(false);
        (string Name, Func<CancellationToken, Task> Act)[] calls =
        [
            ("EraseAsync", cancel => stage.Store.EraseAsync(stage.Write(ada), cancel).AsTask()),
            ("FindErasureAsync", cancel => stage.Store.FindErasureAsync(scene.Tenant, ben.Id, cancel).AsTask()),
            (
                "GetErasuresAsync",
                cancel => stage.Store.GetErasuresAsync(scene.Tenant, Scene.Start, null, 9, cancel).AsTask()
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
            scene.Same(
                before,
                await stage.TellAsync(ada, ben).ConfigureAwait(false),
                $"everything after {name} with a cancelled token"
            );
        }
    }

    private static async Task A_cancelled_erasure_is_whole_or_not(ErasingStage stage)
    {
        var random = new Random(20_260_131);
        for (var round = 0; round < stage.Scene.UnderTest.Rounds; round++)
        {
            var scene = stage.Scene.Anew();
            var fresh = new ErasingStage(scene, stage.Store);
            var ada = await fresh.CreateAsync("ada", scene.Provider).ConfigureAwait(false);
            var write = fresh.Write(ada);
            var before = await fresh.TellAsync(ada).ConfigureAwait(false);

            // A time within a fast call in memory or a slow one to a database.
            var most = TimeSpan.FromMicroseconds(Math.Pow(10, 1 + (random.NextDouble() * 3)));
            await CancellationCases
                .CancelledAsync(
                    cancel => fresh.Store.EraseAsync(write, cancel).AsTask(),
                    (long)(most.TotalSeconds * System.Diagnostics.Stopwatch.Frequency),
                    scene.Cancel
                )
                .ConfigureAwait(false);
            if (await fresh.FindAsync(ada).ConfigureAwait(false) is null)
            {
                scene.Same(before, await fresh.TellAsync(ada).ConfigureAwait(false), "nothing was erased");
            }

            var receipt = await fresh.EraseAsync(write).ConfigureAwait(false);
            scene.Same(3, receipt.Identities, "the identities, erased before or after the call was cancelled");
            scene.Same(1, receipt.Conversations, "the conversations");
            scene.Same(fresh.Changes(2), receipt.Changes, "the changes");
            await fresh.GoneAsync("erased", ada).ConfigureAwait(false);
            await scene.PendingAsync("no check is left").ConfigureAwait(false);
            await OneReceiptAsync(fresh, receipt).ConfigureAwait(false);
        }
    }

    /// <summary>Asserts that the tenant has one receipt.</summary>
    public static async Task OneReceiptAsync(ErasingStage stage, ErasureReceipt receipt) =>
        stage.Scene.Same(
            StoredText.Of(receipt),
            string.Join('\n', (await stage.ListAsync(Scene.Start).ConfigureAwait(false)).Select(StoredText.Of)),
            "the one receipt of the tenant"
        );

    private static string About(bool byIdentity) => byIdentity ? "suppressed by one identity" : "suppressed themselves";

    private static async Task<CustomerProfile> SuppressedAsync(ErasingStage stage, bool byIdentity)
    {
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        if (byIdentity)
        {
            await stage.Scene.SuppressAsync(ada.Identities[1]).ConfigureAwait(false);
        }
        else
        {
            await stage.Scene.SuppressAsync(ada).ConfigureAwait(false);
        }

        return ada;
    }

    /// <summary>Asserts that whoever comes by an identity of who was erased is not suppressed.</summary>
    private static async Task NotSuppressedAsync(ErasingStage stage, CustomerProfile erased, string about)
    {
        var scene = stage.Scene;
        foreach (var identity in erased.Identities)
        {
            var again = await scene.CreateAsync(scene.Someone(identity)).ConfigureAwait(false);
            var read = await scene.ReadAsync(again).ConfigureAwait(false);
            scene.Is(false, read.IsSuppressed, $"who comes by {StoredText.Of(identity)} is suppressed; {about}");
        }
    }
}
