using NodaTime;

namespace CustomerProfiles;

/// <summary>Where a value came from, from whom, and when it was observed.</summary>
/// <param name="Source">Where it came from.</param>
/// <param name="By">Who: the agent's id, the system imported from, the conversation's id, or the provider's
/// name.</param>
/// <param name="ObservedAt">When it was observed, to the microsecond.</param>
/// <remarks>Immutable.</remarks>
public sealed record Provenance(ProvenanceSource Source, string By, Instant ObservedAt)
{
    /// <summary>
    /// Whether a person stands behind it. Such a value is never replaced or revived by anything but a person.
    /// </summary>
    public bool IsFromPerson => Source is ProvenanceSource.Agent or ProvenanceSource.Import;

    /// <summary>Whether this provider gave it.</summary>
    internal bool IsFrom(string provider) =>
        Source == ProvenanceSource.Provider && string.Equals(By, provider, StringComparison.Ordinal);

    /// <summary>The source only.</summary>
    public override string ToString() => Source.ToString();
}
