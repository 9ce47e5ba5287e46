namespace CustomerProfiles.Acceptance.Tests;

/// <summary>What <see cref="IndependentCount"/> found in a mailbox.</summary>
/// <remarks>
/// Messages = Received + Composed + Internal. Received + Composed = Created + Existing + Declined. Created + Existing =
/// ChecksCompleted + ChecksFailed + SameConversation + NotDue + ComposedIsNoReason + CheckUnderWay + NobodyToAskAbout.
/// </remarks>
public sealed record ExpectedTotals
{
    /// <summary>The messages that could be read.</summary>
    public int Messages { get; internal set; }

    /// <summary>What could not be read.</summary>
    public int Skipped { get; internal set; }

    /// <summary>Messages that somebody else wrote.</summary>
    public int Received { get; internal set; }

    /// <summary>Messages from an own address to somebody else.</summary>
    public int Composed { get; internal set; }

    /// <summary>Messages from an own address to an own address.</summary>
    public int Internal { get; internal set; }

    /// <summary>Profiles created.</summary>
    public int Created { get; internal set; }

    /// <summary>Messages about somebody who had a profile already.</summary>
    public int Existing { get; internal set; }

    /// <summary>Declined for want of a usable address.</summary>
    public int DeclinedNoAddress { get; internal set; }

    /// <summary>Declined because the address is the help desk's own.</summary>
    public int DeclinedOwnAddress { get; internal set; }

    /// <summary>Declined because nobody reads that address.</summary>
    public int DeclinedNoReply { get; internal set; }

    /// <summary>Declined because a program wrote the message. Only received mail is declined for that.</summary>
    public int DeclinedAutomatic { get; internal set; }

    /// <summary>Declined, for whatever reason.</summary>
    public int Declined => DeclinedNoAddress + DeclinedOwnAddress + DeclinedNoReply + DeclinedAutomatic;

    /// <summary>
    /// The addresses of those who were declined for another reason than the want of one. Who has a profile from
    /// elsewhere would not be declined.
    /// </summary>
    public IReadOnlySet<string> DeclinedAddresses { get; internal set; } = new HashSet<string>();

    /// <summary>Checks completed with a match.</summary>
    public int ChecksMatched { get; internal set; }

    /// <summary>Checks completed without one.</summary>
    public int ChecksWithoutMatch { get; internal set; }

    /// <summary>Checks completed.</summary>
    public int ChecksCompleted => ChecksMatched + ChecksWithoutMatch;

    /// <summary>Of the checks completed, those that were not their customer's first.</summary>
    public int Rechecks { get; internal set; }

    /// <summary>Attempts that failed, and so were no checks.</summary>
    public int ChecksFailed { get; internal set; }

    /// <summary>Nothing asked: the conversation was known already, whether continued or delivered again.</summary>
    public int SameConversation { get; internal set; }

    /// <summary>Nothing asked: received, but within two months of the last check.</summary>
    public int NotDue { get; internal set; }

    /// <summary>Nothing asked: composed, and there has been a check.</summary>
    public int ComposedIsNoReason { get; internal set; }

    /// <summary>Nothing asked: a check was waiting for its answer.</summary>
    public int CheckUnderWay { get; internal set; }

    /// <summary>
    /// Nothing asked: the address is a role's, such as <c>info@</c>, and behind it is nobody whom a provider could
    /// know.
    /// </summary>
    public int NobodyToAskAbout { get; internal set; }

    /// <summary>Everybody with a profile, by address.</summary>
    public IReadOnlyDictionary<string, ExpectedPerson> People { get; internal set; } =
        new Dictionary<string, ExpectedPerson>();
}
