using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// Whether a conversation starts a check. What no policy can change is decided here, the rest by the
/// <see cref="IRecheckPolicy"/>.
/// </summary>
internal sealed class CheckPlanner(
    IRecheckPolicy policy,
    EmailAddresses addresses,
    ProviderRegistry providers,
    IOptions<CustomerProfilesOptions> options,
    CustomerProfilesTelemetry telemetry
)
{
    /// <summary>
    /// A message whose host died is delivered again soon. Later than this, a check was not asked for because there was
    /// a reason.
    /// </summary>
    private static readonly Duration Recovery = Duration.FromHours(1);

    /// <summary>
    /// A message that says it was sent within this time before now counts as sent now, for the clocks of senders
    /// differ.
    /// </summary>
    private static readonly Duration ClockTolerance = Duration.FromDays(1);

    private readonly bool _skipsAutomatic = options.Value.SkipChecksForAutomaticConversations;
    private readonly Duration _pauseAfterPaidFailure = Duration.FromTimeSpan(options.Value.PauseAfterPaidFailure);

    /// <summary>The providers to be asked about somebody who is being created.</summary>
    public ImmutableArray<string> WantedFor(CustomerProfile created, ConversationDirection trigger, Instant now) =>
        providers.All.IsEmpty || !policy.Decide(new RecheckContext(trigger, now, lastCheckAt: null)).IsDue
            ? []
            :
            [
                .. providers
                    .All.Where(provider => RequestFor(provider, created) is not null)
                    .Select(provider => provider.Name),
            ];

    /// <summary>Whether the host wants no check because of such a conversation.</summary>
    public bool Skips(bool isAutomatic) => isAutomatic && _skipsAutomatic;

    /// <summary>What became of that: the store left out what is switched off or suppressed.</summary>
    /// <param name="created">The customer.</param>
    /// <param name="leftOut">Why no check was requested although some were wanted; null when they were.</param>
    public ImmutableArray<CheckDecision> DecidedFor(StoredCustomer created, CheckReason? leftOut = null)
    {
        var decisions = ImmutableArray.CreateBuilder<CheckDecision>(providers.All.Length);
        foreach (var provider in providers.All)
        {
            var asked = created.GetCheck(provider.Name) is not null;
            var reason =
                asked ? CheckReason.FirstCheck
                : created.IsSuppressed ? CheckReason.Suppressed
                : created.GetProviderSetting(provider.Name) is { IsEnabled: false } ? CheckReason.ProviderDisabled
                : RequestFor(provider, created.Profile) is null ? CheckReason.NothingToLookUpBy
                : leftOut ?? CheckReason.NotDueYet;
            decisions.Add(new CheckDecision(provider.Name, asked, reason, dueAfter: null));
        }

        return decisions.MoveToImmutable();
    }

    /// <summary>What is to be done about one provider when a conversation with a known customer comes in.</summary>
    // Within its caller, which the compiler likes, all of its locals would be cleared there on each call: slower by a
    // twentieth.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public CheckDecision Decide(
        string provider,
        in ConversationLookup conversation,
        bool isAutomatic,
        Instant now,
        Instant sentAt
    )
    {
        // A conversation told again, or gone on with, is looked at as of when and how it was first told.
        var check = conversation.Customer.GetCheck(provider);
        var decision = policy.Decide(
            new RecheckContext(
                conversation.FirstRecorded.Direction,
                conversation.IsNew ? now : conversation.FirstRecorded.At,
                check?.LastCheckAt
            )
        );
        var reason = ReasonFor(provider, conversation, isAutomatic, check, decision, now, sentAt);
        return new CheckDecision(
            provider,
            requested: reason is CheckReason.FirstCheck or CheckReason.Due,
            reason,
            reason == CheckReason.RecentFailure ? check!.LastFailureAt + _pauseAfterPaidFailure : decision.DueAfter
        );
    }

    private CheckReason ReasonFor(
        string provider,
        in ConversationLookup conversation,
        bool isAutomatic,
        CheckState? check,
        in RecheckDecision decision,
        Instant now,
        Instant sentAt
    )
    {
        if (conversation.Customer.IsSuppressed)
        {
            return CheckReason.Suppressed;
        }

        var setting = conversation.Customer.GetProviderSetting(provider);
        if (setting is { IsEnabled: false })
        {
            return CheckReason.ProviderDisabled;
        }

        if (!conversation.IsNew && (!decision.IsDue || IsSettled(conversation.FirstRecorded.At, check, setting, now)))
        {
            return CheckReason.KnownConversation;
        }

        if (!decision.IsDue)
        {
            return decision.Reason == CheckReason.ComposedNeverRechecks
                ? CheckReason.ComposedNeverRechecks
                : CheckReason.NotDueYet;
        }

        if (Skips(isAutomatic))
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

        return providers.Find(provider) is not { } known || RequestFor(known, conversation.Customer.Profile) is null
                ? CheckReason.NothingToLookUpBy
            : IsSentBefore(conversation.Customer.Profile.CreatedAt, sentAt, now) ? CheckReason.SentBeforeCreation
            : decision.Reason == CheckReason.FirstCheck ? CheckReason.FirstCheck
            : CheckReason.Due;
    }

    /// <summary>
    /// Whether a conversation was sent before its customer was created. A mailbox that is imported a second time brings
    /// up old conversations that the first import declined and kept nothing of; they are new to the store, but nobody
    /// writes now.
    /// </summary>
    private static bool IsSentBefore(Instant createdAt, Instant sentAt, Instant now) =>
        (now - sentAt <= ClockTolerance ? now : sentAt) < createdAt;

    /// <summary>
    /// Whether nothing new comes of a conversation that was told before. It does when the host died a moment ago
    /// between remembering it and asking for the check.
    /// </summary>
    private static bool IsSettled(Instant recordedAt, CheckState? check, ProviderSetting? setting, Instant now) =>
        now - recordedAt > Recovery || check?.RequestedAt >= recordedAt || setting?.ChangedAt >= recordedAt;

    /// <summary>
    /// The question to put to a provider; null when it cannot be asked by what the profile holds. What it gave itself
    /// is left out: it knows that, and if it was about somebody else, asking by it would never bring the right person.
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
        return CanAsk(provider, request) ? request : null;
    }

    /// <summary>A provider's defect must not cost the conversation that is being taken in.</summary>
    private bool CanAsk(IProfileProvider provider, ProviderRequest request)
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
