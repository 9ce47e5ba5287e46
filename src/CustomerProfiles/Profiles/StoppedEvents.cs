namespace CustomerProfiles;

/// <summary>The events of a customer of which one could not be delivered, so that all of them wait.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the number of attempts only.</remarks>
public sealed class StoppedEvents
{
    /// <summary>The event that failed.</summary>
    public required CustomerEvent Event { get; init; }

    /// <summary>How often it failed.</summary>
    public required int Attempts { get; init; }

    /// <summary>The number of attempts only.</summary>
    public override string ToString() => $"{Attempts} attempts";
}
