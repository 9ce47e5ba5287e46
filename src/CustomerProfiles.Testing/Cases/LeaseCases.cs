using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Checks whose hosts die or are slow.</summary>
internal static class LeaseCases
{
    private static readonly Duration Almost = Scene.Lease - Duration.FromMinutes(20);

    private static readonly Duration Over = Scene.Lease + Duration.FromMinutes(1);

    private static readonly Case Case = new("leases");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Case.Of(
            "A check with an expired lease can be claimed; the attempt of the host that died counts.",
            The_check_of_a_dead_host_is_claimed_again
        ),
        Case.Of("A check is held until its lease expires.", A_lease_holds_until_it_expires),
        Case.Of("A store rejects a lease that another lease has replaced.", A_lease_that_was_replaced_can_do_nothing),
        Case.Of(
            "LeaseLost: the lease expired and another host claimed the check. Until then the result is recorded.",
            A_late_result_is_recorded_unless_the_check_was_claimed_again
        ),
        Case.Of("RenewLeaseAsync extends the lease, counted from now.", A_renewed_lease_holds_for_longer),
        Case.Of(
            "RenewLeaseAsync counts from now, so the lease may end earlier than before.",
            A_renewed_lease_can_end_sooner
        ),
        Case.Of("LeasedUntil is when the lease ends, by the store's clock.", A_claim_has_the_end_of_its_lease),
        Case.Of(
            "Leases use the store's clock, so that hosts with different clocks cannot take each other's checks.",
            Hosts_whose_clocks_differ_cannot_take_each_others
        ),
        Case.Of("Leases outlive the store object that granted them.", Another_host_sees_the_leases),
    ];

    private static async Task The_check_of_a_dead_host_is_claimed_again(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var leases = new HashSet<Guid>();
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            var claim = await scene.ClaimAsync().ConfigureAwait(false);
            scene.Same(attempt, claim.Attempt, "the attempt number, each host having died");
            scene.Is(true, leases.Add(claim.LeaseId), "each lease has an id of its own");
            scene.Is(
                true,
                (await scene.CheckOfAsync(profile).ConfigureAwait(false))?.IsPending ?? false,
                "the check is pending"
            );
            await scene.PassAsync(Over).ConfigureAwait(false);
            scene.Is(
                true,
                (await scene.CheckOfAsync(profile).ConfigureAwait(false))?.IsPending ?? false,
                "the check is pending when the lease has run out"
            );
        }
    }

    private static async Task A_lease_holds_until_it_expires(Scene scene)
    {
        await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        await scene.ClaimAsync().ConfigureAwait(false);
        await scene.PassAsync(Almost).ConfigureAwait(false);
        await scene
            .NothingToClaimAsync($"after {Almost.TotalMinutes} minutes of {Scene.Lease.TotalMinutes}")
            .ConfigureAwait(false);
        await scene.PassAsync(Over - Almost).ConfigureAwait(false);
        await scene.ClaimAsync().ConfigureAwait(false);
    }

    private static async Task A_lease_that_was_replaced_can_do_nothing(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var first = await scene.ClaimAsync().ConfigureAwait(false);
        await scene.PassAsync(Over).ConfigureAwait(false);
        var second = await scene.ClaimAsync().ConfigureAwait(false);
        await CheckCases
            .LostAsync(scene, first, await scene.ReadAsync(profile).ConfigureAwait(false), "another holds the check")
            .ConfigureAwait(false);
        await scene.PassAsync(Over).ConfigureAwait(false);
        await CheckCases
            .LostAsync(
                scene,
                first,
                await scene.ReadAsync(profile).ConfigureAwait(false),
                "another has held the check since"
            )
            .ConfigureAwait(false);
        scene.Is(
            true,
            await scene.Store.RenewLeaseAsync(second, Scene.Lease, scene.Cancel).ConfigureAwait(false),
            "the lease that replaced it goes on"
        );
        scene.Same(
            nameof(CompleteResult.Completed),
            await scene.CompleteAsync(second).ConfigureAwait(false),
            "the lease that replaced it"
        );
    }

    private static async Task A_late_result_is_recorded_unless_the_check_was_claimed_again(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        await scene.PassAsync(Over).ConfigureAwait(false);
        scene.Same(
            nameof(CompleteResult.Completed),
            await scene.CompleteAsync(claim, scene.Next(profile, values: scene.Noted("late"))).ConfigureAwait(false),
            "the lease has run out, and nobody else holds the check"
        );
        await scene.NothingToClaimAsync("the check is done").ConfigureAwait(false);
    }

    private static async Task A_renewed_lease_holds_for_longer(Scene scene)
    {
        await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        await scene.PassAsync(Almost).ConfigureAwait(false);
        scene.Is(
            true,
            await scene.Store.RenewLeaseAsync(claim, Scene.Lease, scene.Cancel).ConfigureAwait(false),
            "the claim holds the check"
        );
        await scene.PassAsync(Almost).ConfigureAwait(false);
        await scene
            .NothingToClaimAsync("the first lease would have run out, the renewed one has not")
            .ConfigureAwait(false);
        await scene.PassAsync(Over - Almost).ConfigureAwait(false);
        var next = await scene.ClaimAsync().ConfigureAwait(false);
        scene.Same(2, next.Attempt, "the attempt: a renewal is none");
    }

    private static async Task A_renewed_lease_can_end_sooner(Scene scene)
    {
        await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var claim =
            await scene
                .Store.ClaimNextCheckAsync([scene.Provider], scene.Now, Duration.FromDays(30), scene.Cancel)
                .ConfigureAwait(false)
            ?? throw scene.Broken("a claim", "nothing to do", "claiming for 30 days");
        await scene.PassAsync(Duration.FromDays(20)).ConfigureAwait(false);
        await scene.NothingToClaimAsync("after 20 days of 30").ConfigureAwait(false);
        await scene.Store.RenewLeaseAsync(claim, Scene.Lease, scene.Cancel).ConfigureAwait(false);
        await scene.PassAsync(Over).ConfigureAwait(false);
        await scene.ClaimAsync().ConfigureAwait(false);
    }

    private static async Task A_claim_has_the_end_of_its_lease(Scene scene)
    {
        await scene.CreateAsync(scene.Provider, scene.OtherProvider).ConfigureAwait(false);
        var one =
            await scene
                .Store.ClaimNextCheckAsync([scene.Provider], scene.Now, Scene.Lease, scene.Cancel)
                .ConfigureAwait(false)
            ?? throw scene.Broken("a claim", "nothing to do", "claiming");
        await scene.PassAsync(Duration.FromMinutes(30)).ConfigureAwait(false);
        var other =
            await scene
                .Store.ClaimNextCheckAsync([scene.OtherProvider], scene.Now, 2 * Scene.Lease, scene.Cancel)
                .ConfigureAwait(false)
            ?? throw scene.Broken("a claim", "nothing to do", "claiming half an hour later");

        // The store's clock may also run by itself, but not for long.
        var apart = other.LeasedUntil - one.LeasedUntil;
        scene.Is(
            true,
            apart >= Duration.FromMinutes(90) && apart < Duration.FromMinutes(110),
            $"a lease of an hour, and one of two hours taken half an hour later, end 90 minutes apart; it "
                + $"was {apart.TotalMinutes}"
        );
    }

    private static async Task Hosts_whose_clocks_differ_cannot_take_each_others(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        await scene.ClaimAsync().ConfigureAwait(false);
        foreach (
            var ahead in new[]
            {
                Duration.FromHours(1) + Duration.FromMinutes(1),
                Duration.FromDays(365),
                Duration.FromDays(36_500),
            }
        )
        {
            scene.Same(
                "nothing to do",
                StoredText.Of(
                    await scene
                        .Other.ClaimNextCheckAsync([scene.Provider], scene.Now + ahead, Scene.Lease, scene.Cancel)
                        .ConfigureAwait(false)
                ),
                $"a host whose clock is ahead by {ahead.TotalHours} hours"
            );
        }

        await scene.PassAsync(Over).ConfigureAwait(false);
        var claim = await scene
            .Other.ClaimNextCheckAsync([scene.Provider], scene.Now, Scene.Lease, scene.Cancel)
            .ConfigureAwait(false);
        scene.Same(
            $"{profile.Id}",
            $"{claim?.CustomerId}",
            "the lease has run out by the store's clock, and no time has passed by the host's"
        );
    }

    private static async Task Another_host_sees_the_leases(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        scene.Same(
            "nothing to do",
            StoredText.Of(
                await scene
                    .Other.ClaimNextCheckAsync([scene.Provider], scene.Now, Scene.Lease, scene.Cancel)
                    .ConfigureAwait(false)
            ),
            "another host, while the lease lasts"
        );
        await scene.PassAsync(Over).ConfigureAwait(false);
        var taken =
            await scene
                .Other.ClaimNextCheckAsync([scene.Provider], scene.Now, Scene.Lease, scene.Cancel)
                .ConfigureAwait(false)
            ?? throw scene.Broken("a claim", "nothing to do", "another host, when the lease has run out");
        scene.Same(2, taken.Attempt, "the attempt");
        await CheckCases
            .LostAsync(
                scene,
                claim,
                await scene.ReadAsync(profile).ConfigureAwait(false),
                "another host holds the check"
            )
            .ConfigureAwait(false);
        scene.Same(
            nameof(CompleteResult.Completed),
            StoredText.Of(
                await scene
                    .Other.CompleteCheckAsync(taken, CheckOutcome.NoMatch, null, change: null, scene.Now, scene.Cancel)
                    .ConfigureAwait(false)
            ),
            "the host that holds it"
        );
    }
}
