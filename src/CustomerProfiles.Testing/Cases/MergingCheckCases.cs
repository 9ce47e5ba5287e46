using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>The checks and the suppression of customers who are merged.</summary>
internal static class MergingCheckCases
{
    private const string AsRead = "GetSidesAsync reads the checks and the marks of both customers.";
    private const string Replaced = "A merge replaces the checks of both customers by those that it gives.";
    private const string Running = "A running check goes on under the survivor's id, with its lease.";
    private const string Wanted = "A check that a merge gives and that is not wanted ends without a result.";
    private const string Marks = "The marks that a merge adds name it; unmerging removes those that still do.";

    private static readonly Case Case = new("merging");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Of(AsRead, The_checks_of_a_customer_are_read),
        Of(AsRead, The_marks_of_a_customer_are_read),
        Of(Replaced, The_survivor_has_the_checks_that_are_given),
        Of(Replaced, A_waiting_check_is_claimed_once_for_the_survivor),
        Of(Replaced, A_delayed_check_waits_as_before),
        Of(Replaced, A_check_can_be_requested_on_the_last_one_of_the_absorbed),
        Of(Running, A_running_check_is_completed_under_the_survivor),
        Of(Running, A_running_check_is_completed_under_the_absorbed_after_unmerging),
        Of(Running, A_running_check_is_released_under_the_survivor),
        Of(Running, A_lease_that_a_merge_dropped_can_return_by_unmerging),
        Of(Running, An_expired_lease_of_the_absorbed_is_claimed_for_the_survivor),
        Of(Wanted, A_check_given_as_not_wanted_ends),
        Of(Wanted, A_check_of_an_earlier_setting_of_the_provider_is_not_wanted),
        Of(Wanted, Suppressing_by_a_merge_ends_waiting_checks_and_drops_results),
        Of(Wanted, Suppressing_by_unmerging_ends_waiting_checks),
        Of(Marks, The_marks_of_a_merge_name_it),
        Of(Marks, Unmerging_removes_the_marks_of_the_merge),
        Of(Marks, A_mark_that_somebody_sets_again_stays),
        Of(Marks, Unsuppressing_removes_the_marks_of_a_merge),
        Of(Marks, The_marks_of_another_merge_stay),
    ];

    private static StoreConformanceCase Of(
        string rule,
        Func<MergingStage, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => MergingCases.Of(Case, rule, run, name);

    private static async Task The_checks_of_a_customer_are_read(MergingStage stage)
    {
        var scene = stage.Scene;
        string[] providers =
        [
            scene.Provider,
            scene.OtherProvider,
            $"three-{scene.Mark}",
            $"four-{scene.Mark}",
            $"five-{scene.Mark}",
        ];
        var ada = await stage.CreateAsync("ada", providers).ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        var requested = scene.Now;
        scene.Later();
        await scene
            .CompleteAsync(await scene.ClaimAsync(providers[1]).ConfigureAwait(false), outcome: CheckOutcome.NoMatch)
            .ConfigureAwait(false);
        var retryAt = scene.Now + Duration.FromHours(5);
        await scene
            .ReleaseAsync(
                await scene.ClaimAsync(providers[2]).ConfigureAwait(false),
                retryAt,
                ProviderFailure.Throttled
            )
            .ConfigureAwait(false);
        var held = await scene.ClaimAsync(providers[3]).ConfigureAwait(false);
        var unwanted = await scene.ClaimAsync(providers[4]).ConfigureAwait(false);
        await scene.SwitchAsync(on: false, providers[4]).ConfigureAwait(false);

        var states = await scene.ReadAsync(ada).ConfigureAwait(false);
        StoredCheck[] expected =
        [
            new()
            {
                State = states.GetCheck(providers[0])!,
                NotBefore = requested,
                IsWanted = true,
            },
            new() { State = states.GetCheck(providers[1])! },
            new()
            {
                State = states.GetCheck(providers[2])!,
                NotBefore = retryAt,
                Attempt = 1,
                IsWanted = true,
            },
            new()
            {
                State = states.GetCheck(providers[3])!,
                LeaseId = held.LeaseId,
                LeasedUntil = held.LeasedUntil,
                NotBefore = requested,
                Attempt = 1,
                IsWanted = true,
            },
            new()
            {
                State = states.GetCheck(providers[4])!,
                LeaseId = unwanted.LeaseId,
                LeasedUntil = unwanted.LeasedUntil,
                NotBefore = requested,
                Attempt = 1,
                IsWanted = false,
            },
        ];
        var (from, into) = await stage.ReadAsync(ada, ben).ConfigureAwait(false);
        scene.Same(
            TextOf(expected),
            TextOf(from.Checks),
            "a check that waits, one that was completed, one that failed, one that runs, and one that is not wanted"
        );
        scene.Same(0, into.Checks.Length, "the checks of who never had any");
        scene.Same(
            TextOf(expected),
            TextOf((await stage.ReadAsync(ben, ada).ConfigureAwait(false)).Into.Checks),
            "the same as the survivor's"
        );
    }

    private static async Task The_marks_of_a_customer_are_read(MergingStage stage)
    {
        var scene = stage.Scene;
        var ada = scene.Next(
            await stage.CreateAsync("ada").ConfigureAwait(false),
            [scene.NextEmail(), Identity.External($"crm-{scene.Mark}"), scene.NextEmail()]
        );
        await scene.UpdateAsync(ada).ConfigureAwait(false);
        await MarkedAsync(stage, ada, "nobody is suppressed", isMarked: false).ConfigureAwait(false);
        await scene.SuppressAsync(ada.Identities[1]).ConfigureAwait(false);
        await MarkedAsync(
                stage,
                ada,
                "one identity is suppressed",
                isMarked: false,
                by: null,
                new SuppressionMark(ada.Identities[1], Merge: null)
            )
            .ConfigureAwait(false);
        await scene.SuppressAsync(ada).ConfigureAwait(false);
        await MarkedAsync(stage, ada, "the customer is suppressed", isMarked: true, by: null, Plain(ada))
            .ConfigureAwait(false);
    }

    private static async Task The_survivor_has_the_checks_that_are_given(MergingStage stage)
    {
        var scene = stage.Scene;
        var third = $"three-{scene.Mark}";
        var ada = await stage.CreateAsync("ada", scene.Provider, scene.OtherProvider, third).ConfigureAwait(false);
        scene.Later();
        var ben = await stage.CreateAsync("ben", scene.Provider, third).ConfigureAwait(false);
        var given = ImmutableArray<StoredCheck>.Empty;
        scene.Later();
        await stage
            .MergeAsync(
                ada,
                ben,
                plan =>
                    plan.Into.Checks = given =
                        [
                            .. plan
                                .Into.Checks.Where(check => IsOf(check, scene.Provider))
                                .Select(check =>
                                    check with
                                    {
                                        State = check.State with
                                        {
                                            RequestedAt = Scene.Start,
                                            LastCheckAt = Scene.Start - Duration.FromDays(1),
                                            LastOutcome = CheckOutcome.NoMatch,
                                            LastFailureAt = Scene.Start,
                                            LastFailure = ProviderFailure.TimedOut,
                                        },
                                        Attempt = 3,
                                        NotBefore = scene.Now,
                                    }
                                ),
                            .. plan.From.Checks.Where(check => IsOf(check, scene.OtherProvider)),
                        ]
            )
            .ConfigureAwait(false);

        var side = await stage.ReadAsync(ben).ConfigureAwait(false);
        scene.Same(TextOf(given), TextOf(side.Checks), "the survivor's checks");
        scene.Same(
            StoredText.Of([.. given.Select(check => check.State)]),
            StoredText.Of((await scene.ReadAsync(ben).ConfigureAwait(false)).Checks),
            "the survivor's checks, as everybody reads them"
        );
        await scene
            .PendingAsync("one of each that was given", (scene.Provider, 1), (scene.OtherProvider, 1))
            .ConfigureAwait(false);
        await scene.NothingToClaimAsync("a check that was not given", third).ConfigureAwait(false);
        scene.Same(4, (await scene.ClaimAsync().ConfigureAwait(false)).Attempt, "the next attempt");
        await scene.NothingToClaimAsync("the absorbed customer's check").ConfigureAwait(false);
    }

    private static async Task A_waiting_check_is_claimed_once_for_the_survivor(MergingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada", scene.Provider).ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        scene.Same(StoredText.Of(merged.Into.Profile), StoredText.Of(claim.Profile), "the profile to look up");
        scene.Same(1, claim.Attempt, "the attempt");
        await scene.NothingToClaimAsync("a second time").ConfigureAwait(false);
        scene.Later();
        scene.Same(
            nameof(CompleteResult.Completed),
            await scene
                .CompleteAsync(claim, scene.Next(claim.Profile, values: scene.Noted("found")))
                .ConfigureAwait(false),
            "the result"
        );
        await scene.PendingAsync("the check is completed").ConfigureAwait(false);
    }

    private static async Task A_delayed_check_waits_as_before(MergingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada", scene.Provider).ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        await scene
            .ReleaseAsync(claim, scene.Now + Duration.FromMinutes(10), ProviderFailure.Throttled)
            .ConfigureAwait(false);
        await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        scene.Later(9);
        await scene.NothingToClaimAsync("before its time").ConfigureAwait(false);
        scene.Later(1);
        claim = await scene.ClaimAsync().ConfigureAwait(false);
        scene.Same($"{ben.Id}", $"{claim.CustomerId}", "whose check it is");
        scene.Same(2, claim.Attempt, "the attempt");
    }

    private static async Task A_check_can_be_requested_on_the_last_one_of_the_absorbed(MergingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada", scene.Provider).ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        scene.Later();
        var last = scene.Now;
        await scene.CompleteAsync(await scene.ClaimAsync().ConfigureAwait(false)).ConfigureAwait(false);
        await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        scene.Later();
        scene.Is(false, await scene.RequestAsync(ben).ConfigureAwait(false), "as if there had been no check");
        scene.Is(true, await scene.RequestAsync(ben, last: last).ConfigureAwait(false), "on the last check");
        scene.Same($"{ben.Id}", $"{(await scene.ClaimAsync().ConfigureAwait(false)).CustomerId}", "whose check it is");
    }

    private static async Task A_running_check_is_completed_under_the_survivor(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben, claim) = await RunningAsync(stage).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        await scene.NothingToClaimAsync("the check is held").ConfigureAwait(false);
        scene.Later();
        scene.Same(
            nameof(CompleteResult.LeaseLost),
            await scene.CompleteAsync(claim, scene.Next(ada)).ConfigureAwait(false),
            "a result under the absorbed customer's id"
        );
        var renewed = await scene.Store.RenewLeaseAsync(claim, Scene.Lease, scene.Cancel).ConfigureAwait(false);
        scene.Is(false, renewed, "renewing under the absorbed customer's id");

        var ofSurvivor = claim with { Profile = merged.Into.Profile };
        renewed = await scene.Store.RenewLeaseAsync(ofSurvivor, Scene.Lease, scene.Cancel).ConfigureAwait(false);
        scene.Is(true, renewed, "renewing under the survivor's id");
        scene.Same(
            StoredText.Of(new CompleteResult.Stale(merged.Into.Profile)),
            await scene.CompleteAsync(ofSurvivor, scene.Next(ben)).ConfigureAwait(false),
            "a result for the version before the merge"
        );
        var found = scene.Next(merged.Into.Profile, values: scene.Noted("found"));
        scene.Same(
            nameof(CompleteResult.Completed),
            await scene.CompleteAsync(ofSurvivor, found).ConfigureAwait(false),
            "a result under the survivor's id"
        );
        var read = await scene.ReadAsync(ben).ConfigureAwait(false);
        scene.Same(StoredText.Of(found), StoredText.Of(read.Profile), "the survivor's profile");
        scene.Same($"{CheckOutcome.Matched}", $"{read.GetCheck(scene.Provider)?.LastOutcome}", "the last outcome");
        await scene.PendingAsync("the check is completed").ConfigureAwait(false);
    }

    private static async Task A_running_check_is_completed_under_the_absorbed_after_unmerging(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben, claim) = await RunningAsync(stage).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        var undone = await stage.UnmergeAsync(merged).ConfigureAwait(false);
        scene.Later();
        scene.Same(
            nameof(CompleteResult.LeaseLost),
            await scene.CompleteAsync(claim with { Profile = undone.Into.Profile }).ConfigureAwait(false),
            "a result under the id of who stayed"
        );
        scene.Same(
            nameof(CompleteResult.Completed),
            await scene
                .CompleteAsync(claim, scene.Next(undone.From.Profile, values: scene.Noted("found")))
                .ConfigureAwait(false),
            "a result under the id of who was absorbed"
        );
        scene.Same(
            "never requested",
            StoredText.Of(await scene.CheckOfAsync(ben).ConfigureAwait(false)),
            "the check of who stayed"
        );
    }

    private static async Task A_running_check_is_released_under_the_survivor(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben, claim) = await RunningAsync(stage).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        var before = await stage.TellAsync(ada, ben).ConfigureAwait(false);
        await scene.ReleaseAsync(claim, scene.Now).ConfigureAwait(false);
        scene.Same(
            before,
            await stage.TellAsync(ada, ben).ConfigureAwait(false),
            "releasing under the absorbed customer's id does nothing"
        );
        await scene
            .ReleaseAsync(claim with { Profile = merged.Into.Profile }, scene.Now, ProviderFailure.Unavailable)
            .ConfigureAwait(false);
        var again = await scene.ClaimAsync().ConfigureAwait(false);
        scene.Same($"{ben.Id}", $"{again.CustomerId}", "whose check it is");
        scene.Same(2, again.Attempt, "the attempt");
    }

    private static async Task A_lease_that_a_merge_dropped_can_return_by_unmerging(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben, ofAda) = await RunningAsync(stage).ConfigureAwait(false);
        await scene.RequestAsync(ben).ConfigureAwait(false);
        var ofBen = await scene.ClaimAsync().ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        scene.Same(
            nameof(CompleteResult.LeaseLost),
            await scene.CompleteAsync(ofAda with { Profile = merged.Into.Profile }).ConfigureAwait(false),
            "a result under the lease that the merge did not give"
        );
        await stage
            .UnmergeAsync(
                merged,
                plan =>
                {
                    plan.From.Checks = merged.Before.From.Checks;
                    plan.Into.Checks = merged.Before.Into.Checks;
                }
            )
            .ConfigureAwait(false);
        await scene.NothingToClaimAsync("both checks are held").ConfigureAwait(false);
        scene.Later();
        foreach (var claim in (CheckClaim[])[ofAda, ofBen])
        {
            scene.Same(
                nameof(CompleteResult.Completed),
                await scene.CompleteAsync(claim).ConfigureAwait(false),
                "a result under the lease from before the merge"
            );
        }

        await scene.PendingAsync("both are completed").ConfigureAwait(false);
    }

    private static async Task An_expired_lease_of_the_absorbed_is_claimed_for_the_survivor(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben, claim) = await RunningAsync(stage).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        await scene.PassAsync(2 * Scene.Lease).ConfigureAwait(false);
        var again = await scene.ClaimAsync().ConfigureAwait(false);
        scene.Same($"{ben.Id}", $"{again.CustomerId}", "whose check it is");
        scene.Same(2, again.Attempt, "the attempt");
        scene.Same(
            nameof(CompleteResult.LeaseLost),
            await scene.CompleteAsync(claim with { Profile = merged.Into.Profile }).ConfigureAwait(false),
            "a result under the lease that was replaced"
        );
    }

    private static async Task A_check_given_as_not_wanted_ends(MergingStage stage)
    {
        var scene = stage.Scene;
        var (ada, ben, claim) = await RunningAsync(stage).ConfigureAwait(false);
        await scene.RequestAsync(ada, scene.OtherProvider).ConfigureAwait(false);
        var merged = await stage
            .MergeAsync(
                ada,
                ben,
                plan => plan.Into.Checks = [.. plan.From.Checks.Select(check => check with { IsWanted = false })]
            )
            .ConfigureAwait(false);
        await scene
            .NothingToClaimAsync("a waiting check that is not wanted", scene.OtherProvider)
            .ConfigureAwait(false);
        scene.Is(
            false,
            (await scene.CheckOfAsync(ben, scene.OtherProvider).ConfigureAwait(false))!.IsPending,
            "the waiting check has ended"
        );
        scene.Later();
        scene.Same(
            nameof(CompleteResult.Dropped),
            await scene
                .CompleteAsync(claim with { Profile = merged.Into.Profile }, scene.Next(merged.Into.Profile))
                .ConfigureAwait(false),
            "the result of the running check"
        );
        await scene.PendingAsync("both have ended").ConfigureAwait(false);
    }

    private static async Task A_check_of_an_earlier_setting_of_the_provider_is_not_wanted(MergingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada", scene.Provider).ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        var before = await stage.ReadAsync(ada, ben).ConfigureAwait(false);
        await scene.SwitchAsync(on: false).ConfigureAwait(false);
        await scene.SwitchAsync(on: true).ConfigureAwait(false);
        await stage.MergeAsync(ada, ben, plan => plan.Into.Checks = before.From.Checks).ConfigureAwait(false);
        await scene.NothingToClaimAsync("a check from before its provider was disabled").ConfigureAwait(false);
        await scene.PendingAsync("it has ended").ConfigureAwait(false);
    }

    private static async Task Suppressing_by_a_merge_ends_waiting_checks_and_drops_results(MergingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben", scene.Provider, scene.OtherProvider).ConfigureAwait(false);
        var claim = await scene.ClaimAsync(scene.OtherProvider).ConfigureAwait(false);
        await scene.SuppressAsync(ada).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        scene.Is(true, (await scene.ReadAsync(ben).ConfigureAwait(false)).IsSuppressed, "the survivor is suppressed");
        await scene.NothingToClaimAsync("the waiting check").ConfigureAwait(false);
        await scene.PendingAsync("the running check", (scene.OtherProvider, 1)).ConfigureAwait(false);

        // Unsuppressing does not make them wanted again.
        await scene.SuppressAsync(ben, suppressed: false).ConfigureAwait(false);
        await scene.NothingToClaimAsync("the waiting check, unsuppressed").ConfigureAwait(false);
        scene.Later();
        scene.Same(
            nameof(CompleteResult.Dropped),
            await scene
                .CompleteAsync(claim with { Profile = merged.Into.Profile }, scene.Next(merged.Into.Profile))
                .ConfigureAwait(false),
            "the result of the running check"
        );
        scene.Is(true, await scene.RequestAsync(ben).ConfigureAwait(false), "a check is requested anew");
    }

    private static async Task Suppressing_by_unmerging_ends_waiting_checks(MergingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada", scene.Provider).ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        await stage.UnmergeAsync(merged, plan => plan.From.IsMarked = true).ConfigureAwait(false);
        scene.Is(true, (await scene.ReadAsync(ada).ConfigureAwait(false)).IsSuppressed, "who was absorbed");
        scene.Is(false, (await scene.ReadAsync(ben).ConfigureAwait(false)).IsSuppressed, "who stayed");
        await scene.NothingToClaimAsync("the waiting check").ConfigureAwait(false);
        await scene.SuppressAsync(ada, suppressed: false).ConfigureAwait(false);
        await scene.NothingToClaimAsync("the waiting check, unsuppressed").ConfigureAwait(false);
    }

    private static async Task The_marks_of_a_merge_name_it(MergingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        await scene.SuppressAsync(ada).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        await MarkedAsync(
                stage,
                ben,
                "the survivor of who was suppressed",
                isMarked: true,
                merged.Record.Id,
                new SuppressionMark(ben.Identities[0], merged.Record.Id),
                new SuppressionMark(ada.Identities[0], Merge: null)
            )
            .ConfigureAwait(false);
        scene.Is(true, (await scene.ReadAsync(ben).ConfigureAwait(false)).IsSuppressed, "the survivor is suppressed");
        await stage
            .FoundAsync(new ProfileSearchQuery { IsSuppressed = true }, "by suppression", ben)
            .ConfigureAwait(false);
    }

    private static async Task Unmerging_removes_the_marks_of_the_merge(MergingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        await scene.SuppressAsync(ada).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        await stage.UnmergeAsync(merged).ConfigureAwait(false);
        await MarkedAsync(stage, ben, "who stayed", isMarked: false).ConfigureAwait(false);
        await MarkedAsync(stage, ada, "who was absorbed", isMarked: true, by: null, Plain(ada)).ConfigureAwait(false);
        scene.Is(true, await scene.RequestAsync(ben).ConfigureAwait(false), "a check of who stayed");
        scene.Is(false, await scene.RequestAsync(ada).ConfigureAwait(false), "a check of who was absorbed");
        await stage
            .FoundAsync(new ProfileSearchQuery { IsSuppressed = true }, "by suppression", ada)
            .ConfigureAwait(false);
    }

    private static async Task A_mark_that_somebody_sets_again_stays(MergingStage stage)
    {
        foreach (var ofCustomer in (bool[])[true, false])
        {
            var fresh = new MergingStage(stage.Scene.Anew(), stage.Store);
            var scene = fresh.Scene;
            var ada = await fresh.CreateAsync("ada").ConfigureAwait(false);
            var ben = await fresh.CreateAsync("ben").ConfigureAwait(false);
            await scene.SuppressAsync(ada).ConfigureAwait(false);
            var merged = await fresh.MergeAsync(ada, ben).ConfigureAwait(false);
            if (ofCustomer)
            {
                await scene.SuppressAsync(ben).ConfigureAwait(false);
            }
            else
            {
                await scene.SuppressAsync(ben.Identities[0]).ConfigureAwait(false);
            }

            await fresh.UnmergeAsync(merged).ConfigureAwait(false);
            await MarkedAsync(
                    fresh,
                    ben,
                    $"{(ofCustomer ? "the customer" : "their identity")} was suppressed again",
                    isMarked: ofCustomer,
                    by: null,
                    Plain(ben)
                )
                .ConfigureAwait(false);
            scene.Is(false, await scene.RequestAsync(ben).ConfigureAwait(false), "a check of who is suppressed");
        }
    }

    private static async Task Unsuppressing_removes_the_marks_of_a_merge(MergingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        await scene.SuppressAsync(ada).ConfigureAwait(false);
        var merged = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        await scene.SuppressAsync(ben, suppressed: false).ConfigureAwait(false);
        await MarkedAsync(stage, ben, "the survivor, unsuppressed", isMarked: false).ConfigureAwait(false);
        await stage.UnmergeAsync(merged, plan => plan.From.IsMarked = false).ConfigureAwait(false);
        await MarkedAsync(stage, ada, "who was absorbed", isMarked: false).ConfigureAwait(false);
        await MarkedAsync(stage, ben, "who stayed", isMarked: false).ConfigureAwait(false);
    }

    private static async Task The_marks_of_another_merge_stay(MergingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        var cleo = await stage.CreateAsync("cleo").ConfigureAwait(false);
        await scene.SuppressAsync(ada).ConfigureAwait(false);
        var first = await stage.MergeAsync(ada, ben).ConfigureAwait(false);
        var second = await stage.MergeAsync(cleo, ben).ConfigureAwait(false);
        await stage.UnmergeAsync(second).ConfigureAwait(false);
        await MarkedAsync(stage, cleo, "who came later", isMarked: false).ConfigureAwait(false);
        await MarkedAsync(
                stage,
                ben,
                "the survivor of the first merge",
                isMarked: true,
                first.Record.Id,
                new SuppressionMark(ben.Identities[0], first.Record.Id),
                new SuppressionMark(ada.Identities[0], Merge: null)
            )
            .ConfigureAwait(false);
    }

    /// <summary>Two customers, of whom the first has a check that runs.</summary>
    private static async Task<(CustomerProfile Ada, CustomerProfile Ben, CheckClaim Claim)> RunningAsync(
        MergingStage stage
    )
    {
        var ada = await stage.CreateAsync("ada", stage.Scene.Provider).ConfigureAwait(false);
        var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
        return (ada, ben, await stage.Scene.ClaimAsync().ConfigureAwait(false));
    }

    private static async Task MarkedAsync(
        MergingStage stage,
        CustomerProfile profile,
        string about,
        bool isMarked,
        MergeId? by = null,
        params SuppressionMark[] marks
    )
    {
        var side = await stage.ReadAsync(profile).ConfigureAwait(false);
        stage.Scene.Is(isMarked, side.IsMarked, $"whether the customer is marked; {about}");
        stage.Scene.Same($"{by}", $"{side.MarkedBy}", $"the merge that marked the customer; {about}");
        stage.Scene.Same(
            string.Join('\n', marks.Select(StoredText.Of)),
            string.Join('\n', side.Marks.Select(StoredText.Of)),
            $"the marks of the identities; {about}"
        );
    }

    /// <summary>Marks of all identities, by nobody's merge.</summary>
    private static SuppressionMark[] Plain(CustomerProfile profile) =>
        [.. profile.Identities.Select(identity => new SuppressionMark(identity, Merge: null))];

    private static bool IsOf(StoredCheck check, string provider) =>
        string.Equals(check.State.Provider, provider, StringComparison.Ordinal);

    private static string TextOf(IEnumerable<StoredCheck> checks) =>
        string.Join('\n', checks.OrderBy(check => check.State.Provider, StringComparer.Ordinal).Select(StoredText.Of));
}
