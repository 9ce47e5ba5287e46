namespace CustomerProfiles.Testing.Tests;

/// <summary>The in-memory store passes the kit. All cases share one store, like a database.</summary>
public sealed class InMemoryStoreConformanceTests
{
    private static readonly InMemoryStoreUnderTest Store = new(sequences: 4_000);

    public static TheoryData<string> Cases => [.. StoreConformance.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_store_in_memory_does_what_the_contract_says(string name)
    {
        var run = async () => await StoreConformance.Named(name).RunAsync(Store);
        await run.Should().NotThrowAsync();
    }
}
