using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>
/// One run of one case: the store, and tenants, providers and people of its own, because the store may contain the data
/// of other cases.
/// </summary>
internal sealed class Scene
{
    /// <summary>The current time of every scene. It is independent of the store's clock.</summary>
    public static readonly Instant Start = Instant.FromUtc(2026, 1, 31, 10, 15) + Duration.FromTicks(1234560);

    /// <summary>A lease that does not expire during a run.</summary>
    public static readonly Duration Lease = Duration.FromHours(1);

    private readonly StoreConformanceCase _case;
    private int _people;
    private int _conversations;

    public Scene(
        StoreConformanceCase one,
        StoreUnderTest underTest,
        ICustomerProfileStore other,
        CancellationToken cancel
    )
    {
        _case = one;
        UnderTest = underTest;
        Store = underTest.Store;
        Other = other;
        Cancel = cancel;
        Mark = Guid.NewGuid().ToString("N");
        Tenant = new TenantId($"kit-{Mark}");
        OtherTenant = new TenantId($"kit-other-{Mark}");
        Provider = $"one-{Mark}";
        OtherProvider = $"two-{Mark}";
    }

    public StoreUnderTest UnderTest { get; }

    public ICustomerProfileStore Store { get; }

    /// <summary>The store as another host sees it, or the same object where there is no other.</summary>
    public ICustomerProfileStore Other { get; }

    public CancellationToken Cancel { get; }

    /// <summary>Makes the names of this scene unique.</summary>
    public string Mark { get; }

    public TenantId Tenant { get; }

    public TenantId OtherTenant { get; }

    public string Provider { get; }

    public string OtherProvider { get; }

    /// <summary>
    /// How many are generated for one case: half of the sequences, because two cases share them; one when there is a
    /// seed.
    /// </summary>
    public int Samples => UnderTest.Seed is null ? Math.Max(1, UnderTest.Sequences / 2) : 1;

    /// <summary>The business time.</summary>
    public Instant Now { get; private set; } = Start;

    /// <summary>An empty scene of the same case.</summary>
    public Scene Anew() => new(_case, UnderTest, Other, Cancel);

    /// <summary>The store of a caller in a race: every other one is another host.</summary>
    public ICustomerProfileStore StoreOf(int caller) => caller % 2 == 0 ? Store : Other;

    public Instant Later(long minutes = 1) => Now += Duration.FromMinutes(minutes);

    public async Task PassAsync(Duration duration) =>
        await UnderTest.PassTimeAsync(duration, Cancel).ConfigureAwait(false);

    public Identity Email(string local) => Identity.Email(EmailAddress.Parse($"{local}.{Mark}@example.com"));

    public Identity NextEmail() => Email($"person{Interlocked.Increment(ref _people)}");

    public ConversationRecord Conversation(
        string? id = null,
        ConversationDirection trigger = ConversationDirection.Received
    ) => new(id ?? $"conversation-{Interlocked.Increment(ref _conversations)}", trigger, Now);

    public CustomerProfile Someone(
        Identity? identity = null,
        TenantId? tenant = null,
        CustomerId? id = null,
        ImmutableArray<FieldValue> values = default
    ) =>
        new(
            tenant ?? Tenant,
            id ?? CustomerId.New(Now),
            1,
            Now,
            Now,
            [identity ?? NextEmail()],
            values.IsDefault ? [] : values
        );

    public static CustomerProfile Next(
        CustomerProfile profile,
        Instant at,
        ImmutableArray<Identity> identities = default,
        ImmutableArray<FieldValue> values = default
    ) =>
        new(
            profile.Tenant,
            profile.Id,
            profile.Version + 1,
            profile.CreatedAt,
            at,
            identities.IsDefault ? profile.Identities : identities,
            values.IsDefault ? profile.Values : values
        );

    /// <summary>The next version of a profile, with the same identities and values unless given.</summary>
    public CustomerProfile Next(
        CustomerProfile profile,
        ImmutableArray<Identity> identities = default,
        ImmutableArray<FieldValue> values = default
    ) => Next(profile, Now, identities, values);

    /// <summary>One value that distinguishes two versions of a profile.</summary>
    public ImmutableArray<FieldValue> Noted(string notes) =>
        [new(ProfileField.Notes, "", notes, new Provenance(ProvenanceSource.Agent, "kim", Now))];

    public async Task<CustomerProfile> CreateAsync(CustomerProfile profile, params string[] checks)
    {
        var result = await Store
            .CreatedAsync(
                new NewCustomer
                {
                    Profile = profile,
                    Conversation = Conversation(),
                    Checks = [.. checks],
                },
                Cancel
            )
            .ConfigureAwait(false);
        Is(true, result.IsNewCustomer, "a customer with an identity that is nobody's is created");
        return profile;
    }

    public Task<CustomerProfile> CreateAsync(params string[] checks) => CreateAsync(Someone(), checks);

    public async Task<CustomerProfile> UpdateAsync(CustomerProfile profile)
    {
        Same(
            nameof(UpdateResult.Updated),
            StoredText.Of(await Store.UpdateAsync(profile, change: null, Cancel).ConfigureAwait(false)),
            "the version before stands and the identities are free"
        );
        return profile;
    }

    public async Task<StoredCustomer> ReadAsync(CustomerProfile profile) =>
        await Store.GetAsync(profile.Tenant, profile.Id, Cancel).ConfigureAwait(false)
        ?? throw Broken("the customer", "nobody", "reading by id");

    public async Task<CheckState?> CheckOfAsync(CustomerProfile profile, string? provider = null) =>
        (await ReadAsync(profile).ConfigureAwait(false)).GetCheck(provider ?? Provider);

    public async Task<bool> RequestAsync(CustomerProfile profile, string? provider = null, Instant? last = null) =>
        await Store
            .RequestCheckAsync(profile.Tenant, profile.Id, provider ?? Provider, last, Now, Cancel)
            .ConfigureAwait(false);

    public async Task<CheckClaim?> TryClaimAsync(params string[] providers) =>
        await Store
            .ClaimNextCheckAsync(providers.Length == 0 ? [Provider] : [.. providers], Now, Lease, Cancel)
            .ConfigureAwait(false);

    public async Task<CheckClaim> ClaimAsync(params string[] providers) =>
        await TryClaimAsync(providers).ConfigureAwait(false)
        ?? throw Broken("a claim", "nothing to do", "claiming a check that is due");

    public async Task NothingToClaimAsync(string about, params string[] providers) =>
        Same("nothing to do", StoredText.Of(await TryClaimAsync(providers).ConfigureAwait(false)), about);

    public async Task<string> CompleteAsync(
        CheckClaim claim,
        CustomerProfile? profile = null,
        CheckOutcome outcome = CheckOutcome.Matched
    ) =>
        StoredText.Of(
            await Store.CompleteCheckAsync(claim, outcome, profile, change: null, Now, Cancel).ConfigureAwait(false)
        );

    public async Task ReleaseAsync(
        CheckClaim claim,
        Instant? retryAt,
        ProviderFailure? failure = null,
        bool counts = true
    ) =>
        await Store
            .ReleaseCheckAsync(
                claim,
                new CheckRelease
                {
                    At = Now,
                    Failure = failure,
                    RetryAt = retryAt,
                    CountsAsAttempt = counts,
                },
                Cancel
            )
            .ConfigureAwait(false);

    public async Task<bool> SwitchAsync(bool on, string? provider = null, TenantId? tenant = null) =>
        await Store
            .SetProviderSettingAsync(
                tenant ?? Tenant,
                new ProviderSetting(provider ?? Provider, on, Now, "kim"),
                Cancel
            )
            .ConfigureAwait(false);

    public async Task<bool> SuppressAsync(CustomerProfile profile, bool suppressed = true) =>
        await Store
            .SetSuppressedAsync(profile.Tenant, profile.Id, suppressed, change: null, Cancel)
            .ConfigureAwait(false);

    public async Task SuppressAsync(Identity identity, bool suppressed = true) =>
        await Store.SetSuppressedAsync(Tenant, identity, suppressed, Cancel).ConfigureAwait(false);

    /// <summary>
    /// Asserts the numbers of pending checks, and that providers that are not named have none. Those of other scenes
    /// are ignored.
    /// </summary>
    public async Task PendingAsync(string about, params (string Provider, long Count)[] expected)
    {
        var counted = await CountPendingAsync().ConfigureAwait(false);
        Same(
            string.Join(
                ", ",
                expected
                    .OrderBy(one => one.Provider, StringComparer.Ordinal)
                    .Select(one => $"{one.Count} of {StoredText.Quoted(one.Provider)}")
            ),
            string.Join(
                ", ",
                counted
                    .Where(one => one.Count != 0)
                    .OrderBy(one => one.Provider, StringComparer.Ordinal)
                    .Select(one => $"{one.Count} of {StoredText.Quoted(one.Provider)}")
            ),
            $"what is pending; {about}"
        );
    }

    /// <summary>The pending checks of this scene's providers.</summary>
    public async Task<ImmutableArray<PendingChecks>> CountPendingAsync() =>
        [
            .. (await Store.CountPendingChecksAsync(Cancel).ConfigureAwait(false)).Where(one =>
                one.Provider.EndsWith(Mark, StringComparison.OrdinalIgnoreCase)
            ),
        ];

    /// <summary>
    /// The counted usage: the limit at which one more is refused. The attempts to find out are refunded.
    /// </summary>
    public async Task<int> BudgetUsedAsync(BudgetPeriod period)
    {
        var used = 0;
        while (!await Store.TryReserveBudgetAsync(period, used + 1, Cancel).ConfigureAwait(false))
        {
            if (++used > 10_000)
            {
                throw Broken("counted", "refused", $"counting one more of {period.Period} when 10,000 are allowed");
            }
        }

        await Store.RefundAsync(period, Cancel).ConfigureAwait(false);
        return used;
    }

    /// <summary>All customers of the tenant, read page by page.</summary>
    public async Task<List<CustomerProfile>> EverybodyAsync(
        int pageSize = 50,
        TenantId? tenant = null,
        Func<int, Task>? afterPage = null
    )
    {
        var everybody = new List<CustomerProfile>();
        CustomerId? after = null;
        for (var number = 1; ; number++)
        {
            var page = await Store
                .ListAsync(tenant ?? Tenant, new ProfileQuery { PageSize = pageSize, After = after }, Cancel)
                .ConfigureAwait(false);
            everybody.AddRange(page.Profiles);
            if (page.Next is not { } next)
            {
                return everybody;
            }

            Is(true, after is null || next > after, "each page goes on behind the one before");
            after = next;
            if (afterPage is not null)
            {
                await afterPage(number).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Starts many callers at once, each on a thread of its own choice, and waits for all.</summary>
    public async Task<T[]> AtOnceAsync<T>(int callers, Func<int, Task<T>> act)
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = Enumerable
            .Range(0, callers)
            .Select(i =>
                Task.Run(
                    async () =>
                    {
                        await go.Task.ConfigureAwait(false);
                        return await act(i).ConfigureAwait(false);
                    },
                    Cancel
                )
            )
            .ToArray();
        go.SetResult();
        return await Task.WhenAll(calls).ConfigureAwait(false);
    }

    public void Same(string expected, string actual, string about)
    {
        if (!string.Equals(expected, actual, StringComparison.Ordinal))
        {
            throw Broken(expected, actual, about);
        }
    }

    public void Same(int expected, int actual, string about) => Same($"{expected}", $"{actual}", about);

    public void Same(StoredCustomer? expected, StoredCustomer? actual, string about) =>
        Same(StoredText.Of(expected), StoredText.Of(actual), about);

    public void Is(bool expected, bool actual, string about)
    {
        if (expected != actual)
        {
            throw Broken(expected ? "yes" : "no", actual ? "yes" : "no", about);
        }
    }

    public StoreConformanceException Broken(string expected, string actual, string about) =>
        new(
            $"{_case.Rule}\nhere: {about}",
            expected.Length == 0 ? "nothing" : expected,
            actual.Length == 0 ? "nothing" : actual
        );
}
