using Mono.Cecil;

namespace CustomerProfiles.Conventions.Tests;

/// <summary>
/// The compiler rejects the symbols of the BannedSymbols files. These tests inspect the compiled code, so that neither
/// a suppression nor a missing analyser hides one.
/// </summary>
public sealed class BannedSymbolTests
{
    /// <summary>
    /// All except the awaiters' GetResult, which every await calls; <see
    /// cref="Every_await_of_a_library_is_configured"/> checks those.
    /// </summary>
    private static readonly string[] Banned =
    [
        .. Lines("build/BannedSymbols.txt"),
        .. Lines("build/BannedSymbols.Libraries.txt")
            .Where(line => !line.Contains(".GetResult;", StringComparison.Ordinal)),
    ];

    /// <summary>The awaiters of an await without ConfigureAwait, and of a blocking GetAwaiter().GetResult().</summary>
    private static readonly string[] UnconfiguredAwaiters =
    [
        "System.Runtime.CompilerServices.TaskAwaiter",
        "System.Runtime.CompilerServices.TaskAwaiter`1",
        "System.Runtime.CompilerServices.ValueTaskAwaiter",
        "System.Runtime.CompilerServices.ValueTaskAwaiter`1",
    ];

    public static TheoryData<string> Libraries => Repository.LibraryNames;

    [Theory]
    [MemberData(nameof(Libraries))]
    public void No_library_reads_the_wall_clock_sleeps_or_blocks(string library)
    {
        var used = Repository.LibraryOf(library).UsedMembers;
        used.Should().NotBeEmpty();
        used.Where(member => Banned.Any(member.IsNamedBy)).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Every_await_of_a_library_is_configured(string library) =>
        Repository
            .LibraryOf(library)
            .UsedMembers.Where(member => UnconfiguredAwaiters.Contains(member.Type))
            .Should()
            .BeEmpty();

    [Theory]
    [InlineData("P:System.DateTime.UtcNow;")]
    [InlineData("P:System.Threading.Tasks.Task`1.Result;")]
    [InlineData("M:System.Threading.Tasks.Task.Wait(System.Int32);")]
    [InlineData("M:System.Threading.Tasks.Task.Delay(System.TimeSpan,System.Threading.CancellationToken);")]
    public void What_is_banned_is_found_where_it_is_used(string line)
    {
        Banned.Should().Contain(banned => banned.StartsWith(line, StringComparison.Ordinal));
        UsedMember
            .AllOf(ModuleDefinition.ReadModule(typeof(Offender).Assembly.Location))
            .Where(member => member.IsNamedBy(line))
            .Should()
            .ContainSingle();
    }

    [Fact]
    public void An_await_that_is_not_configured_is_found_where_it_is_used() =>
        UsedMember
            .AllOf(ModuleDefinition.ReadModule(typeof(Offender).Assembly.Location))
            .Should()
            .Contain(member => UnconfiguredAwaiters.Contains(member.Type));

    private static IEnumerable<string> Lines(string path) =>
        Repository.Read(path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
