using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>A conversation that has come in and takes more than a look.</summary>
internal sealed class IntakeContext(
    TenantId tenant,
    IConversation conversation,
    in Contact contact,
    Instant now,
    long cameAt
)
{
    /// <summary>Clocks differ a little; by more than this, a conversation from the future has a wrong one.</summary>
    private static readonly Duration ClockTolerance = Duration.FromDays(1);

    private static readonly Instant FirstPlausible = Instant.FromUnixTimeSeconds(0);

    /// <summary>The tenant.</summary>
    public TenantId Tenant { get; } = tenant;

    /// <summary>The conversation.</summary>
    public IConversation Conversation { get; } = conversation;

    /// <summary>The person whom it is with.</summary>
    public Contact Contact { get; } = contact;

    /// <summary>The present when it came in, not truncated.</summary>
    public Instant Now { get; } = now;

    /// <summary>The same for telemetry.</summary>
    public long CameAt { get; } = cameAt;

    /// <summary>A conversation as the store remembers it.</summary>
    public static ConversationRecord ToRecord(IConversation conversation, Instant now) =>
        new(conversation.Id, conversation.Direction, now.ToMicroseconds());

    /// <summary>What of a conversation did not fit, before its name is looked at.</summary>
    public static ImmutableArray<IntakeWarning> Warnings(IConversation conversation, in Contact contact, Instant now) =>
        (contact.IsFirstOfSeveral, IsTimePlausible(conversation, now)) switch
        {
            (false, true) => [],
            (true, true) => [IntakeWarning.SeveralAddresses],
            (false, false) => [IntakeWarning.TimeImplausible],
            _ => [IntakeWarning.SeveralAddresses, IntakeWarning.TimeImplausible],
        };

    /// <inheritdoc cref="ToRecord(IConversation, Instant)"/>
    public ConversationRecord ToRecord() => ToRecord(Conversation, Now);

    /// <inheritdoc cref="Warnings(IConversation, in Contact, Instant)"/>
    public ImmutableArray<IntakeWarning> Warnings() => Warnings(Conversation, Contact, Now);

    /// <summary>Where what it tells comes from.</summary>
    public Provenance Provenance() => new(ProvenanceSource.Conversation, Conversation.Id, SentAt().ToMicroseconds());

    /// <summary>When a conversation was sent: by its own account if that can be, else now.</summary>
    public static Instant SentAt(IConversation conversation, Instant now) =>
        IsTimePlausible(conversation, now) ? conversation.At : now;

    /// <inheritdoc cref="SentAt(IConversation, Instant)"/>
    public Instant SentAt() => SentAt(Conversation, Now);

    private static bool IsTimePlausible(IConversation conversation, Instant now) =>
        conversation.At >= FirstPlausible && conversation.At <= now + ClockTolerance;
}
