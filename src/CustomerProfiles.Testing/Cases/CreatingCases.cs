using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>Creating customers.</summary>
internal static class CreatingCases
{
    private static readonly Case Case = new("creating");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Case.Of(
            "CreateAsync creates a customer with one identity, records the conversation, and requests the checks.",
            A_customer_is_created_with_conversation_and_checks
        ),
        Case.Of(
            "If the identity has an owner, CreateAsync does what RecordConversationAsync does for that customer.",
            The_owner_of_the_identity_gets_the_conversation
        ),
        Case.Of("The store requests no checks with disabled providers.", Checks_with_a_disabled_provider_are_left_out),
        Case.Of(
            "The store requests no checks when an identity is suppressed.",
            Checks_of_a_suppressed_identity_are_left_out
        ),
        Case.Of("An identity that a profile has given up is free.", An_identity_that_was_freed_can_be_created_anew),
    ];

    private static async Task A_customer_is_created_with_conversation_and_checks(Scene scene)
    {
        var profile = scene.Someone(values: scene.Noted("from the first conversation"));
        scene.Later();
        var recorded = scene.Conversation();
        var result = await scene
            .Store.CreatedAsync(
                new NewCustomer
                {
                    Profile = profile,
                    Conversation = recorded,
                    Checks = [scene.Provider, scene.OtherProvider],
                },
                scene.Cancel
            )
            .ConfigureAwait(false);
        var expected = new StoredCustomer
        {
            Profile = profile,
            Checks =
            [
                new()
                {
                    Provider = scene.Provider,
                    RequestedAt = recorded.At,
                    IsPending = true,
                },
                new()
                {
                    Provider = scene.OtherProvider,
                    RequestedAt = recorded.At,
                    IsPending = true,
                },
            ],
            ProviderSettings = [],
            IsSuppressed = false,
        };
        scene.Is(true, result.IsNewCustomer, "the identity was nobody's");
        scene.Same(
            StoredText.Of(
                new ConversationLookup
                {
                    Customer = expected,
                    FirstRecorded = recorded,
                    IsNewConversation = true,
                }
            ),
            StoredText.Of(result),
            "what the call returns"
        );
        scene.Same(expected, await scene.ReadAsync(profile).ConfigureAwait(false), "what is read afterwards");
        scene.Later();
        var again = await scene
            .Store.RecordConversationAsync(
                scene.Tenant,
                profile.Identities[0],
                scene.Conversation(recorded.Id),
                scene.Cancel
            )
            .ConfigureAwait(false);
        scene.Same(
            StoredText.Of(
                new ConversationLookup
                {
                    Customer = expected,
                    FirstRecorded = recorded,
                    IsNewConversation = false,
                }
            ),
            StoredText.Of(again),
            "the conversation, redelivered"
        );
    }

    private static async Task The_owner_of_the_identity_gets_the_conversation(Scene scene)
    {
        var first = await scene.CreateAsync(scene.Someone(values: scene.Noted("the first"))).ConfigureAwait(false);
        var before = await scene.ReadAsync(first).ConfigureAwait(false);
        var second = scene.Someone(first.Identities[0], values: scene.Noted("the second"));
        scene.Later();
        var recorded = scene.Conversation();
        var result = await scene
            .Store.CreatedAsync(
                new NewCustomer
                {
                    Profile = second,
                    Conversation = recorded,
                    Checks = [scene.Provider],
                },
                scene.Cancel
            )
            .ConfigureAwait(false);
        scene.Is(false, result.IsNewCustomer, "the identity is somebody's");
        scene.Same(
            StoredText.Of(
                new ConversationLookup
                {
                    Customer = before,
                    FirstRecorded = recorded,
                    IsNewConversation = true,
                }
            ),
            StoredText.Of(result),
            "what the call returns"
        );
        scene.Same(
            before,
            await scene.ReadAsync(first).ConfigureAwait(false),
            "the first customer is as before, and no check requested"
        );
        scene.Same(
            null,
            await scene.Store.GetAsync(scene.Tenant, second.Id, scene.Cancel).ConfigureAwait(false),
            "the second was not written"
        );
        scene.Later();
        result = await scene
            .Store.CreatedAsync(
                new NewCustomer
                {
                    Profile = second,
                    Conversation = scene.Conversation(recorded.Id),
                    Checks = [],
                },
                scene.Cancel
            )
            .ConfigureAwait(false);
        scene.Same(
            StoredText.Of(
                new ConversationLookup
                {
                    Customer = before,
                    FirstRecorded = recorded,
                    IsNewConversation = false,
                }
            ),
            StoredText.Of(result),
            "the same conversation once more"
        );
        var everybody = await scene.EverybodyAsync().ConfigureAwait(false);
        scene.Same(1, everybody.Count, "how many customers the tenant has");
    }

    private static async Task Checks_with_a_disabled_provider_are_left_out(Scene scene)
    {
        await scene.SwitchAsync(on: false).ConfigureAwait(false);
        var profile = await scene.CreateAsync(scene.Provider, scene.OtherProvider).ConfigureAwait(false);
        var customer = await scene.ReadAsync(profile).ConfigureAwait(false);
        scene.Same("never requested", StoredText.Of(customer.GetCheck(scene.Provider)), "the provider that is off");
        scene.Is(true, customer.GetCheck(scene.OtherProvider)?.IsPending ?? false, "the provider that is on");
        await scene.SwitchAsync(on: true).ConfigureAwait(false);
        await scene.NothingToClaimAsync("enabled again, nothing waits").ConfigureAwait(false);
        var later = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        scene.Is(
            true,
            (await scene.CheckOfAsync(later).ConfigureAwait(false))?.IsPending ?? false,
            "a customer created after it was enabled again"
        );
    }

    private static async Task Checks_of_a_suppressed_identity_are_left_out(Scene scene)
    {
        var identity = scene.NextEmail();
        await scene.SuppressAsync(identity).ConfigureAwait(false);
        var profile = scene.Someone(identity);
        var result = await scene
            .Store.CreatedAsync(
                new NewCustomer
                {
                    Profile = profile,
                    Conversation = scene.Conversation(),
                    Checks = [scene.Provider, scene.OtherProvider],
                },
                scene.Cancel
            )
            .ConfigureAwait(false);
        var expected = new StoredCustomer
        {
            Profile = profile,
            Checks = [],
            ProviderSettings = [],
            IsSuppressed = true,
        };
        scene.Is(true, result.IsNewCustomer, "a profile there is");
        scene.Same(expected, result.Customer, "what the call returns");
        scene.Same(expected, await scene.ReadAsync(profile).ConfigureAwait(false), "what is read afterwards");
    }

    private static async Task An_identity_that_was_freed_can_be_created_anew(Scene scene)
    {
        var first = await scene.CreateAsync().ConfigureAwait(false);
        var freed = first.Identities[0];
        first = await scene.UpdateAsync(scene.Next(first, [scene.NextEmail()])).ConfigureAwait(false);
        var second = await scene.CreateAsync(scene.Someone(freed)).ConfigureAwait(false);
        var owner = await scene.Store.FindAsync(scene.Tenant, freed, scene.Cancel).ConfigureAwait(false);
        scene.Same(second.Id.ToString(), owner?.Profile.Id.ToString() ?? "nobody", "who has the freed identity now");
        scene.Same(
            StoredText.Of(first),
            StoredText.Of((await scene.ReadAsync(first).ConfigureAwait(false)).Profile),
            "the first customer is as before"
        );
    }
}
