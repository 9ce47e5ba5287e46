using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>
/// Concurrent callers, on two store objects where possible: the result must equal that of some sequential order.
/// </summary>
internal static class RaceCases
{
    private const string Atomic = "Each call is atomic, and no call ever sees half of another.";
    private const string OneOwner = "An identity belongs to one customer of a tenant.";
    private const string AddedWhole = "AddAsync adds each customer as a whole or not at all.";
    private const string Wanted =
        "Requesting, claiming and completing each check atomically whether the check is wanted.";

    private static readonly Case Case = new("races");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Case.Of(OneOwner, Creating_one_identity_makes_one_customer),
        Case.Of(OneOwner, Two_customers_gaining_one_identity),
        Case.Of(OneOwner, Creating_and_gaining_one_identity),
        Case.Of(OneOwner, Customers_swapping_identities),
        Case.Of(AddedWhole, Adding_overlapping_identities_in_opposite_orders),
        Case.Of(AddedWhole, Adding_the_same_profiles_twice),
        Case.Of(AddedWhole, Adding_creating_and_gaining_one_identity),
        Case.Of("A version is replaced once.", One_of_several_updates_to_a_version_is_written),
        Case.Of("A version is replaced once.", One_of_an_update_and_a_result_is_written),
        Case.Of("A conversation is recorded once.", A_conversation_received_several_times_at_once_is_recorded_once),
        Case.Of("A check is requested once.", One_of_several_requests_for_a_check_succeeds),
        Case.Of("A check is held by one lease at a time.", Each_check_is_claimed_once),
        Case.Of("A check is held by one lease at a time.", One_of_several_results_of_a_check_is_recorded),
        Case.Of("A check is held by one lease at a time.", A_late_result_and_the_next_claim),
        Case.Of("A check is held by one lease at a time.", A_late_renewal_and_the_next_claim),
        Case.Of(Wanted, Disabling_and_requesting),
        Case.Of(Wanted, Disabling_and_creating),
        Case.Of(Wanted, Disabling_and_completing),
        Case.Of(Wanted, Disabling_and_claiming),
        Case.Of(Wanted, Suppressing_and_requesting),
        Case.Of(Wanted, Suppressing_an_identity_and_creating_with_it),
        Case.Of(Wanted, Suppressing_an_identity_and_gaining_it),
        Case.Of(Wanted, Suppressing_an_identity_and_adding_with_it),
        Case.Of(
            "An identity that a suppressed customer gains is suppressed as well.",
            Suppressing_a_customer_and_their_gaining_an_identity
        ),
        Case.Of(
            "SetProviderSettingAsync returns whether the setting changed.",
            One_of_several_disabling_callers_changes_the_setting
        ),
        Case.Of(
            "TryReserveBudgetAsync counts one more, up to the limit.",
            A_budget_is_not_exceeded_by_concurrent_callers
        ),
        Case.Of(Atomic, Readers_see_no_half_of_an_update),
        Case.Of(Atomic, Many_concurrent_calls_leave_consistent_data),
    ];

    private static Task Creating_one_identity_makes_one_customer(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, round) =>
            {
                var identity = one.NextEmail();
                var results = await one.AtOnceAsync(
                        one.UnderTest.Callers,
                        async i =>
                        {
                            var recorded = new ConversationRecord(
                                round % 2 == 0 ? "the same" : $"conversation {i}",
                                default,
                                one.Now + Duration.FromSeconds(i)
                            );
                            return await one.StoreOf(i)
                                .CreatedAsync(
                                    new NewCustomer
                                    {
                                        Profile = one.Someone(identity),
                                        Conversation = recorded,
                                        Checks = [one.Provider],
                                    },
                                    one.Cancel
                                )
                                .ConfigureAwait(false);
                        }
                    )
                    .ConfigureAwait(false);
                one.Same(
                    1,
                    results.Count(result => result.IsNewCustomer),
                    $"how many of {results.Length} callers created the customer"
                );
                one.Same(
                    1,
                    results.Select(result => result.Customer.Profile.Id).Distinct().Count(),
                    "how many customers the callers got"
                );
                one.Same(
                    round % 2 == 0 ? 1 : results.Length,
                    results.Count(result => result.IsNewConversation),
                    $"how many got a new conversation, when they all delivered "
                        + $"{(round % 2 == 0 ? "one" : "their own")}"
                );
                var everybody = await one.EverybodyAsync().ConfigureAwait(false);
                one.Same(
                    $"{results[0].Customer.Profile.Id}",
                    string.Join(' ', everybody.Select(profile => profile.Id)),
                    "the tenant's customers"
                );
                one.Later();
                await one.ClaimAsync().ConfigureAwait(false);
                await one.NothingToClaimAsync("one check was requested").ConfigureAwait(false);
            }
        );

    private static Task Two_customers_gaining_one_identity(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, _) =>
            {
                var grabbed = one.NextEmail();
                var profiles = new List<CustomerProfile>();
                for (var i = 0; i < one.UnderTest.Callers; i++)
                {
                    profiles.Add(await one.CreateAsync().ConfigureAwait(false));
                }

                var results = await one.AtOnceAsync(
                        profiles.Count,
                        async i =>
                            await one.StoreOf(i)
                                .UpdateAsync(
                                    one.Next(profiles[i], profiles[i].Identities.Add(grabbed), one.Noted("mine")),
                                    change: null,
                                    one.Cancel
                                )
                                .ConfigureAwait(false)
                    )
                    .ConfigureAwait(false);
                one.Same(
                    1,
                    results.Count(result => result is UpdateResult.Updated),
                    $"how many of {results.Length} customers got the identity"
                );
                var owner = profiles[Array.FindIndex(results, result => result is UpdateResult.Updated)];
                for (var i = 0; i < profiles.Count; i++)
                {
                    var customer = await one.ReadAsync(profiles[i]).ConfigureAwait(false);
                    one.Is(
                        profiles[i] == owner,
                        customer.Profile.Identities.Contains(grabbed),
                        "the customer has the identity"
                    );
                    one.Same(profiles[i] == owner ? 2 : 1, (int)customer.Profile.Version, "the customer's version");
                    if (profiles[i] != owner)
                    {
                        one.Same(
                            StoredText.Of(new UpdateResult.IdentityTaken(grabbed, owner.Id)),
                            StoredText.Of(results[i]),
                            "what who came too late was told"
                        );
                    }
                }

                await OrderlyAsync(one, [.. profiles.SelectMany(profile => profile.Identities), grabbed])
                    .ConfigureAwait(false);
            }
        );

    private static Task Creating_and_gaining_one_identity(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, _) =>
            {
                var profile = await one.CreateAsync().ConfigureAwait(false);
                var grabbed = one.NextEmail();
                var newcomer = one.Someone(grabbed);
                var results = await one.AtOnceAsync(
                        2,
                        async i =>
                            i == 0
                                ? (
                                    await one
                                        .Store.CreatedAsync(
                                            new NewCustomer
                                            {
                                                Profile = newcomer,
                                                Conversation = one.Conversation(),
                                                Checks = [],
                                            },
                                            one.Cancel
                                        )
                                        .ConfigureAwait(false)
                                ).IsNewCustomer
                                : await one
                                    .Other.UpdateAsync(
                                        one.Next(profile, profile.Identities.Add(grabbed)),
                                        change: null,
                                        one.Cancel
                                    )
                                    .ConfigureAwait(false) is UpdateResult.Updated
                    )
                    .ConfigureAwait(false);
                one.Same(
                    1,
                    results.Count(got => got),
                    "how many of two got the identity, one by being created with it and one by an update"
                );
                await OrderlyAsync(one, [.. profile.Identities, grabbed]).ConfigureAwait(false);
            }
        );

    private static Task Customers_swapping_identities(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, _) =>
            {
                // Each wants the identity of the other and gives up its own: the classic deadlock.
                var free = one.NextEmail();
                CustomerProfile[] profiles =
                [
                    await one.CreateAsync().ConfigureAwait(false),
                    await one.CreateAsync().ConfigureAwait(false),
                    await one.CreateAsync().ConfigureAwait(false),
                ];
                ImmutableArray<Identity> all = [.. profiles.SelectMany(profile => profile.Identities), free];
                var results = await one.AtOnceAsync(
                        3,
                        async i =>
                            await one.StoreOf(i)
                                .UpdateAsync(
                                    one.Next(profiles[i], [profiles[(i + 1) % 3].Identities[0], free]),
                                    change: null,
                                    one.Cancel
                                )
                                .ConfigureAwait(false)
                    )
                    .ConfigureAwait(false);
                one.Is(
                    true,
                    results.All(result => result is UpdateResult.Updated or UpdateResult.IdentityTaken),
                    "each update is written, or told that an identity is taken"
                );
                await OrderlyAsync(one, all).ConfigureAwait(false);
            }
        );

    private static Task Adding_overlapping_identities_in_opposite_orders(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, _) =>
            {
                // Each caller wants the same identities in pairs of its own, every other caller from the other end.
                ImmutableArray<Identity> identities = [.. Enumerable.Range(0, 12).Select(_ => one.NextEmail())];
                var profiles = Enumerable
                    .Range(0, one.UnderTest.Callers)
                    .Select(caller =>
                        Enumerable
                            .Range(0, identities.Length / 2)
                            .Select(i =>
                                Added(
                                    one,
                                    identities[((2 * i) + caller) % identities.Length],
                                    one.NextEmail(),
                                    identities[((2 * i) + caller + 1) % identities.Length]
                                )
                            )
                            .ToImmutableArray()
                    )
                    .Select((own, caller) => caller % 2 == 0 ? own : [.. own.Reverse()])
                    .ToArray();
                var results = await one.AtOnceAsync(
                        profiles.Length,
                        async i =>
                            await one.StoreOf(i)
                                .AddAsync(one.Tenant, profiles[i], created: null, one.Cancel)
                                .ConfigureAwait(false)
                    )
                    .ConfigureAwait(false);
                await AddedWholeAsync(one, profiles, results).ConfigureAwait(false);
                await OrderlyAsync(
                        one,
                        [.. profiles.SelectMany(own => own).SelectMany(profile => profile.Identities).Distinct()]
                    )
                    .ConfigureAwait(false);
                one.Is(
                    true,
                    results.Any(result => result.Any(added => added is AddResult.Added)),
                    "somebody is added, because who is refused an identity is refused for an owner"
                );
            }
        );

    private static Task Adding_the_same_profiles_twice(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, _) =>
            {
                ImmutableArray<CustomerProfile> profiles =
                [
                    .. Enumerable.Range(0, 8).Select(_ => Added(one, one.NextEmail(), one.NextEmail())),
                ];
                var results = await one.AtOnceAsync(
                        2,
                        async i =>
                            await one.StoreOf(i)
                                .AddAsync(
                                    one.Tenant,
                                    i == 0 ? profiles : [.. profiles.Reverse()],
                                    created: null,
                                    one.Cancel
                                )
                                .ConfigureAwait(false)
                    )
                    .ConfigureAwait(false);
                for (var i = 0; i < profiles.Length; i++)
                {
                    one.Same(
                        $"{nameof(AddResult.Added)}, {nameof(AddResult.IdTaken)}",
                        string.Join(
                            ", ",
                            new[] { StoredText.Of(results[0][i]), StoredText.Of(results[1][^(i + 1)]) }.Order(
                                StringComparer.Ordinal
                            )
                        ),
                        "what the two calls return for one profile"
                    );
                }

                await OrderlyAsync(one, [.. profiles.SelectMany(profile => profile.Identities)]).ConfigureAwait(false);
            }
        );

    private static Task Adding_creating_and_gaining_one_identity(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, _) =>
            {
                var gainer = await one.CreateAsync().ConfigureAwait(false);
                var (created, gained) = (one.NextEmail(), one.NextEmail());
                var newcomer = one.Someone(created);
                ImmutableArray<CustomerProfile> profiles =
                [
                    Added(one, one.NextEmail(), created, one.NextEmail()),
                    Added(one, one.NextEmail()),
                    Added(one, one.NextEmail(), gained, one.NextEmail()),
                ];
                ImmutableArray<AddResult> results = [];
                var got = await one.AtOnceAsync(
                        3,
                        async i =>
                        {
                            switch (i)
                            {
                                case 0:
                                    return (
                                        await one
                                            .Other.CreatedAsync(
                                                new NewCustomer
                                                {
                                                    Profile = newcomer,
                                                    Conversation = one.Conversation(),
                                                    Checks = [],
                                                },
                                                one.Cancel
                                            )
                                            .ConfigureAwait(false)
                                    ).IsNewCustomer;
                                case 1:
                                    return await one
                                            .Other.UpdateAsync(
                                                one.Next(gainer, [gained, .. gainer.Identities]),
                                                change: null,
                                                one.Cancel
                                            )
                                            .ConfigureAwait(false) is UpdateResult.Updated;
                                default:
                                    results = await one
                                        .Store.AddAsync(one.Tenant, profiles, created: null, one.Cancel)
                                        .ConfigureAwait(false);
                                    return true;
                            }
                        }
                    )
                    .ConfigureAwait(false);
                one.Is(true, results[1] is AddResult.Added, "whose identity nobody else wants is added");
                one.Is(
                    !got[0],
                    results[0] is AddResult.Added,
                    "the identity goes to who is added or to who is created"
                );
                one.Is(!got[1], results[2] is AddResult.Added, "the identity goes to who is added or to who gains it");
                await AddedWholeAsync(one, [profiles], [results]).ConfigureAwait(false);
                await OrderlyAsync(one, [.. profiles.SelectMany(profile => profile.Identities), .. gainer.Identities])
                    .ConfigureAwait(false);
            }
        );

    private static Task One_of_several_updates_to_a_version_is_written(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, round) =>
            {
                var profile = await one.CreateAsync(one.Provider).ConfigureAwait(false);
                var results = await one.AtOnceAsync(
                        one.UnderTest.Callers,
                        async i =>
                            await one.StoreOf(i)
                                .UpdateAsync(
                                    one.Next(
                                        profile,
                                        round % 2 == 0
                                            ? profile.Identities
                                            : profile.Identities.Add(one.Email($"of-caller-{i}")),
                                        one.Noted($"caller {i}")
                                    ),
                                    change: null,
                                    one.Cancel
                                )
                                .ConfigureAwait(false)
                    )
                    .ConfigureAwait(false);
                one.Same(
                    1,
                    results.Count(result => result is UpdateResult.Updated),
                    $"how many of {results.Length} updates were written"
                );
                one.Same(
                    results.Length - 1,
                    results.Count(result => result is UpdateResult.Stale),
                    "how many came too late"
                );
                var winner = Array.FindIndex(results, result => result is UpdateResult.Updated);
                var customer = await one.ReadAsync(profile).ConfigureAwait(false);
                one.Same(
                    $"caller {winner} v2",
                    $"{customer.Profile.Notes} v{customer.Profile.Version}",
                    "whose update stands"
                );
                await OrderlyAsync(
                        one,
                        [
                            .. profile.Identities,
                            .. Enumerable.Range(0, results.Length).Select(i => one.Email($"of-caller-{i}")),
                        ]
                    )
                    .ConfigureAwait(false);
            }
        );

    private static Task One_of_an_update_and_a_result_is_written(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, _) =>
            {
                var profile = await one.CreateAsync(one.Provider).ConfigureAwait(false);
                var claim = await one.ClaimAsync().ConfigureAwait(false);
                var results = await one.AtOnceAsync(
                        2,
                        async i =>
                            i == 0
                                ? StoredText.Of(
                                    await one
                                        .Store.CompleteCheckAsync(
                                            claim,
                                            CheckOutcome.Matched,
                                            one.Next(profile, values: one.Noted("the result")),
                                            change: null,
                                            one.Now,
                                            one.Cancel
                                        )
                                        .ConfigureAwait(false)
                                )
                                : StoredText.Of(
                                    await one
                                        .Other.UpdateAsync(
                                            one.Next(profile, values: one.Noted("the edit")),
                                            change: null,
                                            one.Cancel
                                        )
                                        .ConfigureAwait(false)
                                )
                    )
                    .ConfigureAwait(false);
                var customer = await one.ReadAsync(profile).ConfigureAwait(false);
                var completed = string.Equals(results[0], nameof(CompleteResult.Completed), StringComparison.Ordinal);
                one.Is(
                    !completed,
                    string.Equals(results[1], nameof(UpdateResult.Updated), StringComparison.Ordinal),
                    "the edit was written, when the result was not"
                );
                one.Same(
                    $"{(completed ? "the result" : "the edit")} v2",
                    $"{customer.Profile.Notes} v{customer.Profile.Version}",
                    "what stands"
                );
                one.Is(
                    !completed,
                    customer.GetCheck(one.Provider)?.IsPending ?? false,
                    "the check is pending, when the result was not written"
                );
                if (!completed)
                {
                    one.Same(
                        nameof(CompleteResult.Completed),
                        await one.CompleteAsync(claim, one.Next(customer.Profile)).ConfigureAwait(false),
                        "the lease still stands"
                    );
                }
            }
        );

    private static Task A_conversation_received_several_times_at_once_is_recorded_once(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, _) =>
            {
                var profile = await one.CreateAsync().ConfigureAwait(false);
                var results = await one.AtOnceAsync(
                        one.UnderTest.Callers,
                        async i =>
                            await one.StoreOf(i)
                                .RecordConversationAsync(
                                    one.Tenant,
                                    profile.Identities[0],
                                    new ConversationRecord("the same", default, one.Now + Duration.FromSeconds(i)),
                                    one.Cancel
                                )
                                .ConfigureAwait(false)
                    )
                    .ConfigureAwait(false);
                one.Same(
                    1,
                    results.Count(result => result?.IsNewConversation ?? false),
                    $"for how many of {results.Length} callers the conversation was new"
                );
                one.Same(
                    1,
                    results.Select(result => result?.FirstRecorded.At).Distinct().Count(),
                    "number of different times of the first recording that the callers got"
                );
                var first = Array.FindIndex(results, result => result?.IsNewConversation ?? false);
                one.Same(
                    StoredText.Of(one.Now + Duration.FromSeconds(first)),
                    StoredText.Of(results[0]?.FirstRecorded.At),
                    "the first recording has the time of the caller for whom it was new"
                );
            }
        );

    private static Task One_of_several_requests_for_a_check_succeeds(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, _) =>
            {
                var profile = await one.CreateAsync().ConfigureAwait(false);
                var results = await one.AtOnceAsync(
                        one.UnderTest.Callers,
                        async i =>
                            await one.StoreOf(i)
                                .RequestCheckAsync(
                                    one.Tenant,
                                    profile.Id,
                                    one.Provider,
                                    null,
                                    one.Now + Duration.FromSeconds(i),
                                    one.Cancel
                                )
                                .ConfigureAwait(false)
                    )
                    .ConfigureAwait(false);
                one.Same(
                    1,
                    results.Count(requested => requested),
                    $"how many of {results.Length} callers requested it"
                );
                var check = await one.CheckOfAsync(profile).ConfigureAwait(false);
                one.Same(
                    StoredText.Of(one.Now + Duration.FromSeconds(Array.IndexOf(results, true))),
                    StoredText.Of(check?.RequestedAt),
                    "when it was requested"
                );
                one.Later();
                await one.ClaimAsync().ConfigureAwait(false);
                await one.NothingToClaimAsync("one check was requested").ConfigureAwait(false);
            }
        );

    private static Task Each_check_is_claimed_once(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, round) =>
            {
                // As many checks as callers, one less, or many more.
                var checks = (round % 3) switch
                {
                    0 => one.UnderTest.Callers,
                    1 => one.UnderTest.Callers - 1,
                    _ => one.UnderTest.Callers * 3,
                };
                var ids = new HashSet<CustomerId>();
                for (var i = 0; i < checks; i++)
                {
                    ids.Add((await one.CreateAsync(one.Provider).ConfigureAwait(false)).Id);
                }

                var claims = (
                    await one.AtOnceAsync(
                            one.UnderTest.Callers,
                            async i =>
                            {
                                var mine = new List<CheckClaim>();
                                while (
                                    mine.Count <= checks
                                    && await one.StoreOf(i)
                                        .ClaimNextCheckAsync(
                                            [one.Provider, one.OtherProvider],
                                            one.Now,
                                            Scene.Lease,
                                            one.Cancel
                                        )
                                        .ConfigureAwait(false)
                                        is { } claim
                                )
                                {
                                    mine.Add(claim);
                                }

                                return mine;
                            }
                        )
                        .ConfigureAwait(false)
                ).SelectMany(mine => mine).ToList();
                one.Same(
                    checks,
                    claims.Count,
                    $"how many claims {one.UnderTest.Callers} callers made of {checks} checks"
                );
                one.Is(true, ids.SetEquals(claims.Select(claim => claim.CustomerId)), "each check was claimed once");
                one.Same(checks, claims.Select(claim => claim.LeaseId).Distinct().Count(), "how many leases there are");
                one.Is(true, claims.All(claim => claim.Attempt == 1), "each claim is the first attempt");
            }
        );

    private static Task One_of_several_results_of_a_check_is_recorded(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, round) =>
            {
                var profile = await one.CreateAsync(one.Provider).ConfigureAwait(false);
                var claim = await one.ClaimAsync().ConfigureAwait(false);
                var results = await one.AtOnceAsync(
                        one.UnderTest.Callers,
                        async i =>
                            StoredText.Of(
                                await one.StoreOf(i)
                                    .CompleteCheckAsync(
                                        claim,
                                        CheckOutcome.Matched,
                                        round % 2 == 0 ? null : one.Next(profile, values: one.Noted($"result {i}")),
                                        change: null,
                                        one.Now + Duration.FromSeconds(i),
                                        one.Cancel
                                    )
                                    .ConfigureAwait(false)
                            )
                    )
                    .ConfigureAwait(false);
                one.Same(
                    1,
                    results.Count(result =>
                        string.Equals(result, nameof(CompleteResult.Completed), StringComparison.Ordinal)
                    ),
                    $"how many of {results.Length} results were taken"
                );
                one.Same(
                    results.Length - 1,
                    results.Count(result =>
                        string.Equals(result, nameof(CompleteResult.LeaseLost), StringComparison.Ordinal)
                    ),
                    "how many came too late"
                );
                var winner = Array.IndexOf(results, nameof(CompleteResult.Completed));
                var customer = await one.ReadAsync(profile).ConfigureAwait(false);
                one.Same(
                    StoredText.Of(one.Now + Duration.FromSeconds(winner)),
                    StoredText.Of(customer.GetCheck(one.Provider)?.LastCheckAt),
                    "when the check was made"
                );
                one.Same(round % 2 == 0 ? "" : $"result {winner}", customer.Profile.Notes ?? "", "whose result stands");
            }
        );

    private static Task A_late_result_and_the_next_claim(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, _) =>
            {
                var profile = await one.CreateAsync(one.Provider).ConfigureAwait(false);
                var late = await one.ClaimAsync().ConfigureAwait(false);
                await one.PassAsync(Scene.Lease + Duration.FromMinutes(1)).ConfigureAwait(false);
                var results = await one.AtOnceAsync(
                        2,
                        async i =>
                            i == 0
                                ? await one
                                    .Store.CompleteCheckAsync(
                                        late,
                                        CheckOutcome.Matched,
                                        one.Next(profile, values: one.Noted("late")),
                                        change: null,
                                        one.Now,
                                        one.Cancel
                                    )
                                    .ConfigureAwait(false) is CompleteResult.Completed
                                : await one
                                    .Other.ClaimNextCheckAsync([one.Provider], one.Now, Scene.Lease, one.Cancel)
                                    .ConfigureAwait(false)
                                    is not null
                    )
                    .ConfigureAwait(false);
                one.Same(
                    1,
                    results.Count(had => had),
                    "how many of two had the check: the late result, or the next claim"
                );
                var customer = await one.ReadAsync(profile).ConfigureAwait(false);
                one.Is(
                    results[1],
                    customer.GetCheck(one.Provider)?.IsPending ?? false,
                    "the check is pending, when it was claimed"
                );
                one.Same(results[0] ? "late" : "", customer.Profile.Notes ?? "", "what the profile holds");
            }
        );

    private static Task A_late_renewal_and_the_next_claim(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, _) =>
            {
                await one.CreateAsync(one.Provider).ConfigureAwait(false);
                var late = await one.ClaimAsync().ConfigureAwait(false);
                await one.PassAsync(Scene.Lease + Duration.FromMinutes(1)).ConfigureAwait(false);
                var results = await one.AtOnceAsync(
                        2,
                        async i =>
                            i == 0
                                ? await one.Store.RenewLeaseAsync(late, Scene.Lease, one.Cancel).ConfigureAwait(false)
                                : await one
                                    .Other.ClaimNextCheckAsync([one.Provider], one.Now, Scene.Lease, one.Cancel)
                                    .ConfigureAwait(false)
                                    is not null
                    )
                    .ConfigureAwait(false);
                one.Same(
                    1,
                    results.Count(had => had),
                    "how many of two had the check: the late renewal, or the next claim"
                );
            }
        );

    private static Task Disabling_and_requesting(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, _) =>
            {
                var profile = await one.CreateAsync().ConfigureAwait(false);
                await one.AtOnceAsync(
                        2,
                        async i =>
                            i == 0
                                ? await one
                                    .Store.SetProviderSettingAsync(
                                        one.Tenant,
                                        new ProviderSetting(one.Provider, isEnabled: false, one.Now, "kim"),
                                        one.Cancel
                                    )
                                    .ConfigureAwait(false)
                                : await one
                                    .Other.RequestCheckAsync(
                                        one.Tenant,
                                        profile.Id,
                                        one.Provider,
                                        null,
                                        one.Now,
                                        one.Cancel
                                    )
                                    .ConfigureAwait(false)
                    )
                    .ConfigureAwait(false);
                one.Is(
                    false,
                    (await one.CheckOfAsync(profile).ConfigureAwait(false))?.IsPending ?? false,
                    "a check waits with a provider that is off"
                );
                await one.SwitchAsync(on: true).ConfigureAwait(false);
                await one.NothingToClaimAsync("the provider is on again").ConfigureAwait(false);
            }
        );

    private static Task Disabling_and_creating(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, _) =>
            {
                var profile = one.Someone();
                await one.AtOnceAsync(
                        2,
                        async i =>
                            i == 0
                                ? await one
                                    .Store.SetProviderSettingAsync(
                                        one.Tenant,
                                        new ProviderSetting(one.Provider, isEnabled: false, one.Now, "kim"),
                                        one.Cancel
                                    )
                                    .ConfigureAwait(false)
                                : (
                                    await one
                                        .Other.CreatedAsync(
                                            new NewCustomer
                                            {
                                                Profile = profile,
                                                Conversation = one.Conversation(),
                                                Checks = [one.Provider],
                                            },
                                            one.Cancel
                                        )
                                        .ConfigureAwait(false)
                                ).IsNewCustomer
                    )
                    .ConfigureAwait(false);
                one.Is(
                    false,
                    (await one.CheckOfAsync(profile).ConfigureAwait(false))?.IsPending ?? false,
                    "a check waits with a provider that is off"
                );
                await one.SwitchAsync(on: true).ConfigureAwait(false);
                await one.NothingToClaimAsync("the provider is on again").ConfigureAwait(false);
            }
        );

    private static Task Disabling_and_completing(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, _) =>
            {
                var disabled = new ProviderSetting(one.Provider, isEnabled: false, one.Now, "kim");
                var profile = await one.CreateAsync(one.Provider).ConfigureAwait(false);
                var claim = await one.ClaimAsync().ConfigureAwait(false);
                var results = await one.AtOnceAsync(
                        2,
                        async i =>
                            i == 0
                                ? $"{await one
                                    .Store.SetProviderSettingAsync(one.Tenant, disabled, one.Cancel)
                                    .ConfigureAwait(false)}"
                                : StoredText.Of(
                                    await one
                                        .Other.CompleteCheckAsync(
                                            claim,
                                            CheckOutcome.Matched,
                                            one.Next(profile, values: one.Noted("the result")),
                                            change: null,
                                            one.Now,
                                            one.Cancel
                                        )
                                        .ConfigureAwait(false)
                                )
                    )
                    .ConfigureAwait(false);
                var customer = await one.ReadAsync(profile).ConfigureAwait(false);
                var dropped = string.Equals(results[1], nameof(CompleteResult.Dropped), StringComparison.Ordinal);
                one.Same(
                    dropped ? nameof(CompleteResult.Dropped) : nameof(CompleteResult.Completed),
                    results[1],
                    "the result came before, or was dropped"
                );
                one.Same(dropped ? "" : "the result", customer.Profile.Notes ?? "", "what the profile holds");
                one.Same(
                    $"{(dropped ? CheckOutcome.Dropped : CheckOutcome.Matched)}",
                    $"{customer.GetCheck(one.Provider)?.LastOutcome}",
                    "what the check found"
                );
            }
        );

    private static Task Disabling_and_claiming(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, _) =>
            {
                var profile = await one.CreateAsync(one.Provider).ConfigureAwait(false);
                CheckClaim? claim = null;
                await one.AtOnceAsync(
                        2,
                        async i =>
                        {
                            if (i == 0)
                            {
                                return await one
                                    .Store.SetProviderSettingAsync(
                                        one.Tenant,
                                        new ProviderSetting(one.Provider, isEnabled: false, one.Now, "kim"),
                                        one.Cancel
                                    )
                                    .ConfigureAwait(false);
                            }

                            claim = await one
                                .Other.ClaimNextCheckAsync([one.Provider], one.Now, Scene.Lease, one.Cancel)
                                .ConfigureAwait(false);
                            return true;
                        }
                    )
                    .ConfigureAwait(false);
                if (claim is null)
                {
                    one.Is(
                        false,
                        (await one.CheckOfAsync(profile).ConfigureAwait(false))?.IsPending ?? true,
                        "the check that waited was ended"
                    );
                }
                else
                {
                    one.Same(
                        nameof(CompleteResult.Dropped),
                        await one.CompleteAsync(claim, one.Next(profile)).ConfigureAwait(false),
                        "the result of the check that was claimed before"
                    );
                }
            }
        );

    private static Task Suppressing_and_requesting(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, round) =>
            {
                var profile = await one.CreateAsync().ConfigureAwait(false);
                await one.AtOnceAsync(
                        2,
                        async i =>
                        {
                            if (i == 0)
                            {
                                return await one
                                    .Store.RequestCheckAsync(
                                        one.Tenant,
                                        profile.Id,
                                        one.Provider,
                                        null,
                                        one.Now,
                                        one.Cancel
                                    )
                                    .ConfigureAwait(false);
                            }

                            if (round % 2 == 0)
                            {
                                return await one
                                    .Other.SetSuppressedAsync(
                                        one.Tenant,
                                        profile.Id,
                                        suppressed: true,
                                        change: null,
                                        one.Cancel
                                    )
                                    .ConfigureAwait(false);
                            }

                            await one
                                .Other.SetSuppressedAsync(
                                    one.Tenant,
                                    profile.Identities[0],
                                    suppressed: true,
                                    one.Cancel
                                )
                                .ConfigureAwait(false);
                            return true;
                        }
                    )
                    .ConfigureAwait(false);
                one.Is(
                    false,
                    (await one.CheckOfAsync(profile).ConfigureAwait(false))?.IsPending ?? false,
                    "a check waits of a customer who is suppressed"
                );
                await one.SuppressAsync(profile, suppressed: false).ConfigureAwait(false);
                await one.NothingToClaimAsync("the marks are lifted").ConfigureAwait(false);
            }
        );

    private static Task Suppressing_an_identity_and_creating_with_it(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, _) =>
            {
                var profile = one.Someone();
                await one.AtOnceAsync(
                        2,
                        async i =>
                        {
                            if (i == 0)
                            {
                                return (
                                    await one
                                        .Store.CreatedAsync(
                                            new NewCustomer
                                            {
                                                Profile = profile,
                                                Conversation = one.Conversation(),
                                                Checks = [one.Provider],
                                            },
                                            one.Cancel
                                        )
                                        .ConfigureAwait(false)
                                ).IsNewCustomer;
                            }

                            await one
                                .Other.SetSuppressedAsync(
                                    one.Tenant,
                                    profile.Identities[0],
                                    suppressed: true,
                                    one.Cancel
                                )
                                .ConfigureAwait(false);
                            return true;
                        }
                    )
                    .ConfigureAwait(false);
                one.Is(
                    true,
                    (await one.ReadAsync(profile).ConfigureAwait(false)).IsSuppressed,
                    "the customer is suppressed"
                );
                await one.SuppressAsync(profile.Identities[0], suppressed: false).ConfigureAwait(false);
                await one.NothingToClaimAsync("the mark is lifted").ConfigureAwait(false);
            }
        );

    private static Task Suppressing_an_identity_and_adding_with_it(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, _) =>
            {
                var profile = Added(one, one.NextEmail(), one.NextEmail());
                await one.AtOnceAsync(
                        2,
                        async i =>
                        {
                            if (i == 0)
                            {
                                await one
                                    .Store.AddAsync(one.Tenant, [profile], created: null, one.Cancel)
                                    .ConfigureAwait(false);
                            }
                            else
                            {
                                await one
                                    .Other.SetSuppressedAsync(
                                        one.Tenant,
                                        profile.Identities[1],
                                        suppressed: true,
                                        one.Cancel
                                    )
                                    .ConfigureAwait(false);
                            }

                            return true;
                        }
                    )
                    .ConfigureAwait(false);
                one.Is(
                    true,
                    (await one.ReadAsync(profile).ConfigureAwait(false)).IsSuppressed,
                    "the customer is suppressed"
                );
                one.Is(false, await one.RequestAsync(profile).ConfigureAwait(false), "a check is requested");
            }
        );

    private static Task Suppressing_an_identity_and_gaining_it(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, _) =>
            {
                var profile = await one.CreateAsync(one.Provider, one.OtherProvider).ConfigureAwait(false);
                var claim = await one.ClaimAsync().ConfigureAwait(false);
                var gained = one.NextEmail();
                await one.AtOnceAsync(
                        2,
                        async i =>
                        {
                            if (i == 0)
                            {
                                return await one
                                        .Store.UpdateAsync(
                                            one.Next(profile, profile.Identities.Add(gained)),
                                            change: null,
                                            one.Cancel
                                        )
                                        .ConfigureAwait(false) is UpdateResult.Updated;
                            }

                            await one
                                .Other.SetSuppressedAsync(one.Tenant, gained, suppressed: true, one.Cancel)
                                .ConfigureAwait(false);
                            return true;
                        }
                    )
                    .ConfigureAwait(false);
                var customer = await one.ReadAsync(profile).ConfigureAwait(false);
                one.Same(
                    $"suppressed v2",
                    $"{(customer.IsSuppressed ? "suppressed" : "not suppressed")} v{customer.Profile.Version}",
                    "the customer"
                );

                // Both orders end it: the mark before the identity or the identity before the mark, also when the
                // customer is unsuppressed before the result.
                await one.SuppressAsync(gained, suppressed: false).ConfigureAwait(false);
                await one.NothingToClaimAsync("the check that waited", one.OtherProvider).ConfigureAwait(false);
                one.Same(
                    nameof(CompleteResult.Dropped),
                    await one.CompleteAsync(claim, one.Next(customer.Profile)).ConfigureAwait(false),
                    "the result of the check that was under way"
                );
            }
        );

    private static Task Suppressing_a_customer_and_their_gaining_an_identity(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, _) =>
            {
                var profile = await one.CreateAsync().ConfigureAwait(false);
                var gained = one.NextEmail();
                await one.AtOnceAsync(
                        2,
                        async i =>
                            i == 0
                                ? await one
                                    .Store.UpdateAsync(
                                        one.Next(profile, profile.Identities.Add(gained)),
                                        change: null,
                                        one.Cancel
                                    )
                                    .ConfigureAwait(false) is UpdateResult.Updated
                                : await one
                                    .Other.SetSuppressedAsync(
                                        one.Tenant,
                                        profile.Id,
                                        suppressed: true,
                                        change: null,
                                        one.Cancel
                                    )
                                    .ConfigureAwait(false)
                    )
                    .ConfigureAwait(false);
                var current = (await one.ReadAsync(profile).ConfigureAwait(false)).Profile;
                await one.UpdateAsync(one.Next(current, [one.NextEmail()])).ConfigureAwait(false);
                foreach (var identity in current.Identities)
                {
                    var other = await one.CreateAsync(one.Someone(identity)).ConfigureAwait(false);
                    one.Is(
                        true,
                        (await one.ReadAsync(other).ConfigureAwait(false)).IsSuppressed,
                        $"who has {StoredText.Of(identity)} later is suppressed"
                    );
                }
            }
        );

    private static Task One_of_several_disabling_callers_changes_the_setting(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, _) =>
            {
                for (var times = 1; times <= 3; times++)
                {
                    var on = times % 2 == 0;
                    one.Later();
                    var results = await one.AtOnceAsync(
                            one.UnderTest.Callers,
                            async i =>
                                await one.StoreOf(i)
                                    .SetProviderSettingAsync(
                                        one.Tenant,
                                        new ProviderSetting(one.Provider, on, one.Now, $"caller {i}"),
                                        one.Cancel
                                    )
                                    .ConfigureAwait(false)
                        )
                        .ConfigureAwait(false);
                    one.Same(
                        1,
                        results.Count(changed => changed),
                        $"how many of {results.Length} callers switched it {(on ? "on" : "off")}"
                    );
                    ImmutableArray<ProviderSetting> expected =
                    [
                        new(one.Provider, on, one.Now, $"caller {Array.IndexOf(results, true)}"),
                    ];
                    one.Same(
                        StoredText.Of(expected),
                        StoredText.Of(
                            await one.Store.GetProviderSettingsAsync(one.Tenant, one.Cancel).ConfigureAwait(false)
                        ),
                        "the switch"
                    );
                }
            }
        );

    private static Task A_budget_is_not_exceeded_by_concurrent_callers(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, round) =>
            {
                var period = new BudgetPeriod(one.Provider, "2026-01");
                var most = (round % 4) switch
                {
                    0 => 1,
                    1 => one.UnderTest.Callers / 2,
                    2 => one.UnderTest.Callers * 2,
                    _ => one.UnderTest.Callers * 5,
                };
                var used = await one.AtOnceAsync(
                        one.UnderTest.Callers,
                        async i =>
                        {
                            var mine = 0;
                            for (var times = 0; times < 4; times++)
                            {
                                mine += await one.StoreOf(i)
                                    .TryReserveBudgetAsync(period, most, one.Cancel)
                                    .ConfigureAwait(false)
                                    ? 1
                                    : 0;
                            }

                            return mine;
                        }
                    )
                    .ConfigureAwait(false);
                var expected = Math.Min(most, one.UnderTest.Callers * 4);
                one.Same(
                    expected,
                    used.Sum(),
                    $"how many of {one.UnderTest.Callers * 4} were counted, when {most} are allowed"
                );
                await one.AtOnceAsync(
                        one.UnderTest.Callers,
                        async i =>
                        {
                            await one.StoreOf(i).RefundAsync(period, one.Cancel).ConfigureAwait(false);
                            return true;
                        }
                    )
                    .ConfigureAwait(false);
                one.Same(
                    Math.Max(0, expected - one.UnderTest.Callers),
                    await one.BudgetUsedAsync(period).ConfigureAwait(false),
                    "how many are counted after each caller gave one back"
                );
            }
        );

    private static async Task Readers_see_no_half_of_an_update(Scene scene)
    {
        var (a, b) = (scene.NextEmail(), scene.NextEmail());
        var profile = await scene.CreateAsync(scene.Someone(a, values: scene.Noted("1"))).ConfigureAwait(false);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(scene.Cancel);
        await scene
            .AtOnceAsync(
                3,
                async caller =>
                {
                    if (caller == 0)
                    {
                        try
                        {
                            for (var i = 0; i < scene.UnderTest.Rounds * 5; i++)
                            {
                                ImmutableArray<Identity> identities = profile.Version % 2 == 0 ? [a] : [b, a];
                                profile = await scene
                                    .UpdateAsync(scene.Next(profile, identities, scene.Noted($"{profile.Version + 1}")))
                                    .ConfigureAwait(false);
                            }
                        }
                        finally
                        {
                            await done.CancelAsync().ConfigureAwait(false);
                        }

                        return true;
                    }

                    do
                    {
                        var byId = await scene
                            .StoreOf(caller)
                            .GetAsync(scene.Tenant, profile.Id, scene.Cancel)
                            .ConfigureAwait(false);
                        Whole(byId?.Profile, "by id");
                        var byIdentity = await scene
                            .StoreOf(caller)
                            .FindAsync(scene.Tenant, b, scene.Cancel)
                            .ConfigureAwait(false);
                        if (byIdentity is { } found)
                        {
                            Whole(found.Profile, "by identity");
                            scene.Is(true, found.Profile.Identities.Contains(b), "who is found by an identity has it");
                        }

                        var listed = await scene
                            .StoreOf(caller)
                            .ListAsync(scene.Tenant, new ProfileQuery(), scene.Cancel)
                            .ConfigureAwait(false);
                        Whole(listed.Profiles.FirstOrDefault(), "in a list");
                    } while (!done.IsCancellationRequested);

                    return true;
                }
            )
            .ConfigureAwait(false);

        void Whole(CustomerProfile? read, string how)
        {
            scene.Is(true, read is not null, $"the customer is there while they are updated, read {how}");
            scene.Same($"{read!.Version}", read.Notes ?? "", $"the note that belongs to the version, read {how}");
            scene.Same(
                read.Version % 2 == 0 ? 2 : 1,
                read.Identities.Length,
                $"the identities that belong to version {read.Version}, read {how}"
            );
        }
    }

    private static Task Many_concurrent_calls_leave_consistent_data(Scene scene) =>
        RoundsAsync(
            scene,
            async (one, round) =>
            {
                ImmutableArray<Identity> identities = [.. Enumerable.Range(0, 4).Select(_ => one.NextEmail())];
                var written = new System.Collections.Concurrent.ConcurrentQueue<CustomerId>();
                var created = new System.Collections.Concurrent.ConcurrentQueue<CustomerId>();
                var remembered = new System.Collections.Concurrent.ConcurrentQueue<(
                    CustomerId Customer,
                    string Conversation
                )>();
                var claims = new System.Collections.Concurrent.ConcurrentQueue<CheckClaim>();
                await one.AtOnceAsync(
                        one.UnderTest.Callers,
                        async caller =>
                        {
                            var (store, random) = (one.StoreOf(caller), new Random((round * 1_000) + caller));
                            for (var i = 0; i < 25; i++)
                            {
                                var identity = identities[random.Next(identities.Length)];
                                var recorded = new ConversationRecord(
                                    $"conversation {random.Next(3)}",
                                    default,
                                    one.Now
                                );
                                switch (random.Next(9))
                                {
                                    case 0:
                                        var result = await store
                                            .CreatedAsync(
                                                new NewCustomer
                                                {
                                                    Profile = one.Someone(identity),
                                                    Conversation = recorded,
                                                    Checks = [one.Provider],
                                                },
                                                one.Cancel
                                            )
                                            .ConfigureAwait(false);
                                        if (result.IsNewCustomer)
                                        {
                                            created.Enqueue(result.Customer.Profile.Id);
                                        }

                                        Remember(result, recorded);
                                        break;
                                    case 1:
                                        if (
                                            await store
                                                .RecordConversationAsync(one.Tenant, identity, recorded, one.Cancel)
                                                .ConfigureAwait(false) is
                                            { } received
                                        )
                                        {
                                            Remember(received, recorded);
                                        }

                                        break;
                                    case 2 or 3:
                                        if (
                                            await store
                                                .FindAsync(one.Tenant, identity, one.Cancel)
                                                .ConfigureAwait(false) is
                                            { } found
                                        )
                                        {
                                            ImmutableArray<Identity> wanted =
                                            [
                                                .. identities
                                                    .Where(_ => random.Next(3) == 0)
                                                    .Append(identity)
                                                    .Distinct(),
                                            ];
                                            if (
                                                await store
                                                    .UpdateAsync(
                                                        one.Next(
                                                            found.Profile,
                                                            wanted,
                                                            one.Noted($"{found.Profile.Version + 1}")
                                                        ),
                                                        change: null,
                                                        one.Cancel
                                                    )
                                                    .ConfigureAwait(false) is UpdateResult.Updated
                                            )
                                            {
                                                written.Enqueue(found.Profile.Id);
                                            }
                                        }

                                        break;
                                    case 4:
                                        if (
                                            await store
                                                .FindAsync(one.Tenant, identity, one.Cancel)
                                                .ConfigureAwait(false) is
                                            { } requested
                                        )
                                        {
                                            await store
                                                .RequestCheckAsync(
                                                    one.Tenant,
                                                    requested.Profile.Id,
                                                    one.Provider,
                                                    requested.GetCheck(one.Provider)?.LastCheckAt,
                                                    one.Now,
                                                    one.Cancel
                                                )
                                                .ConfigureAwait(false);
                                        }

                                        break;
                                    case 5 or 6:
                                        if (
                                            await store
                                                .ClaimNextCheckAsync([one.Provider], one.Now, Scene.Lease, one.Cancel)
                                                .ConfigureAwait(false) is
                                            { } claim
                                        )
                                        {
                                            claims.Enqueue(claim);
                                            var next = one.Next(
                                                claim.Profile,
                                                values: one.Noted($"{claim.Profile.Version + 1}")
                                            );
                                            if (
                                                await store
                                                    .CompleteCheckAsync(
                                                        claim,
                                                        CheckOutcome.Matched,
                                                        next,
                                                        change: null,
                                                        one.Now,
                                                        one.Cancel
                                                    )
                                                    .ConfigureAwait(false) is CompleteResult.Completed
                                            )
                                            {
                                                written.Enqueue(claim.CustomerId);
                                            }
                                        }

                                        break;
                                    case 7:
                                        await store
                                            .SetProviderSettingAsync(
                                                one.Tenant,
                                                new ProviderSetting(one.Provider, random.Next(3) != 0, one.Now, "kim"),
                                                one.Cancel
                                            )
                                            .ConfigureAwait(false);
                                        break;
                                    default:
                                        await store
                                            .SetSuppressedAsync(one.Tenant, identity, random.Next(3) == 0, one.Cancel)
                                            .ConfigureAwait(false);
                                        break;
                                }
                            }

                            return true;
                        }
                    )
                    .ConfigureAwait(false);

                var everybody = await one.EverybodyAsync().ConfigureAwait(false);
                one.Same(
                    string.Join('\n', created.Order()),
                    string.Join('\n', everybody.Select(profile => profile.Id)),
                    "the customers are those that were created"
                );
                foreach (var profile in everybody)
                {
                    one.Same(
                        1 + written.Count(id => id == profile.Id),
                        (int)profile.Version,
                        "the version counts what was written"
                    );
                    one.Same(
                        profile.Version == 1 ? "" : $"{profile.Version}",
                        profile.Notes ?? "",
                        "the note that belongs to the version"
                    );
                }

                one.Same(
                    remembered.Distinct().Count(),
                    remembered.Count,
                    "each conversation was new once with each customer"
                );
                one.Same(
                    claims.Select(claim => claim.LeaseId).Distinct().Count(),
                    claims.Count,
                    "each claim had a lease of its own"
                );
                await OrderlyAsync(one, identities).ConfigureAwait(false);

                void Remember(ConversationLookup conversation, ConversationRecord recorded)
                {
                    if (conversation.IsNewConversation)
                    {
                        remembered.Enqueue((conversation.Customer.Profile.Id, recorded.Id));
                    }
                }
            }
        );

    private static CustomerProfile Added(Scene scene, params ImmutableArray<Identity> identities) =>
        new(scene.Tenant, CustomerId.New(scene.Now), 1, scene.Now, scene.Now, identities, scene.Noted("added"));

    /// <summary>
    /// Whoever was added is there with every identity, nobody else is, and an identity that was taken has an owner.
    /// </summary>
    private static async Task AddedWholeAsync(
        Scene scene,
        ImmutableArray<CustomerProfile>[] profiles,
        ImmutableArray<AddResult>[] results
    )
    {
        for (var caller = 0; caller < profiles.Length; caller++)
        {
            for (var i = 0; i < profiles[caller].Length; i++)
            {
                var (profile, result) = (profiles[caller][i], results[caller][i]);
                var stored = await scene.Store.GetAsync(scene.Tenant, profile.Id, scene.Cancel).ConfigureAwait(false);
                scene.Same(
                    result is AddResult.Added ? StoredText.Of(profile) : "nobody",
                    stored is { } customer ? StoredText.Of(customer.Profile) : "nobody",
                    $"the customer for whom the call returned {StoredText.Of(result)}"
                );
                if (result is AddResult.IdentityTaken taken)
                {
                    var owner = await scene
                        .Store.FindAsync(scene.Tenant, taken.Identity, scene.Cancel)
                        .ConfigureAwait(false);
                    scene.Is(true, profile.Identities.Contains(taken.Identity), "the taken identity is of the profile");
                    scene.Same(
                        $"{taken.Owner}",
                        owner is { } other ? $"{other.Profile.Id}" : "nobody",
                        $"who has {StoredText.Of(taken.Identity)}"
                    );
                }
            }
        }
    }

    public static async Task RoundsAsync(Scene scene, Func<Scene, int, Task> race)
    {
        for (var round = 0; round < Math.Max(1, scene.UnderTest.Rounds); round++)
        {
            await race(scene.Anew(), round).ConfigureAwait(false);
        }
    }

    /// <summary>Identities and profiles agree: each identity leads to the one customer whose profile has it.</summary>
    public static async Task OrderlyAsync(Scene scene, ImmutableArray<Identity> identities)
    {
        var everybody = await scene.EverybodyAsync().ConfigureAwait(false);
        foreach (var identity in identities)
        {
            var owners = everybody
                .Where(profile => profile.Identities.Contains(identity))
                .Select(profile => $"{profile.Id}")
                .ToList();
            scene.Is(
                true,
                owners.Count <= 1,
                $"at most one profile has {StoredText.Of(identity)}; {owners.Count} have"
            );
            var found = await scene.Store.FindAsync(scene.Tenant, identity, scene.Cancel).ConfigureAwait(false);
            scene.Same(
                owners.FirstOrDefault() ?? "nobody",
                found is { } customer ? $"{customer.Profile.Id}" : "nobody",
                $"{StoredText.Of(identity)} leads to whose profile has it"
            );
        }
    }
}
