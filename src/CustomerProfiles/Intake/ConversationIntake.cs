using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// Records conversations: finds or creates the customer, requests the checks that are due, and fills in a blank name.
/// Never fails on data, never waits for a provider. A known customer with nothing due costs one call of the store, a
/// new one two.
/// </summary>
internal sealed class ConversationIntake(
    ICustomerProfileStore store,
    ICreationPolicy creation,
    CheckPlanner planner,
    ProfileWriter writer,
    ChangeRecorder changes,
    ErasedPeople erased,
    EmailAddresses addresses,
    PhoneRegions phones,
    IEditRules rules,
    IClock clock,
    CustomerProfilesTelemetry telemetry
)
{
    public ValueTask<ConversationOutcome> RecordAsync(
        TenantId tenant,
        IConversation conversation,
        CancellationToken cancellationToken
    ) => RecordAsync(tenant, conversation, clock.GetCurrentInstant(), requestChecks: true, cancellationToken);

    public async ValueTask<ConversationOutcome> RecordAsync(
        TenantId tenant,
        IConversation conversation,
        Instant now,
        bool requestChecks,
        CancellationToken cancellationToken
    )
    {
        var startedAt = telemetry.IntakeStarted();
        if (!Contact.TryRead(tenant, conversation, addresses, phones, out var contact))
        {
            return telemetry.Recorded(DeclineWithoutContact(conversation), startedAt);
        }

        var warnings = WarningsOf(conversation, contact, now);
        var record = new ConversationRecord(conversation.Id, conversation.Direction, now.ToMicroseconds());
        var lookup = await store
            .RecordConversationAsync(tenant, contact.Identity, record, cancellationToken)
            .ConfigureAwait(false);
        if (lookup is null)
        {
            var decision = Decide(tenant, conversation, contact);
            if (decision.Reason is { } reason)
            {
                return telemetry.Recorded(
                    new ConversationOutcome.Declined(reason, decision.Explanation!, warnings),
                    startedAt
                );
            }

            var (name, nameWarnings) = ReadName(conversation, contact);
            var newProfile = NewProfile(tenant, conversation, contact, name, now);
            var plan = planner.FirstChecks(
                newProfile,
                conversation.Direction,
                conversation.IsAutomatic,
                requestChecks,
                now
            );
            try
            {
                var customer = new NewCustomer
                {
                    Profile = newProfile,
                    Conversation = record,
                    Checks = plan.Providers,
                    ErasureHashes = erased.HashesOf(tenant, contact.Identity, conversation.Id),
                    Event = changes.DescribeCreation(
                        new Provenance(ProvenanceSource.Conversation, conversation.Id, newProfile.CreatedAt)
                    ),
                };
                lookup = await store.CreateAsync(customer, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                planner.ConfirmFirstChecks(plan, lookup);
            }

            if (lookup is null)
            {
                return telemetry.Recorded(
                    new ConversationOutcome.Declined(
                        DeclineReason.Erased,
                        "The customer was erased, and neither they nor this conversation are to be kept.",
                        warnings
                    ),
                    startedAt
                );
            }

            // Otherwise another call created the customer first: go on as for a known one.
            if (lookup.IsNewCustomer)
            {
                return telemetry.Recorded(
                    new ConversationOutcome.Created(
                        lookup.Customer.Profile,
                        planner.DecisionsFor(plan, lookup.Customer),
                        warnings.AddRange(nameWarnings)
                    ),
                    startedAt
                );
            }
        }

        var checks = await planner
            .RequestDueAsync(
                lookup,
                conversation.IsAutomatic,
                requestChecks,
                now,
                SentAt(conversation, now),
                cancellationToken
            )
            .ConfigureAwait(false);
        var profile = lookup.Customer.Profile;
        if (lookup.IsNewConversation && contact.MayHaveName && IsNameBlank(profile))
        {
            var (name, nameWarnings) = ReadName(conversation, contact);
            warnings = warnings.AddRange(nameWarnings);
            if (name is not null)
            {
                (profile, var isSaved) = await FillNameAsync(profile, name, conversation, now, cancellationToken)
                    .ConfigureAwait(false);
                warnings = isSaved ? warnings : warnings.Add(IntakeWarning.NameNotSaved);
            }
        }

        return telemetry.Recorded(new ConversationOutcome.Existing(profile, checks, warnings), startedAt);
    }

    private static ConversationOutcome.Declined DeclineWithoutContact(IConversation conversation) =>
        conversation.Phone is null
            ? new(DeclineReason.NoAddress, "There is no address, or none that can be read.", [])
            : new(DeclineReason.NoIdentity, "There is no telephone number, or none that can be read for certain.", []);

    private CreationDecision Decide(TenantId tenant, IConversation conversation, in Contact contact) =>
        creation.Decide(
            new CreationRequest(
                tenant,
                contact.Identity,
                contact.Email,
                contact.Kind(addresses),
                conversation.Direction,
                conversation.IsAutomatic
            )
        );

    private static CustomerProfile NewProfile(
        TenantId tenant,
        IConversation conversation,
        in Contact contact,
        PersonName? name,
        Instant now
    )
    {
        var provenance = ProvenanceOf(conversation, now);
        var values = ImmutableArray.CreateBuilder<FieldValue>(2);
        if (name is not null)
        {
            values.Add(FieldValue.Set(ProfileField.Name, name, provenance));
        }

        if (contact.Email is { } email)
        {
            values.Add(FieldValue.Set(ProfileField.Emails, new ProfileEmail(email), provenance));
        }
        else if (contact.Identity.Kind == IdentityKind.Phone)
        {
            values.Add(FieldValue.Set(ProfileField.Phones, new PhoneNumber(contact.Identity.Value), provenance));
        }

        var createdAt = now.ToMicroseconds();
        return new CustomerProfile(
            tenant,
            CustomerId.New(now),
            1,
            createdAt,
            createdAt,
            [contact.Identity],
            values.DrainToImmutable()
        );
    }

    /// <summary>
    /// The name of the contact, with a warning for what was left out or changed. What a machine sent names nobody: its
    /// display name belongs to the machine, or to the reply that it sent.
    /// </summary>
    private (PersonName? Name, ImmutableArray<IntakeWarning> Warnings) ReadName(
        IConversation conversation,
        in Contact contact
    ) =>
        !conversation.IsAutomatic ? contact.ReadName(addresses, rules.Limits)
        : contact.HasDisplayName ? (null, [IntakeWarning.NameOnAutomaticMail])
        : (null, []);

    /// <summary>Fills in the name, unless another writer has done so meanwhile.</summary>
    /// <returns>The current profile, and false when too many other writers kept the name from being saved.</returns>
    private async ValueTask<(CustomerProfile Profile, bool IsSaved)> FillNameAsync(
        CustomerProfile profile,
        PersonName name,
        IConversation conversation,
        Instant now,
        CancellationToken cancellationToken
    )
    {
        var value = FieldValue.Set(ProfileField.Name, name, ProvenanceOf(conversation, now));
        var result = await writer
            .UpdateAsync(
                profile,
                current => IsNameBlank(current) ? current.Next(current.Values.With(value), now.ToMicroseconds()) : null,
                new ChangeReason(HistoryKind.Conversation, value.Provenance with { ObservedAt = now.ToMicroseconds() }),
                cancellationToken
            )
            .ConfigureAwait(false);
        return (result.Profile, result.Status != WriteStatus.Busy);
    }

    /// <summary>
    /// A conversation outranks a provider. It never replaces what a person, or an earlier conversation, put in.
    /// </summary>
    private static bool IsNameBlank(CustomerProfile profile) =>
        profile.Find(ProfileField.Name) is null or { Provenance.Source: ProvenanceSource.Provider };

    /// <summary>The warnings that do not concern the name.</summary>
    private static ImmutableArray<IntakeWarning> WarningsOf(
        IConversation conversation,
        in Contact contact,
        Instant now
    ) =>
        (contact.IsFirstOfSeveral, IsTimePlausible(conversation, now)) switch
        {
            (false, true) => [],
            (true, true) => [IntakeWarning.SeveralAddresses],
            (false, false) => [IntakeWarning.TimeImplausible],
            _ => [IntakeWarning.SeveralAddresses, IntakeWarning.TimeImplausible],
        };

    private static Provenance ProvenanceOf(IConversation conversation, Instant now) =>
        new(ProvenanceSource.Conversation, conversation.Id, SentAt(conversation, now).ToMicroseconds());

    /// <summary>When the conversation was sent: its own time if that is plausible, else now.</summary>
    private static Instant SentAt(IConversation conversation, Instant now) =>
        IsTimePlausible(conversation, now) ? conversation.At : now;

    /// <summary>A time in the future is wrong, unless the difference of two clocks explains it.</summary>
    private static bool IsTimePlausible(IConversation conversation, Instant now) =>
        conversation.At >= NodaConstants.UnixEpoch && conversation.At <= now + SenderClock.Tolerance;
}
