using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>What a store remembers of the changes of a customer.</summary>
internal static class HistoryCases
{
    private static readonly Case Case = new("history");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Of("An update keeps the change that it passes, with the version that it makes.", An_update_keeps_its_change),
        Of("An update that is not written keeps no change.", A_refused_update_keeps_no_change),
        Of("A call that passes no change keeps none.", Without_a_change_nothing_is_kept),
        Of("A change is read as it was kept.", A_change_is_read_as_it_was_kept),
        Of(
            "Changes are numbered from 1, one after the other, for each customer.",
            Each_customer_has_numbers_of_their_own
        ),
        Of("The oldest changes beyond MostKept are removed, and no number is given twice.", The_oldest_changes_go),
        Of("With a MostKept of 0 the change is not kept, and those that are there stay.", No_more_changes_are_kept),
        Of("A result that is written keeps its change; one that is not keeps none.", A_result_keeps_its_change),
        Of("Withholding keeps its change, with or without a new version.", Withholding_keeps_its_change),
        Of("Suppressing and unsuppressing keep their change when something changes.", Suppressing_keeps_its_change),
        Of("Reading the history of nobody, or of another tenant's customer, is null.", Nobody_has_no_history),
        Of(
            "ReplaceChangesAsync replaces a change that is as it was read, and no other.",
            Only_a_change_as_read_is_replaced
        ),
        Of("Of writers who race for one version, the winner's change alone is kept.", Racing_writers_keep_one_change),
        Of("A cancelled call keeps no change.", A_cancelled_call_keeps_no_change),
    ];

    /// <summary>A case that a store without history passes.</summary>
    private static StoreConformanceCase Of(
        string rule,
        Func<Scene, IHistoryStore, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => Case.Of(rule, scene => scene.Store is IHistoryStore store ? run(scene, store) : Task.CompletedTask, name);

    private static async Task An_update_keeps_its_change(Scene scene, IHistoryStore store)
    {
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        await KeptAsync(scene, store, ada, "creating a customer is no change").ConfigureAwait(false);

        var second = await UpdateAsync(scene, scene.Next(ada, values: scene.Noted("one")), Change(scene, "one"))
            .ConfigureAwait(false);
        var third = await UpdateAsync(scene, scene.Next(second, values: scene.Noted("two")), Change(scene, "two"))
            .ConfigureAwait(false);
        await KeptAsync(scene, store, third, "two updates", "2 v3 two", "1 v2 one").ConfigureAwait(false);
        var read = await store.GetHistoryAsync(third.Tenant, third.Id, scene.Cancel).ConfigureAwait(false);
        scene.Same(StoredText.Of(third), StoredText.Of(read!.Profile), "the current profile is read with the history");
    }

    private static async Task A_refused_update_keeps_no_change(Scene scene, IHistoryStore store)
    {
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        var ben = await scene.CreateAsync().ConfigureAwait(false);
        var stale = scene.Next(scene.Next(ada), values: scene.Noted("stale"));
        await scene.Store.UpdateAsync(stale, Change(scene, "stale"), scene.Cancel).ConfigureAwait(false);
        var taken = scene.Next(ada, identities: [ada.Identities[0], ben.Identities[0]]);
        await scene.Store.UpdateAsync(taken, Change(scene, "taken"), scene.Cancel).ConfigureAwait(false);
        await KeptAsync(scene, store, ada, "nothing was written").ConfigureAwait(false);
    }

    private static async Task Without_a_change_nothing_is_kept(Scene scene, IHistoryStore store)
    {
        var ada = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var second = await scene.UpdateAsync(scene.Next(ada, values: scene.Noted("one"))).ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        await scene.CompleteAsync(claim, scene.Next(second, values: scene.Noted("two"))).ConfigureAwait(false);
        await scene.SuppressAsync(ada).ConfigureAwait(false);
        await KeptAsync(scene, store, ada, "no call passed a change").ConfigureAwait(false);
    }

    private static async Task A_change_is_read_as_it_was_kept(Scene scene, IHistoryStore store)
    {
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        var before = FieldValueOf(scene, "O'Brien \"\\ {}[] \u0444\u0438 \ud83d\ude00 %_\n");
        var change = new ProfileChange
        {
            Kind = HistoryKind.Revert,
            By = new Provenance(ProvenanceSource.Import, "old 'system'", scene.Later()),
            CaseReference = "T-1 \u00e9",
            UpdatedAt = ada.UpdatedAt,
            Identities = [ada.Identities[0], Identity.External("4711")],
            Values =
            [
                new PreviousValue
                {
                    Field = before.Field,
                    Value = before,
                    Index = 3,
                },
                new PreviousValue { Field = ProfileField.Phones, Key = "+442079460000" },
                new PreviousValue { Field = ProfileField.Custom("plan"), IsRemoved = true },
            ],
        };
        await UpdateAsync(scene, scene.Next(ada), change).ConfigureAwait(false);
        var read = await store.GetHistoryAsync(ada.Tenant, ada.Id, scene.Cancel).ConfigureAwait(false);
        scene.Same(
            ChangeSerializer.Serialize(change),
            string.Join("; ", read!.Changes.Select(stored => ChangeSerializer.Serialize(stored.Change))),
            "every part of a change"
        );
    }

    private static async Task Each_customer_has_numbers_of_their_own(Scene scene, IHistoryStore store)
    {
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        var ben = await scene.CreateAsync().ConfigureAwait(false);
        var other = await scene.CreateAsync(scene.Someone(tenant: scene.OtherTenant, id: ada.Id)).ConfigureAwait(false);
        ada = await UpdateAsync(scene, scene.Next(ada), Change(scene, "ada")).ConfigureAwait(false);
        await UpdateAsync(scene, scene.Next(other), Change(scene, "other")).ConfigureAwait(false);
        await UpdateAsync(scene, scene.Next(ben), Change(scene, "ben")).ConfigureAwait(false);
        ada = await UpdateAsync(scene, scene.Next(ada), Change(scene, "ada again")).ConfigureAwait(false);
        await KeptAsync(scene, store, ada, "two changes", "2 v3 ada again", "1 v2 ada").ConfigureAwait(false);
        await KeptAsync(scene, store, ben, "one change", "1 v2 ben").ConfigureAwait(false);
        await KeptAsync(scene, store, other, "one change", "1 v2 other").ConfigureAwait(false);
    }

    private static async Task The_oldest_changes_go(Scene scene, IHistoryStore store)
    {
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        for (var i = 1; i <= 6; i++)
        {
            ada = await UpdateAsync(scene, scene.Next(ada), Change(scene, $"edit {i}", mostKept: 4))
                .ConfigureAwait(false);
        }

        await KeptAsync(scene, store, ada, "four are kept", "6 v7 edit 6", "5 v6 edit 5", "4 v5 edit 4", "3 v4 edit 3")
            .ConfigureAwait(false);
        ada = await UpdateAsync(scene, scene.Next(ada), Change(scene, "the last", mostKept: 1)).ConfigureAwait(false);
        await KeptAsync(scene, store, ada, "fewer are kept from now on", "7 v8 the last").ConfigureAwait(false);
    }

    private static async Task No_more_changes_are_kept(Scene scene, IHistoryStore store)
    {
        var ada = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        ada = await UpdateAsync(scene, scene.Next(ada), Change(scene, "one")).ConfigureAwait(false);
        ada = await UpdateAsync(scene, scene.Next(ada), Change(scene, "two")).ConfigureAwait(false);
        ada = await UpdateAsync(scene, scene.Next(ada), Change(scene, "off", mostKept: 0)).ConfigureAwait(false);
        await KeptAsync(scene, store, ada, "the third is not kept", "2 v3 two", "1 v2 one").ConfigureAwait(false);
        ada = await UpdateAsync(scene, scene.Next(ada), Change(scene, "on", mostKept: 2)).ConfigureAwait(false);
        await KeptAsync(scene, store, ada, "the fourth is kept", "3 v5 on", "2 v3 two").ConfigureAwait(false);
    }

    private static async Task A_result_keeps_its_change(Scene scene, IHistoryStore store)
    {
        var ada = await scene.CreateAsync(scene.Provider, scene.OtherProvider).ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        var stale = scene.Next(scene.Next(ada), values: scene.Noted("stale"));
        await CompleteAsync(scene, claim, CheckOutcome.Matched, stale, "stale").ConfigureAwait(false);
        await KeptAsync(scene, store, ada, "the result was stale").ConfigureAwait(false);

        ada = scene.Next(ada, values: scene.Noted("found"));
        await CompleteAsync(scene, claim, CheckOutcome.Matched, ada, "found").ConfigureAwait(false);
        await KeptAsync(scene, store, ada, "the result was written", "1 v2 found").ConfigureAwait(false);

        await CompleteAsync(scene, claim, CheckOutcome.Matched, scene.Next(ada), "late").ConfigureAwait(false);
        await KeptAsync(scene, store, ada, "the lease was lost", "1 v2 found").ConfigureAwait(false);

        var dropped = await scene.ClaimAsync(scene.OtherProvider).ConfigureAwait(false);
        await scene.SuppressAsync(ada).ConfigureAwait(false);
        await CompleteAsync(scene, dropped, CheckOutcome.Matched, scene.Next(ada), "dropped").ConfigureAwait(false);
        await KeptAsync(scene, store, ada, "the result was dropped", "1 v2 found").ConfigureAwait(false);
    }

    private static async Task Withholding_keeps_its_change(Scene scene, IHistoryStore store)
    {
        var ada = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        await CompleteAsync(scene, claim, CheckOutcome.Withheld, null, "withheld").ConfigureAwait(false);
        await KeptAsync(scene, store, ada, "no version was made", "1 - withheld").ConfigureAwait(false);

        var ben = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        claim = await scene.ClaimAsync().ConfigureAwait(false);
        ben = scene.Next(ben, values: scene.Noted("emptied"));
        await CompleteAsync(scene, claim, CheckOutcome.Withheld, ben, "withheld").ConfigureAwait(false);
        await KeptAsync(scene, store, ben, "a version was made", "1 v2 withheld").ConfigureAwait(false);
    }

    private static async Task Suppressing_keeps_its_change(Scene scene, IHistoryStore store)
    {
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        await SuppressAsync(scene, ada, suppressed: false, "was not suppressed").ConfigureAwait(false);
        await SuppressAsync(scene, ada, suppressed: true, "suppressed").ConfigureAwait(false);
        await SuppressAsync(scene, ada, suppressed: true, "was suppressed").ConfigureAwait(false);
        await SuppressAsync(scene, ada, suppressed: false, "unsuppressed").ConfigureAwait(false);
        await scene.SuppressAsync(ada.Identities[0]).ConfigureAwait(false);
        await SuppressAsync(scene, ada, suppressed: false, "the mark of the address went").ConfigureAwait(false);
        await KeptAsync(
                scene,
                store,
                ada,
                "three times something changed",
                "3 - the mark of the address went",
                "2 - unsuppressed",
                "1 - suppressed"
            )
            .ConfigureAwait(false);

        ada = await UpdateAsync(scene, scene.Next(ada), Change(scene, "edited", mostKept: 2)).ConfigureAwait(false);
        await KeptAsync(
                scene,
                store,
                ada,
                "changes with and without a version are counted together",
                "4 v2 edited",
                "3 - the mark of the address went"
            )
            .ConfigureAwait(false);
    }

    private static async Task Nobody_has_no_history(Scene scene, IHistoryStore store)
    {
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        var nobody = await store
            .GetHistoryAsync(scene.Tenant, CustomerId.New(scene.Now), scene.Cancel)
            .ConfigureAwait(false);
        scene.Is(true, nobody is null, "nobody has this id");
        var elsewhere = await store.GetHistoryAsync(scene.OtherTenant, ada.Id, scene.Cancel).ConfigureAwait(false);
        scene.Is(true, elsewhere is null, "the customer is another tenant's");
    }

    private static async Task Only_a_change_as_read_is_replaced(Scene scene, IHistoryStore store)
    {
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        var (one, two, three) = (Change(scene, "one"), Change(scene, "two"), Change(scene, "three"));
        foreach (var change in (ProfileChange[])[one, two, three])
        {
            ada = await UpdateAsync(scene, scene.Next(ada), change).ConfigureAwait(false);
        }

        var ben = await scene.CreateAsync().ConfigureAwait(false);
        ben = await UpdateAsync(scene, scene.Next(ben), one).ConfigureAwait(false);
        ImmutableArray<ChangeReplacement> replacements =
        [
            Replacement(1, one, Change(scene, "one without")),
            Replacement(2, one, Change(scene, "read otherwise")),
            Replacement(3, three, Change(scene, "three without")),
            Replacement(4, one, Change(scene, "gone")),
        ];
        var elsewhere = await store
            .ReplaceChangesAsync(scene.OtherTenant, ada.Id, replacements, scene.Cancel)
            .ConfigureAwait(false);
        scene.Same(0, elsewhere, "the customer is another tenant's");
        var replaced = await store
            .ReplaceChangesAsync(ada.Tenant, ada.Id, replacements, scene.Cancel)
            .ConfigureAwait(false);
        scene.Same(2, replaced, "two were as read");
        await KeptAsync(scene, store, ada, "two are replaced", "3 v4 three without", "2 v3 two", "1 v2 one without")
            .ConfigureAwait(false);
        await KeptAsync(scene, store, ben, "another customer's change stays", "1 v2 one").ConfigureAwait(false);
        var again = await store
            .ReplaceChangesAsync(ada.Tenant, ada.Id, replacements, scene.Cancel)
            .ConfigureAwait(false);
        scene.Same(0, again, "none is as read any more");
    }

    private static async Task Racing_writers_keep_one_change(Scene scene, IHistoryStore store)
    {
        const int writers = 8;
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        var results = await scene
            .AtOnceAsync(
                writers,
                async i =>
                    await scene
                        .StoreOf(i)
                        .UpdateAsync(
                            scene.Next(ada, values: scene.Noted($"writer {i}")),
                            Change(scene, $"writer {i}"),
                            scene.Cancel
                        )
                        .ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        var winner = Array.FindIndex(results, result => result is UpdateResult.Updated);
        await KeptAsync(scene, store, ada, "one writer wins", $"1 v2 writer {winner}").ConfigureAwait(false);
    }

    private static async Task A_cancelled_call_keeps_no_change(Scene scene, IHistoryStore store)
    {
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        var cancelled = new CancellationToken(canceled: true);
        Func<Task>[] calls =
        [
            () => scene.Store.UpdateAsync(scene.Next(ada), Change(scene, "no"), cancelled).AsTask(),
            () => scene.Store.SetSuppressedAsync(ada.Tenant, ada.Id, true, Change(scene, "no"), cancelled).AsTask(),
            () => store.GetHistoryAsync(ada.Tenant, ada.Id, cancelled).AsTask(),
            () => store.ReplaceChangesAsync(ada.Tenant, ada.Id, [], cancelled).AsTask(),
        ];
        foreach (var call in calls)
        {
            var isCancelled = false;
            try
            {
                await call().ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                isCancelled = true;
            }

            scene.Is(true, isCancelled, "a cancelled call throws");
        }

        await KeptAsync(scene, store, ada, "every call was cancelled").ConfigureAwait(false);
    }

    private static async Task<CustomerProfile> UpdateAsync(Scene scene, CustomerProfile next, ProfileChange change)
    {
        var result = await scene.Store.UpdateAsync(next, change, scene.Cancel).ConfigureAwait(false);
        scene.Same(nameof(UpdateResult.Updated), StoredText.Of(result), "the version before stands");
        return next;
    }

    private static async Task CompleteAsync(
        Scene scene,
        CheckClaim claim,
        CheckOutcome outcome,
        CustomerProfile? profile,
        string reference
    ) =>
        await scene
            .Store.CompleteCheckAsync(claim, outcome, profile, Change(scene, reference), scene.Now, scene.Cancel)
            .ConfigureAwait(false);

    private static async Task SuppressAsync(Scene scene, CustomerProfile profile, bool suppressed, string reference) =>
        scene.Is(
            true,
            await scene
                .Store.SetSuppressedAsync(
                    profile.Tenant,
                    profile.Id,
                    suppressed,
                    Change(scene, reference),
                    scene.Cancel
                )
                .ConfigureAwait(false),
            "the tenant has this customer"
        );

    /// <summary>Asserts the changes that are kept, newest first, each as number, version and reference.</summary>
    private static async Task KeptAsync(
        Scene scene,
        IHistoryStore store,
        CustomerProfile profile,
        string about,
        params string[] expected
    )
    {
        var read = await store.GetHistoryAsync(profile.Tenant, profile.Id, scene.Cancel).ConfigureAwait(false);
        scene.Same(
            string.Join("; ", expected),
            string.Join(
                "; ",
                (read?.Changes ?? []).Select(stored =>
                {
                    var version = stored.Version?.ToString(CultureInfo.InvariantCulture);
                    return $"{stored.Number} {(version is null ? "-" : $"v{version}")} {stored.Change.CaseReference}";
                })
            ),
            about
        );
    }

    private static ProfileChange Change(Scene scene, string reference, int mostKept = 100) =>
        new()
        {
            Kind = HistoryKind.Edit,
            By = new Provenance(ProvenanceSource.Agent, "kim", scene.Now),
            CaseReference = reference,
            Values = [],
            UpdatedAt = scene.Now,
            MostKept = mostKept,
        };

    private static ChangeReplacement Replacement(long number, ProfileChange read, ProfileChange replacement) =>
        new()
        {
            Number = number,
            Read = read,
            Replacement = replacement,
        };

    private static FieldValue FieldValueOf(Scene scene, string notes) => scene.Noted(notes)[0];
}
