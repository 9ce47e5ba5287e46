using CustomerProfiles.FullContact.Tests.Support;
using CustomerProfiles.Providers;
using FullContact.Simulator;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace CustomerProfiles.FullContact.Tests;

/// <summary>Every status over HTTP, and its result.</summary>
public sealed class FullContactResultTests : IAsyncLifetime
{
    private const string ProfileNotFound = """{"status":404,"message":"Profile not found"}""";
    private const string UsageLimits =
        """{"status":403,"message":"Usage limits for the provided API Key have been exceeded. Please try again later."}""";

    private FullContactSimulator _simulator = null!;
    private ProviderUnderTest _under = null!;

    public async Task InitializeAsync()
    {
        _simulator = await FullContactSimulator.StartAsync(ProviderUnderTest.Key);
        _under = new ProviderUnderTest(_simulator.BaseAddress);
    }

    public async Task DisposeAsync()
    {
        await _under.DisposeAsync();
        await _simulator.DisposeAsync();
    }

    [Fact]
    public async Task A_200_is_a_match_with_its_information()
    {
        var result = await _under.LookUpAsync("maria.quill@example.org");

        var information = result.Should().BeOfType<ProviderResult.Matched>().Subject.Information;
        information.Name.Should().NotBeNull();
        information.Photo.Should().NotBeNull();
        information.SocialProfiles.Should().NotBeEmpty();
        _simulator.BilledMatches.Should().Be(1);
        _under.OwnLogs.Should().BeEmpty();
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"details":null}""")]
    [InlineData("""{"details":{}}""")]
    [InlineData("""{"updated":"1970-01-01","details":{"profiles":[],"photos":[],"age":null}}""")]
    public async Task A_200_with_nothing_to_show_is_a_match(string body)
    {
        var result = await LookUpScriptedAsync(new SimulatedResponse.Match(body));

        result
            .Should()
            .BeOfType<ProviderResult.Matched>()
            .Which.Information.Should()
            .BeEquivalentTo(new PublicInformation());
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"person\"")]
    [InlineData("""{"fullName":"Maria""")]
    [InlineData("""{"fullName":"Maria"}{}""")]
    [InlineData("""{"fullName":"Maria"} trailing""")]
    [InlineData("<html><body>Sign in to the hotel's network</body></html>")]
    public async Task A_200_without_a_person_is_an_invalid_response(string body)
    {
        var result = await LookUpScriptedAsync(new SimulatedResponse.Status(200, body));

        result.Should().Be(new ProviderResult.Failed(ProviderFailure.InvalidResponse));
        LoggedAs(2007, LogLevel.Warning);
    }

    [Fact]
    public async Task A_451_is_withheld()
    {
        (await LookUpScriptedAsync(new SimulatedResponse.Status(451))).Should().Be(new ProviderResult.Withheld());
        LoggedAs(2005, LogLevel.Warning);
    }

    [Theory]
    [InlineData(
        """{"status":202,"message":"Queued for search. Please retry your query within about 2 minutes."}""",
        120
    )]
    [InlineData("""{"status":202,"message":"Please retry your query within about 5 minutes."}""", 300)]
    [InlineData("""{"status":202,"message":"RETRY in 45 Seconds"}""", 45)]
    [InlineData("""{"status":202,"message":"Retry in 90 minutes"}""", 3600)]
    [InlineData("""{"status":202,"message":"Retry in 3600 seconds"}""", 3600)]
    [InlineData("""{"status":202,"message":"Retry in 3601 seconds"}""", 120)]
    [InlineData("""{"status":202,"message":"Retry in 5"}""", 120)]
    [InlineData("""[{"status":202,"message":"Retry in 5 minutes"}]""", 120)]
    [InlineData("""{"status":202,"message":"Retry in 3 fortnights, or 1 minute"}""", 120)]
    [InlineData("""{"status":202,"message":"2 minutes ago we were asked. Retry later."}""", 120)]
    [InlineData("""{"status":202,"message":"Retry in 0 seconds"}""", 120)]
    [InlineData("""{"status":202,"message":"Retry in 99999999999999999999 minutes"}""", 120)]
    [InlineData("", 120)]
    [InlineData("<html>", 120)]
    public async Task A_202_is_pending_for_as_long_as_it_says(string body, int seconds) =>
        (await LookUpScriptedAsync(new SimulatedResponse.Status(202, body)))
            .Should()
            .Be(new ProviderResult.Pending(Duration.FromSeconds(seconds)));

    [Fact]
    public async Task A_202_is_pending_for_two_minutes_by_default() =>
        (await LookUpScriptedAsync(new SimulatedResponse.Queued()))
            .Should()
            .Be(new ProviderResult.Pending(Duration.FromMinutes(2)));

    [Fact]
    public async Task A_202_with_retry_after_is_pending_for_that() =>
        (await LookUpScriptedAsync(new SimulatedResponse.Status(202, RetryAfter: "30")))
            .Should()
            .Be(new ProviderResult.Pending(Duration.FromSeconds(30)));

    [Theory]
    [InlineData(404, ProfileNotFound)]
    [InlineData(404, """{"code":404,"message":"Profile not found."}""")]
    [InlineData(404, """{"requestId":"1","extra":{"message":"deep"},"message":"PROFILE NOT FOUND"}""")]
    [InlineData(404, """{"status":404,"message":"No matching person was found."}""")]
    [InlineData(404, """{"status":404,"message":"Person not found"}""")]
    [InlineData(404, """{"status":404,"message":"Searched within last 24 hours. No results found for this Id."}""")]
    [InlineData(404, """{"message":"We could not find any records for this individual"}""")]
    [InlineData(404, """{"message":"The requested profile does not exist"}""")]
    [InlineData(404, """{"message":"We know nobody by that address."}""")]
    [InlineData(404, """{"message":"Profile not found. Please check https://docs.fullcontact.com"}""")]
    [InlineData(404, """{"error":{"code":"not_found","message":"No profile matched the supplied identifiers"}}""")]
    [InlineData(404, """{"error":"No match"}""")]
    [InlineData(404, """{"title":"Not Found","detail":"0 records for the given identity"}""")]
    [InlineData(422, "")]
    [InlineData(422, "\r\n")]
    public async Task An_unknown_person_is_no_match(int status, string body)
    {
        var result = await LookUpScriptedAsync(new SimulatedResponse.Status(status, body));

        result.Should().Be(new ProviderResult.NoMatch());
        _under.OwnLogs.Should().BeEmpty();
    }

    /// <summary>An ambiguous message makes one check wait and has no other effect.</summary>
    [Theory]
    [InlineData("""{"message":"Not Found"}""")]
    [InlineData("""{"status":404,"message":"Nicht gefunden"}""")]
    [InlineData("""{"timestamp":"2026-03-01","status":404,"error":"Not Found","path":"/v3/person.enrich"}""")]
    [InlineData("""{"message":"No profile found at https://api.example.com/v3/person.enrich"}""")]
    [InlineData("""{"message":"Try again tomorrow"}""")]
    [InlineData("""{"message":"Not found. For more information, contact support."}""")]
    [InlineData("""{"message":"Not found. Please ask the person in charge."}""")]
    [InlineData("""{"message":"Person lookup is disabled"}""")]
    public async Task An_ambiguous_404_concerns_one_customer(string body)
    {
        var result = await LookUpScriptedAsync(new SimulatedResponse.Status(404, body));

        result.Should().Be(new ProviderResult.Failed(ProviderFailure.WrongEndpoint, Duration.FromHours(1)));
        _under.Provider.Pause.Should().BeNull();
        LoggedAs(2017, LogLevel.Warning);
    }

    [Theory]
    [InlineData(404, """{"message":"no Route matched with those values"}""", ProviderFailure.WrongEndpoint, 2001)]
    [InlineData(
        404,
        """{"statusCode":404,"error":"Not Found","message":"Cannot POST /v3/person.enrich"}""",
        ProviderFailure.WrongEndpoint,
        2001
    )]
    [InlineData(404, """{"detail":"No static resource v3/person.enrich."}""", ProviderFailure.WrongEndpoint, 2001)]
    [InlineData(404, """{"message":"This API does not exist"}""", ProviderFailure.WrongEndpoint, 2001)]
    [InlineData(404, "", ProviderFailure.WrongEndpoint, 2001)]
    [InlineData(
        404,
        """{"status":404,"message":"Endpoint POST /x not found. Please check https://docs.fullcontact.com or contact support."}""",
        ProviderFailure.WrongEndpoint,
        2001
    )]
    [InlineData(404, "<html>Profile not found</html>", ProviderFailure.WrongEndpoint, 2001)]
    [InlineData(404, """["Profile not found"]""", ProviderFailure.WrongEndpoint, 2001)]
    [InlineData(404, """{"message":{"text":"Profile not found"}}""", ProviderFailure.WrongEndpoint, 2001)]
    [InlineData(404, """{"message":"\ud800"}""", ProviderFailure.WrongEndpoint, 2001)]
    [InlineData(405, "", ProviderFailure.WrongEndpoint, 2001)]
    [InlineData(410, "", ProviderFailure.WrongEndpoint, 2001)]
    [InlineData(301, "", ProviderFailure.WrongEndpoint, 2001)]
    [InlineData(
        401,
        """{"status":401,"message":"401: Invalid access token: key-of-the-tests"}""",
        ProviderFailure.InvalidApiKey,
        2001
    )]
    [InlineData(401, "", ProviderFailure.InvalidApiKey, 2001)]
    [InlineData(
        403,
        """{"status":403,"message":"API Key is missing or invalid. Please check your request."}""",
        ProviderFailure.InvalidApiKey,
        2001
    )]
    [InlineData(403, UsageLimits, ProviderFailure.QuotaExceeded, 2001)]
    [InlineData(403, """{"status":403,"message":"Not entitled"}""", ProviderFailure.Forbidden, 2003)]
    [InlineData(403, "", ProviderFailure.Forbidden, 2003)]
    [InlineData(403, "<html>Usage limits</html>", ProviderFailure.Forbidden, 2003)]
    [InlineData(400, """{"code":400,"message":"Unable to process JSON"}""", ProviderFailure.BadRequest, 2006)]
    [InlineData(400, ProfileNotFound, ProviderFailure.BadRequest, 2006)]
    [InlineData(422, """{"status":422,"message":"Invalid"}""", ProviderFailure.BadRequest, 2006)]
    [InlineData(418, "", ProviderFailure.BadRequest, 2006)]
    [InlineData(429, "", ProviderFailure.Throttled, 2016)]
    [InlineData(500, "", ProviderFailure.Unavailable, 2008)]
    [InlineData(502, "<html>Bad gateway</html>", ProviderFailure.Unavailable, 2008)]
    [InlineData(503, "", ProviderFailure.Unavailable, 2008)]
    [InlineData(504, "", ProviderFailure.Unavailable, 2008)]
    [InlineData(599, "", ProviderFailure.Unavailable, 2008)]
    [InlineData(204, "", ProviderFailure.InvalidResponse, 2007)]
    public async Task Every_other_status_is_a_failure_of_its_kind_and_one_log_line(
        int status,
        string body,
        ProviderFailure failure,
        int eventId
    )
    {
        var result = await LookUpScriptedAsync(new SimulatedResponse.Status(status, body));

        result.Should().BeOfType<ProviderResult.Failed>().Which.Failure.Should().Be(failure);
        _under
            .OwnLogs.Should()
            .ContainSingle()
            .Which.Should()
            .Match<Microsoft.Extensions.Logging.Testing.FakeLogRecord>(log =>
                log.Id.Id == eventId && log.Message.Contains($"HTTP {status}")
            );
    }

    [Theory]
    [InlineData(429, 0)]
    [InlineData(503, 60)]
    [InlineData(500, 60)]
    [InlineData(502, 60)]
    [InlineData(504, 60)]
    [InlineData(400, null)]
    [InlineData(401, 0)]
    [InlineData(403, null)]
    [InlineData(404, 0)]
    public async Task The_core_may_retry_only_what_cannot_have_been_charged(int status, int? seconds)
    {
        var result = await LookUpScriptedAsync(new SimulatedResponse.Status(status));

        result
            .Should()
            .BeOfType<ProviderResult.Failed>()
            .Which.RetryAfter.Should()
            .Be(seconds is { } wait ? Duration.FromSeconds(wait) : null);
    }

    [Theory]
    [InlineData("90", 90)]
    [InlineData("0", 1)]
    [InlineData("86400", 3600)]
    [InlineData("99999999999999", 60)]
    [InlineData("-5", 60)]
    [InlineData("soon", 60)]
    [InlineData("Sun, 01 Mar 2026 12:10:00 GMT", 600)]
    [InlineData("Sun, 01 Mar 2026 11:00:00 GMT", 1)]
    [InlineData("Mon, 01 Mar 2027 12:00:00 GMT", 3600)]
    public async Task Retry_after_is_respected_within_bounds(string retryAfter, int seconds)
    {
        (await LookUpScriptedAsync(SimulatedResponse.Unavailable(retryAfter)))
            .Should()
            .BeOfType<ProviderResult.Failed>()
            .Which.RetryAfter.Should()
            .Be(Duration.FromSeconds(seconds));

        await LookUpScriptedAsync(SimulatedResponse.Throttled(retryAfter));
        _under.Provider.Pause!.Failure.Should().Be(ProviderFailure.Throttled);
        _under.Time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        _under.Provider.Pause!.IsProbeDue.Should().BeFalse();
        _under.Time.Advance(TimeSpan.FromTicks(1));
        _under.Provider.Pause!.IsProbeDue.Should().BeTrue();
    }

    [Fact]
    public async Task An_invalid_key_is_distinguished_from_a_wrong_address()
    {
        await using var wrongKey = new ProviderUnderTest(
            _simulator.BaseAddress,
            options => options.ApiKey = "another-key"
        );
        await using var wrongAddress = new ProviderUnderTest(new Uri(_simulator.BaseAddress, "v2/"));

        (await wrongKey.LookUpAsync())
            .Should()
            .Be(new ProviderResult.Failed(ProviderFailure.InvalidApiKey, Duration.Zero, countsAsAttempt: false));
        (await wrongAddress.LookUpAsync())
            .Should()
            .Be(new ProviderResult.Failed(ProviderFailure.WrongEndpoint, Duration.Zero, countsAsAttempt: false));
        wrongAddress.OwnLogs.Should().ContainSingle().Which.Message.Should().Contain("/v2/v3/person.enrich");
    }

    [Fact]
    public async Task Without_retries_it_never_sends_twice()
    {
        foreach (
            var scripted in new[]
            {
                SimulatedResponse.Unavailable("0"),
                new SimulatedResponse.Queued(),
                new SimulatedResponse.Drop(),
                SimulatedResponse.Throttled("0"),
            }
        )
        {
            var before = _simulator.Calls;
            await LookUpScriptedAsync(scripted);
            (_simulator.Calls - before).Should().Be(1, "{0} is for the core to retry", scripted);
        }
    }

    private Task<ProviderResult> LookUpScriptedAsync(SimulatedResponse scripted)
    {
        _simulator.Script(ProviderUnderTest.Email, scripted);
        return _under.LookUpAsync();
    }

    private void LoggedAs(int eventId, LogLevel level) =>
        _under
            .OwnLogs.Should()
            .ContainSingle()
            .Which.Should()
            .Match<Microsoft.Extensions.Logging.Testing.FakeLogRecord>(log =>
                log.Id.Id == eventId && log.Level == level
            );
}
