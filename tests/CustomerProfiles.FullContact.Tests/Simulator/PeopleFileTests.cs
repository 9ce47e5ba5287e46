using FullContact.Simulator;

namespace CustomerProfiles.FullContact.Tests.Simulator;

public sealed class PeopleFileTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"people-{Guid.NewGuid():N}.json");

    [Fact]
    public async Task People_of_ones_own_take_the_place_of_the_bundled_ones()
    {
        await File.WriteAllTextAsync(
            _file,
            """
            {
              "Ann@Example.org": [{"queued":true}, {"match":{"fullName":"Ann"}}],
              "ben@example.org": {"likelihood":0.7,"knownBy":{"phones":["+12025550199"]},"responses":[{"match":{"fullName":"Ben"}}]}
            }
            """
        );
        await using var simulator = await FullContactSimulator.StartAsync(new SimulatorOptions { PeopleFile = _file });
        using var client = new SimulatorClient(simulator);

        (await client.EnrichEmailAsync("ann@example.org")).Status.Should().Be(202);
        (await client.EnrichEmailAsync("ann@example.org")).Text("fullName").Should().Be("Ann");
        (await client.EnrichAsync("""{"phone":"+12025550199"}""")).Status.Should().Be(404);
        (await client.EnrichAsync("""{"phone":"+12025550199","confidence":"LOW"}"""))
            .Text("fullName")
            .Should()
            .Be("Ben");
        (await client.EnrichEmailAsync("maria.quill@example.org")).Status.Should().Be(404);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"ann@example.org":[]}""")]
    [InlineData("""{"ann@example.org":{"likelihood":1}}""")]
    [InlineData("""{"ann@example.org":[{"unheardOf":1}]}""")]
    [InlineData("""{"ann@example.org":{"likelihood":"much","responses":[{"miss":true}]}}""")]
    [InlineData("""{"ann@example.org":{"knownBy":{"phones":["call me"]},"responses":[{"miss":true}]}}""")]
    [InlineData("""{"ann@example.org":[{"miss":true}],"ANN@example.org":[{"miss":true}]}""")]
    public async Task A_file_that_is_none_is_refused_before_anything_listens(string content)
    {
        await File.WriteAllTextAsync(_file, content);
        var start = () => FullContactSimulator.StartAsync(new SimulatorOptions { PeopleFile = _file });

        (await start.Should().ThrowAsync<FormatException>()).Which.Message.Should().NotContain("ann@example.org");
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_an_io_error()
    {
        var start = () => FullContactSimulator.StartAsync(new SimulatorOptions { PeopleFile = _file });

        await start.Should().ThrowAsync<FileNotFoundException>();
    }

    public void Dispose() => File.Delete(_file);
}
