using System.Text;
using CustomerProfiles.Enrichment;
using CustomerProfiles.FullContact.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;

namespace CustomerProfiles.FullContact.Tests;

/// <summary>
/// Drives every path with a marked key, address and name, against a server that repeats all three wherever it can, and searches whatever comes out on the side: log
/// lines with their state and scopes down to level Trace, exceptions, and texts of objects.
/// </summary>
public sealed class FullContactPrivacyTests
{
    private const string Key = "MARKED-KEY-7f3a";
    private const string Email = "marked.address@example.org";
    private const string Name = "Markedname";
    private static readonly string[] Marks = [Key, "marked.address", Name];

    [Theory]
    [InlineData(200)]
    [InlineData(202)]
    [InlineData(204)]
    [InlineData(302)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(410)]
    [InlineData(422)]
    [InlineData(429)]
    [InlineData(451)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Nothing_leaks_whatever_the_status(int status)
    {
        await using var server = await LoopbackServer.StartAsync(context => RepeatEverythingAsync(context, status, WholeBody));
        await using var under = Marked(server.BaseAddress);

        var answer = await under.AskAsync(Email);

        server.Received.Single().Headers["Authorization"].Should().Contain(Key);
        server.Received.Single().Body.Should().Contain(Email);
        LeaksOf(under, answer).Should().BeEmpty();
        under.Logs.Should().ContainSingle(log => log.Id.Id == 2000).Which.Message.Should().Contain($"HTTP {status}");
    }

    [Theory]
    [InlineData("""{"message":"Usage limits for MARKED-KEY-7f3a exceeded by marked.address@example.org"}""", 403)]
    [InlineData("""{"message":"API Key MARKED-KEY-7f3a is missing or invalid"}""", 403)]
    [InlineData("""{"message":"Profile not found: Markedname marked.address@example.org"}""", 404)]
    [InlineData("""{"fullName":"Markedname","bio":MARKED-KEY-7f3a}""", 200)]
    [InlineData("""{"fullName":"Markedname""", 200)]
    [InlineData("Markedname marked.address@example.org", 200)]
    public async Task Nothing_leaks_whatever_the_body(string body, int status)
    {
        await using var server = await LoopbackServer.StartAsync(context => RepeatEverythingAsync(context, status, body));
        await using var under = Marked(server.BaseAddress);

        LeaksOf(under, await under.AskAsync(Email)).Should().BeEmpty();
    }

    [Fact]
    public async Task Nothing_leaks_when_the_answer_is_too_long()
    {
        await using var server = await LoopbackServer.StartAsync(context => RepeatEverythingAsync(context, 200, WholeBody.PadRight(5_000)));
        await using var under = Marked(server.BaseAddress, configure: options => options.MaxAnswerBytes = 1024);

        LeaksOf(under, await under.AskAsync(Email)).Should().BeEmpty();
    }

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    public async Task Nothing_leaks_when_the_connection_breaks(int status)
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            context.Response.ContentLength = 10_000;
            await RepeatEverythingAsync(context, status, WholeBody);
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        await using var under = Marked(server.BaseAddress);

        LeaksOf(under, await under.AskAsync(Email)).Should().BeEmpty();
    }

    [Fact]
    public async Task Nothing_leaks_when_an_exception_underneath_holds_it_all()
    {
        foreach (var broken in new Exception[] { new HttpRequestException($"{Key} {Email} {Name}"), new IOException($"{Key} {Email} {Name}"), new TaskCanceledException($"{Key} {Email} {Name}") })
        {
            await using var under = Marked(new Uri("http://127.0.0.1:9/"), client => client.AddHttpMessageHandler(() => new OnTheWay((_, _) => throw broken)));

            LeaksOf(under, await under.AskAsync(Email)).Should().BeEmpty();
        }
    }

    [Fact]
    public async Task Nothing_leaks_with_the_callers_cancellation()
    {
        using var cancellation = new CancellationTokenSource();
        await using var under = Marked(new Uri("http://127.0.0.1:9/"), client => client.AddHttpMessageHandler(() => new OnTheWay((_, _) =>
        {
            cancellation.Cancel();
            throw new TaskCanceledException($"{Key} {Email} {Name}", new HttpRequestException(Key));
        })));

        var thrown = (await FluentActions.Awaiting(() => under.AskAsync(Email, cancellation.Token)).Should().ThrowAsync<OperationCanceledException>()).Which;

        MarksIn(thrown.ToString()).Should().BeEmpty();
        LeaksOf(under, null).Should().BeEmpty();
    }

    [Fact]
    public async Task Nothing_leaks_when_nobody_listens_or_the_time_is_over()
    {
        await using var nobody = Marked(new Uri("http://127.0.0.1:1/"));
        LeaksOf(nobody, await nobody.AskAsync(Email)).Should().BeEmpty();

        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        await using var slow = Marked(server.BaseAddress);
        var asking = slow.AskAsync(Email);
        await arrived.Task;
        slow.Time.Advance(TimeSpan.FromMinutes(1));
        LeaksOf(slow, await asking).Should().BeEmpty();
    }

    [Fact]
    public async Task Nothing_leaks_through_the_texts_of_objects_or_a_failed_validation()
    {
        await using var under = Marked(new Uri("http://127.0.0.1:9/"));
        var options = under.Services.GetRequiredService<IOptions<FullContactOptions>>().Value;
        options.ApiKey.Should().Be(Key);

        MarksIn($"{options} {under.Provider} {ProviderUnderTest.QuestionAbout([Email])}").Should().BeEmpty();

        var services = new ServiceCollection();
        services.AddCustomerProfiles().AddFullContact(bad =>
        {
            bad.ApiKey = $"{Key} {Name}";
            bad.BaseAddress = new Uri($"https://{Name}:{Key}@example.com/?email={Email}");
        });
        await using var provider = services.BuildServiceProvider();
        var thrown = provider.Invoking(it => it.GetRequiredService<IProfileProvider>()).Should().Throw<OptionsValidationException>().Which;
        thrown.Failures.Should().HaveCount(2);
        MarksIn(thrown.ToString()).Should().BeEmpty();
    }

    /// <summary>Why the HTTP client has none of its usual loggers, and the proof that the search finds what is there.</summary>
    [Fact]
    public async Task The_default_loggers_would_pass_the_key_on_even_with_redacted_headers()
    {
        await using var server = await LoopbackServer.StartAsync(context => RepeatEverythingAsync(context, 200, "{}"));
        await using var under = Marked(server.BaseAddress, client => client.RedactLoggedHeaders(_ => true).AddDefaultLogger());

        LeaksOf(under, await under.AskAsync(Email)).SelectMany(MarksIn).Should().Contain(Key);
    }

    [Fact]
    public async Task The_search_finds_what_a_host_logs_in_text_scope_and_exception()
    {
        await using var server = await LoopbackServer.StartAsync(context => RepeatEverythingAsync(context, 200, WholeBody));
        await using var under = Marked(server.BaseAddress, client => client.AddHttpMessageHandler(services =>
        {
            var logger = services.GetRequiredService<ILogger<FullContactPrivacyTests>>();
            return new OnTheWay(async (request, send) =>
            {
                using (logger.BeginScope("Body {Body}", await request.Content!.ReadAsStringAsync()))
                {
                    logger.LogInformation("Sending with {Key}.", request.Headers.Authorization);
                }

                var response = await send();
                logger.LogInformation(new InvalidOperationException($"{Name} was received."), "Received.");
                return response;
            });
        }));

        LeaksOf(under, await under.AskAsync(Email)).SelectMany(MarksIn).Should().BeEquivalentTo("marked.address", Key, Name);
    }

    private static string WholeBody => $$"""{"message":"{{Key}} {{Email}}","fullName":"{{Name}}","bio":"{{Email}}","organization":"{{Key}}","avatar":"https://img.example.com/{{Name}}.png"}""";

    private static Task RepeatEverythingAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = $"/elsewhere/{Name}?apiKey={Key}&email={Email}";
        context.Response.Headers["X-Request-Id"] = $"{Key} {Email} {Name}";
        context.Response.Headers.RetryAfter = Key;
        return status == 204 ? Task.CompletedTask : context.Response.WriteAsync(body);
    }

    private static ProviderUnderTest Marked(Uri baseAddress, Action<IHttpClientBuilder>? http = null, Action<FullContactOptions>? configure = null) =>
        new(
            baseAddress,
            options =>
            {
                options.ApiKey = Key;
                configure?.Invoke(options);
            },
            http);

    private static IReadOnlyList<string> LeaksOf(ProviderUnderTest under, ProviderAnswer? answer) =>
        [.. under.Logs.Select(TextOf).Append($"answer {answer}").Where(text => MarksIn(text).Any())];

    private static string TextOf(FakeLogRecord log)
    {
        var text = new StringBuilder().Append(log.Category).Append(' ').Append(log.Message).Append(' ').Append(log.Exception);
        foreach (var (name, value) in log.StructuredState ?? [])
        {
            text.Append(' ').Append(name).Append('=').Append(value);
        }

        foreach (var scope in log.Scopes)
        {
            text.Append(' ').Append(scope);
        }

        return text.ToString();
    }

    private static IEnumerable<string> MarksIn(string text) => Marks.Where(mark => text.Contains(mark, StringComparison.OrdinalIgnoreCase));
}
