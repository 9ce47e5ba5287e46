using CustomerProfiles.Providers;

namespace CustomerProfiles.FullContact;

/// <summary>
/// The address for callbacks from FullContact, for a host that receives them. The package
/// CustomerProfiles.FullContact.AspNetCore implements it.
/// </summary>
/// <remarks>A singleton, safe for any number of threads.</remarks>
public interface IFullContactWebhook
{
    /// <summary>How long a check waits for its callback. After that the request is repeated without one.</summary>
    TimeSpan Timeout { get; }

    /// <summary>
    /// The address that one result is posted to. Whoever knows it can post a result, so it is unguessable and secret.
    /// </summary>
    /// <param name="callback">The check that the result belongs to.</param>
    /// <returns>An absolute address that FullContact can reach.</returns>
    Uri AddressFor(CallbackReference callback);
}
