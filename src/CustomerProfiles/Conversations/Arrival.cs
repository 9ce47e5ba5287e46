using System.Collections.Immutable;
using CustomerProfiles.Profiles;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Conversations;

/// <summary>A conversation that has come in, with the person whom it is with.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Intake">The conversation.</param>
/// <param name="Party">The person.</param>
/// <param name="Now">The present when it came in, not truncated.</param>
/// <param name="CameAt">The same for telemetry.</param>
internal readonly record struct Arrival(TenantId Tenant, Intake Intake, IntakeParty Party, Instant Now, long CameAt)
{
    /// <summary>Clocks differ a little; by more than this, a conversation from the future has a wrong one.</summary>
    private static readonly Duration ClockTolerance = Duration.FromDays(1);

    private static readonly Instant FirstPlausible = Instant.FromUnixTimeSeconds(0);

    /// <summary>As the store remembers it.</summary>
    public ToldConversation Told => new(Intake.ConversationId, Intake.Trigger, Now.ToMicroseconds());

    /// <summary>Where what it tells comes from.</summary>
    public Provenance Provenance => new(ProvenanceSource.Conversation, Intake.ConversationId, (IsTimePlausible ? Intake.At : Now).ToMicroseconds());

    /// <summary>What did not fit so far.</summary>
    public ImmutableArray<IntakeWarning> Warnings => (Party.IsFirstOfSeveral, IsTimePlausible) switch
    {
        (false, true) => [],
        (true, true) => [IntakeWarning.SeveralAddresses],
        (false, false) => [IntakeWarning.TimeImplausible],
        _ => [IntakeWarning.SeveralAddresses, IntakeWarning.TimeImplausible],
    };

    private bool IsTimePlausible => Intake.At >= FirstPlausible && Intake.At <= Now + ClockTolerance;
}
