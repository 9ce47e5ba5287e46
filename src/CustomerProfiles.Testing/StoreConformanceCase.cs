using CsCheck;

namespace CustomerProfiles.Testing;

/// <summary>
/// One case of the conformance kit: something that the contract says, and a store that does it or does not.
/// </summary>
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

    /// <summary>What it belongs to, such as <c>leases</c>.</summary>
    public string Group { get; }

    /// <summary>The name, stable and unlike any other: the group and a sentence.</summary>
    public string Name { get; }

    /// <summary>What the contract says.</summary>
    public string Rule { get; }

    /// <summary>Runs the case.</summary>
    /// <param name="store">The store.</param>
    /// <param name="cancellationToken">Ends the case, also when the store hangs.</param>
    /// <returns>A task that ends when the store has done what the contract says.</returns>
    /// <exception cref="StoreConformanceException">The store does not, or threw something that the contract does not
    /// know.</exception>
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
            // The shortest sequence that shows it, and the seed by which to see it again, around what was found at its
            // end.
            var found = exception.InnerException as StoreConformanceException;
            throw new StoreConformanceException(
                $"{found?.Rule ?? Rule}\nmade up: {exception.Message}",
                found?.Expected ?? "no exception, for every expected end is an outcome",
                found?.Actual ?? $"{exception.InnerException?.GetType()}: {exception.InnerException?.Message}",
                exception.InnerException
            );
        }
        catch (Exception exception)
            when (exception is not StoreConformanceException && !cancellationToken.IsCancellationRequested)
        {
            throw new StoreConformanceException(
                Rule,
                "no exception, for every expected end is an outcome",
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
