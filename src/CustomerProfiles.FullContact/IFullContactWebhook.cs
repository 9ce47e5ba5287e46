using CustomerProfiles.Providers;

namespace CustomerProfiles.FullContact;

/// <summary>
/// Where FullContact sends its answers, for a host that has them sent. The package
/// CustomerProfiles.FullContact.AspNetCore brings one.
/// </summary>
/// <remarks>A singleton, safe for any number of threads.</remarks>
public interface IFullContactWebhook
{
    /// <summary>How long an answer is waited for before the question is put again, and then answered at once.</summary>
    TimeSpan Timeout { get; }

    /// <summary>
    /// The address that one answer is to be sent to. Whoever knows it can answer, so it is unguessable, and secret.
    /// </summary>
    /// <param name="callback">Which check it answers.</param>
    /// <returns>An absolute address that FullContact can reach.</returns>
    Uri AddressFor(CallbackReference callback);
}
