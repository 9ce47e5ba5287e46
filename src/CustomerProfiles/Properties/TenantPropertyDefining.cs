using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>The definitions of one tenant. It validates arguments and passes them on.</summary>
internal sealed class TenantPropertyDefining(TenantId tenant, PropertyDefining defining) : IProfileProperties
{
    public ValueTask<ImmutableArray<PropertyDefinition>> GetAsync(CancellationToken cancellationToken = default) =>
        defining.GetAsync(tenant, cancellationToken);

    public ValueTask<DefineOutcome> DefineAsync(
        PropertyDefinition definition,
        Actor by,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(definition);
        by.ThrowIfNobody(nameof(by));
        return defining.DefineAsync(tenant, definition, by, cancellationToken);
    }
}
