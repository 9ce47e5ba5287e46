namespace CustomerProfiles.AspNetCore;

/// <summary>
/// Marks that the web package is registered. Resolving its services to find out would validate the options with a less
/// helpful message.
/// </summary>
internal sealed class WebMarker;
