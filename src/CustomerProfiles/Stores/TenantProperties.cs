using System.Collections.Concurrent;

namespace CustomerProfiles.Stores;

/// <summary>
/// The custom properties of each tenant: those in code, and with
/// <c>CustomerProfilesOptions.DefinePropertiesPerTenant</c> those that were defined for the tenant, as this process
/// last read them from the store. For a durable store that implements <see cref="ISearchStore"/> and
/// <see cref="IPropertyStore"/> and takes this class as a constructor parameter.
/// </summary>
/// <remarks>
/// Definitions are read again once they are 30 seconds old, when a call next needs them. A host knows at once what it
/// has defined itself, and after at most 30 seconds what another host has. Safe for any number of threads.
/// </remarks>
public sealed class TenantProperties
{
    /// <summary>From this number of tenants on, definitions that are too old are removed now and then.</summary>
    private const int ManyTenants = 10_000;

    internal static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<TenantId, Entry> _tenants = [];
    private readonly SearchableProperties _searchable;
    private readonly bool _isOn;
    private readonly TimeProvider _time;
    private long _sweptAt;

    /// <summary>Properties that are defined per tenant beside those in code.</summary>
    /// <param name="inCode">The properties in code by which profiles are found.</param>
    /// <param name="time">The clock by which definitions grow old.</param>
    public TenantProperties(SearchableProperties inCode, TimeProvider time)
        : this(inCode, PropertyDefinitions.None, isOn: true, time) { }

    internal TenantProperties(SearchableProperties searchable, PropertyDefinitions inCode, bool isOn, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(searchable);
        ArgumentNullException.ThrowIfNull(time);
        _searchable = searchable;
        InCode = inCode;
        _isOn = isOn;
        _time = time;
        _sweptAt = time.GetTimestamp();
    }

    /// <summary>The definitions in code, which hold for every tenant.</summary>
    internal PropertyDefinitions InCode { get; }

    /// <summary>The custom properties by which a tenant's profiles are found.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="store">The store that has the tenant's definitions.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The properties; those in code when no others are defined, or may be.</returns>
    public async ValueTask<SearchableProperties> GetSearchableAsync(
        TenantId tenant,
        IPropertyStore store,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        return await ReadAsync(tenant, store, cancellationToken).ConfigureAwait(false) is { } entry
            ? entry.Searchable
            : _searchable;
    }

    /// <summary>The definitions that hold for a tenant; <see cref="InCode"/> itself when there are no others.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="store">The store; null when it keeps no definitions.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask<PropertyDefinitions> GetAsync(
        TenantId tenant,
        IPropertyStore? store,
        CancellationToken cancellationToken
    ) =>
        store is not null && await ReadAsync(tenant, store, cancellationToken).ConfigureAwait(false) is { } entry
            ? entry.Definitions
            : InCode;

    /// <summary>The time from which the age of definitions counts that are read or written next.</summary>
    internal long Timestamp() => _time.GetTimestamp();

    /// <summary>Takes over what was read from the store, or written to it.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="stored">The definitions.</param>
    /// <param name="since">The <see cref="Timestamp"/> before the call of the store, which may take long.</param>
    /// <returns>The definitions that hold for the tenant.</returns>
    internal PropertyDefinitions Put(TenantId tenant, StoredProperties stored, long since) =>
        Replace(tenant, EntryOf(stored, since)).Definitions;

    private async ValueTask<Entry?> ReadAsync(
        TenantId tenant,
        IPropertyStore store,
        CancellationToken cancellationToken
    )
    {
        if (!_isOn)
        {
            return null;
        }

        if (_tenants.TryGetValue(tenant, out var entry) && !IsOld(entry.ReadAt))
        {
            return entry;
        }

        // The age counts from before the read, which may take long.
        var now = _time.GetTimestamp();
        var stored = await store.GetPropertiesAsync(tenant, cancellationToken).ConfigureAwait(false);
        return Replace(tenant, EntryOf(stored, now));
    }

    private Entry Replace(TenantId tenant, Entry entry)
    {
        if (_tenants.Count >= ManyTenants && IsOld(Volatile.Read(ref _sweptAt)))
        {
            Volatile.Write(ref _sweptAt, _time.GetTimestamp());
            foreach (var old in _tenants.Where(one => IsOld(one.Value.ReadAt)))
            {
                _tenants.TryRemove(old);
            }
        }

        // What was read before another call defined a property may arrive after it.
        return _tenants.AddOrUpdate(
            tenant,
            entry,
            (_, current) => current.Version > entry.Version && !IsOld(current.ReadAt) ? current : entry
        );
    }

    private Entry EntryOf(StoredProperties stored, long readAt)
    {
        PropertyDefinition[] own =
        [
            .. stored
                .Properties.Select(property => property.Definition)
                .Where(definition => InCode.Find(definition.Key) is null),
        ];
        return new Entry(
            stored.Version,
            own.Length == 0 ? InCode : new PropertyDefinitions(InCode.All.Concat(own), InCode.AllowsUnknown),
            own.Length == 0 ? _searchable : _searchable.With(own),
            readAt
        );
    }

    private bool IsOld(long timestamp) => _time.GetElapsedTime(timestamp) >= MaxAge;

    private sealed record Entry(
        long Version,
        PropertyDefinitions Definitions,
        SearchableProperties Searchable,
        long ReadAt
    );
}
