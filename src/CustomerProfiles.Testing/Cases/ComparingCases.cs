using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>Keys are compared ordinally.</summary>
internal static class ComparingCases
{
    private static readonly Case Case = new("comparing");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Case.Of("Identities are compared ordinally.", Identities_that_look_alike_are_two),
        Case.Of("Identities are compared ordinally.", Identities_that_look_alike_are_moved_and_suppressed_apart),
        Case.Of("An identity is a kind and a value.", The_same_value_of_another_kind_is_another_identity),
        Case.Of("A tenant's name is compared ordinally.", Tenants_that_look_alike_are_two),
        Case.Of("A provider's name is compared ordinally.", Providers_that_look_alike_are_two),
    ];

    private static async Task Identities_that_look_alike_are_two(Scene scene)
    {
        var customers = new List<(Identity Identity, CustomerProfile Profile)>();
        foreach (var identity in Identities(scene))
        {
            var profile = scene.Someone(identity);
            var result = await scene
                .Store.CreatedAsync(
                    new NewCustomer
                    {
                        Profile = profile,
                        Conversation = scene.Conversation(),
                        Checks = [],
                    },
                    scene.Cancel
                )
                .ConfigureAwait(false);
            scene.Is(
                true,
                result.IsNewCustomer,
                $"{StoredText.Of(identity)} is nobody's, whoever has what looks like it"
            );
            customers.Add((identity, profile));
        }

        foreach (var (identity, profile) in customers)
        {
            var found = await scene.Store.FindAsync(scene.Tenant, identity, scene.Cancel).ConfigureAwait(false);
            scene.Same(
                StoredText.Of(profile),
                found is { } customer ? StoredText.Of(customer.Profile) : "nobody",
                $"who has {StoredText.Of(identity)}"
            );
            var received = await scene
                .Store.RecordConversationAsync(scene.Tenant, identity, scene.Conversation(), scene.Cancel)
                .ConfigureAwait(false);
            scene.Same(
                $"{profile.Id}",
                $"{received?.Customer.Profile.Id}",
                $"whose conversation it is from {StoredText.Of(identity)}"
            );
        }
    }

    private static async Task Identities_that_look_alike_are_moved_and_suppressed_apart(Scene scene)
    {
        var identities = Identities(scene);
        var profile = await scene.CreateAsync(scene.Someone(identities[0])).ConfigureAwait(false);

        // One customer has all of them and loses every other one; of the remaining ones every other one is marked.
        profile = await scene.UpdateAsync(scene.Next(profile, identities)).ConfigureAwait(false);
        ImmutableArray<Identity> kept = [.. identities.Where((_, i) => i % 2 == 0)];
        profile = await scene.UpdateAsync(scene.Next(profile, kept)).ConfigureAwait(false);
        foreach (var identity in identities)
        {
            var found = await scene.Store.FindAsync(scene.Tenant, identity, scene.Cancel).ConfigureAwait(false);
            scene.Same(
                kept.Contains(identity) ? $"{profile.Id}" : "",
                $"{found?.Profile.Id}",
                $"who has {StoredText.Of(identity)} after half of them went"
            );
        }

        foreach (var marked in identities)
        {
            var one = scene.Anew();
            await one.SuppressAsync(marked).ConfigureAwait(false);
            var looksLikeIt = identities.First(identity =>
                identity != marked && string.Equals(identity.Value, marked.Value, StringComparison.OrdinalIgnoreCase)
                || identity != marked
            );
            var other = await one.CreateAsync(one.Someone(looksLikeIt)).ConfigureAwait(false);
            one.Is(
                false,
                (await one.ReadAsync(other).ConfigureAwait(false)).IsSuppressed,
                $"{StoredText.Of(looksLikeIt)} when {StoredText.Of(marked)} is marked"
            );
        }
    }

    private static async Task The_same_value_of_another_kind_is_another_identity(Scene scene)
    {
        var value = $"irc:{scene.Mark}";
        ImmutableArray<Identity> identities =
        [
            Identity.FromStore(IdentityKind.Email, value),
            Identity.FromStore(IdentityKind.Phone, value),
            Identity.FromStore(IdentityKind.Chat, value),
            Identity.FromStore(IdentityKind.External, value),
        ];
        var profiles = new List<CustomerProfile>();
        foreach (var identity in identities)
        {
            profiles.Add(await scene.CreateAsync(scene.Someone(identity)).ConfigureAwait(false));
        }

        await scene.SuppressAsync(identities[1]).ConfigureAwait(false);
        for (var i = 0; i < identities.Length; i++)
        {
            var found = await scene.Store.FindAsync(scene.Tenant, identities[i], scene.Cancel).ConfigureAwait(false);
            scene.Same(
                new StoredCustomer
                {
                    Profile = profiles[i],
                    Checks = [],
                    ProviderSettings = [],
                    IsSuppressed = i == 1,
                },
                found,
                $"who has the value as {identities[i].Kind}, when that of {identities[1].Kind} is marked"
            );
        }
    }

    private static async Task Tenants_that_look_alike_are_two(Scene scene)
    {
        var identity = scene.NextEmail();
        var tenants = Lookalikes
            .Texts.Select(text => new TenantId($"{text} {scene.Mark}"))
            .Append(new TenantId($"ada {scene.Mark} "))
            .ToArray();
        for (var i = 0; i < tenants.Length; i++)
        {
            await scene.CreateAsync(scene.Someone(identity, tenants[i])).ConfigureAwait(false);
            scene.Is(
                true,
                await scene.SwitchAsync(on: false, $"{scene.Provider}-{i}", tenants[i]).ConfigureAwait(false),
                "the tenant's first switch"
            );
        }

        for (var i = 0; i < tenants.Length; i++)
        {
            var about = StoredText.Quoted(tenants[i].Value);
            scene.Same(
                1,
                (await scene.EverybodyAsync(tenant: tenants[i]).ConfigureAwait(false)).Count,
                $"the customers of {about}"
            );
            var settings = await scene.Store.GetProviderSettingsAsync(tenants[i], scene.Cancel).ConfigureAwait(false);
            scene.Same(
                $"{scene.Provider}-{i}",
                string.Join(' ', settings.Select(one => one.Provider)),
                $"the switches of {about}"
            );
        }
    }

    private static async Task Providers_that_look_alike_are_two(Scene scene)
    {
        string[] providers = [.. Lookalikes.Texts.Select(text => $"{text} {scene.Mark}"), $"ada {scene.Mark} "];
        var profile = await scene.CreateAsync(providers).ConfigureAwait(false);
        for (var i = 0; i < providers.Length; i++)
        {
            var provider = providers[i];
            var claim = await scene.TryClaimAsync(provider).ConfigureAwait(false);
            scene.Same(StoredText.Quoted(provider), StoredText.Quoted(claim?.Provider), "claiming for one provider");
            await scene
                .NothingToClaimAsync($"claiming for {StoredText.Quoted(provider)} again", provider)
                .ConfigureAwait(false);
            scene.Is(
                true,
                await scene
                    .Store.TryReserveBudgetAsync(new BudgetPeriod(provider, "2026-01"), 1, scene.Cancel)
                    .ConfigureAwait(false),
                $"the first result that {StoredText.Quoted(provider)} is paid for"
            );
            scene.Is(
                true,
                await scene.SwitchAsync(on: false, provider).ConfigureAwait(false),
                $"switching {StoredText.Quoted(provider)} off"
            );
        }

        var customer = await scene.ReadAsync(profile).ConfigureAwait(false);
        scene.Same(providers.Length, customer.Checks.Length, "one check with each");
        scene.Same(providers.Length, customer.ProviderSettings.Length, "one switch for each");
    }

    private static ImmutableArray<Identity> Identities(Scene scene) =>
        [
            .. Lookalikes.Texts.Select(text => Identity.FromStore(IdentityKind.External, $"{text}{scene.Mark}")),
            Identity.FromStore(IdentityKind.External, $"ada{scene.Mark} "),
            Identity.FromStore(IdentityKind.External, $" ada{scene.Mark}"),
            Identity.FromStore(IdentityKind.External, $"ada{scene.Mark}\u00a0"),
            Identity.FromStore(IdentityKind.External, $"ada{scene.Mark.ToUpperInvariant()}"),
        ];
}
