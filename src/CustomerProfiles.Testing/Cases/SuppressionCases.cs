using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Suppressing customers and identities.</summary>
internal static class SuppressionCases
{
    private static readonly Case Case = new("suppression");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Case.Of(
            "SetSuppressedAsync by id returns whether the tenant has this customer.",
            Only_an_existing_customer_can_be_suppressed
        ),
        Case.Of(
            "Suppressing and unsuppressing change neither profile nor version.",
            The_mark_is_separate_from_the_profile
        ),
        Case.Of(
            "Suppressing ends waiting checks and drops the results of running ones.",
            Suppressing_a_customer_ends_and_drops_their_checks
        ),
        Case.Of(
            "Suppressing ends waiting checks and drops the results of running ones.",
            Suppressing_an_identity_ends_and_drops_the_checks_of_its_owner
        ),
        Case.Of(
            "A check is wanted only if its customer is not suppressed and has not been since the request.",
            A_result_is_dropped_also_when_the_customer_is_unsuppressed_before
        ),
        Case.Of(
            "An unwanted check without a holder is ended, never claimed.",
            A_dropped_check_whose_host_died_is_never_claimed
        ),
        Case.Of(
            "SetSuppressedAsync by identity: its current or future owner must not be looked up.",
            An_identity_without_an_owner_is_marked_for_a_later_owner
        ),
        Case.Of(
            "Suppressing marks the customer and each of their identities, separately from the profile, "
                + "so that the marks stay.",
            The_marks_of_the_identities_stay_when_the_customer_loses_them
        ),
        Case.Of(
            "An identity that a suppressed customer gains is suppressed as well.",
            An_identity_gained_by_a_suppressed_customer_is_suppressed
        ),
        Case.Of(
            "A customer is suppressed while any of their identities is.",
            A_customer_is_suppressed_while_they_have_a_suppressed_identity
        ),
        Case.Of(
            "A check is wanted only if its customer is not suppressed and has not been since the request.",
            Gaining_a_suppressed_identity_ends_and_drops_the_checks
        ),
        Case.Of(
            "Unsuppressing a customer removes all these marks.",
            Unsuppressing_a_customer_unsuppresses_their_identities
        ),
        Case.Of(
            "Unsuppressing an identity removes only its mark.",
            Unsuppressing_an_identity_leaves_the_customer_suppressed
        ),
        Case.Of("Suppressing affects one customer only.", Others_are_not_affected),
        Case.Of(
            "An unwanted check ends when it is released, also with a retry time.",
            A_dropped_check_that_is_released_ends
        ),
    ];

    private static async Task Only_an_existing_customer_can_be_suppressed(Scene scene)
    {
        scene.Is(false, await scene.SuppressAsync(scene.Someone()).ConfigureAwait(false), "an id that nobody has");
        var profile = await scene.CreateAsync().ConfigureAwait(false);
        scene.Is(true, await scene.SuppressAsync(profile).ConfigureAwait(false), "suppressing a customer");
        scene.Is(true, await scene.SuppressAsync(profile).ConfigureAwait(false), "suppressing them once more");
        scene.Is(true, await scene.SuppressAsync(profile, suppressed: false).ConfigureAwait(false), "unsuppressing it");
        scene.Is(
            true,
            await scene.SuppressAsync(profile, suppressed: false).ConfigureAwait(false),
            "unsuppressing it once more"
        );
        scene.Is(
            false,
            await scene.SuppressAsync(scene.Someone(), suppressed: false).ConfigureAwait(false),
            "unsuppressing an unknown id"
        );
    }

    private static async Task The_mark_is_separate_from_the_profile(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Someone(values: scene.Noted("as it was"))).ConfigureAwait(false);
        var before = await scene.ReadAsync(profile).ConfigureAwait(false);
        scene.Later();
        await scene.SuppressAsync(profile).ConfigureAwait(false);
        scene.Same(
            before with
            {
                IsSuppressed = true,
            },
            await scene.ReadAsync(profile).ConfigureAwait(false),
            "suppressed"
        );
        profile = await scene.UpdateAsync(scene.Next(profile, values: scene.Noted("later"))).ConfigureAwait(false);
        scene.Same(
            before with
            {
                Profile = profile,
                IsSuppressed = true,
            },
            await scene.ReadAsync(profile).ConfigureAwait(false),
            "suppressed and updated, the version before still standing"
        );
        await scene.SuppressAsync(profile, suppressed: false).ConfigureAwait(false);
        scene.Same(before with { Profile = profile }, await scene.ReadAsync(profile).ConfigureAwait(false), "lifted");
        await scene.SuppressAsync(profile.Identities[0]).ConfigureAwait(false);
        scene.Same(
            before with
            {
                Profile = profile,
                IsSuppressed = true,
            },
            await scene.ReadAsync(profile).ConfigureAwait(false),
            "suppressed by the identity"
        );
        await scene.SuppressAsync(profile.Identities[0], suppressed: false).ConfigureAwait(false);
        scene.Same(
            before with
            {
                Profile = profile,
            },
            await scene.ReadAsync(profile).ConfigureAwait(false),
            "lifted from the identity"
        );
    }

    private static Task Suppressing_a_customer_ends_and_drops_their_checks(Scene scene) =>
        EndsAndDropsAsync(scene, async profile => await scene.SuppressAsync(profile).ConfigureAwait(false));

    private static Task Suppressing_an_identity_ends_and_drops_the_checks_of_its_owner(Scene scene) =>
        EndsAndDropsAsync(scene, profile => scene.SuppressAsync(profile.Identities[^1]));

    private static async Task A_result_is_dropped_also_when_the_customer_is_unsuppressed_before(Scene scene)
    {
        foreach (var byIdentity in new[] { false, true })
        {
            var one = scene.Anew();
            var profile = await one.CreateAsync(one.Provider).ConfigureAwait(false);
            var claim = await one.ClaimAsync().ConfigureAwait(false);
            foreach (var suppressed in new[] { true, false })
            {
                await (
                    byIdentity
                        ? one.SuppressAsync(profile.Identities[0], suppressed)
                        : one.SuppressAsync(profile, suppressed)
                ).ConfigureAwait(false);
            }

            one.Is(false, (await one.ReadAsync(profile).ConfigureAwait(false)).IsSuppressed, "the mark was lifted");
            one.Same(
                nameof(CompleteResult.Dropped),
                await one.CompleteAsync(claim, one.Next(profile, values: one.Noted("lost"))).ConfigureAwait(false),
                "the result"
            );
            one.Same(
                StoredText.Of(profile),
                StoredText.Of((await one.ReadAsync(profile).ConfigureAwait(false)).Profile),
                "the profile"
            );
            one.Is(true, await one.RequestAsync(profile, last: one.Now).ConfigureAwait(false), "requesting again");
            one.Same(
                nameof(CompleteResult.Completed),
                await one.CompleteAsync(await one.ClaimAsync().ConfigureAwait(false)).ConfigureAwait(false),
                "the result of the next check"
            );
        }
    }

    private static async Task A_dropped_check_whose_host_died_is_never_claimed(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        await scene.ClaimAsync().ConfigureAwait(false);
        await scene.SuppressAsync(profile).ConfigureAwait(false);
        await scene.PassAsync(Scene.Lease + Duration.FromMinutes(1)).ConfigureAwait(false);
        await scene.NothingToClaimAsync("its lease has run out, and the customer is suppressed").ConfigureAwait(false);
        await scene.SuppressAsync(profile, suppressed: false).ConfigureAwait(false);
        await scene.NothingToClaimAsync("the mark is lifted").ConfigureAwait(false);
        scene.Is(
            false,
            (await scene.CheckOfAsync(profile).ConfigureAwait(false))?.IsPending ?? true,
            "it is pending after somebody came to claim"
        );
        scene.Is(true, await scene.RequestAsync(profile).ConfigureAwait(false), "requesting again");
    }

    private static async Task An_identity_without_an_owner_is_marked_for_a_later_owner(Scene scene)
    {
        var (created, gained, unsuppressed) = (scene.NextEmail(), scene.NextEmail(), scene.NextEmail());
        foreach (var identity in new[] { created, gained, unsuppressed })
        {
            await scene.SuppressAsync(identity).ConfigureAwait(false);
            await scene.SuppressAsync(identity).ConfigureAwait(false);
        }

        await scene.SuppressAsync(unsuppressed, suppressed: false).ConfigureAwait(false);
        await AssertAsync(
                await scene.CreateAsync(scene.Someone(created)).ConfigureAwait(false),
                true,
                "who is created with it"
            )
            .ConfigureAwait(false);
        var profile = await scene.CreateAsync().ConfigureAwait(false);
        profile = await scene.UpdateAsync(scene.Next(profile, profile.Identities.Add(gained))).ConfigureAwait(false);
        await AssertAsync(profile, true, "who gains it").ConfigureAwait(false);
        await AssertAsync(
                await scene.CreateAsync(scene.Someone(unsuppressed)).ConfigureAwait(false),
                false,
                "who is created with one that was lifted"
            )
            .ConfigureAwait(false);

        async Task AssertAsync(CustomerProfile one, bool expected, string about) =>
            scene.Is(
                expected,
                (await scene.ReadAsync(one).ConfigureAwait(false)).IsSuppressed,
                $"{about} is suppressed"
            );
    }

    private static async Task The_marks_of_the_identities_stay_when_the_customer_loses_them(Scene scene)
    {
        var profile = await scene.CreateAsync().ConfigureAwait(false);
        profile = await scene
            .UpdateAsync(scene.Next(profile, [.. profile.Identities, scene.NextEmail(), Identity.External(scene.Mark)]))
            .ConfigureAwait(false);
        var lost = profile.Identities;
        await scene.SuppressAsync(profile).ConfigureAwait(false);
        profile = await scene.UpdateAsync(scene.Next(profile, [scene.NextEmail()])).ConfigureAwait(false);
        scene.Is(
            true,
            (await scene.ReadAsync(profile).ConfigureAwait(false)).IsSuppressed,
            "the customer, with other identities, is suppressed"
        );
        foreach (var identity in lost)
        {
            var other = scene.Someone(identity);
            var result = await scene
                .Store.CreatedAsync(
                    new NewCustomer
                    {
                        Profile = other,
                        Conversation = scene.Conversation(),
                        Checks = [scene.Provider],
                    },
                    scene.Cancel
                )
                .ConfigureAwait(false);
            scene.Same(
                new StoredCustomer
                {
                    Profile = other,
                    Checks = [],
                    ProviderSettings = [],
                    IsSuppressed = true,
                },
                result.Customer,
                $"who is created with {StoredText.Of(identity)} is suppressed, and no check of them is requested"
            );
        }
    }

    private static async Task An_identity_gained_by_a_suppressed_customer_is_suppressed(Scene scene)
    {
        var profile = await scene.CreateAsync().ConfigureAwait(false);
        await scene.SuppressAsync(profile).ConfigureAwait(false);
        var (gained, swapped) = (scene.NextEmail(), scene.NextEmail());
        profile = await scene.UpdateAsync(scene.Next(profile, profile.Identities.Add(gained))).ConfigureAwait(false);
        profile = await scene.UpdateAsync(scene.Next(profile, [swapped])).ConfigureAwait(false);
        profile = await scene.UpdateAsync(scene.Next(profile, [scene.NextEmail()])).ConfigureAwait(false);
        foreach (var identity in new[] { gained, swapped })
        {
            var other = await scene.CreateAsync(scene.Someone(identity)).ConfigureAwait(false);
            scene.Is(
                true,
                (await scene.ReadAsync(other).ConfigureAwait(false)).IsSuppressed,
                "who has an identity that a marked customer gained, and lost, is suppressed"
            );
        }
    }

    private static async Task A_customer_is_suppressed_while_they_have_a_suppressed_identity(Scene scene)
    {
        var marked = scene.NextEmail();
        await scene.SuppressAsync(marked).ConfigureAwait(false);
        var profile = await scene.CreateAsync().ConfigureAwait(false);
        var own = profile.Identities;
        profile = await scene.UpdateAsync(scene.Next(profile, own.Add(marked))).ConfigureAwait(false);
        scene.Is(true, (await scene.ReadAsync(profile).ConfigureAwait(false)).IsSuppressed, "who has it is suppressed");
        var gained = scene.NextEmail();
        profile = await scene.UpdateAsync(scene.Next(profile, own.Add(marked).Add(gained))).ConfigureAwait(false);
        profile = await scene.UpdateAsync(scene.Next(profile, own)).ConfigureAwait(false);
        scene.Is(
            false,
            (await scene.ReadAsync(profile).ConfigureAwait(false)).IsSuppressed,
            "who has it no more is suppressed: the identity is marked, not the customer"
        );
        var other = await scene.CreateAsync(scene.Someone(gained)).ConfigureAwait(false);
        scene.Is(
            false,
            (await scene.ReadAsync(other).ConfigureAwait(false)).IsSuppressed,
            "an identity that came to them meanwhile is marked"
        );
        other = await scene.UpdateAsync(scene.Next(other, [gained, marked])).ConfigureAwait(false);
        scene.Is(true, (await scene.ReadAsync(other).ConfigureAwait(false)).IsSuppressed, "the identity stayed marked");
    }

    private static async Task Gaining_a_suppressed_identity_ends_and_drops_the_checks(Scene scene)
    {
        var marked = scene.NextEmail();
        await scene.SuppressAsync(marked).ConfigureAwait(false);
        foreach (var losesItAgain in new[] { false, true })
        {
            var profile = await scene.CreateAsync(scene.Provider, scene.OtherProvider).ConfigureAwait(false);
            var own = profile.Identities;
            var claim = await scene.ClaimAsync(scene.OtherProvider).ConfigureAwait(false);
            profile = await scene.UpdateAsync(scene.Next(profile, own.Add(marked))).ConfigureAwait(false);
            if (losesItAgain)
            {
                profile = await scene.UpdateAsync(scene.Next(profile, own)).ConfigureAwait(false);
            }

            var about = losesItAgain
                ? "the customer gained a marked identity, and lost it again"
                : "the customer gained a marked identity";
            await scene.NothingToClaimAsync($"the check that waited; {about}").ConfigureAwait(false);
            scene.Is(
                false,
                (await scene.CheckOfAsync(profile).ConfigureAwait(false))?.IsPending ?? true,
                $"it is pending after somebody came to claim; {about}"
            );
            scene.Same(
                nameof(CompleteResult.Dropped),
                await scene
                    .CompleteAsync(claim, scene.Next(profile, values: scene.Noted("lost")))
                    .ConfigureAwait(false),
                $"the result; {about}"
            );
            scene.Same(
                StoredText.Of(profile),
                StoredText.Of((await scene.ReadAsync(profile).ConfigureAwait(false)).Profile),
                $"the profile; {about}"
            );
            await scene.UpdateAsync(scene.Next(profile, own)).ConfigureAwait(false);
        }
    }

    private static async Task Unsuppressing_a_customer_unsuppresses_their_identities(Scene scene)
    {
        var profile = await scene.CreateAsync().ConfigureAwait(false);
        profile = await scene
            .UpdateAsync(scene.Next(profile, profile.Identities.Add(scene.NextEmail())))
            .ConfigureAwait(false);
        await scene.SuppressAsync(profile).ConfigureAwait(false);
        profile = await scene
            .UpdateAsync(scene.Next(profile, profile.Identities.Add(scene.NextEmail())))
            .ConfigureAwait(false);
        await scene.SuppressAsync(profile, suppressed: false).ConfigureAwait(false);
        scene.Is(
            false,
            (await scene.ReadAsync(profile).ConfigureAwait(false)).IsSuppressed,
            "the customer is suppressed"
        );
        scene.Is(true, await scene.RequestAsync(profile).ConfigureAwait(false), "requesting a check of them");
        var lost = profile.Identities;
        await scene.UpdateAsync(scene.Next(profile, [scene.NextEmail()])).ConfigureAwait(false);
        foreach (var identity in lost)
        {
            var other = await scene.CreateAsync(scene.Someone(identity)).ConfigureAwait(false);
            scene.Is(
                false,
                (await scene.ReadAsync(other).ConfigureAwait(false)).IsSuppressed,
                "who has one of their identities is suppressed"
            );
        }
    }

    private static async Task Unsuppressing_an_identity_leaves_the_customer_suppressed(Scene scene)
    {
        var profile = await scene.CreateAsync().ConfigureAwait(false);
        await scene.SuppressAsync(profile).ConfigureAwait(false);
        await scene.SuppressAsync(profile.Identities[0], suppressed: false).ConfigureAwait(false);
        scene.Is(
            true,
            (await scene.ReadAsync(profile).ConfigureAwait(false)).IsSuppressed,
            "the customer is suppressed"
        );
        scene.Is(false, await scene.RequestAsync(profile).ConfigureAwait(false), "requesting a check of them");
        var freed = profile.Identities[0];
        await scene.UpdateAsync(scene.Next(profile, [scene.NextEmail()])).ConfigureAwait(false);
        var other = await scene.CreateAsync(scene.Someone(freed)).ConfigureAwait(false);
        scene.Is(
            false,
            (await scene.ReadAsync(other).ConfigureAwait(false)).IsSuppressed,
            "who has the identity that was lifted is suppressed"
        );
    }

    private static async Task Others_are_not_affected(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var waiting = await scene.CreateAsync().ConfigureAwait(false);
        var underWay = await scene.CreateAsync(scene.OtherProvider).ConfigureAwait(false);
        var claim = await scene.ClaimAsync(scene.OtherProvider).ConfigureAwait(false);
        scene.Later();
        await scene.RequestAsync(waiting).ConfigureAwait(false);
        await scene.SuppressAsync(profile).ConfigureAwait(false);
        await scene.SuppressAsync(scene.NextEmail()).ConfigureAwait(false);
        scene.Same(
            $"{waiting.Id}",
            $"{(await scene.ClaimAsync().ConfigureAwait(false)).CustomerId}",
            "whose check is claimed, when another customer is suppressed"
        );
        scene.Same(
            nameof(CompleteResult.Completed),
            await scene.CompleteAsync(claim, scene.Next(underWay)).ConfigureAwait(false),
            "the result about somebody else"
        );
        scene.Is(
            false,
            (await scene.ReadAsync(waiting).ConfigureAwait(false)).IsSuppressed,
            "somebody else is suppressed"
        );
    }

    private static async Task A_dropped_check_that_is_released_ends(Scene scene)
    {
        foreach (var how in new[] { "by the customer", "by an identity", "by an identity that they gain" })
        {
            var one = scene.Anew();
            var profile = await one.CreateAsync(one.Provider).ConfigureAwait(false);
            var claim = await one.ClaimAsync().ConfigureAwait(false);
            switch (how)
            {
                case "by the customer":
                    await one.SuppressAsync(profile).ConfigureAwait(false);
                    break;
                case "by an identity":
                    await one.SuppressAsync(profile.Identities[0]).ConfigureAwait(false);
                    break;
                default:
                    var marked = one.NextEmail();
                    await one.SuppressAsync(marked).ConfigureAwait(false);
                    await one.UpdateAsync(one.Next(profile, profile.Identities.Add(marked))).ConfigureAwait(false);
                    break;
            }

            await one.ReleaseAsync(claim, one.Now, ProviderFailure.Throttled).ConfigureAwait(false);
            var check = await one.CheckOfAsync(profile).ConfigureAwait(false);
            one.Is(false, check?.IsPending ?? true, $"the check is pending; suppressed {how}");
            one.Same(
                $"{ProviderFailure.Throttled}",
                $"{check?.LastFailure}",
                $"the failure is recorded; suppressed {how}"
            );
            await one.NothingToClaimAsync($"it is ended; suppressed {how}").ConfigureAwait(false);
        }
    }

    private static async Task EndsAndDropsAsync(Scene scene, Func<CustomerProfile, Task> suppress)
    {
        var third = $"three-{scene.Mark}";
        var profile = await scene.CreateAsync(scene.Provider, scene.OtherProvider, third).ConfigureAwait(false);
        profile = await scene
            .UpdateAsync(scene.Next(profile, profile.Identities.Add(scene.NextEmail()), scene.Noted("as it was")))
            .ConfigureAwait(false);
        var requestedAt = scene.Now;
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        await scene
            .ReleaseAsync(await scene.ClaimAsync(third).ConfigureAwait(false), scene.Now, ProviderFailure.Throttled)
            .ConfigureAwait(false);
        scene.Later();
        await suppress(profile).ConfigureAwait(false);
        await scene.NothingToClaimAsync("the checks that waited", scene.OtherProvider, third).ConfigureAwait(false);
        var expected = new StoredCustomer
        {
            Profile = profile,
            Checks =
            [
                new()
                {
                    Provider = scene.Provider,
                    RequestedAt = requestedAt,
                    IsPending = true,
                },
                new() { Provider = scene.OtherProvider, RequestedAt = requestedAt },
                new()
                {
                    Provider = third,
                    RequestedAt = requestedAt,
                    LastFailureAt = requestedAt,
                    LastFailure = ProviderFailure.Throttled,
                },
            ],
            ProviderSettings = [],
            IsSuppressed = true,
        };
        scene.Same(
            expected,
            await scene.ReadAsync(profile).ConfigureAwait(false),
            "two checks that waited, one that is under way"
        );
        scene.Same(
            nameof(CompleteResult.Dropped),
            await scene.CompleteAsync(claim, scene.Next(profile, values: scene.Noted("lost"))).ConfigureAwait(false),
            "the result"
        );
        var customer = await scene.ReadAsync(profile).ConfigureAwait(false);
        scene.Same(StoredText.Of(profile), StoredText.Of(customer.Profile), "the profile");
        scene.Same(
            StoredText.Of(
                new CheckState
                {
                    Provider = scene.Provider,
                    RequestedAt = requestedAt,
                    LastCheckAt = scene.Now,
                    LastOutcome = CheckOutcome.Dropped,
                }
            ),
            StoredText.Of(customer.GetCheck(scene.Provider)),
            "the check that was under way"
        );
    }
}
