using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// A conversation that was received from a customer: the first message of it, or a later one by the same or another
/// person.
/// </summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the id only.</remarks>
public sealed record Conversation : IConversation
{
    /// <summary>The longest id of a conversation, in UTF-16 code units.</summary>
    public const int MaxIdLength = 500;

    /// <summary>A conversation by e-mail, with the field as it stands.</summary>
    /// <remarks>
    /// For a host that has the text of the field only. It is read by the grammar of mail first, then leniently, for any
    /// address that is plain. Decoding removes the quotes that protect a name: a host that has name and address apart
    /// should use that form.
    /// </remarks>
    /// <param name="id">The conversation's id in the host: the same for every message of a thread, and for a message
    /// that is delivered twice. A redelivered conversation of the same customer changes nothing.</param>
    /// <param name="from">The sender as in the From field, such as <c>Ada Lovelace &lt;ada@example.com&gt;</c>,
    /// decoded. Null and nonsense are declined and never throw.</param>
    /// <param name="at">When it was sent, by its own account. It is kept as the time of observation; whether a check is
    /// due is decided by the host's clock.</param>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty, too long, or holds control
    /// characters.</exception>
    public Conversation(string id, string? from, Instant at)
    {
        Id = CheckId(id);
        From = from;
        At = at;
    }

    /// <summary>A conversation by e-mail, with the field as it stands.</summary>
    /// <param name="id">The conversation's id in the host, as above.</param>
    /// <param name="from">The sender as in the From field, decoded, as above.</param>
    /// <param name="at">When it was sent, as above.</param>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty, too long, or holds control
    /// characters.</exception>
    public Conversation(string id, string? from, DateTimeOffset at)
        : this(id, from, Instant.FromDateTimeOffset(at)) { }

    /// <summary>A conversation by e-mail, with name and address apart.</summary>
    /// <remarks>
    /// Prefer this form when a mail library has read the header field: it knows which part is the name. The name is
    /// never searched for an address, so it may hold commas, quotes, brackets and at signs.
    /// </remarks>
    /// <param name="id">The conversation's id in the host, as above.</param>
    /// <param name="address">The sender's address alone, as in <c>ada@example.com</c>. Null and nonsense are declined
    /// and never throw.</param>
    /// <param name="displayName">The name beside it, decoded and without the quotes of the field; null or blank for
    /// none.</param>
    /// <param name="at">When it was sent, as above.</param>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty, too long, or holds control
    /// characters.</exception>
    public Conversation(string id, string? address, string? displayName, Instant at)
    {
        Id = CheckId(id);
        Address = address ?? "";
        From = displayName;
        At = at;
    }

    /// <summary>A conversation by e-mail, with name and address apart.</summary>
    /// <param name="id">The conversation's id in the host, as above.</param>
    /// <param name="address">The sender's address alone, as above.</param>
    /// <param name="displayName">The name beside it, as above.</param>
    /// <param name="at">When it was sent, as above.</param>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty, too long, or holds control
    /// characters.</exception>
    public Conversation(string id, string? address, string? displayName, DateTimeOffset at)
        : this(id, address, displayName, Instant.FromDateTimeOffset(at)) { }

    /// <summary>A conversation by another channel than e-mail.</summary>
    /// <param name="id">The conversation's id in the host, as above.</param>
    /// <param name="identity">The identity of the sender.</param>
    /// <param name="displayName">The name that the channel shows; null for none.</param>
    /// <param name="at">When it was sent, as above.</param>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty, too long, or holds control characters, or
    /// <paramref name="identity"/> is <c>default</c>.</exception>
    public Conversation(string id, Identity identity, string? displayName, Instant at)
    {
        Id = CheckId(id);
        Identity = CheckIdentity(identity);
        From = displayName;
        At = at;
    }

    private Conversation(string id, PhoneText phone, string? displayName, Instant at)
    {
        Id = CheckId(id);
        Phone = phone;
        From = displayName;
        At = at;
    }

    /// <summary>A conversation by telephone or text message, with whatever number the channel reports.</summary>
    /// <param name="id">The conversation's id in the host, as for any conversation.</param>
    /// <param name="number">
    /// The number as the channel reports it. A number that is withheld, a name such as <c>Shop365</c>, a short code, or
    /// without a country code where no <c>PhoneRegion</c> is set, is declined with
    /// <see cref="DeclineReason.NoIdentity"/> and never throws. So is null.
    /// </param>
    /// <param name="displayName">The name that the channel shows; null for none.</param>
    /// <param name="at">When it was sent, by its own account.</param>
    /// <returns>The conversation.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="id"/> is empty, too long, or holds control characters.
    /// </exception>
    public static Conversation FromPhone(string id, string? number, string? displayName, Instant at) =>
        new(id, new PhoneText(number), displayName, at);

    /// <summary>The conversation's id in the host.</summary>
    public string Id { get; }

    /// <summary>
    /// The sender as received; beside an <see cref="Identity"/> or an <see cref="Address"/> only the display name. Null
    /// when there was none.
    /// </summary>
    public string? From { get; }

    /// <summary>
    /// The address, when it was passed apart from the name; empty when there was none. Null when it is read from
    /// <see cref="From"/>.
    /// </summary>
    public string? Address { get; }

    /// <summary>The identity of the sender; null when that is an e-mail address as received.</summary>
    public Identity? Identity { get; }

    /// <summary>When it was sent, by its own account.</summary>
    public Instant At { get; }

    /// <summary>
    /// Whether the host found that a machine sent it: a bounce, an automatic reply, a mailing list, spam. Nobody
    /// becomes a customer by such a conversation. False unless set.
    /// </summary>
    public bool IsAutomatic { get; init; }

    /// <summary>
    /// The telephone number as the channel reports it; null when the conversation is of another kind.
    /// </summary>
    internal PhoneText? Phone { get; }

    PhoneText? IConversation.Phone => Phone;

    ConversationDirection IConversation.Direction => ConversationDirection.Received;

    string? IConversation.Text => From;

    /// <summary>The id only.</summary>
    public override string ToString() => $"{nameof(Conversation)} {Id}";

    internal static string CheckId(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (string.IsNullOrWhiteSpace(id))
        {
            throw new ArgumentException(
                "A conversation has an id, by which a redelivery is recognized. Pass the id of its thread.",
                nameof(id)
            );
        }

        return id.Length <= MaxIdLength && PlainText.IndexOfUnfit(id, lines: false) < 0
            ? id
            : throw new ArgumentException(
                $"A conversation's id has at most {MaxIdLength} characters and no control characters; this "
                    + $"one has {id.Length}. Pass a hash of another one.",
                nameof(id)
            );
    }

    internal static Identity CheckIdentity(Identity identity) =>
        identity == default
            ? throw new ArgumentException(
                "default(Identity) is empty; make one with Identity.Email, Phone, Chat or External.",
                nameof(identity)
            )
            : identity;
}
