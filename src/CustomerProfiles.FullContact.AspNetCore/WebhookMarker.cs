namespace CustomerProfiles.FullContact.AspNetCore;

/// <summary>
/// Marks that the webhook is registered. Resolving its services to find out would validate the options before the host
/// does.
/// </summary>
internal sealed class WebhookMarker;
