using System.Collections.Immutable;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>Makes the view of a profile.</summary>
internal sealed class SidebarBuilder(
    ICustomerProfileStore store,
    IEditRules rules,
    ProviderRegistry providers,
    CheckBudget budget,
    IRecheckPolicy policy,
    TenantTerms terms,
    IClock clock
)
{
    public async ValueTask<SidebarView> BuildAsync(StoredCustomer customer, CancellationToken cancellationToken)
    {
        var profile = customer.Profile;
        var merges = store is IMergingStore merging
            ? await merging.GetMergesAsync(profile.Tenant, profile.Id, cancellationToken).ConfigureAwait(false)
            : [];
        var tenant = await terms.GetAsync(profile.Tenant, cancellationToken).ConfigureAwait(false);
        return new SidebarView
        {
            Profile = profile,
            Name = FieldOf(profile, ProfileField.Name, tenant),
            Photo = FieldOf(profile, ProfileField.Photo, tenant),
            Notes = FieldOf(profile, ProfileField.Notes, tenant),
            Fields =
            [
                .. ProfileField
                    .All.Where(field => field.Group != ProfileFieldGroup.Person)
                    .OrderBy(field => field.Group)
                    .Concat(CustomPropertiesOf(profile, tenant.Definitions))
                    .Select(field => FieldOf(profile, field, tenant)),
            ],
            Providers = [.. providers.All.Select(provider => ProviderOf(customer, provider))],
            IsSuppressed = customer.IsSuppressed,
            Merges = merges,
        };
    }

    private static IEnumerable<ProfileField> CustomPropertiesOf(
        CustomerProfile profile,
        PropertyDefinitions definitions
    )
    {
        var held = profile
            .Values.Select(value => value.Field)
            .Where(field => field.CustomKey is not null)
            .Distinct()
            .OrderBy(field => field.Code, StringComparer.Ordinal)
            .ToArray();
        return definitions
            .All.Select(definition => (definition.IsArchived, Field: (ProfileField)definition.Field))
            .Where(defined => !defined.IsArchived || held.Contains(defined.Field))
            .Select(defined => defined.Field)
            .Concat(held.Where(field => definitions.Find(field) is null));
    }

    private SidebarField FieldOf(CustomerProfile profile, ProfileField field, EditTerms tenant)
    {
        var definition = tenant.Definitions.Find(field);
        ImmutableArray<FieldValue> values =
            field.IsList ? [.. profile.Values.Where(value => !value.IsCleared && field.Equals(value.Field))]
            : profile.Find(field) is { IsCleared: false } held ? [held]
            : [];
        var isLocked = rules.OwnerOf(field) == FieldOwner.Provider;
        return new SidebarField
        {
            Field = field,
            Label = tenant.Labels.LabelOf(field),
            Values = values,
            Texts = [.. values.Select(value => TextOf(definition, value.Text!))],
            Property = definition,
            Unfit = definition is not null && values is [{ Text: { } text }] ? definition.Check(text) : null,
            // A list may have been cleared as a whole and have an entry since.
            IsCleared = values.IsEmpty && profile.Find(field) is { IsCleared: true },
            LockedBecause = isLocked ? "It comes from the provider, where the customer can correct it." : null,
            CorrectAt = isLocked ? providers.ClaimPageFor(profile, field) : null,
        };
    }

    private static string TextOf(PropertyDefinition? definition, string text) =>
        definition?.OptionOf(text)?.Label ?? text;

    private SidebarProvider ProviderOf(StoredCustomer customer, IProfileProvider provider)
    {
        var check = customer.GetCheck(provider.Name);
        var isEnabled = customer.GetProviderSetting(provider.Name)?.IsEnabled ?? true;
        var next =
            isEnabled && !customer.IsSuppressed
                ? policy
                    .Decide(
                        new RecheckContext(
                            ConversationDirection.Received,
                            clock.GetCurrentInstant(),
                            check?.LastCheckAt
                        )
                    )
                    .DueAfter
                : null;
        return new SidebarProvider
        {
            Provider = provider.Name,
            IsEnabled = isEnabled,
            LastCheckAt = check?.LastCheckAt,
            LastOutcome = check?.LastOutcome,
            IsPending = check?.IsPending ?? false,
            LastFailure = check?.LastFailure,
            NextCheckAfter = next,
            ClaimPage = provider.ClaimPage,
            OptOutPage = provider.OptOutPage,
            Pause = provider.Pause ?? budget.PauseOf(provider),
        };
    }
}
