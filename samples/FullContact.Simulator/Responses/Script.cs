using System.Collections.Immutable;

namespace FullContact.Simulator.Responses;

/// <summary>The responses for one person, in their order. The last one is repeated.</summary>
internal sealed class Script(ImmutableArray<SimulatedResponse> results)
{
    private int _sent;

    public SimulatedResponse Next() => results[Math.Min(Interlocked.Increment(ref _sent), results.Length) - 1];

    /// <summary>The next response that is not queued: a webhook receives the final result only.</summary>
    public SimulatedResponse NextCompleted()
    {
        var result = Next();
        while (result is SimulatedResponse.Queued && Volatile.Read(ref _sent) < results.Length)
        {
            result = Next();
        }

        return result;
    }
}
