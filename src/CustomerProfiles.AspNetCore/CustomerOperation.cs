namespace CustomerProfiles.AspNetCore;

/// <summary>What a request does with a customer.</summary>
public enum CustomerOperation
{
    /// <summary>It reads the profile, in the sidebar or in a list.</summary>
    Read,

    /// <summary>It changes the profile: an edit, or the photo.</summary>
    Edit,

    /// <summary>It suppresses or unsuppresses the customer, or removes a provider's data.</summary>
    Administer,
}
