namespace CustomerProfiles.FullContact;

/// <summary>
/// How certain FullContact must be that it found the right person. Below that it returns no match. The figures are
/// those of docs.fullcontact.com/docs/request-properties.
/// </summary>
public enum FullContactConfidence
{
    /// <summary>60 %.</summary>
    Low,

    /// <summary>80 %.</summary>
    Medium,

    /// <summary>95 %.</summary>
    High,

    /// <summary>98 %.</summary>
    Max,
}
