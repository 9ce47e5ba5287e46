using CustomerProfiles.Stores;

namespace CustomerProfiles;

/// <summary>
/// Describes changes for the history. It describes none where the host keeps no history, or its store cannot.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="mostKept">How many changes of a customer are kept; 0 for none.</param>
internal sealed class ChangeRecorder(ICustomerProfileStore store, int mostKept)
{
    private readonly bool _isOn = mostKept > 0 && store is IHistoryStore;

    /// <summary>The change from one version of a profile to the next; null for none.</summary>
    public ProfileChange? Describe(CustomerProfile earlier, CustomerProfile later, in ChangeReason reason) =>
        _isOn ? Describe(reason, earlier, later) : null;

    /// <summary>A change that makes no version of the profile; null for none.</summary>
    public ProfileChange? Describe(in ChangeReason reason) =>
        _isOn ? Describe(reason, earlier: null, later: null) : null;

    private ProfileChange Describe(in ChangeReason reason, CustomerProfile? earlier, CustomerProfile? later) =>
        new()
        {
            Kind = reason.Kind,
            By = reason.By,
            CaseReference = reason.CaseReference,
            Values = earlier is null ? [] : ProfileDifference.Between(earlier, later!),
            Identities =
                earlier is null || later!.Identities.SequenceEqual(earlier.Identities) ? default : earlier.Identities,
            UpdatedAt = earlier?.UpdatedAt,
            MostKept = mostKept,
        };
}
