using System.Collections.Immutable;
using FullContact.Simulator.Validation;

namespace FullContact.Simulator.People;

/// <summary>A person whom the simulator knows.</summary>
/// <param name="Address">The address, which identifies the person here.</param>
/// <param name="KnownBy">The other identifiers of the person.</param>
/// <param name="Likelihood">The likelihood of the match. A lookup that requires more is a miss.</param>
/// <param name="Responses">The responses in their order. The last one is repeated.</param>
internal sealed record SimulatedPerson(
    string Address,
    ImmutableArray<Identifier> KnownBy,
    double Likelihood,
    ImmutableArray<SimulatedResponse> Responses
);
