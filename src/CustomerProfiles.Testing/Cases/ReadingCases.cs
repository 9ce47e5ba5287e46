using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>Reading by id and by identity.</summary>
internal static class ReadingCases
{
    private static readonly Case Case = new("reading");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Case.Of("GetAsync reads a customer by id, FindAsync by identity.", A_customer_is_read_by_id_and_by_identity),
        Case.Of(
            "GetAsync returns null when the tenant has no such customer, FindAsync when the identity has no owner.",
            An_unknown_customer_is_null
        ),
        Case.Of(
            "GetProfileAsync and FindProfileAsync read the profile of whom GetAsync and FindAsync read.",
            A_profile_read_alone_is_that_of_the_customer
        ),
        Case.Of("An identity belongs to one customer, and leads to them.", Every_identity_leads_to_the_customer),
        Case.Of(
            "A StoredCustomer is everything that the store holds about one customer.",
            Checks_settings_and_suppression_are_read_with_the_customer
        ),
        Case.Of(
            "A store is safe for any number of threads, and no call sees half of another.",
            Changes_by_one_object_are_read_by_another_at_once
        ),
    ];

    private static async Task A_customer_is_read_by_id_and_by_identity(Scene scene)
    {
        var profile = await scene.CreateAsync().ConfigureAwait(false);
        await scene.CreateAsync().ConfigureAwait(false);
        var expected = new StoredCustomer
        {
            Profile = profile,
            Checks = [],
            ProviderSettings = [],
            IsSuppressed = false,
        };
        scene.Same(
            expected,
            await scene.Store.GetAsync(scene.Tenant, profile.Id, scene.Cancel).ConfigureAwait(false),
            "reading by id"
        );
        scene.Same(
            expected,
            await scene.Store.FindAsync(scene.Tenant, profile.Identities[0], scene.Cancel).ConfigureAwait(false),
            "reading by identity"
        );
    }

    private static async Task A_profile_read_alone_is_that_of_the_customer(Scene scene)
    {
        var profile = await scene.CreateAsync().ConfigureAwait(false);
        await scene.CreateAsync().ConfigureAwait(false);
        await SameAsync(profile, scene.Tenant, profile.Id, profile.Identities[0], "a customer").ConfigureAwait(false);
        await SameAsync(null, scene.Tenant, CustomerId.New(scene.Now), scene.NextEmail(), "nobody")
            .ConfigureAwait(false);
        await SameAsync(null, scene.OtherTenant, profile.Id, profile.Identities[0], "another tenant")
            .ConfigureAwait(false);

        async Task SameAsync(CustomerProfile? expected, TenantId tenant, CustomerId id, Identity identity, string about)
        {
            var byId = await scene.Store.GetProfileAsync(tenant, id, scene.Cancel).ConfigureAwait(false);
            scene.Same(StoredText.Of(expected), StoredText.Of(byId), $"{about}, by id");
            var found = await scene.Store.FindProfileAsync(tenant, identity, scene.Cancel).ConfigureAwait(false);
            scene.Same(StoredText.Of(expected), StoredText.Of(found), $"{about}, by identity");
        }
    }

    private static async Task An_unknown_customer_is_null(Scene scene)
    {
        scene.Same(
            null,
            await scene.Store.GetAsync(scene.Tenant, CustomerId.New(scene.Now), scene.Cancel).ConfigureAwait(false),
            "a tenant without customers, by id"
        );
        scene.Same(
            null,
            await scene.Store.FindAsync(scene.Tenant, scene.NextEmail(), scene.Cancel).ConfigureAwait(false),
            "a tenant without customers, by identity"
        );
        await scene.CreateAsync().ConfigureAwait(false);
        scene.Same(
            null,
            await scene.Store.GetAsync(scene.Tenant, CustomerId.New(scene.Now), scene.Cancel).ConfigureAwait(false),
            "an id that nobody has"
        );
        scene.Same(
            null,
            await scene.Store.FindAsync(scene.Tenant, scene.NextEmail(), scene.Cancel).ConfigureAwait(false),
            "an identity that nobody has"
        );
    }

    private static async Task Every_identity_leads_to_the_customer(Scene scene)
    {
        var profile = await scene.CreateAsync().ConfigureAwait(false);
        ImmutableArray<Identity> identities =
        [
            Identity.External($"CRM-7 {scene.Mark}"),
            .. profile.Identities,
            Identity.Phone("+44 20 7946 0000"),
            Identity.Chat("irc", $"Ada {scene.Mark}"),
            scene.NextEmail(),
        ];
        var next = await scene.UpdateAsync(scene.Next(profile, identities)).ConfigureAwait(false);
        foreach (var identity in identities)
        {
            scene.Same(
                new StoredCustomer
                {
                    Profile = next,
                    Checks = [],
                    ProviderSettings = [],
                    IsSuppressed = false,
                },
                await scene.Store.FindAsync(scene.Tenant, identity, scene.Cancel).ConfigureAwait(false),
                $"reading by {StoredText.Of(identity)}, one of five"
            );
        }
    }

    private static async Task Checks_settings_and_suppression_are_read_with_the_customer(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider, scene.OtherProvider).ConfigureAwait(false);
        var requestedAt = scene.Now;
        scene.Later();
        await scene.SwitchAsync(on: false, scene.OtherProvider).ConfigureAwait(false);
        await scene.SuppressAsync(profile).ConfigureAwait(false);
        var expected = new StoredCustomer
        {
            Profile = profile,
            Checks =
            [
                new() { Provider = scene.Provider, RequestedAt = requestedAt },
                new() { Provider = scene.OtherProvider, RequestedAt = requestedAt },
            ],
            ProviderSettings = [new(scene.OtherProvider, isEnabled: false, scene.Now, "kim")],
            IsSuppressed = true,
        };
        scene.Same(
            expected,
            await scene.Store.GetAsync(scene.Tenant, profile.Id, scene.Cancel).ConfigureAwait(false),
            "by id, with two checks that were ended, a switch that is off, and a mark"
        );
        scene.Same(
            expected,
            await scene.Store.FindAsync(scene.Tenant, profile.Identities[0], scene.Cancel).ConfigureAwait(false),
            "the same by identity"
        );
        var received = await scene
            .Store.RecordConversationAsync(scene.Tenant, profile.Identities[0], scene.Conversation(), scene.Cancel)
            .ConfigureAwait(false);
        scene.Same(expected, received?.Customer, "the same with a conversation received");
        scene.Same(
            StoredText.Of(expected.ProviderSettings),
            StoredText.Of(await scene.Store.GetProviderSettingsAsync(scene.Tenant, scene.Cancel).ConfigureAwait(false)),
            "the switches alone"
        );
    }

    private static async Task Changes_by_one_object_are_read_by_another_at_once(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        for (var i = 0; i < scene.UnderTest.Rounds; i++)
        {
            profile = await scene
                .UpdateAsync(scene.Next(profile, values: scene.Noted($"note {i}")))
                .ConfigureAwait(false);
            var here = await scene.Store.GetAsync(scene.Tenant, profile.Id, scene.Cancel).ConfigureAwait(false);
            scene.Same(profile.ToString(), here?.Profile.ToString() ?? "nobody", "reading with the object that wrote");
            scene.Same(
                here,
                await scene.Other.GetAsync(scene.Tenant, profile.Id, scene.Cancel).ConfigureAwait(false),
                "reading with another object on the same data"
            );
            scene.Same(
                here,
                await scene.Other.FindAsync(scene.Tenant, profile.Identities[0], scene.Cancel).ConfigureAwait(false),
                "finding with another object on the same data"
            );
        }
    }
}
