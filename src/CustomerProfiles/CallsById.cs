using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles;

/// <summary>What the entry point passes calls on to that name a customer by id.</summary>
internal sealed record CallsById(
    CustomersById Customers,
    CheckNow CheckNow,
    PrivacyServices Privacy,
    ProfileMerging Merging,
    DuplicateSuggestions Duplicates,
    ProfileEditor Editor,
    SuppressionChanges Suppression,
    ProfileHistory History
)
{
    /// <summary>The same, for ids that are not followed when they were absorbed by a merge.</summary>
    public static CallsById WithoutFollowingMerges(IServiceProvider services)
    {
        var store = services.GetRequiredService<ICustomerProfileStore>();
        var changes = services.GetRequiredService<ChangeRecorder>();
        var erased = services.GetRequiredService<ErasedPeople>();
        var labels = services.GetRequiredService<FieldLabels>();
        var validation = services.GetRequiredService<EditValidation>();
        var clock = services.GetRequiredService<IClock>();
        var customers = new CustomersById(store, followsMerges: false);
        var writer = new ProfileWriter(customers, changes, erased);
        var redaction = new HistoryRedaction(store, customers, services.GetRequiredService<MergeForgetting>());
        return new CallsById(
            customers,
            new CheckNow(
                store,
                customers,
                services.GetRequiredService<CheckPlanner>(),
                services.GetRequiredService<ProviderRegistry>(),
                services.GetRequiredService<CheckSignal>(),
                clock
            ),
            services.GetRequiredService<PrivacyServices>() with
            {
                Export = new ProfileExport(store, customers, labels, clock),
                Removal = new ProviderDataRemoval(store, customers, writer, redaction, clock),
            },
            new ProfileMerging(
                store,
                changes,
                labels,
                clock,
                services.GetRequiredService<IOptions<CustomerProfilesOptions>>().Value.UnmergeWithin,
                followsMerges: false
            ),
            new DuplicateSuggestions(store, customers, services.GetRequiredService<MatchKeys>(), clock),
            new ProfileEditor(
                customers,
                writer,
                validation,
                services.GetRequiredService<IEditRules>(),
                labels,
                services.GetRequiredService<EmailAddresses>(),
                erased,
                clock
            ),
            new SuppressionChanges(store, customers, erased, changes, clock),
            new ProfileHistory(customers, redaction, validation, labels)
        );
    }
}
