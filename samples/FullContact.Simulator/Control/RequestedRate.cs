namespace FullContact.Simulator.Control;

/// <summary>A rate, as set over HTTP.</summary>
/// <param name="RequestsPerMinute">The number of requests per minute; null for no limit.</param>
internal sealed record RequestedRate(int? RequestsPerMinute);
