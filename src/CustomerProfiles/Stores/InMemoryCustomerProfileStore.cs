using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using NodaTime;
using NodaTime.Extensions;

namespace CustomerProfiles.Stores;

/// <summary>
/// A store that keeps everything in this process, and loses it when the process ends. For tests, trials and tools.
/// </summary>
/// <remarks>
/// One lock guards everything, and nothing waits inside it: every call is atomic because it is the only one, and ends
/// at once. Listing with a text to look for reads every profile. Nothing is ever forgotten: conversations, marks of
/// suppressed identities, and one count for each day and month of each budget stay as long as the process does.
/// </remarks>
public sealed class InMemoryCustomerProfileStore : ICustomerProfileStore
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly Dictionary<TenantId, Tenant> _tenants = [];
    private readonly SortedSet<PendingCheck> _pending = new(PendingCheck.ByAvailability);
    private readonly Dictionary<Guid, PendingCheck> _leased = [];
    private readonly Dictionary<BudgetPeriod, int> _spent = [];
    private long _requests;

    /// <summary>Makes an empty store.</summary>
    /// <param name="time">The store's clock, by which leases run.</param>
    public InMemoryCustomerProfileStore(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
    }

    /// <inheritdoc/>
    public ValueTask<StoredCustomer?> GetAsync(TenantId tenant, CustomerId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(_tenants.GetValueOrDefault(tenant)?.Customers.GetValueOrDefault(id)?.Read());
        }
    }

    /// <inheritdoc/>
    public ValueTask<StoredCustomer?> FindAsync(TenantId tenant, Identity identity, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(_tenants.GetValueOrDefault(tenant)?.ByIdentity.Find(identity)?.Read());
        }
    }

    /// <inheritdoc/>
    // Within its caller, which the compiler likes, all of its locals would be cleared there on each call: slower by a
    // twentieth.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public ValueTask<ConversationLookup?> RecordConversationAsync(
        TenantId tenant,
        Identity identity,
        ConversationRecord conversation,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return _tenants.TryGetValue(tenant, out var kept) && kept.ByIdentity.Find(identity) is { } customer
                ? new(customer.Remember(conversation))
                : default;
        }
    }

    /// <inheritdoc/>
    public ValueTask<CreateResult> CreateAsync(NewCustomer customer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(customer);
        cancellationToken.ThrowIfCancellationRequested();
        var profile = customer.Profile;
        lock (_lock)
        {
            var tenant = TenantOf(profile.Tenant);
            if (tenant.ByIdentity.Find(profile.Identities[0]) is { } first)
            {
                return new(new CreateResult(Created: false, first.Remember(customer.Conversation)));
            }

            var kept = new Customer(tenant, profile);
            tenant.Customers.Add(profile.Id, kept);
            tenant.AddInOrder(kept);
            tenant.ByIdentity.TryAdd(profile.Identities[0], kept);
            foreach (var provider in customer.Checks)
            {
                Request(kept, provider, lastCheckAt: null, customer.Conversation.At);
            }

            return new(new CreateResult(Created: true, kept.Remember(customer.Conversation)));
        }
    }

    /// <inheritdoc/>
    public ValueTask<UpdateResult> UpdateAsync(CustomerProfile profile, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(profile);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_tenants.GetValueOrDefault(profile.Tenant)?.Customers.GetValueOrDefault(profile.Id) is not { } customer)
            {
                return new(new UpdateResult.NotFound());
            }

            if (customer.Profile.Version != profile.Version - 1)
            {
                return new(new UpdateResult.Stale(customer.Profile));
            }

            foreach (var identity in profile.Identities)
            {
                if (customer.Tenant.ByIdentity.Find(identity) is { } owner && owner != customer)
                {
                    return new(new UpdateResult.IdentityTaken(identity, owner.Profile.Id));
                }
            }

            var wasSuppressed = customer.IsSuppressed;
            customer.Write(profile);
            if (!wasSuppressed && customer.IsSuppressed)
            {
                // It gained a marked identity. Its checks are not wanted any more, also when it loses that identity
                // again before anybody looks.
                EndOrDrop(customer.Pending);
            }

            return new(new UpdateResult.Updated());
        }
    }

    /// <inheritdoc/>
    public ValueTask<ProfilePage> ListAsync(TenantId tenant, ProfileQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        cancellationToken.ThrowIfCancellationRequested();
        var terms = ProfileSearch.TermsOf(query.Text);
        CustomerProfile[] candidates;
        lock (_lock)
        {
            candidates =
                _tenants
                    .GetValueOrDefault(tenant)
                    ?.After(query.After, terms.IsEmpty ? query.PageSize + 1 : int.MaxValue)
                ?? [];
        }

        // Profiles are immutable, so they are searched outside the lock.
        var found = ImmutableArray.CreateBuilder<CustomerProfile>();
        foreach (var profile in candidates)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (terms.IsEmpty || ProfileSearch.Matches(ProfileSearch.TextOf(profile), terms))
            {
                if (found.Count == query.PageSize)
                {
                    var last = found[^1].Id;
                    return new(new ProfilePage(found.DrainToImmutable(), last));
                }

                found.Add(profile);
            }
        }

        return new(new ProfilePage(found.DrainToImmutable(), Next: null));
    }

    /// <inheritdoc/>
    public ValueTask<bool> RequestCheckAsync(
        TenantId tenant,
        CustomerId id,
        string provider,
        Instant? lastCheckAt,
        Instant now,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(
                _tenants.GetValueOrDefault(tenant)?.Customers.GetValueOrDefault(id) is { } customer
                    && Request(customer, provider, lastCheckAt, now)
            );
        }
    }

    /// <inheritdoc/>
    public ValueTask<CheckClaim?> ClaimNextCheckAsync(
        ImmutableArray<string> providers,
        Instant now,
        Duration lease,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var clock = _time.GetCurrentInstant();
            foreach (var check in _pending)
            {
                if (check.AvailableFrom > Instant.Max(now, clock))
                {
                    break;
                }

                if (check.NotBefore > now || check.LeasedUntil > clock || !providers.Contains(check.Provider))
                {
                    continue;
                }

                // Not wanted any more, and whoever held it is gone: nobody asks again.
                if (check.IsUnwanted || check.Customer.IsSuppressed)
                {
                    End(check, state => state);
                    return ClaimNextCheckAsync(providers, now, lease, cancellationToken);
                }

                var leaseId = Guid.NewGuid();
                Lease(check, leaseId, clock + lease, check.NotBefore, check.Attempt + 1);
                return new(
                    new CheckClaim(leaseId, check.Provider, check.Attempt, check.LeasedUntil, check.Customer.Profile)
                );
            }

            return default;
        }
    }

    /// <inheritdoc/>
    public ValueTask<CompleteResult> CompleteCheckAsync(
        CheckClaim claim,
        CheckOutcome outcome,
        CustomerProfile? profile,
        Instant now,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(claim);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (HeldBy(claim) is not { } check)
            {
                return new(new CompleteResult.LeaseLost());
            }

            if (check.IsUnwanted || check.Customer.IsSuppressed)
            {
                End(
                    check,
                    state =>
                        state with
                        {
                            LastCheckAt = now,
                            LastOutcome = CheckOutcome.Dropped,
                            LastFailureAt = null,
                            LastFailure = null,
                        }
                );
                return new(new CompleteResult.Dropped());
            }

            if (profile is not null)
            {
                if (check.Customer.Profile.Version != profile.Version - 1)
                {
                    return new(new CompleteResult.Stale(check.Customer.Profile));
                }

                check.Customer.Write(profile);
            }

            End(
                check,
                state =>
                    state with
                    {
                        LastCheckAt = now,
                        LastOutcome = outcome,
                        LastFailureAt = null,
                        LastFailure = null,
                    }
            );
            if (outcome == CheckOutcome.Withheld)
            {
                Suppress(check.Customer, suppressed: true);
            }

            return new(new CompleteResult.Completed());
        }
    }

    /// <inheritdoc/>
    public ValueTask ReleaseCheckAsync(CheckClaim claim, CheckRelease release, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (HeldBy(claim) is not { } check)
            {
                return default;
            }

            if (release.Failure is { } failure)
            {
                check.Customer.Change(
                    check.Provider,
                    state => state with { LastFailureAt = release.At, LastFailure = failure }
                );
            }

            if (release.RetryAt is not { } askAgainAt || check.IsUnwanted)
            {
                End(check, state => state);
                return default;
            }

            Lease(
                check,
                leaseId: default,
                until: Instant.MinValue,
                askAgainAt,
                check.Attempt - (release.CountsAsAttempt ? 0 : 1)
            );
            return default;
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> RenewLeaseAsync(CheckClaim claim, Duration lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (HeldBy(claim) is not { } check)
            {
                return new(false);
            }

            Lease(check, check.LeaseId, _time.GetCurrentInstant() + lease, check.NotBefore, check.Attempt);
            return new(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<PendingChecks>> CountPendingChecksAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new([
                .. _pending
                    .CountBy(check => check.Provider, StringComparer.Ordinal)
                    .Select(counted => new PendingChecks(counted.Key, counted.Value)),
            ]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryReserveBudgetAsync(BudgetPeriod period, int most, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var used = _spent.GetValueOrDefault(period);
            if (used >= most)
            {
                return new(false);
            }

            _spent[period] = used + 1;
            return new(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask RefundAsync(BudgetPeriod period, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            _spent[period] = Math.Max(0, _spent.GetValueOrDefault(period) - 1);
            return default;
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<ProviderSetting>> GetProviderSettingsAsync(
        TenantId tenant,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(_tenants.GetValueOrDefault(tenant)?.Switches ?? []);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> SetProviderSettingAsync(
        TenantId tenant,
        ProviderSetting setting,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(setting);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var kept = TenantOf(tenant);
            if (kept.IsOn(setting.Provider) == setting.IsEnabled)
            {
                return new(false);
            }

            kept.Switches =
            [
                .. kept.Switches.Where(other =>
                    !string.Equals(other.Provider, setting.Provider, StringComparison.Ordinal)
                ),
                setting,
            ];
            if (!setting.IsEnabled)
            {
                EndOrDrop([
                    .. _pending.Where(check =>
                        check.Customer.Tenant == kept
                        && string.Equals(check.Provider, setting.Provider, StringComparison.Ordinal)
                    ),
                ]);
            }

            return new(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> SetSuppressedAsync(
        TenantId tenant,
        CustomerId id,
        bool suppressed,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_tenants.GetValueOrDefault(tenant)?.Customers.GetValueOrDefault(id) is not { } customer)
            {
                return new(false);
            }

            Suppress(customer, suppressed);
            return new(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask SetSuppressedAsync(
        TenantId tenant,
        Identity identity,
        bool suppressed,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var kept = TenantOf(tenant);
            kept.Mark(identity, suppressed);
            if (suppressed && kept.ByIdentity.Find(identity) is { } owner)
            {
                EndOrDrop(owner.Pending);
            }

            return default;
        }
    }

    private Tenant TenantOf(TenantId id)
    {
        if (!_tenants.TryGetValue(id, out var tenant))
        {
            _tenants.Add(id, tenant = new Tenant());
        }

        return tenant;
    }

    private bool Request(Customer customer, string provider, Instant? lastCheckAt, Instant now)
    {
        var state = customer.StateOf(provider);
        if (
            state.IsPending
            || state.LastCheckAt != lastCheckAt
            || customer.IsSuppressed
            || !customer.Tenant.IsOn(provider)
        )
        {
            return false;
        }

        customer.Change(provider, check => check with { IsPending = true, RequestedAt = now });
        var requested = new PendingCheck(customer, provider, _requests++) { NotBefore = now };
        _pending.Add(requested);
        customer.Pending = customer.Pending.Add(requested);
        return true;
    }

    private void Suppress(Customer customer, bool suppressed)
    {
        customer.IsMarked = suppressed;
        foreach (var identity in customer.Profile.Identities)
        {
            customer.Tenant.Mark(identity, suppressed);
        }

        if (suppressed)
        {
            EndOrDrop(customer.Pending);
        }
    }

    private PendingCheck? HeldBy(CheckClaim claim) =>
        _leased.TryGetValue(claim.LeaseId, out var check)
        && check.Customer.Profile.Id == claim.CustomerId
        && check.Customer.Profile.Tenant == claim.Tenant
        && string.Equals(check.Provider, claim.Provider, StringComparison.Ordinal)
            ? check
            : null;

    private void End(PendingCheck check, Func<CheckState, CheckState> change)
    {
        _pending.Remove(check);
        _leased.Remove(check.LeaseId);
        check.Customer.Pending = check.Customer.Pending.Remove(check);
        check.Customer.Change(check.Provider, state => change(state) with { IsPending = false });
    }

    private void Lease(PendingCheck check, Guid leaseId, Instant until, Instant notBefore, int attempt)
    {
        // The set is sorted by what changes here, so the check leaves it meanwhile.
        _pending.Remove(check);
        _leased.Remove(check.LeaseId);
        check.LeaseId = leaseId;
        check.LeasedUntil = until;
        check.NotBefore = notBefore;
        check.Attempt = attempt;
        _pending.Add(check);
        if (leaseId != default)
        {
            _leased.Add(leaseId, check);
        }
    }

    private void EndOrDrop(ImmutableArray<PendingCheck> concerned)
    {
        foreach (var check in concerned)
        {
            // A lease that has run out may still have somebody behind it, so its answer is to be dropped too.
            if (check.LeaseId == default)
            {
                End(check, state => state);
            }
            else
            {
                check.IsUnwanted = true;
            }
        }
    }

    private sealed class PendingCheck(Customer customer, string provider, long order)
    {
        public static readonly IComparer<PendingCheck> ByAvailability = Comparer<PendingCheck>.Create(
            (one, other) =>
            {
                var byTime = one.AvailableFrom.CompareTo(other.AvailableFrom);
                return byTime != 0 ? byTime : one.Order.CompareTo(other.Order);
            }
        );

        public Customer Customer { get; } = customer;

        public string Provider { get; } = provider;

        public long Order { get; } = order;

        public Instant NotBefore { get; set; }

        public Instant LeasedUntil { get; set; } = Instant.MinValue;

        public Instant AvailableFrom => Instant.Max(NotBefore, LeasedUntil);

        public Guid LeaseId { get; set; }

        public int Attempt { get; set; }

        public bool IsUnwanted { get; set; }
    }

    private sealed class Tenant
    {
        private readonly List<Customer> _inOrder = [];
        private readonly HashSet<Identity> _marked = [];

        public Dictionary<CustomerId, Customer> Customers { get; } = [];

        public IdentityIndex ByIdentity { get; } = new();

        public ImmutableArray<ProviderSetting> Switches { get; set; } = [];

        public bool IsOn(string provider)
        {
            foreach (var setting in Switches)
            {
                if (string.Equals(setting.Provider, provider, StringComparison.Ordinal))
                {
                    return setting.IsEnabled;
                }
            }

            return true;
        }

        public bool IsMarked(Identity identity) => _marked.Count > 0 && _marked.Contains(identity);

        public void Mark(Identity identity, bool suppressed)
        {
            if (suppressed)
            {
                _marked.Add(identity);
            }
            else
            {
                _marked.Remove(identity);
            }
        }

        public void AddInOrder(Customer customer)
        {
            // Ids sort by the time of creation, so the place is nearly always the end.
            var index = _inOrder.Count;
            while (index > 0 && _inOrder[index - 1].Profile.Id > customer.Profile.Id)
            {
                index--;
            }

            _inOrder.Insert(index, customer);
        }

        public CustomerProfile[] After(CustomerId? after, int most)
        {
            var from = 0;
            if (after is { } id)
            {
                var to = _inOrder.Count;
                while (from < to)
                {
                    var middle = from + ((to - from) / 2);
                    (from, to) = _inOrder[middle].Profile.Id > id ? (from, middle) : (middle + 1, to);
                }
            }

            var profiles = new CustomerProfile[Math.Min(most, _inOrder.Count - from)];
            for (var i = 0; i < profiles.Length; i++)
            {
                profiles[i] = _inOrder[from + i].Profile;
            }

            return profiles;
        }
    }

    private sealed class Customer(Tenant tenant, CustomerProfile profile)
    {
        private readonly ConversationMemory _conversations = new();
        private ImmutableArray<CheckState> _checks = [];
        private StoredCustomer? _read;

        public Tenant Tenant { get; } = tenant;

        public CustomerProfile Profile { get; private set; } = profile;

        public bool IsMarked { get; set; }

        /// <summary>
        /// Their checks that wait or are held, so that suppressing one customer looks at nobody else's.
        /// </summary>
        public ImmutableArray<PendingCheck> Pending { get; set; } = [];

        public bool IsSuppressed
        {
            get
            {
                if (IsMarked)
                {
                    return true;
                }

                foreach (var identity in Profile.Identities)
                {
                    if (Tenant.IsMarked(identity))
                    {
                        return true;
                    }
                }

                return false;
            }
        }

        /// <summary>
        /// Everything about the customer. Made anew when something has changed since it was last read: most messages
        /// change nothing.
        /// </summary>
        public StoredCustomer Read()
        {
            var isSuppressed = IsSuppressed;
            return
                _read is { } read
                && read.Profile == (object)Profile
                && read.Checks == _checks
                && read.ProviderSettings == Tenant.Switches
                && read.IsSuppressed == isSuppressed
                ? read
                : _read = new StoredCustomer(Profile, _checks, Tenant.Switches, isSuppressed);
        }

        public ConversationLookup Remember(in ConversationRecord conversation)
        {
            ref readonly var first = ref _conversations.Remember(conversation, out var isNew);
            return new ConversationLookup(Read(), first, isNew);
        }

        public void Write(CustomerProfile next)
        {
            foreach (var identity in Profile.Identities)
            {
                if (!next.Identities.Contains(identity))
                {
                    Tenant.ByIdentity.Remove(identity);
                }
            }

            foreach (var identity in next.Identities)
            {
                if (Tenant.ByIdentity.TryAdd(identity, this) && IsMarked)
                {
                    Tenant.Mark(identity, suppressed: true);
                }
            }

            Profile = next;
        }

        public CheckState StateOf(string provider)
        {
            foreach (var check in _checks)
            {
                if (string.Equals(check.Provider, provider, StringComparison.Ordinal))
                {
                    return check;
                }
            }

            return new CheckState { Provider = provider };
        }

        public void Change(string provider, Func<CheckState, CheckState> change)
        {
            var state = StateOf(provider);
            _checks =
            [
                .. _checks.Where(other => !string.Equals(other.Provider, provider, StringComparison.Ordinal)),
                change(state),
            ];
        }
    }

    /// <summary>
    /// Who has which identity. A dictionary for each kind, for text alone is looked up in half the time.
    /// </summary>
    private sealed class IdentityIndex
    {
        private readonly Dictionary<string, Customer>[] _ofKind =
        [
            .. Enum.GetValues<IdentityKind>().Select(_ => new Dictionary<string, Customer>(StringComparer.Ordinal)),
        ];

        public Customer? Find(in Identity identity) =>
            _ofKind[(int)identity.Kind].TryGetValue(identity.Value, out var customer) ? customer : null;

        public bool TryAdd(in Identity identity, Customer customer) =>
            _ofKind[(int)identity.Kind].TryAdd(identity.Value, customer);

        public void Remove(in Identity identity) => _ofKind[(int)identity.Kind].Remove(identity.Value);
    }

    /// <summary>
    /// The conversations with one customer. Most have few, and of few the quickest way is to look at each.
    /// </summary>
    private sealed class ConversationMemory
    {
        private const int Few = 8;

        private ConversationRecord[] _told = [];
        private int _count;
        private Dictionary<string, int>? _places;

        /// <summary>The conversation as it was first told, which is now when it is new.</summary>
        public ref readonly ConversationRecord Remember(in ConversationRecord conversation, out bool isNew)
        {
            var place = PlaceOf(conversation.Id);
            isNew = place < 0;
            if (isNew)
            {
                place = Add(conversation);
            }

            return ref _told[place];
        }

        private int PlaceOf(string id)
        {
            if (_places is not null)
            {
                return _places.GetValueOrDefault(id, -1);
            }

            for (var i = 0; i < _count; i++)
            {
                if (string.Equals(_told[i].Id, id, StringComparison.Ordinal))
                {
                    return i;
                }
            }

            return -1;
        }

        private int Add(in ConversationRecord conversation)
        {
            if (_count == _told.Length)
            {
                Array.Resize(ref _told, Math.Max(1, 2 * _count));
            }

            _told[_count] = conversation;
            if (_count == Few)
            {
                _places = new Dictionary<string, int>(2 * Few, StringComparer.Ordinal);
                for (var i = 0; i < _count; i++)
                {
                    _places.Add(_told[i].Id, i);
                }
            }

            _places?.Add(conversation.Id, _count);
            return _count++;
        }
    }
}
