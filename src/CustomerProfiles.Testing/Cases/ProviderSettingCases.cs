using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Disabling and enabling providers.</summary>
internal static class ProviderSettingCases
{
    private const string Off =
        "Disabling a provider ends the tenant's waiting checks with it, and marks the running ones so that "
        + "their results are dropped, also when the provider is enabled again before they arrive.";

    private static readonly Case Case = new("settings");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Case.Of(
            "SetProviderSettingAsync returns whether the setting changed; if not, nothing was written. "
                + "A provider without a setting is enabled.",
            A_setting_is_written_when_it_changes
        ),
        Case.Of(
            "GetProviderSettingsAsync has one entry for each provider that ever had a setting.",
            Each_provider_has_one_setting
        ),
        Case.Of(Off, Disabling_ends_waiting_checks),
        Case.Of(Off, Disabling_drops_the_results_of_running_checks),
        Case.Of(Off, A_result_is_dropped_also_when_the_provider_is_enabled_again),
        Case.Of(Off, Only_the_disabled_provider_is_affected),
        Case.Of("A dropped result is recorded, and no profile is written.", A_dropped_result_counts_as_a_check),
        Case.Of(
            "An unwanted check ends when it is released, also with a retry time.",
            A_dropped_check_that_is_released_ends
        ),
        Case.Of(
            "An unwanted check without a holder is ended, never claimed.",
            A_dropped_check_whose_host_died_is_never_claimed
        ),
        Case.Of("A check that is requested after the provider was enabled again is wanted.", A_later_request_is_wanted),
    ];

    private static async Task A_setting_is_written_when_it_changes(Scene scene)
    {
        await AssertAsync(on: true, changes: false, expected: "", "on, never having been switched")
            .ConfigureAwait(false);
        var off = new ProviderSetting(scene.Provider, isEnabled: false, scene.Later(), "kim");
        await AssertAsync(on: false, changes: true, StoredText.Of([off]), "off").ConfigureAwait(false);
        scene.Later();
        await AssertAsync(on: false, changes: false, StoredText.Of([off]), "off once more").ConfigureAwait(false);
        var on = new ProviderSetting(scene.Provider, isEnabled: true, scene.Later(), "kim");
        await AssertAsync(on: true, changes: true, StoredText.Of([on]), "on again").ConfigureAwait(false);
        scene.Later();
        await AssertAsync(on: true, changes: false, StoredText.Of([on]), "on once more").ConfigureAwait(false);
        var byOther = new ProviderSetting(
            scene.Provider,
            isEnabled: false,
            scene.Later(),
            "\u00e9l\u00e9onore \ud83d\ude80 o'brien"
        );
        scene.Is(
            true,
            await scene.Store.SetProviderSettingAsync(scene.Tenant, byOther, scene.Cancel).ConfigureAwait(false),
            "off by somebody else"
        );
        scene.Same(
            StoredText.Of([byOther]),
            StoredText.Of(await scene.Store.GetProviderSettingsAsync(scene.Tenant, scene.Cancel).ConfigureAwait(false)),
            "off by somebody else"
        );

        async Task AssertAsync(bool on, bool changes, string expected, string about)
        {
            scene.Is(
                changes,
                await scene.SwitchAsync(on).ConfigureAwait(false),
                $"switching {about}: whether it was in the other position"
            );
            scene.Same(
                expected,
                StoredText.Of(
                    await scene.Store.GetProviderSettingsAsync(scene.Tenant, scene.Cancel).ConfigureAwait(false)
                ),
                $"the switches after switching {about}"
            );
        }
    }

    private static async Task Each_provider_has_one_setting(Scene scene)
    {
        scene.Same(
            "",
            StoredText.Of(await scene.Store.GetProviderSettingsAsync(scene.Tenant, scene.Cancel).ConfigureAwait(false)),
            "nothing was ever switched"
        );
        var expected = ImmutableArray.CreateBuilder<ProviderSetting>();
        for (var i = 0; i < 5; i++)
        {
            scene.Later();
            var provider = $"{i}-{scene.Mark}";
            await scene.SwitchAsync(on: false, provider).ConfigureAwait(false);
            if (i % 2 == 0)
            {
                await scene.SwitchAsync(on: true, provider).ConfigureAwait(false);
            }

            expected.Add(new ProviderSetting(provider, i % 2 == 0, scene.Now, "kim"));
        }

        scene.Same(
            StoredText.Of(expected.ToImmutable()),
            StoredText.Of(await scene.Store.GetProviderSettingsAsync(scene.Tenant, scene.Cancel).ConfigureAwait(false)),
            "five that were switched"
        );
        var profile = await scene.CreateAsync().ConfigureAwait(false);
        scene.Same(
            StoredText.Of(expected.ToImmutable()),
            StoredText.Of((await scene.ReadAsync(profile).ConfigureAwait(false)).ProviderSettings),
            "the same, read with a customer"
        );
    }

    private static async Task Disabling_ends_waiting_checks(Scene scene)
    {
        var waiting = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var released = await scene.CreateAsync().ConfigureAwait(false);
        await scene.RequestAsync(released, scene.OtherProvider).ConfigureAwait(false);
        var requestedAt = scene.Now;
        await scene
            .ReleaseAsync(
                await scene.ClaimAsync(scene.OtherProvider).ConfigureAwait(false),
                scene.Now + Duration.FromMinutes(5),
                ProviderFailure.Throttled
            )
            .ConfigureAwait(false);
        var failedAt = scene.Now;
        scene.Later();
        await scene.SwitchAsync(on: false).ConfigureAwait(false);
        await scene.SwitchAsync(on: false, scene.OtherProvider).ConfigureAwait(false);
        scene.Same(
            StoredText.Of(new CheckState { Provider = scene.Provider, RequestedAt = requestedAt }),
            StoredText.Of(await scene.CheckOfAsync(waiting).ConfigureAwait(false)),
            "the check that waited"
        );
        scene.Same(
            StoredText.Of(
                new CheckState
                {
                    Provider = scene.OtherProvider,
                    RequestedAt = requestedAt,
                    LastFailureAt = failedAt,
                    LastFailure = ProviderFailure.Throttled,
                }
            ),
            StoredText.Of(await scene.CheckOfAsync(released, scene.OtherProvider).ConfigureAwait(false)),
            "the check that was to be retried"
        );
        await scene.SwitchAsync(on: true).ConfigureAwait(false);
        await scene.SwitchAsync(on: true, scene.OtherProvider).ConfigureAwait(false);
        scene.Later(10);
        await scene.NothingToClaimAsync("all is on again", scene.Provider, scene.OtherProvider).ConfigureAwait(false);
    }

    private static async Task Disabling_drops_the_results_of_running_checks(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        await scene.SwitchAsync(on: false).ConfigureAwait(false);
        scene.Is(
            true,
            await scene.Store.RenewLeaseAsync(claim, Scene.Lease, scene.Cancel).ConfigureAwait(false),
            "the claim still holds the check, although its result will be dropped"
        );
        scene.Same(
            nameof(CompleteResult.Dropped),
            await scene.CompleteAsync(claim, scene.Next(profile, values: scene.Noted("lost"))).ConfigureAwait(false),
            "the result"
        );
        scene.Same(
            StoredText.Of(profile),
            StoredText.Of((await scene.ReadAsync(profile).ConfigureAwait(false)).Profile),
            "the profile"
        );
    }

    private static async Task A_result_is_dropped_also_when_the_provider_is_enabled_again(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        await scene.SwitchAsync(on: false).ConfigureAwait(false);
        await scene.SwitchAsync(on: true).ConfigureAwait(false);
        scene.Is(
            false,
            await scene.RequestAsync(profile).ConfigureAwait(false),
            "requesting while the one to be dropped is under way"
        );
        scene.Same(
            nameof(CompleteResult.Dropped),
            await scene.CompleteAsync(claim, scene.Next(profile, values: scene.Noted("lost"))).ConfigureAwait(false),
            "the result"
        );
        scene.Same(
            StoredText.Of(profile),
            StoredText.Of((await scene.ReadAsync(profile).ConfigureAwait(false)).Profile),
            "the profile"
        );
        scene.Is(
            true,
            await scene.RequestAsync(profile, last: scene.Now).ConfigureAwait(false),
            "requesting when it was dropped"
        );
    }

    private static async Task Only_the_disabled_provider_is_affected(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider, scene.OtherProvider).ConfigureAwait(false);
        var underWay = await scene.CreateAsync(scene.OtherProvider).ConfigureAwait(false);
        var claims = new[] { await scene.ClaimAsync(scene.OtherProvider).ConfigureAwait(false) };
        await scene.SwitchAsync(on: false).ConfigureAwait(false);
        await scene.ClaimAsync(scene.OtherProvider).ConfigureAwait(false);
        scene.Same(
            nameof(CompleteResult.Completed),
            await scene.CompleteAsync(claims[0]).ConfigureAwait(false),
            "the result of the provider that is on"
        );
        await scene.NothingToClaimAsync("the provider that is off").ConfigureAwait(false);
        scene.Is(
            false,
            (await scene.CheckOfAsync(profile).ConfigureAwait(false))?.IsPending ?? true,
            "the check with the provider that is off is pending"
        );
        scene.Same(
            "never requested",
            StoredText.Of(await scene.CheckOfAsync(underWay).ConfigureAwait(false)),
            "a customer without a check with the provider"
        );
    }

    private static async Task A_dropped_result_counts_as_a_check(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var requestedAt = scene.Now;
        await scene
            .ReleaseAsync(await scene.ClaimAsync().ConfigureAwait(false), scene.Now, ProviderFailure.Throttled)
            .ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        await scene.SwitchAsync(on: false).ConfigureAwait(false);
        var before = await scene.ReadAsync(profile).ConfigureAwait(false);
        scene.Later();

        // It is dropped whatever the version, and an outcome of Withheld is dropped like any other.
        scene.Same(
            nameof(CompleteResult.Dropped),
            await scene
                .CompleteAsync(
                    claim,
                    scene.Next(scene.Next(profile, values: scene.Noted("lost"))),
                    CheckOutcome.Matched
                )
                .ConfigureAwait(false),
            "a result, with a profile of another version"
        );
        scene.Same(
            before with
            {
                Checks =
                [
                    new()
                    {
                        Provider = scene.Provider,
                        RequestedAt = requestedAt,
                        LastCheckAt = scene.Now,
                        LastOutcome = CheckOutcome.Dropped,
                    },
                ],
            },
            await scene.ReadAsync(profile).ConfigureAwait(false),
            "the customer"
        );
        scene.Same(
            nameof(CompleteResult.LeaseLost),
            await scene.CompleteAsync(claim).ConfigureAwait(false),
            "the result once more"
        );
    }

    private static async Task A_dropped_check_that_is_released_ends(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var requestedAt = scene.Now;
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        await scene.SwitchAsync(on: false).ConfigureAwait(false);
        await scene.SwitchAsync(on: true).ConfigureAwait(false);
        await scene.ReleaseAsync(claim, scene.Now, ProviderFailure.Throttled).ConfigureAwait(false);
        scene.Same(
            StoredText.Of(
                new CheckState
                {
                    Provider = scene.Provider,
                    RequestedAt = requestedAt,
                    LastFailureAt = scene.Now,
                    LastFailure = ProviderFailure.Throttled,
                }
            ),
            StoredText.Of(await scene.CheckOfAsync(profile).ConfigureAwait(false)),
            "the check"
        );
        await scene.NothingToClaimAsync("it is ended").ConfigureAwait(false);
        scene.Is(true, await scene.RequestAsync(profile).ConfigureAwait(false), "requesting again");
    }

    private static async Task A_dropped_check_whose_host_died_is_never_claimed(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        await scene.ClaimAsync().ConfigureAwait(false);
        await scene.SwitchAsync(on: false).ConfigureAwait(false);
        await scene.SwitchAsync(on: true).ConfigureAwait(false);
        await scene.NothingToClaimAsync("while its lease lasts").ConfigureAwait(false);
        await scene.PassAsync(Scene.Lease + Duration.FromMinutes(1)).ConfigureAwait(false);
        await scene.NothingToClaimAsync("when its lease has run out").ConfigureAwait(false);
        scene.Is(
            false,
            (await scene.CheckOfAsync(profile).ConfigureAwait(false))?.IsPending ?? true,
            "it is pending after somebody came to claim"
        );
        scene.Is(true, await scene.RequestAsync(profile).ConfigureAwait(false), "requesting again");
        scene.Same(1, (await scene.ClaimAsync().ConfigureAwait(false)).Attempt, "the attempt at the next check");
    }

    private static async Task A_later_request_is_wanted(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        await scene.SwitchAsync(on: false).ConfigureAwait(false);
        await scene.SwitchAsync(on: true).ConfigureAwait(false);
        scene.Is(
            true,
            await scene.RequestAsync(profile).ConfigureAwait(false),
            "requesting when the provider is on again"
        );
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        scene.Same(
            nameof(CompleteResult.Completed),
            await scene.CompleteAsync(claim, scene.Next(profile)).ConfigureAwait(false),
            "the result"
        );
    }
}
