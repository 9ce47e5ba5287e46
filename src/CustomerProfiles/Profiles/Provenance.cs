using System.Text.Json.Serialization;
using NodaTime;

namespace CustomerProfiles;

/// <summary>Where a value came from, from whom, and when it was observed.</summary>
/// <remarks>Immutable.</remarks>
public sealed record Provenance
{
    /// <summary>A provenance as a store kept it.</summary>
    /// <param name="source">Where the value came from.</param>
    /// <param name="by">Who: the agent's id, the row imported from (<c>system:id</c>) or its system, the conversation's
    /// id, or the provider's name.</param>
    /// <param name="observedAt">When it was observed, to the microsecond.</param>
    public Provenance(ProvenanceSource source, string by, Instant observedAt)
    {
        Source = source;
        By = by;
        ObservedAt = observedAt;
    }

    /// <summary>Where the value came from.</summary>
    public ProvenanceSource Source { get; init; }

    /// <summary>
    /// Who: the agent's id, the row imported from (<c>system:id</c>) or its system, the conversation's id, or the
    /// provider's name.
    /// </summary>
    public string By { get; init; }

    /// <summary>When it was observed, to the microsecond.</summary>
    public Instant ObservedAt { get; init; }

    /// <summary>
    /// Whether a person is the source. Such a value is never replaced or refilled by anything but a person.
    /// </summary>
    public bool IsFromPerson => Source is ProvenanceSource.Agent or ProvenanceSource.Import;

    /// <summary>Whether it came from this provider.</summary>
    internal bool IsFrom(string provider) =>
        Source == ProvenanceSource.Provider && string.Equals(By, provider, StringComparison.Ordinal);

    /// <summary>The source only.</summary>
    public override string ToString() => Source.ToString();
}

/// <summary>Where a value came from.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProvenanceSource>))]
public enum ProvenanceSource
{
    /// <summary>An agent typed it, or cleared it on purpose.</summary>
    Agent,

    /// <summary>
    /// An import from another system, where a person had typed it. It ranks below <see cref="Agent"/> and above
    /// <see cref="Conversation"/>.
    /// </summary>
    Import,

    /// <summary>A conversation.</summary>
    Conversation,

    /// <summary>A provider.</summary>
    Provider,
}
