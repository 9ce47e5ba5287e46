using CustomerProfiles.Stores;
using Microsoft.Extensions.Time.Testing;
using NodaTime;

namespace CustomerProfiles.Testing.Tests;

/// <summary>The in-memory store, or one that wraps it.</summary>
internal sealed class InMemoryStoreUnderTest : StoreUnderTest
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));

    public InMemoryStoreUnderTest(
        int sequences,
        Func<InMemoryCustomerProfileStore, ICustomerProfileStore>? around = null,
        int rounds = 10,
        string? seed = null
    )
    {
        Sequences = sequences;
        Rounds = rounds;
        Seed = seed;
        var store = new InMemoryCustomerProfileStore(
            _time,
            StoreConformance.SearchableProperties,
            StoreConformance.MatchKeys
        );
        Store = around is null ? store : around(store);
    }

    public override ICustomerProfileStore Store { get; }

    public override int Sequences { get; }

    public override int Rounds { get; }

    public override string? Seed { get; }

    /// <summary>Creates the store of another host with the same data; null for none.</summary>
    public Func<ICustomerProfileStore>? OpensAnother { get; set; }

    public override ValueTask PassTimeAsync(Duration duration, CancellationToken cancellationToken)
    {
        _time.Advance(duration.ToTimeSpan());
        return default;
    }

    public override ValueTask<ICustomerProfileStore?> OpenAnotherAsync(CancellationToken cancellationToken) =>
        new(OpensAnother?.Invoke());

    public override ValueTask<ICustomerProfileStore?> OpenWithoutMatchKeysAsync(CancellationToken cancellationToken) =>
        new(new InMemoryCustomerProfileStore(_time, StoreConformance.SearchableProperties, MatchKeys.Off));
}
