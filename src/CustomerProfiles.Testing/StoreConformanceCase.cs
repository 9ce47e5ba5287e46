using CsCheck;

namespace CustomerProfiles.Testing;

/// <summary>One case of the conformance kit: a rule of the contract that a store obeys or not.</summary>
/// <remarks>Immutable. <see cref="ToString"/> is the name.</remarks>
public sealed class StoreConformanceCase
{
    private readonly Func<Scene, Task> _run;

    internal StoreConformanceCase(string group, string name, string rule, Func<Scene, Task> run)
    {
        Group = group;
        Name = $"{group}: {name}";
        Rule = rule;
        _run = run;
    }

    /// <summary>The group, such as <c>leases</c>.</summary>
    public string Group { get; }

    /// <summary>The unique and stable name: the group and a sentence.</summary>
    public string Name { get; }

    /// <summary>The rule of the contract.</summary>
    public string Rule { get; }

    /// <summary>Runs the case.</summary>
    /// <param name="store">The store.</param>
    /// <param name="cancellationToken">Cancels the case, even when the store hangs.</param>
    /// <returns>A task that completes when the store has passed.</returns>
    /// <exception cref="StoreConformanceException">
    /// The store failed, or threw an exception that the contract does not allow.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task RunAsync(StoreUnderTest store, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        cancellationToken.ThrowIfCancellationRequested();
        var other = await store.OpenAnotherAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _run(new Scene(this, store, other ?? store.Store, cancellationToken))
                .WaitAsync(cancellationToken)
                .ConfigureAwait(false);
        }
        catch (CsCheckException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Adds the shortest failing sequence, and the seed to repeat it, to what was found at its end.
            var found = exception.InnerException as StoreConformanceException;
            throw new StoreConformanceException(
                $"{found?.Rule ?? Rule}\ngenerated: {exception.Message}",
                found?.Expected ?? "no exception, because every expected end is an outcome",
                found?.Actual ?? $"{exception.InnerException?.GetType()}: {exception.InnerException?.Message}",
                exception.InnerException
            );
        }
        catch (Exception exception)
            when (exception is not StoreConformanceException && !cancellationToken.IsCancellationRequested)
        {
            throw new StoreConformanceException(
                Rule,
                "no exception, because every expected end is an outcome",
                $"{exception.GetType()}: {exception.Message}",
                exception
            );
        }
        finally
        {
            if (other is IAsyncDisposable asynchronous)
            {
                await asynchronous.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                (other as IDisposable)?.Dispose();
            }
        }
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
