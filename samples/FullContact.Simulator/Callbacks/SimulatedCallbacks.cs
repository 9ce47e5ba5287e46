using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace FullContact.Simulator.Callbacks;

/// <summary>The answers to questions with a webhookUrl: when they are sent, how, and what came of it.</summary>
/// <remarks>Safe for any number of threads. Nothing is ever signed, as FullContact signs nothing.</remarks>
public sealed class SimulatedCallbacks
{
    // No timer is set for longer.
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMilliseconds(int.MaxValue);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

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

        // A receiver is asked as it stands: no proxy, no following elsewhere, no trace of the program around.
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
        _http.Timeout = Patience;
    }

    /// <summary>What holds for the questions that come from now on.</summary>
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

    /// <summary>All since the start or the last reset, in the order of their questions.</summary>
    public ImmutableArray<SimulatedCallback> All => [.. _all];

    /// <summary>Sends those that are held, as their plans say.</summary>
    /// <returns>Ends when they have been sent.</returns>
    public Task ReleaseAsync() =>
        Task.WhenAll(_all.Where(callback => callback.Plan.IsHeld && callback.TryStart()).Select(RunAsync));

    /// <summary>Ends when all that are not held have been sent.</summary>
    public Task SettledAsync() =>
        Task.WhenAll(_all.Where(callback => !callback.Plan.IsHeld).Select(callback => callback.Settled));

    /// <summary>Takes one up, from before its question is answered.</summary>
    internal SimulatedCallback Accept(Uri url, string? body, Action found)
    {
        var callback = new SimulatedCallback(this, url, body, Plan, found);
        _all.Enqueue(callback);
        return callback;
    }

    /// <summary>Sends it, unless it is held or there is nothing to send.</summary>
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
            // Nobody there, nobody who answers in time, or the simulator has stopped. FullContact documents no second
            // try.
            return new CallbackDelivery((int?)null);
        }
    }

    /// <summary>Sends nothing any more; whoever waits for one goes on.</summary>
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

            // The search has ended: what it found is charged, whether or not anybody hears of it.
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
