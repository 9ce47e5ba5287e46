using System.Collections.Immutable;
using FullContact.Simulator.Validation;

namespace FullContact.Simulator.People;

/// <summary>Somebody whom the simulator knows.</summary>
/// <param name="Address">The address, which is also the person's name here.</param>
/// <param name="KnownBy">Everything else that the person is found by.</param>
/// <param name="Likelihood">How sure the match is; a question that wants more is a miss.</param>
/// <param name="Answers">The answers in the order in which they are given; the last one is repeated.</param>
internal sealed record SimulatedPerson(
    string Address,
    ImmutableArray<Identifier> KnownBy,
    double Likelihood,
    ImmutableArray<SimulatedResponse> Answers
);
