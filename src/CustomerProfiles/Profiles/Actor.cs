using NodaTime;

namespace CustomerProfiles;

/// <summary>Who makes a change: an agent, or an import of what agents typed in another system.</summary>
/// <remarks>Immutable. <c>default(Actor)</c> is nobody; every method that takes an actor refuses it.</remarks>
public readonly record struct Actor
{
    /// <summary>The longest id of an actor, in UTF-16 code units.</summary>
    public const int MaxIdLength = 200;

    private Actor(ProvenanceSource source, string id)
    {
        Source = source;
        Id = id;
    }

    /// <summary>The id in the host's own terms. Null only in <c>default(Actor)</c>.</summary>
    public string Id { get; }

    /// <summary>The kind of actor, which becomes the source of what it sets.</summary>
    public ProvenanceSource Source { get; }

    /// <summary>An agent of the host.</summary>
    /// <param name="id">The agent's id, in the host's own terms. It is kept with every value that the agent
    /// sets.</param>
    /// <returns>The actor.</returns>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty, too long, or holds control
    /// characters.</exception>
    public static Actor Agent(string id)
    {
        return new Actor(ProvenanceSource.Agent, PlainText.Fitting(id, "An actor's id", MaxIdLength, nameof(id)));
    }

    /// <summary>An import from another system.</summary>
    /// <param name="system">The system's name.</param>
    /// <returns>The actor.</returns>
    /// <exception cref="ArgumentException"><paramref name="system"/> is empty, too long, or holds control
    /// characters.</exception>
    public static Actor Import(string system)
    {
        return new Actor(
            ProvenanceSource.Import,
            PlainText.Fitting(system, "An actor's id", MaxIdLength, nameof(system))
        );
    }

    /// <summary>The kind only, because an agent's id may be an address.</summary>
    public override string ToString() => Id is null ? "" : Source.ToString();

    /// <summary>The provenance of what this actor does now.</summary>
    internal Provenance At(Instant now) => new(Source, Id, now);

    /// <summary>Refuses <c>default(Actor)</c>.</summary>
    internal void ThrowIfNobody(string parameter)
    {
        if (Id is null)
        {
            throw new ArgumentException(
                "default(Actor) is nobody; say who acts with Actor.Agent(id) or Actor.Import(system).",
                parameter
            );
        }
    }
}
