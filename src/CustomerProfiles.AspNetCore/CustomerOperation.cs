namespace CustomerProfiles.AspNetCore;

/// <summary>What a request does with a customer.</summary>
public enum CustomerOperation
{
    /// <summary>It reads the profile, in the sidebar or in a list.</summary>
    Read,

    /// <summary>It changes the profile: an edit, or the photo.</summary>
    Edit,

    /// <summary>
    /// It suppresses or unsuppresses the customer, removes a provider's data, or takes a field out of the history.
    /// </summary>
    Administer,

    /// <summary>
    /// It reads the history. Reverting a change is this and <see cref="Edit"/>, and asks about both.
    /// </summary>
    History,
}
