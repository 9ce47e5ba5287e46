using System.Collections.Immutable;

namespace FullContact.Simulator.Answers;

/// <summary>The answers about one person, given in their order; the last one is repeated.</summary>
internal sealed class Script(ImmutableArray<SimulatedResponse> results)
{
    private int _given;

    public SimulatedResponse Next() => results[Math.Min(Interlocked.Increment(ref _given), results.Length) - 1];

    /// <summary>What the search comes to in the end: nobody who is called back asks again while it is queued.</summary>
    public SimulatedResponse NextAfterTheQueue()
    {
        var result = Next();
        while (result is SimulatedResponse.Queued && Volatile.Read(ref _given) < results.Length)
        {
            result = Next();
        }

        return result;
    }
}
