using NodaTime;
using NodaTime.Text;

namespace CustomerProfiles.Documentation.Tests;

/// <summary>The table of month ends on the page is what the policy does.</summary>
public sealed class RecheckTableTests
{
    public static TheoryData<string, string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            foreach (
                var row in Page
                    .All.Single(page => page.Path == "docs/guide/rechecks.md")
                    .Table("| last check | due after | zone |")
            )
            {
                rows.Add(row[0], row[1], row[2]);
            }

            return rows;
        }
    }

    [Fact]
    public void The_page_has_the_table() => Rows.Count().Should().BeGreaterThan(20);

    [Theory, MemberData(nameof(Rows))]
    public void A_recheck_is_due_after_the_instant_in_the_table_and_not_at_it(
        string lastCheck,
        string dueAfter,
        string zone
    )
    {
        var policy = new CalendarRecheckPolicy(Period.FromMonths(2), DateTimeZoneProviders.Tzdb[zone]);
        var (last, due) = (
            InstantPattern.ExtendedIso.Parse(lastCheck).Value,
            InstantPattern.ExtendedIso.Parse(dueAfter).Value
        );

        policy
            .Decide(new RecheckContext(ConversationDirection.Received, due, last))
            .Should()
            .Be(new RecheckDecision(isDue: false, CheckReason.NotDueYet, due));
        policy
            .Decide(new RecheckContext(ConversationDirection.Received, due + Duration.Epsilon, last))
            .Should()
            .Be(new RecheckDecision(isDue: true, CheckReason.Due, due));
    }
}
