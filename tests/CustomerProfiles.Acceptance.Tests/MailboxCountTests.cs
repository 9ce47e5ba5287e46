namespace CustomerProfiles.Acceptance.Tests;

/// <summary>
/// The small count in the sample, which understands the bundled mailbox only, agrees with the count for any mailbox.
/// </summary>
public sealed class MailboxCountTests
{
    public static TheoryData<string[]> KnownAddresses =>
        new(
            [],
            ["maria.quill@example.org"],
            ["no-reply@parcels.example.net", "ivo.petrov@example.net", "someone.else@example.org"]
        );

    [Fact]
    public void All_totals_agree()
    {
        var small = MailboxCount.OfBundledMailbox([]);
        var full = Full([]);

        small
            .Should()
            .BeEquivalentTo(
                new
                {
                    full.Messages,
                    full.Skipped,
                    full.Received,
                    full.Composed,
                    full.Internal,
                    full.Created,
                    full.Existing,
                    full.DeclinedNoAddress,
                    full.DeclinedNoReply,
                    full.DeclinedAutomatic,
                    full.DeclinedAddresses,
                    full.ChecksMatched,
                    full.ChecksWithoutMatch,
                    FailedAttempts = full.ChecksFailed,
                    full.KnownConversation,
                    full.NotDueYet,
                    full.ComposedNeverRechecks,
                    full.AlreadyPending,
                    full.RoleAddress,
                }
            );
        full.DeclinedOwnAddress.Should().Be(0);
        foreach (var (address, person) in full.People)
        {
            small
                .People[address]
                .Should()
                .BeEquivalentTo(
                    new
                    {
                        person.Messages,
                        person.ChecksCompleted,
                        person.LastCheck,
                    },
                    because: address
                );
        }
    }

    [Theory, MemberData(nameof(KnownAddresses))]
    public void With_known_customers_created_existing_and_declined_agree(string[] known)
    {
        var small = MailboxCount.OfBundledMailbox(known);
        var full = Full(known);

        small
            .Should()
            .BeEquivalentTo(
                new
                {
                    full.Created,
                    full.Existing,
                    full.DeclinedNoReply,
                    full.DeclinedAutomatic,
                    full.DeclinedAddresses,
                }
            );
        small.People.Keys.Should().BeEquivalentTo(full.People.Keys);
        small
            .People.ToDictionary(one => one.Key, one => one.Value.Messages)
            .Should()
            .BeEquivalentTo(full.People.ToDictionary(one => one.Key, one => one.Value.Messages));
    }

    private static ExpectedTotals Full(string[] known)
    {
        using var mailbox = SampleMailbox.Open();
        return IndependentCount.Of(
            mailbox,
            SampleMailbox.OwnAddressList,
            SampleMailbox.OwnDomainList,
            ExpectedResult.OfTheSimulator,
            known
        );
    }
}
