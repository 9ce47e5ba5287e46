namespace CustomerProfiles.Sample;

/// <summary>One person in <see cref="MailboxCount"/>.</summary>
internal sealed class CountedPerson
{
    public int Messages { get; set; }

    public int ChecksCompleted { get; set; }

    /// <summary>When the last check was completed, in UTC; null when none was.</summary>
    public DateTime? LastCheck { get; set; }

    public HashSet<string> Conversations { get; } = [];

    public string? Address { get; set; }

    public DateTime? RequestedAt { get; set; }

    /// <summary>When the result of the pending check arrives; null when none is pending.</summary>
    public DateTime? ResultAt { get; set; }
}
