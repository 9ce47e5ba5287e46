using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// Ends a check with its answer: the answer meets the profile as it is now, however often that changes meanwhile.
/// </summary>
internal sealed class CheckCompletion(
    ICustomerProfileStore store,
    ResultApplier application,
    IOptions<CustomerProfilesOptions> options,
    CustomerProfilesTelemetry telemetry
)
{
    private readonly LostMatchAction _whenNoLongerKnown = options.Value.OnLostMatch;

    /// <summary>What an answer is recorded as; null for one that does not end a check.</summary>
    public static CheckOutcome? OutcomeOf(ProviderResult result) =>
        result switch
        {
            ProviderResult.Matched { Information.IsEmpty: true } => CheckOutcome.NothingToShow,
            ProviderResult.Matched => CheckOutcome.Matched,
            ProviderResult.NoMatch => CheckOutcome.NoMatch,
            ProviderResult.Withheld => CheckOutcome.Withheld,
            _ => null,
        };

    /// <summary>The answer with what fits of it, so that it is recorded and counted as what it can show.</summary>
    public ProviderResult Fitted(ProviderResult result)
    {
        try
        {
            return result is ProviderResult.Matched { Information: { } information } matched
                ? matched with
                {
                    Information = application.Fitted(information),
                }
                : result;
        }
        catch (Exception)
        {
            // Rules of the host that throw do so again when the answer is applied, and are reported there.
            return result;
        }
    }

    /// <summary>Records the answer and what it makes of the profile.</summary>
    /// <returns>What came of it; never <see cref="CompleteResult.Stale"/>.</returns>
    public async ValueTask<CompleteResult> CompleteAsync(
        CheckClaim claim,
        CustomerProfile current,
        ProviderResult providerResult,
        Instant now,
        CancellationToken cancellationToken
    )
    {
        var outcome = OutcomeOf(providerResult)!.Value;
        while (true)
        {
            var next = Applied(current, providerResult, claim.Provider, now);
            var result = await store
                .CompleteCheckAsync(claim, outcome, next, now, cancellationToken)
                .ConfigureAwait(false);
            switch (result)
            {
                case CompleteResult.Stale stale:
                    current = stale.Current;
                    continue;
                case CompleteResult.LeaseLost:
                    break;
                case CompleteResult.Dropped:
                    telemetry.Logger.CheckCompleted(claim.CustomerId, claim.Provider, CheckOutcome.Dropped);
                    break;
                default:
                    telemetry.Logger.CheckCompleted(claim.CustomerId, claim.Provider, outcome);
                    break;
            }

            return result;
        }
    }

    /// <summary>
    /// The next version of the profile; null when there is nothing to write. An answer that cannot be applied was given
    /// and paid all the same.
    /// </summary>
    private CustomerProfile? Applied(CustomerProfile current, ProviderResult result, string provider, Instant now)
    {
        try
        {
            return result switch
            {
                ProviderResult.Matched matched => application.Apply(current, matched.Information, provider, now),
                ProviderResult.NoMatch or ProviderResult.Withheld when _whenNoLongerKnown == LostMatchAction.Remove =>
                    ResultApplier.RemoveProviderData(current, provider, now),
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
