using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>
/// The definitions of the custom properties of one tenant: those in code, and with
/// <see cref="CustomerProfilesOptions.DefinePropertiesPerTenant"/> those that were defined for this tenant.
/// </summary>
/// <remarks>
/// Safe for any number of threads. A definition changes no profile. The host on which a property was defined goes by
/// the definition at once; every other host after at most 30 seconds.
/// </remarks>
public interface IProfileProperties
{
    /// <summary>Reads the definitions that hold for the tenant now.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Those in code, and then the tenant's own, in the order in which they were first defined; archived ones
    /// too. Only those in code when <see cref="CustomerProfilesOptions.DefinePropertiesPerTenant"/> is not set, or the
    /// store does not implement <c>IPropertyStore</c>.</returns>
    ValueTask<ImmutableArray<PropertyDefinition>> GetAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Defines a property for the tenant, or defines it anew: another label, type or options. Values that are stored
    /// stay as they are; those that do not fit the new type are <see cref="PropertyValue{T}.Unfit"/>. Nothing is
    /// deleted: set <see cref="PropertyDefinition.IsArchived"/> on a definition that is no longer used. An option that
    /// is missing is archived.
    /// </summary>
    /// <param name="definition">The definition.</param>
    /// <param name="by">Who defines it.</param>
    /// <param name="cancellationToken">Cancels the call. The property is defined then, or not.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="ArgumentException"><paramref name="by"/> is <c>default</c>.</exception>
    /// <exception cref="InvalidOperationException">
    /// <see cref="CustomerProfilesOptions.DefinePropertiesPerTenant"/> is not set.</exception>
    /// <exception cref="NotSupportedException">The store does not implement <c>IPropertyStore</c>.</exception>
    ValueTask<DefineOutcome> DefineAsync(
        PropertyDefinition definition,
        Actor by,
        CancellationToken cancellationToken = default
    );
}
