using System.Collections.Immutable;
using NodaTime;
using NodaTime.Extensions;

namespace CustomerProfiles.Stores;

/// <summary>
/// A store that keeps everything in this process, and loses it when the process ends. For tests, trials and tools.
/// </summary>
/// <remarks>
/// One lock guards everything, and nothing waits inside it, so every call is atomic and ends at once. A search reads
/// every profile of the tenant. Marks of suppressed identities, merges, receipts of erasures, one count for each day
/// and month of each budget, and one for the events of each customer, stay as long as the process does.
/// </remarks>
public sealed partial class InMemoryCustomerProfileStore
    : ICustomerProfileStore,
        ISearchStore,
        IHistoryStore,
        IRetentionStore,
        IExportStore,
        IMergingStore,
        IErasureStore,
        IEventStore,
        IDuplicateStore,
        IPropertyStore
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly SearchableProperties _properties;
    private readonly MatchKeys _keys;
    private readonly Dictionary<TenantId, Tenant> _tenants = [];
    private readonly SortedSet<PendingCheck> _pending = new(PendingCheck.ByAvailability);
    private readonly Dictionary<Guid, PendingCheck> _leased = [];
    private readonly Dictionary<BudgetPeriod, int> _budgetUsage = [];
    private long _requests;

    /// <summary>Makes an empty store in which no custom property is searched.</summary>
    /// <param name="time">The store's clock, by which leases run.</param>
    public InMemoryCustomerProfileStore(TimeProvider time)
        : this(time, SearchableProperties.None) { }

    /// <summary>Makes an empty store in which no duplicates are found.</summary>
    /// <param name="time">The store's clock, by which leases run.</param>
    /// <param name="properties">The custom properties by which profiles are found.</param>
    public InMemoryCustomerProfileStore(TimeProvider time, SearchableProperties properties)
        : this(time, properties, MatchKeys.Off) { }

    /// <summary>Makes an empty store.</summary>
    /// <param name="time">The store's clock, by which leases run.</param>
    /// <param name="properties">The custom properties by which profiles are found.</param>
    /// <param name="keys">The keys by which duplicates are found.</param>
    public InMemoryCustomerProfileStore(TimeProvider time, SearchableProperties properties, MatchKeys keys)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(properties);
        ArgumentNullException.ThrowIfNull(keys);
        _time = time;
        _properties = properties;
        _keys = keys;
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
            return new(_tenants.GetValueOrDefault(tenant)?.ByIdentity.GetValueOrDefault(identity)?.Read());
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<CustomerProfile>> FindAllAsync(
        TenantId tenant,
        ImmutableArray<Identity> identities,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var kept = _tenants.GetValueOrDefault(tenant);
            return new([
                .. identities
                    .Select(identity => kept?.ByIdentity.GetValueOrDefault(identity)?.Profile)
                    .OfType<CustomerProfile>()
                    .Distinct(),
            ]);
        }
    }

    /// <inheritdoc/>
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
            return _tenants.TryGetValue(tenant, out var kept) && kept.ByIdentity.TryGetValue(identity, out var customer)
                ? new(customer.Record(conversation, kept.OriginOf(identity, customer)))
                : default;
        }
    }

    /// <inheritdoc/>
    public ValueTask<ConversationLookup?> CreateAsync(NewCustomer customer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(customer);
        cancellationToken.ThrowIfCancellationRequested();
        var profile = customer.Profile;
        lock (_lock)
        {
            var tenant = TenantOf(profile.Tenant);
            if (tenant.ByIdentity.TryGetValue(profile.Identities[0], out var first))
            {
                return new(first.Record(customer.Conversation, tenant.OriginOf(profile.Identities[0], first)));
            }

            switch (tenant.ErasedAs(customer.ErasureHashes, customer.Conversation.At))
            {
                case ErasureMarkKind.DoNotKeep:
                    return new((ConversationLookup?)null);
                case ErasureMarkKind.DoNotLookUp:
                    tenant.Mark(profile.Identities[0], suppressed: true);
                    break;
            }

            var kept = tenant.Add(profile);
            foreach (var provider in customer.Checks)
            {
                Request(kept, provider, lastCheckAt: null, customer.Conversation.At);
            }

            WriteEvent(profile.Tenant, profile.Id, customer.Event);
            return new(kept.Record(customer.Conversation, kept, isNewCustomer: true));
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<AddResult>> AddAsync(
        TenantId tenant,
        ImmutableArray<CustomerProfile> profiles,
        EventWrite? created,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var kept = TenantOf(tenant);
            return new([.. profiles.Select(profile => Add(kept, profile, created))]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<UpdateResult> UpdateAsync(
        CustomerProfile profile,
        ProfileChange? change,
        CancellationToken cancellationToken
    )
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
                if (customer.Tenant.ByIdentity.TryGetValue(identity, out var owner) && owner != customer)
                {
                    return new(new UpdateResult.IdentityTaken(identity, owner.Profile.Id));
                }
            }

            var wasSuppressed = customer.IsSuppressed;
            customer.Write(profile);
            Remember(customer, profile.Version, change);
            if (!wasSuppressed && customer.IsSuppressed)
            {
                // The customer gained a suppressed identity. That ends or drops their checks for good, also when they
                // lose the identity again.
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
        lock (_lock)
        {
            var found = _tenants.GetValueOrDefault(tenant)?.After(query.After, query.PageSize + 1) ?? [];
            return new(
                found.Length <= query.PageSize
                    ? new ProfilePage { Profiles = [.. found] }
                    : new ProfilePage { Profiles = [.. found[..query.PageSize]], Next = found[query.PageSize - 1].Id }
            );
        }
    }

    /// <inheritdoc/>
    public ValueTask<ConversationRemoval> RemoveConversationsAsync(
        TenantId tenant,
        Instant before,
        CustomerId? from,
        int most,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var (removed, seen) = (0, 0);
            foreach (var customer in _tenants.GetValueOrDefault(tenant)?.From(from) ?? [])
            {
                if (seen++ == most)
                {
                    return new(new ConversationRemoval { Removed = removed, Next = customer.Profile.Id });
                }

                removed += customer.Forget(before, most - removed);
                if (removed == most)
                {
                    return new(new ConversationRemoval { Removed = removed, Next = customer.Profile.Id });
                }
            }

            return new(new ConversationRemoval { Removed = removed });
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<RetainedCustomer>> GetRetainedAsync(
        TenantId tenant,
        CustomerId? after,
        int most,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new([
                .. (_tenants.GetValueOrDefault(tenant)?.From(after) ?? [])
                    .Where(customer => customer.Profile.Id != after && customer.Survivor is null)
                    .Take(most)
                    .Select(customer => customer.Retained()),
            ]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ProfileSearchPage> SearchAsync(
        TenantId tenant,
        ProfileSearchQuery query,
        CancellationToken cancellationToken
    )
    {
        var properties = SearchableOf(tenant);
        var criteria = ProfileSearch.Read(query, properties);
        cancellationToken.ThrowIfCancellationRequested();
        return new(InMemorySearch.Page(CandidatesOf(tenant), criteria, properties, cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask<ProfileCount> CountAsync(
        TenantId tenant,
        ProfileSearchQuery query,
        int most,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var properties = SearchableOf(tenant);
        var criteria = ProfileSearch.ReadForCount(query, properties);
        cancellationToken.ThrowIfCancellationRequested();
        return new(InMemorySearch.Count(CandidatesOf(tenant), criteria, most, properties, cancellationToken));
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

                // Disabled or suppressed since it was requested, and its holder is gone.
                if (check.IsUnwanted || check.Customer.IsSuppressed)
                {
                    End(check, state => state);
                    return ClaimNextCheckAsync(providers, now, lease, cancellationToken);
                }

                var leaseId = Guid.NewGuid();
                Lease(check, leaseId, clock + lease, check.NotBefore, check.Attempt + 1);
                return new(
                    new CheckClaim
                    {
                        LeaseId = leaseId,
                        Provider = check.Provider,
                        Attempt = check.Attempt,
                        LeasedUntil = check.LeasedUntil,
                        Profile = check.Customer.Profile,
                    }
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
        ProfileChange? change,
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
            if (profile is not null || outcome == CheckOutcome.Withheld)
            {
                Remember(check.Customer, profile?.Version, change);
            }

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
        ArgumentNullException.ThrowIfNull(release);
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

            if (release.RetryAt is not { } retryAt || check.IsUnwanted)
            {
                End(check, state => state);
                return default;
            }

            Lease(
                check,
                leaseId: default,
                until: Instant.MinValue,
                retryAt,
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
            var used = _budgetUsage.GetValueOrDefault(period);
            if (used >= most)
            {
                return new(false);
            }

            _budgetUsage[period] = used + 1;
            return new(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask RefundAsync(BudgetPeriod period, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            _budgetUsage[period] = Math.Max(0, _budgetUsage.GetValueOrDefault(period) - 1);
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
            return new(_tenants.GetValueOrDefault(tenant)?.ProviderSettings ?? []);
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
            if (kept.IsEnabled(setting.Provider) == setting.IsEnabled)
            {
                return new(false);
            }

            kept.ProviderSettings =
            [
                .. kept.ProviderSettings.Where(other =>
                    !string.Equals(other.Provider, setting.Provider, StringComparison.Ordinal)
                ),
                setting,
            ];
            kept.AddSettingGeneration(setting.Provider);
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
        ProfileChange? change,
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

            if (suppressed ? !customer.IsMarked : customer.IsSuppressed)
            {
                Remember(customer, version: null, change);
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
            if (suppressed && kept.ByIdentity.TryGetValue(identity, out var owner))
            {
                EndOrDrop(owner.Pending);
            }

            return default;
        }
    }

    /// <inheritdoc/>
    public ValueTask<StoredHistory?> GetHistoryAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(_tenants.GetValueOrDefault(tenant)?.Customers.GetValueOrDefault(id)?.History());
        }
    }

    /// <inheritdoc/>
    public ValueTask<StoredRecord?> GetRecordAsync(TenantId tenant, CustomerId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(_tenants.GetValueOrDefault(tenant)?.Customers.GetValueOrDefault(id)?.Everything());
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> IsSuppressedAsync(TenantId tenant, Identity identity, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(_tenants.GetValueOrDefault(tenant)?.IsMarked(identity) == true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> ReplaceChangesAsync(
        TenantId tenant,
        CustomerId id,
        ImmutableArray<ChangeReplacement> changes,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var customer = _tenants.GetValueOrDefault(tenant)?.Find(id);
            return new(changes.Count(change => customer?.Replace(change) == true));
        }
    }

    /// <summary>Everybody as of now. Profiles are immutable, so they are searched outside the lock.</summary>
    private InMemorySearch.Candidate[] CandidatesOf(TenantId tenant)
    {
        lock (_lock)
        {
            return _tenants.GetValueOrDefault(tenant)?.Candidates() ?? [];
        }
    }

    private Tenant TenantOf(TenantId id)
    {
        if (!_tenants.TryGetValue(id, out var tenant))
        {
            _tenants.Add(id, tenant = new Tenant(_keys));
        }

        return tenant;
    }

    private AddResult Add(Tenant tenant, CustomerProfile profile, EventWrite? created)
    {
        if (tenant.Has(profile.Id))
        {
            return new AddResult.IdTaken();
        }

        foreach (var identity in profile.Identities)
        {
            if (tenant.ByIdentity.TryGetValue(identity, out var owner))
            {
                return new AddResult.IdentityTaken(identity, owner.Profile.Id);
            }
        }

        tenant.Add(profile);
        WriteEvent(profile.Tenant, profile.Id, created);
        return new AddResult.Added();
    }

    private bool Request(Customer customer, string provider, Instant? lastCheckAt, Instant now)
    {
        var state = customer.StateOf(provider);
        if (
            state.IsPending
            || state.LastCheckAt != lastCheckAt
            || customer.IsSuppressed
            || !customer.Tenant.IsEnabled(provider)
        )
        {
            return false;
        }

        customer.Change(provider, check => check with { IsPending = true, RequestedAt = now });
        var requested = new PendingCheck(customer, provider, _requests++)
        {
            NotBefore = now,
            SettingGeneration = customer.Tenant.SettingGenerationOf(provider),
        };
        _pending.Add(requested);
        customer.Pending = customer.Pending.Add(requested);
        return true;
    }

    private void Suppress(Customer customer, bool suppressed)
    {
        customer.IsMarked = suppressed;
        customer.MarkedBy = null;
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
        // The set is sorted by what changes here, so the check is removed and added again.
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
            // A result may still come under a lease that has expired, and is to be dropped too.
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

        /// <summary>How often the provider's setting had changed when the check was requested.</summary>
        public long SettingGeneration { get; init; }
    }

    private sealed partial class Tenant
    {
        private readonly List<Customer> _inOrder = [];
        private readonly Dictionary<Identity, MergeId?> _marked = [];

        /// <summary>Everybody but the absorbed.</summary>
        public Dictionary<CustomerId, Customer> Customers { get; } = [];

        public Dictionary<Identity, Customer> ByIdentity { get; } = [];

        public ImmutableArray<ProviderSetting> ProviderSettings { get; set; } = [];

        public bool IsEnabled(string provider)
        {
            foreach (var setting in ProviderSettings)
            {
                if (string.Equals(setting.Provider, provider, StringComparison.Ordinal))
                {
                    return setting.IsEnabled;
                }
            }

            return true;
        }

        public bool IsMarked(Identity identity) => _marked.Count > 0 && _marked.ContainsKey(identity);

        public void Mark(Identity identity, bool suppressed)
        {
            if (suppressed)
            {
                _marked[identity] = null;
            }
            else
            {
                _marked.Remove(identity);
            }
        }

        public Customer Add(CustomerProfile profile)
        {
            if (Has(profile.Id))
            {
                throw new ArgumentException(
                    "The tenant has a customer with this id, or has erased one; create a customer with a new id.",
                    nameof(profile)
                );
            }

            var customer = new Customer(this, profile);
            Customers.Add(profile.Id, customer);
            AddInOrder(customer);
            KeepKeys(customer, profile);
            foreach (var identity in profile.Identities)
            {
                ByIdentity.Add(identity, customer);
            }

            return customer;
        }

        /// <summary>Ids sort by the time of creation, so a new customer is nearly always the last.</summary>
        private void AddInOrder(Customer customer)
        {
            var isLast = _inOrder.Count == 0 || _inOrder[^1].Profile.Id < customer.Profile.Id;
            _inOrder.Insert(isLast ? _inOrder.Count : IndexOf(customer.Profile.Id), customer);
        }

        /// <summary>The customers from an id on, the absorbed too.</summary>
        public IEnumerable<Customer> From(CustomerId? id) => _inOrder.Skip(id is { } first ? IndexOf(first) : 0);

        public InMemorySearch.Candidate[] Candidates()
        {
            var candidates = new InMemorySearch.Candidate[Customers.Count];
            var count = 0;
            foreach (var customer in _inOrder)
            {
                if (customer.Survivor is null)
                {
                    candidates[count++] = new(customer.Searched, customer.LastConversation, customer.IsSuppressed);
                }
            }

            return candidates;
        }

        public CustomerProfile[] After(CustomerId? after, int most)
        {
            var from = after is { } id ? IndexOf(id) : 0;
            from += from < _inOrder.Count && _inOrder[from].Profile.Id == after ? 1 : 0;
            var profiles = new List<CustomerProfile>(Math.Min(most, _inOrder.Count - from));
            for (var i = from; i < _inOrder.Count && profiles.Count < most; i++)
            {
                if (_inOrder[i].Survivor is null)
                {
                    profiles.Add(_inOrder[i].Profile);
                }
            }

            return [.. profiles];
        }

        /// <summary>The place of the first customer with this id or a greater one.</summary>
        private int IndexOf(CustomerId id)
        {
            var (from, to) = (0, _inOrder.Count);
            while (from < to)
            {
                var middle = from + ((to - from) / 2);
                (from, to) = _inOrder[middle].Profile.Id < id ? (middle + 1, to) : (from, middle);
            }

            return from;
        }
    }

    private sealed partial class Customer(Tenant tenant, CustomerProfile profile)
    {
        private readonly Dictionary<string, ConversationRecord> _conversations = new(StringComparer.Ordinal);
        private readonly List<StoredChange> _changes = [];
        private long _lastChange;
        private ImmutableArray<CheckState> _checks = [];
        private StoredCustomer? _read;

        public Tenant Tenant { get; } = tenant;

        public CustomerProfile Profile => Searched.Profile;

        public InMemorySearch.Entry Searched { get; private set; } = new(profile);

        public Instant LastConversation { get; private set; } = SearchPosition.NoConversation;

        public bool IsMarked { get; set; }

        /// <summary>
        /// The customer's pending checks, so that suppressing one customer reads nobody else's.
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
        /// Everything about the customer, made again only when something has changed since the last read.
        /// </summary>
        public StoredCustomer Read()
        {
            var isSuppressed = IsSuppressed;
            return
                _read is { } read
                && read.Profile == (object)Profile
                && read.Checks == _checks
                && read.ProviderSettings == Tenant.ProviderSettings
                && read.IsSuppressed == isSuppressed
                ? read
                : _read = new StoredCustomer
                {
                    Profile = Profile,
                    Checks = _checks,
                    ProviderSettings = Tenant.ProviderSettings,
                    IsSuppressed = isSuppressed,
                };
        }

        /// <summary>Removes old conversations but the newest.</summary>
        /// <returns>How many.</returns>
        public int Forget(Instant before, int most)
        {
            var old = _conversations
                .Values.OrderByDescending(conversation => conversation.At)
                .Skip(1)
                .Where(conversation => conversation.At < before)
                .Take(most)
                .ToArray();
            foreach (var conversation in old)
            {
                _conversations.Remove(conversation.Id);
            }

            return old.Length;
        }

        /// <summary>Records a conversation of this customer under the origin of its identity.</summary>
        public ConversationLookup Record(ConversationRecord conversation, Customer origin, bool isNewCustomer = false)
        {
            var isNew = !origin._conversations.TryGetValue(conversation.Id, out var first);
            if (isNew)
            {
                origin._conversations.Add(conversation.Id, first = conversation);
                LastConversation = Instant.Max(LastConversation, conversation.At);
            }

            return new ConversationLookup
            {
                Customer = Read(),
                FirstRecorded = first,
                IsNewConversation = isNew,
                IsNewCustomer = isNewCustomer,
            };
        }

        public void Write(CustomerProfile next)
        {
            foreach (var identity in Profile.Identities)
            {
                if (!next.Identities.Contains(identity))
                {
                    Tenant.Free(identity, this);
                }
            }

            foreach (var identity in next.Identities)
            {
                if (Tenant.ByIdentity.TryAdd(identity, this) && IsMarked)
                {
                    Tenant.Mark(identity, suppressed: true);
                }
            }

            Searched = new(next);
            Tenant.KeepKeys(this, next);
        }

        public void Remember(long? version, ProfileChange? change)
        {
            if (change is null or { MostKept: 0 })
            {
                return;
            }

            _changes.Add(
                new StoredChange
                {
                    Number = ++_lastChange,
                    Version = version,
                    Change = change,
                }
            );
            _changes.RemoveRange(0, Math.Max(0, _changes.Count - change.MostKept));
        }

        public StoredRecord Everything() =>
            new()
            {
                Customer = Read(),
                IsMarked = IsMarked,
                MarkedIdentities = [.. Profile.Identities.Where(Tenant.IsMarked)],
                Conversations =
                [
                    .. WithAliases()
                        .SelectMany(customer => customer._conversations.Values)
                        .OrderBy(conversation => conversation.At)
                        .ThenBy(conversation => conversation.Id, StringComparer.Ordinal),
                ],
                Changes = [.. Enumerable.Reverse(_changes)],
                Absorbed = AbsorbedCustomers(),
                Merges = Tenant.MergesInto(Profile.Id),
            };

        public StoredHistory History() =>
            new()
            {
                Profile = Profile,
                Changes = [.. Enumerable.Reverse(_changes)],
                Absorbed = AbsorbedCustomers(),
            };

        /// <summary>Whether the change was as it was read.</summary>
        public bool Replace(ChangeReplacement replacement)
        {
            var index = _changes.FindIndex(kept => kept.Number == replacement.Number);
            if (
                index < 0
                || !string.Equals(
                    ChangeSerializer.Serialize(_changes[index].Change),
                    ChangeSerializer.Serialize(replacement.Read),
                    StringComparison.Ordinal
                )
            )
            {
                return false;
            }

            var kept = _changes[index];
            _changes[index] = new StoredChange
            {
                Number = kept.Number,
                Version = kept.Version,
                Change = replacement.Replacement,
            };
            return true;
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
}
