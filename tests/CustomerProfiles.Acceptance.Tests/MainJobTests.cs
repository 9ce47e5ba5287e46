using System.Text.Json;

namespace CustomerProfiles.Acceptance.Tests;

/// <summary>
/// The output of the main job, run as a process, agrees with the independent count of the mailbox for every figure.
/// </summary>
public sealed class MainJobTests
{
    [Fact]
    public async Task Every_figure_of_a_first_run_agrees_with_the_independent_count()
    {
        using var folder = new KeptProfiles();
        var expected = Count();

        var run = await SampleProcess.RunAsync(folder.Folder, "--json");

        (run.ExitCode, run.Errors).Should().Be((0, ""));
        using var document = JsonDocument.Parse(run.Output);
        var root = document.RootElement;
        root.GetProperty("allWell").GetBoolean().Should().BeTrue();
        var totals = root.GetProperty("totals");
        Figures(totals)
            .Should()
            .BeEquivalentTo(
                new Dictionary<string, int>
                {
                    ["messages"] = expected.Messages,
                    ["received"] = expected.Received,
                    ["composed"] = expected.Composed,
                    ["internal"] = expected.Internal,
                    ["skipped"] = expected.Skipped,
                    ["created"] = expected.Created,
                    ["existing"] = expected.Existing,
                    ["checksCompleted"] = expected.ChecksCompleted,
                    ["matched"] = expected.ChecksMatched,
                    ["noMatch"] = expected.ChecksWithoutMatch,
                    ["failed"] = expected.ChecksFailed,
                }
            );
        Figures(totals.GetProperty("declined"))
            .Should()
            .BeEquivalentTo(
                new Dictionary<string, int>
                {
                    [nameof(DeclineReason.NoAddress)] = expected.DeclinedNoAddress,
                    [nameof(DeclineReason.NoReply)] = expected.DeclinedNoReply,
                    [nameof(DeclineReason.Automatic)] = expected.DeclinedAutomatic,
                }
            );
        var decisions = Figures(totals.GetProperty("decisions"));
        decisions[nameof(CheckReason.NotDueYet)].Should().Be(expected.NotDueYet);
        decisions[nameof(CheckReason.KnownConversation)].Should().Be(expected.KnownConversation);
        decisions[nameof(CheckReason.ComposedNeverRechecks)].Should().Be(expected.ComposedNeverRechecks);
        decisions[nameof(CheckReason.NothingToLookUpBy)].Should().Be(expected.RoleAddress);
        decisions[nameof(CheckReason.AlreadyPending)].Should().Be(expected.AlreadyPending);
        (decisions[nameof(CheckReason.FirstCheck)] + decisions[nameof(CheckReason.Due)])
            .Should()
            .Be(expected.ChecksCompleted + expected.ChecksFailed);
        decisions[nameof(CheckReason.Due)].Should().Be(expected.Rechecks);

        root.GetProperty("decisions").GetArrayLength().Should().Be(expected.Messages);
        root.GetProperty("skipped").GetArrayLength().Should().Be(expected.Skipped);
        root.GetProperty("comparison")
            .EnumerateArray()
            .Should()
            .OnlyContain(one => one.GetProperty("agrees").GetBoolean());
        root.GetProperty("steps").EnumerateArray().Should().OnlyContain(one => one.GetProperty("passed").GetBoolean());
        root.GetProperty("steps").GetArrayLength().Should().Be(17);
        root.GetProperty("history")
            .GetProperty("entries")
            .EnumerateArray()
            .Select(entry => (entry.GetProperty("kind").GetString(), entry.GetProperty("by").GetString()))
            .Should()
            .Equal(("Revert", "Agent:kim"), ("Edit", "Agent:ravi"));
        var preview = root.GetProperty("preview");
        preview.GetProperty("from").GetString().Should().NotBe(preview.GetProperty("into").GetString());
        preview
            .GetProperty("identities")
            .EnumerateArray()
            .Select(identity => identity.GetString())
            .Should()
            .Equal("email:priya.raman@example.org", "email:priya.raman+off@example.org");
        root.GetProperty("duplicates")
            .GetProperty("suggestions")
            .EnumerateArray()
            .Select(suggestion => suggestion.GetProperty("customer").GetString())
            .Should()
            .Equal(preview.GetProperty("into").GetString());
        root.GetProperty("events")
            .EnumerateArray()
            .Where(received => received.GetProperty("customer").GetString() == preview.GetProperty("from").GetString())
            .Select(received => (received.GetProperty("sequence").GetInt64(), received.GetProperty("kind").GetString()))
            .Should()
            .Equal((1, "Created"), (2, "MergedAway"), (3, "Unmerged"));
        root.GetProperty("sidebars").GetArrayLength().Should().Be(4);
    }

    [Fact]
    public async Task Every_customer_of_a_first_run_agrees_with_the_independent_count()
    {
        using var folder = new KeptProfiles();
        var expected = Count();

        var run = await SampleProcess.RunAsync(folder.Folder, "--json");

        using var document = JsonDocument.Parse(run.Output);
        var decisions = document.RootElement.GetProperty("decisions").EnumerateArray().ToArray();
        decisions
            .Select(one => one.GetProperty("customer").GetString())
            .OfType<string>()
            .GroupBy(id => id)
            .Select(messages => messages.Count())
            .Should()
            .BeEquivalentTo(expected.People.Values.Select(person => person.Messages));
        decisions
            .Where(one => one.GetProperty("outcome").GetString() == "created")
            .Select(one => one.GetProperty("customer").GetString())
            .Should()
            .HaveCount(expected.Created)
            .And.OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task The_second_run_creates_no_profile_and_makes_no_lookup()
    {
        using var folder = new KeptProfiles();
        var expected = Count();
        await SampleProcess.RunAsync(folder.Folder);

        var run = await SampleProcess.RunAsync(folder.Folder, "--json");

        run.ExitCode.Should().Be(0);
        using var document = JsonDocument.Parse(run.Output);
        var root = document.RootElement;
        root.GetProperty("allWell").GetBoolean().Should().BeTrue();
        var totals = Figures(root.GetProperty("totals"));
        totals["created"].Should().Be(0);
        totals["existing"].Should().Be(expected.Created + expected.Existing + 1, "the support case adds a customer");
        totals["checksCompleted"].Should().Be(0);
        totals["failed"].Should().Be(0);
    }

    private static ExpectedTotals Count()
    {
        using var mailbox = SampleMailbox.Open();
        return IndependentCount.Of(
            mailbox,
            SampleMailbox.OwnAddressList,
            SampleMailbox.OwnDomainList,
            ExpectedResult.OfTheSimulator
        );
    }

    private static Dictionary<string, int> Figures(JsonElement element) =>
        element
            .EnumerateObject()
            .Where(property => property.Value.ValueKind == JsonValueKind.Number)
            .ToDictionary(property => property.Name, property => property.Value.GetInt32());
}
