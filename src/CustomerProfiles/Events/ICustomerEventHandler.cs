using System.Diagnostics.CodeAnalysis;

namespace CustomerProfiles;

/// <summary>
/// Receives what happened to customers, for the host's own tables or a message bus. Registered by
/// <c>AddEvents&lt;THandler&gt;()</c>.
/// </summary>
/// <remarks>
/// <para>
/// An event is delivered at least once, and those of one customer in the order of
/// <see cref="CustomerEvent.Sequence"/>. A host that dies after the handler has returned delivers the event again, with
/// the same <see cref="CustomerEvent.Id"/>. Between customers there is no order, and several are handled at once.
/// </para>
/// <para>Each call has a service scope of its own, so the handler may take scoped services.</para>
/// </remarks>
[SuppressMessage(
    "Naming",
    "CA1711:Identifiers should not have incorrect suffix",
    Justification = "It handles customer events; that is no .NET event handler, but what a reader expects to find."
)]
public interface ICustomerEventHandler
{
    /// <summary>Handles an event. When it throws, the event is delivered again later, and the customer's later events
    /// wait for it.</summary>
    /// <param name="customerEvent">The event.</param>
    /// <param name="cancellationToken">Cancelled when <c>HandlerTimeout</c> has passed, and when the host stops and its
    /// shutdown timeout ends.</param>
    /// <returns>A task that ends when the event is handled.</returns>
    ValueTask HandleAsync(CustomerEvent customerEvent, CancellationToken cancellationToken);
}
