using FullContact.Simulator;

namespace CustomerProfiles.FullContact.Tests.Simulator;

/// <summary>Runs alone, because the console and the environment are shared by the process.</summary>
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
            using var client = new SimulatorClient(simulator);
            simulator.Script("drop@example.com", new SimulatedResponse.Drop());

            await client.EnrichEmailAsync("maria.quill@example.org");
            await client.EnrichWithAsync("Bearer another-key-to-look-for");
            await client.EnrichAsync("not json");
            await client
                .Awaiting(asker => asker.EnrichEmailAsync("drop@example.com"))
                .Should()
                .ThrowAsync<HttpRequestException>();
            simulator.Script(
                "cut@example.com",
                new SimulatedResponse.CutOff(new SimulatedResponse.Match("""{"fullName":"A"}"""))
            );
            await client
                .Awaiting(asker => asker.EnrichEmailAsync("cut@example.com"))
                .Should()
                .ThrowAsync<HttpRequestException>();
            await client.ControlAsync("PUT", "scripts/a@example.com", "not json");
            await client.EnrichAsync(
                """{"email":"maria.quill@example.org","webhookUrl":"http://127.0.0.1:9/?token=to-look-for"}"""
            );
            await simulator.Callbacks.SettledAsync();
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }

        written.ToString().Should().BeEmpty();
    }

    [Theory]
    [InlineData("--port")]
    [InlineData("--port", "no")]
    [InlineData("--port", "65536")]
    [InlineData("--port", "-1")]
    [InlineData("--urls", "http://192.0.2.1:80")]
    [InlineData("--urls", "https://127.0.0.1:5080")]
    [InlineData("--key", " ")]
    [InlineData("--rate", "0")]
    [InlineData("--webhook-delay", "soon")]
    [InlineData("--verbose", "yes")]
    [InlineData("--port", "0", "--verbose", "yes")]
    public void The_program_says_how_to_use_it_when_it_is_started_otherwise(params string[] arguments)
    {
        var (status, written) = Run(arguments);

        status.Should().Be(2);
        written.Should().StartWith("Usage: FullContact.Simulator").And.Contain("--port").And.Contain("--webhook-delay");
    }

    [Fact]
    public void The_program_ends_with_a_word_when_it_cannot_start()
    {
        var missing = Path.Combine(Path.GetTempPath(), $"people-{Guid.NewGuid():N}.json");

        var (status, written) = Run("--port", "0", "--people", missing);

        status.Should().Be(2);
        written.Should().Contain("--people").And.NotContain("   at ");
    }

    [Fact]
    public async Task It_opens_no_endpoint_that_the_program_around_it_has_settings_for()
    {
        const string setting = "Kestrel__Endpoints__Extra__Url";
        try
        {
            // No server could listen there, so a program that reads the setting fails to start.
            Environment.SetEnvironmentVariable(setting, "nowhere");
            await using var simulator = await FullContactSimulator.StartAsync();
            using var client = new SimulatorClient(simulator);

            (await client.EnrichEmailAsync("maria.quill@example.org")).Status.Should().Be(200);
        }
        finally
        {
            Environment.SetEnvironmentVariable(setting, null);
        }
    }

    private static (int Status, string Written) Run(params string[] arguments)
    {
        var (output, error) = (Console.Out, Console.Error);
        using var written = new StringWriter();
        try
        {
            Console.SetOut(written);
            Console.SetError(written);
            return (
                (int)typeof(FullContactSimulator).Assembly.EntryPoint!.Invoke(null, [arguments])!,
                written.ToString()
            );
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
