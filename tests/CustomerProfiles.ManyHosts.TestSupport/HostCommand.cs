using System.Text.Json.Serialization;

namespace CustomerProfiles.ManyHosts.TestSupport;

/// <summary>
/// What a host is told to do: a line of its input, as JSON. Several are carried out at once, and each one again and
/// again until it is done, as a mail queue delivers.
/// </summary>
/// <param name="Tenant">The tenant.</param>
[JsonDerivedType(typeof(Receive), "receive")]
[JsonDerivedType(typeof(AddNote), "add-note")]
[JsonDerivedType(typeof(SetProperty), "set-property")]
public abstract record HostCommand(string Tenant)
{
    /// <summary>What the reply is known by.</summary>
    public int Number { get; init; }

    /// <summary>Take in a conversation.</summary>
    /// <param name="Tenant">The tenant.</param>
    /// <param name="Conversation">The conversation's id.</param>
    /// <param name="From">The sender, as it stands in a message.</param>
    public sealed record Receive(string Tenant, string Conversation, string From) : HostCommand(Tenant);

    /// <summary>
    /// As an agent, add a line to the notes of a customer: what is there is read, and written back with the line. Done
    /// when the line is there. Whoever writes over what another wrote meanwhile loses a line.
    /// </summary>
    /// <param name="Tenant">The tenant.</param>
    /// <param name="Address">The customer's address.</param>
    /// <param name="Line">The line; no other is like it.</param>
    public sealed record AddNote(string Tenant, string Address, string Line) : HostCommand(Tenant);

    /// <summary>As an agent, set a custom property that nobody else sets. Done when it is there.</summary>
    /// <param name="Tenant">The tenant.</param>
    /// <param name="Address">The customer's address.</param>
    /// <param name="Key">The property.</param>
    /// <param name="Value">The value.</param>
    public sealed record SetProperty(string Tenant, string Address, string Key, string Value) : HostCommand(Tenant);
}
