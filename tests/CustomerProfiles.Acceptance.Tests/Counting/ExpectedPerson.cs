namespace CustomerProfiles.Acceptance.Tests;

/// <summary>What <see cref="IndependentCount"/> found about one person.</summary>
public sealed record ExpectedPerson
{
    /// <summary>The conversations with the person, received or composed.</summary>
    public int Conversations => ConversationIds.Count;

    /// <summary>The messages of all of these, those delivered twice among them.</summary>
    public int Messages { get; internal set; }

    /// <summary>Checks completed.</summary>
    public int ChecksCompleted { get; internal set; }

    /// <summary>Attempts that failed.</summary>
    public int ChecksFailed { get; internal set; }

    /// <summary>When the last check was completed, in UTC; null when none was.</summary>
    public DateTime? LastCheck { get; internal set; }

    internal HashSet<string> ConversationIds { get; } = new(StringComparer.Ordinal);

    /// <summary>When the provider answers what it was asked last; null when it has.</summary>
    internal DateTime? ResultComesAt { get; set; }

    /// <summary>What it will answer.</summary>
    internal ExpectedResultKind Answer { get; set; }

    /// <summary>At which moment it was asked.</summary>
    internal int AskedAtMoment { get; set; }
}
