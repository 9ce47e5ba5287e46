using CustomerProfiles.Stores;
using Microsoft.Extensions.Time.Testing;
using NodaTime;

namespace CustomerProfiles.Testing.Tests;

/// <summary>The store in memory, or one that is built around it.</summary>
internal sealed class InMemoryStoreUnderTest : StoreUnderTest
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));

    public InMemoryStoreUnderTest(int sequences, Func<InMemoryCustomerProfileStore, TimeProvider, ICustomerProfileStore>? around = null)
    {
        Sequences = sequences;
        var store = new InMemoryCustomerProfileStore(_time);
        Store = around is null ? store : around(store, _time);
    }

    public override ICustomerProfileStore Store { get; }

    public override int Sequences { get; }

    public override ValueTask PassTimeAsync(Duration duration, CancellationToken cancellationToken)
    {
        _time.Advance(duration.ToTimeSpan());
        return default;
    }
}
