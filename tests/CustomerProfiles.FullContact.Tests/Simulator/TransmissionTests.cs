using System.Text;
using System.Text.Json;
using FullContact.Simulator;

namespace CustomerProfiles.FullContact.Tests.Simulator;

/// <summary>Responses that do not arrive correctly, and their cost.</summary>
public sealed class TransmissionTests : IAsyncLifetime
{
    private const string Address = "a@example.com";
    private const string Body = """{"fullName":"Åse Quill"}""";
    private static readonly SimulatedResponse Match = new SimulatedResponse.Match(Body);
    private readonly HastyClock _clock = new();
    private FullContactSimulator _simulator = null!;
    private SimulatorClient _client = null!;

    public async Task InitializeAsync()
    {
        _simulator = await FullContactSimulator.StartAsync(new SimulatorOptions { Time = _clock });
        _client = new SimulatorClient(_simulator);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _simulator.DisposeAsync();
    }

    [Fact]
    public async Task A_slow_body_comes_one_byte_at_a_time()
    {
        _simulator.Script(Address, new SimulatedResponse.Slow(Match, TimeSpan.FromMilliseconds(250)));

        (await _client.EnrichEmailAsync(Address)).Body.Should().Be(Body);

        // 25 bytes, because one letter has two.
        _clock.Waits.Should().HaveCount(24).And.AllBeEquivalentTo(TimeSpan.FromMilliseconds(250));
        _simulator.BilledMatches.Should().Be(1);
    }

    [Fact]
    public async Task A_body_may_stop_after_its_first_byte_for_ever()
    {
        _simulator.Script(Address, new SimulatedResponse.Slow(Match, Timeout.InfiniteTimeSpan));

        using var response = await _client.BeginAsync(Address);
        await using var body = await response.Content.ReadAsStreamAsync();
        body.ReadByte().Should().Be('{');
        using var timeout = new CancellationTokenSource();
        var next = body.ReadAsync(new byte[1], timeout.Token).AsTask();
        next.IsCompleted.Should().BeFalse();
        await timeout.CancelAsync();

        await next.Awaiting(read => read).Should().ThrowAsync<OperationCanceledException>();
        _simulator.BilledMatches.Should().Be(1);
    }

    [Fact]
    public async Task A_delayed_response_begins_later()
    {
        _simulator.Script(Address, new SimulatedResponse.Delayed(Match, TimeSpan.FromMinutes(3)));

        (await _client.EnrichEmailAsync(Address)).Body.Should().Be(Body);

        _clock.Waits.Should().Equal(TimeSpan.FromMinutes(3));
        _simulator.BilledMatches.Should().Be(1);
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(5, "{\"ful")]
    [InlineData(null, "{\"fullName\":")]
    [InlineData(1000, "{\"fullName\":\"Åse Quill\"")]
    public async Task A_match_that_is_cut_off_has_sent_so_much_and_is_billed(int? afterBytes, string arrived)
    {
        _simulator.Script(Address, new SimulatedResponse.CutOff(Match, afterBytes));

        using var response = await _client.BeginAsync(Address);
        await using var body = await response.Content.ReadAsStreamAsync();
        using var got = new MemoryStream();
        var reading = () => body.CopyToAsync(got);

        ((int)response.StatusCode).Should().Be(200);
        response.Content.Headers.ContentLength.Should().Be(25);
        await reading.Should().ThrowAsync<HttpIOException>();
        Encoding.UTF8.GetString(got.ToArray()).Should().Be(arrived);
        _simulator.BilledMatches.Should().Be(1);
        _simulator.CallLog.Single().Status.Should().Be(200);
    }

    [Fact]
    public async Task A_miss_that_is_cut_off_costs_nothing()
    {
        _simulator.Script(Address, new SimulatedResponse.CutOff(new SimulatedResponse.Miss(), 0));

        using var response = await _client.BeginAsync(Address);

        ((int)response.StatusCode).Should().Be(404);
        await response
            .Content.Awaiting(content => content.ReadAsStringAsync())
            .Should()
            .ThrowAsync<HttpRequestException>();
        _simulator.BilledMatches.Should().Be(0);
    }

    [Fact]
    public async Task A_response_without_a_body_can_be_cut_off_as_well()
    {
        _simulator.Script(Address, new SimulatedResponse.CutOff(SimulatedResponse.ServerError));

        await _client.Awaiting(client => client.EnrichEmailAsync(Address)).Should().ThrowAsync<HttpRequestException>();
        _simulator.ResultsByStatus.Should().ContainKey(500);
    }

    [Fact]
    public async Task A_huge_body_is_as_long_as_it_says_and_is_json()
    {
        const int length = 200_000;
        _simulator.Script(Address, new SimulatedResponse.Huge(length));

        var reply = await _client.EnrichEmailAsync(Address);

        reply.Headers["Content-Length"].Should().Be("200000");
        reply.Body.Should().HaveLength(length);
        JsonDocument.Parse(reply.Body).RootElement.TryGetProperty("bio", out _).Should().BeTrue();
        _simulator.BilledMatches.Should().Be(0);
    }

    [Fact]
    public async Task A_gigabyte_can_be_announced_and_begun()
    {
        const long gigabyte = 1L << 30;
        _simulator.Script(Address, new SimulatedResponse.Huge(gigabyte) { Billed = true });

        using var response = await _client.BeginAsync(Address);
        await using var body = await response.Content.ReadAsStreamAsync();
        var read = new byte[1_000_000];
        await body.ReadExactlyAsync(read);

        response.Content.Headers.ContentLength.Should().Be(gigabyte);
        Encoding.ASCII.GetString(read).Should().StartWith("{\"bio\":\"a").And.EndWith("aaa");
        _simulator.BilledMatches.Should().Be(1);
    }

    [Fact]
    public void A_huge_body_has_a_least_length() =>
        FluentActions.Invoking(() => new SimulatedResponse.Huge(15)).Should().Throw<ArgumentOutOfRangeException>();

    [Fact]
    public async Task An_endless_body_goes_on()
    {
        _simulator.Script(Address, new SimulatedResponse.Endless());

        using var response = await _client.BeginAsync(Address);
        await using var body = await response.Content.ReadAsStreamAsync();
        var read = new byte[3_000_000];
        await body.ReadExactlyAsync(read);

        response.Content.Headers.ContentLength.Should().BeNull();
        Encoding.ASCII.GetString(read).Should().StartWith("{\"bio\":\"a").And.EndWith("aaa");
        _simulator.BilledMatches.Should().Be(0);
    }

    [Fact]
    public async Task An_endless_body_can_be_cut_off()
    {
        _simulator.Script(
            Address,
            new SimulatedResponse.CutOff(new SimulatedResponse.Endless { Billed = true }, 100_000)
        );

        await _client.Awaiting(client => client.EnrichEmailAsync(Address)).Should().ThrowAsync<HttpRequestException>();
        _simulator.BilledMatches.Should().Be(1);
    }

    [Fact]
    public async Task What_was_dropped_may_have_been_billed()
    {
        _simulator.Script(Address, new SimulatedResponse.Drop(), new SimulatedResponse.Drop { Billed = true });

        await _client.Awaiting(client => client.EnrichEmailAsync(Address)).Should().ThrowAsync<HttpRequestException>();
        _simulator.BilledMatches.Should().Be(0);

        await _client.Awaiting(client => client.EnrichEmailAsync(Address)).Should().ThrowAsync<HttpRequestException>();
        _simulator.BilledMatches.Should().Be(1);
        _simulator.CallLog.Should().OnlyContain(call => call.Status == null);
        _simulator.ResultsByStatus.Should().BeEmpty();
    }

    [Fact]
    public async Task The_next_request_after_a_broken_response_gets_one()
    {
        _simulator.Script(Address, new SimulatedResponse.CutOff(Match), Match);

        await _client.Awaiting(client => client.EnrichEmailAsync(Address)).Should().ThrowAsync<HttpRequestException>();
        (await _client.EnrichEmailAsync(Address)).Body.Should().Be(Body);

        _simulator.BilledMatches.Should().Be(2);
    }
}
