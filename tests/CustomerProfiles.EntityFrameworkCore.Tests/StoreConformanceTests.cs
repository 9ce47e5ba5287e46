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

    /// <summary>So small that a few profiles are many: a search with them goes on in each of its ways.</summary>
    private static readonly Dictionary<string, SearchBounds> Bounds = new(StringComparer.Ordinal)
    {
        ["in order"] = new SearchBounds
        {
            Walked = 2,
            Common = 1,
            WalkedOn = 1,
            CommonOn = 2,
            WalkedFar = 2,
            Probed = 1,
            WalkedAmong = 2,
            Sorted = 2,
            SortedByKey = 1,
            Near = 0,
            OfOthers = 0,
            WalkedToCount = 2,
        },
        ["by an index"] = new SearchBounds
        {
            Walked = 1,
            Common = int.MaxValue,
            Probed = 0,
            WalkedAmong = 3,
            OfOthers = int.MaxValue - 1,
            WalkedToCount = 1,
        },
        ["by an index that finds many"] = new SearchBounds
        {
            Walked = 1,
            Common = int.MaxValue,
            WalkedOn = 1,
            WalkedFar = 1,
            Probed = 0,
            Sorted = 1,
            SortedByKey = 1,
            Near = 1,
            OfOthers = 0,
            WalkedToCount = 1,
        },
    };

    private static readonly Dictionary<(DatabaseKind, string), Lazy<Task<DatabaseUnderTest>>> Bounded =
        Enum.GetValues<DatabaseKind>()
            .SelectMany(kind => Bounds.Select(bounds => (kind, bounds)))
            .ToDictionary(
                of => (of.kind, of.bounds.Key),
                of => new Lazy<Task<DatabaseUnderTest>>(() => DatabaseUnderTest.CreateAsync(of.kind, of.bounds.Value))
            );

    public static TheoryData<DatabaseKind, string, string> SearchCases
    {
        get
        {
            var cases = new TheoryData<DatabaseKind, string, string>();
            foreach (var kind in TestDatabase.All)
            {
                foreach (
                    var name in StoreConformance.Names.Where(name =>
                        name.StartsWith("search", StringComparison.Ordinal)
                    )
                )
                {
                    foreach (var way in Bounds.Keys)
                    {
                        cases.Add(kind, way, name);
                    }
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
    public async Task A_search_finds_the_same_in_whatever_way_it_reads(DatabaseKind kind, string way, string name) =>
        await FluentActions
            .Awaiting(async () => await StoreConformance.Named(name).RunAsync(await Bounded[(kind, way)].Value))
            .Should()
            .NotThrowAsync();
}
