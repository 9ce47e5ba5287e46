using CustomerProfiles.Diagnostics;
using CustomerProfiles.Profiles;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Enrichment;

/// <summary>
/// Takes answers from outside. The lease under which the question was put is the only key: whoever holds it ends the check, so of two
/// answers, or of an answer and a question put anew, one counts.
/// </summary>
internal sealed class ProviderAnswers(
    ICustomerProfileStore store, ProviderDirectory providers, CheckCompletion completion, CheckBudget budget, IClock clock, CustomerProfilesTelemetry telemetry)
    : IProviderAnswers
{
    public async ValueTask<AnswerReceipt> TakeAsync(CheckTicket ticket, ProviderAnswer answer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        ArgumentNullException.ThrowIfNull(answer);
        if (CheckCompletion.OutcomeOf(answer) is null)
        {
            throw new ArgumentException("Only a match, no match, or a withheld answer ends a check.", nameof(answer));
        }

        var provider = providers.Find(ticket.Provider)
            ?? throw new ArgumentException($"This host has no provider \"{ticket.Provider}\"; it has: {string.Join(", ", providers.Names)}.", nameof(ticket));
        if (await store.GetAsync(ticket.Tenant, ticket.CustomerId, cancellationToken).ConfigureAwait(false) is not { } customer)
        {
            return AnswerReceipt.NotExpected;
        }

        answer = completion.Fitted(answer);
        var check = customer.CheckWith(ticket.Provider);
        var claim = new CheckClaim(ticket.LeaseId, ticket.Provider, Attempt: 1, LeasedUntil: ticket.AskedAt, customer.Profile);
        var result = check is { IsPending: true }
            ? await completion.CompleteAsync(claim, customer.Profile, answer, clock.GetCurrentInstant().ToMicroseconds(), cancellationToken).ConfigureAwait(false)
            : null;
        if (result is not (null or CompleteResult.LeaseLost))
        {
            telemetry.AnsweredByItself(ticket.Provider, answer, result);
            if (!CheckBudget.IsPaid(answer))
            {
                await GiveBackAsync(provider, ticket).ConfigureAwait(false);
            }

            return AnswerReceipt.Taken;
        }

        // Two deliveries at once: the one that came second looks again.
        check = (await store.GetAsync(ticket.Tenant, ticket.CustomerId, cancellationToken).ConfigureAwait(false))?.CheckWith(ticket.Provider);
        return check?.LastCheckAt >= ticket.AskedAt ? AnswerReceipt.AlreadyAnswered : AnswerReceipt.NotExpected;
    }

    /// <summary>The answer is taken, so whoever cancels now comes too late, and a store that fails now costs the budget one match too many and nothing else.</summary>
    private async ValueTask GiveBackAsync(IProfileProvider provider, CheckTicket ticket)
    {
        try
        {
            await budget.GiveBackAsync(provider, ticket.AskedAt, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            telemetry.Logger.RecordingFailed(ticket.CustomerId, exception.GetType().Name, triedAgain: false);
        }
    }
}
