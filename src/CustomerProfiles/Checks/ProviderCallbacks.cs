using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// Takes results that providers send by themselves. The lease under which the request was made is the only key: whoever
/// holds it ends the check, so of two results, or of a result and a new request, one counts.
/// </summary>
internal sealed class ProviderCallbacks(
    CustomersById customers,
    ProviderRegistry providers,
    CheckCompletion completion,
    CheckBudget budget,
    IClock clock,
    CustomerProfilesTelemetry telemetry
) : IProviderCallbacks
{
    public async ValueTask<CallbackReceipt> CompleteAsync(
        CallbackReference callback,
        ProviderResult result,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(callback);
        ArgumentNullException.ThrowIfNull(result);
        if (CheckCompletion.OutcomeOf(result) is null)
        {
            throw new ArgumentException("Only a match, no match, or a withheld result ends a check.", nameof(result));
        }

        var provider =
            providers.Find(callback.Provider)
            ?? throw new ArgumentException(
                $"This host has no provider \"{callback.Provider}\"; it has: {string.Join(", ", providers.Names)}.",
                nameof(callback)
            );
        if (
            await customers.GetAsync(callback.Tenant, callback.CustomerId, cancellationToken).ConfigureAwait(false)
            is not { } customer
        )
        {
            return CallbackReceipt.NotExpected;
        }

        result = completion.Fitted(result);
        if (customer.GetCheck(callback.Provider) is { IsPending: true })
        {
            var claim = new CheckClaim
            {
                LeaseId = callback.LeaseId,
                Provider = callback.Provider,
                Attempt = 1,
                LeasedUntil = callback.RequestedAt,
                Profile = customer.Profile,
            };
            var now = clock.GetCurrentInstant().ToMicroseconds();
            // A released check would be looked up, and paid for, again. So the lease stays for the next delivery.
            var completed =
                await completion.CompleteAsync(claim, result, now, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidOperationException(
                    "Other writers changed the profile again and again. Deliver the callback again."
                );
            if (completed is CompleteResult.Completed or CompleteResult.Dropped)
            {
                telemetry.CallbackCompleted(callback.Provider, result, completed);
                if (!CheckBudget.IsPaid(result))
                {
                    await RefundAsync(provider, callback).ConfigureAwait(false);
                }

                return CallbackReceipt.Accepted;
            }
        }

        // Two deliveries at once: the one that lost the race reads again.
        customer = await customers
            .GetAsync(callback.Tenant, callback.CustomerId, cancellationToken)
            .ConfigureAwait(false);
        return customer?.GetCheck(callback.Provider)?.LastCheckAt >= callback.RequestedAt
            ? CallbackReceipt.AlreadyCompleted
            : CallbackReceipt.NotExpected;
    }

    /// <summary>
    /// The result is recorded, so cancelling comes too late. A store that fails now costs the budget one match too many
    /// and nothing else.
    /// </summary>
    private async ValueTask RefundAsync(IProfileProvider provider, CallbackReference callback)
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
