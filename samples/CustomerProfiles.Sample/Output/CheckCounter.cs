using NodaTime;

namespace CustomerProfiles.Sample;

/// <summary>Counts how the requested checks end.</summary>
internal sealed class CheckCounter(ICustomerProfiles profiles)
{
    // The time of the customer's last completed check, as it was when the new one was requested.
    private readonly Dictionary<CustomerId, Instant?> _pending = [];

    public bool HasPending => _pending.Count > 0;

    /// <summary>Adds a customer for whom a check was requested.</summary>
    public async Task AddAsync(CustomerId id, CancellationToken cancellationToken) =>
        _pending[id] = (await StateOfAsync(id, cancellationToken)).LastCheckAt;

    /// <summary>Counts the checks that are no longer pending.</summary>
    public async Task CountCompletedAsync(ImportTotals totals, CancellationToken cancellationToken)
    {
        foreach (var (id, lastCheckAt) in _pending.ToArray())
        {
            var state = await StateOfAsync(id, cancellationToken);
            if (state.IsPending)
            {
                continue;
            }

            _pending.Remove(id);
            if (state.LastCheckAt == lastCheckAt)
            {
                totals.Failed++;
            }
            else if (state.LastOutcome is CheckOutcome.Matched or CheckOutcome.NothingToShow)
            {
                totals.Matched++;
            }
            else
            {
                totals.NoMatch++;
            }
        }
    }

    private async Task<SidebarProvider> StateOfAsync(CustomerId id, CancellationToken cancellationToken) =>
        (await profiles.GetSidebarAsync(id, cancellationToken))!.Providers[0];
}
