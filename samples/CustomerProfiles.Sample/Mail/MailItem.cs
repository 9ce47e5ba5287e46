using NodaTime;

namespace CustomerProfiles.Sample.Mail;

/// <summary>
/// One item of a mailbox: a <see cref="Message"/>, or a part that was <see cref="Skipped"/>.
/// </summary>
public abstract record MailItem
{
    private MailItem(MailPosition position) => Position = position;

    /// <summary>Its position in the mailbox.</summary>
    public MailPosition Position { get; }

    /// <summary>The header of a message. Its body is never read.</summary>
    public sealed record Message : MailItem
    {
        internal Message(MailPosition position)
            : base(position) { }

        /// <summary>
        /// The Message-ID without angle brackets; null when there is none. Two deliveries of one message have the same.
        /// </summary>
        public required string? MessageId { get; init; }

        /// <summary>
        /// The root of the thread: the first of References, else In-Reply-To, else the message's own id. For a message
        /// without any of these, it is derived from sender, date and subject, or else from the position in the file.
        /// </summary>
        public required string ConversationId { get; init; }

        /// <summary>Who wrote it (<see cref="MailParties"/>); null when no field says.</summary>
        public required MailContact? Writer { get; init; }

        /// <summary>
        /// The first recipients in To, <see cref="MailParties.MaxRecipients"/> at most. Cc is not included.
        /// </summary>
        public required IReadOnlyList<MailContact> Recipients { get; init; }

        /// <summary>
        /// The writer as <c>Display Name &lt;address&gt;</c>, decoded, the name quoted where necessary. Text that is
        /// not an address stays as it is. Null when no field says.
        /// </summary>
        public string? From => Writer is { } writer ? MailContactText.Of(writer) : null;

        /// <summary>The recipients in the form of <see cref="From"/>.</summary>
        public IEnumerable<string> To => Recipients.Select(MailContactText.Of);

        /// <summary>When it was delivered (<see cref="DeliveryTime"/>); null when it is unknown.</summary>
        public required Instant? DeliveredAt { get; init; }

        /// <summary>
        /// When it was sent by the sender's clock, which may be wrong; null when there is no readable Date.
        /// </summary>
        public required Instant? SentAt { get; init; }

        /// <summary>Whether it was received, composed, or is internal.</summary>
        public required MailDirection Direction { get; init; }

        /// <summary>The first sign of automatic mail; null when there is none.</summary>
        public required AutomaticMailSign? AutomaticSign { get; init; }

        /// <summary>Whether it is automatic mail.</summary>
        public bool IsAutomatic => AutomaticSign is not null;

        /// <summary>The subject, decoded; null when there is none.</summary>
        public required string? Subject { get; init; }

        /// <summary>The position only, so that no name or address reaches a log.</summary>
        public override string ToString() => $"Message {Position.Ordinal} at byte {Position.Offset}";
    }

    /// <summary>A part that cannot be read as a message. Reading continues after it.</summary>
    public sealed record Skipped : MailItem
    {
        internal Skipped(MailPosition position, MailFault fault, long lines = 1)
            : base(position)
        {
            Fault = fault;
            Lines = lines;
        }

        /// <summary>The reason.</summary>
        public MailFault Fault { get; }

        /// <summary>
        /// The number of consecutive lines that begin with "From "; 1 for every other fault.
        /// </summary>
        public long Lines { get; }
    }
}
