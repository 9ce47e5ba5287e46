namespace CustomerProfiles.Testing;

/// <summary>What a made-up sequence can do.</summary>
internal enum ModelOperation
{
    Create,
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
    Wait,
    LeasesPass,
}
