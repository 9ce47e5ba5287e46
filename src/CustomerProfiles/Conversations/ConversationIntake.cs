using System.Collections.Immutable;
using System.Runtime.InteropServices;
using CustomerProfiles.Diagnostics;
using CustomerProfiles.Editing;
using CustomerProfiles.Enrichment;
using CustomerProfiles.Profiles;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Conversations;

/// <summary>
/// Takes conversations in. Never fails on data, never waits for a provider. A known customer with nothing due costs one call of the store,
/// a new one two.
/// </summary>
internal sealed class ConversationIntake(
    ICustomerProfileStore store,
    ICreationPolicy creation,
    CheckGate gate,
    ProviderDirectory providers,
    CheckSignal signal,
    EmailAddresses addresses,
    IEditRules rules,
    IClock clock,
    CustomerProfilesTelemetry telemetry)
{
    /// <summary>Clocks differ a little; by more than this, a conversation from the future has a wrong one.</summary>
    private static readonly Duration ClockTolerance = Duration.FromDays(1);

    private static readonly Instant FirstPlausible = Instant.FromUnixTimeSeconds(0);

    public async ValueTask<ConversationOutcome> TakeAsync(TenantId tenant, Intake intake, CancellationToken cancellationToken)
    {
        var cameAt = telemetry.ConversationCame();
        var now = clock.GetCurrentInstant();
        if (IntakeParty.Read(intake, addresses) is not { } party)
        {
            return telemetry.Took(new ConversationOutcome.Declined(DeclineReason.NoAddress, "There is no address, or none that can be read.", []), cameAt);
        }

        ImmutableArray<IntakeWarning> warnings = party.IsFirstOfSeveral ? [IntakeWarning.SeveralAddresses] : [];
        var observedAt = intake.At;
        if (observedAt < FirstPlausible || observedAt > now + ClockTolerance)
        {
            observedAt = now;
            warnings = warnings.Add(IntakeWarning.TimeImplausible);
        }

        var told = new ToldConversation(intake.ConversationId, intake.Trigger, now.ToMicroseconds());
        var known = await store.ReceiveAsync(tenant, party.Identity, told, cancellationToken).ConfigureAwait(false);
        if (known is { } conversation)
        {
            return telemetry.Took(await TakeKnownAsync(conversation, intake.ConversationId, party, warnings, observedAt, now, cancellationToken).ConfigureAwait(false), cameAt);
        }

        var decision = creation.Decide(new CreationRequest(tenant, party.Identity, party.Email, KindOf(party), intake.Trigger, intake.IsAutomatic));
        if (decision.Reason is { } reason)
        {
            return telemetry.Took(new ConversationOutcome.Declined(reason, decision.Explanation!, warnings), cameAt);
        }

        var profile = NewProfile(tenant, party, ref warnings, From(intake.ConversationId, observedAt), now);
        var wanted = gate.WantedFor(profile, intake.Trigger, now);
        var result = await store.CreateAsync(new NewCustomer(profile, told, wanted), cancellationToken).ConfigureAwait(false);
        if (!result.Created)
        {
            return telemetry.Took(await TakeKnownAsync(result.Conversation, intake.ConversationId, party, warnings, observedAt, now, cancellationToken).ConfigureAwait(false), cameAt);
        }

        var decisions = gate.DecidedFor(result.Conversation.Customer);
        if (!wanted.IsEmpty)
        {
            signal.Raise();
        }

        return telemetry.Took(new ConversationOutcome.Created(result.Conversation.Customer.Profile, decisions, warnings), cameAt);
    }

    private async ValueTask<ConversationOutcome> TakeKnownAsync(
        ReceivedConversation conversation,
        string conversationId,
        IntakeParty party,
        ImmutableArray<IntakeWarning> warnings,
        Instant observedAt,
        Instant now,
        CancellationToken cancellationToken)
    {
        var customer = conversation.Customer;
        var decisions = providers.Names.IsEmpty ? [] : new CheckDecision[providers.Names.Length];
        for (var i = 0; i < decisions.Length; i++)
        {
            var decision = gate.Decide(providers.Names[i], conversation, now);
            if (decision.Asked)
            {
                decision = await RequestAsync(customer, decision, conversation.FirstTold.At, cancellationToken).ConfigureAwait(false);
            }

            decisions[i] = decision;
        }

        var profile = customer.Profile;
        if (conversation.IsNew && IsBlank(profile.Find(ProfileField.Name)) && party.ReadName(KindOf(party), rules.Limits, ref warnings) is { } name)
        {
            profile = await FillNameAsync(profile, name, From(conversationId, observedAt), now, cancellationToken).ConfigureAwait(false);
        }

        return new ConversationOutcome.Existing(profile, ImmutableCollectionsMarshal.AsImmutableArray(decisions), warnings);
    }

    private async ValueTask<CheckDecision> RequestAsync(StoredCustomer customer, CheckDecision decision, Instant toldAt, CancellationToken cancellationToken)
    {
        var profile = customer.Profile;
        var lastCheckAt = customer.CheckWith(decision.Provider)?.LastCheckAt;
        if (await store.RequestCheckAsync(profile.Tenant, profile.Id, decision.Provider, lastCheckAt, toldAt, cancellationToken).ConfigureAwait(false))
        {
            signal.Raise();
            return decision;
        }

        // Between reading and asking, something else came first. What it was is worth one more reading, for it is what the host shows.
        var present = await store.GetAsync(profile.Tenant, profile.Id, cancellationToken).ConfigureAwait(false);
        var reason = present switch
        {
            { IsSuppressed: true } => CheckReason.DoNotLookUp,
            { } other when other.SwitchOf(decision.Provider) is { IsOn: false } => CheckReason.SwitchedOff,
            _ => CheckReason.AlreadyAsked,
        };
        return decision with { Asked = false, Reason = reason };
    }

    /// <summary>Puts in the name that this conversation tells, unless somebody has put one there meanwhile.</summary>
    private async ValueTask<CustomerProfile> FillNameAsync(
        CustomerProfile present, PersonName name, Provenance provenance, Instant now, CancellationToken cancellationToken)
    {
        while (IsBlank(present.Find(ProfileField.Name)))
        {
            var next = present.Next(present.Values.With(FieldValue.Set(ProfileField.Name, name, provenance)), now.ToMicroseconds());
            switch (await store.UpdateAsync(next, cancellationToken).ConfigureAwait(false))
            {
                case UpdateResult.Updated:
                    return next;
                case UpdateResult.Stale stale:
                    present = stale.Present;
                    break;
                default:
                    return present;
            }
        }

        return present;
    }

    private EmailAddressKind KindOf(IntakeParty party) => party.Email is { } email ? addresses.KindOf(email) : EmailAddressKind.Personal;

    private static Provenance From(string conversationId, Instant observedAt) =>
        new(ProvenanceSource.Conversation, conversationId, observedAt.ToMicroseconds());

    /// <summary>A conversation outranks a provider; it never replaces what a person, or an earlier conversation, said.</summary>
    private static bool IsBlank(FieldValue? name) => name is null or { Provenance.Source: ProvenanceSource.Provider };

    private CustomerProfile NewProfile(
        TenantId tenant, IntakeParty party, ref ImmutableArray<IntakeWarning> warnings, Provenance provenance, Instant now)
    {
        var values = ImmutableArray.CreateBuilder<FieldValue>(2);
        if (party.ReadName(KindOf(party), rules.Limits, ref warnings) is { } name)
        {
            values.Add(FieldValue.Set(ProfileField.Name, name, provenance));
        }

        if (party.Email is { } email)
        {
            values.Add(FieldValue.Set(ProfileField.Emails, new ProfileEmail(email), provenance));
        }
        else if (party.Identity.Kind == IdentityKind.Phone)
        {
            values.Add(FieldValue.Set(ProfileField.Phones, new PhoneNumber(party.Identity.Value), provenance));
        }

        var createdAt = now.ToMicroseconds();
        return new CustomerProfile(tenant, CustomerId.New(now), 1, createdAt, createdAt, [party.Identity], values.DrainToImmutable());
    }
}
