using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// Requests a check because somebody asks for it, whatever the recheck policy says. The store's own conditions hold as
/// for any other check.
/// </summary>
internal sealed class CheckNow(
    ICustomerProfileStore store,
    CustomersById customers,
    CheckPlanner planner,
    ProviderRegistry providers,
    CheckSignal signal,
    IClock clock
)
{
    /// <summary>A result, or a failure, is not outdated before that.</summary>
    private static readonly Duration Pause = Duration.FromMinutes(10);

    public async ValueTask<CheckNowOutcome> RequestAsync(
        TenantId tenant,
        CustomerId id,
        string name,
        CancellationToken cancellationToken
    )
    {
        if (providers.Find(name) is not { } provider)
        {
            return new CheckNowOutcome.UnknownProvider();
        }

        for (var race = 0; race < ProfileWriter.MaxRaces; race++)
        {
            if (await customers.GetAsync(tenant, id, cancellationToken).ConfigureAwait(false) is not { } customer)
            {
                return new CheckNowOutcome.NotFound();
            }

            var now = clock.GetCurrentInstant().ToMicroseconds();
            var check = customer.GetCheck(name);
            if (RefusalOf(provider, customer, check, now) is { } refusal)
            {
                return refusal;
            }

            if (
                await store
                    .RequestCheckAsync(tenant, customer.Profile.Id, name, check?.LastCheckAt, now, cancellationToken)
                    .ConfigureAwait(false)
            )
            {
                signal.Raise();
                return new CheckNowOutcome.Requested();
            }

            // Another writer won the race; what is read next says why.
        }

        return new CheckNowOutcome.AlreadyPending();
    }

    private CheckNowOutcome? RefusalOf(
        IProfileProvider provider,
        StoredCustomer customer,
        CheckState? check,
        Instant now
    ) =>
        customer.IsSuppressed ? new CheckNowOutcome.Suppressed()
        : customer.GetProviderSetting(provider.Name) is { IsEnabled: false } ? new CheckNowOutcome.ProviderDisabled()
        : check is { IsPending: true } ? new CheckNowOutcome.AlreadyPending()
        : LastAttempt(check) is { } last && now < last + Pause ? new CheckNowOutcome.TooSoon(last + Pause)
        : planner.RequestFor(provider, customer.Profile) is null ? new CheckNowOutcome.NothingToLookUpBy()
        : null;

    private static Instant? LastAttempt(CheckState? check) =>
        check?.LastFailureAt is { } failed && !(check.LastCheckAt > failed) ? failed : check?.LastCheckAt;
}
