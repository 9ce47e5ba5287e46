namespace CustomerProfiles.Acceptance.Tests;

/// <summary>The totals of <see cref="IndependentCount"/>.</summary>
/// <remarks>
/// Messages = Received + Composed + Internal. Received + Composed = Created + Existing + Declined. Created + Existing =
/// ChecksCompleted + ChecksFailed + KnownConversation + NotDueYet + ComposedNeverRechecks + AlreadyPending +
/// RoleAddress.
/// </remarks>
public sealed record ExpectedTotals
{
    /// <summary>The messages that could be read.</summary>
    public int Messages { get; internal set; }

    /// <summary>The parts that could not be read as messages.</summary>
    public int Skipped { get; internal set; }

    /// <summary>Messages from others.</summary>
    public int Received { get; internal set; }

    /// <summary>Messages from an own address to somebody else.</summary>
    public int Composed { get; internal set; }

    /// <summary>Messages from an own address to an own address.</summary>
    public int Internal { get; internal set; }

    /// <summary>Profiles created.</summary>
    public int Created { get; internal set; }

    /// <summary>Messages of customers who had a profile already.</summary>
    public int Existing { get; internal set; }

    /// <summary>Declined without a usable address.</summary>
    public int DeclinedNoAddress { get; internal set; }

    /// <summary>Declined because the address is the help desk's own.</summary>
    public int DeclinedOwnAddress { get; internal set; }

    /// <summary>Declined because it is a no-reply address.</summary>
    public int DeclinedNoReply { get; internal set; }

    /// <summary>Declined because the mail is automatic. This applies to received mail only.</summary>
    public int DeclinedAutomatic { get; internal set; }

    /// <summary>Declined, for whatever reason.</summary>
    public int Declined => DeclinedNoAddress + DeclinedOwnAddress + DeclinedNoReply + DeclinedAutomatic;

    /// <summary>
    /// The addresses that were declined. A customer who already has one of them is not declined.
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

    /// <summary>Failed attempts, which are not checks.</summary>
    public int ChecksFailed { get; internal set; }

    /// <summary>No check: the conversation was known, whether continued or redelivered.</summary>
    public int KnownConversation { get; internal set; }

    /// <summary>No check: received within two months of the last check.</summary>
    public int NotDueYet { get; internal set; }

    /// <summary>No check: composed, after a first check.</summary>
    public int ComposedNeverRechecks { get; internal set; }

    /// <summary>No check: another one was pending.</summary>
    public int AlreadyPending { get; internal set; }

    /// <summary>
    /// No check: the address is a role address, such as <c>info@</c>.
    /// </summary>
    public int RoleAddress { get; internal set; }

    /// <summary>Everybody with a profile, by address.</summary>
    public IReadOnlyDictionary<string, ExpectedPerson> People { get; internal set; } =
        new Dictionary<string, ExpectedPerson>();
}
