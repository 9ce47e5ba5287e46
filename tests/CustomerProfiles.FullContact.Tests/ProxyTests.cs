using System.Net;
using CustomerProfiles.FullContact.Tests.Support;
using CustomerProfiles.Providers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.FullContact.Tests;

/// <summary>
/// Calls to this machine use no proxy, whoever has set it, because they carry the key and addresses unencrypted.
/// </summary>
[Collection(nameof(ProcessProxyCollection))]
public sealed class ProxyTests : IAsyncLifetime
{
    private readonly IWebProxy _before = HttpClient.DefaultProxy;
    private LoopbackServer _api = null!;
    private LoopbackServer _proxy = null!;

    public async Task InitializeAsync()
    {
        _api = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("""{"bio":"Of the API."}"""));
        _proxy = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("""{"bio":"Of the proxy."}"""));
    }

    public async Task DisposeAsync()
    {
        HttpClient.DefaultProxy = _before;
        await _api.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    /// <summary>http_proxy, HTTPS_PROXY, ALL_PROXY and so on all set this property.</summary>
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task The_proxy_of_the_process_sees_nothing(string host)
    {
        HttpClient.DefaultProxy = new WebProxy(_proxy.BaseAddress);
        await using var under = new ProviderUnderTest(At(host));

        await ShouldCallTheApiAsync(under);
    }

    [Fact]
    public async Task A_proxy_that_is_set_later_sees_nothing_either()
    {
        await using var under = new ProviderUnderTest(At("127.0.0.1"));
        HttpClient.DefaultProxy = new WebProxy(_proxy.BaseAddress);

        await ShouldCallTheApiAsync(under);
    }

    public static TheoryData<string, Func<IWebProxy, HttpMessageHandler>> Handlers =>
        new()
        {
            {
                "sockets",
                proxy => new SocketsHttpHandler { Proxy = proxy }
            },
            {
                "client",
                proxy => new HttpClientHandler { Proxy = proxy }
            },
            { "sockets, proxy of the process", _ => new SocketsHttpHandler() },
            { "client, proxy of the process", _ => new HttpClientHandler() },
            {
                "wrapped",
                proxy => new OnTheWay((_, send) => send()) { InnerHandler = new SocketsHttpHandler { Proxy = proxy } }
            },
        };

    [Theory]
    [MemberData(nameof(Handlers))]
    public async Task A_proxy_of_the_hosts_handler_sees_nothing(
        string name,
        Func<IWebProxy, HttpMessageHandler> handler
    )
    {
        var proxy = new WebProxy(_proxy.BaseAddress);
        HttpClient.DefaultProxy = proxy;
        await using var under = new ProviderUnderTest(
            At("127.0.0.1"),
            http: client => client.ConfigurePrimaryHttpMessageHandler(() => handler(proxy))
        );

        name.Should().NotBeEmpty();
        await ShouldCallTheApiAsync(under);
    }

    [Fact]
    public async Task Other_calls_use_the_proxy()
    {
        HttpClient.DefaultProxy = new WebProxy(_proxy.BaseAddress);
        await using var under = new ProviderUnderTest(new Uri("https://api.fullcontact.example/"));

        await under.LookUpAsync();

        _proxy
            .Received.Should()
            .ContainSingle()
            .Which.Should()
            .Match<ReceivedRequest>(request =>
                request.Method == "CONNECT" && !request.Headers.ContainsKey("Authorization") && request.Body.Length == 0
            );
    }

    [Theory]
    [InlineData("http://127.0.0.1:5080/", true)]
    [InlineData("http://127.1.2.3/", true)]
    [InlineData("http://[::1]:5080/", true)]
    [InlineData("http://[::ffff:127.0.0.1]/", true)]
    [InlineData("https://localhost/", true)]
    [InlineData("https://LocalHost./", true)]
    [InlineData("https://api.localhost:5001/", true)]
    [InlineData("https://a.b.localhost./", true)]
    [InlineData("https://localhost.example.com/", false)]
    [InlineData("https://notlocalhost/", false)]
    [InlineData("https://127.0.0.1.example.com/", false)]
    [InlineData("https://api.fullcontact.com/", false)]
    [InlineData("https://10.0.0.1/", false)]
    [InlineData("https://[2001:db8::1]/", false)]
    public void This_machine_is_recognized(string address, bool isThisMachine)
    {
        var proxy = new ProxyExceptForThisMachine(new WebProxy("http://proxy.example:3128"));

        proxy.IsBypassed(new Uri(address)).Should().Be(isThisMachine);
        (proxy.GetProxy(new Uri(address)) is null).Should().Be(isThisMachine);
    }

    private Uri At(string host) => new UriBuilder(_api.BaseAddress) { Host = host }.Uri;

    private async Task ShouldCallTheApiAsync(ProviderUnderTest under)
    {
        (await under.LookUpAsync())
            .Should()
            .BeOfType<ProviderResult.Matched>()
            .Which.Information.Bio.Should()
            .Be("Of the API.");
        _proxy.Received.Should().BeEmpty();
        _api.Received.Should().ContainSingle();
    }
}
