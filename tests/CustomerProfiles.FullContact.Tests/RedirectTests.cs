using CustomerProfiles.FullContact.Tests.Support;
using CustomerProfiles.Providers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace CustomerProfiles.FullContact.Tests;

/// <summary>
/// No redirect is followed, whichever handler the host uses: no address reaches another host, and its JSON is not used.
/// </summary>
public sealed class RedirectTests : IAsyncLifetime
{
    private LoopbackServer _other = null!;
    private LoopbackServer _api = null!;
    private int _status = 307;

    public static TheoryData<string, Func<HttpMessageHandler>?, int> Redirects
    {
        get
        {
            var data = new TheoryData<string, Func<HttpMessageHandler>?, int>();
            foreach (var status in new[] { 301, 302, 303, 307, 308 })
            {
                data.Add("ours", null, status);
                data.Add("sockets", () => new SocketsHttpHandler(), status);
                data.Add(
                    "sockets with redirects",
                    () => new SocketsHttpHandler { AllowAutoRedirect = true, MaxAutomaticRedirections = 3 },
                    status
                );
                data.Add("client", () => new HttpClientHandler(), status);
                data.Add("client of the host's", () => new OwnClientHandler(), status);
                data.Add(
                    "wrapped",
                    () => new OnTheWay((_, send) => send()) { InnerHandler = new HttpClientHandler() },
                    status
                );
            }

            return data;
        }
    }

    public async Task InitializeAsync()
    {
        _other = await LoopbackServer.StartAsync(context =>
            context.Response.WriteAsync("""{"bio":"Of another host."}""")
        );
        _api = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = _status;
            context.Response.Headers.Location = new Uri(_other.BaseAddress, "v3/person.enrich").AbsoluteUri;
            return Task.CompletedTask;
        });
    }

    public async Task DisposeAsync()
    {
        await _api.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Redirects))]
    public async Task No_known_handler_follows_redirects(string name, Func<HttpMessageHandler>? handler, int status)
    {
        _status = status;
        await using var under = new ProviderUnderTest(
            _api.BaseAddress,
            http: handler is null ? null : client => client.ConfigurePrimaryHttpMessageHandler(handler)
        );

        (await under.LookUpAsync())
            .Should()
            .BeOfType<ProviderResult.Failed>(name)
            .Which.Failure.Should()
            .Be(ProviderFailure.WrongEndpoint);
        _other.Received.Should().BeEmpty();
    }

    [Fact]
    public async Task A_handler_set_by_other_methods_follows_no_redirects()
    {
        await using var under = new ProviderUnderTest(
            _api.BaseAddress,
            http: client =>
                client
                    .UseSocketsHttpHandler((sockets, _) => sockets.AllowAutoRedirect = true)
                    .ConfigurePrimaryHttpMessageHandler((primary, _) => ((SocketsHttpHandler)primary).UseCookies = true)
        );

        (await under.LookUpAsync()).Should().BeOfType<ProviderResult.Failed>();
        _other.Received.Should().BeEmpty();
    }

    [Fact]
    public async Task A_handler_set_by_a_filter_follows_no_redirects()
    {
        await using var under = new ProviderUnderTest(
            _api.BaseAddress,
            more: services =>
                services.AddSingleton<IHttpMessageHandlerBuilderFilter>(
                    new SetsPrimary(() => new SocketsHttpHandler { AllowAutoRedirect = true })
                )
        );

        (await under.LookUpAsync()).Should().BeOfType<ProviderResult.Failed>();
        (await under.LookUpAsync()).Should().BeOfType<ProviderResult.Failed>();
        _other.Received.Should().BeEmpty();
    }

    [Fact]
    public async Task A_handler_of_another_type_set_by_a_filter_is_never_called()
    {
        await using var under = new ProviderUnderTest(
            _api.BaseAddress,
            more: services =>
                services.AddSingleton<IHttpMessageHandlerBuilderFilter>(new SetsPrimary(() => new FollowsByItself()))
        );

        await under.Awaiting(it => it.LookUpAsync()).Should().ThrowAsync<OptionsValidationException>();
        _api.Received.Should().BeEmpty();
        _other.Received.Should().BeEmpty();
    }

    [Fact]
    public async Task No_cookie_is_sent_with_the_next_request()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.Headers.SetCookie = "seen=maria";
            return context.Response.WriteAsync("{}");
        });
        await using var under = new ProviderUnderTest(
            server.BaseAddress,
            http: client => client.ConfigurePrimaryHttpMessageHandler(() => new HttpClientHandler { UseCookies = true })
        );
        await under.LookUpAsync();
        await under.LookUpAsync();

        server.Received.Should().HaveCount(2).And.NotContain(request => request.Headers.ContainsKey("Cookie"));
    }

    [Fact]
    public void A_handler_of_another_type_is_refused_at_the_start_with_the_name_of_the_option()
    {
        var start = () =>
            new ProviderUnderTest(
                _api.BaseAddress,
                http: client => client.ConfigurePrimaryHttpMessageHandler(() => new FollowsByItself())
            );

        start
            .Should()
            .Throw<OptionsValidationException>()
            .Which.Failures.Should()
            .ContainSingle()
            .Which.Should()
            .StartWith("FullContactOptions.AllowOtherPrimaryHandlers is False")
            .And.Contain(nameof(FollowsByItself));
    }

    [Fact]
    public async Task A_handler_that_is_already_in_use_is_refused_because_it_cannot_be_changed()
    {
        using var shared = new SocketsHttpHandler();
        using var elsewhere = new HttpClient(shared, disposeHandler: false);
        using var response = await elsewhere.GetAsync(new Uri(_other.BaseAddress, "elsewhere"));
        var start = () =>
            new ProviderUnderTest(
                _api.BaseAddress,
                http: client => client.ConfigurePrimaryHttpMessageHandler(() => shared)
            );

        start.Should().Throw<OptionsValidationException>().Which.Message.Should().Contain("has been used already");
    }

    [Fact]
    public async Task A_response_from_another_address_is_ignored_even_with_the_option()
    {
        await using var under = new ProviderUnderTest(
            _api.BaseAddress,
            options => options.AllowOtherPrimaryHandlers = true,
            client => client.ConfigurePrimaryHttpMessageHandler(() => new FollowsByItself())
        );

        (await under.LookUpAsync())
            .Should()
            .BeOfType<ProviderResult.Failed>()
            .Which.Failure.Should()
            .Be(ProviderFailure.WrongEndpoint);
        under.Provider.Pause!.Failure.Should().Be(ProviderFailure.WrongEndpoint);
    }

    private sealed class SetsPrimary(Func<HttpMessageHandler> handler) : IHttpMessageHandlerBuilderFilter
    {
        public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) =>
            builder =>
            {
                next(builder);
                builder.PrimaryHandler = handler();
            };
    }

    private sealed class OwnClientHandler : HttpClientHandler;

    private sealed class FollowsByItself : HttpMessageHandler
    {
        private readonly HttpMessageInvoker _inner = new(new SocketsHttpHandler());

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        ) => _inner.SendAsync(request, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            _inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
