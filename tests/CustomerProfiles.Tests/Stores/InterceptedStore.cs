using System.Collections.Concurrent;
using System.Collections.Immutable;
using CustomerProfiles.Enrichment;
using CustomerProfiles.Profiles;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Tests.Stores;

/// <summary>A store into whose calls a test can step, before and after they happen.</summary>
internal sealed class InterceptedStore(ICustomerProfileStore inner) : ICustomerProfileStore
{
    private readonly ConcurrentQueue<string> _calls = [];

    /// <summary>Happens before a call, and may wait or throw; then the call never happens.</summary>
    public Func<string, Task>? Before { get; set; }

    /// <summary>Happens after a call, and may wait or throw; then the caller never hears what came of it.</summary>
    public Func<string, Task>? After { get; set; }

    /// <summary>The names of the calls in the order in which they were made.</summary>
    public string[] Calls => [.. _calls];

    public void Forget() => _calls.Clear();

    public ValueTask<StoredCustomer?> GetAsync(TenantId tenant, CustomerId id, CancellationToken cancellationToken) =>
        Call(nameof(GetAsync), () => inner.GetAsync(tenant, id, cancellationToken));

    public ValueTask<StoredCustomer?> FindAsync(TenantId tenant, Identity identity, CancellationToken cancellationToken) =>
        Call(nameof(FindAsync), () => inner.FindAsync(tenant, identity, cancellationToken));

    public ValueTask<ReceivedConversation?> ReceiveAsync(
        TenantId tenant, Identity identity, ToldConversation conversation, CancellationToken cancellationToken) =>
        Call(nameof(ReceiveAsync), () => inner.ReceiveAsync(tenant, identity, conversation, cancellationToken));

    public ValueTask<CreateResult> CreateAsync(NewCustomer customer, CancellationToken cancellationToken) =>
        Call(nameof(CreateAsync), () => inner.CreateAsync(customer, cancellationToken));

    public ValueTask<UpdateResult> UpdateAsync(CustomerProfile profile, CancellationToken cancellationToken) =>
        Call(nameof(UpdateAsync), () => inner.UpdateAsync(profile, cancellationToken));

    public ValueTask<ProfilePage> ListAsync(TenantId tenant, ProfileQuery query, CancellationToken cancellationToken) =>
        Call(nameof(ListAsync), () => inner.ListAsync(tenant, query, cancellationToken));

    public ValueTask<bool> RequestCheckAsync(
        TenantId tenant, CustomerId id, string provider, Instant? lastCheckAt, Instant now, CancellationToken cancellationToken) =>
        Call(nameof(RequestCheckAsync), () => inner.RequestCheckAsync(tenant, id, provider, lastCheckAt, now, cancellationToken));

    public ValueTask<CheckClaim?> ClaimNextCheckAsync(ImmutableArray<string> providers, Instant now, Duration lease, CancellationToken cancellationToken) =>
        Call(nameof(ClaimNextCheckAsync), () => inner.ClaimNextCheckAsync(providers, now, lease, cancellationToken));

    public ValueTask<CompleteResult> CompleteCheckAsync(
        CheckClaim claim, CheckOutcome outcome, CustomerProfile? profile, Instant now, CancellationToken cancellationToken) =>
        Call(nameof(CompleteCheckAsync), () => inner.CompleteCheckAsync(claim, outcome, profile, now, cancellationToken));

    public async ValueTask ReleaseCheckAsync(CheckClaim claim, CheckRelease release, CancellationToken cancellationToken) =>
        await Call(nameof(ReleaseCheckAsync), async () =>
        {
            await inner.ReleaseCheckAsync(claim, release, cancellationToken);
            return true;
        });

    public ValueTask<bool> ProlongCheckAsync(CheckClaim claim, Duration lease, CancellationToken cancellationToken) =>
        Call(nameof(ProlongCheckAsync), () => inner.ProlongCheckAsync(claim, lease, cancellationToken));

    public ValueTask<bool> TrySpendAsync(SpendingPeriod period, int most, CancellationToken cancellationToken) =>
        Call(nameof(TrySpendAsync), () => inner.TrySpendAsync(period, most, cancellationToken));

    public async ValueTask GiveBackAsync(SpendingPeriod period, CancellationToken cancellationToken) =>
        await Call(nameof(GiveBackAsync), async () =>
        {
            await inner.GiveBackAsync(period, cancellationToken);
            return true;
        });

    public ValueTask<ImmutableArray<ProviderSwitch>> GetSwitchesAsync(TenantId tenant, CancellationToken cancellationToken) =>
        Call(nameof(GetSwitchesAsync), () => inner.GetSwitchesAsync(tenant, cancellationToken));

    public ValueTask<bool> SetSwitchAsync(TenantId tenant, ProviderSwitch providerSwitch, CancellationToken cancellationToken) =>
        Call(nameof(SetSwitchAsync), () => inner.SetSwitchAsync(tenant, providerSwitch, cancellationToken));

    public ValueTask<bool> SetSuppressedAsync(TenantId tenant, CustomerId id, bool suppressed, CancellationToken cancellationToken) =>
        Call(nameof(SetSuppressedAsync), () => inner.SetSuppressedAsync(tenant, id, suppressed, cancellationToken));

    public async ValueTask SetSuppressedAsync(TenantId tenant, Identity identity, bool suppressed, CancellationToken cancellationToken) =>
        await Call(nameof(SetSuppressedAsync), async () =>
        {
            await inner.SetSuppressedAsync(tenant, identity, suppressed, cancellationToken);
            return true;
        });

    private async ValueTask<T> Call<T>(string name, Func<ValueTask<T>> call)
    {
        _calls.Enqueue(name);
        if (Before is { } before)
        {
            await before(name);
        }

        var result = await call();
        if (After is { } after)
        {
            await after(name);
        }

        return result;
    }
}
