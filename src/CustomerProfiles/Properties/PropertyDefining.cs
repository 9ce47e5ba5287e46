using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>Defines custom properties of a tenant: reads the definitions and writes the next version.</summary>
internal sealed class PropertyDefining(
    ICustomerProfileStore store,
    TenantProperties properties,
    IClock clock,
    bool isPerTenant
)
{
    /// <summary>The most definitions of a tenant: every edit and search reads all of them.</summary>
    public const int MostPerTenant = 200;

    public async ValueTask<ImmutableArray<PropertyDefinition>> GetAsync(
        TenantId tenant,
        CancellationToken cancellationToken
    )
    {
        if (!isPerTenant || store is not IPropertyStore definitions)
        {
            return properties.InCode.All;
        }

        var since = properties.Timestamp();
        var stored = await definitions.GetPropertiesAsync(tenant, cancellationToken).ConfigureAwait(false);
        return properties.Put(tenant, stored, since).All;
    }

    public async ValueTask<DefineOutcome> DefineAsync(
        TenantId tenant,
        PropertyDefinition definition,
        Actor by,
        CancellationToken cancellationToken
    )
    {
        var definitions = Definitions();
        if (Invalid(definition) is { } invalid)
        {
            return invalid;
        }

        if (properties.InCode.Find(definition.Key) is not null)
        {
            return new DefineOutcome.DefinedInCode();
        }

        for (var race = 0; race < ProfileWriter.MaxRaces; race++)
        {
            var since = properties.Timestamp();
            var stored = await definitions.GetPropertiesAsync(tenant, cancellationToken).ConfigureAwait(false);
            var before = stored.Properties.FirstOrDefault(property => HasKey(property, definition.Key));
            var next = before is null ? definition : WithArchivedOptions(definition, OptionsOf(before));
            DefineOutcome? refusal =
                before is not null && PropertySerializer.AreSame(before.Definition, next)
                    ? new DefineOutcome.Unchanged()
                : before is null && stored.Properties.Length >= MostPerTenant ? new DefineOutcome.TooMany(MostPerTenant)
                : Invalid(next);
            if (refusal is not null)
            {
                properties.Put(tenant, stored, since);
                return refusal;
            }

            var written = new StoredProperty
            {
                Definition = next,
                EarlierOptions = before is null || next.Type == PropertyType.Option ? [] : OptionsOf(before),
                DefinedAt = clock.GetCurrentInstant().ToMicroseconds(),
                DefinedBy = by.Id,
            };
            var changed = new StoredProperties
            {
                Version = stored.Version + 1,
                Properties = before is null
                    ? stored.Properties.Add(written)
                    : stored.Properties.Replace(before, written),
            };
            since = properties.Timestamp();
            if (await definitions.SavePropertiesAsync(tenant, changed, cancellationToken).ConfigureAwait(false))
            {
                properties.Put(tenant, changed, since);
                return new DefineOutcome.Defined(next);
            }
        }

        return new DefineOutcome.Busy();
    }

    private static DefineOutcome.Rejected? Invalid(PropertyDefinition definition)
    {
        ImmutableArray<string> errors = [.. PropertyDefinitionErrors.Of(definition)];
        return errors.IsEmpty ? null : new DefineOutcome.Rejected(errors);
    }

    private static bool HasKey(StoredProperty property, string key) =>
        string.Equals(property.Definition.Key, key, StringComparison.Ordinal);

    /// <summary>The options that the property has, or had before it was of its type.</summary>
    private static ImmutableArray<PropertyOption> OptionsOf(StoredProperty property) =>
        property.Definition.Type == PropertyType.Option ? property.Definition.Options : property.EarlierOptions;

    /// <summary>
    /// The definition with the options that it leaves out, so that stored values keep their labels. A code in another
    /// case replaces the one before, because two options may not differ by their case only.
    /// </summary>
    private static PropertyDefinition WithArchivedOptions(
        PropertyDefinition definition,
        ImmutableArray<PropertyOption> before
    )
    {
        if (definition.Type != PropertyType.Option)
        {
            return definition;
        }

        var codes = definition.Options.Select(option => option.Code).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return definition with
        {
            Options =
            [
                .. definition.Options,
                .. before
                    .Where(option => !codes.Contains(option.Code))
                    .Select(option => new PropertyOption(option.Code, option.Label) { IsArchived = true }),
            ],
        };
    }

    private IPropertyStore Definitions()
    {
        var definitions =
            store as IPropertyStore
            ?? throw new NotSupportedException(
                $"{store.GetType()} keeps no definitions of custom properties, because it does not implement "
                    + $"{typeof(IPropertyStore)}. Implement it on the same class, use a store that does, or define "
                    + "properties in CustomerProfilesOptions.Properties."
            );
        return isPerTenant
            ? definitions
            : throw new InvalidOperationException(
                "Properties are defined in code only. Set CustomerProfilesOptions.DefinePropertiesPerTenant on every "
                    + "host."
            );
    }
}
