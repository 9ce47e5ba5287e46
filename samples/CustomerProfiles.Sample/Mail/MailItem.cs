using NodaTime;

namespace CustomerProfiles.Sample.Mail;

/// <summary>
/// One entry of a mailbox: a <see cref="Message"/>, or an <see cref="Unreadable"/> stretch that was skipped.
/// </summary>
public abstract record MailItem
{
    private MailItem(MailPosition position) => Position = position;

    /// <summary>Where it stands.</summary>
    public MailPosition Position { get; }

    /// <summary>A message, as far as its header tells. Its body is never looked at.</summary>
    public sealed record Message : MailItem
    {
        internal Message(MailPosition position)
            : base(position) { }

        /// <summary>
        /// The Message-ID without angle brackets; null when there is none. The same message delivered twice has it
        /// twice.
        /// </summary>
        public required string? MessageId { get; init; }

        /// <summary>
        /// The thread's root: the first of References, else In-Reply-To, else the message's own id. A message without
        /// any of these is known by its sender, date and subject, or else by its place in the file.
        /// </summary>
        public required string ConversationId { get; init; }

        /// <summary>Who wrote it (<see cref="MailParties"/>); null when no field tells.</summary>
        public required MailContact? Writer { get; init; }

        /// <summary>
        /// The first recipients, <see cref="MailParties.MaxRecipients"/> at most; those of Cc are not among them.
        /// </summary>
        public required IReadOnlyList<MailContact> Recipients { get; init; }

        /// <summary>
        /// The writer as <c>Display Name &lt;address&gt;</c>, encoded words decoded, the name quoted where it must be.
        /// What cannot be read as an address is shown as it is. Null when no field tells.
        /// </summary>
        public string? From => Writer is { } writer ? MailContactText.Of(writer) : null;

        /// <summary>The recipients in the form of <see cref="From"/>.</summary>
        public IEnumerable<string> To => Recipients.Select(MailContactText.Of);

        /// <summary>When it was delivered (<see cref="DeliveryTime"/>); null when nothing tells.</summary>
        public required Instant? DeliveredAt { get; init; }

        /// <summary>
        /// When the sender's clock says that it was sent. Sender's clocks are wrong at times; null when there is no
        /// readable Date.
        /// </summary>
        public required Instant? SentAt { get; init; }

        /// <summary>Whether it was received, composed, or is the help desk's own.</summary>
        public required MailDirection Direction { get; init; }

        /// <summary>By what it shows that a program wrote it; null when it shows nothing of the kind.</summary>
        public required AutomaticMailSign? AutomaticSign { get; init; }

        /// <summary>Whether a program wrote it.</summary>
        public bool IsAutomatic => AutomaticSign is not null;

        /// <summary>The subject, decoded; null when there is none.</summary>
        public required string? Subject { get; init; }

        /// <summary>Only the position, so that neither name nor address reaches a log by accident.</summary>
        public override string ToString() => $"Message {Position.Ordinal} at byte {Position.Offset}";
    }

    /// <summary>Something that could not be read and was skipped. What follows it was read nevertheless.</summary>
    public sealed record Unreadable : MailItem
    {
        internal Unreadable(MailPosition position, MailFault fault, long lines = 1)
            : base(position)
        {
            Fault = fault;
            Lines = lines;
        }

        /// <summary>Why.</summary>
        public MailFault Fault { get; }

        /// <summary>
        /// How many lines that begin with "From " follow one another here; one unless the fault is about such lines.
        /// </summary>
        public long Lines { get; }
    }
}
