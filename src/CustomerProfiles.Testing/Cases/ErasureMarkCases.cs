using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>Marks that erasures leave, and what they say when a customer is created.</summary>
internal static class ErasureMarkCases
{
    private const string Kept = "EraseAsync keeps the marks, and the receipt has them.";
    private const string Found = "FindMarksAsync finds marks by their hashes.";
    private const string Added = "AddMarksAsync adds marks; of two with one hash DoNotKeep stays.";
    private const string Removed = "RemoveMarksAsync removes marks, and says whether one of them was there.";
    private const string Keys = "GetMarkKeysAsync reads the keys of the marks of all tenants, each once.";
    private const string DoNotKeep = "With a mark DoNotKeep CreateAsync creates nobody and writes nothing.";
    private const string DoNotLookUp =
        "With a mark DoNotLookUp CreateAsync creates a customer who is suppressed, and requests no check.";
    private const string OneTenant = "Nothing is shared between two tenants.";

    private static readonly Case Case = new("marks");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Of(Kept, Marks_are_kept_and_the_receipt_has_them),
        Of(Kept, Marks_are_kept_beside_the_suppression_that_is_removed),
        Of(Found, Only_marks_of_the_hashes_are_found),
        Of(Found, Many_marks_are_found_at_once),
        Of(Added, Added_marks_are_found),
        Of(Added, DoNotKeep_stays_whichever_comes_first),
        Of(Removed, Removed_marks_are_gone),
        Of(Removed, After_removing_DoNotKeep_another_mark_can_be_added),
        Of(Keys, Keys_of_all_tenants_are_listed_while_a_mark_needs_them),
        Of(DoNotKeep, Nobody_is_created_with_an_identity_that_must_not_be_kept),
        Of(DoNotKeep, DoNotKeep_by_one_key_wins_over_DoNotLookUp_by_another),
        Of(DoNotLookUp, Whoever_must_not_be_looked_up_is_created_suppressed),
        Of(DoNotLookUp, Unsuppressing_leaves_the_mark_of_the_erasure),
        Of("Marks concern who is created, not who has the identity.", Whoever_has_the_identity_is_met_as_ever),
        Of("A mark is compared with the hashes that are passed, and with nothing else.", Without_hashes_no_mark_counts),
        Of(OneTenant, Marks_of_another_tenant_are_not_found),
        Of(OneTenant, Marks_of_another_tenant_forbid_nothing),
        Of("A cancelled call writes nothing.", A_cancelled_call_about_marks_writes_nothing),
    ];

    private static StoreConformanceCase Of(
        string rule,
        Func<ErasingStage, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => ErasingCases.Of(Case, rule, run, name);

    private static async Task Marks_are_kept_and_the_receipt_has_them(ErasingStage stage)
    {
        var scene = stage.Scene;
        foreach (var kind in Enum.GetValues<ErasureMarkKind>())
        {
            var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
            var marks = stage.Marks(ada, kind);
            var receipt = await stage.EraseAsync(ada, marks: marks).ConfigureAwait(false);
            var text = string.Join('\n', marks.Select(StoredText.Of).Order(StringComparer.Ordinal));
            ImmutableArray<ErasureReceipt> listed = await stage.ListAsync(Scene.Start).ConfigureAwait(false);
            var read = await stage.FindAsync(ada).ConfigureAwait(false);
            (string About, ErasureReceipt? Receipt)[] receipts =
            [
                ("the receipt that is returned", receipt),
                ("the receipt that is found", read),
                ("the receipt that is listed", listed.FirstOrDefault(one => one.Id == receipt.Id)),
            ];
            foreach (var (about, one) in receipts)
            {
                scene.Same(
                    text,
                    string.Join('\n', (one?.Marks ?? []).Select(StoredText.Of).Order(StringComparer.Ordinal)),
                    $"the marks of {about}"
                );
            }

            await stage.MarkedAsync($"{kind}", ada.Identities, marks).ConfigureAwait(false);
            await stage.GoneAsync("erased", ada).ConfigureAwait(false);
        }
    }

    private static async Task Marks_are_kept_beside_the_suppression_that_is_removed(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        await scene.SuppressAsync(ada).ConfigureAwait(false);
        await scene.SuppressAsync(ada.Identities[1]).ConfigureAwait(false);
        var marks = stage.Marks(ada, ErasureMarkKind.DoNotLookUp);
        await stage.EraseAsync(ada, marks: marks).ConfigureAwait(false);

        foreach (var identity in ada.Identities)
        {
            // Whoever does not know the hash, such as a reader of a stolen database, is to learn nothing.
            var again = await scene.CreateAsync(scene.Someone(identity)).ConfigureAwait(false);
            var read = await scene.ReadAsync(again).ConfigureAwait(false);
            scene.Is(false, read.IsSuppressed, $"whoever comes by {StoredText.Of(identity)} without hashes");
        }

        await stage.MarkedAsync("after that", ada.Identities, marks).ConfigureAwait(false);
    }

    private static async Task Only_marks_of_the_hashes_are_found(ErasingStage stage)
    {
        var (ada, ben, unknown) = (stage.Scene.NextEmail(), stage.Scene.NextEmail(), stage.Scene.NextEmail());
        await stage.AddMarksAsync(stage.Mark(ada), stage.Mark(ben, ErasureMarkKind.DoNotKeep)).ConfigureAwait(false);
        await stage.MarkedAsync("of one", [ada], [stage.Mark(ada)]).ConfigureAwait(false);
        await stage
            .MarkedAsync("of both", [ben, ada], [stage.Mark(ada), stage.Mark(ben, ErasureMarkKind.DoNotKeep)])
            .ConfigureAwait(false);
        await stage.MarkedAsync("one hash twice", [ada, unknown, ada], [stage.Mark(ada)]).ConfigureAwait(false);
        await stage.MarkedAsync("of nobody who is marked", [unknown], []).ConfigureAwait(false);
        await stage.MarkedAsync("of no hash", [], []).ConfigureAwait(false);
    }

    private static async Task Many_marks_are_found_at_once(ErasingStage stage)
    {
        const int many = 300;
        Identity[] identities = [.. Enumerable.Range(0, many).Select(_ => stage.Scene.NextEmail())];
        ErasureMark[] marks = [.. identities.Select(identity => stage.Mark(identity))];
        await stage.AddMarksAsync(marks).ConfigureAwait(false);
        await stage.MarkedAsync("all of them", identities, marks).ConfigureAwait(false);
        stage.Scene.Is(true, await stage.RemoveMarksAsync(identities).ConfigureAwait(false), "they were there");
        await stage.MarkedAsync("all are removed", identities, []).ConfigureAwait(false);
    }

    private static async Task Added_marks_are_found(ErasingStage stage)
    {
        var (ada, ben) = (stage.Scene.NextEmail(), stage.Scene.NextEmail());
        await stage.AddMarksAsync().ConfigureAwait(false);
        for (var times = 1; times <= 2; times++)
        {
            await stage
                .AddMarksAsync(stage.Mark(ada), stage.Mark(ben, ErasureMarkKind.DoNotKeep))
                .ConfigureAwait(false);
            await stage
                .MarkedAsync(
                    $"added {times} times",
                    [ada, ben],
                    [stage.Mark(ada), stage.Mark(ben, ErasureMarkKind.DoNotKeep)]
                )
                .ConfigureAwait(false);
        }
    }

    private static async Task DoNotKeep_stays_whichever_comes_first(ErasingStage stage)
    {
        ErasureMarkKind[][] orders =
        [
            [ErasureMarkKind.DoNotKeep, ErasureMarkKind.DoNotLookUp],
            [ErasureMarkKind.DoNotLookUp, ErasureMarkKind.DoNotKeep],
        ];
        foreach (var kinds in orders)
        {
            var (added, together, mixed) = (
                stage.Scene.NextEmail(),
                stage.Scene.NextEmail(),
                await stage.Scene.CreateAsync().ConfigureAwait(false)
            );
            await stage.AddMarksAsync(stage.Mark(added, kinds[0])).ConfigureAwait(false);
            await stage.AddMarksAsync(stage.Mark(added, kinds[1])).ConfigureAwait(false);
            await Only(added, "added one after another").ConfigureAwait(false);

            await stage
                .AddMarksAsync(stage.Mark(together, kinds[0]), stage.Mark(together, kinds[1]))
                .ConfigureAwait(false);
            await Only(together, "added in one call").ConfigureAwait(false);

            await stage.AddMarksAsync(stage.Mark(mixed.Identities[0], kinds[0])).ConfigureAwait(false);
            await stage.EraseAsync(mixed, marks: stage.Marks(mixed, kinds[1])).ConfigureAwait(false);
            await Only(mixed.Identities[0], "added, then kept by an erasure").ConfigureAwait(false);
        }

        Task Only(Identity identity, string about) =>
            stage.MarkedAsync(about, [identity], [stage.Mark(identity, ErasureMarkKind.DoNotKeep)]);
    }

    private static async Task Removed_marks_are_gone(ErasingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben, unknown) = (scene.NextEmail(), scene.NextEmail(), scene.NextEmail());
        await stage.AddMarksAsync(stage.Mark(ada), stage.Mark(ben, ErasureMarkKind.DoNotKeep)).ConfigureAwait(false);
        scene.Is(false, await stage.RemoveMarksAsync(unknown).ConfigureAwait(false), "removing what is not there");
        scene.Is(false, await stage.RemoveMarksAsync().ConfigureAwait(false), "removing none");
        scene.Is(true, await stage.RemoveMarksAsync(unknown, ada).ConfigureAwait(false), "one of two is there");
        await stage
            .MarkedAsync("one is removed", [ada, ben], [stage.Mark(ben, ErasureMarkKind.DoNotKeep)])
            .ConfigureAwait(false);
        scene.Is(false, await stage.RemoveMarksAsync(ada).ConfigureAwait(false), "removing it again");
        scene.Is(true, await stage.RemoveMarksAsync(ben).ConfigureAwait(false), "removing DoNotKeep");
        await stage.MarkedAsync("both are removed", [ada, ben], []).ConfigureAwait(false);
    }

    private static async Task After_removing_DoNotKeep_another_mark_can_be_added(ErasingStage stage)
    {
        var ada = stage.Scene.NextEmail();
        await stage.AddMarksAsync(stage.Mark(ada, ErasureMarkKind.DoNotKeep)).ConfigureAwait(false);
        await stage.RemoveMarksAsync(ada).ConfigureAwait(false);
        await stage.AddMarksAsync(stage.Mark(ada)).ConfigureAwait(false);
        await stage.MarkedAsync("added after removing", [ada], [stage.Mark(ada)]).ConfigureAwait(false);
    }

    private static async Task Keys_of_all_tenants_are_listed_while_a_mark_needs_them(ErasingStage stage)
    {
        var scene = stage.Scene;
        var (first, second) = ($"first-{scene.Mark}", $"second-{scene.Mark}");
        var (ada, ben, cleo) = (scene.NextEmail(), scene.NextEmail(), scene.NextEmail());
        await KeysAsync("before").ConfigureAwait(false);
        await stage
            .AddMarksAsync(stage.Mark(ada, keyId: first), stage.Mark(ben, ErasureMarkKind.DoNotKeep, first))
            .ConfigureAwait(false);
        await stage
            .Store.AddMarksAsync(
                scene.OtherTenant,
                [stage.Mark(ada, keyId: first), stage.Mark(cleo, keyId: second)],
                scene.Cancel
            )
            .ConfigureAwait(false);
        await KeysAsync("two keys in two tenants", first, second).ConfigureAwait(false);

        await stage.RemoveMarksAsync(ada, ben).ConfigureAwait(false);
        await KeysAsync("another tenant needs both", first, second).ConfigureAwait(false);
        await stage
            .Store.RemoveMarksAsync(scene.OtherTenant, [ErasingStage.HashOf(ada)], scene.Cancel)
            .ConfigureAwait(false);
        await KeysAsync("no mark needs the first", second).ConfigureAwait(false);

        var person = await scene.CreateAsync().ConfigureAwait(false);
        await stage.EraseAsync(person, marks: [stage.Mark(person.Identities[0], keyId: first)]).ConfigureAwait(false);
        await KeysAsync("a mark of an erasure needs the first", first, second).ConfigureAwait(false);

        async Task KeysAsync(string about, params string[] expected) =>
            scene.Same(
                string.Join('\n', expected),
                string.Join(
                    '\n',
                    (await stage.Store.GetMarkKeysAsync(scene.Cancel).ConfigureAwait(false))
                        .Where(key => key.EndsWith(scene.Mark, StringComparison.Ordinal))
                        .Order(StringComparer.Ordinal)
                ),
                $"the keys; {about}"
            );
    }

    private static async Task Nobody_is_created_with_an_identity_that_must_not_be_kept(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        await stage.EraseAsync(ada, marks: stage.Marks(ada, ErasureMarkKind.DoNotKeep)).ConfigureAwait(false);
        foreach (var identity in ada.Identities)
        {
            var customer = stage.Coming(identity, checks: scene.Provider);
            await stage.DeclinedAsync(customer, "marked by an erasure").ConfigureAwait(false);
            await scene.PendingAsync("nobody is looked up").ConfigureAwait(false);

            scene.Is(true, await stage.RemoveMarksAsync(identity).ConfigureAwait(false), "the mark was there");
            var created = await stage.CreateAsync(customer, "the mark was removed").ConfigureAwait(false);
            var read = await scene.ReadAsync(created).ConfigureAwait(false);
            scene.Is(false, read.IsSuppressed, "nobody is suppressed by a mark DoNotKeep");
            scene.Is(true, read.GetCheck(scene.Provider)?.IsPending ?? false, "the check is requested");
            await scene.SwitchAsync(on: false).ConfigureAwait(false);
            await scene.SwitchAsync(on: true).ConfigureAwait(false);
        }

        var added = scene.NextEmail();
        await stage.AddMarksAsync(stage.Mark(added, ErasureMarkKind.DoNotKeep)).ConfigureAwait(false);
        await stage.DeclinedAsync(stage.Coming(added, checks: scene.Provider), "an added mark").ConfigureAwait(false);
    }

    private static async Task DoNotKeep_by_one_key_wins_over_DoNotLookUp_by_another(ErasingStage stage)
    {
        // While a key is replaced, each identity has two hashes.
        foreach (var keptFirst in (bool[])[true, false])
        {
            var scene = stage.Scene;
            var (ada, older) = (scene.NextEmail(), scene.NextEmail());
            await stage
                .AddMarksAsync(
                    stage.Mark(keptFirst ? ada : older, ErasureMarkKind.DoNotKeep),
                    stage.Mark(keptFirst ? older : ada)
                )
                .ConfigureAwait(false);
            var customer = stage.Coming(ada, checks: scene.Provider);
            customer = customer with { ErasureHashes = customer.ErasureHashes.Add(ErasingStage.HashOf(older)) };
            await stage.DeclinedAsync(customer, "marks by two keys").ConfigureAwait(false);

            await stage.RemoveMarksAsync(ada, older).ConfigureAwait(false);
            var created = await stage.CreateAsync(customer, "both marks were removed").ConfigureAwait(false);
            var read = await scene.ReadAsync(created).ConfigureAwait(false);
            scene.Is(false, read.IsSuppressed, "the call that was declined suppressed nobody");
        }
    }

    private static async Task Whoever_must_not_be_looked_up_is_created_suppressed(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var marks = stage.Marks(ada, ErasureMarkKind.DoNotLookUp);
        await stage.EraseAsync(ada, marks: marks).ConfigureAwait(false);
        foreach (var identity in ada.Identities)
        {
            var customer = stage.Coming(identity, tenant: null, checks: [scene.Provider, scene.OtherProvider]);
            var lookup = await stage.TryCreateAsync(customer).ConfigureAwait(false);
            var expected = new ConversationLookup
            {
                Customer = new StoredCustomer
                {
                    Profile = customer.Profile,
                    Checks = [],
                    ProviderSettings = [],
                    IsSuppressed = true,
                },
                FirstRecorded = customer.Conversation,
                IsNewConversation = true,
            };
            scene.Same(StoredText.Of(expected), StoredText.Of(lookup), "what the call returns");
            scene.Is(true, lookup?.IsNewCustomer ?? false, "the customer is new");
            scene.Same(
                expected.Customer,
                await scene.ReadAsync(customer.Profile).ConfigureAwait(false),
                "what is read afterwards"
            );
            scene.Is(false, await scene.RequestAsync(customer.Profile).ConfigureAwait(false), "a later request");
            await scene.PendingAsync("nobody is looked up").ConfigureAwait(false);

            // It is the identity that is marked, as by suppressing it.
            await stage.RemoveMarksAsync(identity).ConfigureAwait(false);
            await scene
                .UpdateAsync(scene.Next(customer.Profile, identities: [scene.NextEmail()]))
                .ConfigureAwait(false);
            var read = await scene.ReadAsync(customer.Profile).ConfigureAwait(false);
            scene.Is(false, read.IsSuppressed, "the customer is suppressed without the identity");
            var next = await scene.CreateAsync(scene.Someone(identity)).ConfigureAwait(false);
            read = await scene.ReadAsync(next).ConfigureAwait(false);
            scene.Is(true, read.IsSuppressed, "whoever has the identity next is suppressed");
        }
    }

    private static async Task Unsuppressing_leaves_the_mark_of_the_erasure(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = scene.NextEmail();
        await stage.AddMarksAsync(stage.Mark(ada)).ConfigureAwait(false);
        var customer = await stage.CreateAsync(stage.Coming(ada), "DoNotLookUp").ConfigureAwait(false);
        await scene.SuppressAsync(customer, suppressed: false).ConfigureAwait(false);
        var read = await scene.ReadAsync(customer).ConfigureAwait(false);
        scene.Is(false, read.IsSuppressed, "the customer is unsuppressed");
        scene.Is(true, await scene.RequestAsync(customer).ConfigureAwait(false), "a check is requested");
        await stage.MarkedAsync("unsuppressed", [ada], [stage.Mark(ada)]).ConfigureAwait(false);

        await stage.EraseAsync(customer).ConfigureAwait(false);
        await stage.MarkedAsync("erased without marks", [ada], [stage.Mark(ada)]).ConfigureAwait(false);
        var again = await stage.CreateAsync(stage.Coming(ada), "after another erasure").ConfigureAwait(false);
        read = await scene.ReadAsync(again).ConfigureAwait(false);
        scene.Is(true, read.IsSuppressed, "the mark suppresses whoever comes again");
    }

    private static async Task Whoever_has_the_identity_is_met_as_ever(ErasingStage stage)
    {
        var scene = stage.Scene;
        foreach (var kind in Enum.GetValues<ErasureMarkKind>())
        {
            var ada = await scene.CreateAsync().ConfigureAwait(false);
            await stage.AddMarksAsync(stage.Mark(ada.Identities[0], kind)).ConfigureAwait(false);
            var before = await scene.ReadAsync(ada).ConfigureAwait(false);
            var customer = stage.Coming(ada.Identities[0], checks: scene.Provider);
            var lookup = await stage.TryCreateAsync(customer).ConfigureAwait(false);
            scene.Same(
                StoredText.Of(
                    new ConversationLookup
                    {
                        Customer = before,
                        FirstRecorded = customer.Conversation,
                        IsNewConversation = true,
                    }
                ),
                StoredText.Of(lookup),
                $"what the call returns; {kind}"
            );
            scene.Is(false, lookup?.IsNewCustomer ?? true, $"the customer is new; {kind}");
            scene.Same(before, await scene.ReadAsync(ada).ConfigureAwait(false), $"the customer; {kind}");
        }
    }

    private static async Task Without_hashes_no_mark_counts(ErasingStage stage)
    {
        var scene = stage.Scene;
        foreach (var kind in Enum.GetValues<ErasureMarkKind>())
        {
            var (ada, ben) = (scene.NextEmail(), scene.NextEmail());
            await stage.AddMarksAsync(stage.Mark(ada, kind)).ConfigureAwait(false);
            ImmutableArray<string>[] passed =
            [
                [],
                [ErasingStage.HashOf(ben)],
            ];
            foreach (var hashes in passed)
            {
                var customer = stage.Coming(ada) with { ErasureHashes = hashes };
                var created = await stage
                    .CreateAsync(customer, $"{kind}, {hashes.Length} hashes")
                    .ConfigureAwait(false);
                var read = await scene.ReadAsync(created).ConfigureAwait(false);
                scene.Is(false, read.IsSuppressed, $"the customer is suppressed; {kind}, {hashes.Length} hashes");
                await stage.EraseAsync(created).ConfigureAwait(false);
            }
        }
    }

    private static async Task Marks_of_another_tenant_are_not_found(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = scene.NextEmail();
        await stage.AddMarksAsync(stage.Mark(ada)).ConfigureAwait(false);
        await stage.MarkedAsync("in another tenant", [ada], [], scene.OtherTenant).ConfigureAwait(false);
        scene.Is(
            false,
            await stage
                .Store.RemoveMarksAsync(scene.OtherTenant, [ErasingStage.HashOf(ada)], scene.Cancel)
                .ConfigureAwait(false),
            "another tenant has a mark to remove"
        );

        var other = stage.Mark(ada, ErasureMarkKind.DoNotKeep);
        await stage.Store.AddMarksAsync(scene.OtherTenant, [other], scene.Cancel).ConfigureAwait(false);
        await stage.MarkedAsync("one hash in two tenants", [ada], [stage.Mark(ada)]).ConfigureAwait(false);
        await stage
            .MarkedAsync("one hash in two tenants, the other", [ada], [other], scene.OtherTenant)
            .ConfigureAwait(false);
        await stage.RemoveMarksAsync(ada).ConfigureAwait(false);
        await stage.MarkedAsync("removed in one tenant", [ada], [other], scene.OtherTenant).ConfigureAwait(false);
    }

    private static async Task Marks_of_another_tenant_forbid_nothing(ErasingStage stage)
    {
        var scene = stage.Scene;
        foreach (var kind in Enum.GetValues<ErasureMarkKind>())
        {
            var ada = scene.NextEmail();
            await stage.AddMarksAsync(stage.Mark(ada, kind)).ConfigureAwait(false);
            var other = await stage
                .CreateAsync(stage.Coming(ada, tenant: scene.OtherTenant), $"{kind} in another tenant")
                .ConfigureAwait(false);
            var read = await scene.ReadAsync(other).ConfigureAwait(false);
            scene.Is(false, read.IsSuppressed, $"suppressed by {kind} in another tenant");
        }
    }

    private static async Task A_cancelled_call_about_marks_writes_nothing(ErasingStage stage)
    {
        var (scene, store) = (stage.Scene, stage.Store);
        var (kept, unmarked) = (scene.NextEmail(), scene.NextEmail());
        await stage.AddMarksAsync(stage.Mark(kept)).ConfigureAwait(false);
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        var customer = stage.Coming(kept);
        var hash = ErasingStage.HashOf(kept);
        Identity[] all = [kept, unmarked, ada.Identities[0]];
        (string Name, Func<CancellationToken, Task> Act)[] calls =
        [
            ("FindMarksAsync", cancel => store.FindMarksAsync(scene.Tenant, [hash], cancel).AsTask()),
            ("GetMarkKeysAsync", cancel => store.GetMarkKeysAsync(cancel).AsTask()),
            ("RemoveMarksAsync", cancel => store.RemoveMarksAsync(scene.Tenant, [hash], cancel).AsTask()),
            ("AddMarksAsync", cancel => store.AddMarksAsync(scene.Tenant, [stage.Mark(unmarked)], cancel).AsTask()),
            ("RemoveGuardsAsync", cancel => store.RemoveGuardsAsync(scene.Tenant, scene.Now, 9, cancel).AsTask()),
            (
                "EraseAsync",
                cancel =>
                    store
                        .EraseAsync(stage.Write(ada, marks: stage.Marks(ada, ErasureMarkKind.DoNotKeep)), cancel)
                        .AsTask()
            ),
            ("CreateAsync", cancel => scene.Store.CreateAsync(customer, cancel).AsTask()),
        ];
        var before = await stage.TellAsync(ada, customer.Profile).ConfigureAwait(false);
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
                await stage.TellAsync(ada, customer.Profile).ConfigureAwait(false),
                $"everything after {name} with a cancelled token"
            );
            await stage.MarkedAsync($"{name} was cancelled", all, [stage.Mark(kept)]).ConfigureAwait(false);
        }
    }
}
