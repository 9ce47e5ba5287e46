namespace CustomerProfiles.Packages.Tests;

/// <summary>The same commit gives the same packages in any folder.</summary>
[Collection(PackedLibrariesCollection.Name)]
public sealed class RepeatedPackingTests(PackedLibraries packed)
{
    [Fact]
    public async Task Packing_the_same_commit_elsewhere_gives_the_same_files()
    {
        var again = await packed.PackAgainAsync();

        Directory
            .GetFiles(again)
            .Select(Path.GetFileName)
            .Should()
            .BeEquivalentTo(Directory.GetFiles(packed.Feed).Select(Path.GetFileName))
            .And.NotBeEmpty();
        foreach (var file in Directory.GetFiles(again))
        {
            var one = new Package(Path.Combine(packed.Feed, Path.GetFileName(file)));
            var other = new Package(file);
            other.Entries.Keys.Should().BeEquivalentTo(one.Entries.Keys);
            other
                .Entries.Where(entry => !entry.Value.AsSpan().SequenceEqual(one.Entries[entry.Key]))
                .Select(entry => $"{one.Name}: {entry.Key}")
                .Should()
                .BeEmpty();
        }
    }
}
