using NodaTime;

namespace CustomerProfiles;

/// <summary>A conversation that an agent composed to a customer, or on a customer's behalf.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the id only.</remarks>
public sealed class ComposedConversation : IConversation
{
    /// <summary>A conversation by e-mail, with the field as it stands.</summary>
    /// <remarks>
    /// For a host that has the text of the field only. It is read by the grammar of mail first, then leniently, for any
    /// address that is plain. Decoding removes the quotes that protect a name: a host that has name and address apart
    /// should use that form.
    /// </remarks>
    /// <param name="id">The conversation's id in the host: the same for every message of a thread, and for a message
    /// that is delivered twice.</param>
    /// <param name="to">The one person it is for, as in the To field, decoded. Nonsense is declined and never
    /// throws.</param>
    /// <param name="at">When it was composed.</param>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty, too long, or holds control
    /// characters.</exception>
    public ComposedConversation(string id, string? to, Instant at)
    {
        Id = Conversation.CheckId(id);
        To = to;
        At = at;
    }

    /// <summary>A conversation by e-mail, with the field as it stands.</summary>
    /// <param name="id">The conversation's id in the host, as above.</param>
    /// <param name="to">The one person it is for, as in the To field, decoded, as above.</param>
    /// <param name="at">When it was composed.</param>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty, too long, or holds control
    /// characters.</exception>
    public ComposedConversation(string id, string? to, DateTimeOffset at)
        : this(id, to, Instant.FromDateTimeOffset(at)) { }

    /// <summary>A conversation by e-mail, with name and address apart.</summary>
    /// <remarks>
    /// Prefer this form when a mail library has read the header field: it knows which part is the name. The name is
    /// never searched for an address, so it may hold commas, quotes, brackets and at signs.
    /// </remarks>
    /// <param name="id">The conversation's id in the host, as above.</param>
    /// <param name="address">The customer's address alone, as in <c>ada@example.com</c>. Null and nonsense are
    /// declined and never throw.</param>
    /// <param name="displayName">The name beside it, decoded and without the quotes of the field; null or blank for
    /// none.</param>
    /// <param name="at">When it was composed, as above.</param>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty, too long, or holds control
    /// characters.</exception>
    public ComposedConversation(string id, string? address, string? displayName, Instant at)
    {
        Id = Conversation.CheckId(id);
        Address = address ?? "";
        To = displayName;
        At = at;
    }

    /// <summary>A conversation by e-mail, with name and address apart.</summary>
    /// <param name="id">The conversation's id in the host, as above.</param>
    /// <param name="address">The customer's address alone, as above.</param>
    /// <param name="displayName">The name beside it, as above.</param>
    /// <param name="at">When it was composed.</param>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty, too long, or holds control
    /// characters.</exception>
    public ComposedConversation(string id, string? address, string? displayName, DateTimeOffset at)
        : this(id, address, displayName, Instant.FromDateTimeOffset(at)) { }

    /// <summary>A conversation by another channel than e-mail.</summary>
    /// <param name="id">The conversation's id in the host, as above.</param>
    /// <param name="identity">The identity of the customer.</param>
    /// <param name="displayName">The customer's name; null for none.</param>
    /// <param name="at">When it was composed.</param>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty, too long, or holds control characters, or
    /// <paramref name="identity"/> is <c>default</c>.</exception>
    public ComposedConversation(string id, Identity identity, string? displayName, Instant at)
    {
        Id = Conversation.CheckId(id);
        Identity = Conversation.CheckIdentity(identity);
        To = displayName;
        At = at;
    }

    private ComposedConversation(string id, PhoneText phone, string? displayName, Instant at)
    {
        Id = Conversation.CheckId(id);
        Phone = phone;
        To = displayName;
        At = at;
    }

    /// <summary>A conversation by telephone or text message, with whatever number was dialled.</summary>
    /// <param name="id">The conversation's id in the host, as above.</param>
    /// <param name="number">
    /// The number as it was dialled. One that cannot be read for certain is declined, as with
    /// <see cref="Conversation.FromPhone"/>.
    /// </param>
    /// <param name="displayName">The customer's name; null for none.</param>
    /// <param name="at">When it was composed.</param>
    /// <returns>The conversation.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="id"/> is empty, too long, or holds control characters.
    /// </exception>
    public static ComposedConversation ToPhone(string id, string? number, string? displayName, Instant at) =>
        new(id, new PhoneText(number), displayName, at);

    /// <summary>The conversation's id in the host.</summary>
    public string Id { get; }

    /// <summary>
    /// The customer as written; beside an <see cref="Identity"/> or an <see cref="Address"/> only the display name.
    /// Null when there was none.
    /// </summary>
    public string? To { get; }

    /// <summary>
    /// The address, when it was passed apart from the name; empty when there was none. Null when it is read from
    /// <see cref="To"/>.
    /// </summary>
    public string? Address { get; }

    /// <summary>The identity of the customer; null when that is an e-mail address as received.</summary>
    public Identity? Identity { get; }

    /// <summary>When it was composed.</summary>
    public Instant At { get; }

    /// <summary>The telephone number as it was dialled; null when the conversation is of another kind.</summary>
    internal PhoneText? Phone { get; }

    PhoneText? IConversation.Phone => Phone;

    ConversationDirection IConversation.Direction => ConversationDirection.Composed;

    string? IConversation.Text => To;

    bool IConversation.IsAutomatic => false;

    /// <summary>The id only.</summary>
    public override string ToString() => $"{nameof(ComposedConversation)} {Id}";
}
