namespace CustomerProfiles.FullContact.AspNetCore;

/// <summary>
/// A mark among the services, by which mapping sees that they are there. Looking at the services themselves would
/// validate the options before the host does.
/// </summary>
internal sealed class WebhookMarker;
