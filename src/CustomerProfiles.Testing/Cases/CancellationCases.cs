using System.Collections.Immutable;
using System.Diagnostics;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Cancelling calls before they begin and at any moment while they run.</summary>
internal static class CancellationCases
{
    private static readonly Case Case = new("cancellation");

    private static readonly ImmutableArray<(string Name, Func<Stage, CancellationToken, Task> Act)> Calls =
    [
        ("GetAsync", (stage, cancel) => stage.Store.GetAsync(stage.Scene.Tenant, stage.Ada.Id, cancel).AsTask()),
        (
            "FindAsync",
            (stage, cancel) => stage.Store.FindAsync(stage.Scene.Tenant, stage.Ada.Identities[0], cancel).AsTask()
        ),
        (
            "GetProfileAsync",
            (stage, cancel) => stage.Store.GetProfileAsync(stage.Scene.Tenant, stage.Ada.Id, cancel).AsTask()
        ),
        (
            "FindProfileAsync",
            (stage, cancel) =>
                stage.Store.FindProfileAsync(stage.Scene.Tenant, stage.Ada.Identities[0], cancel).AsTask()
        ),
        (
            "FindAllAsync",
            (stage, cancel) =>
                stage.Store.FindAllAsync(stage.Scene.Tenant, [.. stage.Ada.Identities, stage.Free], cancel).AsTask()
        ),
        (
            "ReceiveAsync",
            (stage, cancel) =>
                stage
                    .Store.RecordConversationAsync(stage.Scene.Tenant, stage.Ada.Identities[0], stage.Told, cancel)
                    .AsTask()
        ),
        (
            "CreateAsync of somebody new",
            (stage, cancel) =>
                stage
                    .Store.CreatedAsync(
                        new NewCustomer
                        {
                            Profile = stage.Newcomer,
                            Conversation = stage.Told,
                            Checks = [stage.Scene.Provider, stage.Scene.OtherProvider, stage.Third],
                        },
                        cancel
                    )
                    .AsTask()
        ),
        (
            "CreateAsync of somebody known",
            (stage, cancel) =>
                stage
                    .Store.CreatedAsync(
                        new NewCustomer
                        {
                            Profile = stage.Scene.Someone(stage.Ada.Identities[0]),
                            Conversation = stage.Told,
                            Checks = [stage.Third],
                        },
                        cancel
                    )
                    .AsTask()
        ),
        (
            "AddAsync",
            (stage, cancel) =>
                stage
                    .Store.AddAsync(
                        stage.Scene.Tenant,
                        [
                            new CustomerProfile(
                                stage.Scene.Tenant,
                                stage.Newcomer.Id,
                                1,
                                stage.Scene.Now,
                                stage.Scene.Now,
                                [stage.Free, .. stage.Newcomer.Identities],
                                stage.Scene.Noted("added")
                            ),
                            stage.Scene.Someone(stage.Ada.Identities[0]),
                        ],
                        created: null,
                        cancel
                    )
                    .AsTask()
        ),
        (
            "UpdateAsync",
            (stage, cancel) =>
                stage
                    .Store.UpdateAsync(
                        stage.Scene.Next(
                            stage.Ada,
                            [stage.Free, .. stage.Ada.Identities.Skip(1), stage.Newcomer.Identities[0]],
                            [
                                .. stage.Scene.Noted("updated"),
                                new(
                                    ProfileField.Company,
                                    "",
                                    "Engines",
                                    new(ProvenanceSource.Agent, "kim", stage.Scene.Now)
                                ),
                            ]
                        ),
                        change: null,
                        cancel
                    )
                    .AsTask()
        ),
        (
            "ListAsync",
            (stage, cancel) => stage.Store.ListAsync(stage.Scene.Tenant, new ProfileQuery(), cancel).AsTask()
        ),
        (
            "RequestCheckAsync",
            (stage, cancel) =>
                stage
                    .Store.RequestCheckAsync(
                        stage.Scene.Tenant,
                        stage.Ada.Id,
                        stage.Third,
                        null,
                        stage.Scene.Now,
                        cancel
                    )
                    .AsTask()
        ),
        (
            "ClaimNextCheckAsync",
            (stage, cancel) =>
                stage.Store.ClaimNextCheckAsync([stage.Scene.Provider], stage.Scene.Now, Scene.Lease, cancel).AsTask()
        ),
        (
            "CompleteCheckAsync",
            (stage, cancel) =>
                stage
                    .Store.CompleteCheckAsync(
                        stage.Claim,
                        CheckOutcome.Matched,
                        stage.Scene.Next(stage.Ada, values: stage.Scene.Noted("result recorded")),
                        change: null,
                        stage.Scene.Now,
                        cancel
                    )
                    .AsTask()
        ),
        (
            "CompleteCheckAsync of what is withheld",
            (stage, cancel) =>
                stage
                    .Store.CompleteCheckAsync(
                        stage.Claim,
                        CheckOutcome.Withheld,
                        null,
                        change: null,
                        stage.Scene.Now,
                        cancel
                    )
                    .AsTask()
        ),
        (
            "ReleaseCheckAsync for a retry",
            (stage, cancel) =>
                stage
                    .Store.ReleaseCheckAsync(
                        stage.Claim,
                        new CheckRelease
                        {
                            At = stage.Scene.Now,
                            Failure = ProviderFailure.Throttled,
                            RetryAt = stage.Scene.Now,
                            CountsAsAttempt = false,
                        },
                        cancel
                    )
                    .AsTask()
        ),
        (
            "ReleaseCheckAsync to end",
            (stage, cancel) =>
                stage
                    .Store.ReleaseCheckAsync(
                        stage.Claim,
                        new CheckRelease
                        {
                            At = stage.Scene.Now,
                            Failure = ProviderFailure.TimedOut,
                            RetryAt = null,
                            CountsAsAttempt = true,
                        },
                        cancel
                    )
                    .AsTask()
        ),
        (
            "RenewLeaseAsync",
            (stage, cancel) => stage.Store.RenewLeaseAsync(stage.Claim, 5 * Scene.Lease, cancel).AsTask()
        ),
        ("CountPendingChecksAsync", (stage, cancel) => stage.Store.CountPendingChecksAsync(cancel).AsTask()),
        (
            "TryReserveBudgetAsync",
            (stage, cancel) => stage.Store.TryReserveBudgetAsync(stage.Period, 5, cancel).AsTask()
        ),
        ("RefundAsync", (stage, cancel) => stage.Store.RefundAsync(stage.Period, cancel).AsTask()),
        (
            "GetSwitchesAsync",
            (stage, cancel) => stage.Store.GetProviderSettingsAsync(stage.Scene.Tenant, cancel).AsTask()
        ),
        (
            "SetSwitchAsync",
            (stage, cancel) =>
                stage
                    .Store.SetProviderSettingAsync(
                        stage.Scene.Tenant,
                        new ProviderSetting(stage.Scene.Provider, isEnabled: false, stage.Scene.Now, "kim"),
                        cancel
                    )
                    .AsTask()
        ),
        (
            "SetSuppressedAsync of a customer",
            (stage, cancel) =>
                stage
                    .Store.SetSuppressedAsync(stage.Scene.Tenant, stage.Ada.Id, suppressed: true, change: null, cancel)
                    .AsTask()
        ),
        (
            "SetSuppressedAsync of a customer, unsuppressing",
            (stage, cancel) =>
                stage
                    .Store.SetSuppressedAsync(
                        stage.Scene.Tenant,
                        stage.Marked.Id,
                        suppressed: false,
                        change: null,
                        cancel
                    )
                    .AsTask()
        ),
        (
            "SetSuppressedAsync of an identity",
            (stage, cancel) =>
                stage
                    .Store.SetSuppressedAsync(stage.Scene.Tenant, stage.Ada.Identities[0], suppressed: true, cancel)
                    .AsTask()
        ),
    ];

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Case.Of(
            "A call with a cancelled token throws OperationCanceledException and does nothing.",
            A_call_cancelled_before_it_begins_does_nothing
        ),
        Case.Of(
            "Each call happens completely or not at all, also when it is cancelled.",
            A_call_cancelled_on_the_way_happens_completely_or_not_at_all
        ),
    ];

    private static async Task A_call_cancelled_before_it_begins_does_nothing(Scene scene)
    {
        var expected = await (await Stage.SetAsync(scene.Anew()).ConfigureAwait(false))
            .TellAsync()
            .ConfigureAwait(false);
        foreach (var (name, act) in Calls)
        {
            var stage = await Stage.SetAsync(scene.Anew()).ConfigureAwait(false);
            var cancelled = false;
            try
            {
                await act(stage, new CancellationToken(canceled: true)).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                cancelled = true;
            }

            scene.Is(true, cancelled, $"{name} with a token that was cancelled throws an OperationCanceledException");
            scene.Same(
                expected,
                await stage.TellAsync().ConfigureAwait(false),
                $"everything after {name} was called with a token that was cancelled"
            );
        }
    }

    private static async Task A_call_cancelled_on_the_way_happens_completely_or_not_at_all(Scene scene)
    {
        var random = new Random(20_260_131);
        foreach (var (name, act) in Calls)
        {
            var before = await (await Stage.SetAsync(scene.Anew()).ConfigureAwait(false))
                .TellAsync()
                .ConfigureAwait(false);

            // The first run warms up; the second measures how long a call takes when it is not cancelled.
            var (after, takes) = ("", 0L);
            for (var i = 0; i < 2; i++)
            {
                var faultless = await Stage.SetAsync(scene.Anew()).ConfigureAwait(false);
                var begun = Stopwatch.GetTimestamp();
                await act(faultless, scene.Cancel).ConfigureAwait(false);
                takes = Stopwatch.GetTimestamp() - begun;
                after = await faultless.TellAsync().ConfigureAwait(false);
            }

            for (var round = 0; round < scene.UnderTest.Rounds; round++)
            {
                var stage = await Stage.SetAsync(scene.Anew()).ConfigureAwait(false);
                var when = (long)(takes * random.NextDouble() * 1.2);
                var ended = await CancelledAsync(cancel => act(stage, cancel), when, scene.Cancel)
                    .ConfigureAwait(false);
                var recorded = await stage.TellAsync().ConfigureAwait(false);
                var about = ended
                    ? $"everything after {name} ended, and was cancelled too late"
                    : $"everything after {name} was cancelled "
                        + $"{Stopwatch.GetElapsedTime(0, when).TotalMicroseconds:0} microseconds after it began";
                if (ended || !string.Equals(before, recorded, StringComparison.Ordinal))
                {
                    scene.Same(after, recorded, $"{about}; as when nobody cancels it");
                }
            }
        }
    }

    /// <summary>Begins a call, cancels it after a delay, and returns whether it completed anyway.</summary>
    public static async Task<bool> CancelledAsync(
        Func<CancellationToken, Task> act,
        long when,
        CancellationToken caseIsOver
    )
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(caseIsOver);
        var begun = Stopwatch.GetTimestamp();
        var canceller = Task.Run(
            () =>
            {
                while (Stopwatch.GetTimestamp() - begun < when)
                {
                    Thread.Yield();
                }

                cancel.Cancel();
            },
            CancellationToken.None
        );
        try
        {
            await act(cancel.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!caseIsOver.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            await canceller.ConfigureAwait(false);
        }
    }

    /// <summary>A few people in every state that a call can meet.</summary>
    private sealed class Stage
    {
        private readonly List<(string Name, string Text)> _names = [];

        private Stage(Scene scene)
        {
            Scene = scene;
            Third = $"three-{scene.Mark}";
            Period = new BudgetPeriod(scene.Provider, "2026-01");
            Told = scene.Conversation("told while cancelled");
            Free = scene.Email("free");
            Newcomer = Person("newcomer");
            Ada = Person("ada");
            Marked = Person("marked");
            Claim = null!;
        }

        public Scene Scene { get; }

        public ICustomerProfileStore Store => Scene.Store;

        public string Third { get; }

        public BudgetPeriod Period { get; }

        public ConversationRecord Told { get; }

        public Identity Free { get; }

        public CustomerProfile Newcomer { get; }

        public CustomerProfile Ada { get; private set; }

        public CustomerProfile Marked { get; private set; }

        /// <summary>Ada's check with the other provider, which is running.</summary>
        public CheckClaim Claim { get; private set; }

        public static async Task<Stage> SetAsync(Scene scene)
        {
            var stage = new Stage(scene);
            await scene.CreateAsync(stage.Ada, scene.Provider, scene.OtherProvider).ConfigureAwait(false);
            stage.Ada = await scene
                .UpdateAsync(
                    scene.Next(
                        stage.Ada,
                        [.. stage.Ada.Identities, scene.Email("ada-too"), Identity.External($"ada {scene.Mark}")],
                        scene.Noted("ada")
                    )
                )
                .ConfigureAwait(false);
            stage.Claim = await scene.ClaimAsync(scene.OtherProvider).ConfigureAwait(false);
            await scene.CreateAsync(stage.Marked).ConfigureAwait(false);
            stage.Marked = await scene
                .UpdateAsync(scene.Next(stage.Marked, [.. stage.Marked.Identities, scene.Email("marked-too")]))
                .ConfigureAwait(false);
            await scene.SuppressAsync(stage.Marked).ConfigureAwait(false);
            for (var i = 0; i < 2; i++)
            {
                await scene.Store.TryReserveBudgetAsync(stage.Period, 5, scene.Cancel).ConfigureAwait(false);
            }

            return stage;
        }

        /// <summary>
        /// The whole state as text that is equal on every stage: first what can be read, then what only a change
        /// reveals. So a stage can be used once.
        /// </summary>
        public async Task<string> TellAsync()
        {
            var lines = new List<string>();
            var everybody = await Scene.EverybodyAsync().ConfigureAwait(false);
            foreach (var profile in everybody)
            {
                lines.Add(StoredText.Of(await Scene.ReadAsync(profile).ConfigureAwait(false)));
            }

            ImmutableArray<Identity> identities =
            [
                .. Ada.Identities,
                .. Marked.Identities,
                .. Newcomer.Identities,
                Free,
            ];
            foreach (var identity in identities)
            {
                var owner = await Store.FindAsync(Scene.Tenant, identity, Scene.Cancel).ConfigureAwait(false);
                lines.Add($"{StoredText.Of(identity)} is {owner?.Profile.Id.ToString() ?? "nobody"}'s");
            }

            lines.Add($"spent {await Scene.BudgetUsedAsync(Period).ConfigureAwait(false)}");
            var again = await Store
                .RecordConversationAsync(
                    Scene.Tenant,
                    Ada.Identities[1],
                    Told with
                    {
                        At = Told.At + Duration.FromMinutes(1),
                    },
                    Scene.Cancel
                )
                .ConfigureAwait(false);
            lines.Add(
                $"the conversation is "
                    + (
                        again is { IsNewConversation: true }
                            ? "new"
                            : $"recorded at {StoredText.Of(again?.FirstRecorded.At)}"
                    )
            );
            await AddClaimableAsync("held by nobody").ConfigureAwait(false);
            await Scene.PassAsync(2 * Scene.Lease).ConfigureAwait(false);
            await AddClaimableAsync("held by nobody two leases later").ConfigureAwait(false);

            // Whether an identity without an owner is marked shows only when somebody is created with it.
            for (var i = 0; i < everybody.Count; i++)
            {
                await Scene.UpdateAsync(Scene.Next(everybody[i], [Scene.Email($"elsewhere{i}")])).ConfigureAwait(false);
            }

            foreach (var identity in identities)
            {
                var probe = await Scene.CreateAsync(Scene.Someone(identity)).ConfigureAwait(false);
                var isSuppressed = (await Scene.ReadAsync(probe).ConfigureAwait(false)).IsSuppressed;
                lines.Add($"{StoredText.Of(identity)} is {(isSuppressed ? "marked" : "not marked")}");
            }

            var text = string.Join('\n', lines);
            foreach (var (name, real) in _names)
            {
                text = text.Replace(real, name, StringComparison.Ordinal);
            }

            return text.Replace(Scene.Mark, "~", StringComparison.Ordinal);

            async Task AddClaimableAsync(string about)
            {
                var claimable = new List<string>();
                while (
                    claimable.Count < 20
                    && await Scene.TryClaimAsync(Scene.Provider, Scene.OtherProvider, Third).ConfigureAwait(false)
                        is { } claim
                )
                {
                    claimable.Add($"{about}: {claim.Provider} of {claim.CustomerId}, attempt {claim.Attempt}");
                }

                lines.AddRange(claimable.Order(StringComparer.Ordinal));
            }
        }

        private CustomerProfile Person(string name)
        {
            // The ids are in the order of the people, on every stage.
            var profile = Scene.Someone(
                Scene.Email(name),
                id: CustomerId.New(Scene.Now + Duration.FromMilliseconds(_names.Count))
            );
            _names.Add(($"<{name}>", profile.Id.ToString()));
            return profile;
        }
    }
}
