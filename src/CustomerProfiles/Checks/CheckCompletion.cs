using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// Ends a check with its result: the result is applied to the current profile, also when that changes meanwhile.
/// </summary>
internal sealed class CheckCompletion(
    CustomersById customers,
    ChangeRecorder changes,
    HistoryRedaction redaction,
    ResultApplier applier,
    IOptions<CustomerProfilesOptions> options,
    CustomerProfilesTelemetry telemetry
)
{
    private readonly LostMatchAction _onLostMatch = options.Value.OnLostMatch;

    /// <summary>The outcome to record for a result; null for one that does not end a check.</summary>
    public static CheckOutcome? OutcomeOf(ProviderResult result) =>
        result switch
        {
            ProviderResult.Matched { Information.IsEmpty: true } => CheckOutcome.NothingToShow,
            ProviderResult.Matched => CheckOutcome.Matched,
            ProviderResult.NoMatch => CheckOutcome.NoMatch,
            ProviderResult.Withheld => CheckOutcome.Withheld,
            _ => null,
        };

    /// <summary>
    /// The result reduced to what fits the limits, so that it is recorded and counted as what it can show.
    /// </summary>
    public ProviderResult Fitted(ProviderResult result)
    {
        try
        {
            return result is ProviderResult.Matched { Information: { } information } matched
                ? matched with
                {
                    Information = applier.Fitted(information),
                }
                : result;
        }
        catch (Exception)
        {
            // Edit rules of the host that throw do so again when the result is applied, and are reported there.
            return result;
        }
    }

    /// <summary>Records the result and writes the profile that it leads to.</summary>
    /// <returns>What the store did, never <see cref="CompleteResult.Stale"/>. Null when the profile changed
    /// <see cref="ProfileWriter.MaxRaces"/> times in a row: nothing is recorded then, and the lease stays.</returns>
    public async ValueTask<CompleteResult?> CompleteAsync(
        CheckClaim claim,
        ProviderResult providerResult,
        Instant now,
        CancellationToken cancellationToken
    )
    {
        var outcome = OutcomeOf(providerResult)!.Value;
        var by = new Provenance(ProvenanceSource.Provider, claim.Provider, now);
        var current = claim.Profile;
        for (var race = 0; race < ProfileWriter.MaxRaces; race++)
        {
            var next = Apply(current, providerResult, claim.Provider, now);

            // The provider no longer knows the person, maybe at their request, so the history forgets what it gave:
            // before the profile does, because nobody would come back for it after the check has ended.
            var removes = Removes(providerResult);
            if (removes)
            {
                await redaction
                    .RemoveProviderAsync(claim.Tenant, claim.CustomerId, claim.Provider, cancellationToken)
                    .ConfigureAwait(false);
            }

            var change =
                next is not null ? changes.Describe(current, next, new ChangeReason(KindOf(outcome), by))
                : outcome == CheckOutcome.Withheld ? changes.Describe(new ChangeReason(KindOf(outcome), by))
                : null;
            if (removes && change is not null)
            {
                change = HistoryRedaction.WithoutProvider(change, claim.Provider);
            }

            var result = await customers
                .CompleteCheckAsync(claim, outcome, next, change, now, cancellationToken)
                .ConfigureAwait(false);
            if (result is CompleteResult.Stale stale)
            {
                current = stale.Current;
                continue;
            }

            if (result is not CompleteResult.LeaseLost)
            {
                var recorded = result is CompleteResult.Dropped ? CheckOutcome.Dropped : outcome;
                telemetry.Logger.CheckCompleted(claim.CustomerId, claim.Provider, recorded);
            }

            return result;
        }

        return null;
    }

    /// <summary>Whether what the provider gave before is to go.</summary>
    private bool Removes(ProviderResult result) =>
        _onLostMatch == LostMatchAction.Remove && result is (ProviderResult.NoMatch or ProviderResult.Withheld);

    /// <summary>A person who opted out at the provider is suppressed.</summary>
    private static HistoryKind KindOf(CheckOutcome outcome) =>
        outcome == CheckOutcome.Withheld ? HistoryKind.Suppression : HistoryKind.Check;

    /// <summary>
    /// The next version of the profile; null when there is nothing to write. A result that cannot be applied is
    /// recorded all the same, because it may have been paid for.
    /// </summary>
    private CustomerProfile? Apply(CustomerProfile current, ProviderResult result, string provider, Instant now)
    {
        try
        {
            return result switch
            {
                ProviderResult.Matched matched => applier.Apply(current, matched.Information, provider, now),
                _ when Removes(result) => ResultApplier.RemoveProviderData(current, provider, now),
                _ => null,
            };
        }
        catch (Exception exception)
        {
            telemetry.Logger.ResultNotApplied(provider, exception.GetType().Name);
            return null;
        }
    }
}
