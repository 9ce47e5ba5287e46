using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>Reading everything that is held about a customer.</summary>
internal static class ExportCases
{
    private static readonly Case Case = new("export");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Of("GetRecordAsync reads the customer as GetAsync does.", The_customer_is_read),
        Of(
            "The record has every conversation of the customer as it was first recorded, oldest first.",
            Every_conversation_is_read
        ),
        Of(
            "The record tells a customer who is marked from one who is suppressed by an identity.",
            Marks_of_the_customer_and_of_identities_are_told_apart
        ),
        Of("IsSuppressedAsync says whether the identity itself is marked.", Marks_of_an_identity_are_read),
        Of("The record has the history that the store keeps.", The_history_is_read),
        Of("The record of nobody, or of another tenant's customer, is null.", Nobody_has_no_record),
        Of("The record has nothing of anybody else.", Nothing_of_others_is_read),
    ];

    /// <summary>A case that a store without export passes.</summary>
    private static StoreConformanceCase Of(
        string rule,
        Func<Scene, IExportStore, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => Case.Of(rule, scene => scene.Store is IExportStore store ? run(scene, store) : Task.CompletedTask, name);

    private static async Task The_customer_is_read(Scene scene, IExportStore store)
    {
        var ada = await scene
            .CreateAsync(scene.Someone(values: scene.Noted("O'Brien \"\\ {}")), scene.Provider)
            .ConfigureAwait(false);
        await scene.SwitchAsync(on: false, scene.OtherProvider).ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        scene.Later();
        await scene.CompleteAsync(claim, outcome: CheckOutcome.NoMatch).ConfigureAwait(false);

        var record = await ReadAsync(scene, store, ada).ConfigureAwait(false);
        scene.Same(await scene.ReadAsync(ada).ConfigureAwait(false), record.Customer, "the customer");
    }

    private static async Task Marks_of_an_identity_are_read(Scene scene, IExportStore store)
    {
        var (first, second, nobodys) = (scene.NextEmail(), scene.NextEmail(), scene.NextEmail());
        var someone = scene.Someone(first);
        var ada = await scene
            .CreateAsync(
                new CustomerProfile(
                    someone.Tenant,
                    someone.Id,
                    someone.Version,
                    someone.CreatedAt,
                    someone.UpdatedAt,
                    [first, second],
                    []
                )
            )
            .ConfigureAwait(false);
        await ExpectAsync("", "before").ConfigureAwait(false);
        await scene.SuppressAsync(nobodys).ConfigureAwait(false);
        await ExpectAsync("nobody's", "that of nobody is suppressed").ConfigureAwait(false);
        await scene.SuppressAsync(first).ConfigureAwait(false);
        await ExpectAsync("first nobody's", "one of a customer's is suppressed").ConfigureAwait(false);
        await scene
            .Store.SetSuppressedAsync(ada.Tenant, ada.Id, true, change: null, scene.Cancel)
            .ConfigureAwait(false);
        await ExpectAsync("first second nobody's", "a customer is suppressed").ConfigureAwait(false);
        await scene.SuppressAsync(nobodys, suppressed: false).ConfigureAwait(false);
        await ExpectAsync("first second", "that of nobody is suppressed no longer").ConfigureAwait(false);

        async Task ExpectAsync(string expected, string when)
        {
            var marked = new List<string>();
            foreach (var (identity, whose) in new[] { (first, "first"), (second, "second"), (nobodys, "nobody's") })
            {
                if (await store.IsSuppressedAsync(scene.Tenant, identity, scene.Cancel).ConfigureAwait(false))
                {
                    marked.Add(whose);
                }

                var isOthers = await store
                    .IsSuppressedAsync(scene.OtherTenant, identity, scene.Cancel)
                    .ConfigureAwait(false);
                scene.Is(false, isOthers, $"{whose} in another tenant, {when}");
            }

            scene.Same(expected, string.Join(' ', marked), when);
        }
    }

    private static async Task Every_conversation_is_read(Scene scene, IExportStore store)
    {
        var ada = scene.Someone();
        var first = scene.Conversation("2");
        await scene
            .Store.CreatedAsync(
                new NewCustomer
                {
                    Profile = ada,
                    Conversation = first,
                    Checks = [],
                },
                scene.Cancel
            )
            .ConfigureAwait(false);
        var same = scene.Conversation("1");
        await RecordAsync(scene, ada, same).ConfigureAwait(false);
        scene.Later();
        var later = scene.Conversation("0 \"{}' \u00e9", ConversationDirection.Composed);
        await RecordAsync(scene, ada, later).ConfigureAwait(false);
        scene.Later();
        await RecordAsync(scene, ada, scene.Conversation("2")).ConfigureAwait(false);

        var record = await ReadAsync(scene, store, ada).ConfigureAwait(false);
        scene.Same(
            string.Join("; ", new[] { same, first, later }.Select(StoredText.Of)),
            string.Join("; ", record.Conversations.Select(StoredText.Of)),
            "two of one moment, by their ids, one later, and one that was delivered again"
        );
    }

    private static async Task Marks_of_the_customer_and_of_identities_are_told_apart(Scene scene, IExportStore store)
    {
        var ada = scene.Next(
            await scene.CreateAsync().ConfigureAwait(false),
            identities: [scene.NextEmail(), Identity.External($"crm-{scene.Mark}"), scene.NextEmail()]
        );
        await scene.UpdateAsync(ada).ConfigureAwait(false);
        await MarkedAsync(scene, store, ada, "nobody is suppressed", isMarked: false).ConfigureAwait(false);

        await scene.SuppressAsync(ada.Identities[1]).ConfigureAwait(false);
        await MarkedAsync(scene, store, ada, "one identity is marked", isMarked: false, ada.Identities[1])
            .ConfigureAwait(false);

        await scene.SuppressAsync(ada).ConfigureAwait(false);
        await MarkedAsync(scene, store, ada, "the customer is suppressed", isMarked: true, [.. ada.Identities])
            .ConfigureAwait(false);

        await scene.SuppressAsync(ada, suppressed: false).ConfigureAwait(false);
        await MarkedAsync(scene, store, ada, "the customer is unsuppressed", isMarked: false).ConfigureAwait(false);
    }

    private static async Task The_history_is_read(Scene scene, IExportStore store)
    {
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        if (scene.Store is not IHistoryStore history)
        {
            scene.Same(0, (await ReadAsync(scene, store, ada).ConfigureAwait(false)).Changes.Length, "no history");
            return;
        }

        foreach (var text in (string[])["one", "two"])
        {
            var change = new ProfileChange
            {
                Kind = HistoryKind.Edit,
                By = new Provenance(ProvenanceSource.Agent, text, scene.Later()),
                Values = [new PreviousValue { Field = ProfileField.Notes }],
                UpdatedAt = ada.UpdatedAt,
            };
            ada = scene.Next(ada, values: scene.Noted(text));
            await scene.Store.UpdateAsync(ada, change, scene.Cancel).ConfigureAwait(false);
        }

        var kept = await history.GetHistoryAsync(ada.Tenant, ada.Id, scene.Cancel).ConfigureAwait(false);
        var record = await ReadAsync(scene, store, ada).ConfigureAwait(false);
        scene.Same(2, record.Changes.Length, "two changes");
        scene.Same(TextOf(kept!.Changes), TextOf(record.Changes), "the changes, newest first");
    }

    private static async Task Nobody_has_no_record(Scene scene, IExportStore store)
    {
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        scene.Is(
            true,
            await store.GetRecordAsync(scene.Tenant, CustomerId.New(scene.Now), scene.Cancel).ConfigureAwait(false)
                is null,
            "an id that is nobody's"
        );
        scene.Is(
            true,
            await store.GetRecordAsync(scene.OtherTenant, ada.Id, scene.Cancel).ConfigureAwait(false) is null,
            "another tenant's id"
        );
    }

    private static async Task Nothing_of_others_is_read(Scene scene, IExportStore store)
    {
        var ada = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var before = await ReadAsync(scene, store, ada).ConfigureAwait(false);
        var ben = await scene.CreateAsync(scene.OtherProvider).ConfigureAwait(false);
        await RecordAsync(scene, ben, scene.Conversation()).ConfigureAwait(false);
        await scene.SuppressAsync(ben).ConfigureAwait(false);
        await scene
            .CreateAsync(scene.Someone(ada.Identities[0], scene.OtherTenant), scene.OtherProvider)
            .ConfigureAwait(false);

        var after = await ReadAsync(scene, store, ada).ConfigureAwait(false);
        scene.Same(before.Customer, after.Customer, "the customer");
        scene.Same(before.Conversations.Length, after.Conversations.Length, "the conversations");
        scene.Same(0, after.MarkedIdentities.Length, "the marks");
    }

    private static async Task<StoredRecord> ReadAsync(Scene scene, IExportStore store, CustomerProfile profile) =>
        await store.GetRecordAsync(profile.Tenant, profile.Id, scene.Cancel).ConfigureAwait(false)
        ?? throw scene.Broken("the record", "nobody", "reading everything about a customer");

    private static async Task RecordAsync(Scene scene, CustomerProfile profile, ConversationRecord conversation) =>
        await scene
            .Store.RecordConversationAsync(profile.Tenant, profile.Identities[0], conversation, scene.Cancel)
            .ConfigureAwait(false);

    private static async Task MarkedAsync(
        Scene scene,
        IExportStore store,
        CustomerProfile profile,
        string about,
        bool isMarked,
        params Identity[] identities
    )
    {
        var record = await ReadAsync(scene, store, profile).ConfigureAwait(false);
        scene.Is(isMarked, record.IsMarked, $"whether the customer is marked; {about}");
        scene.Same(StoredText.Of([.. identities]), StoredText.Of(record.MarkedIdentities), $"the marks; {about}");
    }

    private static string TextOf(ImmutableArray<StoredChange> changes) =>
        string.Join(
            "; ",
            changes.Select(stored =>
                string.Create(CultureInfo.InvariantCulture, $"{stored.Number} v{stored.Version} ")
                + ChangeSerializer.Serialize(stored.Change)
            )
        );
}
