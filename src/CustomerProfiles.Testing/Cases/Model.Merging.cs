using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>Merging, in the same simple way.</summary>
internal sealed partial class Model
{
    private readonly List<Person> _absorbed = [];
    private readonly Dictionary<(TenantId, Identity), Person> _origins = [];
    private readonly HashSet<MergeId> _undone = [];
    private readonly List<(TenantId Tenant, MergeRecord Record)> _merges = [];

    public IEnumerable<Person> Absorbed => _absorbed;

    /// <summary>A person, absorbed or not.</summary>
    public Person? Known(TenantId tenant, CustomerId id) =>
        _people.Concat(_absorbed).FirstOrDefault(person => person.Profile.Tenant == tenant && person.Profile.Id == id);

    /// <summary>What a merge reads of a person, without <see cref="MergeSide.State"/>.</summary>
    public MergeSide Side(Person person, MergeSide read) =>
        new()
        {
            Profile = person.Profile,
            Checks = [.. person.Checks.Values.Select(state => Stored(person, state, read))],
            IsMarked = person.IsMarked,
            MarkedBy = person.MarkedBy,
            Marks =
            [
                .. person
                    .Profile.Identities.Where(identity => _marked.ContainsKey((person.Profile.Tenant, identity)))
                    .Select(identity => new SuppressionMark(identity, _marked[(person.Profile.Tenant, identity)])),
            ],
            Aliases = [.. Aliases(person).Select(alias => alias.Profile.Id)],
            Absorbed = AbsorbedInto(person),
            State = "",
        };

    public static AbsorbedInto? AbsorbedInto(Person person) =>
        person is { Survivor: { } survivor, AbsorbedBy: { } merge }
            ? new AbsorbedInto(survivor.Profile.Id, merge)
            : null;

    /// <summary>Merges as planned, if neither of both is absorbed.</summary>
    public bool Merge(MergePlan plan)
    {
        var (from, into) = PeopleOf(plan);
        if (from.Survivor is not null || into.Survivor is not null)
        {
            return false;
        }

        foreach (var alias in Aliases(from).Append(from).ToList())
        {
            alias.Survivor = into;
        }

        from.AbsorbedBy = plan.Record.Id;
        _merges.Add((plan.Tenant, plan.Record));
        _people.Remove(from);
        _absorbed.Add(from);
        foreach (var identity in from.Profile.Identities)
        {
            _origins.TryAdd((plan.Tenant, identity), from);
        }

        foreach (var identity in plan.NewMarks)
        {
            _marked.TryAdd((plan.Tenant, identity), plan.Record.Id);
        }

        var pending = TakePending(from, into);
        from.Checks.Clear();
        Write(into, plan.Into, pending);
        return true;
    }

    /// <summary>Undoes a merge as planned, if it is not undone.</summary>
    public bool Unmerge(MergePlan plan)
    {
        var (from, into) = PeopleOf(plan);
        if (!_undone.Add(plan.Record.Id))
        {
            return false;
        }

        from.Survivor = null;
        from.AbsorbedBy = null;
        _absorbed.Remove(from);
        _people.Add(from);
        foreach (var alias in _absorbed.Where(alias => plan.Aliases.Contains(alias.Profile.Id)))
        {
            alias.Survivor = from;
        }

        foreach (var (key, by) in _marked.ToList())
        {
            if (by == plan.Record.Id)
            {
                _marked.Remove(key);
            }
        }

        var pending = TakePending(from, into);
        Write(into, plan.Into, pending);
        Write(from, plan.From, pending);
        foreach (var ((tenant, identity), origin) in _origins.ToList())
        {
            if (origin.Survivor is null || Owner(tenant, identity) != origin.Survivor)
            {
                _origins.Remove((tenant, identity));
            }
        }

        return true;
    }

    private (Person From, Person Into) PeopleOf(MergePlan plan) =>
        (Known(plan.Tenant, plan.Record.From)!, Known(plan.Tenant, plan.Record.Into)!);

    private IEnumerable<Person> Aliases(Person person) => _absorbed.Where(alias => alias.Survivor == person);

    private Person OriginOf(TenantId tenant, Identity identity, Person owner) =>
        _origins.GetValueOrDefault((tenant, identity), owner);

    private void ForgetOrigins(TenantId tenant, IEnumerable<Identity> lost)
    {
        foreach (var identity in lost)
        {
            _origins.Remove((tenant, identity));
        }
    }

    private List<Pending> TakePending(Person from, Person into)
    {
        var taken = _pending.FindAll(check => check.Person == from || check.Person == into);
        _pending.RemoveAll(taken.Contains);
        return taken;
    }

    private void Write(Person person, MergePlan.Side side, List<Pending> before)
    {
        person.Profile = side.Profile;
        person.IsMarked = side.IsMarked;
        person.MarkedBy = side.MarkedBy;
        person.Checks.Clear();
        foreach (var check in side.Checks)
        {
            person.Checks.Add(check.State.Provider, check.State);
            if (check.State.IsPending)
            {
                _pending.Add(
                    new Pending
                    {
                        Person = person,
                        Provider = check.State.Provider,
                        RequestedAt = check.State.RequestedAt!.Value,
                        From = check.NotBefore,
                        Lease = check.LeaseId,
                        Until = check.LeaseId is null ? null : before.Find(held => held.Lease == check.LeaseId)?.Until,
                        Attempt = check.Attempt,

                        // A waiting one may end at once or when somebody comes to claim it.
                        IsUnwanted = !check.IsWanted || IsSuppressed(person),
                    }
                );
            }
        }
    }

    private StoredCheck Stored(Person person, CheckState state, MergeSide read)
    {
        if (_pending.Find(check => check.Person == person && Same(check.Provider, state.Provider)) is not { } pending)
        {
            return new StoredCheck { State = state };
        }

        // The store's clock is its own, so that the model cannot know the time at which a lease expires.
        var until = read.Checks.FirstOrDefault(check => Same(check.State.Provider, state.Provider))?.LeasedUntil;
        return new StoredCheck
        {
            State = state,
            LeaseId = pending.Lease,
            LeasedUntil = until ?? default,
            NotBefore = pending.From,
            Attempt = pending.Attempt,
            IsWanted = !pending.IsUnwanted,
        };
    }
}
