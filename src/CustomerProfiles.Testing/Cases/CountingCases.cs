using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Counting pending checks.</summary>
internal static class CountingCases
{
    private const string Counts =
        "CountPendingChecksAsync counts a check as long as reading its customer says that it is pending.";

    private static readonly Case Case = new("counting");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Case.Of(Counts, A_check_counts_from_its_request_until_it_ends),
        Case.Of(
            "Checks that wait for a retry count, and those with an expired lease.",
            Postponed_and_abandoned_checks_count
        ),
        Case.Of(
            "CountPendingChecksAsync counts for each provider, over all tenants.",
            Checks_of_all_tenants_are_counted_by_provider
        ),
        Case.Of(
            "A check that ended because the provider was disabled does not count; a claimed one that is "
                + "unwanted counts until it ends.",
            Disabling_leaves_running_checks
        ),
        Case.Of(
            "A check that ended because the customer was suppressed does not count; a claimed one that is "
                + "unwanted counts until it ends.",
            Suppressing_leaves_running_checks
        ),
        Case.Of(
            "An outcome of Withheld ends the customer's other waiting checks.",
            A_withheld_result_ends_the_waiting_checks
        ),
    ];

    private static async Task A_check_counts_from_its_request_until_it_ends(Scene scene)
    {
        await scene.PendingAsync("nothing was requested").ConfigureAwait(false);
        var one = await scene.CreateAsync(scene.Provider, scene.OtherProvider).ConfigureAwait(false);
        await scene
            .PendingAsync("a customer was created with a check by each", (scene.Provider, 1), (scene.OtherProvider, 1))
            .ConfigureAwait(false);
        var other = await scene.CreateAsync().ConfigureAwait(false);
        await scene.RequestAsync(other).ConfigureAwait(false);
        await scene
            .PendingAsync("another was requested", (scene.Provider, 2), (scene.OtherProvider, 1))
            .ConfigureAwait(false);
        await scene.RequestAsync(other).ConfigureAwait(false);
        await scene
            .PendingAsync("the same once more", (scene.Provider, 2), (scene.OtherProvider, 1))
            .ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        await scene.PendingAsync("one is claimed", (scene.Provider, 2), (scene.OtherProvider, 1)).ConfigureAwait(false);
        await scene.Store.RenewLeaseAsync(claim, 2 * Scene.Lease, scene.Cancel).ConfigureAwait(false);
        await scene
            .PendingAsync("its result will come from outside", (scene.Provider, 2), (scene.OtherProvider, 1))
            .ConfigureAwait(false);
        await scene.CompleteAsync(claim with { LeaseId = Guid.NewGuid() }).ConfigureAwait(false);
        await scene
            .PendingAsync("a result under a lease that is none", (scene.Provider, 2), (scene.OtherProvider, 1))
            .ConfigureAwait(false);
        await scene.CompleteAsync(claim).ConfigureAwait(false);
        await scene
            .PendingAsync("the result is recorded", (scene.Provider, 1), (scene.OtherProvider, 1))
            .ConfigureAwait(false);

        // The store decides which of the two came first.
        var failed = await scene.ClaimAsync().ConfigureAwait(false);
        await scene.ReleaseAsync(failed, retryAt: null, ProviderFailure.TimedOut).ConfigureAwait(false);
        await scene
            .PendingAsync("the other one failed, and is not requested again", (scene.OtherProvider, 1))
            .ConfigureAwait(false);
        await scene
            .CompleteAsync(
                await scene.ClaimAsync(scene.OtherProvider).ConfigureAwait(false),
                scene.Next(one, values: scene.Noted("result recorded"))
            )
            .ConfigureAwait(false);
        await scene.PendingAsync("all have ended").ConfigureAwait(false);
        await scene.RequestAsync(failed.Profile).ConfigureAwait(false);
        await scene.PendingAsync("the one that failed is requested again", (scene.Provider, 1)).ConfigureAwait(false);
    }

    private static async Task Postponed_and_abandoned_checks_count(Scene scene)
    {
        await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        await scene
            .ReleaseAsync(await scene.ClaimAsync().ConfigureAwait(false), scene.Now + Duration.FromDays(30))
            .ConfigureAwait(false);
        await scene.NothingToClaimAsync("it is put off").ConfigureAwait(false);
        await scene.PendingAsync("it is put off for a month", (scene.Provider, 1)).ConfigureAwait(false);
        await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        await scene.ClaimAsync().ConfigureAwait(false);
        await scene.PassAsync(Scene.Lease + Duration.FromMinutes(1)).ConfigureAwait(false);
        await scene.PendingAsync("the lease of another has run out", (scene.Provider, 2)).ConfigureAwait(false);
        await scene.CompleteAsync(await scene.ClaimAsync().ConfigureAwait(false)).ConfigureAwait(false);
        await scene
            .PendingAsync("somebody else has gone on with it to the end", (scene.Provider, 1))
            .ConfigureAwait(false);
    }

    private static async Task Checks_of_all_tenants_are_counted_by_provider(Scene scene)
    {
        // Similar names are different providers.
        var likeIt = scene.Provider.ToUpperInvariant();
        for (var i = 0; i < 3; i++)
        {
            await scene.CreateAsync(scene.Someone(), scene.Provider, likeIt).ConfigureAwait(false);
            await scene
                .CreateAsync(scene.Someone(tenant: scene.OtherTenant), scene.Provider, scene.OtherProvider)
                .ConfigureAwait(false);
        }

        await scene
            .CreateAsync(scene.Someone(tenant: new TenantId($"kit-third-{scene.Mark}")), scene.OtherProvider)
            .ConfigureAwait(false);
        await scene
            .PendingAsync("seven people of three tenants", (scene.Provider, 6), (likeIt, 3), (scene.OtherProvider, 4))
            .ConfigureAwait(false);
        await scene.SwitchAsync(on: false, tenant: scene.OtherTenant).ConfigureAwait(false);
        await scene
            .PendingAsync(
                "one tenant has switched the first provider off",
                (scene.Provider, 3),
                (likeIt, 3),
                (scene.OtherProvider, 4)
            )
            .ConfigureAwait(false);
    }

    private static async Task Disabling_leaves_running_checks(Scene scene)
    {
        for (var i = 0; i < 3; i++)
        {
            await scene.CreateAsync(scene.Provider, scene.OtherProvider).ConfigureAwait(false);
        }

        var (completed, _) = (
            await scene.ClaimAsync().ConfigureAwait(false),
            await scene.ClaimAsync().ConfigureAwait(false)
        );
        await scene.SwitchAsync(on: false).ConfigureAwait(false);
        await scene
            .PendingAsync("of three checks one waited", (scene.Provider, 2), (scene.OtherProvider, 3))
            .ConfigureAwait(false);
        scene.Same(
            nameof(CompleteResult.Dropped),
            await scene.CompleteAsync(completed).ConfigureAwait(false),
            "a result"
        );
        await scene
            .PendingAsync("one result was dropped", (scene.Provider, 1), (scene.OtherProvider, 3))
            .ConfigureAwait(false);
        await scene.SwitchAsync(on: true).ConfigureAwait(false);
        await scene
            .PendingAsync("the provider is on again", (scene.Provider, 1), (scene.OtherProvider, 3))
            .ConfigureAwait(false);

        // When the last one has no holder any more, it may end at once, or at the latest when a host claims.
        await scene.PassAsync(Scene.Lease + Duration.FromMinutes(1)).ConfigureAwait(false);
        await scene.NothingToClaimAsync("the last one is not wanted, and its lease has run out").ConfigureAwait(false);
        await scene.PendingAsync("it has ended", (scene.OtherProvider, 3)).ConfigureAwait(false);
    }

    private static async Task Suppressing_leaves_running_checks(Scene scene)
    {
        foreach (var byIdentity in new[] { false, true })
        {
            var one = scene.Anew();
            var profile = await one.CreateAsync(one.Provider, one.OtherProvider).ConfigureAwait(false);
            var claim = await one.ClaimAsync().ConfigureAwait(false);
            await one.CreateAsync(one.Provider, one.OtherProvider).ConfigureAwait(false);
            await (byIdentity ? one.SuppressAsync(profile.Identities[0]) : one.SuppressAsync(profile)).ConfigureAwait(
                false
            );
            await one.PendingAsync(
                    "of two customers one was suppressed, who has one check under way",
                    (one.Provider, 2),
                    (one.OtherProvider, 1)
                )
                .ConfigureAwait(false);
            one.Same(
                nameof(CompleteResult.Dropped),
                await one.CompleteAsync(claim).ConfigureAwait(false),
                "the result"
            );
            await one.PendingAsync("the result was dropped", (one.Provider, 1), (one.OtherProvider, 1))
                .ConfigureAwait(false);
        }
    }

    private static async Task A_withheld_result_ends_the_waiting_checks(Scene scene)
    {
        await scene.CreateAsync(scene.Provider, scene.OtherProvider).ConfigureAwait(false);
        await scene
            .CompleteAsync(await scene.ClaimAsync().ConfigureAwait(false), outcome: CheckOutcome.Withheld)
            .ConfigureAwait(false);
        await scene.PendingAsync("what was found is withheld").ConfigureAwait(false);
    }
}
