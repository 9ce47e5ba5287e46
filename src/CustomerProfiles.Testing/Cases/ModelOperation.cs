namespace CustomerProfiles.Testing.Cases;

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
    Prolong,
    Spend,
    GiveBack,
    Switch,
    SuppressCustomer,
    SuppressIdentity,
    Wait,
    LeasesPass,
}
