using Microsoft.Extensions.Hosting;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>Looks at the database before anything of the host starts, so that a wrong one is an error at the start and not at the first conversation.</summary>
internal sealed class DatabaseStartService<TContext>(ProfileDatabase<TContext> database) : IHostedLifecycleService
    where TContext : Microsoft.EntityFrameworkCore.DbContext
{
    public async Task StartingAsync(CancellationToken cancellationToken) => await database.ReadyAsync(cancellationToken).ConfigureAwait(false);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
