using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using NodaTime;

namespace CustomerProfiles.Benchmarks;

/// <summary>
/// An agent changes the job title: the draft, the rules, the three-way merge, the write. The baseline writes the same
/// next version by hand: no rules, no merge, one dictionary.
/// </summary>
[MemoryDiagnoser]
public class SaveEdit
{
    private static readonly string[] Titles = ["Countess", "Programmer"];

    private readonly Actor _kim = Actor.Agent("kim");
    private readonly Dictionary<CustomerId, CustomerProfile> _kept = [];
    private BenchmarkHost _host = null!;
    private CustomerProfile _profile = null!;
    private CustomerProfile _byHand = null!;
    private int _edits;

    /// <summary>Creates the customer.</summary>
    [GlobalSetup]
    public void Know()
    {
        _host = new BenchmarkHost();
        _profile = _host.Know("Ada Lovelace <ada@example.com>")[0];
        var edit = _profile.Edit(_kim);
        edit.JobTitle = Titles[1];
        _byHand = _profile = ((SaveOutcome.Saved)BenchmarkHost.Finished(_host.Profiles.SaveAsync(edit))).Profile;
        _kept.Add(_byHand.Id, _byHand);
    }

    /// <summary>The library.</summary>
    [Benchmark]
    public CustomerProfile Library()
    {
        var edit = _profile.Edit(_kim);
        edit.JobTitle = Titles[_edits++ & 1];
        return _profile = ((SaveOutcome.Saved)BenchmarkHost.Finished(_host.Profiles.SaveAsync(edit))).Profile;
    }

    /// <summary>The floor.</summary>
    [Benchmark(Baseline = true)]
    public CustomerProfile Floor()
    {
        var now = _host.Clock.GetCurrentInstant();
        var values = _byHand.Values;
        for (var i = 0; i < values.Length; i++)
        {
            if (ProfileField.JobTitle.Equals(values[i].Field))
            {
                values = values.SetItem(
                    i,
                    new FieldValue(
                        ProfileField.JobTitle,
                        "",
                        Titles[_edits++ & 1],
                        new Provenance(ProvenanceSource.Agent, "kim", now)
                    )
                );
            }
        }

        var next = new CustomerProfile(
            _byHand.Tenant,
            _byHand.Id,
            _byHand.Version + 1,
            _byHand.CreatedAt,
            now,
            _byHand.Identities,
            values
        );
        return _byHand =
            _kept[next.Id].Version == next.Version - 1 ? _kept[next.Id] = next : throw new InvalidOperationException();
    }
}
