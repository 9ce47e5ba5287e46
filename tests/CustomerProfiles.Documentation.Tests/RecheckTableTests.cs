using Microsoft.Extensions.Options;
using NodaTime;
using NodaTime.Text;

namespace CustomerProfiles.Documentation.Tests;

/// <summary>The table of month ends says what the policy does.</summary>
public sealed class RecheckTableTests
{
    public static TheoryData<string, string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            foreach (
                var row in Page
                    .All.Single(page => page.Path == "docs/rechecks.md")
                    .Table("| last check | due after | zone |")
            )
            {
                rows.Add(row[0], row[1], row[2]);
            }

            return rows;
        }
    }

    [Fact]
    public void The_table_is_there() => Rows.Count().Should().BeGreaterThan(20);

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
            .Be(new RecheckDecision(IsDue: false, RecheckReason.NotDueYet, due));
        policy
            .Decide(new RecheckContext(ConversationDirection.Received, due + Duration.Epsilon, last))
            .Should()
            .Be(new RecheckDecision(IsDue: true, RecheckReason.Due, due));
    }
}
