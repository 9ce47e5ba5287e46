using System.Collections.Immutable;
using System.Runtime.InteropServices;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// Takes conversations in. Never fails on data, never waits for a provider. A known customer with nothing due costs one
/// call of the store, a new one two.
/// </summary>
internal sealed class ConversationIntake(
    ICustomerProfileStore store,
    ICreationPolicy creation,
    CheckPlanner gate,
    FirstCheckLimit firstChecks,
    ProviderRegistry providers,
    CheckSignal signal,
    EmailAddresses addresses,
    PhoneRegions phones,
    IEditRules rules,
    IClock clock,
    CustomerProfilesTelemetry telemetry
)
{
    public ValueTask<ConversationOutcome> TakeAsync(
        TenantId tenant,
        IConversation conversation,
        CancellationToken cancellationToken
    )
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
    /// A conversation of which nothing comes, with a store that has its answer at once, goes no further than this:
    /// nothing is made but what is returned.
    /// </summary>
    private ValueTask<ConversationOutcome> BeginAsync(
        TenantId tenant,
        IConversation conversation,
        CancellationToken cancellationToken
    )
    {
        var cameAt = telemetry.ConversationCame();
        var now = clock.GetCurrentInstant();
        Contact contact;
        if (conversation.Phone is { } phone)
        {
            if (!phones.TryRead(tenant, phone.Number, out var identity))
            {
                const string explanation = "There is no telephone number, or none that can be read for certain.";
                var declined = new ConversationOutcome.Declined(DeclineReason.NoIdentity, explanation, []);
                return new(telemetry.Took(declined, cameAt));
            }

            contact = Contact.OfPhone(identity, conversation.Text);
        }
        else if (!Contact.TryRead(conversation, addresses, out contact))
        {
            return new(
                telemetry.Took(
                    new ConversationOutcome.Declined(
                        DeclineReason.NoAddress,
                        "There is no address, or none that can be read.",
                        []
                    ),
                    cameAt
                )
            );
        }

        var receiving = store.RecordConversationAsync(
            tenant,
            contact.Identity,
            IntakeContext.ToRecord(conversation, now),
            cancellationToken
        );
        if (!receiving.IsCompletedSuccessfully)
        {
            return GoOnAsync(
                new IntakeContext(tenant, conversation, contact, now, cameAt),
                receiving,
                cancellationToken
            );
        }

#pragma warning disable RS0030 // It has its answer already: nobody waits.
        var received = receiving.Result;
#pragma warning restore RS0030
        if (!received.HasValue)
        {
            return CreateAsync(new IntakeContext(tenant, conversation, contact, now, cameAt), cancellationToken);
        }

        ref readonly var known = ref Nullable.GetValueRefOrDefaultRef(in received);
        if (providers.Names.Length > 1 || MayFillName(known, contact))
        {
            return TakeKnownAsync(
                new IntakeContext(tenant, conversation, contact, now, cameAt),
                known,
                cancellationToken
            );
        }

        // Nearly every host has one provider, so no list is made of what is decided for each.
        var (profile, warnings) = (known.Customer.Profile, IntakeContext.Warnings(conversation, contact, now));
        if (providers.Names.IsEmpty)
        {
            return new(telemetry.Took(new ConversationOutcome.Existing(profile, [], warnings), cameAt));
        }

        var only = gate.Decide(
            providers.Names[0],
            known,
            conversation.IsAutomatic,
            now,
            IntakeContext.SentAt(conversation, now)
        );
        return only.Requested
            ? RequestAndFillAsync(
                new IntakeContext(tenant, conversation, contact, now, cameAt),
                known,
                [only],
                cancellationToken
            )
            : new(telemetry.Took(new ConversationOutcome.Existing(profile, only, warnings), cameAt));
    }

    private async ValueTask<ConversationOutcome> GoOnAsync(
        IntakeContext context,
        ValueTask<ConversationLookup?> receiving,
        CancellationToken cancellationToken
    ) =>
        await receiving.ConfigureAwait(false) is { } known
            ? await TakeKnownAsync(context, known, cancellationToken).ConfigureAwait(false)
            : await CreateAsync(context, cancellationToken).ConfigureAwait(false);

    private async ValueTask<ConversationOutcome> CreateAsync(IntakeContext context, CancellationToken cancellationToken)
    {
        var (conversation, contact, warnings) = (context.Conversation, context.Contact, context.Warnings());
        var decision = creation.Decide(
            new CreationRequest(
                context.Tenant,
                contact.Identity,
                contact.Email,
                contact.Kind(addresses),
                conversation.Direction,
                conversation.IsAutomatic
            )
        );
        if (decision.Reason is { } reason)
        {
            return telemetry.Took(
                new ConversationOutcome.Declined(reason, decision.Explanation!, warnings),
                context.CameAt
            );
        }

        var profile = NewProfile(context, ref warnings);
        var wanted = gate.WantedFor(profile, conversation.Direction, context.Now);
        var leftOut = wanted.IsEmpty ? null : ReasonToSkip(context);
        wanted = leftOut is null ? wanted : [];
        CreateResult result;
        try
        {
            var customer = new NewCustomer(profile, context.ToRecord(), wanted);
            result = await store.CreateAsync(customer, cancellationToken).ConfigureAwait(false);
        }
        catch when (!wanted.IsEmpty)
        {
            // It will be told again, and must not count each time.
            firstChecks.Return(context.Tenant, conversation.Direction, context.Now);
            throw;
        }

        if (
            !wanted.IsEmpty
            && !(result.Created && wanted.Any(provider => result.Conversation.Customer.GetCheck(provider) is not null))
        )
        {
            firstChecks.Return(context.Tenant, conversation.Direction, context.Now);
        }

        if (!result.Created)
        {
            return await TakeKnownAsync(context, result.Conversation, cancellationToken).ConfigureAwait(false);
        }

        var decisions = gate.DecidedFor(result.Conversation.Customer, leftOut);
        if (!wanted.IsEmpty)
        {
            signal.Raise();
        }

        return telemetry.Took(
            new ConversationOutcome.Created(result.Conversation.Customer.Profile, decisions, warnings),
            context.CameAt
        );
    }

    /// <summary>
    /// Why somebody new gets no first check although a provider can be asked; null when they get it, which counts.
    /// </summary>
    private CheckReason? ReasonToSkip(IntakeContext context) =>
        gate.Skips(context.Conversation.IsAutomatic) ? CheckReason.AutomaticConversation
        : !firstChecks.TryTake(context.Tenant, context.Conversation.Direction, context.Now)
            ? CheckReason.FirstCheckLimitReached
        : null;

    private ValueTask<ConversationOutcome> TakeKnownAsync(
        IntakeContext context,
        in ConversationLookup known,
        CancellationToken cancellationToken
    )
    {
        var decisions = new CheckDecision[providers.Names.Length];
        for (var i = 0; i < decisions.Length; i++)
        {
            decisions[i] = gate.Decide(
                providers.Names[i],
                known,
                context.Conversation.IsAutomatic,
                context.Now,
                context.SentAt()
            );
        }

        return RequestAndFillAsync(context, known, decisions, cancellationToken);
    }

    private async ValueTask<ConversationOutcome> RequestAndFillAsync(
        IntakeContext context,
        ConversationLookup known,
        CheckDecision[] decisions,
        CancellationToken cancellationToken
    )
    {
        // One customer counts once, however many providers know nothing of them yet.
        var isFirst = decisions.Any(IsFirstCheck);
        var isTaken = isFirst && firstChecks.TryTake(context.Tenant, known.FirstRecorded.Direction, context.Now);
        var done = 0;
        try
        {
            for (; done < decisions.Length; done++)
            {
                var decision = decisions[done];
                if (isFirst && !isTaken && IsFirstCheck(decision))
                {
                    decisions[done] = decision with { Requested = false, Reason = CheckReason.FirstCheckLimitReached };
                }
                else if (decision.Requested)
                {
                    decisions[done] = await RequestAsync(
                            known.Customer,
                            decision,
                            known.FirstRecorded.At,
                            cancellationToken
                        )
                        .ConfigureAwait(false);
                }
            }
        }
        finally
        {
            // Also when the store fails: it will be told again, and must not count each time.
            if (isTaken && !decisions.Take(done).Any(IsFirstCheck))
            {
                firstChecks.Return(context.Tenant, known.FirstRecorded.Direction, context.Now);
            }
        }

        var (profile, warnings) = (known.Customer.Profile, context.Warnings());
        if (MayFillName(known, context.Contact) && ReadName(context, ref warnings) is { } name)
        {
            profile = await FillNameAsync(profile, name, context.Provenance(), context.Now, cancellationToken)
                .ConfigureAwait(false);
        }

        return telemetry.Took(
            new ConversationOutcome.Existing(
                profile,
                ImmutableCollectionsMarshal.AsImmutableArray(decisions),
                warnings
            ),
            context.CameAt
        );
    }

    private static bool IsFirstCheck(CheckDecision decision) =>
        decision is { Requested: true, Reason: CheckReason.FirstCheck };

    /// <summary>
    /// What a machine sent names nobody: its display name is that of the machine, or of the reply that it sent.
    /// </summary>
    private PersonName? ReadName(IntakeContext context, ref ImmutableArray<IntakeWarning> warnings)
    {
        if (!context.Conversation.IsAutomatic)
        {
            return context.Contact.ReadName(addresses, rules.Limits, ref warnings);
        }

        if (context.Contact.HasDisplayName)
        {
            warnings = warnings.Add(IntakeWarning.NameOnAutomaticMail);
        }

        return null;
    }

    /// <summary>Whether the name is to be read: to be put in, or for the warning that there was one.</summary>
    private static bool MayFillName(in ConversationLookup known, in Contact contact) =>
        known.IsNew
        && (contact.HasDisplayName || contact.NameLeftOut)
        && IsBlank(known.Customer.Profile.Find(ProfileField.Name));

    private async ValueTask<CheckDecision> RequestAsync(
        StoredCustomer customer,
        CheckDecision decision,
        Instant recordedAt,
        CancellationToken cancellationToken
    )
    {
        var profile = customer.Profile;
        var lastCheckAt = customer.GetCheck(decision.Provider)?.LastCheckAt;
        if (
            await store
                .RequestCheckAsync(
                    profile.Tenant,
                    profile.Id,
                    decision.Provider,
                    lastCheckAt,
                    recordedAt,
                    cancellationToken
                )
                .ConfigureAwait(false)
        )
        {
            signal.Raise();
            return decision;
        }

        // Between reading and asking, something else came first. What it was is worth one more reading, for it is what
        // the host shows.
        var current = await store.GetAsync(profile.Tenant, profile.Id, cancellationToken).ConfigureAwait(false);
        var reason = current switch
        {
            { IsSuppressed: true } => CheckReason.Suppressed,
            { } other when other.GetProviderSetting(decision.Provider) is { IsEnabled: false } =>
                CheckReason.ProviderDisabled,
            _ => CheckReason.AlreadyPending,
        };
        return decision with { Requested = false, Reason = reason };
    }

    /// <summary>Puts in the name that this conversation tells, unless somebody has put one there meanwhile.</summary>
    private async ValueTask<CustomerProfile> FillNameAsync(
        CustomerProfile current,
        PersonName name,
        Provenance provenance,
        Instant now,
        CancellationToken cancellationToken
    )
    {
        while (IsBlank(current.Find(ProfileField.Name)))
        {
            var next = current.Next(
                current.Values.With(FieldValue.Set(ProfileField.Name, name, provenance)),
                now.ToMicroseconds()
            );
            switch (await store.UpdateAsync(next, cancellationToken).ConfigureAwait(false))
            {
                case UpdateResult.Updated:
                    return next;
                case UpdateResult.Stale stale:
                    current = stale.Current;
                    break;
                default:
                    return current;
            }
        }

        return current;
    }

    /// <summary>
    /// A conversation outranks a provider; it never replaces what a person, or an earlier conversation, said.
    /// </summary>
    private static bool IsBlank(FieldValue? name) => name is null or { Provenance.Source: ProvenanceSource.Provider };

    private CustomerProfile NewProfile(IntakeContext context, ref ImmutableArray<IntakeWarning> warnings)
    {
        var (contact, provenance) = (context.Contact, context.Provenance());
        var values = ImmutableArray.CreateBuilder<FieldValue>(2);
        if (ReadName(context, ref warnings) is { } name)
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

        var createdAt = context.Now.ToMicroseconds();
        return new CustomerProfile(
            context.Tenant,
            CustomerId.New(context.Now),
            1,
            createdAt,
            createdAt,
            [contact.Identity],
            values.DrainToImmutable()
        );
    }
}
