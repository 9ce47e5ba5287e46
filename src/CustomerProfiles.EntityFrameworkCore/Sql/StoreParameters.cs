using System.Collections.Immutable;
using System.Data;
using System.Data.Common;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The parameters of one statement: names and values, of which a command makes its own.</summary>
internal sealed class StoreParameters(StoreDialect dialect)
{
    /// <summary>The name under which Entity Framework has all of them together.</summary>
    public const string Name = "parameters";

    private readonly List<(string Name, object Value, DbType? TypeOfNull)> _values = new(4);

    public int Count => _values.Count;

    public IReadOnlyDictionary<string, object?> ByName => new Dictionary<string, object?>(1) { [Name] = this };

    public StoreParameters Tenant(TenantId tenant) => Text("tenant", tenant.Value);

    public StoreParameters Customer(TenantId tenant, CustomerId id) => Tenant(tenant).Id("id", id.Value);

    public StoreParameters Identity(TenantId tenant, Identity identity) =>
        Tenant(tenant).Text("kind", StoredNames.Of(identity.Kind)).Text("value", identity.Value);

    public StoreParameters Text(string name, string? text) => Add(name, text, DbType.String);

    public StoreParameters Id(string name, Guid id) => Add(name, dialect.IdParameter(id));

    public StoreParameters Id(string name, Guid? id) =>
        Add(name, id is { } known ? dialect.IdParameter(known) : null, DbType.Guid);

    public StoreParameters Time(string name, Instant? time) =>
        Add(name, time is { } known ? dialect.TimeParameter(known) : null, DbType.DateTimeOffset);

    public StoreParameters Duration(string name, Duration duration) => Add(name, dialect.DurationParameter(duration));

    public StoreParameters Number(string name, long number) => Add(name, number);

    public StoreParameters Number(string name, long? number) => Add(name, number, DbType.Int64);

    public StoreParameters Flag(string name, bool flag) => Add(name, flag);

    public StoreParameters Texts(string name, IEnumerable<string> texts) => Add(name, dialect.TextsParameter(texts));

    /// <summary>Identities, each as one text: the stored name of its kind, a colon, and its value.</summary>
    public StoreParameters Identities(IEnumerable<Identity> identities) =>
        Texts("identities", identities.Select(identity => $"{StoredNames.Of(identity.Kind)}:{identity.Value}"));

    /// <summary>An array; for a database that has them.</summary>
    public StoreParameters Many(string name, Array values) => Add(name, values);

    /// <summary>
    /// The values that an update writes: the next version of the profile, or nulls when there is none.
    /// </summary>
    public StoreParameters Profile(CustomerProfile? profile, SearchableProperties searchable, MatchKeys matchKeys) =>
        Number("version", profile?.Version ?? 0)
            .Time("updated_at", profile?.UpdatedAt)
            .Text("profile", profile is null ? null : ProfileDocument.Write(profile))
            .Text("search", profile is null ? null : SearchDocument.Write(profile, searchable, matchKeys, dialect));

    /// <summary>New customers, for a database with one writer.</summary>
    public StoreParameters Added(IReadOnlyList<AddedCustomer> customers, MatchKeys matchKeys) =>
        Text("customers", AdditionDocument.Customers(customers))
            .Text("searches", AdditionDocument.Searches(customers, matchKeys))
            .Text("identities", AdditionDocument.Identities(customers));

    /// <summary>
    /// What the history keeps, a null when there is nothing to keep, and the event.
    /// </summary>
    public StoreParameters Change(ProfileChange? change) => Change("change", "most", change).Event(change?.Event);

    /// <summary>The change alone, without its event.</summary>
    public StoreParameters Change(string name, string most, ProfileChange? change) =>
        Text(name, change is { MostKept: > 0 } ? ChangeSerializer.Serialize(change) : null)
            .Number(most, change?.MostKept ?? 0);

    /// <summary>1 when the history keeps the change, otherwise 0.</summary>
    public StoreParameters Remembered(ProfileChange? change) =>
        Number("remembered", change is { MostKept: > 0 } ? 1 : 0);

    /// <summary>An event; a null for none.</summary>
    public StoreParameters Event(EventWrite? write, string name = "event") =>
        Text(name, write is null ? null : EventSerializer.Serialize(write));

    /// <summary>Adds the parameters to a command that has none.</summary>
    public void AddTo(DbCommand command)
    {
        for (var i = 0; i < _values.Count; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = dialect.ParameterName(_values[i].Name);
            SetValue(parameter, i);
            command.Parameters.Add(parameter);
        }
    }

    /// <summary>Adds parameters to a command that has numbers and no names for them, in the order of these.</summary>
    public void AddTo(DbBatchCommand command, ImmutableArray<string> names)
    {
        foreach (var name in names)
        {
            var parameter = command.CreateParameter();
            SetValue(parameter, IndexOf(name));
            command.Parameters.Add(parameter);
        }
    }

    /// <summary>The name of a parameter, without the sign that begins it in the statement.</summary>
    public string NameAt(int index) => _values[index].Name;

    public object ValueAt(int index) => _values[index].Value;

    /// <summary>There are some ten, and most names are the same object, so none is looked up in a hash.</summary>
    private int IndexOf(string name)
    {
        for (var i = 0; i < _values.Count; i++)
        {
            if (string.Equals(_values[i].Name, name, StringComparison.Ordinal))
            {
                return i;
            }
        }

        throw new InvalidOperationException($"A statement has a parameter @{name}, which has no value.");
    }

    private void SetValue(DbParameter parameter, int index)
    {
        var (_, value, typeOfNull) = _values[index];
        parameter.Value = value;

        // A null has no type of its own.
        if (value is DBNull && typeOfNull is { } type && dialect.TypesParameters)
        {
            parameter.DbType = type;
        }
    }

    private StoreParameters Add(string name, object? value, DbType? typeOfNull = null)
    {
        _values.Add((name, value ?? DBNull.Value, typeOfNull));
        return this;
    }
}
