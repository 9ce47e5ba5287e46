namespace CustomerProfiles;

/// <summary>
/// The result for one conversation of many: its outcome, or the error that kept it alone from being recorded.
/// </summary>
/// <remarks>Immutable.</remarks>
public sealed class BulkIntakeResult
{
    internal BulkIntakeResult(IConversation? conversation, ConversationOutcome? outcome, Exception? error)
    {
        Conversation = conversation;
        Outcome = outcome;
        Error = error;
    }

    /// <summary>The conversation, as it was in the input; null when there was a null.</summary>
    public IConversation? Conversation { get; }

    /// <summary>The outcome; null exactly when there is an <see cref="Error"/>.</summary>
    public ConversationOutcome? Outcome { get; }

    /// <summary>
    /// Why this conversation was not recorded: the store refuses its data, or it is null. The others are not concerned.
    /// </summary>
    public Exception? Error { get; }
}
