using System.Collections.Concurrent;
using System.Collections.Immutable;
using FullContact.Simulator.People;
using FullContact.Simulator.Validation;

namespace FullContact.Simulator.Answers;

/// <summary>Who is known, and how questions about each are answered.</summary>
internal sealed class ScriptBook
{
    private readonly ImmutableDictionary<string, SimulatedPerson> _people;
    private readonly ImmutableDictionary<string, string> _addressByOther;
    private readonly ConcurrentDictionary<string, string> _addressByHash = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Script> _scripts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, HeldAnswer> _held = new(StringComparer.Ordinal);
    private ImmutableDictionary<string, Script> _cast;
    private ImmutableArray<SimulatedResponse> _everybody = [];

    public ScriptBook(ImmutableArray<SimulatedPerson> people)
    {
        _people = people.ToImmutableDictionary(person => person.Address, StringComparer.Ordinal);
        _addressByOther = people
            .SelectMany(person => person.KnownBy.Select(identifier => (identifier.Text, person.Address)))
            .DistinctBy(known => known.Text)
            .ToImmutableDictionary(known => known.Text, known => known.Address, StringComparer.Ordinal);
        _cast = FreshCast();
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

    /// <summary>Forgets all scripts, also that for everybody; the cast stays where it is.</summary>
    public void Clear()
    {
        _scripts.Clear();
        _everybody = [];
    }

    /// <summary>Everything as in the beginning.</summary>
    public void Reset()
    {
        Clear();
        ReleaseAll();
        _held.Clear();
        _cast = FreshCast();
    }

    public HeldAnswer Hold(string identifier) => _held[Identifier.Normalize(identifier)] = new HeldAnswer();

    public void ReleaseAll()
    {
        foreach (var held in _held.Values)
        {
            held.Release();
        }
    }

    /// <summary>
    /// Whom a question is about, in the words in which they are counted: a known hash as its address.
    /// </summary>
    public ImmutableArray<string> Asked(SimulatedRequest request) =>
        [
            .. request
                .Identifiers.Select(identifier => _addressByHash.GetValueOrDefault(identifier.Text, identifier.Text))
                .Distinct(),
        ];

    /// <summary>The next answer about the first whom anybody knows, and what holds it back.</summary>
    public (SimulatedResponse Answer, HeldAnswer? Held) Next(ImmutableArray<string> asked, SimulatedRequest request)
    {
        string[] candidates =
        [
            .. asked
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

            // The cast are no scripts of the caller's, or those who were asked about once would be out of reach of a
            // script for everybody.
            if (!_cast.TryGetValue(known, out script) || _people[known].Likelihood < request.LeastLikelihood)
            {
                return new SimulatedResponse.Miss();
            }
        }

        return request.WebhookUrl is null ? script.Next() : script.NextAfterTheQueue();
    }

    private ImmutableDictionary<string, Script> FreshCast() =>
        _people.ToImmutableDictionary(
            person => person.Key,
            person => new Script(person.Value.Answers),
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
