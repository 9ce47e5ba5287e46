using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>
/// The contract as simple code: lists with linear search. Where the contract allows a choice, the model follows the
/// choice of the store or reports that it is not allowed.
/// </summary>
internal sealed partial class Model
{
    private readonly List<Person> _people = [];
    private readonly List<Pending> _pending = [];
    private readonly List<ProviderSetting> _switches = [];
    private readonly List<TenantId> _switchesOf = [];
    private readonly Dictionary<(TenantId, Identity), MergeId?> _marked = [];
    private readonly List<BudgetPeriod> _spent = [];

    /// <summary>The business time.</summary>
    public Instant Now { get; set; } = Scene.Start;

    /// <summary>The store's clock, from an arbitrary zero.</summary>
    public Duration Clock { get; set; }

    /// <summary>Everybody but the absorbed.</summary>
    public IEnumerable<Person> People => _people;

    public Person? Find(CustomerProfile profile) =>
        _people.Find(person => person.Profile.Tenant == profile.Tenant && person.Profile.Id == profile.Id);

    public Person? Owner(TenantId tenant, Identity identity) =>
        _people.Find(person => person.Profile.Tenant == tenant && person.Profile.Identities.Contains(identity));

    public StoredCustomer Read(Person person) =>
        new()
        {
            Profile = person.Profile,
            Checks = [.. person.Checks.Values],
            ProviderSettings = Switches(person.Profile.Tenant),
            IsSuppressed = IsSuppressed(person),
        };

    public ImmutableArray<ProviderSetting> Switches(TenantId tenant) =>
        [.. _switches.Where((_, i) => _switchesOf[i] == tenant)];

    public int CountPending(string provider) => _pending.Count(check => Same(check.Provider, provider));

    public int Spent(BudgetPeriod period) => _spent.Count(used => used == period);

    /// <summary>Creates a customer, or finds who has the identity; null when an erasure forbids it.</summary>
    public ConversationLookup? Create(NewCustomer customer)
    {
        var identity = customer.Profile.Identities[0];
        if (Remember(customer.Profile.Tenant, identity, customer.Conversation) is { } ofFirst)
        {
            return ofFirst;
        }

        if (IsForbidden(customer))
        {
            return null;
        }

        var person = new Person { Profile = customer.Profile };
        _people.Add(person);
        foreach (var provider in customer.Checks)
        {
            Request(person, provider, last: null, customer.Conversation.At);
        }

        return Remember(customer.Profile.Tenant, identity, customer.Conversation)! with
        {
            IsNewCustomer = true,
        };
    }

    /// <summary>Adds a customer; of several taken identities the store may name any.</summary>
    public AddResult Add(CustomerProfile profile, AddResult result)
    {
        if (Known(profile.Tenant, profile.Id) is not null || _erased.ContainsKey((profile.Tenant, profile.Id)))
        {
            return new AddResult.IdTaken();
        }

        var taken = profile.Identities.Where(identity => Owner(profile.Tenant, identity) is not null).ToList();
        if (taken.Count == 0)
        {
            _people.Add(new Person { Profile = profile });
            return new AddResult.Added();
        }

        var named = result is AddResult.IdentityTaken any && taken.Contains(any.Identity) ? any.Identity : taken[0];
        return new AddResult.IdentityTaken(named, Owner(profile.Tenant, named)!.Profile.Id);
    }

    /// <summary>Remembers a conversation of who has an identity; null when it is nobody's.</summary>
    public ConversationLookup? Remember(TenantId tenant, Identity identity, ConversationRecord recorded)
    {
        if (Owner(tenant, identity) is not { } owner)
        {
            return null;
        }

        var conversations = OriginOf(tenant, identity, owner).Conversations;
        var isNew = conversations.TryAdd(recorded.Id, recorded);
        return new ConversationLookup
        {
            Customer = Read(owner),
            FirstRecorded = conversations[recorded.Id],
            IsNewConversation = isNew,
        };
    }

    public UpdateResult Update(CustomerProfile next)
    {
        if (Find(next) is not { } person)
        {
            return new UpdateResult.NotFound();
        }

        if (person.Profile.Version != next.Version - 1)
        {
            return new UpdateResult.Stale(person.Profile);
        }

        foreach (var identity in next.Identities)
        {
            if (Owner(next.Tenant, identity) is { } owner && owner != person)
            {
                return new UpdateResult.IdentityTaken(identity, owner.Profile.Id);
            }
        }

        if (person.IsMarked)
        {
            foreach (var gained in next.Identities.Except(person.Profile.Identities))
            {
                Mark(next.Tenant, gained, on: true);
            }
        }

        ForgetOrigins(next.Tenant, person.Profile.Identities.Except(next.Identities));
        person.Profile = next;
        Unwant(check => IsSuppressed(check.Person));
        return new UpdateResult.Updated();
    }

    /// <summary>
    /// Requests a check as the store did or did not: if an unwanted check without a holder is pending, a store may or
    /// may not have ended it yet.
    /// </summary>
    public bool Request(Person person, string provider, Instant? last, bool requested)
    {
        if (
            requested
            && _pending.Find(check => check.Person == person && Same(check.Provider, provider)) is { } over
            && IsOver(over)
        )
        {
            End(over, state => state);
        }

        return Request(person, provider, last, Now);
    }

    /// <summary>Claims what the store claimed.</summary>
    /// <returns>What the store should have claimed instead; null when its choice is allowed.</returns>
    public string? Claim(CheckClaim? claim, ImmutableArray<string> providers, Duration lease)
    {
        var waiting = _pending
            .Where(check => check.From <= Now && !IsHeld(check) && providers.Contains(check.Provider))
            .ToList();
        foreach (var over in waiting.Where(check => check.IsUnwanted).ToList())
        {
            // It ends sooner or later, but at the latest when it would be claimed.
            if (claim is null)
            {
                End(over, state => state);
            }

            waiting.Remove(over);
        }

        if (claim is null)
        {
            return waiting.Count == 0 ? null : $"{string.Join(" or ", waiting.Select(check => Of(check)))}";
        }

        var first = waiting.Where(check => !waiting.Exists(other => HasWaitedLonger(other, check))).ToList();
        if (
            first.Find(check => check.Person == Find(claim.Profile) && Same(check.Provider, claim.Provider))
            is not { } claimed
        )
        {
            return first.Count == 0 ? "nothing to do" : $"{string.Join(" or ", first.Select(check => Of(check)))}";
        }

        claimed.Lease = claim.LeaseId;
        claimed.Until = Clock + lease;
        claimed.Attempt++;
        var expected = StoredText.Of(claim with { Attempt = claimed.Attempt, Profile = claimed.Person.Profile });
        return string.Equals(expected, StoredText.Of(claim), StringComparison.Ordinal) ? null : expected;
    }

    public CompleteResult Complete(CheckClaim claim, CheckOutcome outcome, CustomerProfile? profile)
    {
        if (HeldBy(claim) is not { } check)
        {
            return new CompleteResult.LeaseLost();
        }

        if (check.IsUnwanted)
        {
            End(
                check,
                state =>
                    state with
                    {
                        LastCheckAt = Now,
                        LastOutcome = CheckOutcome.Dropped,
                        LastFailureAt = null,
                        LastFailure = null,
                    }
            );
            return new CompleteResult.Dropped();
        }

        if (profile is not null)
        {
            if (check.Person.Profile.Version != profile.Version - 1)
            {
                return new CompleteResult.Stale(check.Person.Profile);
            }

            check.Person.Profile = profile;
        }

        End(
            check,
            state => state with { LastCheckAt = Now, LastOutcome = outcome, LastFailureAt = null, LastFailure = null }
        );
        if (outcome == CheckOutcome.Withheld)
        {
            Suppress(check.Person, suppressed: true);
        }

        return new CompleteResult.Completed();
    }

    public void Release(CheckClaim claim, CheckRelease release)
    {
        if (HeldBy(claim) is not { } check)
        {
            return;
        }

        if (release.Failure is { } failure)
        {
            check.Person.Checks[check.Provider] = check.Person.Check(check.Provider) with
            {
                LastFailureAt = release.At,
                LastFailure = failure,
            };
        }

        if (release.RetryAt is not { } again || check.IsUnwanted)
        {
            End(check, state => state);
            return;
        }

        (check.Lease, check.Until, check.From) = (null, null, again);
        check.Attempt -= release.CountsAsAttempt ? 0 : 1;
    }

    public bool RenewLease(CheckClaim claim, Duration lease)
    {
        if (HeldBy(claim) is not { } check)
        {
            return false;
        }

        check.Until = Clock + lease;
        return true;
    }

    public bool TryReserveBudget(BudgetPeriod period, int most)
    {
        if (Spent(period) >= most)
        {
            return false;
        }

        _spent.Add(period);
        return true;
    }

    public void Refund(BudgetPeriod period) => _spent.Remove(period);

    public bool Switch(TenantId tenant, ProviderSetting setting)
    {
        if (IsOn(tenant, setting.Provider) == setting.IsEnabled)
        {
            return false;
        }

        var before = Enumerable
            .Range(0, _switches.Count)
            .FirstOrDefault(i => _switchesOf[i] == tenant && Same(_switches[i].Provider, setting.Provider), -1);
        if (before >= 0)
        {
            _switches.RemoveAt(before);
            _switchesOf.RemoveAt(before);
        }

        _switches.Add(setting);
        _switchesOf.Add(tenant);
        if (!setting.IsEnabled)
        {
            Unwant(check => check.Person.Profile.Tenant == tenant && Same(check.Provider, setting.Provider));
        }

        return true;
    }

    /// <returns>Whether it changes something.</returns>
    public bool Suppress(Person person, bool suppressed)
    {
        var changes = suppressed ? !person.IsMarked : IsSuppressed(person);
        person.IsMarked = suppressed;
        person.MarkedBy = null;
        foreach (var identity in person.Profile.Identities)
        {
            Mark(person.Profile.Tenant, identity, suppressed);
        }

        Unwant(check => IsSuppressed(check.Person));
        return changes;
    }

    public void Suppress(TenantId tenant, Identity identity, bool suppressed)
    {
        Mark(tenant, identity, suppressed);
        Unwant(check => IsSuppressed(check.Person));
    }

    /// <summary>
    /// An unwanted check without a holder has ended as soon as the store reports that it is not pending.
    /// </summary>
    public void GoAlongWith(Person person, StoredCustomer kept)
    {
        foreach (var over in _pending.FindAll(check => check.Person == person && IsOver(check)))
        {
            if (kept.GetCheck(over.Provider) is { IsPending: false })
            {
                End(over, state => state);
            }
        }
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.Ordinal);

    private static string Of(Pending check) => $"{check.Provider} of {check.Person.Profile.Id}";

    /// <summary>
    /// Whether one check has waited longer than the other by every measure: since its request, since its retry time,
    /// since its lease expired. If the measures differ, either may come first.
    /// </summary>
    private static bool HasWaitedLonger(Pending one, Pending other) =>
        one.RequestedAt < other.RequestedAt
        && one.From < other.From
        && (one.Until is null || (other.Until is { } until && one.Until < until));

    private bool IsHeld(Pending check) => check.Until is { } until && until > Clock;

    private bool IsOver(Pending check) => check.IsUnwanted && !IsHeld(check);

    private bool IsOn(TenantId tenant, string provider) =>
        Switches(tenant).FirstOrDefault(one => Same(one.Provider, provider))?.IsEnabled ?? true;

    private bool IsSuppressed(Person person) =>
        person.IsMarked
        || person.Profile.Identities.Any(identity => _marked.ContainsKey((person.Profile.Tenant, identity)));

    private void Mark(TenantId tenant, Identity identity, bool on)
    {
        if (on)
        {
            _marked[(tenant, identity)] = null;
        }
        else
        {
            _marked.Remove((tenant, identity));
        }
    }

    private bool Request(Person person, string provider, Instant? last, Instant now)
    {
        var check = person.Check(provider);
        if (
            check.IsPending
            || check.LastCheckAt != last
            || IsSuppressed(person)
            || !IsOn(person.Profile.Tenant, provider)
        )
        {
            return false;
        }

        person.Checks[provider] = check with { IsPending = true, RequestedAt = now };
        _pending.Add(
            new Pending
            {
                Person = person,
                Provider = provider,
                RequestedAt = now,
                From = now,
            }
        );
        return true;
    }

    private Pending? HeldBy(CheckClaim claim) =>
        _pending.Find(check =>
            check.Lease == claim.LeaseId && check.Person == Find(claim.Profile) && Same(check.Provider, claim.Provider)
        );

    private void Unwant(Predicate<Pending> concerned)
    {
        foreach (var check in _pending.FindAll(concerned))
        {
            if (check.Lease is null)
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

    internal sealed class Person
    {
        public required CustomerProfile Profile { get; set; }

        public bool IsMarked { get; set; }

        public MergeId? MarkedBy { get; set; }

        /// <summary>Where the person's id leads; null when they are not absorbed.</summary>
        public Person? Survivor { get; set; }

        public MergeId? AbsorbedBy { get; set; }

        public Dictionary<string, ConversationRecord> Conversations { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, CheckState> Checks { get; } = new(StringComparer.Ordinal);

        public CheckState Check(string provider) =>
            Checks.GetValueOrDefault(provider) ?? new CheckState { Provider = provider };
    }

    private sealed class Pending
    {
        public required Person Person { get; init; }

        public required string Provider { get; init; }

        public required Instant RequestedAt { get; init; }

        public required Instant From { get; set; }

        public Duration? Until { get; set; }

        public Guid? Lease { get; set; }

        public int Attempt { get; set; }

        public bool IsUnwanted { get; set; }
    }
}
