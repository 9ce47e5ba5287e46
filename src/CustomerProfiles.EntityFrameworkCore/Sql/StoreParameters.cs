using System.Data;
using System.Data.Common;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The parameters of one statement.</summary>
internal sealed class StoreParameters(DbProviderFactory factory, StoreDialect dialect)
{
    /// <summary>The name under which Entity Framework has all of them together.</summary>
    public const string Name = "parameters";

    private readonly List<DbParameter> _parameters = new(12);
    private readonly List<string> _names = new(12);

    public IReadOnlyList<DbParameter> All => _parameters;

    public IReadOnlyDictionary<string, object?> ByName => new Dictionary<string, object?>(1) { [Name] = this };

    /// <summary>
    /// A parameter for a statement that has numbers and no names. A statement has its parameters for itself, so another
    /// one gets a copy.
    /// </summary>
    public DbParameter Numbered(string name)
    {
        var parameter = _parameters[_names.IndexOf(name)];
        if (parameter.ParameterName.Length == 0)
        {
            return (DbParameter)((ICloneable)parameter).Clone();
        }

        parameter.ParameterName = "";
        return parameter;
    }

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

    /// <summary>An event; a null for none.</summary>
    public StoreParameters Event(EventWrite? write, string name = "event") =>
        Text(name, write is null ? null : EventSerializer.Serialize(write));

    /// <summary>A null has no type of its own, and PostgreSQL needs one.</summary>
    private StoreParameters Add(string name, object? value, DbType? typeOfNull = null)
    {
        var parameter = factory.CreateParameter()!;
        parameter.ParameterName = name;
        parameter.Value = value ?? DBNull.Value;
        if (value is null && typeOfNull is { } type)
        {
            parameter.DbType = type;
        }

        _parameters.Add(parameter);
        _names.Add(name);
        return this;
    }
}
