using System.Text.Json.Serialization;

namespace CustomerProfiles.ManyHosts.TestSupport;

/// <summary>
/// A command to a host: a line of its input, as JSON. Several run at once, and each is repeated until it succeeds, as a
/// mail queue does.
/// </summary>
/// <param name="Tenant">The tenant.</param>
[JsonDerivedType(typeof(Receive), "receive")]
[JsonDerivedType(typeof(Compose), "compose")]
[JsonDerivedType(typeof(AddNote), "add-note")]
[JsonDerivedType(typeof(SetProperty), "set-property")]
[JsonDerivedType(typeof(Merge), "merge")]
[JsonDerivedType(typeof(Unmerge), "unmerge")]
public abstract record HostCommand(string Tenant)
{
    /// <summary>The number that the reply repeats.</summary>
    public int Number { get; init; }

    /// <summary>Receive a conversation.</summary>
    /// <param name="Tenant">The tenant.</param>
    /// <param name="Conversation">The conversation's id.</param>
    /// <param name="From">The sender, as in the From field.</param>
    public sealed record Receive(string Tenant, string Conversation, string From) : HostCommand(Tenant);

    /// <summary>Report a conversation that an agent has composed.</summary>
    /// <param name="Tenant">The tenant.</param>
    /// <param name="Conversation">The conversation's id.</param>
    /// <param name="To">The recipient, as in the To field.</param>
    public sealed record Compose(string Tenant, string Conversation, string To) : HostCommand(Tenant);

    /// <summary>
    /// As an agent, add a line to the notes of a customer: reads the notes and writes them back with the line. Done
    /// when the line is there. Overwriting a concurrent change would lose a line.
    /// </summary>
    /// <param name="Tenant">The tenant.</param>
    /// <param name="Address">The customer's address.</param>
    /// <param name="Line">The line, which is unique.</param>
    public sealed record AddNote(string Tenant, string Address, string Line) : HostCommand(Tenant);

    /// <summary>As an agent, set a custom property that nobody else sets. Done when it is there.</summary>
    /// <param name="Tenant">The tenant.</param>
    /// <param name="Address">The customer's address.</param>
    /// <param name="Key">The property.</param>
    /// <param name="Value">The value.</param>
    public sealed record SetProperty(string Tenant, string Address, string Key, string Value) : HostCommand(Tenant);

    /// <summary>As an agent, merge the customers of two addresses, whoever they are by now.</summary>
    /// <param name="Tenant">The tenant.</param>
    /// <param name="From">The address of the customer to absorb.</param>
    /// <param name="Into">The address of the customer who stays.</param>
    public sealed record Merge(string Tenant, string From, string Into) : HostCommand(Tenant);

    /// <summary>As an agent, undo the last merge into the customer of an address.</summary>
    /// <param name="Tenant">The tenant.</param>
    /// <param name="Address">The customer's address.</param>
    public sealed record Unmerge(string Tenant, string Address) : HostCommand(Tenant);
}
