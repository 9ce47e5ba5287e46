using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace FullContact.Simulator.Callbacks;

/// <summary>The callbacks for lookups with a webhookUrl.</summary>
/// <remarks>Thread-safe. Callbacks are not signed, as at FullContact.</remarks>
public sealed class SimulatedCallbacks
{
    // The limit of a timer.
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMilliseconds(int.MaxValue);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _time;
    private readonly CallbackPlan _firstPlan;
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _stopped = new();
    private readonly ConcurrentQueue<SimulatedCallback> _all = [];
    private CallbackPlan _plan = new();

    internal SimulatedCallbacks(TimeProvider time, CallbackPlan plan, HttpMessageHandler? handler)
    {
        _time = time;
        Plan = plan;
        _firstPlan = _plan;

        // Calls go to the receiver only: no proxy, no redirects, no trace headers.
        _http = handler is null
            ? new HttpClient(
                new SocketsHttpHandler
                {
                    UseProxy = false,
                    AllowAutoRedirect = false,
                    UseCookies = false,
                    ActivityHeadersPropagator = null,
                }
            )
            : new HttpClient(handler, disposeHandler: false);
        _http.Timeout = CallTimeout;
    }

    /// <summary>The plan for lookups that arrive from now on.</summary>
    public CallbackPlan Plan
    {
        get => Volatile.Read(ref _plan);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            ArgumentOutOfRangeException.ThrowIfNegative(value.Times, nameof(value));
            ArgumentOutOfRangeException.ThrowIfLessThan(value.Delay, TimeSpan.Zero, nameof(value));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Delay, MaxDelay, nameof(value));
            Volatile.Write(ref _plan, value);
        }
    }

    /// <summary>All callbacks since the start or the last reset, in the order of their lookups.</summary>
    public ImmutableArray<SimulatedCallback> All => [.. _all];

    /// <summary>Sends the held callbacks by their plans.</summary>
    /// <returns>Completes when they have been sent.</returns>
    public Task ReleaseAsync() =>
        Task.WhenAll(_all.Where(callback => callback.Plan.IsHeld && callback.TryStart()).Select(RunAsync));

    /// <summary>Completes when all callbacks that are not held have been sent.</summary>
    public Task SettledAsync() =>
        Task.WhenAll(_all.Where(callback => !callback.Plan.IsHeld).Select(callback => callback.Settled));

    /// <summary>Adds a callback before the response to its lookup.</summary>
    internal SimulatedCallback Accept(Uri url, string? body, Action found)
    {
        var callback = new SimulatedCallback(this, url, body, Plan, found);
        _all.Enqueue(callback);
        return callback;
    }

    /// <summary>Sends a callback, unless it is held or there is nothing to send.</summary>
    internal Task StartAsync(SimulatedCallback callback) =>
        callback.Plan.IsHeld || !callback.TryStart() ? Task.CompletedTask : RunAsync(callback);

    internal async Task<CallbackDelivery> PostAsync(SimulatedCallback callback)
    {
        try
        {
            using var content = Content(callback);
            using var request = new HttpRequestMessage(HttpMethod.Post, callback.Url) { Content = content };
            using var response = await _http.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                _stopped.Token
            );
            return new CallbackDelivery((int)response.StatusCode);
        }
        catch (Exception exception)
            when (exception is HttpRequestException or OperationCanceledException or ObjectDisposedException)
        {
            // No receiver, no response in time, or the simulator has stopped. FullContact documents no retry.
            return new CallbackDelivery((int?)null);
        }
    }

    /// <summary>Stops sending, and completes all callbacks.</summary>
    internal void Stop()
    {
        _stopped.Cancel();
        _http.Dispose();
        foreach (var callback in _all)
        {
            callback.Settle();
        }
    }

    internal void Reset()
    {
        _all.Clear();
        Plan = _firstPlan;
    }

    private static HttpContent Content(SimulatedCallback callback)
    {
        var (body, plan) = (callback.Body!, callback.Plan);
        if (plan.Form == CallbackForm.FormEncoded)
        {
            return new FormUrlEncodedContent([new("result", body), new("webhookId", plan.WebhookId)]);
        }

        var json =
            plan.Form == CallbackForm.Wrapped
                ? $$"""{"result":{{body}},"webhookId":{{JsonSerializer.Serialize(plan.WebhookId)}}}"""
                : body;
        return new ByteArrayContent(Encoding.UTF8.GetBytes(json))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" } },
        };
    }

    private async Task RunAsync(SimulatedCallback callback)
    {
        try
        {
            if (callback.Body is null)
            {
                return;
            }

            if (callback.Plan.Delay > TimeSpan.Zero)
            {
                await Task.Delay(callback.Plan.Delay, _time, _stopped.Token);
            }

            // A match is charged when the search ends, whether or not the callback arrives.
            callback.Found();
            for (var sent = 0; sent < callback.Plan.Times; sent++)
            {
                await callback.SendAsync();
            }
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
        {
            // The simulator has stopped.
        }
        finally
        {
            callback.Settle();
        }
    }
}
