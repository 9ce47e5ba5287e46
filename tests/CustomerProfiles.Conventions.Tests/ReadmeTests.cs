namespace CustomerProfiles.Conventions.Tests;

/// <summary>The README is short and lists every package.</summary>
public sealed class ReadmeTests
{
    public static TheoryData<string> Libraries => Repository.LibraryNames;

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_has_its_row_in_the_README(string library) =>
        Repository.Read("README.md").Should().Contain($"\n| `{library}` | ");

    [Fact]
    public void The_README_has_at_most_90_lines() =>
        Repository.Read("README.md").TrimEnd('\n').Split('\n').Should().HaveCountLessThanOrEqualTo(90);
}
