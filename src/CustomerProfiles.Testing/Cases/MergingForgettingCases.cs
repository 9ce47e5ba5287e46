using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Reading those who are absorbed, and forgetting what a merge keeps of them.</summary>
internal static class MergingForgettingCases
{
    private const string Redacted =
        "RedactMergeAsync replaces the journal of a merge and the profile of the absorbed customer, and nothing else.";
    private const string RedactedAsRead = "RedactMergeAsync writes only if the journal is as it was read.";
    private const string Lapsed =
        "LapseMergesAsync removes the journals of old merges, and the identities and values of the absorbed profiles.";
    private const string Read = "Those whom a customer has absorbed are read with them, each with their own history.";

    private static readonly Case Case = new("merging");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Of(Read, The_history_has_those_who_are_absorbed),
        Of(Read, The_record_has_those_who_are_absorbed_and_the_merges),
        Of("ReplaceChangesAsync replaces changes of an absorbed customer too.", Changes_of_the_absorbed_are_replaced),
        Of(Redacted, A_redaction_replaces_the_journal_and_the_absorbed_profile),
        Of(Redacted, Unmerging_after_a_redaction_uses_it),
        Of(RedactedAsRead, A_redaction_of_another_journal_is_refused),
        Of(RedactedAsRead, A_redaction_of_a_merge_without_a_journal_is_refused),
        Of(Lapsed, Merges_before_a_time_lapse),
        Of(Lapsed, The_id_and_identities_of_a_lapsed_merge_lead_to_the_survivor),
        Of(Lapsed, An_undone_merge_does_not_lapse),
        Of(Lapsed, A_lapsed_merge_follows_when_a_later_one_is_undone),
        Of("LapseMergesAsync ends at most as many merges as it is told, until none is left.", Merges_lapse_in_steps),
        Of("A call concerns one tenant.", Merges_of_another_tenant_are_not_forgotten),
    ];

    /// <summary>Another journal, and a profile without values and with the first identity only.</summary>
    public static async Task<MergeRedaction> RedactionAsync(MergingStage stage, MergePlan merged)
    {
        var read = await stage.ReadMergeAsync(merged).ConfigureAwait(false);
        return RedactionOf(
            merged,
            read.Journal ?? "",
            ProfileOf(read.Sides.From!.Profile, [read.Sides.From.Profile.Identities[0]], [])
        );
    }

    private static StoreConformanceCase Of(
        string rule,
        Func<MergingStage, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => MergingCases.Of(Case, rule, run, name);

    private static async Task The_history_has_those_who_are_absorbed(MergingStage stage)
    {
        var scene = stage.Scene;
        if (scene.Store is not IHistoryStore history)
        {
            return;
        }

        var (ada, ben, cleo, inner, outer) = await ChainAsync(stage).ConfigureAwait(false);
        await AbsorbedAsync(
                cleo,
                "those who are absorbed directly and through another",
                TextOf(ada, inner, "2 v merged inner", "1 v2 edited"),
                TextOf(inner.Into.Profile, outer, "2 v merged outer", "1 v2 gained inner")
            )
            .ConfigureAwait(false);

        await stage.UnmergeAsync(outer).ConfigureAwait(false);
        await AbsorbedAsync(cleo, "after the outer merge is undone").ConfigureAwait(false);
        await AbsorbedAsync(ben, "of who is found again", TextOf(ada, inner, "2 v merged inner", "1 v2 edited"))
            .ConfigureAwait(false);

        async Task AbsorbedAsync(CustomerProfile profile, string about, params string[] expected)
        {
            var read = await history.GetHistoryAsync(scene.Tenant, profile.Id, scene.Cancel).ConfigureAwait(false);
            scene.Same(Lines(expected), Lines(read!.Absorbed.Select(TextOf)), $"the absorbed; {about}");
        }
    }

    private static async Task The_record_has_those_who_are_absorbed_and_the_merges(MergingStage stage)
    {
        var scene = stage.Scene;
        if (scene.Store is not IExportStore export)
        {
            return;
        }

        var (ada, ben, cleo, inner, outer) = await ChainAsync(stage).ConfigureAwait(false);
        string[] Changes(params string[] changes) => scene.Store is IHistoryStore ? changes : [];
        await RecordAsync(
                cleo,
                "directly and through another",
                [outer, inner],
                TextOf(ada, inner, Changes("2 v merged inner", "1 v2 edited")),
                TextOf(inner.Into.Profile, outer, Changes("2 v merged outer", "1 v2 gained inner"))
            )
            .ConfigureAwait(false);

        await stage.UnmergeAsync(outer).ConfigureAwait(false);
        await RecordAsync(cleo, "after the outer merge is undone", []).ConfigureAwait(false);
        await RecordAsync(
                ben,
                "of who is found again",
                [inner],
                TextOf(ada, inner, Changes("2 v merged inner", "1 v2 edited"))
            )
            .ConfigureAwait(false);

        async Task RecordAsync(CustomerProfile profile, string about, MergePlan[] merges, params string[] absorbed)
        {
            var record = await export.GetRecordAsync(scene.Tenant, profile.Id, scene.Cancel).ConfigureAwait(false);
            scene.Same(Lines(absorbed), Lines(record!.Absorbed.Select(TextOf)), $"the absorbed; {about}");
            scene.Same(
                string.Join('\n', merges.Select(plan => MergingCases.TextOf(plan.Record))),
                string.Join('\n', record.Merges.Select(MergingCases.TextOf)),
                $"the merges, newest first; {about}"
            );
        }
    }

    private static async Task Changes_of_the_absorbed_are_replaced(MergingStage stage)
    {
        var scene = stage.Scene;
        if (scene.Store is not IHistoryStore history)
        {
            return;
        }

        var ada = await EditedAsync(stage, "of ada").ConfigureAwait(false);
        var ben = await EditedAsync(stage, "of ben").ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        scene.Same(0, await ReplaceAsync("of ben").ConfigureAwait(false), "the change was read otherwise");
        scene.Same(1, await ReplaceAsync("of ada").ConfigureAwait(false), "the change was as read");
        scene.Same(0, await ReplaceAsync("of ada").ConfigureAwait(false), "it is no longer as read");

        var read = await history.GetHistoryAsync(scene.Tenant, ben.Id, scene.Cancel).ConfigureAwait(false);
        scene.Same("1 v2 of ben", string.Join('\n', read!.Changes.Select(TextOf)), "the survivor's own changes");
        scene.Same(
            TextOf(ada, merged, "1 v2 replaced"),
            Lines(read.Absorbed.Select(TextOf)),
            "the absorbed customer's changes"
        );
        await stage.UnmergeAsync(merged).ConfigureAwait(false);
        read = await history.GetHistoryAsync(scene.Tenant, ada.Id, scene.Cancel).ConfigureAwait(false);
        scene.Same("1 v2 replaced", string.Join('\n', read!.Changes.Select(TextOf)), "after unmerging");

        async Task<int> ReplaceAsync(string asRead) =>
            await history
                .ReplaceChangesAsync(
                    scene.Tenant,
                    ada.Id,
                    [
                        new ChangeReplacement
                        {
                            Number = 1,
                            Read = Change(scene, asRead),
                            Replacement = Change(scene, "replaced"),
                        },
                    ],
                    scene.Cancel
                )
                .ConfigureAwait(false);
    }

    private static async Task A_redaction_replaces_the_journal_and_the_absorbed_profile(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben) = await MergingCases.PairAsync(stage).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        var survivor = await scene.ReadAsync(ben).ConfigureAwait(false);
        scene.Later();
        var redaction = await RedactionAsync(stage, merged).ConfigureAwait(false);
        scene.Is(true, await RedactAsync(stage, redaction).ConfigureAwait(false), "a journal as it was read");

        var read = await stage.ReadMergeAsync(merged).ConfigureAwait(false);
        scene.Same(StoredText.Quoted(redaction.Journal), StoredText.Quoted(read.Journal), "the journal");
        scene.Same(
            StoredText.Of(redaction.From),
            StoredText.Of(read.Sides.From!.Profile),
            "the absorbed customer's profile"
        );
        scene.Same(MergingCases.TextOf(merged.Record), MergingCases.TextOf(read.Record), "the merge");
        scene.Is(true, read.UndoneAt is null, "the merge is not undone");
        scene.Same(survivor, await scene.ReadAsync(ben).ConfigureAwait(false), "the survivor");
        await AbsorbedAsync(stage, ada, ben, merged, "after the redaction").ConfigureAwait(false);
        if (scene.Store is IExportStore export)
        {
            var record = await export.GetRecordAsync(scene.Tenant, ben.Id, scene.Cancel).ConfigureAwait(false);
            scene.Same(
                StoredText.Of(redaction.From),
                string.Join('\n', record!.Absorbed.Select(absorbed => StoredText.Of(absorbed.Profile))),
                "the absorbed customer's profile in the record"
            );
        }

        // What was written is what is read the next time.
        var next = RedactionOf(merged, redaction.Journal, ProfileOf(redaction.From, [], []));
        scene.Is(true, await RedactAsync(stage, next).ConfigureAwait(false), "another redaction");
    }

    private static async Task Unmerging_after_a_redaction_uses_it(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben) = await MergingCases.PairAsync(stage).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        await RedactAsync(stage, await RedactionAsync(stage, merged).ConfigureAwait(false)).ConfigureAwait(false);

        await stage.UnmergeAsync(merged).ConfigureAwait(false);
        var read = await scene.ReadAsync(ada).ConfigureAwait(false);
        scene.Same("", StoredText.Of(read.Profile.Values), "the values that the redaction has left");
        scene.Same(
            StoredText.Of([ada.Identities[0]]),
            StoredText.Of(read.Profile.Identities),
            "the identities that the redaction has left"
        );
        await stage.OwnedAsync(ada.Identities[0], ada, "one that it has left").ConfigureAwait(false);
        await stage.OwnedAsync(ada.Identities[1], ben, "one that it has not left").ConfigureAwait(false);
    }

    private static async Task A_redaction_of_another_journal_is_refused(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben) = await MergingCases.PairAsync(stage).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        var redaction = await RedactionAsync(stage, merged).ConfigureAwait(false);
        foreach (var read in (string[])["", $"{redaction.Read} ", redaction.Read.ToUpperInvariant()])
        {
            await RefusedAsync(RedactionOf(merged, read, redaction.From), "another journal").ConfigureAwait(false);
        }

        var ofNone = With(redaction, merge: MergeId.From(Guid.CreateVersion7()));
        await RefusedAsync(ofNone, "there is no such merge").ConfigureAwait(false);
        scene.Is(true, await RedactAsync(stage, redaction).ConfigureAwait(false), "the journal as it was read");
        var late = RedactionOf(merged, redaction.Read, merged.Before.From.Profile);
        await RefusedAsync(late, "a journal that was replaced since").ConfigureAwait(false);

        async Task RefusedAsync(MergeRedaction refused, string about)
        {
            var before = await TellAsync(stage, merged, ada, ben).ConfigureAwait(false);
            scene.Is(false, await RedactAsync(stage, refused).ConfigureAwait(false), about);
            scene.Same(before, await TellAsync(stage, merged, ada, ben).ConfigureAwait(false), $"all; {about}");
        }
    }

    private static async Task A_redaction_of_a_merge_without_a_journal_is_refused(MergingStage stage)
    {
        foreach (var isUndone in (bool[])[true, false])
        {
            var fresh = new MergingStage(stage.Scene.Anew(), stage.Store);
            var scene = fresh.Scene;
            var (ada, ben) = await MergingCases.PairAsync(fresh).ConfigureAwait(false);
            var merged = await fresh.MergeAsync(ada, ben).ConfigureAwait(false);
            var redaction = await RedactionAsync(fresh, merged).ConfigureAwait(false);
            if (isUndone)
            {
                await fresh.UnmergeAsync(merged).ConfigureAwait(false);
            }
            else
            {
                await LapseAsync(fresh, scene.Later()).ConfigureAwait(false);
            }

            var about = isUndone ? "the merge is undone" : "the merge has lapsed";
            var before = await TellAsync(fresh, merged, ada, ben).ConfigureAwait(false);
            scene.Is(false, await RedactAsync(fresh, redaction).ConfigureAwait(false), about);
            scene.Same(before, await TellAsync(fresh, merged, ada, ben).ConfigureAwait(false), $"all; {about}");
        }
    }

    private static async Task Merges_before_a_time_lapse(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben) = await MergingCases.PairAsync(stage).ConfigureAwait(false);
        var (cleo, dan) = await MergingCases.PairAsync(stage).ConfigureAwait(false);
        var old = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        var time = scene.Later();
        var young = await stage.MergeAsync(cleo, dan).ConfigureAwait(false);
        var before = await TellAsync(stage, young, cleo, dan).ConfigureAwait(false);
        var survivor = await scene.ReadAsync(ben).ConfigureAwait(false);

        scene.Same(1, await LapseAsync(stage, time).ConfigureAwait(false), "one merge is before the time");
        await EmptyAsync(old, ada).ConfigureAwait(false);
        scene.Same(survivor, await scene.ReadAsync(ben).ConfigureAwait(false), "the survivor");
        scene.Same(
            before,
            await TellAsync(stage, young, cleo, dan).ConfigureAwait(false),
            "a merge of the time, and its customers"
        );
        scene.Same(0, await LapseAsync(stage, time).ConfigureAwait(false), "no other merge is before the time");

        var later = time + Duration.FromNanoseconds(1_000L);
        scene.Same(1, await LapseAsync(stage, later).ConfigureAwait(false), "one is, a microsecond later");
        await EmptyAsync(young, cleo).ConfigureAwait(false);

        async Task EmptyAsync(MergePlan merged, CustomerProfile absorbed)
        {
            var read = await stage.ReadMergeAsync(merged).ConfigureAwait(false);
            scene.Is(true, read.Journal is null, "the journal is gone");
            scene.Is(true, read.UndoneAt is null, "the merge is not undone");
            scene.Same($"{absorbed.Id}", $"{read.Sides.From?.Profile.Id}", "the absorbed customer's id");
            scene.Same("", StoredText.Of(read.Sides.From!.Profile.Identities), "the absorbed customer's identities");
            scene.Same("", StoredText.Of(read.Sides.From.Profile.Values), "the absorbed customer's values");
        }
    }

    private static async Task The_id_and_identities_of_a_lapsed_merge_lead_to_the_survivor(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben) = await MergingCases.PairAsync(stage).ConfigureAwait(false);
        var known = scene.Conversation();
        await stage.RecordAsync(ada.Identities[0], known).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        await LapseAsync(stage, scene.Later()).ConfigureAwait(false);

        await AbsorbedAsync(stage, ada, ben, merged, "after the merge has lapsed").ConfigureAwait(false);
        await stage
            .RecordedAsync("from before the merge", isNew: false, ben, ada.Identities[1], known)
            .ConfigureAwait(false);
        var merges = await stage.Store.GetMergesAsync(scene.Tenant, ben.Id, scene.Cancel).ConfigureAwait(false);
        scene.Same(
            MergingCases.TextOf(merged.Record),
            string.Join('\n', merges.Select(MergingCases.TextOf)),
            "a lapsed merge is listed, because it was not undone"
        );
    }

    private static async Task An_undone_merge_does_not_lapse(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben) = await MergingCases.PairAsync(stage).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        await stage.UnmergeAsync(merged).ConfigureAwait(false);
        var before = await TellAsync(stage, merged, ada, ben).ConfigureAwait(false);
        scene.Same(0, await LapseAsync(stage, scene.Later()).ConfigureAwait(false), "the merge is undone");
        scene.Same(before, await TellAsync(stage, merged, ada, ben).ConfigureAwait(false), "both customers");
    }

    private static async Task A_lapsed_merge_follows_when_a_later_one_is_undone(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben) = await MergingCases.PairAsync(stage).ConfigureAwait(false);
        var cleo = await stage.CreateAsync("cleo").ConfigureAwait(false);
        var inner = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        var time = scene.Later();
        var outer = await stage.MergeAsync(ben, cleo).ConfigureAwait(false);
        scene.Same(1, await LapseAsync(stage, time).ConfigureAwait(false), "the inner merge is before the time");
        await stage.LeadsAsync(ada, cleo, inner, "the inner merge has lapsed").ConfigureAwait(false);

        await stage.UnmergeAsync(outer).ConfigureAwait(false);
        await stage.LeadsAsync(ada, ben, inner, "the outer merge is undone").ConfigureAwait(false);
        foreach (var identity in ada.Identities)
        {
            await stage.OwnedAsync(identity, ben, "the outer merge is undone").ConfigureAwait(false);
        }
    }

    private static async Task Merges_lapse_in_steps(MergingStage stage)
    {
        var scene = stage.Scene;
        var survivor = await stage.CreateAsync("survivor").ConfigureAwait(false);
        var merges = new List<MergePlan>();
        for (var i = 0; i < 5; i++)
        {
            var absorbed = await stage.CreateAsync($"{i}").ConfigureAwait(false);
            merges.Add(await stage.MergeAsync(absorbed, survivor).ConfigureAwait(false));
        }

        var time = scene.Later();
        foreach (var (expected, left) in new[] { (2, 3), (2, 1), (1, 0), (0, 0) })
        {
            scene.Same(expected, await LapseAsync(stage, time, most: 2).ConfigureAwait(false), "two at a time");
            var journals = 0;
            foreach (var merged in merges)
            {
                journals += (await stage.ReadMergeAsync(merged).ConfigureAwait(false)).Journal is null ? 0 : 1;
            }

            scene.Same(left, journals, "how many merges still have a journal");
        }

        var isRefused = false;
        try
        {
            await LapseAsync(stage, time, most: 0).ConfigureAwait(false);
        }
        catch (ArgumentOutOfRangeException)
        {
            isRefused = true;
        }

        scene.Is(true, isRefused, "at most none is an ArgumentOutOfRangeException");
    }

    private static async Task Merges_of_another_tenant_are_not_forgotten(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben) = await MergingCases.PairAsync(stage).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        var redaction = await RedactionAsync(stage, merged).ConfigureAwait(false);
        var before = await TellAsync(stage, merged, ada, ben).ConfigureAwait(false);
        var ofOther = With(redaction, tenant: scene.OtherTenant);
        scene.Is(false, await RedactAsync(stage, ofOther).ConfigureAwait(false), "a redaction");
        var lapsed = await stage
            .Store.LapseMergesAsync(scene.OtherTenant, scene.Later(), 100, scene.Cancel)
            .ConfigureAwait(false);
        scene.Same(0, lapsed, "merges that lapse");
        scene.Same(before, await TellAsync(stage, merged, ada, ben).ConfigureAwait(false), "the merge");
    }

    /// <summary>Asserts that one customer is absorbed by another: their id, their identities, and the lists.</summary>
    private static async Task AbsorbedAsync(
        MergingStage stage,
        CustomerProfile from,
        CustomerProfile into,
        MergePlan merged,
        string about
    )
    {
        var scene = stage.Scene;
        await stage.LeadsAsync(from, into, merged, about).ConfigureAwait(false);
        await stage.ListedAsync(about, into).ConfigureAwait(false);
        foreach (var identity in from.Identities)
        {
            await stage.OwnedAsync(identity, into, about).ConfigureAwait(false);
        }

        var read = await scene.Store.GetAsync(scene.Tenant, from.Id, scene.Cancel).ConfigureAwait(false);
        scene.Same("nobody", StoredText.Of(read), $"GetAsync by the absorbed id; {about}");
        scene.Same(
            StoredText.Of(new AddResult.IdTaken()),
            await AddingCases.AddAsync(scene, scene.Tenant, scene.Someone(id: from.Id)).ConfigureAwait(false),
            $"adding somebody with the absorbed id; {about}"
        );
    }

    /// <summary>
    /// Three customers who become one: the first is merged into the second, the second into the third.
    /// </summary>
    private static async Task<(
        CustomerProfile Ada,
        CustomerProfile Ben,
        CustomerProfile Cleo,
        MergePlan Inner,
        MergePlan Outer
    )> ChainAsync(MergingStage stage)
    {
        var scene = stage.Scene;
        var ada = await EditedAsync(stage, "edited").ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        var cleo = await stage.CreateAsync("cleo").ConfigureAwait(false);
        var inner = await stage.MergeAsync(ada, ben, plan => Changing(plan, "inner")).ConfigureAwait(false);
        scene.Later();
        var outer = await stage.MergeAsync(ben, cleo, plan => Changing(plan, "outer")).ConfigureAwait(false);
        return (ada, ben, cleo, inner, outer);

        void Changing(MergePlan plan, string name)
        {
            plan.From.Change = Change(scene, $"merged {name}");
            plan.Into.Change = Change(scene, $"gained {name}");
        }
    }

    private static async Task<CustomerProfile> EditedAsync(MergingStage stage, string reference)
    {
        var scene = stage.Scene;
        var profile = scene.Next(
            await stage.CreateAsync(reference).ConfigureAwait(false),
            values: scene.Noted($"{reference}, next")
        );
        await scene.Store.UpdateAsync(profile, Change(scene, reference), scene.Cancel).ConfigureAwait(false);
        return profile;
    }

    private static async Task<bool> RedactAsync(MergingStage stage, MergeRedaction redaction) =>
        await stage.Store.RedactMergeAsync(redaction, stage.Scene.Cancel).ConfigureAwait(false);

    private static async Task<int> LapseAsync(MergingStage stage, Instant before, int most = 100) =>
        await stage.Store.LapseMergesAsync(stage.Scene.Tenant, before, most, stage.Scene.Cancel).ConfigureAwait(false);

    /// <summary>Everything about a merge and its customers, as text.</summary>
    private static async Task<string> TellAsync(MergingStage stage, MergePlan merged, params CustomerProfile[] people)
    {
        var read = await stage.ReadMergeAsync(merged).ConfigureAwait(false);
        return $"{MergingCases.TextOf(read.Record)}, undone {StoredText.Of(read.UndoneAt)}, journal "
            + $"{StoredText.Quoted(read.Journal)}\n{await stage.TellAsync(people).ConfigureAwait(false)}";
    }

    private static MergeRedaction RedactionOf(MergePlan merged, string read, CustomerProfile from) =>
        new()
        {
            Tenant = merged.Tenant,
            Merge = merged.Record.Id,
            Read = read,
            Journal = $"{{\"journal\": \"redacted O'Brien \\\\ \u00e9\ud83d\ude80 {from.Identities.Length}\"}}",
            From = from,
        };

    private static MergeRedaction With(MergeRedaction redaction, TenantId? tenant = null, MergeId? merge = null) =>
        new()
        {
            Tenant = tenant ?? redaction.Tenant,
            Merge = merge ?? redaction.Merge,
            Read = redaction.Read,
            Journal = redaction.Journal,
            From = redaction.From,
        };

    /// <summary>The same version of a profile with other identities and values.</summary>
    private static CustomerProfile ProfileOf(
        CustomerProfile profile,
        ImmutableArray<Identity> identities,
        ImmutableArray<FieldValue> values
    ) => new(profile.Tenant, profile.Id, profile.Version, profile.CreatedAt, profile.UpdatedAt, identities, values);

    private static ProfileChange Change(Scene scene, string reference) =>
        new()
        {
            Kind = HistoryKind.Edit,
            By = new Provenance(ProvenanceSource.Agent, "kim", Scene.Start),
            CaseReference = reference,
            Values = [],
            UpdatedAt = scene.Now,
        };

    private static string TextOf(AbsorbedCustomer absorbed) =>
        TextOf(absorbed.Profile, absorbed.Merge, absorbed.Changes.Select(TextOf));

    private static string TextOf(CustomerProfile profile, MergePlan merged, params string[] changes) =>
        TextOf(profile, merged.Record.Id, changes);

    private static string TextOf(CustomerProfile profile, MergeId merge, IEnumerable<string> changes) =>
        $"{StoredText.Of(profile)}\n  absorbed by {merge}{string.Concat(changes.Select(change => $"\n  {change}"))}";

    private static string TextOf(StoredChange change) =>
        string.Create(CultureInfo.InvariantCulture, $"{change.Number} v{change.Version} {change.Change.CaseReference}");

    private static string Lines(IEnumerable<string> texts) => string.Join('\n', texts.Order(StringComparer.Ordinal));
}
