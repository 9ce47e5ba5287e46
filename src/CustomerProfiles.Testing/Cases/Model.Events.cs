using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>Events and duplicates, in the same simple way.</summary>
internal sealed partial class Model
{
    private readonly Dictionary<(TenantId, CustomerId), List<string>> _events = [];
    private readonly Dictionary<(TenantId, CustomerId), int> _delivered = [];
    private readonly HashSet<(TenantId, CustomerId, CustomerId)> _pairs = [];

    /// <summary>The customers who have events that wait.</summary>
    public IEnumerable<(TenantId Tenant, CustomerId Id)> Queues =>
        _events.Where(queue => queue.Value.Count > Delivered(queue.Key)).Select(queue => queue.Key);

    /// <summary>Writes an event.</summary>
    public void Write(CustomerProfile customer, CustomerEventKind kind)
    {
        var key = (customer.Tenant, customer.Id);
        if (!_events.TryGetValue(key, out var queue))
        {
            _events.Add(key, queue = []);
        }

        queue.Add($"{queue.Count + 1} {kind}");
    }

    /// <summary>The first events of a customer that wait.</summary>
    public string Waiting(TenantId tenant, CustomerId id, int most) =>
        string.Join(", ", _events.GetValueOrDefault((tenant, id), []).Skip(Delivered((tenant, id))).Take(most));

    public void Deliver(TenantId tenant, CustomerId id, int count) =>
        _delivered[(tenant, id)] = Delivered((tenant, id)) + count;

    /// <summary>Makes a pair of two customers, if the tenant has both.</summary>
    public bool MakePair(TenantId tenant, CustomerId one, CustomerId other)
    {
        if (Known(tenant, one) is null || Known(tenant, other) is null)
        {
            return false;
        }

        _pairs.Add((tenant, one, other));
        _pairs.Add((tenant, other, one));
        return true;
    }

    /// <summary>Who shares a match key with a person.</summary>
    public IEnumerable<Person> Duplicates(Person person, int mostPerKey)
    {
        var people = _people
            .Where(other => other.Profile.Tenant == person.Profile.Tenant)
            .Select(other => (Person: other, Keys: StoreConformance.MatchKeys.Of(other.Profile)))
            .ToList();
        var counted = StoreConformance
            .MatchKeys.Of(person.Profile)
            .Where(key => people.Count(other => other.Keys.Contains(key)) <= mostPerKey)
            .ToList();
        return people
            .Where(other => other.Person != person && other.Keys.Any(counted.Contains))
            .Select(other => other.Person)
            .Where(other => !ArePair(person, other));
    }

    private int Delivered((TenantId, CustomerId) key) => _delivered.GetValueOrDefault(key);

    private bool ArePair(Person one, Person other) =>
        Aliases(one)
            .Append(one)
            .Any(ofOne =>
                Aliases(other)
                    .Append(other)
                    .Any(ofOther => _pairs.Contains((one.Profile.Tenant, ofOne.Profile.Id, ofOther.Profile.Id)))
            );
}
