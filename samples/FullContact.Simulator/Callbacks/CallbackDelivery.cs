namespace FullContact.Simulator.Callbacks;

/// <summary>One attempt to call a webhook.</summary>
/// <param name="Status">The status of the receiver's response; null when there was none.</param>
public sealed record CallbackDelivery(int? Status);
