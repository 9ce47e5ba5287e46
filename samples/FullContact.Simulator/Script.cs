using System.Collections.Immutable;

namespace FullContact.Simulator;

/// <summary>The answers about one address, given in their order; the last one is repeated.</summary>
internal sealed class Script(ImmutableArray<SimulatedAnswer> answers)
{
    private int _given;

    public SimulatedAnswer Next() => answers[Math.Min(Interlocked.Increment(ref _given), answers.Length) - 1];
}
