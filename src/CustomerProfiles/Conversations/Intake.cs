using CustomerProfiles.Profiles;
using CustomerProfiles.Rechecks;
using NodaTime;

namespace CustomerProfiles.Conversations;

/// <summary>A conversation of either kind, as intake looks at it.</summary>
/// <param name="Trigger">Whether it was received or composed.</param>
/// <param name="ConversationId">The conversation's id.</param>
/// <param name="Identity">By what the customer is recognised; null when that is in the text.</param>
/// <param name="Text">The address field, or the display name beside an identity.</param>
/// <param name="At">When it was sent, by its own account.</param>
/// <param name="IsAutomatic">Whether the host found that a machine sent it.</param>
internal readonly record struct Intake(RecheckTrigger Trigger, string ConversationId, Identity? Identity, string? Text, Instant At, bool IsAutomatic)
{
    public static Intake Of(Conversation conversation) =>
        new(RecheckTrigger.Received, conversation.Id, conversation.Identity, conversation.From, conversation.At, conversation.IsAutomatic);

    public static Intake Of(ComposedConversation conversation) =>
        new(RecheckTrigger.Composed, conversation.Id, conversation.Identity, conversation.To, conversation.At, IsAutomatic: false);
}
