using System.Collections.Immutable;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// Decides which checks a conversation starts, and requests them. What no policy can change is decided here, the rest
/// by the <see cref="IRecheckPolicy"/>.
/// </summary>
internal sealed class CheckPlanner(
    ICustomerProfileStore store,
    CustomersById customers,
    IRecheckPolicy policy,
    EmailAddresses addresses,
    ProviderRegistry providers,
    FirstCheckLimit firstCheckLimit,
    CheckSignal signal,
    IOptions<CustomerProfilesOptions> options,
    CustomerProfilesTelemetry telemetry
)
{
    /// <summary>
    /// A conversation whose host died is redelivered soon. After this time, a check was not requested for a reason.
    /// </summary>
    private static readonly Duration RedeliveryWindow = Duration.FromHours(1);

    private readonly bool _skipsAutomatic = options.Value.SkipChecksForAutomaticConversations;
    private readonly Duration _pauseAfterPaidFailure = Duration.FromTimeSpan(options.Value.PauseAfterPaidFailure);

    /// <summary>
    /// Requests the checks of a known customer that are due, counts a first check against the limit, and wakes the
    /// runner.
    /// </summary>
    /// <param name="lookup">The customer and the conversation.</param>
    /// <param name="isAutomatic">Whether a machine sent the conversation.</param>
    /// <param name="requestChecks">Whether the caller wants checks at all.</param>
    /// <param name="now">The current time.</param>
    /// <param name="sentAt">When the conversation was sent.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The decision for each provider, in the order of registration.</returns>
    public ValueTask<ImmutableArray<CheckDecision>> RequestDueAsync(
        ConversationLookup lookup,
        bool isAutomatic,
        bool requestChecks,
        Instant now,
        Instant sentAt,
        CancellationToken cancellationToken
    )
    {
        var decisions = ImmutableArray.CreateBuilder<CheckDecision>(providers.All.Length);
        var isAnyDue = false;
        foreach (var provider in providers.All)
        {
            var decision = Decide(provider, lookup, isAutomatic, requestChecks, now, sentAt);
            decisions.Add(decision);
            isAnyDue |= decision.Requested;
        }

        return isAnyDue ? RequestAllAsync(lookup, decisions, now, cancellationToken) : new(decisions.MoveToImmutable());
    }

    /// <summary>
    /// Plans the first checks of a customer who is about to be created, and counts them against the limit. A plan must
    /// be confirmed, also when the customer is not created.
    /// </summary>
    public FirstCheckPlan FirstChecks(
        CustomerProfile profile,
        ConversationDirection direction,
        bool isAutomatic,
        bool requestChecks,
        Instant now
    )
    {
        ImmutableArray<string> wanted =
            providers.All.IsEmpty || !policy.Decide(new RecheckContext(direction, now, lastCheckAt: null)).IsDue
                ? []
                :
                [
                    .. providers
                        .All.Where(provider => RequestFor(provider, profile) is not null)
                        .Select(provider => provider.Name),
                ];
        CheckReason? skipReason =
            wanted.IsEmpty ? null
            : !requestChecks ? CheckReason.BulkIntake
            : isAutomatic && _skipsAutomatic ? CheckReason.AutomaticConversation
            : !firstCheckLimit.TryTake(profile.Tenant, direction, now) ? CheckReason.FirstCheckLimitReached
            : null;
        return new FirstCheckPlan
        {
            Tenant = profile.Tenant,
            Direction = direction,
            Now = now,
            Providers = skipReason is null ? wanted : [],
            SkipReason = skipReason,
        };
    }

    /// <summary>
    /// Wakes the runner when the store requested a check of the plan; otherwise the plan no longer counts against the
    /// limit.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="lookup">The result of the store; null when it failed. The conversation is redelivered then, and
    /// must not count each time.</param>
    public void ConfirmFirstChecks(FirstCheckPlan plan, ConversationLookup? lookup)
    {
        if (plan.Providers.IsEmpty)
        {
            return;
        }

        if (
            lookup is { IsNewCustomer: true }
            && plan.Providers.Any(provider => lookup.Customer.GetCheck(provider) is not null)
        )
        {
            signal.Raise();
        }
        else
        {
            firstCheckLimit.Return(plan.Tenant, plan.Direction, plan.Now);
        }
    }

    /// <summary>
    /// The decision for each provider about a customer who was just created. The store has left out what is disabled or
    /// suppressed.
    /// </summary>
    public ImmutableArray<CheckDecision> DecisionsFor(FirstCheckPlan plan, StoredCustomer created)
    {
        var decisions = ImmutableArray.CreateBuilder<CheckDecision>(providers.All.Length);
        foreach (var provider in providers.All)
        {
            var isRequested = created.GetCheck(provider.Name) is not null;
            var reason =
                isRequested ? CheckReason.FirstCheck
                : created.IsSuppressed ? CheckReason.Suppressed
                : created.GetProviderSetting(provider.Name) is { IsEnabled: false } ? CheckReason.ProviderDisabled
                : RequestFor(provider, created.Profile) is null ? CheckReason.NothingToLookUpBy
                : plan.SkipReason ?? CheckReason.NotDueYet;
            decisions.Add(new CheckDecision(provider.Name, isRequested, reason, dueAfter: null));
        }

        return decisions.MoveToImmutable();
    }

    /// <summary>
    /// The request to a provider; null when the profile holds nothing that the provider can look up by. What the
    /// provider gave itself is left out: if that was about somebody else, it would never lead to the right person.
    /// </summary>
    public ProviderRequest? RequestFor(IProfileProvider provider, CustomerProfile profile)
    {
        var emails = ImmutableArray.CreateBuilder<EmailAddress>();
        var phones = ImmutableArray.CreateBuilder<string>();
        var accounts = ImmutableArray.CreateBuilder<SocialProfile>();
        PersonName? name = null;
        PostalAddress? address = null;
        foreach (var value in profile.Values)
        {
            if (value.Provenance.IsFrom(provider.Name))
            {
                continue;
            }

            switch (value.Value)
            {
                case ProfileEmail email when addresses.KindOf(email.Address) == EmailAddressKind.Personal:
                    emails.Add(email.Address);
                    break;
                case PhoneNumber phone when PhoneNumber.International(phone.Number) is { } number:
                    phones.Add(number);
                    break;
                case SocialProfile account:
                    accounts.Add(account);
                    break;
                case PersonName known:
                    name = known;
                    break;
                case PostalAddress known:
                    address = known;
                    break;
            }
        }

        var request = new ProviderRequest(profile.Tenant, emails.DrainToImmutable())
        {
            Phones = phones.DrainToImmutable(),
            SocialProfiles = accounts.DrainToImmutable(),
            Name = name,
            Address = address,
        };
        return CanLookUp(provider, request) ? request : null;
    }

    private CheckDecision Decide(
        IProfileProvider provider,
        ConversationLookup lookup,
        bool isAutomatic,
        bool requestChecks,
        Instant now,
        Instant sentAt
    )
    {
        // A redelivered or continued conversation is decided as of when it was first recorded.
        var (first, customer) = (lookup.FirstRecorded, lookup.Customer);
        var check = customer.GetCheck(provider.Name);
        var recheck = policy.Decide(
            new RecheckContext(first.Direction, lookup.IsNewConversation ? now : first.At, check?.LastCheckAt)
        );
        var reason = ReasonFor(provider, lookup, check, recheck, isAutomatic, requestChecks, now, sentAt);
        return new CheckDecision(
            provider.Name,
            requested: reason is CheckReason.FirstCheck or CheckReason.Due,
            reason,
            reason == CheckReason.RecentFailure ? check!.LastFailureAt + _pauseAfterPaidFailure : recheck.DueAfter
        );
    }

    private CheckReason ReasonFor(
        IProfileProvider provider,
        ConversationLookup lookup,
        CheckState? check,
        in RecheckDecision recheck,
        bool isAutomatic,
        bool requestChecks,
        Instant now,
        Instant sentAt
    )
    {
        var customer = lookup.Customer;
        if (customer.IsSuppressed)
        {
            return CheckReason.Suppressed;
        }

        var setting = customer.GetProviderSetting(provider.Name);
        if (setting is { IsEnabled: false })
        {
            return CheckReason.ProviderDisabled;
        }

        if (
            !lookup.IsNewConversation
            && (!recheck.IsDue || !MayHaveMissedCheck(lookup.FirstRecorded.At, check, setting, now))
        )
        {
            return CheckReason.KnownConversation;
        }

        if (!recheck.IsDue)
        {
            return recheck.Reason == CheckReason.ComposedNeverRechecks
                ? CheckReason.ComposedNeverRechecks
                : CheckReason.NotDueYet;
        }

        if (!requestChecks)
        {
            return CheckReason.BulkIntake;
        }

        if (isAutomatic && _skipsAutomatic)
        {
            return CheckReason.AutomaticConversation;
        }

        if (
            check is { IsPending: false, LastFailure: { } failure, LastFailureAt: { } failedAt }
            && failure.MayBeCharged()
            && now - failedAt < _pauseAfterPaidFailure
        )
        {
            return CheckReason.RecentFailure;
        }

        if (check is { IsPending: true })
        {
            return CheckReason.AlreadyPending;
        }

        return RequestFor(provider, customer.Profile) is null ? CheckReason.NothingToLookUpBy
            : IsSentBefore(customer.Profile.CreatedAt, sentAt, now) ? CheckReason.SentBeforeCreation
            : recheck.Reason == CheckReason.FirstCheck ? CheckReason.FirstCheck
            : CheckReason.Due;
    }

    /// <summary>
    /// Whether a known conversation may have missed its check, because the host died a moment ago between recording the
    /// conversation and requesting the check.
    /// </summary>
    private static bool MayHaveMissedCheck(
        Instant recordedAt,
        CheckState? check,
        ProviderSetting? setting,
        Instant now
    ) =>
        now - recordedAt <= RedeliveryWindow
        && !(check?.RequestedAt >= recordedAt)
        && !(setting?.ChangedAt >= recordedAt);

    /// <summary>
    /// Whether a conversation was sent before its customer was created. A second import of a mailbox brings old
    /// conversations that the first one declined. They are new to the store, but nobody writes now. What was sent less
    /// than the tolerance before now counts as sent now.
    /// </summary>
    private static bool IsSentBefore(Instant createdAt, Instant sentAt, Instant now) =>
        (now - sentAt <= SenderClock.Tolerance ? now : sentAt) < createdAt;

    private async ValueTask<ImmutableArray<CheckDecision>> RequestAllAsync(
        ConversationLookup lookup,
        ImmutableArray<CheckDecision>.Builder decisions,
        Instant now,
        CancellationToken cancellationToken
    )
    {
        // A customer counts once, however many providers make their first check.
        var (tenant, direction) = (lookup.Customer.Profile.Tenant, lookup.FirstRecorded.Direction);
        var needsFirst = decisions.Any(IsFirstCheck);
        var isCounted = needsFirst && firstCheckLimit.TryTake(tenant, direction, now);
        var isFirstRequested = false;
        try
        {
            for (var i = 0; i < decisions.Count; i++)
            {
                var decision = decisions[i];
                if (needsFirst && !isCounted && IsFirstCheck(decision))
                {
                    decisions[i] = decision with { Requested = false, Reason = CheckReason.FirstCheckLimitReached };
                }
                else if (decision.Requested)
                {
                    decisions[i] = await RequestAsync(lookup, decision, cancellationToken).ConfigureAwait(false);
                    isFirstRequested |= IsFirstCheck(decisions[i]);
                }
            }
        }
        finally
        {
            // Also when the store fails: the conversation is redelivered, and must not count each time.
            if (isCounted && !isFirstRequested)
            {
                firstCheckLimit.Return(tenant, direction, now);
            }
        }

        return decisions.MoveToImmutable();
    }

    private async ValueTask<CheckDecision> RequestAsync(
        ConversationLookup lookup,
        CheckDecision decision,
        CancellationToken cancellationToken
    )
    {
        var (tenant, id) = (lookup.Customer.Profile.Tenant, lookup.Customer.Profile.Id);
        var lastCheckAt = lookup.Customer.GetCheck(decision.Provider)?.LastCheckAt;
        StoredCustomer? current;
        while (true)
        {
            if (
                await store
                    .RequestCheckAsync(
                        tenant,
                        id,
                        decision.Provider,
                        lastCheckAt,
                        lookup.FirstRecorded.At,
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            )
            {
                signal.Raise();
                return decision;
            }

            // Another writer won the race; read again to report why.
            current = await customers.GetAsync(tenant, id, cancellationToken).ConfigureAwait(false);
            if (current is null || current.Profile.Id == id)
            {
                break;
            }

            // The customer was absorbed meanwhile. Whoever absorbed them is looked up, unless they were checked later.
            id = current.Profile.Id;
        }

        var reason =
            current is { IsSuppressed: true } ? CheckReason.Suppressed
            : current?.GetProviderSetting(decision.Provider) is { IsEnabled: false } ? CheckReason.ProviderDisabled
            : CheckReason.AlreadyPending;
        return decision with { Requested = false, Reason = reason };
    }

    private static bool IsFirstCheck(CheckDecision decision) =>
        decision is { Requested: true, Reason: CheckReason.FirstCheck };

    /// <summary>A defect of a provider must not fail the intake of a conversation.</summary>
    private bool CanLookUp(IProfileProvider provider, ProviderRequest request)
    {
        try
        {
            return provider.CanLookUp(request);
        }
        catch (Exception exception)
        {
            telemetry.Logger.ProviderThrew(provider.Name, exception.GetType().Name);
            return false;
        }
    }
}
