namespace FullContact.Simulator.Control;

/// <summary>A rate, as it is set over HTTP.</summary>
/// <param name="RequestsPerMinute">How many requests a minute; null for any number.</param>
internal sealed record AskedRate(int? RequestsPerMinute);
