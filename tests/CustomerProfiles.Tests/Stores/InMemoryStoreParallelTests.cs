using System.Globalization;
using CsCheck;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Tests.Stores;

/// <summary>
/// Calls of the store in memory at the same time end as if they had come one after another in some order. The rest of
/// the contract is proven by the conformance kit; this takes a store that never waits, and is thrown away a thousand
/// times.
/// </summary>
public sealed class InMemoryStoreParallelTests
{
    private static readonly string[] Providers = ["one", "two"];

    private static readonly BudgetPeriod[] Periods = [new("one", "2026-01-31"), new("two", "2026-01")];

    private static readonly Identity[] Identities =
    [
        .. Enumerable.Range(0, 2).Select(i => TestHost.IdentityOf($"person{i}@example.com")),
    ];

    public enum Do
    {
        Create,
        Receive,
        Update,
        Request,
        Claim,
        Switch,
        SuppressCustomer,
        SuppressIdentity,
        ReserveBudget,
        Refund,
    }

    [Fact]
    public void Calls_at_the_same_time_end_as_if_they_had_come_one_after_another()
    {
        var call = Gen.Select(Gen.Enum<Do>(), Gen.Int[0, 1], Gen.Int[0, 1], Gen.Int[0, 1]);
        Gen.Const(0)
            .Select(_ => new SmallStore())
            .SampleParallel(
                call.Operation((SmallStore store, (Do, int, int, int) next) => store.Do(next)),
                equal: (one, other) => one.Tell() == other.Tell(),
                print: store => store.Tell(),
                iter: 200 * Math.Min(Repeat.Times, 20),
                maxParallelOperations: 6,
                threads: 3
            );
    }

    /// <summary>
    /// The store, called with small numbers. Each call is one call of the store, and a customer's id follows from their
    /// identity.
    /// </summary>
    private sealed class SmallStore
    {
        private readonly Lock _lock = new();
        private InMemoryCustomerProfileStore? _store;

        /// <summary>Made at the first call, so that each copy that the test makes has its own.</summary>
        private InMemoryCustomerProfileStore Store
        {
            get
            {
                lock (_lock)
                {
                    return _store ??= new InMemoryCustomerProfileStore(new TestTime(TestHost.Start));
                }
            }
        }

        public void Do((Do What, int A, int B, int C) call)
        {
            var (what, a, b, c) = call;
            var (id, provider, now) = (New(a).Id, Providers[b], TestHost.Start);
            switch (what)
            {
                case InMemoryStoreParallelTests.Do.Create:
                    Now(
                        Store.CreateAsync(
                            new NewCustomer
                            {
                                Profile = New(a),
                                Conversation = Told(b),
                                Checks = [.. Providers.Take(c + 1)],
                            },
                            default
                        )
                    );
                    break;
                case InMemoryStoreParallelTests.Do.Receive:
                    Now(Store.RecordConversationAsync(default, Identities[a], Told(b), default));
                    break;
                case InMemoryStoreParallelTests.Do.Update:
                    Now(
                        Store.UpdateAsync(
                            new CustomerProfile(default, id, b + 2, now, now, [Identities[a]], []),
                            change: null,
                            default
                        )
                    );
                    break;
                case InMemoryStoreParallelTests.Do.Request:
                    Now(Store.RequestCheckAsync(default, id, provider, null, now, default));
                    break;
                case InMemoryStoreParallelTests.Do.Claim:
                    Now(Store.ClaimNextCheckAsync([.. Providers], now, Duration.FromMinutes(2), default));
                    break;
                case InMemoryStoreParallelTests.Do.Switch:
                    Now(
                        Store.SetProviderSettingAsync(
                            default,
                            new ProviderSetting(provider, c == 0, now, "kim"),
                            default
                        )
                    );
                    break;
                case InMemoryStoreParallelTests.Do.SuppressCustomer:
                    Now(Store.SetSuppressedAsync(default, id, b == 0, change: null, default));
                    break;
                case InMemoryStoreParallelTests.Do.SuppressIdentity:
                    Store
                        .SetSuppressedAsync(default, Identities[a], b == 0, default)
                        .IsCompletedSuccessfully.Should()
                        .BeTrue();
                    break;
                case InMemoryStoreParallelTests.Do.ReserveBudget:
                    Now(Store.TryReserveBudgetAsync(Periods[a], b + 1, default));
                    break;
                default:
                    Store.RefundAsync(Periods[a], default).IsCompletedSuccessfully.Should().BeTrue();
                    break;
            }
        }

        public string Tell()
        {
            var lines = Identities
                .Select(identity =>
                    Now(Store.FindAsync(default, identity, default)) is { } customer ? Text(customer) : "nobody"
                )
                .ToList();
            lines.Add(
                string.Join(
                    ' ',
                    Now(Store.GetProviderSettingsAsync(default, default))
                        .Select(one => $"{one.Provider}={one.IsEnabled}")
                        .Order(StringComparer.Ordinal)
                )
            );
            lines.Add($"{Now(Store.ListAsync(default, new ProfileQuery(), default)).Profiles.Length} customers");
            lines.Add($"spent {string.Join(' ', Periods.Select(Spent))}");
            return string.Join('\n', lines);
        }

        /// <summary>The store in memory never waits.</summary>
        private static T Now<T>(ValueTask<T> task) =>
            task.IsCompletedSuccessfully ? task.Result : throw new InvalidOperationException("It waited.");

        private static ConversationRecord Told(int number) =>
            new($"conversation {number}", ConversationDirection.Received, TestHost.Start);

        private static CustomerProfile New(int number) =>
            new(
                default,
                CustomerId.From(new Guid(number + 1, 0, 0, new byte[8])),
                1,
                TestHost.Start,
                TestHost.Start,
                [Identities[number]],
                []
            );

        private static string Text(StoredCustomer customer) =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{customer.Profile} "
                    + $"[{string.Join(' ', customer.Profile.Identities.Select(identity => identity.Value))}] "
                    + $"{(customer.IsSuppressed ? "suppressed" : "")}"
            )
            + string.Concat(
                customer
                    .Checks.OrderBy(check => check.Provider, StringComparer.Ordinal)
                    .Select(check => $" {check.Provider}: {check.LastOutcome} {(check.IsPending ? "pending" : "")}")
            );

        /// <summary>
        /// How much is counted: so much that one more is refused if no more are allowed. What was counted to find out
        /// is taken back.
        /// </summary>
        private int Spent(BudgetPeriod period)
        {
            // One at a time: two who tell of the same store at once would count each other's.
            lock (_lock)
            {
                var used = 0;
                while (!Now(Store.TryReserveBudgetAsync(period, used + 1, default)))
                {
                    used++;
                }

                Store.RefundAsync(period, default).IsCompletedSuccessfully.Should().BeTrue();
                return used;
            }
        }
    }
}
