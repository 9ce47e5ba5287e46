using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// Records many conversations, several at once, so that a store can write them together. The results have the order of
/// the input, and a bounded number of conversations is in flight.
/// </summary>
internal sealed class BulkIntake(ConversationIntake intake, EmailAddresses addresses, PhoneRegions phones, IClock clock)
{
    public async IAsyncEnumerable<BulkIntakeResult> RecordAllAsync(
        TenantId tenant,
        IAsyncEnumerable<IConversation> conversations,
        BulkIntakeOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var run = new Run(tenant, options, cancellationToken);
        var source = conversations.GetAsyncEnumerator(run.Token);
        Task<bool>? next = null;
        var isInputLeft = true;
        Exception? failure = null;
        try
        {
            while (true)
            {
                while (isInputLeft && !run.HasFailed && run.InFlight.Count < options.MaxInFlight)
                {
                    next ??= source.MoveNextAsync().AsTask();
                    if (!next.IsCompleted && run.InFlight.TryPeek(out var oldest))
                    {
                        await Task.WhenAny(next, oldest.Result).ConfigureAwait(false);
                        if (!next.IsCompleted)
                        {
                            break;
                        }
                    }

                    await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    isInputLeft = next.IsCompletedSuccessfully && await next.ConfigureAwait(false);
                    failure = ExceptionOf(next);
                    next = null;
                    if (isInputLeft)
                    {
                        Start(run, source.Current);
                    }
                }

                cancellationToken.ThrowIfCancellationRequested();
                if (!run.TryTakeOldest(out var result))
                {
                    if (isInputLeft && !run.HasFailed)
                    {
                        continue;
                    }

                    break;
                }

                await ((Task)result).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
                if (result.IsCompletedSuccessfully)
                {
                    yield return await result.ConfigureAwait(false);
                }
                else
                {
                    // What others have written meanwhile is still reported. Those that were not begun because the store
                    // has failed say only that.
                    failure ??= run.Failure ?? ExceptionOf(result);
                }
            }

            if (failure is not null)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }
        finally
        {
            // When the caller stops reading: what is under way ends before the input does.
            await run.StopAsync().ConfigureAwait(false);
            if (next is not null)
            {
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await source.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static Exception? ExceptionOf(Task task) =>
        task.IsCanceled ? new TaskCanceledException(task) : task.Exception?.InnerException;

    private void Start(Run run, IConversation? conversation)
    {
        var key =
            conversation is not null && Contact.TryRead(run.Tenant, conversation, addresses, phones, out var contact)
                ? contact.Identity
                : (Identity?)null;
        var previous = key is { } identity ? run.LastOf(identity) : null;
        run.Add(key, RecordAsync(run, conversation, clock.GetCurrentInstant(), previous));
    }

    /// <summary>A conversation waits for the one before it of the same customer.</summary>
    /// <param name="run">The run.</param>
    /// <param name="conversation">The conversation.</param>
    /// <param name="now">When the conversation was taken from the input.</param>
    /// <param name="previous">The conversation before it; null for none.</param>
    private async Task<BulkIntakeResult> RecordAsync(Run run, IConversation? conversation, Instant now, Task? previous)
    {
        if (conversation is null)
        {
            return new BulkIntakeResult(null, null, new ArgumentNullException(nameof(conversation)));
        }

        // Some stores never give the thread back while they write, and nothing would be in flight beside them.
        await (previous ?? Task.CompletedTask).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding
        );
        run.ThrowIfOver();
        try
        {
            var outcome = await intake
                .RecordAsync(run.Tenant, conversation, now, run.RequestChecks, run.Token)
                .ConfigureAwait(false);
            return new BulkIntakeResult(conversation, outcome, null);
        }
        catch (StoreDataException exception)
        {
            return new BulkIntakeResult(conversation, null, exception);
        }
        catch (Exception exception)
        {
            run.Fail(exception);
            throw;
        }
    }

    /// <summary>What is in flight. Used by the reader alone, but for what each conversation reads and sets.</summary>
    private sealed class Run(TenantId tenant, BulkIntakeOptions options, CancellationToken cancellationToken)
        : IDisposable
    {
        private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken
        );
        private readonly Dictionary<Identity, Task> _last = [];
        private volatile Exception? _failure;

        public TenantId Tenant => tenant;

        public bool RequestChecks => options.RequestChecks;

        public CancellationToken Token => _stop.Token;

        public Queue<(Identity? Key, Task<BulkIntakeResult> Result)> InFlight { get; } = [];

        /// <summary>Whether the store has failed, so that nothing more is begun.</summary>
        public bool HasFailed => _failure is not null;

        /// <summary>The first exception of the store; null for none.</summary>
        public Exception? Failure => _failure;

        public void Fail(Exception exception) => Interlocked.CompareExchange(ref _failure, exception, null);

        public Task? LastOf(Identity identity) => _last.GetValueOrDefault(identity);

        public void Add(Identity? key, Task<BulkIntakeResult> result)
        {
            InFlight.Enqueue((key, result));
            if (key is { } identity)
            {
                _last[identity] = result;
            }
        }

        public bool TryTakeOldest(out Task<BulkIntakeResult> result)
        {
            var isAny = InFlight.TryDequeue(out var oldest);
            result = oldest.Result;
            if (oldest.Key is { } identity && ReferenceEquals(_last[identity], result))
            {
                _last.Remove(identity);
            }

            return isAny;
        }

        public void ThrowIfOver()
        {
            if (HasFailed)
            {
                throw new OperationCanceledException("The store has failed for a conversation before this one.");
            }

            Token.ThrowIfCancellationRequested();
        }

        public async Task StopAsync()
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(InFlight.Select(Task (one) => one.Result))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        public void Dispose() => _stop.Dispose();
    }
}
