using System.Collections.Concurrent;
using System.Data.Common;
using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// A lost race is an outcome and not a failed statement, which a server would log with the duplicate address.
/// </summary>
public sealed class QuietRaceTests
{
    private const int Rounds = 15;

    public static TheoryData<string, DatabaseKind> Races
    {
        get
        {
            string[] races =
            [
                "edit and edit",
                "edit and edit crosswise",
                "edit and create",
                "create and create",
                "add and add",
                "add and create",
                "add and edit",
                "add and suppress",
                "edit and suppress",
                "create and suppress",
                "edit and suppress customer",
                "answer and suppress",
                "answer and suppress customer",
                "answer and renew",
                "withheld and edit",
                "withheld and answer",
                "suppress and suppress",
                "suppress customer and suppress their identity",
                "suppress customer and unsuppress",
                "request and request",
                "disable and disable",
                "spend and spend",
            ];
            var data = new TheoryData<string, DatabaseKind>();
            foreach (var kind in TestDatabase.All)
            {
                foreach (var race in races)
                {
                    data.Add(race, kind);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Races))]
    public async Task A_lost_race_is_reported_and_no_statement_fails(string race, DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var failures = new Failures();
        ICustomerProfileStore[] hosts = [database.Store(failures), database.Store(failures)];
        await hosts[0].GetProviderSettingsAsync(default, default);
        await hosts[1].GetProviderSettingsAsync(default, default);
        for (var round = 0; round < Rounds; round++)
        {
            var (x, y) = ($"x{round}@example.com", $"y{round}@example.com");
            var (ada, bea) = (
                await hosts[0].CreateAsync($"ada{round}@example.com", StoreCalls.Provider),
                await hosts[0].CreateAsync($"bea{round}@example.com")
            );
            var claim = (await hosts[0].ClaimAsync())!;
            claim.CustomerId.Should().Be(ada.Id);
            Func<Task>[] calls = race switch
            {
                "edit and edit" => [() => Edit(0, ada, x), () => Edit(1, bea, x)],
                "edit and edit crosswise" => [() => Edit(0, ada, x, y), () => Edit(1, bea, y, x)],
                "edit and create" => [() => Edit(0, ada, x), () => hosts[1].CreateAsync(x)],
                "create and create" => [() => hosts[0].CreateAsync(x), () => hosts[1].CreateAsync(x)],
                "add and add" => [() => Add(0, x, y), () => Add(1, y, x)],
                "add and create" => [() => Add(0, x, y), () => hosts[1].CreateAsync(x)],
                "add and edit" => [() => Add(0, x, y), () => Edit(1, bea, y, x)],
                "add and suppress" => [() => Add(0, x, y), () => Suppress(1, x)],
                "edit and suppress" => [() => Edit(0, ada, x), () => Suppress(1, x)],
                "create and suppress" => [() => hosts[0].CreateAsync(x), () => Suppress(1, x)],
                "edit and suppress customer" => [() => Edit(0, ada, x), () => SuppressCustomer(1, ada)],
                "answer and suppress" => [() => Answer(0, claim), () => Suppress(1, $"ada{round}@example.com")],
                "answer and suppress customer" => [() => Answer(0, claim), () => SuppressCustomer(1, ada)],
                "answer and renew" =>
                [
                    () => Answer(0, claim),
                    () => hosts[1].RenewLeaseAsync(claim, StoreCalls.Lease, default).AsTask(),
                ],
                "withheld and edit" => [() => Answer(0, claim, CheckOutcome.Withheld), () => Edit(1, ada, x, y)],
                "withheld and answer" => [() => Answer(0, claim, CheckOutcome.Withheld), () => Answer(1, claim)],
                "suppress and suppress" => [() => Suppress(0, x), () => Suppress(1, x)],
                "suppress customer and suppress their identity" =>
                [
                    () => SuppressCustomer(0, ada),
                    () => Suppress(1, $"ada{round}@example.com"),
                ],
                "suppress customer and unsuppress" =>
                [
                    () => SuppressCustomer(0, ada),
                    () => UnsuppressCustomer(1, ada),
                ],
                "request and request" => [() => Request(0, ada), () => Request(1, ada)],
                "disable and disable" => [() => Disable(0, round), () => Disable(1, round)],
                _ => [() => ReserveBudget(0, round), () => ReserveBudget(1, round)],
            };

            await Task.WhenAll(calls.Select(call => Task.Run(call)));

            if (race == "suppress customer and unsuppress")
            {
                // In either order, a customer and their identities are suppressed together or not at all.
                (
                    await database.ValueAsync<long>(
                        """
                        select count(*)
                        from cp_identities i join cp_customers c on c.tenant = i.tenant and c.id = i.customer_id
                        where c.is_suppressed <> exists (
                            select 1 from cp_suppressions s
                            where s.tenant = i.tenant and s.kind = i.kind and s.value = i.value)
                        """
                    )
                )
                    .Should()
                    .Be(0);
            }

            // The result is that of one of the two orders.
            if (race.StartsWith("edit and edit", StringComparison.Ordinal))
            {
                var profiles = new[]
                {
                    (await hosts[0].GetAsync(default, ada.Id, default))!.Profile,
                    (await hosts[0].GetAsync(default, bea.Id, default))!.Profile,
                };
                profiles
                    .Should()
                    .ContainSingle(profile => profile.Version == 2)
                    .Which.Identities.Should()
                    .Contain(StoreCalls.IdentityOf(x));
                profiles
                    .Should()
                    .ContainSingle(profile => profile.Version == 1)
                    .Which.Identities.Should()
                    .ContainSingle();
                (
                    await database.ValueAsync<long>(
                        "select count(*) from cp_identities i where not exists (select 1 from cp_customers "
                            + "c where c.tenant = i.tenant and c.id = i.customer_id)"
                    )
                )
                    .Should()
                    .Be(0);
            }
        }

        failures.Seen.Should().BeEmpty();

        Task Edit(int host, CustomerProfile profile, params string[] gained) =>
            hosts[host]
                .UpdateAsync(
                    profile.WithNotes("mine", [.. gained.Select(StoreCalls.IdentityOf)]),
                    change: null,
                    default
                )
                .AsTask();
        Task Add(int host, params string[] addresses) =>
            hosts[host]
                .AddAsync(
                    default,
                    [.. addresses.Select(address => StoreCalls.NewProfile(address))],
                    created: null,
                    default
                )
                .AsTask();
        Task Suppress(int host, string address) =>
            hosts[host].SetSuppressedAsync(default, StoreCalls.IdentityOf(address), suppressed: true, default).AsTask();
        Task SuppressCustomer(int host, CustomerProfile profile) =>
            hosts[host].SetSuppressedAsync(default, profile.Id, suppressed: true, change: null, default).AsTask();
        Task UnsuppressCustomer(int host, CustomerProfile profile) =>
            hosts[host].SetSuppressedAsync(default, profile.Id, suppressed: false, change: null, default).AsTask();
        Task Answer(int host, CheckClaim claim, CheckOutcome outcome = CheckOutcome.Matched) =>
            hosts[host]
                .CompleteAsync(
                    claim,
                    outcome == CheckOutcome.Withheld ? null : claim.Profile.WithNotes("found"),
                    outcome
                )
                .AsTask();
        Task Request(int host, CustomerProfile profile) =>
            hosts[host].RequestCheckAsync(default, profile.Id, "another", null, StoreCalls.Now, default).AsTask();
        Task Disable(int host, int round) =>
            hosts[host]
                .SetProviderSettingAsync(
                    default,
                    new ProviderSetting($"p{round}", isEnabled: false, StoreCalls.Now, "kim"),
                    default
                )
                .AsTask();
        Task ReserveBudget(int host, int round) =>
            hosts[host]
                .TryReserveBudgetAsync(new BudgetPeriod("one", $"{round}"), 1 + (round % 2 * 100), default)
                .AsTask();
    }

    /// <summary>The statements that failed.</summary>
    private sealed class Failures : DbCommandInterceptor
    {
        public ConcurrentQueue<string> Seen { get; } = [];

        public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) =>
            Seen.Enqueue(eventData.Exception.Message);

        public override Task CommandFailedAsync(
            DbCommand command,
            CommandErrorEventData eventData,
            CancellationToken cancellationToken = default
        )
        {
            Seen.Enqueue(eventData.Exception.Message);
            return Task.CompletedTask;
        }
    }
}
