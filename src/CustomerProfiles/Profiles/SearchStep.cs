namespace CustomerProfiles;

/// <summary>
/// The look-ups of a search in the order <see cref="ProfileOrder.BestMatch"/>, one after the other. Of any profile that
/// is found, <see cref="SearchCriteria.StepOf"/> says which one finds it. Every other order has only the last.
/// </summary>
public enum SearchStep
{
    /// <summary>
    /// Customers with one of <see cref="SearchCriteria.Identities"/>, by id.
    /// </summary>
    Identity = 1,

    /// <summary>
    /// Profiles of no step before whose <see cref="SearchKeys.Name"/> begins with
    /// <see cref="SearchCriteria.NamePrefix"/>, by name, then by id.
    /// </summary>
    NamePrefix = 2,

    /// <summary>Profiles of no step before, in the order of the query: the newest change first, then by id.</summary>
    Rest = 3,
}
