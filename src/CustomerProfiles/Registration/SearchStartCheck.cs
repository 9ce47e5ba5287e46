using CustomerProfiles.Stores;
using Microsoft.Extensions.Hosting;

namespace CustomerProfiles;

/// <summary>
/// Refuses at start what a search would throw later: a host that defines searchable properties means to search, and its
/// store does not.
/// </summary>
internal sealed class SearchStartCheck(ICustomerProfileStore store, SearchableProperties properties) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) =>
        properties.Keys.IsEmpty || store is ISearchStore
            ? Task.CompletedTask
            : throw new NotSupportedException(
                $"CustomerProfilesOptions.Properties has a searchable one, but {StoreSearch.Missing(store)}"
            );

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
