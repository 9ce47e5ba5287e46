using CustomerProfiles.DependencyInjection;
using CustomerProfiles.Diagnostics;
using CustomerProfiles.Profiles;
using CustomerProfiles.Stores;
using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles.Enrichment;

/// <summary>Ends a check with its answer: the answer meets the profile as it is now, however often that changes meanwhile.</summary>
internal sealed class CheckCompletion(
    ICustomerProfileStore store, AnswerApplication application, IOptions<CustomerProfilesOptions> options, CustomerProfilesTelemetry telemetry)
{
    private readonly NoLongerKnown _whenNoLongerKnown = options.Value.WhenNoLongerKnown;

    /// <summary>What an answer is recorded as; null for one that does not end a check.</summary>
    public static CheckOutcome? OutcomeOf(ProviderAnswer answer) => answer switch
    {
        ProviderAnswer.Matched { Information.IsEmpty: true } => CheckOutcome.NothingToShow,
        ProviderAnswer.Matched => CheckOutcome.Matched,
        ProviderAnswer.NoMatch => CheckOutcome.NoMatch,
        ProviderAnswer.Withheld => CheckOutcome.Withheld,
        _ => null,
    };

    /// <summary>The answer with what fits of it, so that it is recorded and counted as what it can show.</summary>
    public ProviderAnswer Fitted(ProviderAnswer answer)
    {
        try
        {
            return answer is ProviderAnswer.Matched { Information: { } information } matched
                ? matched with { Information = application.Fitted(information) }
                : answer;
        }
        catch (Exception)
        {
            // Rules of the host that throw do so again when the answer is applied, and are reported there.
            return answer;
        }
    }

    /// <summary>Records the answer and what it makes of the profile.</summary>
    /// <returns>What came of it; never <see cref="CompleteResult.Stale"/>.</returns>
    public async ValueTask<CompleteResult> CompleteAsync(CheckClaim claim, CustomerProfile present, ProviderAnswer answer, Instant now, CancellationToken cancellationToken)
    {
        var outcome = OutcomeOf(answer)!.Value;
        while (true)
        {
            var next = Applied(present, answer, claim.Provider, now);
            var result = await store.CompleteCheckAsync(claim, outcome, next, now, cancellationToken).ConfigureAwait(false);
            switch (result)
            {
                case CompleteResult.Stale stale:
                    present = stale.Present;
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

    /// <summary>The next version of the profile; null when there is nothing to write. An answer that cannot be applied was given and paid all the same.</summary>
    private CustomerProfile? Applied(CustomerProfile present, ProviderAnswer answer, string provider, Instant now)
    {
        try
        {
            return answer switch
            {
                ProviderAnswer.Matched matched => application.Apply(present, matched.Information, provider, now),
                ProviderAnswer.NoMatch or ProviderAnswer.Withheld when _whenNoLongerKnown == NoLongerKnown.Remove => AnswerApplication.Forget(present, provider, now),
                _ => null,
            };
        }
        catch (Exception exception)
        {
            telemetry.Logger.AnswerNotApplied(provider, exception.GetType().Name);
            return null;
        }
    }
}
