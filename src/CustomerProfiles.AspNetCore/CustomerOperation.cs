namespace CustomerProfiles.AspNetCore;

/// <summary>What a request does with a customer.</summary>
public enum CustomerOperation
{
    /// <summary>It reads the profile, in the sidebar or in a list.</summary>
    Read,

    /// <summary>It changes the profile: an edit, or the photo.</summary>
    Edit,

    /// <summary>
    /// It suppresses or unsuppresses the customer, requests a check now, removes a provider's data, exports what is
    /// held, erases the customer, or takes a field out of the history.
    /// </summary>
    Administer,

    /// <summary>
    /// It reads the history. Reverting a change is this and <see cref="Edit"/>, and needs both.
    /// </summary>
    History,

    /// <summary>
    /// It creates a customer, so there is none to name. What is shown of the new customer needs <see cref="Read"/>.
    /// </summary>
    Create,

    /// <summary>
    /// It merges the customer with another, looks at what that would do, lists merges or undoes one. The policy is
    /// evaluated for both customers, also with <see cref="Read"/>.
    /// </summary>
    Merge,
}
