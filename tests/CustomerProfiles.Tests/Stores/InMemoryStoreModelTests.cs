using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using CustomerProfiles.Enrichment;
using CustomerProfiles.Profiles;
using CustomerProfiles.Rechecks;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Tests.Stores;

/// <summary>Sequences of calls that nobody thought of, against a model of the contract that is too simple to be wrong.</summary>
public sealed class InMemoryStoreModelTests
{
    private static readonly string[] Providers = ["one", "two"];

    private static readonly SpendingPeriod[] Periods = [new("one", "2026-01-31"), new("one", "2026-01"), new("two", "2026-01-31"), new("two", "2026-01")];

    private static readonly Identity[] Identities = [.. Enumerable.Range(0, 4).Select(i => TestHost.IdentityOf($"person{i}@example.com"))];

    /// <summary>A call: what to do, and three small numbers of which each call takes what it needs.</summary>
    private static readonly Gen<(Do What, int A, int B, int C)> AnyCall =
        Gen.Select(Among(Enum.GetValues<Do>()), Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 3]);

    private static string Told((Do, int, int, int)[] calls, int last) => string.Join(' ', calls.Take(last + 1));

    private static Gen<T> Among<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    public enum Do
    {
        Create,
        Receive,
        Update,
        Request,
        RequestStale,
        Claim,
        ClaimAgain,
        Complete,
        CompleteWithProfile,
        Release,
        Prolong,
        Spend,
        GiveBack,
        Switch,
        SuppressCustomer,
        SuppressIdentity,
        Wait,
    }

    [Fact]
    public void Any_sequence_of_calls_answers_as_the_model_does()
    {
        AnyCall.Array[1, 60].Sample(
            calls =>
            {
                var (store, model) = (new StoreUnderTest(), new Model());
                for (var i = 0; i < calls.Length; i++)
                {
                    var (expected, answered) = (model.Do(calls[i]), store.Do(calls[i]));
                    if (expected != answered)
                    {
                        throw new InvalidOperationException($"{Told(calls, i)}:\nexpected {expected}\nanswered {answered}");
                    }

                    var (should, does) = (model.Tell(), store.Tell());
                    if (should != does)
                    {
                        throw new InvalidOperationException($"After {Told(calls, i)}:\nexpected\n{should}\nkept\n{does}");
                    }
                }
            },
            iter: 3_000);
    }

    [Fact]
    public void Calls_at_the_same_time_end_as_if_they_had_come_one_after_another()
    {
        var call = Gen.Select(
            Among(Do.Create, Do.Receive, Do.Update, Do.Request, Do.Claim, Do.Switch, Do.SuppressCustomer, Do.SuppressIdentity, Do.Spend, Do.GiveBack),
            Gen.Int[0, 1],
            Gen.Int[0, 1],
            Gen.Int[0, 1]);
        Gen.Const(0).Select(_ => new StoreUnderTest(ownIdentities: true)).SampleParallel(
            call.Operation((StoreUnderTest store, (Do, int, int, int) next) => { store.Do(next); }),
            equal: (one, other) => one.Tell() == other.Tell(),
            print: store => store.Tell(),
            iter: 200 * Math.Min(Repeat.Times, 20),
            maxParallelOperations: 6,
            threads: 3);
    }

    [Fact]
    public async Task A_cancelled_call_does_nothing()
    {
        var store = new StoreUnderTest();
        store.Do((Do.Create, 0, 0, 3));
        var before = store.Tell();
        foreach (var cancelled in store.Cancelled(new CancellationToken(canceled: true)))
        {
            await cancelled.Should().ThrowAsync<OperationCanceledException>();
        }

        store.Tell().Should().Be(before);
    }

    /// <summary>The store, called with small numbers, telling in words what it answered.</summary>
    private sealed class StoreUnderTest(bool ownIdentities = false)
    {
        private readonly TestTime _time = new(TestHost.Start);
        private readonly Lock _lock = new();
        private readonly List<CustomerId> _customers = [];
        private readonly List<CheckClaim> _claims = [];
        private InMemoryCustomerProfileStore? _store;

        private InMemoryCustomerProfileStore Store
        {
            get
            {
                lock (_lock)
                {
                    return _store ??= new InMemoryCustomerProfileStore(_time);
                }
            }
        }

        public string Do((Do What, int A, int B, int C) call)
        {
            var (what, a, b, c) = call;
            return what switch
            {
                InMemoryStoreModelTests.Do.Create => Create(a, b, c),
                InMemoryStoreModelTests.Do.Receive => Conversation(Now(Store.ReceiveAsync(default, Identities[a], Told(b), default))),
                InMemoryStoreModelTests.Do.Update => Update(a, b, c),
                InMemoryStoreModelTests.Do.Request => Request(a, b, stale: false),
                InMemoryStoreModelTests.Do.RequestStale => Request(a, b, stale: true),
                InMemoryStoreModelTests.Do.Claim or InMemoryStoreModelTests.Do.ClaimAgain => Claim(a),
                InMemoryStoreModelTests.Do.Complete => Complete(a, withProfile: false),
                InMemoryStoreModelTests.Do.CompleteWithProfile => Complete(a, withProfile: true),
                InMemoryStoreModelTests.Do.Release => Release(a, b, c),
                InMemoryStoreModelTests.Do.Prolong => ClaimAt(a) is { } claim ? $"{Now(Store.ProlongCheckAsync(claim, Duration.FromMinutes(b), default))}" : "nothing",
                InMemoryStoreModelTests.Do.Spend => $"{Now(Store.TrySpendAsync(Periods[a], b, default))}",
                InMemoryStoreModelTests.Do.GiveBack => GiveBack(a),
                InMemoryStoreModelTests.Do.Switch => $"{Now(Store.SetSwitchAsync(default, new ProviderSwitch(Providers[a % 2], b % 2 == 0, _time.Now, "kim"), default))}",
                InMemoryStoreModelTests.Do.SuppressCustomer => Customer(a) is { } id ? $"{Now(Store.SetSuppressedAsync(default, id, b % 2 == 0, default))}" : "nobody",
                InMemoryStoreModelTests.Do.SuppressIdentity => SuppressIdentity(a, b),
                _ => Wait(a),
            };
        }

        public string Tell()
        {
            var lines = new List<string>();
            foreach (var identity in Identities)
            {
                lines.Add(Now(Store.FindAsync(default, identity, default)) is { } customer ? $"{identity.Value}: {Text(customer)}" : $"{identity.Value}: nobody");
            }

            lines.Add(string.Join(' ', Now(Store.GetSwitchesAsync(default, default)).Select(one => $"{one.Provider}={one.IsOn}").Order(StringComparer.Ordinal)));
            lines.Add($"{Now(Store.ListAsync(default, new ProfileQuery(), default)).Profiles.Length} customers");
            lines.Add($"spent {string.Join(' ', Periods.Select(Spent))}");
            return string.Join('\n', lines);
        }

        public IEnumerable<Func<Task>> Cancelled(CancellationToken cancel)
        {
            var id = _customers[0];
            var customer = Now(Store.GetAsync(default, id, default))!.Value;
            var claim = new CheckClaim(Guid.NewGuid(), "one", 1, _time.Now, customer.Profile);
            yield return () => Store.GetAsync(default, id, cancel).AsTask();
            yield return () => Store.FindAsync(default, Identities[0], cancel).AsTask();
            yield return () => Store.ReceiveAsync(default, Identities[0], Told(3), cancel).AsTask();
            yield return () => Store.CreateAsync(new NewCustomer(New(1), Told(0), []), cancel).AsTask();
            yield return () => Store.UpdateAsync(customer.Profile.Next(customer.Profile.Values, _time.Now), cancel).AsTask();
            yield return () => Store.ListAsync(default, new ProfileQuery(), cancel).AsTask();
            yield return () => Store.RequestCheckAsync(default, id, "three", null, _time.Now, cancel).AsTask();
            yield return () => Store.ClaimNextCheckAsync([.. Providers], _time.Now, Duration.FromMinutes(1), cancel).AsTask();
            yield return () => Store.CompleteCheckAsync(claim, CheckOutcome.NoMatch, null, _time.Now, cancel).AsTask();
            yield return () => Store.ReleaseCheckAsync(claim, default, cancel).AsTask();
            yield return () => Store.ProlongCheckAsync(claim, Duration.FromMinutes(1), cancel).AsTask();
            yield return () => Store.TrySpendAsync(Periods[0], 3, cancel).AsTask();
            yield return () => Store.GiveBackAsync(Periods[1], cancel).AsTask();
            yield return () => Store.GetSwitchesAsync(default, cancel).AsTask();
            yield return () => Store.SetSwitchAsync(default, new ProviderSwitch("one", IsOn: false, _time.Now, "kim"), cancel).AsTask();
            yield return () => Store.SetSuppressedAsync(default, id, suppressed: true, cancel).AsTask();
            yield return () => Store.SetSuppressedAsync(default, Identities[0], suppressed: true, cancel).AsTask();
        }

        /// <summary>The store in memory never waits, and the model relies on it.</summary>
        private static T Now<T>(ValueTask<T> task) => task.IsCompletedSuccessfully ? task.Result : throw new InvalidOperationException("It waited.");

        private static string Text(CustomerProfile profile) => $"v{profile.Version} [{string.Join(' ', profile.Identities.Select(identity => identity.Value))}]";

        private static string Text(StoredCustomer customer) => string.Create(
            CultureInfo.InvariantCulture,
            $"{Text(customer.Profile)} {(customer.IsSuppressed ? "suppressed" : "")}")
            + string.Concat(customer.Checks.OrderBy(check => check.Provider, StringComparer.Ordinal).Select(check =>
                $" {check.Provider}: {check.LastOutcome} {check.LastCheckAt} {(check.IsPending ? "pending" : "")} {check.RequestedAt} {check.LastFailure}"));

        private static string Conversation(ReceivedConversation? conversation) =>
            conversation is { } told ? $"{(told.IsNew ? "new" : "told")} {told.FirstTold.At} {Text(told.Customer)}" : "nobody";

        private ToldConversation Told(int number) => new($"conversation {number}", RecheckTrigger.Received, _time.Now);

        private CustomerProfile New(int identity) =>
            new(default, ownIdentities ? CustomerId.From(new Guid(identity + 1, 0, 0, new byte[8])) : CustomerId.New(_time.Now), 1, _time.Now, _time.Now, [Identities[identity]], []);

        private CustomerId? Customer(int number)
        {
            if (ownIdentities)
            {
                return New(number).Id;
            }

            lock (_lock)
            {
                return number < _customers.Count ? _customers[number] : null;
            }
        }

        private string Create(int identity, int conversation, int checks)
        {
            var profile = New(identity);
            var result = Now(Store.CreateAsync(new NewCustomer(profile, Told(conversation), [.. Providers.Where((_, i) => (checks & (1 << i)) != 0)]), default));
            if (result.Created && !ownIdentities)
            {
                _customers.Add(profile.Id);
            }

            return $"{result.Created} {Conversation(result.Conversation)}";
        }

        private string Update(int number, int identities, int behind)
        {
            // Beside other calls it must be one call of the store, so it does not read first.
            if (ownIdentities)
            {
                return Now(Store.UpdateAsync(new CustomerProfile(default, New(number).Id, identities + 2, _time.Now, _time.Now, [Identities[number]], []), default)).GetType().Name;
            }

            if (Customer(number) is not { } id || Now(Store.GetAsync(default, id, default)) is not { } customer)
            {
                return "nobody";
            }

            var profile = customer.Profile;
            var wanted = Wanted(profile.Identities, identities);
            var next = new CustomerProfile(default, id, profile.Version + (behind == 3 ? 2 : 1), profile.CreatedAt, _time.Now, wanted, profile.Values);
            return Now(Store.UpdateAsync(next, default)) switch
            {
                UpdateResult.Stale stale => $"stale {Text(stale.Present)}",
                UpdateResult.IdentityTaken taken => $"taken {taken.Identity.Value} {_customers.IndexOf(taken.Owner)}",
                var other => other.GetType().Name,
            };
        }

        private string Request(int number, int provider, bool stale)
        {
            if (ownIdentities)
            {
                return $"{Now(Store.RequestCheckAsync(default, New(number).Id, Providers[provider % 2], null, _time.Now, default))}";
            }

            if (Customer(number) is not { } id || Now(Store.GetAsync(default, id, default)) is not { } customer)
            {
                return "nobody";
            }

            var last = customer.CheckWith(Providers[provider % 2])?.LastCheckAt;
            return $"{Now(Store.RequestCheckAsync(default, id, Providers[provider % 2], stale ? (last ?? _time.Now) - Duration.FromTicks(10) : last, _time.Now, default))}";
        }

        private string Claim(int providers)
        {
            var claim = Now(Store.ClaimNextCheckAsync(providers == 3 ? ["two"] : [.. Providers], _time.Now, Duration.FromMinutes(2), default));
            if (claim is null)
            {
                return "nothing";
            }

            lock (_lock)
            {
                _claims.Add(claim);
            }

            return $"{claim.Provider} {claim.Attempt} {claim.LeasedUntil} {Text(claim.Profile)}";
        }

        private CheckClaim? ClaimAt(int number)
        {
            lock (_lock)
            {
                return number < _claims.Count ? _claims[^(number + 1)] : null;
            }
        }

        private string Complete(int number, bool withProfile)
        {
            if (ClaimAt(number) is not { } claim)
            {
                return "nothing";
            }

            var profile = withProfile ? claim.Profile.Next(claim.Profile.Values, _time.Now) : null;
            profile = profile is null ? null : new CustomerProfile(default, profile.Id, profile.Version, profile.CreatedAt, profile.UpdatedAt, claim.Profile.Identities, []);
            return Now(Store.CompleteCheckAsync(claim, CheckOutcome.NoMatch, profile, _time.Now, default)) switch
            {
                CompleteResult.Stale stale => $"stale {Text(stale.Present)}",
                var other => other.GetType().Name,
            };
        }

        private string Release(int number, int wait, int counts)
        {
            if (ClaimAt(number) is not { } claim)
            {
                return "nothing";
            }

            Store.ReleaseCheckAsync(
                claim,
                new CheckRelease(_time.Now, wait == 0 ? null : ProviderFailure.Throttled, wait == 3 ? null : _time.Now + Duration.FromMinutes(wait), counts % 2 == 0),
                default).IsCompletedSuccessfully.Should().BeTrue();
            return "released";
        }

        private string GiveBack(int period)
        {
            Store.GiveBackAsync(Periods[period], default).IsCompletedSuccessfully.Should().BeTrue();
            return "given back";
        }

        /// <summary>How much is counted: so much that one more is refused if no more are allowed. What was counted to find out is taken back.</summary>
        private int Spent(SpendingPeriod period)
        {
            // One at a time: two who tell of the same store at once would count each other's.
            lock (_lock)
            {
                var spent = 0;
                while (!Now(Store.TrySpendAsync(period, spent + 1, default)))
                {
                    spent++;
                }

                Store.GiveBackAsync(period, default).IsCompletedSuccessfully.Should().BeTrue();
                return spent;
            }
        }

        private string SuppressIdentity(int identity, int on)
        {
            Store.SetSuppressedAsync(default, Identities[identity], on % 2 == 0, default).IsCompletedSuccessfully.Should().BeTrue();
            return "said";
        }

        private string Wait(int minutes)
        {
            _time.Advance(TimeSpan.FromMinutes(minutes));
            return "waited";
        }
    }

    /// <summary>The identities that an update wants: 0 the same, 1 one more, 2 one less, 3 another one.</summary>
    private static ImmutableArray<Identity> Wanted(ImmutableArray<Identity> present, int how)
    {
        var free = Identities.Where(identity => !present.Contains(identity)).ToArray();
        return how switch
        {
            1 when free.Length > 0 => present.Add(free[0]),
            2 when present.Length > 1 => present.RemoveAt(0),
            3 when free.Length > 0 => [free[^1]],
            _ => present,
        };
    }

    /// <summary>The contract in the plainest words: lists, searched from one end to the other.</summary>
    private sealed class Model
    {
        private readonly List<Person> _people = [];
        private readonly List<Pending> _pending = [];
        private readonly List<(int Lease, Pending Check, Person Person, long Version, ImmutableArray<Identity> Identities)> _claims = [];
        private readonly Dictionary<string, bool> _switches = [];
        private readonly HashSet<Identity> _marked = [];
        private readonly List<SpendingPeriod> _spent = [];
        private Instant _now = TestHost.Start;
        private int _leases;

        public string Do((Do What, int A, int B, int C) call)
        {
            var (what, a, b, c) = call;
            var person = a < _people.Count ? _people[a] : null;
            switch (what)
            {
                case InMemoryStoreModelTests.Do.Create:
                    if (Owner(Identities[a]) is { } first)
                    {
                        return $"False {Told(first, b)}";
                    }

                    var created = new Person { Identities = [Identities[a]] };
                    _people.Add(created);
                    for (var i = 0; i < Providers.Length; i++)
                    {
                        if ((c & (1 << i)) != 0)
                        {
                            Request(created, Providers[i], last: null);
                        }
                    }

                    return $"True {Told(created, b)}";
                case InMemoryStoreModelTests.Do.Receive:
                    return Owner(Identities[a]) is { } sender ? Told(sender, b) : "nobody";
                case InMemoryStoreModelTests.Do.Update:
                    if (person is null)
                    {
                        return "nobody";
                    }

                    if (c == 3)
                    {
                        return $"stale {ProfileOf(person)}";
                    }

                    var wanted = Wanted(person.Identities, b);
                    foreach (var identity in wanted)
                    {
                        if (Owner(identity) is { } owner && owner != person)
                        {
                            return $"taken {identity.Value} {_people.IndexOf(owner)}";
                        }
                    }

                    foreach (var gained in wanted.Where(identity => person.IsMarked && !person.Identities.Contains(identity)))
                    {
                        Mark(gained, on: true);
                    }

                    person.Identities = wanted;
                    person.Version++;
                    return nameof(UpdateResult.Updated);
                case InMemoryStoreModelTests.Do.Request or InMemoryStoreModelTests.Do.RequestStale:
                    if (person is null)
                    {
                        return "nobody";
                    }

                    var last = person.Check(Providers[b % 2]).LastCheckAt;
                    return $"{Request(person, Providers[b % 2], what == InMemoryStoreModelTests.Do.Request ? last : (last ?? _now) - Duration.FromTicks(10))}";
                case InMemoryStoreModelTests.Do.Claim or InMemoryStoreModelTests.Do.ClaimAgain:
                    return Claim(a == 3 ? ["two"] : Providers);
                case InMemoryStoreModelTests.Do.Complete or InMemoryStoreModelTests.Do.CompleteWithProfile:
                    return a < _claims.Count ? Complete(_claims[^(a + 1)], what == InMemoryStoreModelTests.Do.CompleteWithProfile) : "nothing";
                case InMemoryStoreModelTests.Do.Release:
                    return a < _claims.Count ? Release(_claims[^(a + 1)], b, c) : "nothing";
                case InMemoryStoreModelTests.Do.Prolong:
                    return a < _claims.Count ? Prolong(_claims[^(a + 1)], b) : "nothing";
                case InMemoryStoreModelTests.Do.Spend:
                    if (_spent.Count(spent => spent == Periods[a]) >= b)
                    {
                        return "False";
                    }

                    _spent.Add(Periods[a]);
                    return "True";
                case InMemoryStoreModelTests.Do.GiveBack:
                    _spent.Remove(Periods[a]);
                    return "given back";
                case InMemoryStoreModelTests.Do.Switch:
                    var (provider, on) = (Providers[a % 2], b % 2 == 0);
                    if (_switches.GetValueOrDefault(provider, true) == on)
                    {
                        return "False";
                    }

                    _switches[provider] = on;
                    if (!on)
                    {
                        Unwant(check => check.Provider == provider);
                    }

                    return "True";
                case InMemoryStoreModelTests.Do.SuppressCustomer:
                    if (person is null)
                    {
                        return "nobody";
                    }

                    person.IsMarked = b % 2 == 0;
                    foreach (var identity in person.Identities)
                    {
                        Mark(identity, b % 2 == 0);
                    }

                    Unwant(check => IsSuppressed(check.Person));
                    return "True";
                case InMemoryStoreModelTests.Do.SuppressIdentity:
                    Mark(Identities[a], b % 2 == 0);
                    Unwant(check => IsSuppressed(check.Person));
                    return "said";
                default:
                    _now += Duration.FromMinutes(a);
                    return "waited";
            }
        }

        public string Tell()
        {
            var lines = Identities.Select(identity => $"{identity.Value}: {(Owner(identity) is { } owner ? Text(owner) : "nobody")}").ToList();
            lines.Add(string.Join(' ', _switches.Select(one => $"{one.Key}={one.Value}").Order(StringComparer.Ordinal)));
            lines.Add($"{_people.Count} customers");
            lines.Add($"spent {string.Join(' ', Periods.Select(period => _spent.Count(spent => spent == period)))}");
            return string.Join('\n', lines);
        }

        private Person? Owner(Identity identity) => _people.Find(person => person.Identities.Contains(identity));

        private bool IsSuppressed(Person person) => person.IsMarked || person.Identities.Any(_marked.Contains);

        private void Mark(Identity identity, bool on) => _ = on ? _marked.Add(identity) : _marked.Remove(identity);

        private static string ProfileOf(Person person) => $"v{person.Version} [{string.Join(' ', person.Identities.Select(identity => identity.Value))}]";

        private string Text(Person person) =>
            $"{ProfileOf(person)} {(IsSuppressed(person) ? "suppressed" : "")}"
            + string.Concat(person.Checks.OrderBy(check => check.Key, StringComparer.Ordinal).Select(check =>
                $" {check.Key}: {check.Value.LastOutcome} {check.Value.LastCheckAt} {(check.Value.IsPending ? "pending" : "")} {check.Value.RequestedAt} {check.Value.LastFailure}"));

        private string Told(Person person, int conversation)
        {
            var isNew = person.Conversations.TryAdd(conversation, _now);
            return $"{(isNew ? "new" : "told")} {person.Conversations[conversation]} {Text(person)}";
        }

        private bool Request(Person person, string provider, Instant? last)
        {
            var check = person.Check(provider);
            if (check.IsPending || check.LastCheckAt != last || IsSuppressed(person) || !_switches.GetValueOrDefault(provider, true))
            {
                return false;
            }

            person.Checks[provider] = check with { IsPending = true, RequestedAt = _now };
            _pending.Add(new Pending { Person = person, Provider = provider, From = _now });
            return true;
        }

        private string Claim(string[] providers)
        {
            // Those that nobody wants and nobody holds end by the way, before or after the one that is claimed: never later than they would be claimed.
            while (_pending.Where(check => check.From <= _now && check.Until <= _now && providers.Contains(check.Provider))
                .OrderBy(check => Instant.Max(check.From, check.Until)).FirstOrDefault() is { } check)
            {
                if (check.IsUnwanted || IsSuppressed(check.Person))
                {
                    End(check, state => state);
                    continue;
                }

                check.Lease = ++_leases;
                check.Until = _now + Duration.FromMinutes(2);
                check.Attempt++;
                _claims.Add((check.Lease, check, check.Person, check.Person.Version, check.Person.Identities));
                return $"{check.Provider} {check.Attempt} {check.Until} {ProfileOf(check.Person)}";
            }

            return "nothing";
        }

        private string Complete((int Lease, Pending Check, Person Person, long Version, ImmutableArray<Identity> Identities) claim, bool withProfile)
        {
            if (!_pending.Contains(claim.Check) || claim.Check.Lease != claim.Lease)
            {
                return nameof(CompleteResult.LeaseLost);
            }

            if (claim.Check.IsUnwanted || IsSuppressed(claim.Person))
            {
                End(claim.Check, state => state with { LastCheckAt = _now, LastOutcome = CheckOutcome.Dropped, LastFailure = null });
                return nameof(CompleteResult.Dropped);
            }

            if (withProfile)
            {
                if (claim.Person.Version != claim.Version)
                {
                    return $"stale {ProfileOf(claim.Person)}";
                }

                claim.Person.Version++;
            }

            End(claim.Check, state => state with { LastCheckAt = _now, LastOutcome = CheckOutcome.NoMatch, LastFailure = null });
            return nameof(CompleteResult.Completed);
        }

        private string Release((int Lease, Pending Check, Person Person, long Version, ImmutableArray<Identity> Identities) claim, int wait, int counts)
        {
            var check = claim.Check;
            if (!_pending.Contains(check) || check.Lease != claim.Lease)
            {
                return "released";
            }

            if (wait != 0)
            {
                check.Person.Checks[check.Provider] = check.Person.Check(check.Provider) with { LastFailure = ProviderFailure.Throttled };
            }

            if (wait == 3 || check.IsUnwanted)
            {
                End(check, state => state);
                return "released";
            }

            // It waits behind those that may be asked at the same time already: the order of the requests decides between equals.
            (check.Lease, check.Until, check.From) = (0, Instant.MinValue, _now + Duration.FromMinutes(wait));
            check.Attempt -= counts % 2 == 0 ? 0 : 1;
            return "released";
        }

        private string Prolong((int Lease, Pending Check, Person Person, long Version, ImmutableArray<Identity> Identities) claim, int minutes)
        {
            if (!_pending.Contains(claim.Check) || claim.Check.Lease != claim.Lease)
            {
                return "False";
            }

            claim.Check.Until = _now + Duration.FromMinutes(minutes);
            return "True";
        }

        private void Unwant(Predicate<Pending> concerned)
        {
            foreach (var check in _pending.FindAll(concerned))
            {
                if (check.Lease == 0)
                {
                    End(check, state => state);
                }
                else
                {
                    check.IsUnwanted = true;
                }
            }
        }

        private void End(Pending check, Func<CheckState, CheckState> change)
        {
            _pending.Remove(check);
            check.Person.Checks[check.Provider] = change(check.Person.Check(check.Provider)) with { IsPending = false };
        }

        private sealed class Person
        {
            public long Version { get; set; } = 1;

            public ImmutableArray<Identity> Identities { get; set; }

            public bool IsMarked { get; set; }

            public Dictionary<int, Instant> Conversations { get; } = [];

            public Dictionary<string, CheckState> Checks { get; } = [];

            public CheckState Check(string provider) => Checks.GetValueOrDefault(provider) ?? new CheckState { Provider = provider };
        }

        private sealed class Pending
        {
            public required Person Person { get; init; }

            public required string Provider { get; init; }

            public Instant From { get; set; }

            public Instant Until { get; set; } = Instant.MinValue;

            public int Lease { get; set; }

            public int Attempt { get; set; }

            public bool IsUnwanted { get; set; }
        }
    }
}
