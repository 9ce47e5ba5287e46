using CustomerProfiles.Stores;

namespace CustomerProfiles;

/// <summary>What the edits and views of one tenant go by: its custom properties, and what fields are called.</summary>
internal sealed class EditTerms(
    PropertyDefinitions definitions,
    FieldLabels labels,
    IEditRules rules,
    ProviderRegistry providers
)
{
    public PropertyDefinitions Definitions => definitions;

    public FieldLabels Labels => labels;

    public EditValidation Validation { get; } = new(rules, providers, labels, definitions);
}

/// <summary>Gives the terms of each tenant; the same object for all without definitions of their own.</summary>
internal sealed class TenantTerms(
    ICustomerProfileStore store,
    TenantProperties properties,
    FieldLabels labels,
    IEditRules rules,
    ProviderRegistry providers
)
{
    private readonly EditTerms _inCode = new(properties.InCode, labels, rules, providers);

    public async ValueTask<EditTerms> GetAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var definitions = await properties
            .GetAsync(tenant, store as IPropertyStore, cancellationToken)
            .ConfigureAwait(false);
        return ReferenceEquals(definitions, properties.InCode)
            ? _inCode
            : new EditTerms(definitions, labels.With(definitions), rules, providers);
    }
}
