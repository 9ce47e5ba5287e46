using System.Buffers.Binary;
using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;
using Operation = System.Func<
    CustomerProfiles.Stores.ICustomerProfileStore,
    CustomerProfiles.EntityFrameworkCore.Tests.StalledHostTests.Scene,
    System.Threading.Tasks.Task
>;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// A host that stalls in the middle of a command blocks only calls about the same customer. No timeout of the server
/// ends its locks.
/// </summary>
public sealed class StalledHostTests
{
    private const string Other = "two";
    private const int Budget = 1_000;

    private static readonly BudgetPeriod Period = new(StoreCalls.Provider, "2026-03");

    private static readonly Dictionary<string, Operation> Operations = new(StringComparer.Ordinal)
    {
        ["create"] = async (store, scene) =>
            await store.CreateAsync(
                new NewCustomer
                {
                    Profile = StoreCalls.NewProfile(scene.New),
                    Conversation = StoreCalls.Record("1"),
                    Checks = [StoreCalls.Provider],
                },
                default
            ),
        ["add"] = async (store, scene) =>
            await store.AddAsync(
                default,
                [StoreCalls.NewProfile(scene.New), StoreCalls.NewProfile($"also-{scene.New}")],
                created: null,
                default
            ),
        ["receive"] = async (store, scene) =>
            await store.RecordConversationAsync(
                default,
                StoreCalls.IdentityOf(scene.Address),
                StoreCalls.Record("2"),
                default
            ),
        ["edit"] = async (store, scene) =>
            await store.UpdateAsync(scene.Profile.WithNotes(scene.Notes), change: null, default),
        ["edit that adds addresses"] = async (store, scene) =>
            await store.UpdateAsync(
                scene.Profile.WithNotes(
                    scene.Notes,
                    StoreCalls.IdentityOf(scene.New),
                    StoreCalls.IdentityOf($"also-{scene.New}")
                ),
                change: null,
                default
            ),
        ["request"] = async (store, scene) =>
            await store.RequestCheckAsync(default, scene.Profile.Id, "four", null, StoreCalls.Now, default),
        ["claim"] = async (store, _) =>
            await store.ClaimNextCheckAsync(["three"], StoreCalls.Now, StoreCalls.Lease, default),
        ["complete"] = async (store, scene) =>
            await store.CompleteAsync(scene.Claim, scene.Profile.WithNotes(scene.Notes), CheckOutcome.Matched),
        ["withheld"] = async (store, scene) => await store.CompleteAsync(scene.Claim, outcome: CheckOutcome.Withheld),
        ["give back"] = async (store, scene) =>
            await store.ReleaseCheckAsync(
                scene.Claim,
                new CheckRelease
                {
                    At = StoreCalls.Now,
                    Failure = null,
                    RetryAt = StoreCalls.Now,
                    CountsAsAttempt = true,
                },
                default
            ),
        ["renew"] = async (store, scene) => await store.RenewLeaseAsync(scene.Claim, StoreCalls.Lease, default),
        ["spend"] = async (store, _) => await store.TryReserveBudgetAsync(Period, Budget, default),
        ["give back to the budget"] = async (store, _) => await store.RefundAsync(Period, default),
        ["disable"] = async (store, _) =>
            await store.SetProviderSettingAsync(
                default,
                new ProviderSetting(StoreCalls.Provider, isEnabled: false, StoreCalls.Now, "kim"),
                default
            ),
        ["suppress customer"] = async (store, scene) =>
            await store.SetSuppressedAsync(default, scene.Profile.Id, suppressed: true, change: null, default),
        ["unsuppress customer"] = async (store, scene) =>
            await store.SetSuppressedAsync(default, scene.Profile.Id, suppressed: false, change: null, default),
        ["suppress identity"] = async (store, scene) =>
            await store.SetSuppressedAsync(default, StoreCalls.IdentityOf(scene.Address), suppressed: true, default),
        ["suppress identity of nobody"] = async (store, scene) =>
            await store.SetSuppressedAsync(default, StoreCalls.IdentityOf(scene.New), suppressed: true, default),
        ["unsuppress identity"] = async (store, scene) =>
            await store.SetSuppressedAsync(default, StoreCalls.IdentityOf(scene.Address), suppressed: false, default),
    };

    /// <summary>The operations that wait when they concern the customer of the stalled host.</summary>
    private static readonly Dictionary<string, Operation> OfSameCustomer = new(StringComparer.Ordinal)
    {
        ["edit"] = Operations["edit"],
        ["receive"] = Operations["receive"],
        ["suppress customer"] = Operations["suppress customer"],
        ["suppress identity"] = Operations["suppress identity"],
    };

    public static TheoryData<string> Names => [.. Operations.Keys];

    [PostgreSqlTheory]
    [MemberData(nameof(Names))]
    public async Task A_host_that_stalls_in_a_command_blocks_no_other_customer(string name)
    {
        await using var stage = await Stage.OpenAsync();
        var scene = await stage.SceneAsync();
        var sent = await stage.Proxy.RecordAsync(() => Operations[name](stage.Stalled, scene));
        var offsets = OffsetsOf(sent);
        offsets.Should().HaveCountGreaterThan(8);
        foreach (var offset in offsets)
        {
            scene = await stage.SceneAsync();
            var stall = stage.Proxy.StallAfter(offset);
            var stalled = Operations[name](stage.Stalled, scene);
            (await Task.WhenAny(stall.Begun, stalled))
                .Should()
                .Be(stall.Begun, $"{name} was to stop after {offset} of {sent.Length} bytes");
            await stage.ServerWaitsForHostAsync();

            // Other calls wait for a lock for at most a second, so each call that has to wait for the stalled one
            // fails.
            await stage.EverythingAboutSomebodyElseAsync(scene);

            stall.End();
            await stalled;
        }
    }

    [PostgreSqlTheory]
    [MemberData(nameof(Names))]
    public async Task A_call_about_the_same_customer_succeeds_or_soon_reports_that_it_can_be_repeated(string name)
    {
        await using var stage = await Stage.OpenAsync();
        var scene = await stage.SceneAsync();
        var length = (await stage.Proxy.RecordAsync(() => Operations[name](stage.Stalled, scene))).Length;
        foreach (var (other, call) in OfSameCustomer)
        {
            scene = await stage.SceneAsync();
            var stall = stage.Proxy.StallAfter(length - 1);
            var stalled = Operations[name](stage.Stalled, scene);
            (await Task.WhenAny(stall.Begun, stalled)).Should().Be(stall.Begun);
            await stage.ServerWaitsForHostAsync();

            var said = await Record.ExceptionAsync(() => call(stage.Others, scene).WaitAsync(TimeSpan.FromSeconds(20)));

            said?.Should().BeOfType<ProfileDatabaseException>($"{other} during {name}");
            stall.End();
            await stalled;
            await call(stage.Others, scene);
        }
    }

    [PostgreSqlFact]
    public async Task By_default_a_call_waits_five_seconds_for_another_about_the_same_customer()
    {
        await using var stage = await Stage.OpenAsync();
        var scene = await stage.SceneAsync();
        await using var connection = new NpgsqlConnection(stage.Database.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var holding = new NpgsqlCommand(
            "update cp_customers set updated_at = updated_at",
            connection,
            transaction
        );
        await holding.ExecuteNonQueryAsync();
        var clock = System.Diagnostics.Stopwatch.StartNew();

        var edit = () =>
            stage.Database.Store().UpdateAsync(scene.Profile.WithNotes("later"), change: null, default).AsTask();

        await edit.Should().ThrowAsync<ProfileDatabaseException>();
        clock.Elapsed.Should().BeGreaterThan(TimeSpan.FromSeconds(4.9)).And.BeLessThan(TimeSpan.FromSeconds(15));
        await transaction.RollbackAsync();
        (await edit()).Should().BeOfType<UpdateResult.Updated>();
    }

    [PostgreSqlFact]
    public async Task The_first_paid_lookup_of_a_period_blocks_nobody_for_long()
    {
        await using var stage = await Stage.OpenAsync();
        var period = new BudgetPeriod(StoreCalls.Provider, "2026-04");
        await using var connection = new NpgsqlConnection(stage.Database.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var holding = new NpgsqlCommand(
            "insert into cp_budget_usage (provider, period, shard, used) values ('one', '2026-04', 7, 1)",
            connection,
            transaction
        );
        await holding.ExecuteNonQueryAsync();

        // One of fifteen calls uses the locked counter and times out; after the first other counter exists, none does.
        await Eventually.IsSoAsync(
            "somebody else counts",
            async () =>
                await Record.ExceptionAsync(() => stage.Others.TryReserveBudgetAsync(period, Budget, default).AsTask())
                    is null
        );
        for (var i = 0; i < 10; i++)
        {
            (await stage.Others.TryReserveBudgetAsync(period, Budget, default)).Should().BeTrue();
        }

        await transaction.CommitAsync();
        (await stage.Database.ValueAsync<long>("select sum(used) from cp_budget_usage where period = '2026-04'"))
            .Should()
            .Be(12);
    }

    [PostgreSqlFact]
    public async Task A_refund_waits_for_the_holder_of_all_used_counters()
    {
        await using var stage = await Stage.OpenAsync();
        var busy = new NpgsqlConnectionStringBuilder(stage.Database.ConnectionString)
        {
            Options = "-c lock_timeout=30000",
            ApplicationName = "patient",
        };
        var store = stage
            .Database.Host(connectionString: busy.ConnectionString)
            .GetRequiredService<ICustomerProfileStore>();
        await using var connection = new NpgsqlConnection(stage.Database.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var holding = new NpgsqlCommand(
            "select 1 from cp_budget_usage for update",
            connection,
            transaction
        );
        await holding.ExecuteNonQueryAsync();

        var given = store.RefundAsync(Period, default).AsTask();
        await Eventually.IsSoAsync(
            "it waits",
            async () =>
                await stage.Database.ValueAsync<long>(
                    """
                    select count(*) from pg_stat_activity where application_name = 'patient'
                        and wait_event_type = 'Lock'
                    """
                ) == 1
        );
        await transaction.CommitAsync();
        await given;

        (await stage.Database.ValueAsync<long>("select sum(used) from cp_budget_usage")).Should().Be(1);
    }

    /// <summary>A role that may only connect can take any advisory lock, and keep it.</summary>
    [PostgreSqlFact]
    public async Task Advisory_locks_of_others_block_nobody()
    {
        await using var stage = await Stage.OpenAsync(upgrade: false);
        await using var thief = new NpgsqlConnection(stage.Database.ConnectionString);
        await thief.OpenAsync();
        await using var taking = new NpgsqlCommand(
            "select pg_advisory_lock(4873302519643100), pg_advisory_lock(hashtextextended('default', "
                + "4873302519643100)), pg_advisory_lock(hashtextextended('default', 0))",
            thief
        );
        await taking.ExecuteNonQueryAsync();

        await stage.EverythingAboutSomebodyElseAsync(await stage.SceneAsync());

        await using var locks = new NpgsqlCommand(
            "select count(*) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()",
            thief
        );
        (await locks.ExecuteScalarAsync()).Should().Be(0L);
    }

    /// <summary>The end of every message, the middle of the longest, and each of the last bytes.</summary>
    private static int[] OffsetsOf(byte[] sent)
    {
        var ends = new List<int>();
        var longest = (Start: 0, Length: 0);
        for (var at = 0; at < sent.Length; )
        {
            var length = 1 + BinaryPrimitives.ReadInt32BigEndian(sent.AsSpan(at + 1));
            longest = length > longest.Length ? (at, length) : longest;
            ends.Add(at += length);
        }

        return
        [
            .. ends.Concat([longest.Start + (longest.Length / 2)])
                .Concat(Enumerable.Range(1, 5).Select(back => sent.Length - back))
                .Where(end => end < sent.Length)
                .Distinct()
                .Order(),
        ];
    }

    /// <summary>The customer of an operation.</summary>
    internal sealed record Scene(string Address, string New, CustomerProfile Profile, CheckClaim Claim)
    {
        /// <summary>Always of the same length, and longer than what a host sends at once.</summary>
        public string Notes { get; } = new('n', 20_000);
    }

    /// <summary>A stalled host, and the others.</summary>
    private sealed class Stage : IAsyncDisposable
    {
        private int _scenes;

        private Stage(
            PostgreSqlTestDatabase database,
            StallingProxy proxy,
            ICustomerProfileStore stalled,
            ICustomerProfileStore others
        ) => (Database, Proxy, Stalled, Others) = (database, proxy, stalled, others);

        public PostgreSqlTestDatabase Database { get; }

        public StallingProxy Proxy { get; }

        public ICustomerProfileStore Stalled { get; }

        public ICustomerProfileStore Others { get; }

        public static async Task<Stage> OpenAsync(bool upgrade = true)
        {
            var database = await PostgreSqlTestDatabase.CreateAsync();
            var direct = new NpgsqlConnectionStringBuilder(database.ConnectionString);
            var proxy = new StallingProxy(direct.Host!, direct.Port);

            // Without automatic preparation, which would make statements shorter than in the recording.
            var through = new NpgsqlConnectionStringBuilder(database.ConnectionString)
            {
                Port = proxy.Port,
                MaxAutoPrepare = 0,
                ApplicationName = "stalled",
                MaxPoolSize = 1,
                Timeout = 60,
            };
            direct.Options = "-c lock_timeout=1000";
            var others = database
                .Host(connectionString: direct.ConnectionString)
                .GetRequiredService<ICustomerProfileStore>();
            var stalled = database
                .Host(connectionString: through.ConnectionString)
                .GetRequiredService<ICustomerProfileStore>();
            var stage = new Stage(database, proxy, stalled, others);
            if (upgrade)
            {
                await stalled.GetProviderSettingsAsync(default, default);
                (await others.TryReserveBudgetAsync(Period, Budget, default)).Should().BeTrue();
                (await others.TryReserveBudgetAsync(Period, Budget, default)).Should().BeTrue();
            }

            return stage;
        }

        public async Task<Scene> SceneAsync()
        {
            var number = $"{++_scenes:0000}";
            var address = $"ada-{number}@example.com";
            await Others.SetProviderSettingAsync(
                default,
                new ProviderSetting(StoreCalls.Provider, isEnabled: true, StoreCalls.Now, "kim"),
                default
            );
            var profile = await Others.CreateAsync(address, StoreCalls.Provider, "three");
            CheckClaim claim;
            do
            {
                // Checks that an earlier scenario has left come first.
                claim = (await Others.ClaimAsync())!;
            } while (claim.CustomerId != profile.Id);

            return new Scene(address, $"new-{number}@example.com", profile, claim);
        }

        /// <summary>The server has read and executed everything that it has received.</summary>
        public Task ServerWaitsForHostAsync() =>
            Eventually.IsSoAsync(
                "the server waits for the stalled host",
                async () =>
                    await Database.ValueAsync<long>(
                        "select count(*) from pg_stat_activity where application_name = 'stalled' and "
                            + "wait_event = 'ClientRead'"
                    ) == 1
            );

        public async Task EverythingAboutSomebodyElseAsync(Scene scene)
        {
            var address = $"bea-{scene.Address}";
            var bea = await Others.CreateAsync(address, Other);
            (
                await Others.RecordConversationAsync(
                    default,
                    StoreCalls.IdentityOf(address),
                    StoreCalls.Record("2"),
                    default
                )
            )!
                .IsNewConversation.Should()
                .BeTrue();
            (
                await Others.AddAsync(
                    default,
                    [StoreCalls.NewProfile($"added-{address}"), StoreCalls.NewProfile($"added-too-{address}")],
                    created: null,
                    default
                )
            )
                .Should()
                .AllBeOfType<AddResult.Added>();
            (
                await Others.FindAllAsync(
                    default,
                    [StoreCalls.IdentityOf($"added-{address}"), StoreCalls.IdentityOf(address)],
                    default
                )
            )
                .Should()
                .HaveCount(2);
            (await Others.RequestCheckAsync(default, bea.Id, "five", null, StoreCalls.Now, default)).Should().BeTrue();
            (
                await Others.UpdateAsync(
                    bea.WithNotes("hers", StoreCalls.IdentityOf($"also-{address}")),
                    change: null,
                    default
                )
            )
                .Should()
                .BeOfType<UpdateResult.Updated>();
            var claim = (await Others.ClaimNextCheckAsync([Other], StoreCalls.Now, StoreCalls.Lease, default))!;
            claim.CustomerId.Should().Be(bea.Id);
            (await Others.RenewLeaseAsync(claim, StoreCalls.Lease, default)).Should().BeTrue();
            await Others.ReleaseCheckAsync(
                claim,
                new CheckRelease
                {
                    At = StoreCalls.Now,
                    Failure = null,
                    RetryAt = StoreCalls.Now,
                    CountsAsAttempt = true,
                },
                default
            );
            claim = (await Others.ClaimNextCheckAsync([Other], StoreCalls.Now, StoreCalls.Lease, default))!;
            (await Others.CompleteAsync(claim, claim.Profile.WithNotes("found"), CheckOutcome.Matched))
                .Should()
                .BeOfType<CompleteResult.Completed>();
            await Others.ClaimNextCheckAsync(["three"], StoreCalls.Now, Duration.Zero, default);
            (await Others.TryReserveBudgetAsync(Period, Budget, default)).Should().BeTrue();
            await Others.RefundAsync(Period, default);
            foreach (var on in new[] { false, true })
            {
                (
                    await Others.SetProviderSettingAsync(
                        default,
                        new ProviderSetting("six", on, StoreCalls.Now, "kim"),
                        default
                    )
                )
                    .Should()
                    .BeTrue();
            }

            foreach (var suppressed in new[] { true, false })
            {
                (await Others.SetSuppressedAsync(default, bea.Id, suppressed, change: null, default)).Should().BeTrue();
                await Others.SetSuppressedAsync(
                    default,
                    StoreCalls.IdentityOf($"nobody-{address}"),
                    suppressed,
                    default
                );
            }

            (await Others.CountPendingChecksAsync(default)).Should().NotBeEmpty();
            (await ((ISearchStore)Others).SearchAsync(default, new ProfileSearchQuery { Text = address }, default))
                .Profiles.Should()
                .Contain(profile => profile.Id == bea.Id);
        }

        public async ValueTask DisposeAsync()
        {
            await Database.DisposeAsync();
            await Proxy.DisposeAsync();
        }
    }
}
