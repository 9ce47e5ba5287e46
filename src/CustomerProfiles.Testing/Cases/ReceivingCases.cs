using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>Recording conversations.</summary>
internal static class ReceivingCases
{
    private static readonly Case Case = new("receiving");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Case.Of(
            "RecordConversationAsync records the conversation with the customer unless it is recorded already.",
            A_conversation_keeps_its_first_record
        ),
        Case.Of(
            "RecordConversationAsync returns null when the identity has no owner, and then records nothing.",
            Nothing_is_recorded_for_an_unknown_sender
        ),
        Case.Of("A store records conversations per customer.", The_same_conversation_is_new_with_another_customer),
        Case.Of("A conversation's id is compared ordinally.", Conversations_whose_ids_look_alike_are_two),
        Case.Of(
            "RecordConversationAsync reads a customer and records a conversation, and nothing else.",
            Receiving_changes_neither_profile_nor_checks
        ),
        Case.Of(
            "Conversations are recorded with the customer, not with the identity they came from.",
            Conversations_stay_with_a_customer_whose_identities_change
        ),
    ];

    private static async Task A_conversation_keeps_its_first_record(Scene scene)
    {
        var profile = await scene.CreateAsync().ConfigureAwait(false);
        var customer = await scene.ReadAsync(profile).ConfigureAwait(false);
        var first = scene.Conversation("thread", ConversationDirection.Composed);
        scene.Same(
            StoredText.Of(
                new ConversationLookup
                {
                    Customer = customer,
                    FirstRecorded = first,
                    IsNewConversation = true,
                }
            ),
            StoredText.Of(await ReceiveAsync(scene, profile, first).ConfigureAwait(false)),
            "told for the first time"
        );
        scene.Later();
        scene.Same(
            StoredText.Of(
                new ConversationLookup
                {
                    Customer = customer,
                    FirstRecorded = first,
                    IsNewConversation = false,
                }
            ),
            StoredText.Of(await ReceiveAsync(scene, profile, scene.Conversation("thread")).ConfigureAwait(false)),
            "redelivered, later and in another way"
        );
        scene.Later(-100);
        scene.Same(
            StoredText.Of(
                new ConversationLookup
                {
                    Customer = customer,
                    FirstRecorded = first,
                    IsNewConversation = false,
                }
            ),
            StoredText.Of(await ReceiveAsync(scene, profile, scene.Conversation("thread")).ConfigureAwait(false)),
            "redelivered by a host whose clock is behind"
        );
        var other = scene.Conversation("other");
        scene.Same(
            StoredText.Of(
                new ConversationLookup
                {
                    Customer = customer,
                    FirstRecorded = other,
                    IsNewConversation = true,
                }
            ),
            StoredText.Of(await ReceiveAsync(scene, profile, other).ConfigureAwait(false)),
            "another conversation"
        );
    }

    private static async Task Nothing_is_recorded_for_an_unknown_sender(Scene scene)
    {
        var identity = scene.NextEmail();
        var recorded = scene.Conversation("thread");
        scene.Same(
            "nobody",
            StoredText.Of(
                await scene
                    .Store.RecordConversationAsync(scene.Tenant, identity, recorded, scene.Cancel)
                    .ConfigureAwait(false)
            ),
            "from somebody unknown"
        );
        scene.Later();
        var again = scene.Conversation("thread");
        var result = await scene
            .Store.CreatedAsync(
                new NewCustomer
                {
                    Profile = scene.Someone(identity),
                    Conversation = again,
                    Checks = [],
                },
                scene.Cancel
            )
            .ConfigureAwait(false);
        scene.Is(
            true,
            result.IsNewCustomer && result.IsNewConversation,
            "the sender is created by the same conversation, redelivered"
        );
        scene.Same(
            StoredText.Of(again),
            StoredText.Of(result.FirstRecorded),
            "it was first told when the customer was created"
        );
    }

    private static async Task The_same_conversation_is_new_with_another_customer(Scene scene)
    {
        var (one, other) = (
            await scene.CreateAsync().ConfigureAwait(false),
            await scene.CreateAsync().ConfigureAwait(false)
        );
        foreach (var profile in new[] { one, other })
        {
            var received = await ReceiveAsync(scene, profile, scene.Conversation("shared")).ConfigureAwait(false);
            scene.Is(true, received?.IsNewConversation ?? false, "a conversation with two customers");
            scene.Later();
        }
    }

    private static async Task Conversations_whose_ids_look_alike_are_two(Scene scene)
    {
        var profile = await scene.CreateAsync().ConfigureAwait(false);
        string[] ids =
        [
            .. Lookalikes.Texts,
            .. Lookalikes.Texts.Select(text => $"{text} "),
            new string('\u4e00', 500),
            new string('\u4e00', 499),
        ];
        foreach (var id in ids)
        {
            var received = await ReceiveAsync(scene, profile, scene.Conversation(id)).ConfigureAwait(false);
            scene.Is(
                true,
                received?.IsNewConversation ?? false,
                $"{StoredText.Quoted(id)} after conversations with ids that look like it"
            );
        }

        foreach (var id in ids)
        {
            var received = await ReceiveAsync(scene, profile, scene.Conversation(id)).ConfigureAwait(false);
            scene.Same(StoredText.Quoted(id), StoredText.Quoted(received?.FirstRecorded.Id), "redelivered");
            scene.Is(false, received?.IsNewConversation ?? true, $"{StoredText.Quoted(id)}, redelivered");
        }
    }

    private static async Task Receiving_changes_neither_profile_nor_checks(Scene scene)
    {
        var profile = await scene
            .CreateAsync(scene.Someone(values: scene.Noted("as it was")), scene.Provider)
            .ConfigureAwait(false);
        var before = await scene.ReadAsync(profile).ConfigureAwait(false);
        scene.Later();
        await ReceiveAsync(scene, profile, scene.Conversation()).ConfigureAwait(false);
        scene.Same(before, await scene.ReadAsync(profile).ConfigureAwait(false), "after a conversation was received");
    }

    private static async Task Conversations_stay_with_a_customer_whose_identities_change(Scene scene)
    {
        var profile = await scene.CreateAsync().ConfigureAwait(false);
        var first = scene.Conversation("thread");
        await ReceiveAsync(scene, profile, first).ConfigureAwait(false);
        var before = profile.Identities[0];
        profile = await scene.UpdateAsync(scene.Next(profile, [scene.NextEmail()])).ConfigureAwait(false);
        scene.Later();
        var received = await ReceiveAsync(scene, profile, scene.Conversation("thread")).ConfigureAwait(false);
        scene.Same(
            StoredText.Of(first),
            StoredText.Of(received?.FirstRecorded ?? default),
            "the thread goes on from the customer's new address"
        );
        var newcomer = await scene.CreateAsync(scene.Someone(before)).ConfigureAwait(false);
        received = await ReceiveAsync(scene, newcomer, scene.Conversation("thread")).ConfigureAwait(false);
        scene.Is(
            true,
            received?.IsNewConversation ?? false,
            "somebody else has the old address now, and it is new with them"
        );
    }

    private static async Task<ConversationLookup?> ReceiveAsync(
        Scene scene,
        CustomerProfile profile,
        ConversationRecord recorded
    ) =>
        await scene
            .Store.RecordConversationAsync(scene.Tenant, profile.Identities[0], recorded, scene.Cancel)
            .ConfigureAwait(false);
}
