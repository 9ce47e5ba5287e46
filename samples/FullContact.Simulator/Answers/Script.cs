using System.Collections.Immutable;

namespace FullContact.Simulator.Answers;

/// <summary>The answers about one person, given in their order; the last one is repeated.</summary>
internal sealed class Script(ImmutableArray<SimulatedAnswer> answers)
{
    private int _given;

    public SimulatedAnswer Next() => answers[Math.Min(Interlocked.Increment(ref _given), answers.Length) - 1];

    /// <summary>What the search comes to in the end: nobody who is called back asks again while it is queued.</summary>
    public SimulatedAnswer NextAfterTheQueue()
    {
        var answer = Next();
        while (answer is SimulatedAnswer.Queued && Volatile.Read(ref _given) < answers.Length)
        {
            answer = Next();
        }

        return answer;
    }
}
