using System.Text.Json;
using CustomerProfiles.FullContact.Tests.Support;
using CustomerProfiles.Providers;
using Microsoft.AspNetCore.Http;

namespace CustomerProfiles.FullContact.Tests;

/// <summary>The HTTP request.</summary>
public sealed class FullContactRequestTests
{
    [Fact]
    public async Task A_lookup_is_one_post_with_the_addresses_the_bundles_and_the_key()
    {
        await using var server = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("{}"));
        await using var under = new ProviderUnderTest(server.BaseAddress);

        await under.LookUpAsync(["Maria+Shop@Example.ORG", "m@bücher.example"]);

        var request = server.Received.Should().ContainSingle().Subject;
        request.Method.Should().Be("POST");
        request.Path.Should().Be("/v3/person.enrich");
        request.Headers["Authorization"].Should().Be($"Bearer {ProviderUnderTest.Key}");
        request.Headers["Content-Type"].Should().Be("application/json");
        request.Headers["Accept"].Should().Be("application/json");
        using var body = JsonDocument.Parse(request.Body);
        body.RootElement.EnumerateObject().Select(property => property.Name).Should().Equal("emails", "dataFilter");
        Texts(body, "emails").Should().Equal("maria+shop@example.org", "m@xn--bcher-kva.example");
        Texts(body, "dataFilter").Should().Equal("individual", "professional", "social");
    }

    [Fact]
    public async Task Of_many_addresses_the_first_25_are_sent()
    {
        await using var server = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("{}"));
        await using var under = new ProviderUnderTest(server.BaseAddress);

        await under.LookUpAsync(Enumerable.Range(1, 40).Select(number => $"maria{number}@example.org"));

        using var body = JsonDocument.Parse(server.Received.Single().Body);
        Texts(body, "emails").Should().Equal(Enumerable.Range(1, 25).Select(number => $"maria{number}@example.org"));
    }

    [Fact]
    public async Task A_bundle_that_is_named_twice_is_requested_once()
    {
        await using var server = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("{}"));
        await using var under = new ProviderUnderTest(
            server.BaseAddress,
            options => options.DataFilter = ["social", "individual", "social"]
        );

        await under.LookUpAsync();

        using var body = JsonDocument.Parse(server.Received.Single().Body);
        Texts(body, "dataFilter").Should().Equal("social", "individual");
    }

    [Theory]
    [InlineData("gateway/fullcontact")]
    [InlineData("gateway/fullcontact/")]
    public async Task The_endpoint_is_below_the_address_configured(string path)
    {
        await using var server = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("{}"));
        await using var under = new ProviderUnderTest(new Uri(server.BaseAddress, path));

        await under.LookUpAsync();

        server.Received.Single().Path.Should().Be("/gateway/fullcontact/v3/person.enrich");
    }

    [Fact]
    public async Task The_key_is_not_among_the_named_clients_default_headers()
    {
        await using var under = new ProviderUnderTest(new Uri("http://127.0.0.1:9/"));
        using var client = ((IHttpClientFactory)under.Services.GetService(typeof(IHttpClientFactory))!).CreateClient(
            FullContactDefaults.HttpClientName
        );

        client.DefaultRequestHeaders.Should().BeEmpty();
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_not_followed(int status)
    {
        await using var elsewhere = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("{}"));
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = new Uri(elsewhere.BaseAddress, "v3/person.enrich").AbsoluteUri;
            return Task.CompletedTask;
        });
        await using var under = new ProviderUnderTest(server.BaseAddress);

        (await under.LookUpAsync())
            .Should()
            .Be(
                new ProviderResult.Failed(ProviderFailure.WrongEndpoint, NodaTime.Duration.Zero, countsAsAttempt: false)
            );
        server.Received.Should().ContainSingle();
        elsewhere.Received.Should().BeEmpty();
    }

    [Fact]
    public async Task A_cookie_is_not_sent_back()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.Cookies.Append("session", "1");
            return context.Response.WriteAsync("{}");
        });
        await using var under = new ProviderUnderTest(server.BaseAddress);

        await under.LookUpAsync();
        await under.LookUpAsync();

        server.Received.Should().HaveCount(2).And.OnlyContain(request => !request.Headers.ContainsKey("Cookie"));
    }

    [Fact]
    public async Task A_request_without_an_address_is_misuse()
    {
        await using var under = new ProviderUnderTest(new Uri("http://127.0.0.1:9/"));

        await under
            .Invoking(it =>
                it.Provider.LookUpAsync(new ProviderRequest(TenantId.Default, []), CancellationToken.None).AsTask()
            )
            .Should()
            .ThrowAsync<ArgumentException>();
        await under
            .Invoking(it =>
                it.Provider.LookUpAsync(new ProviderRequest(TenantId.Default, default), CancellationToken.None).AsTask()
            )
            .Should()
            .ThrowAsync<ArgumentException>();
        await under
            .Invoking(it => it.Provider.LookUpAsync(null!, CancellationToken.None).AsTask())
            .Should()
            .ThrowAsync<ArgumentNullException>();
    }

    private static IEnumerable<string?> Texts(JsonDocument body, string name) =>
        body.RootElement.GetProperty(name).EnumerateArray().Select(item => item.GetString());
}
