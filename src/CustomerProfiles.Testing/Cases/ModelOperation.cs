namespace CustomerProfiles.Testing;

/// <summary>The operations of a generated sequence.</summary>
internal enum ModelOperation
{
    Create,
    Add,
    Receive,
    Update,
    Request,
    RequestStale,
    Claim,
    ClaimAgain,
    Complete,
    CompleteWithProfile,
    CompleteWithheld,
    Release,
    RenewLease,
    ReserveBudget,
    Refund,
    SetProviderSetting,
    SuppressCustomer,
    SuppressIdentity,
    Merge,
    Unmerge,
    Erase,
    ChangeMark,
    RemoveGuards,
    DeliverEvents,
    MarkNotDuplicates,
    FindDuplicates,
    Wait,
    LeasesPass,
}
