using BenchmarkDotNet.Attributes;

namespace CustomerProfiles.Benchmarks;

/// <summary>Normalizes an address for comparison.</summary>
[MemoryDiagnoser]
public class NormaliseAddress
{
    /// <summary>An address that is already normalized, as most are. The baseline reads each character once.</summary>
    [Benchmark]
    public bool NormalAlready() => EmailAddress.TryParse("ada.lovelace@example.com", out _);

    /// <summary>The floor.</summary>
    [Benchmark(Baseline = true)]
    public bool Floor()
    {
        var at = false;
        foreach (var c in "ada.lovelace@example.com")
        {
            if (c == '@')
            {
                at = true;
            }
            else if (!(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_'))
            {
                return false;
            }
        }

        return at;
    }

    /// <summary>An address in capitals.</summary>
    [Benchmark]
    public bool Capitals() => EmailAddress.TryParse("Ada.Lovelace@Example.COM", out _);

    /// <summary>An address with a domain in another script.</summary>
    [Benchmark]
    public bool International() => EmailAddress.TryParse("ada@bücher.example", out _);

    /// <summary>A name and an address, as in the From field.</summary>
    [Benchmark]
    public bool NameAndAddress() => NamedAddress.TryParse("Ada Lovelace <ada.lovelace@example.com>", out _);
}
