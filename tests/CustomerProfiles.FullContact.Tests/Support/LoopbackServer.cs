using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace CustomerProfiles.FullContact.Tests.Support;

/// <summary>A server for what the simulator cannot do: any header, half a body, an endless one, a redirect.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private LoopbackServer(WebApplication application) => _application = application;

    public ConcurrentQueue<ReceivedRequest> Received { get; } = [];

    public Uri BaseAddress => new(_application.Urls.First());

    public static async Task<LoopbackServer> StartAsync(RequestDelegate result)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        var server = new LoopbackServer(application);
        application.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            server.Received.Enqueue(
                new ReceivedRequest(
                    context.Request.Method,
                    context.Request.Path,
                    context.Request.Headers.ToDictionary(
                        header => header.Key,
                        header => header.Value.ToString(),
                        StringComparer.OrdinalIgnoreCase
                    ),
                    await reader.ReadToEndAsync(context.RequestAborted)
                )
            );
            await result(context);
        });
        await application.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        // Open requests are aborted.
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }
}
