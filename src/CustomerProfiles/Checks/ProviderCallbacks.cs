using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// Takes answers from outside. The lease under which the question was put is the only key: whoever holds it ends the
/// check, so of two answers, or of an answer and a question put anew, one counts.
/// </summary>
internal sealed class ProviderCallbacks(
    ICustomerProfileStore store,
    ProviderRegistry providers,
    CheckCompletion completion,
    CheckBudget budget,
    IClock clock,
    CustomerProfilesTelemetry telemetry
) : IProviderCallbacks
{
    public async ValueTask<CallbackReceipt> CompleteAsync(
        CallbackReference callback,
        ProviderResult providerResult,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(callback);
        ArgumentNullException.ThrowIfNull(providerResult);
        if (CheckCompletion.OutcomeOf(providerResult) is null)
        {
            throw new ArgumentException(
                "Only a match, no match, or a withheld answer ends a check.",
                nameof(providerResult)
            );
        }

        var provider =
            providers.Find(callback.Provider)
            ?? throw new ArgumentException(
                $"This host has no provider \"{callback.Provider}\"; it has: {string.Join(", ", providers.Names)}.",
                nameof(callback)
            );
        if (
            await store.GetAsync(callback.Tenant, callback.CustomerId, cancellationToken).ConfigureAwait(false)
            is not { } customer
        )
        {
            return CallbackReceipt.NotExpected;
        }

        providerResult = completion.Fitted(providerResult);
        var check = customer.GetCheck(callback.Provider);
        var claim = new CheckClaim(
            callback.LeaseId,
            callback.Provider,
            Attempt: 1,
            LeasedUntil: callback.RequestedAt,
            customer.Profile
        );
        var result = check is { IsPending: true }
            ? await completion
                .CompleteAsync(
                    claim,
                    customer.Profile,
                    providerResult,
                    clock.GetCurrentInstant().ToMicroseconds(),
                    cancellationToken
                )
                .ConfigureAwait(false)
            : null;
        if (result is not (null or CompleteResult.LeaseLost))
        {
            telemetry.CallbackCompleted(callback.Provider, providerResult, result);
            if (!CheckBudget.IsPaid(providerResult))
            {
                await GiveBackAsync(provider, callback).ConfigureAwait(false);
            }

            return CallbackReceipt.Accepted;
        }

        // Two deliveries at once: the one that came second looks again.
        check = (
            await store.GetAsync(callback.Tenant, callback.CustomerId, cancellationToken).ConfigureAwait(false)
        )?.GetCheck(callback.Provider);
        return check?.LastCheckAt >= callback.RequestedAt
            ? CallbackReceipt.AlreadyCompleted
            : CallbackReceipt.NotExpected;
    }

    /// <summary>
    /// The answer is taken, so whoever cancels now comes too late, and a store that fails now costs the budget one
    /// match too many and nothing else.
    /// </summary>
    private async ValueTask GiveBackAsync(IProfileProvider provider, CallbackReference callback)
    {
        try
        {
            await budget.RefundAsync(provider, callback.RequestedAt, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            telemetry.Logger.RecordingFailed(callback.CustomerId, exception.GetType().Name, triedAgain: false);
        }
    }
}
