using CustomerProfiles.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// Checks the database before anything else of the host starts, so that a problem is an error at the start and not at
/// the first conversation.
/// </summary>
/// <remarks>A store that another registration has replaced is not used, so its database is not checked.</remarks>
internal sealed class DatabaseStartService<TContext>(ICustomerProfileStore store, ProfileDatabase<TContext> database)
    : IHostedLifecycleService
    where TContext : DbContext
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (store is EntityFrameworkCoreProfileStore<TContext>)
        {
            await database.ReadyAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
