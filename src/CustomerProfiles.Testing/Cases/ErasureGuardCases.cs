using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Guards of the conversations of who was erased, so that no redelivery brings anybody back.</summary>
internal static class ErasureGuardCases
{
    private const string Window =
        "EraseAsync guards the conversations that were recorded with a time from GuardSince on.";
    private const string Declined = "For a guarded conversation CreateAsync creates nobody, and writes nothing.";
    private const string Over = "A guard is over at GuardUntil.";
    private const string Removed = "RemoveGuardsAsync removes guards that are over, and no more than it may.";

    private static readonly Duration Tick = Duration.FromNanoseconds(1_000L);
    private static readonly Duration Long = Duration.FromDays(7);
    private static readonly Case Case = new("guards");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Of(Window, Conversations_from_the_time_on_are_guarded),
        Of(Window, Every_conversation_of_the_customer_is_guarded),
        Of(Window, Without_a_time_none_is_guarded),
        OfMerging(Window, Conversations_of_the_absorbed_are_guarded),
        Of(Declined, A_guarded_conversation_creates_nobody_by_any_identity),
        Of(Declined, Another_conversation_creates_a_customer),
        Of(Declined, A_guard_wins_over_a_mark_DoNotLookUp),
        Of("A guarded conversation with somebody is recorded.", A_guarded_conversation_with_somebody_is_recorded),
        Of("Without its hash no conversation is guarded.", Without_its_hash_no_conversation_is_guarded),
        Of(Over, A_guard_is_over_at_its_time),
        Of(Over, The_longer_of_two_guards_stays),
        Of(Removed, Guards_that_are_over_are_removed),
        Of(Removed, Guards_are_removed_in_steps),
        Of("Nothing is shared between two tenants.", Guards_of_another_tenant_do_nothing),
    ];

    private static StoreConformanceCase Of(
        string rule,
        Func<ErasingStage, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => ErasingCases.Of(Case, rule, run, name);

    /// <summary>A case that a store without erasing or without merging passes.</summary>
    private static StoreConformanceCase OfMerging(
        string rule,
        Func<ErasingStage, MergingStage, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => Of(rule, stage => stage.Merging is { } merging ? run(stage, merging) : Task.CompletedTask, name);

    private static async Task Conversations_from_the_time_on_are_guarded(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        scene.Later();
        var since = scene.Now;
        ConversationRecord[] before = [At("long before", since - Long), At("just before", since - Tick)];
        ConversationRecord[] guarded = [At("at the time", since), At("just after", since + Tick)];
        foreach (var conversation in before.Concat(guarded))
        {
            await RecordAsync(stage, ada, conversation).ConfigureAwait(false);
        }

        scene.Later();
        await EraseAsync(stage, ada, since).ConfigureAwait(false);
        foreach (var conversation in guarded)
        {
            await stage
                .DeclinedAsync(Again(stage, ada.Identities[0], conversation), conversation.Id)
                .ConfigureAwait(false);
        }

        foreach (var conversation in before)
        {
            var again = Again(stage, scene.NextEmail(), conversation);
            await stage.CreateAsync(again, conversation.Id).ConfigureAwait(false);
        }
    }

    private static async Task Every_conversation_of_the_customer_is_guarded(ErasingStage stage)
    {
        const int many = 40;
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var conversations = new List<ConversationRecord>();
        for (var i = 0; i < many; i++)
        {
            var direction = i % 2 == 0 ? ConversationDirection.Received : ConversationDirection.Composed;
            conversations.Add(scene.Conversation(trigger: direction));
            await RecordAsync(stage, ada, conversations[^1], ada.Identities[i % 3]).ConfigureAwait(false);
        }

        await EraseAsync(stage, ada, Scene.Start).ConfigureAwait(false);
        foreach (var conversation in conversations)
        {
            var again = Again(stage, ada.Identities[0], conversation);
            scene.Same(
                "nobody",
                StoredText.Of(await stage.TryCreateAsync(again).ConfigureAwait(false)),
                $"a {conversation.Direction} one of {many} conversations by three identities"
            );
        }
    }

    private static async Task Without_a_time_none_is_guarded(ErasingStage stage)
    {
        var scene = stage.Scene;
        var conversation = scene.Conversation();
        var ada = await stage
            .CreateAsync(stage.Coming(scene.NextEmail(), conversation), "with a conversation")
            .ConfigureAwait(false);
        await stage.EraseAsync(stage.Write(ada, guardSince: null, guardUntil: scene.Now + Long)).ConfigureAwait(false);
        await stage.CreateAsync(stage.Coming(ada.Identities[0], conversation), "not guarded").ConfigureAwait(false);
    }

    private static async Task Conversations_of_the_absorbed_are_guarded(ErasingStage stage, MergingStage merging)
    {
        var scene = stage.Scene;
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        var ben = await scene.CreateAsync().ConfigureAwait(false);
        var cleo = await scene.CreateAsync().ConfigureAwait(false);
        var early = scene.Conversation();
        await RecordAsync(stage, ada, early).ConfigureAwait(false);
        await merging.MergeAsync(ada, ben).ConfigureAwait(false);
        await merging.MergeAsync(ben, cleo).ConfigureAwait(false);
        var late = scene.Conversation();
        await RecordAsync(stage, ada, late).ConfigureAwait(false);

        var read = await scene.ReadAsync(cleo).ConfigureAwait(false);
        await stage
            .EraseAsync(
                stage.Write(read.Profile, includesAbsorbed: true, guardSince: Scene.Start, guardUntil: scene.Now + Long)
            )
            .ConfigureAwait(false);
        await stage
            .DeclinedAsync(Again(stage, ada.Identities[0], early), "recorded before the merges")
            .ConfigureAwait(false);
        await stage
            .DeclinedAsync(Again(stage, ada.Identities[0], late), "recorded during the merges")
            .ConfigureAwait(false);
    }

    private static async Task A_guarded_conversation_creates_nobody_by_any_identity(ErasingStage stage)
    {
        var scene = stage.Scene;
        var (ada, conversation) = await ErasedAsync(stage, scene.Now + Long).ConfigureAwait(false);
        scene.Later();
        foreach (var identity in (Identity[])[ada.Identities[0], scene.NextEmail()])
        {
            var customer = stage.Coming(identity, Redelivered(stage, conversation), checks: scene.Provider);
            await stage.DeclinedAsync(customer, "a guarded conversation").ConfigureAwait(false);
            await scene.PendingAsync("nobody is looked up").ConfigureAwait(false);
        }

        scene.Same(0, (await scene.EverybodyAsync().ConfigureAwait(false)).Count, "how many are listed");
    }

    private static async Task Another_conversation_creates_a_customer(ErasingStage stage)
    {
        var scene = stage.Scene;
        var (ada, guarded) = await ErasedAsync(stage, scene.Now + Long).ConfigureAwait(false);
        await stage.DeclinedAsync(Again(stage, ada.Identities[0], guarded), "guarded").ConfigureAwait(false);
        var customer = stage.Coming(ada.Identities[0], checks: scene.Provider);
        var created = await stage.CreateAsync(customer, "another conversation").ConfigureAwait(false);
        var read = await scene.ReadAsync(created).ConfigureAwait(false);
        scene.Is(false, read.IsSuppressed, "a guard suppresses");
        await scene.PendingAsync("the check of the new customer", (scene.Provider, 1)).ConfigureAwait(false);
    }

    private static async Task A_guard_wins_over_a_mark_DoNotLookUp(ErasingStage stage)
    {
        var scene = stage.Scene;
        var conversation = scene.Conversation();
        var customer = stage.Coming(scene.NextEmail(), conversation);
        var ada = await stage.CreateAsync(customer, "with a conversation").ConfigureAwait(false);
        var until = scene.Now + Long;
        var marks = stage.Marks(ada, ErasureMarkKind.DoNotLookUp);
        await stage
            .EraseAsync(stage.Write(ada, marks: marks, guardSince: Scene.Start, guardUntil: until))
            .ConfigureAwait(false);
        foreach (var isReversed in (bool[])[false, true])
        {
            var again = Again(stage, ada.Identities[0], conversation);
            again = again with
            {
                ErasureHashes = isReversed ? [.. again.ErasureHashes.Reverse()] : again.ErasureHashes,
            };
            await stage.DeclinedAsync(again, "guarded and marked").ConfigureAwait(false);
        }

        await stage.RemoveMarksAsync(ada.Identities[0]).ConfigureAwait(false);
        var created = await stage
            .CreateAsync(stage.Coming(ada.Identities[0]), "no longer marked")
            .ConfigureAwait(false);
        var read = await scene.ReadAsync(created).ConfigureAwait(false);
        scene.Is(false, read.IsSuppressed, "the calls that were declined suppressed the identity");
    }

    private static async Task A_guarded_conversation_with_somebody_is_recorded(ErasingStage stage)
    {
        var scene = stage.Scene;
        var (ada, conversation) = await ErasedAsync(stage, scene.Now + Long).ConfigureAwait(false);
        var ben = await stage
            .CreateAsync(stage.Coming(ada.Identities[0]), "another conversation")
            .ConfigureAwait(false);
        var lookup = await stage.TryCreateAsync(Again(stage, ada.Identities[0], conversation)).ConfigureAwait(false);
        scene.Same($"{ben.Id}", $"{lookup?.Customer.Profile.Id}", "whose conversation it is");
        scene.Is(false, lookup?.IsNewCustomer ?? true, "the customer is new");
        scene.Is(true, lookup?.IsNewConversation ?? false, "the conversation is new");
        var cleo = await scene.CreateAsync().ConfigureAwait(false);
        await RecordAsync(stage, cleo, conversation).ConfigureAwait(false);
    }

    private static async Task Without_its_hash_no_conversation_is_guarded(ErasingStage stage)
    {
        var scene = stage.Scene;
        var (ada, conversation) = await ErasedAsync(stage, scene.Now + Long).ConfigureAwait(false);
        var customer = Again(stage, ada.Identities[0], conversation) with { ErasureHashes = [] };
        await stage.CreateAsync(customer, "no hashes").ConfigureAwait(false);
    }

    private static async Task A_guard_is_over_at_its_time(ErasingStage stage)
    {
        var scene = stage.Scene;
        var until = scene.Now + Long;
        var (ada, conversation) = await ErasedAsync(stage, until).ConfigureAwait(false);
        await stage
            .DeclinedAsync(stage.Coming(ada.Identities[0], conversation with { At = until - Tick }), "just before")
            .ConfigureAwait(false);
        await stage
            .CreateAsync(stage.Coming(ada.Identities[0], conversation with { At = until }), "at that time")
            .ConfigureAwait(false);
    }

    private static async Task The_longer_of_two_guards_stays(ErasingStage stage)
    {
        foreach (var longerFirst in (bool[])[true, false])
        {
            var scene = stage.Scene;

            // One message may have come to two customers.
            var conversation = scene.Conversation();
            var until = scene.Now + Long;
            foreach (var isLonger in (bool[])[longerFirst, !longerFirst])
            {
                var person = await scene.CreateAsync().ConfigureAwait(false);
                await RecordAsync(stage, person, conversation).ConfigureAwait(false);
                await EraseAsync(stage, person, Scene.Start, isLonger ? until : until - Duration.FromDays(1))
                    .ConfigureAwait(false);
            }

            await stage
                .DeclinedAsync(
                    stage.Coming(scene.NextEmail(), conversation with { At = until - Tick }),
                    $"the longer guard came {(longerFirst ? "first" : "last")}"
                )
                .ConfigureAwait(false);
            await stage
                .CreateAsync(stage.Coming(scene.NextEmail(), conversation with { At = until }), "both are over")
                .ConfigureAwait(false);
        }
    }

    private static async Task Guards_that_are_over_are_removed(ErasingStage stage)
    {
        var scene = stage.Scene;
        var now = scene.Now + Long;
        var (_, longOver) = await ErasedAsync(stage, now - Long).ConfigureAwait(false);
        var (_, justOver) = await ErasedAsync(stage, now).ConfigureAwait(false);
        var (_, guarded) = await ErasedAsync(stage, now + Tick).ConfigureAwait(false);
        scene.Same(2, await RemoveAsync(stage, now, 9).ConfigureAwait(false), "two are over, one of them just now");
        scene.Same(0, await RemoveAsync(stage, now, 9).ConfigureAwait(false), "none is left that is over");
        await stage
            .DeclinedAsync(stage.Coming(scene.NextEmail(), guarded with { At = now }), "one that is not over")
            .ConfigureAwait(false);
        foreach (var over in (ConversationRecord[])[longOver, justOver])
        {
            // A time before its end shows that the guard is gone, not only over.
            await stage
                .CreateAsync(stage.Coming(scene.NextEmail(), over with { At = Scene.Start - Long }), "removed")
                .ConfigureAwait(false);
        }
    }

    private static async Task Guards_are_removed_in_steps(ErasingStage stage)
    {
        const int conversations = 7;
        var scene = stage.Scene;
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        for (var i = 1; i < conversations; i++)
        {
            await RecordAsync(stage, ada, scene.Conversation()).ConfigureAwait(false);
        }

        var until = scene.Now + Long;
        await EraseAsync(stage, ada, Scene.Start, until).ConfigureAwait(false);
        scene.Same(0, await RemoveAsync(stage, until - Tick, 3).ConfigureAwait(false), "before they are over");
        foreach (var expected in (int[])[3, 3, 1, 0])
        {
            scene.Same(expected, await RemoveAsync(stage, until, 3).ConfigureAwait(false), "in steps of three");
        }

        foreach (var most in (int[])[0, -1])
        {
            var isRefused = false;
            try
            {
                await RemoveAsync(stage, until, most).ConfigureAwait(false);
            }
            catch (ArgumentOutOfRangeException)
            {
                isRefused = true;
            }

            scene.Is(true, isRefused, $"removing {most} is an ArgumentOutOfRangeException");
        }
    }

    private static async Task Guards_of_another_tenant_do_nothing(ErasingStage stage)
    {
        var scene = stage.Scene;
        var (ada, conversation) = await ErasedAsync(stage, scene.Now + Long).ConfigureAwait(false);
        var other = stage.Coming(ada.Identities[0], conversation, scene.OtherTenant);
        var hash = ErasureHash.OfConversation(scene.Tenant, conversation.Id);
        await stage
            .CreateAsync(other with { ErasureHashes = other.ErasureHashes.Add(hash) }, "in another tenant")
            .ConfigureAwait(false);
        scene.Same(
            0,
            await stage
                .Store.RemoveGuardsAsync(scene.OtherTenant, scene.Now + (2 * Long), 9, scene.Cancel)
                .ConfigureAwait(false),
            "the guards of another tenant that are over"
        );
        await stage.DeclinedAsync(Again(stage, ada.Identities[0], conversation), "still guarded").ConfigureAwait(false);
    }

    private static ConversationRecord At(string id, Instant at) => new(id, ConversationDirection.Received, at);

    /// <summary>A conversation that is delivered again now.</summary>
    private static ConversationRecord Redelivered(ErasingStage stage, ConversationRecord conversation) =>
        conversation with
        {
            At = stage.Scene.Now,
        };

    private static NewCustomer Again(ErasingStage stage, Identity identity, ConversationRecord conversation) =>
        stage.Coming(identity, Redelivered(stage, conversation));

    /// <summary>Somebody who was erased with one conversation, which is guarded.</summary>
    private static async Task<(CustomerProfile Customer, ConversationRecord Conversation)> ErasedAsync(
        ErasingStage stage,
        Instant until
    )
    {
        var conversation = stage.Scene.Conversation();
        var ada = await stage
            .CreateAsync(stage.Coming(stage.Scene.NextEmail(), conversation), "who is to be erased")
            .ConfigureAwait(false);
        await EraseAsync(stage, ada, Scene.Start, until).ConfigureAwait(false);
        return (ada, conversation);
    }

    private static async Task EraseAsync(
        ErasingStage stage,
        CustomerProfile profile,
        Instant since,
        Instant? until = null
    ) =>
        await stage
            .EraseAsync(stage.Write(profile, guardSince: since, guardUntil: until ?? stage.Scene.Now + Long))
            .ConfigureAwait(false);

    private static async Task RecordAsync(
        ErasingStage stage,
        CustomerProfile profile,
        ConversationRecord conversation,
        Identity? identity = null
    )
    {
        var lookup = await stage
            .Scene.Store.RecordConversationAsync(
                profile.Tenant,
                identity ?? profile.Identities[0],
                conversation,
                stage.Scene.Cancel
            )
            .ConfigureAwait(false);
        stage.Scene.Is(true, lookup?.IsNewConversation ?? false, "the conversation is recorded");
    }

    private static async Task<int> RemoveAsync(ErasingStage stage, Instant now, int most) =>
        await stage.Store.RemoveGuardsAsync(stage.Scene.Tenant, now, most, stage.Scene.Cancel).ConfigureAwait(false);
}
