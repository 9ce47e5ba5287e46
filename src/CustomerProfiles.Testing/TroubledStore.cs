using System.Collections.Concurrent;
using System.Collections.Immutable;
using CustomerProfiles.Enrichment;
using CustomerProfiles.Profiles;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>
/// A store around another, into whose calls a test can step: by a script that sees each call by name (<see cref="Before"/> and <see cref="After"/>), or with a
/// <see cref="Trouble"/> for a chosen call (<see cref="Next"/>). Calls are named as the methods of <see cref="ICustomerProfileStore"/> are.
/// </summary>
/// <remarks>Safe for any number of threads. Without any trouble it does what the store inside does.</remarks>
public sealed class TroubledStore : ICustomerProfileStore
{
    private static readonly ImmutableArray<string> Names =
    [
        nameof(GetAsync), nameof(FindAsync), nameof(ReceiveAsync), nameof(CreateAsync), nameof(UpdateAsync), nameof(ListAsync), nameof(RequestCheckAsync), nameof(ClaimNextCheckAsync),
        nameof(CompleteCheckAsync), nameof(ReleaseCheckAsync), nameof(ProlongCheckAsync), nameof(CountPendingChecksAsync), nameof(TrySpendAsync), nameof(GiveBackAsync), nameof(GetSwitchesAsync),
        nameof(SetSwitchAsync), nameof(SetSuppressedAsync),
    ];

    private readonly ICustomerProfileStore _inner;
    private readonly ConcurrentQueue<string> _calls = [];
    private readonly Lock _lock = new();
    private readonly List<(string Call, int Skip, Trouble Trouble)> _troubles = [];

    /// <summary>Makes a store around another.</summary>
    /// <param name="inner">The store inside.</param>
    public TroubledStore(ICustomerProfileStore inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
    }

    /// <summary>Happens before each call, and may wait or throw; then the call never happens. Null for nothing.</summary>
    public Func<string, Task>? Before { get; set; }

    /// <summary>Happens after each call, and may wait or throw; then the caller never hears what came of it. Null for nothing.</summary>
    public Func<string, Task>? After { get; set; }

    /// <summary>The names of the calls in the order in which they were made.</summary>
    public ImmutableArray<string> Calls => [.. _calls];

    /// <summary>Forgets the calls that were made.</summary>
    public void Forget() => _calls.Clear();

    /// <summary>Puts trouble in the way of one call to come.</summary>
    /// <param name="call">The name of the method, such as <c>nameof(ICustomerProfileStore.UpdateAsync)</c>.</param>
    /// <param name="trouble">What happens.</param>
    /// <param name="skip">How many calls of the method to let through before; none unless given.</param>
    /// <returns>This store.</returns>
    /// <exception cref="ArgumentException">A store has no such method.</exception>
    public TroubledStore Next(string call, Trouble trouble, int skip = 0)
    {
        ArgumentNullException.ThrowIfNull(trouble);
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        if (!Names.Contains(call))
        {
            throw new ArgumentException($"A store has no method {call}; name one of {string.Join(", ", Names)}.", nameof(call));
        }

        lock (_lock)
        {
            _troubles.Add((call, skip, trouble));
        }

        return this;
    }

    /// <inheritdoc/>
    public ValueTask<StoredCustomer?> GetAsync(TenantId tenant, CustomerId id, CancellationToken cancellationToken) =>
        CallAsync(nameof(GetAsync), () => _inner.GetAsync(tenant, id, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StoredCustomer?> FindAsync(TenantId tenant, Identity identity, CancellationToken cancellationToken) =>
        CallAsync(nameof(FindAsync), () => _inner.FindAsync(tenant, identity, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ReceivedConversation?> ReceiveAsync(TenantId tenant, Identity identity, ToldConversation conversation, CancellationToken cancellationToken) =>
        CallAsync(nameof(ReceiveAsync), () => _inner.ReceiveAsync(tenant, identity, conversation, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<CreateResult> CreateAsync(NewCustomer customer, CancellationToken cancellationToken) =>
        CallAsync(nameof(CreateAsync), () => _inner.CreateAsync(customer, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<UpdateResult> UpdateAsync(CustomerProfile profile, CancellationToken cancellationToken) =>
        CallAsync(nameof(UpdateAsync), () => _inner.UpdateAsync(profile, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ProfilePage> ListAsync(TenantId tenant, ProfileQuery query, CancellationToken cancellationToken) =>
        CallAsync(nameof(ListAsync), () => _inner.ListAsync(tenant, query, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> RequestCheckAsync(TenantId tenant, CustomerId id, string provider, Instant? lastCheckAt, Instant now, CancellationToken cancellationToken) =>
        CallAsync(nameof(RequestCheckAsync), () => _inner.RequestCheckAsync(tenant, id, provider, lastCheckAt, now, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<CheckClaim?> ClaimNextCheckAsync(ImmutableArray<string> providers, Instant now, Duration lease, CancellationToken cancellationToken) =>
        CallAsync(nameof(ClaimNextCheckAsync), () => _inner.ClaimNextCheckAsync(providers, now, lease, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<CompleteResult> CompleteCheckAsync(
        CheckClaim claim, CheckOutcome outcome, CustomerProfile? profile, Instant now, CancellationToken cancellationToken) =>
        CallAsync(nameof(CompleteCheckAsync), () => _inner.CompleteCheckAsync(claim, outcome, profile, now, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask ReleaseCheckAsync(CheckClaim claim, CheckRelease release, CancellationToken cancellationToken) =>
        CallAsync(nameof(ReleaseCheckAsync), () => _inner.ReleaseCheckAsync(claim, release, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> ProlongCheckAsync(CheckClaim claim, Duration lease, CancellationToken cancellationToken) =>
        CallAsync(nameof(ProlongCheckAsync), () => _inner.ProlongCheckAsync(claim, lease, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<PendingChecks>> CountPendingChecksAsync(CancellationToken cancellationToken) =>
        CallAsync(nameof(CountPendingChecksAsync), () => _inner.CountPendingChecksAsync(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> TrySpendAsync(SpendingPeriod period, int most, CancellationToken cancellationToken) =>
        CallAsync(nameof(TrySpendAsync), () => _inner.TrySpendAsync(period, most, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask GiveBackAsync(SpendingPeriod period, CancellationToken cancellationToken) =>
        CallAsync(nameof(GiveBackAsync), () => _inner.GiveBackAsync(period, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<ProviderSwitch>> GetSwitchesAsync(TenantId tenant, CancellationToken cancellationToken) =>
        CallAsync(nameof(GetSwitchesAsync), () => _inner.GetSwitchesAsync(tenant, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> SetSwitchAsync(TenantId tenant, ProviderSwitch providerSwitch, CancellationToken cancellationToken) =>
        CallAsync(nameof(SetSwitchAsync), () => _inner.SetSwitchAsync(tenant, providerSwitch, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> SetSuppressedAsync(TenantId tenant, CustomerId id, bool suppressed, CancellationToken cancellationToken) =>
        CallAsync(nameof(SetSuppressedAsync), () => _inner.SetSuppressedAsync(tenant, id, suppressed, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask SetSuppressedAsync(TenantId tenant, Identity identity, bool suppressed, CancellationToken cancellationToken) =>
        CallAsync(nameof(SetSuppressedAsync), () => _inner.SetSuppressedAsync(tenant, identity, suppressed, cancellationToken), cancellationToken);

    private async ValueTask CallAsync(string name, Func<ValueTask> call, CancellationToken cancellationToken) => await CallAsync(
        name,
        async () =>
        {
            await call().ConfigureAwait(false);
            return true;
        },
        cancellationToken).ConfigureAwait(false);

    private async ValueTask<T> CallAsync<T>(string name, Func<ValueTask<T>> call, CancellationToken cancellationToken)
    {
        _calls.Enqueue(name);
        var troubles = Take(name);
        if (Before is { } before)
        {
            await before(name).ConfigureAwait(false);
        }

        foreach (var trouble in troubles)
        {
            await trouble.BeforeAsync(cancellationToken).ConfigureAwait(false);
        }

        var result = await call().ConfigureAwait(false);
        foreach (var trouble in troubles)
        {
            await trouble.AfterAsync(cancellationToken).ConfigureAwait(false);
        }

        if (After is { } after)
        {
            await after(name).ConfigureAwait(false);
        }

        return result;
    }

    /// <summary>Takes the troubles whose call this is; the others of this method come one call nearer.</summary>
    private ImmutableArray<Trouble> Take(string name)
    {
        lock (_lock)
        {
            var now = _troubles.Where(trouble => trouble.Skip == 0 && string.Equals(trouble.Call, name, StringComparison.Ordinal)).Select(trouble => trouble.Trouble).ToImmutableArray();
            _troubles.RemoveAll(trouble => trouble.Skip == 0 && string.Equals(trouble.Call, name, StringComparison.Ordinal));
            for (var i = 0; i < _troubles.Count; i++)
            {
                if (string.Equals(_troubles[i].Call, name, StringComparison.Ordinal))
                {
                    _troubles[i] = _troubles[i] with { Skip = _troubles[i].Skip - 1 };
                }
            }

            return now;
        }
    }
}
