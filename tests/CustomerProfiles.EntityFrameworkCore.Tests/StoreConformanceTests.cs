using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Testing;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>The durable stores pass every case of the conformance kit, with two hosts where callers race.</summary>
public sealed class StoreConformanceTests
{
    /// <summary>
    /// One database for all cases, as the kit allows, so each case also shows that other data does not matter.
    /// </summary>
    private static readonly Lazy<Task<DatabaseUnderTest>> Sqlite = new(() =>
        DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite)
    );

    private static readonly Lazy<Task<DatabaseUnderTest>> PostgreSql = new(() =>
        DatabaseUnderTest.CreateAsync(DatabaseKind.PostgreSql)
    );

    /// <summary>So small that a few profiles are many.</summary>
    private static readonly SearchBounds Small = new()
    {
        Walked = 2,
        Sorted = 1,
        WalkedOn = 3,
        WalkedToCount = 2,
    };

    private static readonly Lazy<Task<DatabaseUnderTest>> SmallSqlite = new(() =>
        DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite, Small)
    );

    private static readonly Lazy<Task<DatabaseUnderTest>> SmallPostgreSql = new(() =>
        DatabaseUnderTest.CreateAsync(DatabaseKind.PostgreSql, Small)
    );

    public static TheoryData<DatabaseKind, string> SearchCases
    {
        get
        {
            var cases = new TheoryData<DatabaseKind, string>();
            foreach (var kind in TestDatabase.All)
            {
                foreach (
                    var name in StoreConformance.Names.Where(name =>
                        name.StartsWith("search", StringComparison.Ordinal)
                    )
                )
                {
                    cases.Add(kind, name);
                }
            }

            return cases;
        }
    }

    public static TheoryData<DatabaseKind, string> EveryCase
    {
        get
        {
            var cases = new TheoryData<DatabaseKind, string>();
            foreach (var kind in TestDatabase.All)
            {
                foreach (var name in StoreConformance.Names)
                {
                    cases.Add(kind, name);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(EveryCase))]
    public async Task A_durable_store_does_what_the_contract_says(DatabaseKind kind, string name) =>
        await FluentActions
            .Awaiting(async () =>
                await StoreConformance
                    .Named(name)
                    .RunAsync(await (kind == DatabaseKind.Sqlite ? Sqlite : PostgreSql).Value)
            )
            .Should()
            .NotThrowAsync();

    [Theory]
    [MemberData(nameof(SearchCases))]
    public async Task A_search_finds_the_same_in_whatever_way_it_reads(DatabaseKind kind, string name) =>
        await FluentActions
            .Awaiting(async () =>
                await StoreConformance
                    .Named(name)
                    .RunAsync(await (kind == DatabaseKind.Sqlite ? SmallSqlite : SmallPostgreSql).Value)
            )
            .Should()
            .NotThrowAsync();
}
