using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Testing;

/// <summary>The reader's own database, as the page on writing a store uses it.</summary>
public sealed class SqlDatabase
{
    public Duration ClockOffset { get; set; }

    public SqlDatabase Again() => this;

    public ValueTask<SqlSession> BeginWriteAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<SqlSession> BeginWriteAsync(TenantId tenant, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}

public abstract class SqlSession : IAsyncDisposable
{
    public abstract ValueTask DisposeAsync();

    public abstract ValueTask CommitAsync(CancellationToken cancellationToken);

    public abstract ValueTask<StoredCustomer?> ReadAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    );

    public abstract ValueTask<CustomerId?> OwnerOfAsync(
        TenantId tenant,
        Identity identity,
        CancellationToken cancellationToken
    );

    public abstract ValueTask WriteProfileAsync(CustomerProfile profile, CancellationToken cancellationToken);

    public abstract ValueTask ReplaceIdentitiesAsync(CustomerProfile profile, CancellationToken cancellationToken);

    public abstract ValueTask<bool> IsMarkedAsync(TenantId tenant, CustomerId id, CancellationToken cancellationToken);

    public abstract ValueTask MarkAsync(
        TenantId tenant,
        IEnumerable<Identity> identities,
        CancellationToken cancellationToken
    );

    public abstract ValueTask<bool> IsSuppressedAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    );

    public abstract ValueTask SuppressAsync(TenantId tenant, CustomerId id, CancellationToken cancellationToken);

    public abstract ValueTask EndOrDropChecksAsync(TenantId tenant, CustomerId id, CancellationToken cancellationToken);

    public abstract ValueTask EndUnwantedAsync(ImmutableArray<string> providers, CancellationToken cancellationToken);

    public abstract ValueTask<CheckClaim?> LeaseNextAsync(
        ImmutableArray<string> providers,
        Instant now,
        Guid lease,
        Duration until,
        CancellationToken cancellationToken
    );

    public abstract ValueTask<HeldCheck?> HeldAsync(CheckClaim claim, CancellationToken cancellationToken);

    public abstract ValueTask EndCheckAsync(
        CheckClaim claim,
        Instant now,
        CheckOutcome outcome,
        CancellationToken cancellationToken
    );
}

public sealed record HeldCheck(bool IsUnwanted);

public sealed class SqlStoreFixture
{
    public StoreUnderTest StoreUnderTest => throw new NotSupportedException();
}

/// <summary>The methods that the page does not show.</summary>
public sealed partial class SqlCustomerProfileStore
{
    public ValueTask<StoredCustomer?> GetAsync(TenantId tenant, CustomerId id, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<StoredCustomer?> FindAsync(
        TenantId tenant,
        Identity identity,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public ValueTask<ImmutableArray<CustomerProfile>> FindAllAsync(
        TenantId tenant,
        ImmutableArray<Identity> identities,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public ValueTask<ConversationLookup?> RecordConversationAsync(
        TenantId tenant,
        Identity identity,
        ConversationRecord conversation,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public ValueTask<ConversationLookup?> CreateAsync(NewCustomer customer, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<ImmutableArray<AddResult>> AddAsync(
        TenantId tenant,
        ImmutableArray<CustomerProfile> profiles,
        EventWrite? created,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public ValueTask<ProfilePage> ListAsync(TenantId tenant, ProfileQuery query, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<bool> RequestCheckAsync(
        TenantId tenant,
        CustomerId id,
        string provider,
        Instant? lastCheckAt,
        Instant now,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public ValueTask ReleaseCheckAsync(CheckClaim claim, CheckRelease release, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<bool> RenewLeaseAsync(CheckClaim claim, Duration lease, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<ImmutableArray<PendingChecks>> CountPendingChecksAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<bool> TryReserveBudgetAsync(BudgetPeriod period, int most, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask RefundAsync(BudgetPeriod period, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<ImmutableArray<ProviderSetting>> GetProviderSettingsAsync(
        TenantId tenant,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public ValueTask<bool> SetProviderSettingAsync(
        TenantId tenant,
        ProviderSetting setting,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public ValueTask<bool> SetSuppressedAsync(
        TenantId tenant,
        CustomerId id,
        bool suppressed,
        ProfileChange? change,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public ValueTask SetSuppressedAsync(
        TenantId tenant,
        Identity identity,
        bool suppressed,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();
}

public sealed class MyStoreUnderTest : StoreUnderTest
{
    public override ICustomerProfileStore Store => throw new NotSupportedException();

    public override ValueTask PassTimeAsync(Duration duration, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
