using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Merging and unmerging the people of a scene.</summary>
internal sealed class MergingStage(Scene scene, IMergingStore store)
{
    /// <summary>How often a merge is planned again because something else came first.</summary>
    private const int MostPlans = 200;

    public Scene Scene => scene;

    public IMergingStore Store => store;

    /// <summary>A customer with their first conversation, a note, and the checks.</summary>
    public async Task<CustomerProfile> CreateAsync(string note, params string[] checks) =>
        await scene.CreateAsync(scene.Someone(values: scene.Noted(note)), checks).ConfigureAwait(false);

    public async Task<(MergeSide From, MergeSide Into)> ReadAsync(CustomerProfile from, CustomerProfile into) =>
        Both(
            await store.GetSidesAsync(scene.Tenant, from.Id, into.Id, scene.Cancel).ConfigureAwait(false),
            "reading both customers of a merge"
        );

    /// <summary>One customer as a merge reads them.</summary>
    public async Task<MergeSide> ReadAsync(CustomerProfile profile, CustomerId? beside = null)
    {
        var other = beside ?? CustomerId.New(scene.Now);
        var sides = await store.GetSidesAsync(scene.Tenant, other, profile.Id, scene.Cancel).ConfigureAwait(false);
        return sides.Into ?? throw scene.Broken("the customer", "nobody", "reading one customer of a merge");
    }

    public async Task<StoredMerge> ReadMergeAsync(MergePlan merged) =>
        await store.GetMergeAsync(scene.Tenant, merged.Record.Id, scene.Cancel).ConfigureAwait(false)
        ?? throw scene.Broken("the merge", "no merge", "reading a merge");

    public async Task<MergePlan> PlanAsync(CustomerProfile from, CustomerProfile into)
    {
        var sides = await ReadAsync(from, into).ConfigureAwait(false);
        return MergePlan.OfMerging(scene.Now, sides.From, sides.Into);
    }

    public async Task<MergePlan> PlanUnmergingAsync(MergePlan merged)
    {
        var sides = Both((await ReadMergeAsync(merged).ConfigureAwait(false)).Sides, "reading a merge");
        return MergePlan.OfUnmerging(scene.Now, merged, sides.From, sides.Into);
    }

    public async Task<bool> TryMergeAsync(MergePlan plan) =>
        await store.MergeAsync(plan.Write(), scene.Cancel).ConfigureAwait(false);

    public async Task<bool> TryUnmergeAsync(MergePlan plan) =>
        await store.UnmergeAsync(plan.Write(), scene.Cancel).ConfigureAwait(false);

    public async Task<MergePlan> MergeAsync(
        CustomerProfile from,
        CustomerProfile into,
        Action<MergePlan>? change = null
    )
    {
        var plan = await PlanAsync(from, into).ConfigureAwait(false);
        change?.Invoke(plan);
        scene.Is(true, await TryMergeAsync(plan).ConfigureAwait(false), "a merge of customers as they were read");
        return plan;
    }

    public async Task<MergePlan> UnmergeAsync(MergePlan merged, Action<MergePlan>? change = null)
    {
        var plan = await PlanUnmergingAsync(merged).ConfigureAwait(false);
        change?.Invoke(plan);
        scene.Is(true, await TryUnmergeAsync(plan).ConfigureAwait(false), "undoing a merge as it was read");
        return plan;
    }

    /// <summary>
    /// Merges as a host does: whoever is absorbed meanwhile is followed, and a plan that came too late is made again.
    /// </summary>
    /// <param name="from">Who is to be absorbed.</param>
    /// <param name="into">Who is to stay.</param>
    /// <param name="caller">The number of the caller, who may be another host.</param>
    /// <returns>The merge; null when <paramref name="from"/> was absorbed by another.</returns>
    public async Task<MergePlan?> MergeUntilDoneAsync(CustomerId from, CustomerId into, int caller = 0)
    {
        var own = (IMergingStore)scene.StoreOf(caller);
        for (var i = 0; i < MostPlans; i++)
        {
            var sides = Both(
                await own.GetSidesAsync(scene.Tenant, from, into, scene.Cancel).ConfigureAwait(false),
                "reading both customers of a merge"
            );
            if (sides.From.Absorbed is not null)
            {
                return null;
            }

            if (sides.Into.Absorbed is { } absorbed)
            {
                into = absorbed.Survivor;
                if (into == from)
                {
                    return null;
                }

                continue;
            }

            var plan = MergePlan.OfMerging(scene.Now, sides.From, sides.Into);
            if (await own.MergeAsync(plan.Write(), scene.Cancel).ConfigureAwait(false))
            {
                return plan;
            }
        }

        throw scene.Broken("a merge that is written", $"{MostPlans} that are not", "merging beside other calls");
    }

    /// <summary>Undoes a merge as a host does: a plan that came too late is made again.</summary>
    public async Task UnmergeUntilDoneAsync(MergePlan merged)
    {
        for (var i = 0; i < MostPlans; i++)
        {
            if (await TryUnmergeAsync(await PlanUnmergingAsync(merged).ConfigureAwait(false)).ConfigureAwait(false))
            {
                return;
            }
        }

        throw scene.Broken("a merge that is undone", $"{MostPlans} that are not", "unmerging beside other calls");
    }

    public async Task<ConversationLookup> RecordAsync(Identity identity, ConversationRecord conversation) =>
        await scene
            .Store.RecordConversationAsync(scene.Tenant, identity, conversation, scene.Cancel)
            .ConfigureAwait(false)
        ?? throw scene.Broken("the customer", "nobody", $"a conversation from {StoredText.Of(identity)}");

    /// <summary>Asserts whether a conversation from an identity is recorded already, and whose it is.</summary>
    public async Task RecordedAsync(
        string about,
        bool isNew,
        CustomerProfile customer,
        Identity identity,
        ConversationRecord conversation
    )
    {
        var lookup = await RecordAsync(identity, conversation).ConfigureAwait(false);
        scene.Same($"{customer.Id}", $"{lookup.Customer.Profile.Id}", $"whose conversation it is; {about}");
        scene.Is(isNew, lookup.IsNewConversation, $"the conversation is new; {about}");
    }

    /// <summary>Asserts where an id leads.</summary>
    public async Task LeadsAsync(CustomerProfile from, CustomerProfile? into, MergePlan? merge, string about) =>
        scene.Same(
            into is null ? "nowhere" : $"{into.Id} by {merge?.Record.Id}",
            await store.FindSurvivorAsync(scene.Tenant, from.Id, scene.Cancel).ConfigureAwait(false) is { } absorbed
                ? $"{absorbed.Survivor} by {absorbed.Merge}"
                : "nowhere",
            $"where the id leads; {about}"
        );

    /// <summary>Asserts to whom an identity belongs.</summary>
    public async Task OwnedAsync(Identity identity, CustomerProfile? owner, string about) =>
        scene.Same(
            $"{owner?.Id}",
            $"{(await scene.Store.FindAsync(scene.Tenant, identity, scene.Cancel).ConfigureAwait(false))?.Profile.Id}",
            $"who has {StoredText.Of(identity)}; {about}"
        );

    /// <summary>Asserts whose profiles are listed, in any order.</summary>
    public async Task ListedAsync(string about, params CustomerProfile[] expected) =>
        scene.Same(
            string.Join('\n', expected.Select(profile => $"{profile.Id}").Order(StringComparer.Ordinal)),
            string.Join(
                '\n',
                (await scene.EverybodyAsync(pageSize: 2).ConfigureAwait(false))
                    .Select(profile => $"{profile.Id}")
                    .Order(StringComparer.Ordinal)
            ),
            $"who is listed; {about}"
        );

    /// <summary>Asserts who is found by a search, in order, and counted; nothing for a store without search.</summary>
    public async Task FoundAsync(ProfileSearchQuery query, string about, params CustomerProfile[] expected)
    {
        if (scene.Store is not ISearchStore search)
        {
            return;
        }

        var page = await search.SearchAsync(scene.Tenant, query, scene.Cancel).ConfigureAwait(false);
        scene.Same(
            string.Join('\n', expected.Select(profile => profile.Id)),
            string.Join('\n', page.Profiles.Select(profile => profile.Id)),
            $"who is found; {about}"
        );
        var count = await search.CountAsync(scene.Tenant, query, 100, scene.Cancel).ConfigureAwait(false);
        scene.Same($"{expected.Length}", StoredText.Of(count), $"how many are counted; {about}");
    }

    /// <summary>Everything that the store says of people, as text.</summary>
    public async Task<string> TellAsync(params CustomerProfile[] people)
    {
        var lines = new List<string>();
        foreach (var person in people)
        {
            var customer = await scene.Store.GetAsync(scene.Tenant, person.Id, scene.Cancel).ConfigureAwait(false);
            lines.Add($"{person.Id} is {StoredText.Of(customer)}");
            lines.Add(StoredText.Of(await ReadAsync(person).ConfigureAwait(false)));
            foreach (var identity in person.Identities)
            {
                var owner = await scene.Store.FindAsync(scene.Tenant, identity, scene.Cancel).ConfigureAwait(false);
                lines.Add($"{StoredText.Of(identity)} is {owner?.Profile.Id}'s");
            }

            var merges = await store.GetMergesAsync(scene.Tenant, person.Id, scene.Cancel).ConfigureAwait(false);
            lines.AddRange(merges.Select(merge => $"has absorbed {merge.From} at {StoredText.Of(merge.At)}"));
            if (scene.Store is IExportStore export)
            {
                var record = await export.GetRecordAsync(scene.Tenant, person.Id, scene.Cancel).ConfigureAwait(false);
                lines.AddRange(record?.Conversations.Select(StoredText.Of) ?? []);
                lines.Add($"{record?.Changes.Length} changes");
            }
        }

        lines.AddRange((await scene.EverybodyAsync().ConfigureAwait(false)).Select(one => $"{one.Id} is listed"));
        lines.AddRange(
            (await scene.CountPendingAsync().ConfigureAwait(false))
                .Where(one => one.Count != 0)
                .Select(one => $"{one.Count} of {one.Provider} pending")
                .Order(StringComparer.Ordinal)
        );
        return string.Join('\n', lines);
    }

    private (MergeSide From, MergeSide Into) Both(MergeSides sides, string about) =>
        sides is { From: { } from, Into: { } into }
            ? (from, into)
            : throw scene.Broken("both customers", "one or neither", about);
}
