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
    FirstCheckLimit firstChecks,
    ProviderDirectory providers,
    CheckSignal signal,
    EmailAddresses addresses,
    PhoneRegions phones,
    IEditRules rules,
    IClock clock,
    CustomerProfilesTelemetry telemetry)
{
    public ValueTask<ConversationOutcome> TakeAsync(TenantId tenant, IConversation conversation, CancellationToken cancellationToken)
    {
        try
        {
            return BeginAsync(tenant, conversation, cancellationToken);
        }
        catch (Exception exception)
        {
            return FailedAsync(exception);
        }
    }

    /// <summary>As of any asynchronous call, what goes wrong comes with the task.</summary>
    private static async ValueTask<ConversationOutcome> FailedAsync(Exception exception) =>
        await Task.FromException<ConversationOutcome>(exception).ConfigureAwait(false);

    /// <summary>
    /// A conversation of which nothing comes, with a store that has its answer at once, goes no further than this: nothing is made but what is returned.
    /// </summary>
    private ValueTask<ConversationOutcome> BeginAsync(TenantId tenant, IConversation conversation, CancellationToken cancellationToken)
    {
        var cameAt = telemetry.ConversationCame();
        var now = clock.GetCurrentInstant();
        IntakeParty party;
        if (conversation.Phone is { } phone)
        {
            if (!phones.TryRead(tenant, phone.Number, out var identity))
            {
                const string explanation = "There is no telephone number, or none that can be read for certain.";
                var declined = new ConversationOutcome.Declined(DeclineReason.NoIdentity, explanation, []);
                return new(telemetry.Took(declined, cameAt));
            }

            party = IntakeParty.OfPhone(identity, conversation.Text);
        }
        else if (!IntakeParty.TryRead(conversation, addresses, out party))
        {
            return new(telemetry.Took(new ConversationOutcome.Declined(DeclineReason.NoAddress, "There is no address, or none that can be read.", []), cameAt));
        }

        var receiving = store.ReceiveAsync(tenant, party.Identity, Arrival.Told(conversation, now), cancellationToken);
        if (!receiving.IsCompletedSuccessfully)
        {
            return GoOnAsync(new Arrival(tenant, conversation, party, now, cameAt), receiving, cancellationToken);
        }

#pragma warning disable RS0030 // It has its answer already: nobody waits.
        var received = receiving.Result;
#pragma warning restore RS0030
        if (!received.HasValue)
        {
            return CreateAsync(new Arrival(tenant, conversation, party, now, cameAt), cancellationToken);
        }

        ref readonly var known = ref Nullable.GetValueRefOrDefaultRef(in received);
        if (providers.Names.Length > 1 || MayTellName(known, party))
        {
            return TakeKnownAsync(new Arrival(tenant, conversation, party, now, cameAt), known, cancellationToken);
        }

        // Nearly every host has one provider, so no list is made of what is decided for each.
        var (profile, warnings) = (known.Customer.Profile, Arrival.Warnings(conversation, party, now));
        if (providers.Names.IsEmpty)
        {
            return new(telemetry.Took(new ConversationOutcome.Existing(profile, [], warnings), cameAt));
        }

        var only = gate.Decide(
            providers.Names[0], known, conversation.IsAutomatic, now, Arrival.SentAt(conversation, now));
        return only.Asked
            ? AskAndFillAsync(new Arrival(tenant, conversation, party, now, cameAt), known, [only], cancellationToken)
            : new(telemetry.Took(new ConversationOutcome.Existing(profile, only, warnings), cameAt));
    }

    private async ValueTask<ConversationOutcome> GoOnAsync(Arrival arrival, ValueTask<ReceivedConversation?> receiving, CancellationToken cancellationToken) =>
        await receiving.ConfigureAwait(false) is { } known
            ? await TakeKnownAsync(arrival, known, cancellationToken).ConfigureAwait(false)
            : await CreateAsync(arrival, cancellationToken).ConfigureAwait(false);

    private async ValueTask<ConversationOutcome> CreateAsync(Arrival arrival, CancellationToken cancellationToken)
    {
        var (conversation, party, warnings) = (arrival.Conversation, arrival.Party, arrival.Warnings());
        var decision = creation.Decide(
            new CreationRequest(arrival.Tenant, party.Identity, party.Email, party.Kind(addresses), conversation.Trigger, conversation.IsAutomatic));
        if (decision.Reason is { } reason)
        {
            return telemetry.Took(new ConversationOutcome.Declined(reason, decision.Explanation!, warnings), arrival.CameAt);
        }

        var profile = NewProfile(arrival, ref warnings);
        var wanted = gate.WantedFor(profile, conversation.Trigger, arrival.Now);
        var leftOut = wanted.IsEmpty ? null : ReasonToLeaveOut(arrival);
        wanted = leftOut is null ? wanted : [];
        CreateResult result;
        try
        {
            var customer = new NewCustomer(profile, arrival.Told(), wanted);
            result = await store.CreateAsync(customer, cancellationToken).ConfigureAwait(false);
        }
        catch when (!wanted.IsEmpty)
        {
            // It will be told again, and must not count each time.
            firstChecks.GiveBack(arrival.Tenant, conversation.Trigger, arrival.Now);
            throw;
        }

        if (!wanted.IsEmpty && !(result.Created && wanted.Any(provider => result.Conversation.Customer.CheckWith(provider) is not null)))
        {
            firstChecks.GiveBack(arrival.Tenant, conversation.Trigger, arrival.Now);
        }

        if (!result.Created)
        {
            return await TakeKnownAsync(arrival, result.Conversation, cancellationToken).ConfigureAwait(false);
        }

        var decisions = gate.DecidedFor(result.Conversation.Customer, leftOut);
        if (!wanted.IsEmpty)
        {
            signal.Raise();
        }

        return telemetry.Took(new ConversationOutcome.Created(result.Conversation.Customer.Profile, decisions, warnings), arrival.CameAt);
    }

    /// <summary>Why somebody new gets no first check although a provider can be asked; null when they get it, which counts.</summary>
    private CheckReason? ReasonToLeaveOut(Arrival arrival) =>
        gate.LeavesOut(arrival.Conversation.IsAutomatic) ? CheckReason.AutomaticConversation
        : !firstChecks.TryTake(arrival.Tenant, arrival.Conversation.Trigger, arrival.Now) ? CheckReason.FirstCheckLimitReached
        : null;

    private ValueTask<ConversationOutcome> TakeKnownAsync(Arrival arrival, in ReceivedConversation known, CancellationToken cancellationToken)
    {
        var decisions = new CheckDecision[providers.Names.Length];
        for (var i = 0; i < decisions.Length; i++)
        {
            decisions[i] = gate.Decide(
                providers.Names[i], known, arrival.Conversation.IsAutomatic, arrival.Now, arrival.SentAt());
        }

        return AskAndFillAsync(arrival, known, decisions, cancellationToken);
    }

    private async ValueTask<ConversationOutcome> AskAndFillAsync(
        Arrival arrival, ReceivedConversation known, CheckDecision[] decisions, CancellationToken cancellationToken)
    {
        // One customer counts once, however many providers know nothing of them yet.
        var isFirst = decisions.Any(IsFirstCheck);
        var isTaken = isFirst && firstChecks.TryTake(arrival.Tenant, known.FirstTold.Trigger, arrival.Now);
        var done = 0;
        try
        {
            for (; done < decisions.Length; done++)
            {
                var decision = decisions[done];
                if (isFirst && !isTaken && IsFirstCheck(decision))
                {
                    decisions[done] = decision with { Asked = false, Reason = CheckReason.FirstCheckLimitReached };
                }
                else if (decision.Asked)
                {
                    decisions[done] = await RequestAsync(
                        known.Customer, decision, known.FirstTold.At, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            // Also when the store fails: it will be told again, and must not count each time.
            if (isTaken && !decisions.Take(done).Any(IsFirstCheck))
            {
                firstChecks.GiveBack(arrival.Tenant, known.FirstTold.Trigger, arrival.Now);
            }
        }

        var (profile, warnings) = (known.Customer.Profile, arrival.Warnings());
        if (MayTellName(known, arrival.Party) && ReadName(arrival, ref warnings) is { } name)
        {
            profile = await FillNameAsync(profile, name, arrival.Provenance(), arrival.Now, cancellationToken).ConfigureAwait(false);
        }

        return telemetry.Took(new ConversationOutcome.Existing(profile, ImmutableCollectionsMarshal.AsImmutableArray(decisions), warnings), arrival.CameAt);
    }

    private static bool IsFirstCheck(CheckDecision decision) => decision is { Asked: true, Reason: CheckReason.FirstCheck };

    /// <summary>
    /// What a machine sent names nobody: its display name is that of the machine, or of the reply that it sent.
    /// </summary>
    private PersonName? ReadName(Arrival arrival, ref ImmutableArray<IntakeWarning> warnings)
    {
        if (!arrival.Conversation.IsAutomatic)
        {
            return arrival.Party.ReadName(addresses, rules.Limits, ref warnings);
        }

        if (arrival.Party.HasDisplayName)
        {
            warnings = warnings.Add(IntakeWarning.NameOnAutomaticMail);
        }

        return null;
    }

    /// <summary>Whether the name is to be read: to be put in, or for the warning that there was one.</summary>
    private static bool MayTellName(in ReceivedConversation known, in IntakeParty party) =>
        known.IsNew && (party.HasDisplayName || party.NameLeftOut)
        && IsBlank(known.Customer.Profile.Find(ProfileField.Name));

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

    /// <summary>A conversation outranks a provider; it never replaces what a person, or an earlier conversation, said.</summary>
    private static bool IsBlank(FieldValue? name) => name is null or { Provenance.Source: ProvenanceSource.Provider };

    private CustomerProfile NewProfile(Arrival arrival, ref ImmutableArray<IntakeWarning> warnings)
    {
        var (party, provenance) = (arrival.Party, arrival.Provenance());
        var values = ImmutableArray.CreateBuilder<FieldValue>(2);
        if (ReadName(arrival, ref warnings) is { } name)
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

        var createdAt = arrival.Now.ToMicroseconds();
        return new CustomerProfile(arrival.Tenant, CustomerId.New(arrival.Now), 1, createdAt, createdAt, [party.Identity], values.DrainToImmutable());
    }
}
