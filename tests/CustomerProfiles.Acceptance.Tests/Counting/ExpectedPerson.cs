namespace CustomerProfiles.Acceptance.Tests;

/// <summary>The expectations for one person.</summary>
public sealed record ExpectedPerson
{
    /// <summary>The conversations with the person, received or composed.</summary>
    public int Conversations => ConversationIds.Count;

    /// <summary>The messages of these conversations, including redeliveries.</summary>
    public int Messages { get; internal set; }

    /// <summary>Checks completed.</summary>
    public int ChecksCompleted { get; internal set; }

    /// <summary>Failed attempts.</summary>
    public int ChecksFailed { get; internal set; }

    /// <summary>When the last check was completed, in UTC; null when none was.</summary>
    public DateTime? LastCheck { get; internal set; }

    internal HashSet<string> ConversationIds { get; } = new(StringComparer.Ordinal);

    /// <summary>When the result of the pending check arrives; null when none is pending.</summary>
    internal DateTime? ResultAt { get; set; }

    /// <summary>That result.</summary>
    internal ExpectedResultKind Result { get; set; }

    /// <summary>The moment of the request.</summary>
    internal int RequestedAtMoment { get; set; }
}
