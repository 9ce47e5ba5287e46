namespace FullContact.Simulator.Callbacks;

/// <summary>One try to send an answer to a webhook.</summary>
/// <param name="Status">The status that the receiver answered; null when there was no answer.</param>
public sealed record CallbackDelivery(int? Status);
