using FullContact.Simulator;

namespace CustomerProfiles.FullContact.Tests.Simulator;

/// <summary>Alone, because the console and the environment belong to the whole process.</summary>
[CollectionDefinition(nameof(QuietTests), DisableParallelization = true)]
[Collection(nameof(QuietTests))]
public sealed class QuietTests
{
    [Fact]
    public async Task It_writes_nothing_to_the_console_of_the_program_around_it()
    {
        var (output, error) = (Console.Out, Console.Error);
        using var written = new StringWriter();
        try
        {
            Console.SetOut(written);
            Console.SetError(written);
            await using var simulator = await FullContactSimulator.StartAsync("a-key-to-look-for");
            using var client = new Asker(simulator);
            simulator.Script("drop@example.com", new SimulatedAnswer.Drop());

            await client.AskAboutAsync("maria.quill@example.org");
            await client.AskWithAsync("Bearer another-key-to-look-for");
            await client.AskAsync("not json");
            await client.Awaiting(asker => asker.AskAboutAsync("drop@example.com")).Should().ThrowAsync<HttpRequestException>();
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }

        written.ToString().Should().BeEmpty();
    }

    [Fact]
    public async Task It_opens_no_endpoint_that_the_program_around_it_has_settings_for()
    {
        const string setting = "Kestrel__Endpoints__Extra__Url";
        try
        {
            // No server could listen there: whoever reads the setting fails to start.
            Environment.SetEnvironmentVariable(setting, "nowhere");
            await using var simulator = await FullContactSimulator.StartAsync();
            using var client = new Asker(simulator);

            (await client.AskAboutAsync("maria.quill@example.org")).Status.Should().Be(200);
        }
        finally
        {
            Environment.SetEnvironmentVariable(setting, null);
        }
    }
}
