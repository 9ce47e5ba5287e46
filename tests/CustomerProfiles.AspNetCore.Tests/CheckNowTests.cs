using System.Net;
using CustomerProfiles.AspNetCore.Tests.Support;

namespace CustomerProfiles.AspNetCore.Tests;

/// <summary>Requesting a check now, over HTTP.</summary>
public sealed class CheckNowTests
{
    [Fact]
    public async Task A_check_is_requested_and_the_sidebar_shows_it_pending_until_it_has_run()
    {
        await using var host = await WebHost.StartAsync();
        var id = await CheckedAsync(host);
        host.Time.Advance(TimeSpan.FromMinutes(10));
        host.Directory.Information = new() { Location = "Paris" };

        var reply = await CheckNowAsync(host, id);

        reply.Status.Should().Be(HttpStatusCode.Accepted);
        ((string)reply.Json["id"]!).Should().Be($"{id}");
        ((bool)reply.Json["providers"]![0]!["isPending"]!).Should().BeTrue();
        await host.DrainAsync();
        var shown = await host.GetAsync($"/customers/{id}/sidebar");
        ((bool)shown.Json["providers"]![0]!["isPending"]!).Should().BeFalse();
        (await host.ProfileOfAsync(id)).Location.Should().Be("Paris");
    }

    [Fact]
    public async Task A_check_that_is_pending_already_is_not_requested_twice()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();

        var reply = await CheckNowAsync(host, id);

        reply.Status.Should().Be(HttpStatusCode.Conflict);
        reply.Code.Should().Be("already-pending");
        reply.Headers.Should().NotContainKey("Retry-After");
    }

    [Theory]
    [InlineData(0, "600")]
    [InlineData(60_000, "540")]
    [InlineData(599_500, "1")]
    public async Task Within_ten_minutes_of_a_check_it_is_said_from_when_on_to_ask_again(int after, string seconds)
    {
        await using var host = await WebHost.StartAsync();
        var id = await CheckedAsync(host);
        var from = (await host.Profiles.GetSidebarAsync(id))!
            .Providers[0]
            .LastCheckAt!.Value.Plus(NodaTime.Duration.FromMinutes(10));
        host.Time.Advance(TimeSpan.FromMilliseconds(after));

        var reply = await CheckNowAsync(host, id);

        reply.Status.Should().Be(HttpStatusCode.Conflict);
        reply.Code.Should().Be("too-soon");
        NodaTime.Text.InstantPattern.ExtendedIso.Parse((string)reply.Json["from"]!).Value.Should().Be(from);
        reply.Headers["Retry-After"].Should().Be(seconds);
    }

    [Fact]
    public async Task A_disabled_provider_is_not_asked()
    {
        await using var host = await WebHost.StartAsync();
        var id = await CheckedAsync(host);
        await host.Profiles.DisableProviderAsync("directory", Actor.Agent("sam"));

        await ShouldBeRefusedAsync(host, id, "provider-disabled");
    }

    [Fact]
    public async Task No_provider_is_asked_about_a_suppressed_customer()
    {
        await using var host = await WebHost.StartAsync();
        var id = await CheckedAsync(host);
        await host.Profiles.SuppressAsync(id, Actor.Agent("sam"));

        await ShouldBeRefusedAsync(host, id, "suppressed");
    }

    [Fact]
    public async Task A_provider_that_has_nothing_to_look_up_by_is_not_asked()
    {
        await using var host = await WebHost.StartAsync();
        var created = await host.PostAsync("/customers", """{"name":{"full":"Grace"}}""");

        await ShouldBeRefusedAsync(host, CustomerId.Parse((string)created.Json["id"]!), "nothing-to-look-up-by");
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("DIRECTORY")]
    [InlineData("%20")]
    public async Task A_provider_that_the_host_does_not_have_is_not_found(string provider)
    {
        await using var host = await WebHost.StartAsync();
        var id = await CheckedAsync(host);

        var reply = await CheckNowAsync(host, id, provider);

        reply.Status.Should().Be(HttpStatusCode.NotFound);
        reply.Code.Should().Be("unknown-provider");
    }

    private static async Task<CustomerId> CheckedAsync(WebHost host)
    {
        var id = await host.ReceiveAsync();
        await host.DrainAsync();
        return id;
    }

    private static Task<Reply> CheckNowAsync(WebHost host, CustomerId id, string provider = "directory") =>
        host.PostAsync($"/customers/{id}/providers/{provider}/check-now", "{}", WebHost.Supervisor);

    private static async Task ShouldBeRefusedAsync(WebHost host, CustomerId id, string code)
    {
        host.Time.Advance(TimeSpan.FromHours(1));

        var reply = await CheckNowAsync(host, id);

        reply.Status.Should().Be(HttpStatusCode.Conflict);
        reply.Code.Should().Be(code);
        (await host.Profiles.GetSidebarAsync(id))!.Providers.Should().OnlyContain(one => !one.IsPending);
    }
}
