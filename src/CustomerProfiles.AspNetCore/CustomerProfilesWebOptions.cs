using Microsoft.AspNetCore.Http;

namespace CustomerProfiles.AspNetCore;

/// <summary>
/// Who may do what over HTTP, and on whose behalf. Validated when the endpoints are mapped. A change takes effect at
/// the next start.
/// </summary>
/// <remarks>
/// Each policy is the name of an authorization policy of the host. The endpoints of a group without a policy are not
/// mapped. Nothing is open to everybody: a policy that lets anonymous requests pass is the host's own decision.
/// </remarks>
public sealed class CustomerProfilesWebOptions
{
    /// <summary>
    /// The policy for reading: the sidebar and the search. Must be set, because whoever changes a profile sees it.
    /// </summary>
    public string? ReadPolicy { get; set; }

    /// <summary>
    /// The policy for editing: the fields of a profile, clearing and resetting the photo, and creating customers. Null
    /// when nobody edits over HTTP.
    /// </summary>
    public string? EditPolicy { get; set; }

    /// <summary>
    /// The policy for the history: what was changed, by whom, and what was there before. Reverting a change needs
    /// <see cref="EditPolicy"/> too. Null when nobody sees the history over HTTP.
    /// </summary>
    public string? HistoryPolicy { get; set; }

    /// <summary>
    /// The policy for merging two customers, listing merges and undoing them. Null when nobody does so over HTTP.
    /// </summary>
    public string? MergePolicy { get; set; }

    /// <summary>
    /// The policy for administering: disabling and enabling providers, requesting a check now, removing a provider's
    /// data, suppressing and unsuppressing customers, exporting everything that is held about one (with the history,
    /// whoever may see that otherwise), taking a field out of the history. Null when nobody does so over HTTP.
    /// </summary>
    public string? AdministerPolicy { get; set; }

    /// <summary>
    /// A policy that is evaluated for each customer as well, with a <see cref="CustomerAccess"/> as its resource,
    /// before anything of them is shown or changed, also for each customer of a list; and before one is created,
    /// without a customer. A customer who may not be read does not exist for the caller. Null when whoever may read may
    /// read every customer of the tenant.
    /// </summary>
    public string? CustomerPolicy { get; set; }

    /// <summary>
    /// The tenant of a request, from whatever the host has authenticated, such as a claim; never from what the caller
    /// could choose freely. Null refuses the request. Must be set; a host with one tenant returns
    /// <see cref="TenantId.Default"/>. Called once for each request, on any thread.
    /// </summary>
    public Func<HttpContext, TenantId?>? ResolveTenant { get; set; }

    /// <summary>
    /// Who changes something: the agent who is signed in. The id is kept with every value that the agent sets. Null
    /// refuses the request. Must be set when <see cref="EditPolicy"/>, <see cref="MergePolicy"/> or
    /// <see cref="AdministerPolicy"/> is. Called for requests that change something, on any thread.
    /// </summary>
    public Func<HttpContext, Actor?>? ResolveActor { get; set; }

    /// <summary>
    /// The longest body of a request, in bytes: 16 KiB to 16 MiB, and 256 KiB unless set, which the longest notes fit
    /// in.
    /// </summary>
    public int MaxBodyBytes { get; set; } = 256 * 1024;

    /// <summary>
    /// Texts of the elements in place of the bundled ones, by culture (such as <c>fr</c> or <c>pt-BR</c>) and key.
    /// English and German are bundled; what a culture leaves out is shown in English. A key that no bundled text has
    /// is an error at start.
    /// </summary>
    public IDictionary<string, IDictionary<string, string>> Texts { get; set; } =
        new Dictionary<string, IDictionary<string, string>>(StringComparer.OrdinalIgnoreCase);
}
