using System.Collections.Concurrent;
using CustomerProfiles.EntityFrameworkCore;
using CustomerProfiles.Stores;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CustomerProfiles.StoreThroughput;

/// <summary>The operations of a database with the <see cref="Population"/>.</summary>
internal sealed class Operations(
    ICustomerProfileStore store,
    ByHand hand,
    Limits limits,
    StoreDialect dialect,
    StoreStatements sql,
    DbContext context,
    int profiles
)
{
    private const string Provider = "fullcontact";

    private const string KnownThread = "conversation-1";

    /// <summary>The checks that a slice may claim or complete.</summary>
    private const int MostChecks = 10_000;

    /// <summary>The customers before this number are edited, the others checked.</summary>
    private const int Edited = 64;

    private readonly ConcurrentDictionary<int, long> _versions = new();
    private readonly int _size = profiles;
    private int _made = profiles;
    private int _completed;

    public IReadOnlyList<Operation> All =>
        [
            ById(),
            ByAddress(),
            Sidebar(),
            InKnownThread(),
            NewConversation(),
            NewCustomer(),
            Edit(),
            Claim(),
            Complete(),
        ];

    private static void Check(bool asItShould)
    {
        if (!asItShould)
        {
            throw new InvalidOperationException("The store did not do what is measured.");
        }
    }

    private static ConversationRecord Record(int caller, int turn, string way) =>
        new($"{way}-{caller}-{turn}", ConversationDirection.Received, Population.Now);

    private static StoreParameters With(StoreParameters parameters, ConversationRecord recorded) =>
        parameters
            .Text("conversation", recorded.Id)
            .Text("direction", StoredNames.Of(recorded.Direction))
            .Time("occurred_at", recorded.At);

    private int Somebody(int caller, int turn) => (int)(((caller * 7919L) + (turn * 104_729L)) % _size);

    /// <summary>The next version of a customer. One caller at a time has this customer, so none is stale.</summary>
    private CustomerProfile Next(int number) =>
        Population.ProfileOf(
            Population.IdOf(number),
            Population.AddressOf(number),
            _versions.AddOrUpdate(number, 2, (_, version) => version + 1)
        );

    private CustomerProfile Made()
    {
        var number = Interlocked.Increment(ref _made);
        return Population.ProfileOf(Population.IdOf(number), Population.AddressOf(number));
    }

    private Operation ById() =>
        new()
        {
            Name = "profile by id",
            IsWrite = false,
            Store = async (caller, turn) =>
                Check(
                    await store.GetProfileAsync(default, Population.IdOf(Somebody(caller, turn)), default) is not null
                ),
            ByHand = (caller, turn) =>
                hand.RunAsync(
                    sql.GetProfile,
                    hand.Parameters.Customer(default, Population.IdOf(Somebody(caller, turn))),
                    inTransaction: false
                ),
            Limit = (caller, turn) => limits.ByIdAsync(Population.IdOf(Somebody(caller, turn))),
        };

    private Operation ByAddress() =>
        new()
        {
            Name = "profile by address",
            IsWrite = false,
            Store = async (caller, turn) =>
                Check(
                    await store.FindProfileAsync(default, Population.IdentityOf(Somebody(caller, turn)), default)
                        is not null
                ),
            ByHand = (caller, turn) =>
                hand.RunAsync(
                    sql.FindProfile,
                    hand.Parameters.Identity(default, Population.IdentityOf(Somebody(caller, turn))),
                    inTransaction: false
                ),
            Limit = (caller, turn) => limits.ByAddressAsync(Population.AddressOf(Somebody(caller, turn))),
        };

    private Operation Sidebar() =>
        new()
        {
            Name = "sidebar",
            IsWrite = false,
            Store = StoreById,
            ByHand = HandById,
            Limit = (caller, turn) => limits.SidebarAsync(Population.IdOf(Somebody(caller, turn))),
        };

    private Operation InKnownThread()
    {
        var record = new ConversationRecord(KnownThread, ConversationDirection.Received, Population.Now);
        return new()
        {
            Name = "message in a known thread",
            IsWrite = false,
            Store = async (caller, turn) =>
                Check(
                    await store.RecordConversationAsync(
                        default,
                        Population.IdentityOf(Somebody(caller, turn)),
                        record,
                        default
                    )
                        is { IsNewConversation: false }
                ),
            ByHand = (caller, turn) =>
                hand.RunAsync(
                    sql.RecordConversation,
                    With(hand.Parameters.Identity(default, Population.IdentityOf(Somebody(caller, turn))), record),
                    dialect.HasOneWriter
                ),
            Limit = (caller, turn) =>
                limits.KnownThreadAsync(Population.AddressOf(Somebody(caller, turn)), KnownThread),
        };
    }

    private Operation NewConversation() =>
        new()
        {
            Name = "new conversation, known customer",
            IsWrite = true,
            Store = async (caller, turn) =>
                Check(
                    await store.RecordConversationAsync(
                        default,
                        Population.IdentityOf(Somebody(caller, turn)),
                        Record(caller, turn, "store"),
                        default
                    )
                        is { IsNewConversation: true }
                ),
            ByHand = (caller, turn) =>
                hand.RunAsync(
                    sql.RecordConversation,
                    With(
                        hand.Parameters.Identity(default, Population.IdentityOf(Somebody(caller, turn))),
                        Record(caller, turn, "hand")
                    ),
                    dialect.HasOneWriter
                ),
            Limit = (caller, turn) =>
                limits.NewConversationAsync(
                    Population.AddressOf(Somebody(caller, turn)),
                    Record(caller, turn, "limit").Id
                ),
        };

    private Operation NewCustomer() =>
        new()
        {
            Name = "new customer",
            IsWrite = true,
            Store = async (caller, turn) =>
                Check(
                    await store.CreateAsync(
                        new NewCustomer
                        {
                            Profile = Made(),
                            Conversation = Record(caller, turn, "made"),
                            Checks = [Provider],
                            ErasureHashes = [ErasureHash.OfConversation(default, $"made-{caller}-{turn}")],
                        },
                        default
                    )
                        is { IsNewCustomer: true }
                ),
            ByHand = (caller, turn) =>
            {
                return hand.CreateAsync(
                    sql,
                    new NewCustomer
                    {
                        Profile = Made(),
                        Conversation = Record(caller, turn, "made"),
                        Checks = [Provider],
                        ErasureHashes = [],
                    }
                );
            },
            Limit = (caller, turn) => limits.NewCustomerAsync(Made(), Record(caller, turn, "made").Id, Provider),
        };

    private Operation Edit() =>
        new()
        {
            Name = "edit saved",
            IsWrite = true,
            Store = async (caller, _) =>
                Check(await store.UpdateAsync(Next(caller), change: null, default) is UpdateResult.Updated),
            ByHand = (caller, _) => hand.UpdateAsync(sql, Next(caller)),
            Limit = (caller, _) => limits.EditAsync(Next(caller)),
        };

    private Operation Claim() =>
        new()
        {
            Name = "check claimed",
            IsWrite = true,
            Store = async (_, _) =>
                Check(
                    await store.ClaimNextCheckAsync([Provider], Population.Now, Duration.FromDays(1), default)
                        is not null
                ),
            ByHand = (_, _) =>
                hand.RunAsync(
                    sql.Claim,
                    hand.Parameters.Texts("providers", [Provider])
                        .Time("now", Population.Now)
                        .Id("lease", Guid.NewGuid())
                        .Duration("lease_for", Duration.FromDays(1))
                        .Time("clock", Instant.FromDateTimeUtc(TimeProvider.System.GetUtcNow().UtcDateTime)),
                    dialect.HasOneWriter
                ),
            Limit = (_, _) => limits.ClaimAsync(Provider, Guid.NewGuid()),
            Provide = () => ProvideChecksAsync(isClaimed: false),
        };

    private Operation Complete() =>
        new()
        {
            Name = "check completed",
            IsWrite = true,
            Store = async (_, _) =>
            {
                var (claim, next) = Claimed();
                Check(
                    await store.CompleteCheckAsync(
                        claim,
                        CheckOutcome.Matched,
                        next,
                        change: null,
                        Population.Now,
                        default
                    ) is CompleteResult.Completed
                );
            },
            ByHand = (_, _) =>
            {
                var (claim, next) = Claimed();
                return hand.CompleteAsync(sql, claim, next);
            },
            Limit = (_, _) =>
            {
                var (claim, next) = Claimed();
                return limits.CompleteAsync(claim, next);
            },
            Provide = () => ProvideChecksAsync(isClaimed: true),
        };

    private async Task StoreById(int caller, int turn) =>
        Check(await store.GetAsync(default, Population.IdOf(Somebody(caller, turn)), default) is not null);

    private Task HandById(int caller, int turn) =>
        hand.RunAsync(
            sql.Get,
            hand.Parameters.Customer(default, Population.IdOf(Somebody(caller, turn))),
            inTransaction: false
        );

    /// <summary>The next claimed check of a slice, and the profile that its result makes.</summary>
    private (CheckClaim Claim, CustomerProfile Next) Claimed()
    {
        var next = Next(Edited + Interlocked.Increment(ref _completed));
        return (
            new CheckClaim
            {
                LeaseId = next.Id.Value,
                Provider = Provider,
                Attempt = 1,
                LeasedUntil = Population.Now,
                Profile = next,
            },
            next
        );
    }

    /// <summary>Makes checks pending, with or without a lease whose id is that of the customer.</summary>
    private async Task<int> ProvideChecksAsync(bool isClaimed)
    {
        var isPostgreSql = !dialect.HasOneWriter;
        var count = Math.Min(MostChecks, _size - Edited - 1);
        var (first, last) = (Population.IdOf(Edited + 1).Value, Population.IdOf(Edited + count).Value);
        var (yes, no, start) = isPostgreSql ? ("true", "false", "timestamptz '1970-01-01'") : ("1", "0", "0");
        string[] statements =
        [
            $"update cp_checks set is_pending = {no} where is_pending",
            $"update cp_checks set is_pending = {yes}, available_from = requested_at, not_before = requested_at, "
                + $"leased_until = {start}, attempt = 0, lease_id = {(isClaimed ? "customer_id" : "null")} "
                + $"where tenant = 'default' and customer_id between '{first}' and '{last}'",
        ];
        foreach (var statement in statements)
        {
            await context.Database.ExecuteSqlRawAsync(statement);
        }

        _completed = 0;
        return count;
    }
}
