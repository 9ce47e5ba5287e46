namespace CustomerProfiles.FullContact;

/// <summary>
/// How sure FullContact must be that it speaks of the right person. Below that it knows nobody. The figures are those
/// of docs.fullcontact.com/docs/request-properties.
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
