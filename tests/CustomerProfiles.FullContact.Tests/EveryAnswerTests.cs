using CustomerProfiles.Conversations;
using CustomerProfiles.Enrichment;
using CustomerProfiles.FullContact.Tests.Support;
using CustomerProfiles.Profiles;
using CustomerProfiles.Sidebar;
using CustomerProfiles.Stores;
using FullContact.Simulator;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.FullContact.Tests;

/// <summary>
/// Every answer of the API and every trouble on the way, from a conversation to the sidebar: what is recorded, whether the question is put again by itself, whether anybody
/// else is asked about, and what FullContact charges. The same table stands in docs/fullcontact.md, and a test compares them.
/// </summary>
public sealed class EveryAnswerTests
{
    private const string Maria = "maria.quill@example.org";

    private static readonly SimulatedAnswer Person = new SimulatedAnswer.Match(Persona.Full.Body);

    /// <summary>What became of it.</summary>
    /// <param name="Answer">What FullContact sends.</param>
    /// <param name="Recorded">The check's outcome; null when it is none.</param>
    /// <param name="Failure">The failure; null when there is none.</param>
    /// <param name="Then">What comes next.</param>
    /// <param name="Billed">The matches that were charged for.</param>
    /// <param name="Spent">The matches that the budget counts.</param>
    private sealed record Row(SimulatedAnswer Answer, CheckOutcome? Recorded, ProviderFailure? Failure, Then Then, int Billed = 0, int Spent = 0);

    private enum Then
    {
        /// <summary>The check is over; the next is asked for when it is due.</summary>
        NextWhenDue,

        /// <summary>Nobody asks again before the next new conversation.</summary>
        NextConversation,

        /// <summary>It may be paid, so nobody asks again before a new conversation a day later.</summary>
        ConversationNextDay,

        /// <summary>The same question is put again later.</summary>
        AskedAgain,

        /// <summary>The check waits, and nobody is asked about, until it is put right.</summary>
        Paused,

        /// <summary>The check waits, and nobody is asked about for a while.</summary>
        BackedOff,

        /// <summary>The customer is not looked up any more.</summary>
        Suppressed,
    }

    private static readonly Dictionary<string, Row> Rows = new()
    {
        ["200, a person"] = new(Person, CheckOutcome.Matched, null, Then.NextWhenDue, 1, 1),
        ["200, nothing to show"] = new(new SimulatedAnswer.Match("{}"), CheckOutcome.NothingToShow, null, Then.NextWhenDue, 1, 1),
        ["200, nothing that fits"] = new(
            new SimulatedAnswer.Match("""{"avatar":"data:image/png;base64,AAAA","organization":"\u200b\u200b"}"""), CheckOutcome.NothingToShow, null, Then.NextWhenDue, 1, 1),
        ["200, details null"] = new(new SimulatedAnswer.Match(Persona.NullDetails.Body), CheckOutcome.Matched, null, Then.NextWhenDue, 1, 1),
        ["200, another content type"] = new(SimulatedAnswer.WrongContentType(Persona.Full.Body), CheckOutcome.Matched, null, Then.NextWhenDue, 1, 1),
        ["200, a status in the JSON that says otherwise"] = new(new SimulatedAnswer.Match("""{"status":404,"message":"Profile not found","bio":"x"}"""), CheckOutcome.Matched, null, Then.NextWhenDue, 1, 1),
        ["200, broken JSON"] = new(SimulatedAnswer.BrokenJson, null, ProviderFailure.Unreadable, Then.ConversationNextDay, 0, 1),
        ["200, JSON that stops"] = new(SimulatedAnswer.TruncatedJson, null, ProviderFailure.Unreadable, Then.ConversationNextDay, 0, 1),
        ["200, HTML"] = new(SimulatedAnswer.HtmlPage, null, ProviderFailure.Unreadable, Then.ConversationNextDay, 0, 1),
        ["200, empty"] = new(new SimulatedAnswer.Status(200), null, ProviderFailure.Unreadable, Then.ConversationNextDay, 0, 1),
        ["200, nested too deep"] = new(SimulatedAnswer.DeeplyNested(), null, ProviderFailure.Unreadable, Then.ConversationNextDay, 0, 1),
        ["200, 1 GB"] = new(new SimulatedAnswer.Huge(1L << 30) { Billed = true }, null, ProviderFailure.Unreadable, Then.ConversationNextDay, 1, 1),
        ["200, without end"] = new(new SimulatedAnswer.Endless { Billed = true }, null, ProviderFailure.Unreadable, Then.ConversationNextDay, 1, 1),
        ["200, cut off after the headers"] = new(new SimulatedAnswer.CutOff(Person, 0), null, ProviderFailure.Unreadable, Then.ConversationNextDay, 1, 1),
        ["200, cut off half way"] = new(new SimulatedAnswer.CutOff(Person), null, ProviderFailure.Unreadable, Then.ConversationNextDay, 1, 1),
        ["202, queued"] = new(new SimulatedAnswer.Queued(), null, null, Then.AskedAgain),
        ["204"] = new(SimulatedAnswer.NoContent, null, ProviderFailure.Unreadable, Then.ConversationNextDay, 0, 1),
        ["301"] = new(new SimulatedAnswer.Status(301), null, ProviderFailure.WrongAddress, Then.Paused),
        ["400, not JSON"] = new(SimulatedAnswer.UnreadableQuestion, null, ProviderFailure.BadRequest, Then.NextConversation),
        ["400, a bad value"] = new(SimulatedAnswer.BadRequest(), null, ProviderFailure.BadRequest, Then.NextConversation),
        ["401"] = new(new SimulatedAnswer.KeyRefused(), null, ProviderFailure.BadKey, Then.Paused),
        ["401, expired"] = new(new SimulatedAnswer.KeyRefused("Expired access token"), null, ProviderFailure.BadKey, Then.Paused),
        ["403, key"] = new(SimulatedAnswer.KeyMissing, null, ProviderFailure.BadKey, Then.Paused),
        ["403, usage limits"] = new(SimulatedAnswer.QuotaExceeded, null, ProviderFailure.QuotaExceeded, Then.Paused),
        ["403, not entitled"] = new(new SimulatedAnswer.Status(403, """{"status":403,"message":"forbidden"}"""), null, ProviderFailure.Forbidden, Then.NextConversation),
        ["403, empty"] = new(new SimulatedAnswer.Status(403), null, ProviderFailure.Forbidden, Then.NextConversation),
        ["404, profile not found"] = new(new SimulatedAnswer.Miss(), CheckOutcome.NoMatch, null, Then.NextWhenDue),
        ["404, nobody found in other words"] = new(
            new SimulatedAnswer.Status(404, """{"status":404,"message":"No matching person was found."}"""), CheckOutcome.NoMatch, null, Then.NextWhenDue),
        ["404, words that tell neither"] = new(
            new SimulatedAnswer.Status(404, """{"message":"Not Found"}"""), null, ProviderFailure.WrongAddress, Then.AskedAgain),
        ["404, endpoint not found"] = new(SimulatedAnswer.WrongEndpoint, null, ProviderFailure.WrongAddress, Then.Paused),
        ["404, empty"] = new(new SimulatedAnswer.Status(404), null, ProviderFailure.WrongAddress, Then.Paused),
        ["405"] = new(SimulatedAnswer.MethodNotAllowed, null, ProviderFailure.WrongAddress, Then.Paused),
        ["408"] = new(new SimulatedAnswer.Status(408), null, ProviderFailure.Unavailable, Then.AskedAgain),
        ["410"] = new(SimulatedAnswer.Gone, null, ProviderFailure.WrongAddress, Then.Paused),
        ["422, with a message"] = new(SimulatedAnswer.Unprocessable(), null, ProviderFailure.BadRequest, Then.NextConversation),
        ["422, empty"] = new(SimulatedAnswer.UnprocessableWithoutBody, CheckOutcome.NoMatch, null, Then.NextWhenDue),
        ["429"] = new(SimulatedAnswer.Throttled(), null, ProviderFailure.Throttled, Then.BackedOff),
        ["429, Retry-After"] = new(SimulatedAnswer.Throttled("600"), null, ProviderFailure.Throttled, Then.BackedOff),
        ["451"] = new(SimulatedAnswer.LegallyWithheld, CheckOutcome.Withheld, null, Then.Suppressed),
        ["500"] = new(SimulatedAnswer.ServerError, null, ProviderFailure.Unavailable, Then.AskedAgain),
        ["502, HTML"] = new(SimulatedAnswer.BadGateway, null, ProviderFailure.Unavailable, Then.AskedAgain),
        ["503, Retry-After"] = new(SimulatedAnswer.Unavailable("30"), null, ProviderFailure.Unavailable, Then.AskedAgain),
        ["504, HTML"] = new(SimulatedAnswer.GatewayTimeout, null, ProviderFailure.Unavailable, Then.AskedAgain),
        ["the connection breaks without an answer"] = new(new SimulatedAnswer.Drop { Billed = true }, null, ProviderFailure.Unanswered, Then.ConversationNextDay, 1, 1),
        ["no answer in time"] = new(new SimulatedAnswer.Silence { Billed = true }, null, ProviderFailure.TimedOut, Then.ConversationNextDay, 1, 1),
        ["a body that stops coming"] = new(new SimulatedAnswer.Slow(Person, Timeout.InfiniteTimeSpan), null, ProviderFailure.TimedOut, Then.ConversationNextDay, 1, 1),
    };

    public static TheoryData<string> Names => [.. Rows.Keys];

    [Fact]
    public void The_table_in_the_documentation_is_this_one()
    {
        var documented = File.ReadLines(Path.Combine(RepositoryRoot.Path, "docs", "fullcontact.md"))
            .SkipWhile(line => !line.StartsWith("| FullContact sends |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'));

        documented.Should().Equal(Rows.Select(row => $"| {row.Key} | {Recorded(row.Value)} | {Next(row.Value.Then)} | {(row.Value.Spent == 1 ? "yes" : "no")} |"));

        static string Recorded(Row row) => row.Recorded is { } outcome ? $"check: {outcome}" : row.Failure is { } failure ? $"failure: {failure}" : "nothing yet";

        static string Next(Then then) => then switch
        {
            Then.NextWhenDue => "the next check when it is due",
            Then.NextConversation => "the next new conversation asks",
            Then.ConversationNextDay => "the first new conversation after a day asks",
            Then.AskedAgain => "put again by itself",
            Then.Paused => "everybody waits until it is put right",
            Then.BackedOff => "everybody waits a while",
            _ => "the customer is suppressed",
        };
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Ends_as_the_table_says_and_costs_what_it_says(string name)
    {
        var row = Rows[name];
        await using var simulator = await FullContactSimulator.StartAsync(ProviderUnderTest.Key);
        await using var under = new ProviderUnderTest(simulator.BaseAddress, options => options.DailyBudget = 1000);
        simulator.Script(Maria, row.Answer, new SimulatedAnswer.Miss());
        var profiles = under.Services.GetRequiredService<ICustomerProfiles>();
        var created = (ConversationOutcome.Created)await TellAsync("first");

        await DrainAsync(isSlow: row.Failure == ProviderFailure.TimedOut);

        var view = await ViewAsync();
        view.LastOutcome.Should().Be(row.Recorded);
        view.LastCheckAt.HasValue.Should().Be(row.Recorded is not null, "a failure is no check");
        view.LastFailure.Should().Be(row.Failure);
        view.IsPending.Should().Be(row.Then is Then.AskedAgain or Then.Paused or Then.BackedOff);
        view.Pause?.Failure.Should().Be(row.Failure);
        (view.Pause is not null).Should().Be(row.Then is Then.Paused or Then.BackedOff);
        (await profiles.SidebarAsync(created.Profile.Id))!.IsSuppressed.Should().Be(row.Then is Then.Suppressed);
        simulator.Calls.Should().Be(1);
        simulator.BilledMatches.Should().Be(row.Billed);
        (await SpentAsync()).Should().Be(row.Spent);

        var next = (await TellAsync("second")).Checks[0];
        next.Reason.Should().Be(row.Then switch
        {
            Then.NextWhenDue => CheckReason.NotDueYet,
            Then.NextConversation => CheckReason.FirstCheck,
            Then.ConversationNextDay => CheckReason.FailedLately,
            Then.Suppressed => CheckReason.DoNotLookUp,
            _ => CheckReason.AlreadyAsked,
        });
        if (row.Then is Then.AskedAgain or Then.Paused or Then.BackedOff)
        {
            under.Time.Advance(TimeSpan.FromHours(1));
            await DrainAsync(isSlow: false);
            simulator.Calls.Should().Be(2);
            (await ViewAsync()).LastOutcome.Should().Be(CheckOutcome.NoMatch);
        }

        async Task<ConversationOutcome> TellAsync(string id) =>
            await profiles.ConversationReceivedAsync(new Conversation(id, Maria, Instant.FromDateTimeOffset(under.Time.GetUtcNow())));

        async Task<SidebarProvider> ViewAsync() => (await profiles.SidebarAsync(created.Profile.Id))!.Providers[0];

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

        // The store tells no count; so many can be given back until one more is not missed.
        async Task<int> SpentAsync()
        {
            var store = under.Services.GetRequiredService<ICustomerProfileStore>();
            var period = new SpendingPeriod(FullContactDefaults.ProviderName, "2026-03-01");
            for (var most = 0; ; most++)
            {
                if (await store.TrySpendAsync(period, most + 1, CancellationToken.None))
                {
                    await store.GiveBackAsync(period, CancellationToken.None);
                    return most;
                }
            }
        }
    }
}
