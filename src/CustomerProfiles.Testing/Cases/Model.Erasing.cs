using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Erasing and retention, in the same simple way.</summary>
internal sealed partial class Model
{
    private readonly Dictionary<(TenantId, CustomerId), ErasureReceipt> _erased = [];
    private readonly Dictionary<(TenantId, string), ErasureMark> _erasureMarks = [];
    private readonly Dictionary<(TenantId, string), Instant> _guards = [];

    /// <summary>Erases as the store did or did not, where it is free.</summary>
    public EraseResult Erase(ErasureWrite write, EraseResult result)
    {
        if (_erased.TryGetValue((write.Tenant, write.Id), out var before))
        {
            return new EraseResult.AlreadyErased(before);
        }

        if (_people.Find(one => one.Profile.Tenant == write.Tenant && one.Profile.Id == write.Id) is not { } person)
        {
            return new EraseResult.NotFound();
        }

        var merges = write.IncludesAbsorbed ? [] : MergesToUndo(person);
        if (!merges.IsEmpty && !(result is EraseResult.Changed && !IsAsRead(person, write)))
        {
            return new EraseResult.HasMerges(merges);
        }

        if (!IsAsRead(person, write) || (result is EraseResult.Changed && MayBeActive(person, write)))
        {
            return new EraseResult.Changed();
        }

        return new EraseResult.Erased(Erase(person, write, (result as EraseResult.Erased)?.Receipt));
    }

    public void AddErasureMark(TenantId tenant, ErasureMark mark)
    {
        if (_erasureMarks.GetValueOrDefault((tenant, mark.Hash)) is not { Kind: ErasureMarkKind.DoNotKeep })
        {
            _erasureMarks[(tenant, mark.Hash)] = mark;
        }
    }

    public bool RemoveErasureMark(TenantId tenant, string hash) => _erasureMarks.Remove((tenant, hash));

    public IEnumerable<ErasureMark> ErasureMarks(TenantId tenant, IEnumerable<string> hashes) =>
        hashes.Select(hash => _erasureMarks.GetValueOrDefault((tenant, hash))).OfType<ErasureMark>();

    /// <summary>How many guards are over. The store may remove any of them when it may not remove all.</summary>
    public int CountGuardsThatAreOver(TenantId tenant) => GuardsThatAreOver(tenant).Count();

    public void RemoveGuardsThatAreOver(TenantId tenant)
    {
        foreach (var guard in GuardsThatAreOver(tenant).ToList())
        {
            _guards.Remove(guard);
        }
    }

    /// <summary>What a retention policy decides by. A check that is over is pending as long as the store says
    /// so.</summary>
    public RetainedCustomer Retained(Person person) =>
        new()
        {
            Profile = person.Profile,
            IsSuppressed = IsSuppressed(person),
            HasPendingCheck = _pending.Exists(check => check.Person == person),
            LastConversationAt = LastConversation(person),
        };

    /// <summary>Whether an erasure forbids to create somebody; marks the identity of who is not to be looked
    /// up.</summary>
    private bool IsForbidden(NewCustomer customer)
    {
        var tenant = customer.Profile.Tenant;
        var marks = ErasureMarks(tenant, customer.ErasureHashes).ToList();
        if (
            marks.Exists(mark => mark.Kind == ErasureMarkKind.DoNotKeep)
            || customer.ErasureHashes.Any(hash =>
                _guards.TryGetValue((tenant, hash), out var until) && until > customer.Conversation.At
            )
        )
        {
            return true;
        }

        if (marks.Count > 0)
        {
            Mark(tenant, customer.Profile.Identities[0], on: true);
        }

        return false;
    }

    private IEnumerable<(TenantId, string)> GuardsThatAreOver(TenantId tenant) =>
        _guards.Where(guard => guard.Key.Item1 == tenant && guard.Value <= Now).Select(guard => guard.Key);

    private Instant? LastConversation(Person person) =>
        Aliases(person).Append(person).SelectMany(one => one.Conversations.Values).Max(one => (Instant?)one.At);

    private bool IsAsRead(Person person, ErasureWrite write) =>
        person.Profile.Version == write.Version
        && IsSuppressed(person) == write.IsSuppressed
        && (
            write.UnlessActiveSince is not { } since
            || (
                (LastConversation(person) is not { } last || last <= since)
                && !_pending.Exists(check => check.Person == person && !IsOver(check))
            )
        );

    private bool MayBeActive(Person person, ErasureWrite write) =>
        write.UnlessActiveSince is not null && _pending.Exists(check => check.Person == person);

    private ImmutableArray<MergeId> MergesToUndo(Person person)
    {
        var into = Aliases(person).Append(person).Select(one => one.Profile.Id).ToList();
        return
        [
            .. _merges
                .Where(merge => merge.Tenant == person.Profile.Tenant && into.Contains(merge.Record.Into))
                .Select(merge => merge.Record.Id)
                .Where(merge => !_undone.Contains(merge)),
        ];
    }

    /// <summary>Changes and providers are counted by cases of their own.</summary>
    private ErasureReceipt Erase(Person person, ErasureWrite write, ErasureReceipt? written)
    {
        List<Person> people = [person, .. Aliases(person)];
        var receipt = new ErasureReceipt
        {
            Id = write.Erasure,
            Customers = [.. people.Select(one => one.Profile.Id)],
            At = write.At,
            By = write.By,
            Identities = person.Profile.Identities.Length,
            Conversations = people.Sum(one => one.Conversations.Count),
            Changes = written?.Changes ?? 0,
            Providers = written?.Providers ?? [],
            Marks = write.Marks,
        };
        foreach (var conversation in people.SelectMany(one => one.Conversations.Values))
        {
            if (conversation.At >= write.GuardSince)
            {
                var key = (write.Tenant, ErasureHash.OfConversation(write.Tenant, conversation.Id));
                _guards[key] = Instant.Max(_guards.GetValueOrDefault(key, Instant.MinValue), write.GuardUntil);
            }
        }

        foreach (var identity in person.Profile.Identities)
        {
            Mark(write.Tenant, identity, on: false);
        }

        foreach (var mark in write.Marks)
        {
            AddErasureMark(write.Tenant, mark);
        }

        ForgetOrigins(write.Tenant, person.Profile.Identities);
        _pending.RemoveAll(check => check.Person == person);
        _people.Remove(person);
        _absorbed.RemoveAll(people.Contains);
        _merges.RemoveAll(merge =>
            merge.Tenant == write.Tenant
            && (receipt.Customers.Contains(merge.Record.From) || receipt.Customers.Contains(merge.Record.Into))
        );
        foreach (var id in receipt.Customers)
        {
            _erased.Add((write.Tenant, id), receipt);
        }

        return receipt;
    }
}
