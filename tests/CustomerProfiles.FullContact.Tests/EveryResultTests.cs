using CustomerProfiles.FullContact.Tests.Support;
using CustomerProfiles.Stores;
using FullContact.Simulator;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.FullContact.Tests;

/// <summary>
/// Every response and every fault, from a conversation to the sidebar: what is recorded, whether the request is
/// repeated, whether other customers are looked up, and what FullContact charges. docs/guide/fullcontact.md has the
/// same table, and a test compares them.
/// </summary>
public sealed class EveryResultTests
{
    private const string Maria = "maria.quill@example.org";

    private static readonly SimulatedResponse Person = new SimulatedResponse.Match(Persona.Full.Body);

    /// <summary>The expected outcome.</summary>
    /// <param name="Response">The response of FullContact.</param>
    /// <param name="Recorded">The outcome of the check; null for none.</param>
    /// <param name="Failure">The failure; null for none.</param>
    /// <param name="Then">What happens next.</param>
    /// <param name="Billed">The charged matches.</param>
    /// <param name="Spent">The matches that the budget counts.</param>
    private sealed record Row(
        SimulatedResponse Response,
        CheckOutcome? Recorded,
        ProviderFailure? Failure,
        Then Then,
        int Billed = 0,
        int Spent = 0
    );

    private enum Then
    {
        /// <summary>The check is complete; the next is requested when it is due.</summary>
        NextWhenDue,

        /// <summary>There is no lookup before the next new conversation.</summary>
        NextConversation,

        /// <summary>It may be charged, so there is no lookup before a new conversation a day later.</summary>
        ConversationNextDay,

        /// <summary>The request is repeated later.</summary>
        Retried,

        /// <summary>The check waits, and all lookups are paused until the cause is corrected.</summary>
        Paused,

        /// <summary>The check waits, and all lookups are paused for a while.</summary>
        BackedOff,

        /// <summary>The customer is not looked up again.</summary>
        Suppressed,
    }

    private static readonly Dictionary<string, Row> Rows = new()
    {
        ["200, a person"] = new(Person, CheckOutcome.Matched, null, Then.NextWhenDue, 1, 1),
        ["200, nothing to show"] = new(
            new SimulatedResponse.Match("{}"),
            CheckOutcome.NothingToShow,
            null,
            Then.NextWhenDue,
            1,
            1
        ),
        ["200, nothing that fits"] = new(
            new SimulatedResponse.Match("""{"avatar":"data:image/png;base64,AAAA","organization":"\u200b\u200b"}"""),
            CheckOutcome.NothingToShow,
            null,
            Then.NextWhenDue,
            1,
            1
        ),
        ["200, details null"] = new(
            new SimulatedResponse.Match(Persona.NullDetails.Body),
            CheckOutcome.Matched,
            null,
            Then.NextWhenDue,
            1,
            1
        ),
        ["200, another content type"] = new(
            SimulatedResponse.WrongContentType(Persona.Full.Body),
            CheckOutcome.Matched,
            null,
            Then.NextWhenDue,
            1,
            1
        ),
        ["200, a status in the JSON that says otherwise"] = new(
            new SimulatedResponse.Match("""{"status":404,"message":"Profile not found","bio":"x"}"""),
            CheckOutcome.Matched,
            null,
            Then.NextWhenDue,
            1,
            1
        ),
        ["200, broken JSON"] = new(
            SimulatedResponse.BrokenJson,
            null,
            ProviderFailure.InvalidResponse,
            Then.ConversationNextDay,
            0,
            1
        ),
        ["200, JSON that stops"] = new(
            SimulatedResponse.TruncatedJson,
            null,
            ProviderFailure.InvalidResponse,
            Then.ConversationNextDay,
            0,
            1
        ),
        ["200, HTML"] = new(
            SimulatedResponse.HtmlPage,
            null,
            ProviderFailure.InvalidResponse,
            Then.ConversationNextDay,
            0,
            1
        ),
        ["200, empty"] = new(
            new SimulatedResponse.Status(200),
            null,
            ProviderFailure.InvalidResponse,
            Then.ConversationNextDay,
            0,
            1
        ),
        ["200, nested too deep"] = new(
            SimulatedResponse.DeeplyNested(),
            null,
            ProviderFailure.InvalidResponse,
            Then.ConversationNextDay,
            0,
            1
        ),
        ["200, 1 GB"] = new(
            new SimulatedResponse.Huge(1L << 30) { Billed = true },
            null,
            ProviderFailure.InvalidResponse,
            Then.ConversationNextDay,
            1,
            1
        ),
        ["200, without end"] = new(
            new SimulatedResponse.Endless { Billed = true },
            null,
            ProviderFailure.InvalidResponse,
            Then.ConversationNextDay,
            1,
            1
        ),
        ["200, cut off after the headers"] = new(
            new SimulatedResponse.CutOff(Person, 0),
            null,
            ProviderFailure.InvalidResponse,
            Then.ConversationNextDay,
            1,
            1
        ),
        ["200, cut off half way"] = new(
            new SimulatedResponse.CutOff(Person),
            null,
            ProviderFailure.InvalidResponse,
            Then.ConversationNextDay,
            1,
            1
        ),
        ["202, queued"] = new(new SimulatedResponse.Queued(), null, null, Then.Retried),
        ["204"] = new(
            SimulatedResponse.NoContent,
            null,
            ProviderFailure.InvalidResponse,
            Then.ConversationNextDay,
            0,
            1
        ),
        ["301"] = new(new SimulatedResponse.Status(301), null, ProviderFailure.WrongEndpoint, Then.Paused),
        ["400, not JSON"] = new(
            SimulatedResponse.InvalidRequest,
            null,
            ProviderFailure.BadRequest,
            Then.NextConversation
        ),
        ["400, a bad value"] = new(
            SimulatedResponse.BadRequest(),
            null,
            ProviderFailure.BadRequest,
            Then.NextConversation
        ),
        ["401"] = new(new SimulatedResponse.KeyRefused(), null, ProviderFailure.InvalidApiKey, Then.Paused),
        ["401, expired"] = new(
            new SimulatedResponse.KeyRefused("Expired access token"),
            null,
            ProviderFailure.InvalidApiKey,
            Then.Paused
        ),
        ["403, key"] = new(SimulatedResponse.KeyMissing, null, ProviderFailure.InvalidApiKey, Then.Paused),
        ["403, usage limits"] = new(SimulatedResponse.QuotaExceeded, null, ProviderFailure.QuotaExceeded, Then.Paused),
        ["403, not entitled"] = new(
            new SimulatedResponse.Status(403, """{"status":403,"message":"forbidden"}"""),
            null,
            ProviderFailure.Forbidden,
            Then.NextConversation
        ),
        ["403, empty"] = new(new SimulatedResponse.Status(403), null, ProviderFailure.Forbidden, Then.NextConversation),
        ["404, profile not found"] = new(new SimulatedResponse.Miss(), CheckOutcome.NoMatch, null, Then.NextWhenDue),
        ["404, nobody found in other words"] = new(
            new SimulatedResponse.Status(404, """{"status":404,"message":"No matching person was found."}"""),
            CheckOutcome.NoMatch,
            null,
            Then.NextWhenDue
        ),
        ["404, words that tell neither"] = new(
            new SimulatedResponse.Status(404, """{"message":"Not Found"}"""),
            null,
            ProviderFailure.WrongEndpoint,
            Then.Retried
        ),
        ["404, endpoint not found"] = new(
            SimulatedResponse.WrongEndpoint,
            null,
            ProviderFailure.WrongEndpoint,
            Then.Paused
        ),
        ["404, empty"] = new(new SimulatedResponse.Status(404), null, ProviderFailure.WrongEndpoint, Then.Paused),
        ["405"] = new(SimulatedResponse.MethodNotAllowed, null, ProviderFailure.WrongEndpoint, Then.Paused),
        ["408"] = new(new SimulatedResponse.Status(408), null, ProviderFailure.Unavailable, Then.Retried),
        ["410"] = new(SimulatedResponse.Gone, null, ProviderFailure.WrongEndpoint, Then.Paused),
        ["422, with a message"] = new(
            SimulatedResponse.Unprocessable(),
            null,
            ProviderFailure.BadRequest,
            Then.NextConversation
        ),
        ["422, empty"] = new(SimulatedResponse.UnprocessableWithoutBody, CheckOutcome.NoMatch, null, Then.NextWhenDue),
        ["429"] = new(SimulatedResponse.Throttled(), null, ProviderFailure.Throttled, Then.BackedOff),
        ["429, Retry-After"] = new(SimulatedResponse.Throttled("600"), null, ProviderFailure.Throttled, Then.BackedOff),
        ["451"] = new(SimulatedResponse.LegallyWithheld, CheckOutcome.Withheld, null, Then.Suppressed),
        ["500"] = new(SimulatedResponse.ServerError, null, ProviderFailure.Unavailable, Then.Retried),
        ["502, HTML"] = new(SimulatedResponse.BadGateway, null, ProviderFailure.Unavailable, Then.Retried),
        ["503, Retry-After"] = new(
            SimulatedResponse.Unavailable("30"),
            null,
            ProviderFailure.Unavailable,
            Then.Retried
        ),
        ["504, HTML"] = new(SimulatedResponse.GatewayTimeout, null, ProviderFailure.Unavailable, Then.Retried),
        ["the connection breaks without a response"] = new(
            new SimulatedResponse.Drop { Billed = true },
            null,
            ProviderFailure.NoResponse,
            Then.ConversationNextDay,
            1,
            1
        ),
        ["no response in time"] = new(
            new SimulatedResponse.Silence { Billed = true },
            null,
            ProviderFailure.TimedOut,
            Then.ConversationNextDay,
            1,
            1
        ),
        ["a body that stops coming"] = new(
            new SimulatedResponse.Slow(Person, Timeout.InfiniteTimeSpan),
            null,
            ProviderFailure.TimedOut,
            Then.ConversationNextDay,
            1,
            1
        ),
    };

    public static TheoryData<string> Names => [.. Rows.Keys];

    [Fact]
    public void The_table_in_the_documentation_is_this_one()
    {
        var documented = File.ReadLines(Path.Combine(RepositoryRoot.Path, "docs", "guide", "fullcontact.md"))
            .SkipWhile(line => !line.StartsWith("| FullContact sends |", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'));

        documented
            .Should()
            .Equal(
                Rows.Select(row =>
                    $"| {row.Key} | {Recorded(row.Value)} | {Next(row.Value.Then)} | "
                    + $"{(row.Value.Spent == 1 ? "yes" : "no")} |"
                )
            );

        static string Recorded(Row row) =>
            row.Recorded is { } outcome ? $"check: {outcome}"
            : row.Failure is { } failure ? $"failure: {failure}"
            : "nothing yet";

        static string Next(Then then) =>
            then switch
            {
                Then.NextWhenDue => "the next check when it is due",
                Then.NextConversation => "the next new conversation requests it",
                Then.ConversationNextDay => "the first new conversation after a day requests it",
                Then.Retried => "retried automatically",
                Then.Paused => "all lookups wait until it is corrected",
                Then.BackedOff => "all lookups wait a while",
                _ => "the customer is suppressed",
            };
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_response_ends_and_costs_as_the_table_says(string name)
    {
        var row = Rows[name];
        await using var simulator = await FullContactSimulator.StartAsync(ProviderUnderTest.Key);
        await using var under = new ProviderUnderTest(simulator.BaseAddress, options => options.DailyBudget = 1000);
        simulator.Script(Maria, row.Response, new SimulatedResponse.Miss());
        var profiles = under.Services.GetRequiredService<ICustomerProfiles>();
        var created = (ConversationOutcome.Created)await TellAsync("first");

        await DrainAsync(isSlow: row.Failure == ProviderFailure.TimedOut);

        var view = await ViewAsync();
        view.LastOutcome.Should().Be(row.Recorded);
        view.LastCheckAt.HasValue.Should().Be(row.Recorded is not null, "a failure is no check");
        view.LastFailure.Should().Be(row.Failure);
        view.IsPending.Should().Be(row.Then is Then.Retried or Then.Paused or Then.BackedOff);
        view.Pause?.Failure.Should().Be(row.Failure);
        (view.Pause is not null).Should().Be(row.Then is Then.Paused or Then.BackedOff);
        (await profiles.GetSidebarAsync(created.Profile.Id))!.IsSuppressed.Should().Be(row.Then is Then.Suppressed);
        simulator.Calls.Should().Be(1);
        simulator.BilledMatches.Should().Be(row.Billed);
        (await BudgetUsedAsync()).Should().Be(row.Spent);

        var next = (await TellAsync("second")).Checks[0];
        next.Reason.Should()
            .Be(
                row.Then switch
                {
                    Then.NextWhenDue => CheckReason.NotDueYet,
                    Then.NextConversation => CheckReason.FirstCheck,
                    Then.ConversationNextDay => CheckReason.RecentFailure,
                    Then.Suppressed => CheckReason.Suppressed,
                    _ => CheckReason.AlreadyPending,
                }
            );
        if (row.Then is Then.Retried or Then.Paused or Then.BackedOff)
        {
            under.Time.Advance(TimeSpan.FromHours(1));
            await DrainAsync(isSlow: false);
            simulator.Calls.Should().Be(2);
            (await ViewAsync()).LastOutcome.Should().Be(CheckOutcome.NoMatch);
        }

        async Task<ConversationOutcome> TellAsync(string id) =>
            await profiles.ConversationReceivedAsync(
                new Conversation(id, Maria, Instant.FromDateTimeOffset(under.Time.GetUtcNow()))
            );

        async Task<SidebarProvider> ViewAsync() => (await profiles.GetSidebarAsync(created.Profile.Id))!.Providers[0];

        async Task DrainAsync(bool isSlow)
        {
            var draining = under.Services.GetRequiredService<ICheckRunner>().DrainAsync().AsTask();
            if (isSlow)
            {
                while (simulator.BilledMatches == 0)
                {
                    await Task.Yield();
                }

                under.Time.Advance(TimeSpan.FromSeconds(20));
            }

            await draining;
        }

        // The store does not expose the count, which is the number of refunds until one has no effect.
        async Task<int> BudgetUsedAsync()
        {
            var store = under.Services.GetRequiredService<ICustomerProfileStore>();
            var period = new BudgetPeriod(FullContactDefaults.ProviderName, "2026-03-01");
            for (var most = 0; ; most++)
            {
                if (await store.TryReserveBudgetAsync(period, most + 1, CancellationToken.None))
                {
                    await store.RefundAsync(period, CancellationToken.None);
                    return most;
                }
            }
        }
    }
}
