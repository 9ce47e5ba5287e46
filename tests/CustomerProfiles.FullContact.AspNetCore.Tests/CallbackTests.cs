using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CustomerProfiles.FullContact.AspNetCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.FullContact.AspNetCore.Tests;

public sealed class CallbackTests
{
    [Fact]
    public async Task A_match_fills_the_profile()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();
        (await host.CheckOfAsync(pending)).IsPending.Should().BeTrue();

        var response = await host.CallAsync(pending.Address);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        var profile = await host.ProfileOfAsync(pending);
        profile.Photo.Should().Be(new Photo(new Uri("https://img.example.com/ada.png")));
        profile.Location.Should().Be("London");
        profile.Bio.Should().Be("Wrote the first program.");
        (await host.CheckOfAsync(pending))
            .Should()
            .BeEquivalentTo(new { IsPending = false, LastOutcome = CheckOutcome.Matched });
        host.Events.Should().Equal(2100);
        (await host.DrainAsync()).Should().Be(0, "nothing is left to look up");
    }

    [Fact]
    public async Task A_photo_with_a_too_long_address_is_replaced_by_the_next()
    {
        await using var host = await WebhookHost.StartAsync(profiles: builder =>
            builder.Services.Configure<CustomerProfilesOptions>(options =>
                options.Limits = EditLimits.Default with { PhotoUrl = 60 }
            )
        );
        var pending = await host.RequestCheckAsync();
        var person = $$$"""
            {"avatar":"https://img.example.com/{{{new string('a', 60)}}}.png",
             "details":{"photos":[{"value":"https://img.example.com/short.png"}]}}
            """;

        (await host.CallAsync(pending.Address, person)).StatusCode.Should().Be(HttpStatusCode.OK);

        var photo = (await host.ProfileOfAsync(pending)).Photo;
        photo.Should().Be(new Photo(new Uri("https://img.example.com/short.png")));
    }

    [Fact]
    public async Task Every_response_is_empty_and_not_cached()
    {
        await using var host = await WebhookHost.StartAsync(options => options.MaxBodyBytes = 1024);
        var pending = await host.RequestCheckAsync();
        var responses = new[]
        {
            await host.CallAsync(new Uri(WebhookHost.PublicAddress)),
            await host.CallAsync(pending.Address, new string(' ', 2000)),
            await host.CallAsync(pending.Address, "nothing"),
            await host.CallAsync(pending.Address),
            await host.CallAsync(pending.Address),
        };

        responses.Select(response => (int)response.StatusCode).Should().Equal(404, 413, 422, 200, 200);
        foreach (var response in responses)
        {
            (await response.Content.ReadAsByteArrayAsync()).Should().BeEmpty();
            response.Content.Headers.ContentType.Should().BeNull();
            response.Headers.CacheControl.Should().Be(new CacheControlHeaderValue { NoStore = true });
        }
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/octet-stream")]
    [InlineData(null)]
    public async Task The_content_type_does_not_matter(string? contentType)
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();

        (await host.CallAsync(pending.Address, $" \r\n{WebhookHost.Person}\n", contentType))
            .StatusCode.Should()
            .Be(HttpStatusCode.OK);

        (await host.ProfileOfAsync(pending)).Location.Should().Be("London");
    }

    [Fact]
    public async Task A_byte_order_mark_does_not_matter()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();

        (
            await host.CallAsync(
                pending.Address,
                [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(WebhookHost.Person)]
            )
        )
            .StatusCode.Should()
            .Be(HttpStatusCode.OK);

        (await host.ProfileOfAsync(pending)).Location.Should().Be("London");
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json")]
    public async Task A_form_as_V2_sent_it_is_read(string contentType)
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();
        var form = await new FormUrlEncodedContent([
            new("webhookId", "result=7"),
            new("result", """{"status":200,"location":"Málaga & São + 100%"}"""),
        ]).ReadAsStringAsync();

        (await host.CallAsync(pending.Address, form, contentType)).StatusCode.Should().Be(HttpStatusCode.OK);

        (await host.ProfileOfAsync(pending)).Location.Should().Be("Málaga & São + 100%");
    }

    [Fact]
    public async Task The_json_of_V2_is_read()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();

        (await host.CallAsync(pending.Address, $$"""{"webhookId":"7","result":{{WebhookHost.Person}}}"""))
            .StatusCode.Should()
            .Be(HttpStatusCode.OK);

        (await host.ProfileOfAsync(pending)).Location.Should().Be("London");
    }

    [Fact]
    public async Task A_miss_is_a_check()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();
        var before = await host.ProfileOfAsync(pending);

        (await host.CallAsync(pending.Address, WebhookHost.Miss)).StatusCode.Should().Be(HttpStatusCode.OK);

        (await host.CheckOfAsync(pending))
            .Should()
            .BeEquivalentTo(new { IsPending = false, LastOutcome = CheckOutcome.NoMatch });
        (await host.ProfileOfAsync(pending)).Version.Should().Be(before.Version);
    }

    [Fact]
    public async Task A_thin_match_is_a_check()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();

        (await host.CallAsync(pending.Address, "{}")).StatusCode.Should().Be(HttpStatusCode.OK);

        (await host.CheckOfAsync(pending)).LastOutcome.Should().Be(CheckOutcome.NothingToShow);
    }

    [Fact]
    public async Task A_withheld_result_suppresses_the_customer()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();

        (await host.CallAsync(pending.Address, """{"status":451,"message":"Unavailable"}"""))
            .StatusCode.Should()
            .Be(HttpStatusCode.OK);

        (await host.CheckOfAsync(pending)).LastOutcome.Should().Be(CheckOutcome.Withheld);
        (await host.Store.GetAsync(pending.Tenant, pending.Id, CancellationToken.None))!.IsSuppressed.Should().BeTrue();
    }

    [Fact]
    public async Task Each_request_has_the_public_address_with_its_own_token()
    {
        await using var host = await WebhookHost.StartAsync();
        var ada = await host.RequestCheckAsync();
        var grace = await host.RequestCheckAsync("grace@example.org");

        ada.Address.GetLeftPart(UriPartial.Path).Should().Be(WebhookHost.PublicAddress);
        ada.Token.Should().MatchRegex("^[A-Za-z0-9_-]{100,600}$");
        grace.Token.Should().NotBe(ada.Token);
    }

    [Fact]
    public async Task A_token_completes_only_its_own_check()
    {
        await using var host = await WebhookHost.StartAsync();
        var ada = await host.RequestCheckAsync();
        var grace = await host.RequestCheckAsync("grace@example.org");

        await host.CallAsync(grace.Address, """{"location":"Arlington"}""");

        (await host.ProfileOfAsync(grace)).Location.Should().Be("Arlington");
        await host.ShouldStillWaitAsync(ada);
    }

    [Fact]
    public async Task A_token_completes_only_a_check_of_its_tenant()
    {
        await using var host = await WebhookHost.StartAsync();
        var north = await host.RequestCheckAsync(tenant: new TenantId("north"));
        var south = await host.RequestCheckAsync(tenant: new TenantId("south"));

        await host.CallAsync(south.Address, """{"location":"Naples"}""");

        (await host.ProfileOfAsync(south)).Location.Should().Be("Naples");
        await host.ShouldStillWaitAsync(north);
    }
}
