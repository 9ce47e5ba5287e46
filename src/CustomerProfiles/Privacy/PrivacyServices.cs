namespace CustomerProfiles;

/// <summary>What <see cref="TenantPrivacy"/> passes calls on to.</summary>
internal sealed record PrivacyServices(
    ProfileExport Export,
    ProfileErasure Erasure,
    ErasureReplaying Replaying,
    ErasedPeople Erased,
    ProviderDataRemoval Removal,
    Retention Retention
);
