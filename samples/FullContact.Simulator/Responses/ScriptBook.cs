using System.Collections.Concurrent;
using System.Collections.Immutable;
using FullContact.Simulator.People;
using FullContact.Simulator.Validation;

namespace FullContact.Simulator.Responses;

/// <summary>The known people and the scripts of their responses.</summary>
internal sealed class ScriptBook
{
    private readonly ImmutableDictionary<string, SimulatedPerson> _people;
    private readonly ImmutableDictionary<string, string> _addressByOther;
    private readonly ConcurrentDictionary<string, string> _addressByHash = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Script> _scripts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, HeldResponse> _held = new(StringComparer.Ordinal);
    private ImmutableDictionary<string, Script> _cast;
    private ImmutableArray<SimulatedResponse> _everybody = [];

    public ScriptBook(ImmutableArray<SimulatedPerson> people)
    {
        _people = people.ToImmutableDictionary(person => person.Address, StringComparer.Ordinal);
        _addressByOther = people
            .SelectMany(person => person.KnownBy.Select(identifier => (identifier.Text, person.Address)))
            .DistinctBy(known => known.Text)
            .ToImmutableDictionary(known => known.Text, known => known.Address, StringComparer.Ordinal);
        _cast = NewCast();
        foreach (var person in people)
        {
            KnowHashesOf(person.Address);
        }
    }

    public void Set(string identifier, ImmutableArray<SimulatedResponse> results)
    {
        var known = Identifier.Normalize(identifier);
        KnowHashesOf(known);
        _scripts[known] = new Script(results);
    }

    public void SetEverybody(ImmutableArray<SimulatedResponse> results) => _everybody = results;

    public bool Remove(string identifier) => _scripts.TryRemove(Identifier.Normalize(identifier), out _);

    /// <summary>Removes all scripts, including that for everybody. The people of people.json continue.</summary>
    public void Clear()
    {
        _scripts.Clear();
        _everybody = [];
    }

    /// <summary>Resets everything to the state at the start.</summary>
    public void Reset()
    {
        Clear();
        ReleaseAll();
        _held.Clear();
        _cast = NewCast();
    }

    public HeldResponse Hold(string identifier) => _held[Identifier.Normalize(identifier)] = new HeldResponse();

    public void ReleaseAll()
    {
        foreach (var held in _held.Values)
        {
            held.Release();
        }
    }

    /// <summary>
    /// The identifiers of a lookup as they are counted: the hash of a known address becomes the address.
    /// </summary>
    public ImmutableArray<string> IdentifiersOf(SimulatedRequest request) =>
        [
            .. request
                .Identifiers.Select(identifier => _addressByHash.GetValueOrDefault(identifier.Text, identifier.Text))
                .Distinct(),
        ];

    /// <summary>The next response for the first known identifier, and the hold on it.</summary>
    public (SimulatedResponse Response, HeldResponse? Held) Next(
        ImmutableArray<string> identifiers,
        SimulatedRequest request
    )
    {
        string[] candidates =
        [
            .. identifiers
                .SelectMany(text =>
                    _addressByOther.TryGetValue(text, out var address) ? [text, address] : new[] { text }
                )
                .Distinct(),
        ];
        var known =
            candidates.FirstOrDefault(text => _scripts.ContainsKey(text) || _people.ContainsKey(text))
            ?? candidates.FirstOrDefault()
            ?? "";
        var held = candidates
            .Select(text =>
                text == known || _addressByOther.GetValueOrDefault(text) == known ? _held.GetValueOrDefault(text) : null
            )
            .FirstOrDefault(found => found is not null);
        return (NextResult(known, request), held);
    }

    private SimulatedResponse NextResult(string known, SimulatedRequest request)
    {
        if (!_scripts.TryGetValue(known, out var script))
        {
            if (!_everybody.IsEmpty)
            {
                return _everybody[0];
            }

            // The people of people.json are apart from the scripts, so that a script for everybody replaces them.
            if (!_cast.TryGetValue(known, out script) || _people[known].Likelihood < request.MinLikelihood)
            {
                return new SimulatedResponse.Miss();
            }
        }

        return request.WebhookUrl is null ? script.Next() : script.NextCompleted();
    }

    private ImmutableDictionary<string, Script> NewCast() =>
        _people.ToImmutableDictionary(
            person => person.Key,
            person => new Script(person.Value.Responses),
            StringComparer.Ordinal
        );

    private void KnowHashesOf(string address)
    {
        foreach (var hash in Identifier.HashesOf(address))
        {
            _addressByHash[hash] = address;
        }
    }
}
