using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Requesting, claiming, completing and releasing checks.</summary>
internal static class CheckCases
{
    private static readonly Case Case = new("checks");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Case.Of(
            "RequestCheckAsync requests a check and returns whether it did; not while one is pending.",
            A_check_is_requested_once
        ),
        Case.Of(
            "RequestCheckAsync does nothing when the last check is no longer the one that the decision was based on.",
            A_request_based_on_an_older_check_does_nothing
        ),
        Case.Of(
            "RequestCheckAsync does nothing when the provider is disabled, or the customer is suppressed or unknown.",
            Nobody_is_looked_up_who_must_not_be
        ),
        Case.Of(
            "ClaimNextCheckAsync claims a check: the provider, the attempt from 1, and the current profile.",
            A_claim_is_the_check_with_the_current_profile
        ),
        Case.Of("A claimed check has one holder.", A_claimed_check_is_not_claimed_again),
        Case.Of(
            "ClaimNextCheckAsync claims for the providers of the caller.",
            Only_checks_with_the_callers_providers_are_claimed
        ),
        Case.Of(
            "ClaimNextCheckAsync claims the pending check that has waited longest.",
            The_check_that_has_waited_longest_comes_first
        ),
        Case.Of(
            "Checks that have waited equally long are claimed in any order, each once.",
            Checks_that_waited_equally_long_come_in_any_order_each_once
        ),
        Case.Of(
            "CompleteCheckAsync ends a claimed check: records it, clears the failure, and writes the profile.",
            A_result_is_recorded_and_the_profile_written
        ),
        Case.Of(
            "CompleteCheckAsync without a profile leaves the profile unchanged.",
            A_result_without_a_profile_leaves_the_profile
        ),
        Case.Of(
            "CompleteCheckAsync returns Stale when the profile has another version; nothing is written, "
                + "and the lease stays valid.",
            A_stale_result_can_be_completed_again
        ),
        Case.Of(
            "CompleteCheckAsync returns LeaseLost when the check has already ended; nothing is written.",
            A_check_is_completed_once
        ),
        Case.Of("A store rejects a lease of another customer or provider.", A_lease_is_of_one_customer_and_provider),
        Case.Of("A result changes no identity.", A_result_leaves_the_identities),
        Case.Of(
            "An outcome of Withheld suppresses the customer in the same step.",
            A_withheld_result_suppresses_the_customer
        ),
        Case.Of(
            "ReleaseCheckAsync releases a claimed check, to be claimed again from the given time.",
            A_released_check_waits_until_its_retry_time
        ),
        Case.Of("An attempt that was not made does not count.", Attempts_are_counted_as_the_release_says),
        Case.Of(
            "ReleaseCheckAsync without a retry time ends the check, which does not count as a check.",
            A_check_released_without_a_retry_time_ends
        ),
        Case.Of("A failure stays until a check is completed.", A_failure_is_recorded_and_stays_until_a_result),
        Case.Of(
            "RequestedAt is when a check was last requested, whatever its outcome.",
            A_new_request_updates_the_time_of_the_request
        ),
    ];

    private static async Task A_check_is_requested_once(Scene scene)
    {
        var profile = await scene.CreateAsync().ConfigureAwait(false);
        scene.Is(true, await scene.RequestAsync(profile).ConfigureAwait(false), "requesting for the first time");
        var requested = new CheckState
        {
            Provider = scene.Provider,
            IsPending = true,
            RequestedAt = scene.Now,
        };
        scene.Later();
        scene.Is(false, await scene.RequestAsync(profile).ConfigureAwait(false), "requesting while it waits");
        scene.Same(
            StoredText.Of(requested),
            StoredText.Of(await scene.CheckOfAsync(profile).ConfigureAwait(false)),
            "the check"
        );
        scene.Is(
            true,
            await scene.RequestAsync(profile, scene.OtherProvider).ConfigureAwait(false),
            "requesting from another provider meanwhile"
        );
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        scene.Is(false, await scene.RequestAsync(profile).ConfigureAwait(false), "requesting while it is under way");
        scene.Same(
            StoredText.Of(requested),
            StoredText.Of(await scene.CheckOfAsync(profile).ConfigureAwait(false)),
            "the check under way"
        );
        await scene.CompleteAsync(claim).ConfigureAwait(false);
        scene.Is(
            true,
            await scene.RequestAsync(profile, last: scene.Now).ConfigureAwait(false),
            "requesting again when it is done"
        );
    }

    private static async Task A_request_based_on_an_older_check_does_nothing(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        await scene.CompleteAsync(await scene.ClaimAsync().ConfigureAwait(false)).ConfigureAwait(false);
        var last = scene.Now;
        var before = await scene.ReadAsync(profile).ConfigureAwait(false);
        scene.Later();
        scene.Is(
            false,
            await scene.RequestAsync(profile, last: null).ConfigureAwait(false),
            "decided when there was no check"
        );
        scene.Is(
            false,
            await scene.RequestAsync(profile, last: last - Duration.FromTicks(10)).ConfigureAwait(false),
            "decided on an older check"
        );
        scene.Is(
            false,
            await scene.RequestAsync(profile, last: last + Duration.FromTicks(10)).ConfigureAwait(false),
            "decided on a check that there never was"
        );
        scene.Is(
            false,
            await scene.RequestAsync(profile, scene.OtherProvider, last).ConfigureAwait(false),
            "decided on the check with another provider"
        );
        scene.Same(before, await scene.ReadAsync(profile).ConfigureAwait(false), "nothing was written");
        scene.Is(
            true,
            await scene.RequestAsync(profile, last: last).ConfigureAwait(false),
            "decided on the last check"
        );
    }

    private static async Task Nobody_is_looked_up_who_must_not_be(Scene scene)
    {
        var profile = await scene.CreateAsync().ConfigureAwait(false);
        var before = await scene.ReadAsync(profile).ConfigureAwait(false);
        await scene.SwitchAsync(on: false).ConfigureAwait(false);
        scene.Is(false, await scene.RequestAsync(profile).ConfigureAwait(false), "the provider is off");
        await scene.SwitchAsync(on: true).ConfigureAwait(false);
        await scene.SuppressAsync(profile).ConfigureAwait(false);
        scene.Is(false, await scene.RequestAsync(profile).ConfigureAwait(false), "the customer is suppressed");
        await scene.SuppressAsync(profile, suppressed: false).ConfigureAwait(false);
        await scene.SuppressAsync(profile.Identities[0]).ConfigureAwait(false);
        scene.Is(false, await scene.RequestAsync(profile).ConfigureAwait(false), "the identity is suppressed");
        await scene.SuppressAsync(profile.Identities[0], suppressed: false).ConfigureAwait(false);
        scene.Is(false, await scene.RequestAsync(scene.Someone()).ConfigureAwait(false), "nobody has the id");
        scene.Same(
            "",
            StoredText.Of((await scene.ReadAsync(profile).ConfigureAwait(false)).Checks),
            "the checks after all that"
        );
        scene.Same(
            StoredText.Of(before.Profile),
            StoredText.Of((await scene.ReadAsync(profile).ConfigureAwait(false)).Profile),
            "the profile after all that"
        );
        scene.Is(true, await scene.RequestAsync(profile).ConfigureAwait(false), "all is back on");
    }

    private static async Task A_claim_is_the_check_with_the_current_profile(Scene scene)
    {
        await scene.NothingToClaimAsync("nothing was requested").ConfigureAwait(false);
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        profile = await scene
            .UpdateAsync(scene.Next(profile, profile.Identities.Add(scene.NextEmail()), scene.Noted("since then")))
            .ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        scene.Same(
            $"{StoredText.Quoted(scene.Provider)}, attempt 1, of {StoredText.Of(profile)}",
            StoredText.Of(claim),
            "the claim"
        );
        scene.Is(true, claim.LeaseId != Guid.Empty, "the lease has an id");
        scene.Is(
            true,
            (await scene.CheckOfAsync(profile).ConfigureAwait(false))?.IsPending ?? false,
            "a check under way is pending"
        );
    }

    private static async Task A_claimed_check_is_not_claimed_again(Scene scene)
    {
        await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        await scene.ClaimAsync().ConfigureAwait(false);
        await scene.NothingToClaimAsync("the only check is held").ConfigureAwait(false);
        scene.Later(60 * 24 * 365);
        await scene
            .NothingToClaimAsync("a host whose clock is a year ahead: leases run by the store's clock")
            .ConfigureAwait(false);
    }

    private static async Task Only_checks_with_the_callers_providers_are_claimed(Scene scene)
    {
        await scene.CreateAsync(scene.Provider, scene.OtherProvider).ConfigureAwait(false);
        scene.Same(
            "nothing to do",
            StoredText.Of(
                await scene.Store.ClaimNextCheckAsync([], scene.Now, Scene.Lease, scene.Cancel).ConfigureAwait(false)
            ),
            "a caller without providers"
        );
        await scene.NothingToClaimAsync("a caller with another provider", $"three-{scene.Mark}").ConfigureAwait(false);
        scene.Same(
            scene.OtherProvider,
            (await scene.ClaimAsync(scene.OtherProvider).ConfigureAwait(false)).Provider,
            "a caller with the one"
        );
        await scene.NothingToClaimAsync("the same caller again", scene.OtherProvider).ConfigureAwait(false);
        scene.Same(
            scene.Provider,
            (
                await scene.ClaimAsync($"three-{scene.Mark}", scene.Provider, scene.OtherProvider).ConfigureAwait(false)
            ).Provider,
            "a caller with all"
        );
        await scene
            .NothingToClaimAsync("all are held", $"three-{scene.Mark}", scene.Provider, scene.OtherProvider)
            .ConfigureAwait(false);
    }

    private static async Task The_check_that_has_waited_longest_comes_first(Scene scene)
    {
        // Requested in an order that is neither that of the ids nor that of the tenants.
        var requested = new List<CustomerProfile>();
        foreach (var (number, later) in new[] { (3, 0), (1, 1), (4, 1), (0, 60), (2, 1) })
        {
            scene.Later(later);
            var id = CustomerId.From(Guid.Parse($"0190000{number}-0000-7000-8000-{scene.Mark[..12]}"));
            requested.Add(
                await scene
                    .CreateAsync(
                        scene.Someone(tenant: number % 2 == 0 ? scene.Tenant : scene.OtherTenant, id: id),
                        scene.Provider
                    )
                    .ConfigureAwait(false)
            );
        }

        scene.Later();
        for (var i = 0; i < requested.Count; i++)
        {
            var claim = await scene.ClaimAsync().ConfigureAwait(false);
            scene.Same(
                $"{requested[i].Tenant} {requested[i].Id}",
                $"{claim.Tenant} {claim.CustomerId}",
                $"claim {i + 1} of {requested.Count}, requested at different times"
            );
        }

        await scene.NothingToClaimAsync("all are held").ConfigureAwait(false);
    }

    private static async Task Checks_that_waited_equally_long_come_in_any_order_each_once(Scene scene)
    {
        var waiting = new HashSet<CustomerId>();
        for (var i = 0; i < 10; i++)
        {
            waiting.Add((await scene.CreateAsync(scene.Provider).ConfigureAwait(false)).Id);
        }

        for (var i = 0; i < 10; i++)
        {
            scene.Is(
                true,
                waiting.Remove((await scene.ClaimAsync().ConfigureAwait(false)).CustomerId),
                "the claim is of a check that waited and was not claimed yet"
            );
        }

        await scene.NothingToClaimAsync("all are held").ConfigureAwait(false);
    }

    private static async Task A_result_is_recorded_and_the_profile_written(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var requestedAt = scene.Now;
        await scene
            .ReleaseAsync(await scene.ClaimAsync().ConfigureAwait(false), scene.Now, ProviderFailure.Unavailable)
            .ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        scene.Later();
        var next = scene.Next(profile, values: scene.Noted("from the provider"));
        scene.Same(
            nameof(CompleteResult.Completed),
            await scene.CompleteAsync(claim, next).ConfigureAwait(false),
            "the lease is held, and the version stands"
        );
        var expected = new StoredCustomer
        {
            Profile = next,
            Checks =
            [
                new()
                {
                    Provider = scene.Provider,
                    RequestedAt = requestedAt,
                    LastCheckAt = scene.Now,
                    LastOutcome = CheckOutcome.Matched,
                },
            ],
            ProviderSettings = [],
            IsSuppressed = false,
        };
        scene.Same(expected, await scene.ReadAsync(profile).ConfigureAwait(false), "the customer afterwards");
        await scene.NothingToClaimAsync("the check is done").ConfigureAwait(false);
    }

    private static async Task A_result_without_a_profile_leaves_the_profile(Scene scene)
    {
        var profile = await scene
            .CreateAsync(scene.Someone(values: scene.Noted("as it was")), scene.Provider)
            .ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        profile = await scene
            .UpdateAsync(scene.Next(profile, values: scene.Noted("edited while the lookup ran")))
            .ConfigureAwait(false);
        scene.Same(
            nameof(CompleteResult.Completed),
            await scene.CompleteAsync(claim, outcome: CheckOutcome.NoMatch).ConfigureAwait(false),
            "there is no version that has to stand"
        );
        var customer = await scene.ReadAsync(profile).ConfigureAwait(false);
        scene.Same(StoredText.Of(profile), StoredText.Of(customer.Profile), "the profile");
        scene.Same(
            $"{CheckOutcome.NoMatch}",
            $"{customer.GetCheck(scene.Provider)?.LastOutcome}",
            "what the check found"
        );
    }

    private static async Task A_stale_result_can_be_completed_again(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        profile = await scene
            .UpdateAsync(scene.Next(profile, values: scene.Noted("edited meanwhile")))
            .ConfigureAwait(false);
        var before = await scene.ReadAsync(profile).ConfigureAwait(false);
        scene.Later();
        foreach (
            var (standing, about) in new[]
            {
                (claim.Profile, "a version behind"),
                (scene.Next(profile), "a version ahead"),
            }
        )
        {
            scene.Same(
                StoredText.Of(new CompleteResult.Stale(profile)),
                await scene
                    .CompleteAsync(claim, scene.Next(standing, values: scene.Noted("lost")))
                    .ConfigureAwait(false),
                about
            );
            scene.Same(before, await scene.ReadAsync(profile).ConfigureAwait(false), $"{about}: nothing was written");
        }

        await scene.NothingToClaimAsync("the lease still stands").ConfigureAwait(false);
        var next = scene.Next(profile, values: scene.Noted("applied to the current profile"));
        scene.Same(
            nameof(CompleteResult.Completed),
            await scene.CompleteAsync(claim, next).ConfigureAwait(false),
            "tried again with the version that stands"
        );
        scene.Same(
            StoredText.Of(next),
            StoredText.Of((await scene.ReadAsync(profile).ConfigureAwait(false)).Profile),
            "the profile"
        );
    }

    private static async Task A_check_is_completed_once(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        await scene.CompleteAsync(claim).ConfigureAwait(false);
        var before = await scene.ReadAsync(profile).ConfigureAwait(false);
        scene.Later();
        await LostAsync(scene, claim, before, "the check is done").ConfigureAwait(false);
        await scene.RequestAsync(profile, last: before.Checks[0].LastCheckAt).ConfigureAwait(false);
        before = await scene.ReadAsync(profile).ConfigureAwait(false);
        await LostAsync(scene, claim, before, "the next check waits").ConfigureAwait(false);
        var next = await scene.ClaimAsync().ConfigureAwait(false);
        scene.Same(1, next.Attempt, "the attempt at the next check");
        await LostAsync(scene, claim, before, "the next check is under way").ConfigureAwait(false);
        await LostAsync(scene, claim with { LeaseId = Guid.Empty }, before, "no lease at all").ConfigureAwait(false);
        await LostAsync(scene, claim with { LeaseId = Guid.NewGuid() }, before, "a lease that never was")
            .ConfigureAwait(false);
        scene.Same(
            nameof(CompleteResult.Completed),
            await scene.CompleteAsync(next).ConfigureAwait(false),
            "the claim that holds the check"
        );
    }

    private static async Task A_lease_is_of_one_customer_and_provider(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider, scene.OtherProvider).ConfigureAwait(false);
        var other = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var claim = await scene.ClaimAsync(scene.OtherProvider).ConfigureAwait(false);
        var before = await scene.ReadAsync(profile).ConfigureAwait(false);
        var others = await scene.ReadAsync(other).ConfigureAwait(false);
        await LostAsync(
                scene,
                claim with
                {
                    Provider = scene.Provider,
                },
                before,
                "the lease with another provider's name"
            )
            .ConfigureAwait(false);
        await LostAsync(
                scene,
                claim with
                {
                    Profile = other,
                    Provider = scene.Provider,
                },
                others,
                "the lease with another customer, who has a check waiting"
            )
            .ConfigureAwait(false);
        await LostAsync(scene, claim with { Profile = other }, others, "the lease with another customer")
            .ConfigureAwait(false);
        scene.Same(before, await scene.ReadAsync(profile).ConfigureAwait(false), "the customer after all that");
        scene.Same(
            nameof(CompleteResult.Completed),
            await scene.CompleteAsync(claim).ConfigureAwait(false),
            "the lease still stands"
        );
    }

    private static async Task A_result_leaves_the_identities(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        profile = await scene
            .UpdateAsync(scene.Next(profile, [scene.NextEmail(), Identity.External(scene.Mark), .. profile.Identities]))
            .ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        await scene
            .CompleteAsync(claim, scene.Next(profile, values: scene.Noted("from the provider")))
            .ConfigureAwait(false);
        foreach (var identity in profile.Identities)
        {
            var found = await scene.Store.FindAsync(scene.Tenant, identity, scene.Cancel).ConfigureAwait(false);
            scene.Same(
                StoredText.Of(profile.Identities),
                found is { } customer ? StoredText.Of(customer.Profile.Identities) : "nobody",
                $"the identities, found by {StoredText.Of(identity)}"
            );
        }
    }

    private static async Task A_withheld_result_suppresses_the_customer(Scene scene)
    {
        foreach (var withProfile in new[] { false, true })
        {
            var one = scene.Anew();
            var third = $"three-{one.Mark}";
            var profile = await one.CreateAsync(one.Provider, one.OtherProvider, third).ConfigureAwait(false);
            profile = await one.UpdateAsync(one.Next(profile, profile.Identities.Add(one.NextEmail())))
                .ConfigureAwait(false);
            var claim = await one.ClaimAsync().ConfigureAwait(false);
            var underWay = await one.ClaimAsync(third).ConfigureAwait(false);
            one.Later();
            var next = withProfile ? one.Next(profile, values: one.Noted("what may be kept")) : null;
            one.Same(
                nameof(CompleteResult.Completed),
                await one.CompleteAsync(claim, next, CheckOutcome.Withheld).ConfigureAwait(false),
                "the result"
            );
            var customer = await one.ReadAsync(profile).ConfigureAwait(false);
            one.Same(StoredText.Of(next ?? profile), StoredText.Of(customer.Profile), "the profile");
            one.Is(true, customer.IsSuppressed, "the customer is suppressed");
            one.Same(
                $"{CheckOutcome.Withheld}",
                $"{customer.GetCheck(one.Provider)?.LastOutcome}",
                "what the check found"
            );
            await one.NothingToClaimAsync("the check with another provider that waited", one.OtherProvider)
                .ConfigureAwait(false);
            one.Is(false, customer.GetCheck(one.OtherProvider)?.IsPending ?? true, "the check that waited is pending");
            one.Same(
                nameof(CompleteResult.Dropped),
                await one.CompleteAsync(underWay, one.Next(customer.Profile)).ConfigureAwait(false),
                "the result of a third provider that was requested meanwhile"
            );

            // Each identity is marked as well, and stays marked when it gets another owner.
            var free = one.NextEmail();
            await one.UpdateAsync(one.Next(customer.Profile, [free])).ConfigureAwait(false);
            foreach (var identity in profile.Identities)
            {
                var later = await one.CreateAsync(one.Someone(identity)).ConfigureAwait(false);
                one.Is(
                    true,
                    (await one.ReadAsync(later).ConfigureAwait(false)).IsSuppressed,
                    $"whoever has {StoredText.Of(identity)} later is suppressed"
                );
            }
        }
    }

    private static async Task A_released_check_waits_until_its_retry_time(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var requestedAt = scene.Now;
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        var again = scene.Now + Duration.FromMinutes(10);
        await scene.ReleaseAsync(claim, again).ConfigureAwait(false);
        scene.Same(
            StoredText.Of(
                new CheckState
                {
                    Provider = scene.Provider,
                    IsPending = true,
                    RequestedAt = requestedAt,
                }
            ),
            StoredText.Of(await scene.CheckOfAsync(profile).ConfigureAwait(false)),
            "the check that was released without a failure"
        );
        await scene.NothingToClaimAsync("at once").ConfigureAwait(false);
        var almost = again - Duration.FromTicks(10);
        scene.Same(
            "nothing to do",
            StoredText.Of(
                await scene
                    .Store.ClaimNextCheckAsync([scene.Provider], almost, Scene.Lease, scene.Cancel)
                    .ConfigureAwait(false)
            ),
            "a microsecond too early"
        );
        await scene.PassAsync(Duration.FromHours(3)).ConfigureAwait(false);
        await scene
            .NothingToClaimAsync("the store's clock has passed it, the business time has not")
            .ConfigureAwait(false);
        scene.Is(false, await scene.RequestAsync(profile).ConfigureAwait(false), "requesting it while it waits");
        scene.Later(10);
        await scene.ClaimAsync().ConfigureAwait(false);
        await LostAsync(
                scene,
                claim,
                await scene.ReadAsync(profile).ConfigureAwait(false),
                "the lease that was released"
            )
            .ConfigureAwait(false);
    }

    private static async Task Attempts_are_counted_as_the_release_says(Scene scene)
    {
        await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        foreach (var (expected, counts) in new[] { (1, false), (1, true), (2, true), (3, false), (3, true), (4, true) })
        {
            var claim = await scene.ClaimAsync().ConfigureAwait(false);
            scene.Same(expected, claim.Attempt, "the attempt number");
            await scene
                .ReleaseAsync(claim, scene.Now, counts ? ProviderFailure.Throttled : null, counts)
                .ConfigureAwait(false);
        }
    }

    private static async Task A_check_released_without_a_retry_time_ends(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var requestedAt = scene.Now;
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        scene.Later();
        await scene.ReleaseAsync(claim, retryAt: null, ProviderFailure.TimedOut).ConfigureAwait(false);
        scene.Same(
            StoredText.Of(
                new CheckState
                {
                    Provider = scene.Provider,
                    RequestedAt = requestedAt,
                    LastFailureAt = scene.Now,
                    LastFailure = ProviderFailure.TimedOut,
                }
            ),
            StoredText.Of(await scene.CheckOfAsync(profile).ConfigureAwait(false)),
            "the check, which is none"
        );
        await scene.NothingToClaimAsync("it is ended").ConfigureAwait(false);
        scene.Is(
            true,
            await scene.RequestAsync(profile, last: null).ConfigureAwait(false),
            "requesting again: there still was no check"
        );
        scene.Same(1, (await scene.ClaimAsync().ConfigureAwait(false)).Attempt, "the attempt at the next check");
    }

    private static async Task A_failure_is_recorded_and_stays_until_a_result(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var requestedAt = scene.Now;
        await scene
            .CompleteAsync(await scene.ClaimAsync().ConfigureAwait(false), outcome: CheckOutcome.NoMatch)
            .ConfigureAwait(false);
        var done = scene.Now;
        scene.Later();
        await scene.RequestAsync(profile, last: done).ConfigureAwait(false);
        requestedAt = scene.Now;
        scene.Later();
        await scene
            .ReleaseAsync(await scene.ClaimAsync().ConfigureAwait(false), scene.Now, ProviderFailure.NoResponse)
            .ConfigureAwait(false);
        var failed = new CheckState
        {
            Provider = scene.Provider,
            RequestedAt = requestedAt,
            IsPending = true,
            LastCheckAt = done,
            LastOutcome = CheckOutcome.NoMatch,
            LastFailureAt = scene.Now,
            LastFailure = ProviderFailure.NoResponse,
        };
        scene.Same(
            StoredText.Of(failed),
            StoredText.Of(await scene.CheckOfAsync(profile).ConfigureAwait(false)),
            "failed"
        );
        scene.Later();
        await scene.ReleaseAsync(await scene.ClaimAsync().ConfigureAwait(false), scene.Now).ConfigureAwait(false);
        scene.Same(
            StoredText.Of(failed),
            StoredText.Of(await scene.CheckOfAsync(profile).ConfigureAwait(false)),
            "released without a failure of its own"
        );
        scene.Later();
        await scene.CompleteAsync(await scene.ClaimAsync().ConfigureAwait(false)).ConfigureAwait(false);
        scene.Same(
            StoredText.Of(
                new CheckState
                {
                    Provider = scene.Provider,
                    RequestedAt = requestedAt,
                    LastCheckAt = scene.Now,
                    LastOutcome = CheckOutcome.Matched,
                }
            ),
            StoredText.Of(await scene.CheckOfAsync(profile).ConfigureAwait(false)),
            "result recorded"
        );
    }

    private static async Task A_new_request_updates_the_time_of_the_request(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        await scene
            .ReleaseAsync(await scene.ClaimAsync().ConfigureAwait(false), retryAt: null, ProviderFailure.InvalidApiKey)
            .ConfigureAwait(false);
        var failedAt = scene.Now;
        scene.Later();
        scene.Is(true, await scene.RequestAsync(profile).ConfigureAwait(false), "requesting again");
        scene.Same(
            StoredText.Of(
                new CheckState
                {
                    Provider = scene.Provider,
                    IsPending = true,
                    RequestedAt = scene.Now,
                    LastFailureAt = failedAt,
                    LastFailure = ProviderFailure.InvalidApiKey,
                }
            ),
            StoredText.Of(await scene.CheckOfAsync(profile).ConfigureAwait(false)),
            "the check"
        );
    }

    /// <summary>A lost claim cannot complete, release or renew.</summary>
    internal static async Task LostAsync(Scene scene, CheckClaim claim, StoredCustomer before, string about)
    {
        var current = before.Profile;
        scene.Same(
            nameof(CompleteResult.LeaseLost),
            await scene.CompleteAsync(claim).ConfigureAwait(false),
            $"completing; {about}"
        );
        scene.Same(
            nameof(CompleteResult.LeaseLost),
            await scene.CompleteAsync(claim, scene.Next(current, values: scene.Noted("lost"))).ConfigureAwait(false),
            $"completing with a profile; {about}"
        );
        await scene.ReleaseAsync(claim, retryAt: null, ProviderFailure.Unexpected).ConfigureAwait(false);
        await scene.ReleaseAsync(claim, scene.Now, ProviderFailure.Unexpected).ConfigureAwait(false);
        scene.Is(
            false,
            await scene.Store.RenewLeaseAsync(claim, Scene.Lease, scene.Cancel).ConfigureAwait(false),
            $"renewing; {about}"
        );
        scene.Same(
            before,
            await scene.ReadAsync(current).ConfigureAwait(false),
            $"the customer after a lost lease tried everything; {about}"
        );
    }
}
