using CustomerProfiles.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// Looks at the database before anything of the host starts, so that a wrong one is an error at the start and not at
/// the first conversation.
/// </summary>
/// <remarks>
/// A store that was registered and then replaced by another is nobody's store, and its database is left alone.
/// </remarks>
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
