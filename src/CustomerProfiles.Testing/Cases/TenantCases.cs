using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>Nothing is shared between tenants.</summary>
internal static class TenantCases
{
    private const string Rule =
        "Every key in a store begins with the tenant, so that nothing is ever shared between two tenants.";

    private static readonly Case Case = new("tenants");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Case.Of(Rule, The_same_identity_in_two_tenants_is_two_customers),
        Case.Of(Rule, An_id_of_another_tenant_is_unknown),
        Case.Of(Rule, The_same_id_in_two_tenants_is_two_customers),
        Case.Of(Rule, Settings_and_marks_belong_to_the_tenant),
        Case.Of("TenantId.Default has the name default.", The_default_tenant_is_the_one_named_default),
        Case.Of("ClaimNextCheckAsync claims checks of all tenants.", Checks_of_all_tenants_are_claimed),
        Case.Of("A store rejects a lease of another customer.", A_claim_of_another_tenant_is_rejected),
    ];

    private static async Task The_same_identity_in_two_tenants_is_two_customers(Scene scene)
    {
        var identity = scene.NextEmail();
        var one = await scene.CreateAsync(scene.Someone(identity, scene.Tenant)).ConfigureAwait(false);
        var other = await scene.CreateAsync(scene.Someone(identity, scene.OtherTenant)).ConfigureAwait(false);
        foreach (var profile in new[] { one, other })
        {
            var found = await scene.Store.FindAsync(profile.Tenant, identity, scene.Cancel).ConfigureAwait(false);
            scene.Same(
                new StoredCustomer
                {
                    Profile = profile,
                    Checks = [],
                    ProviderSettings = [],
                    IsSuppressed = false,
                },
                found,
                $"who has the identity in {profile.Tenant}"
            );
            var received = await scene
                .Store.RecordConversationAsync(profile.Tenant, identity, scene.Conversation("the same"), scene.Cancel)
                .ConfigureAwait(false);
            scene.Same(
                $"{profile.Id} True",
                $"{received?.Customer.Profile.Id} {received?.IsNewConversation}",
                $"a conversation in {profile.Tenant}"
            );
            scene.Same(
                $"{profile.Id}",
                string.Join(
                    ' ',
                    (await scene.EverybodyAsync(tenant: profile.Tenant).ConfigureAwait(false)).Select(each => each.Id)
                ),
                $"the customers of {profile.Tenant}"
            );
        }
    }

    private static async Task An_id_of_another_tenant_is_unknown(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var before = await scene.ReadAsync(profile).ConfigureAwait(false);
        scene.Same(
            null,
            await scene.Store.GetAsync(scene.OtherTenant, profile.Id, scene.Cancel).ConfigureAwait(false),
            "reading by the id"
        );
        scene.Same(
            null,
            await scene.Store.FindAsync(scene.OtherTenant, profile.Identities[0], scene.Cancel).ConfigureAwait(false),
            "reading by the identity"
        );
        scene.Same(
            "nobody",
            StoredText.Of(
                await scene
                    .Store.RecordConversationAsync(
                        scene.OtherTenant,
                        profile.Identities[0],
                        scene.Conversation(),
                        scene.Cancel
                    )
                    .ConfigureAwait(false)
            ),
            "receiving a conversation"
        );
        var next = new CustomerProfile(
            scene.OtherTenant,
            profile.Id,
            2,
            profile.CreatedAt,
            scene.Now,
            profile.Identities,
            scene.Noted("lost")
        );
        scene.Same(
            nameof(UpdateResult.NotFound),
            StoredText.Of(await scene.Store.UpdateAsync(next, change: null, scene.Cancel).ConfigureAwait(false)),
            "updating"
        );
        scene.Is(
            false,
            await scene
                .Store.RequestCheckAsync(
                    scene.OtherTenant,
                    profile.Id,
                    scene.OtherProvider,
                    null,
                    scene.Now,
                    scene.Cancel
                )
                .ConfigureAwait(false),
            "requesting a check"
        );
        scene.Is(
            false,
            await scene
                .Store.SetSuppressedAsync(scene.OtherTenant, profile.Id, suppressed: true, change: null, scene.Cancel)
                .ConfigureAwait(false),
            "suppressing"
        );
        scene.Same(0, (await scene.EverybodyAsync(tenant: scene.OtherTenant).ConfigureAwait(false)).Count, "listing");
        scene.Same(before, await scene.ReadAsync(profile).ConfigureAwait(false), "the customer after all that");
    }

    private static async Task The_same_id_in_two_tenants_is_two_customers(Scene scene)
    {
        var one = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var other = await scene.CreateAsync(scene.Someone(tenant: scene.OtherTenant, id: one.Id)).ConfigureAwait(false);
        one = await scene.UpdateAsync(scene.Next(one, values: scene.Noted("of the one"))).ConfigureAwait(false);
        await scene.SuppressAsync(other).ConfigureAwait(false);
        var customer = await scene.ReadAsync(one).ConfigureAwait(false);
        scene.Same(StoredText.Of(one), StoredText.Of(customer.Profile), "the one's profile");
        scene.Is(false, customer.IsSuppressed, "the one is suppressed, when the other is");
        scene.Is(true, customer.GetCheck(scene.Provider)?.IsPending ?? false, "the one's check waits");
        scene.Same(
            new StoredCustomer
            {
                Profile = other,
                Checks = [],
                ProviderSettings = [],
                IsSuppressed = true,
            },
            await scene.ReadAsync(other).ConfigureAwait(false),
            "the other"
        );
    }

    private static async Task Settings_and_marks_belong_to_the_tenant(Scene scene)
    {
        var identity = scene.NextEmail();
        var one = await scene.CreateAsync(scene.Someone(identity), scene.Provider).ConfigureAwait(false);
        var other = await scene
            .CreateAsync(scene.Someone(identity, scene.OtherTenant), scene.Provider)
            .ConfigureAwait(false);
        var before = await scene.ReadAsync(other).ConfigureAwait(false);
        await scene.SwitchAsync(on: false).ConfigureAwait(false);
        await scene.SuppressAsync(one).ConfigureAwait(false);
        await scene.SuppressAsync(identity).ConfigureAwait(false);
        scene.Same(
            before,
            await scene.ReadAsync(other).ConfigureAwait(false),
            "the customer of the other tenant with the same identity"
        );
        scene.Same(
            "",
            StoredText.Of(
                await scene.Store.GetProviderSettingsAsync(scene.OtherTenant, scene.Cancel).ConfigureAwait(false)
            ),
            "the other tenant's switches"
        );
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        scene.Same($"{scene.OtherTenant} {other.Id}", $"{claim.Tenant} {claim.CustomerId}", "whose check is claimed");
    }

    private static async Task The_default_tenant_is_the_one_named_default(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Someone(tenant: TenantId.Default)).ConfigureAwait(false);
        var found = await scene
            .Store.FindAsync(new TenantId("default"), profile.Identities[0], scene.Cancel)
            .ConfigureAwait(false);
        scene.Same(
            StoredText.Of(profile),
            found is { } customer ? StoredText.Of(customer.Profile) : "nobody",
            "found in the tenant named default"
        );
        scene.Same(
            null,
            await scene.Store.FindAsync(scene.Tenant, profile.Identities[0], scene.Cancel).ConfigureAwait(false),
            "found in another"
        );
    }

    private static async Task Checks_of_all_tenants_are_claimed(Scene scene)
    {
        var requested = new HashSet<string>();
        for (var i = 0; i < 6; i++)
        {
            var profile = await scene
                .CreateAsync(scene.Someone(tenant: i % 2 == 0 ? scene.Tenant : scene.OtherTenant), scene.Provider)
                .ConfigureAwait(false);
            requested.Add($"{profile.Tenant} {profile.Id}");
        }

        for (var i = 0; i < 6; i++)
        {
            var claim = await scene.ClaimAsync().ConfigureAwait(false);
            scene.Is(
                true,
                requested.Remove($"{claim.Tenant} {claim.CustomerId}"),
                "the claim is of a customer of one of the two tenants, and of each once"
            );
        }

        await scene.NothingToClaimAsync("all are claimed").ConfigureAwait(false);
    }

    private static async Task A_claim_of_another_tenant_is_rejected(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var twin = await scene
            .CreateAsync(scene.Someone(tenant: scene.OtherTenant, id: profile.Id))
            .ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        var forged = claim with { Profile = twin };
        scene.Same(
            nameof(CompleteResult.LeaseLost),
            await scene.CompleteAsync(forged, scene.Next(twin)).ConfigureAwait(false),
            "completing for the other tenant's customer"
        );
        scene.Is(
            false,
            await scene.Store.RenewLeaseAsync(forged, Scene.Lease, scene.Cancel).ConfigureAwait(false),
            "renewing for the other tenant's customer"
        );
        await scene.ReleaseAsync(forged, retryAt: null, ProviderFailure.Unexpected).ConfigureAwait(false);
        scene.Same(
            new StoredCustomer
            {
                Profile = twin,
                Checks = [],
                ProviderSettings = [],
                IsSuppressed = false,
            },
            await scene.ReadAsync(twin).ConfigureAwait(false),
            "the other tenant's customer"
        );
        scene.Same(
            nameof(CompleteResult.Completed),
            await scene.CompleteAsync(claim).ConfigureAwait(false),
            "the claim itself still holds"
        );
    }
}
