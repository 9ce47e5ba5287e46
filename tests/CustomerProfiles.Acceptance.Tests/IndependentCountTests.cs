using System.Globalization;
using System.Text;
using CustomerProfiles.Sample.Mail;
using MimeKit;

namespace CustomerProfiles.Acceptance.Tests;

/// <summary>
/// The independent count is the reference for the sample, so it is tested itself: against figures that a person found
/// by reading the mailbox.
/// </summary>
public sealed class IndependentCountTests
{
    private static readonly ExpectedTotals Bundled = CountBundled();

    [Fact]
    public void The_bundled_mailbox_has_the_totals_that_were_counted_by_hand()
    {
        Bundled.Messages.Should().Be(101);
        Bundled.Skipped.Should().Be(1);
        Bundled.Received.Should().Be(87);
        Bundled.Composed.Should().Be(11);
        Bundled.Internal.Should().Be(3);

        Bundled.Created.Should().Be(38);
        Bundled.Existing.Should().Be(51);

        // The scanner, Harald, and the bounce from nobody.
        Bundled.DeclinedNoAddress.Should().Be(3);
        Bundled.DeclinedOwnAddress.Should().Be(0);

        // The parcel service twice, once as a recipient; and a mailer-daemon.
        Bundled.DeclinedNoReply.Should().Be(3);

        // Ivo on a list, Nils on holiday, the gazette.
        Bundled.DeclinedAutomatic.Should().Be(3);

        // Ten people who match: once each, and again Tomas, Maria twice, Priya, Liam, Greta, Noor, Yuki, Oskar,
        // Jean-Luc, Bogdan.
        Bundled.ChecksMatched.Should().Be(10 + 11);

        // Twenty-five who do not: once each, and again Frank twice, Clara, Chloe with her tag, Ada, Lucy, Zofia,
        // Ingrid, Dana, Ruben, Emil.
        Bundled.ChecksWithoutMatch.Should().Be(25 + 11);
        Bundled.Rechecks.Should().Be(22);

        // Wendy.
        Bundled.ChecksFailed.Should().Be(3);

        // Maria's thread twice, Dmitri's copy, Omar, Wendy, Liam, the acknowledgement to Wendy, Maria's holiday.
        Bundled.KnownConversation.Should().Be(8);

        // Frank, Clara, Eleni, Ada, Hassan, Priya, Miguel, Lucy, Karl, Beth, Ingrid, Dana, Ruben, Emil.
        Bundled.NotDueYet.Should().Be(14);

        // To Maria, Zofia, Jean-Luc.
        Bundled.ComposedNeverRechecks.Should().Be(3);

        // Sam's second mail, of the same instant as his first.
        Bundled.AlreadyPending.Should().Be(1);

        // Jana at info@ twice, Ruth at sales@.
        Bundled.RoleAddress.Should().Be(3);
    }

    [Fact]
    public void The_totals_add_up()
    {
        Bundled.Messages.Should().Be(Bundled.Received + Bundled.Composed + Bundled.Internal);
        (Bundled.Received + Bundled.Composed).Should().Be(Bundled.Created + Bundled.Existing + Bundled.Declined);
        (Bundled.Created + Bundled.Existing)
            .Should()
            .Be(
                Bundled.ChecksCompleted
                    + Bundled.ChecksFailed
                    + Bundled.KnownConversation
                    + Bundled.NotDueYet
                    + Bundled.ComposedNeverRechecks
                    + Bundled.AlreadyPending
                    + Bundled.RoleAddress
            );
        Bundled.People.Should().HaveCount(Bundled.Created);
        Bundled.People.Values.Sum(person => person.ChecksCompleted).Should().Be(Bundled.ChecksCompleted);
    }

    // Found by reading the mailbox, not by running anything.
    [Theory]
    [InlineData("maria.quill@example.org", 4, 3, 0, "2025-07-21 08:40:00")]
    [InlineData("tomas.brandt@example.net", 2, 2, 0, "2025-02-10 11:00:00")]
    [InlineData("noor.elamin@example.org", 2, 2, 0, "2025-09-15 06:30:00")]
    [InlineData("yuki.tanabe@example.net", 2, 2, 0, "2025-11-11 02:00:00")]
    [InlineData("oskar.lindqvist@example.org", 2, 2, 0, "2026-02-09 17:00:00")]
    [InlineData("priya.raman@example.org", 3, 2, 0, "2025-05-19 11:30:00")]
    [InlineData("jean-luc.ferrand@example.net", 3, 2, 0, "2026-03-09 09:00:00")]
    [InlineData("liam.okafor@example.net", 2, 2, 0, "2025-06-09 13:00:00")]
    [InlineData("greta.holm@example.org", 2, 2, 0, "2025-06-16 08:20:00")]
    [InlineData("bogdan.ilic@example.net", 2, 2, 0, "2026-03-30 12:00:00")]
    [InlineData("wendy.marsh@example.org", 3, 0, 3, null)]
    [InlineData("clara.winthrop@example.net", 3, 2, 0, "2025-03-01 00:00:00")]
    [InlineData("frank.dubois@example.org", 4, 3, 0, "2025-04-28 12:00:00")]
    [InlineData("sam.archer@example.net", 2, 1, 0, "2025-01-07 09:00:00")]
    [InlineData("dmitri.volkov@example.net", 1, 1, 0, "2025-01-10 15:42:18")]
    [InlineData("omar.haddad@example.org", 1, 1, 0, "2025-01-14 10:00:00")]
    [InlineData("eleni.papadaki@example.org", 2, 1, 0, "2025-01-29 08:00:00")]
    [InlineData("chloe.martin+orders@example.org", 2, 2, 0, "2025-03-30 08:00:01")]
    [InlineData("chloe.martin@example.org", 1, 1, 0, "2025-02-06 17:00:00")]
    [InlineData("ada.whitcombe@example.org", 3, 2, 0, "2025-03-31 08:00:01")]
    [InlineData("zofia.zak@example.net", 3, 2, 0, "2025-09-05 10:00:00")]
    [InlineData("hassan.karimi@example.org", 2, 1, 0, "2025-03-10 14:22:37")]
    [InlineData("lucy.hart@example.net", 3, 2, 0, "2025-05-10 14:22:38")]
    [InlineData("vera.lindgren@example.net", 1, 1, 0, "2025-03-18 13:00:00")]
    [InlineData("miguel.torres@example.org", 2, 1, 0, "2025-04-15 11:00:00")]
    [InlineData("info@xn--bcher-kva.example.org", 2, 0, 0, null)]
    [InlineData("sales@paperworks.example.net", 1, 0, 0, null)]
    [InlineData("minjun.kim@example.net", 1, 1, 0, "2025-05-26 03:15:00")]
    [InlineData("li.wei@example.org", 1, 1, 0, "2025-06-03 08:00:00")]
    [InlineData("karl.heinz@example.org", 2, 1, 0, "2025-06-18 15:00:00")]
    [InlineData("peter.oneill@example.net", 1, 1, 0, "2025-07-04 12:34:56")]
    [InlineData("nils.berg@example.org", 1, 1, 0, "2025-07-08 09:00:00")]
    [InlineData("ana.souza@example.org", 1, 1, 0, "2025-08-05 18:00:00")]
    [InlineData("beth.calloway@example.net", 2, 1, 0, "2025-08-12 14:00:00")]
    [InlineData("ingrid.solberg@example.net", 3, 2, 0, "2025-10-31 18:00:01")]
    [InlineData("dana.levi@example.org", 3, 2, 0, "2025-11-01 00:00:00")]
    [InlineData("ruben.castillo@example.net", 3, 2, 0, "2026-01-30 10:00:00")]
    [InlineData("emil.sorensen@example.net", 3, 2, 0, "2026-03-01 00:00:00")]
    public void Every_person_has_the_checks_that_were_counted_by_hand(
        string address,
        int conversations,
        int completed,
        int failed,
        string? lastCheck
    )
    {
        var person = Bundled.People[address];

        person.Conversations.Should().Be(conversations);
        person.ChecksCompleted.Should().Be(completed);
        person.ChecksFailed.Should().Be(failed);
        (person.LastCheck?.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)).Should().Be(lastCheck);
    }

    [Theory]
    [InlineData("walter.finch@example.org")]
    [InlineData("agnes.cc@example.net")]
    [InlineData("ivo.petrov@example.net")]
    [InlineData("gazette@press.example.net")]
    [InlineData("no-reply@parcels.example.net")]
    [InlineData("mailer-daemon@mx.example.net")]
    [InlineData("support@example.com")]
    [InlineData("kim@example.com")]
    public void Cc_automatic_senders_and_own_addresses_get_no_profile(string address)
    {
        Bundled.People.Should().NotContainKey(address);
        Encoding.UTF8.GetString(SampleMailbox.Bytes()).Should().ContainEquivalentOf(address);
    }

    [Fact]
    public async Task The_reader_finds_the_same_messages()
    {
        var items = await SampleMailbox.ReadAsync();
        var messages = items.OfType<MailItem.Message>().ToList();

        messages.Count.Should().Be(Bundled.Messages);
        (items.Count - messages.Count).Should().Be(Bundled.Skipped);
        messages.Count(message => message.Direction == MailDirection.Received).Should().Be(Bundled.Received);
        messages.Count(message => message.Direction == MailDirection.Composed).Should().Be(Bundled.Composed);
        messages.Count(message => message.Direction == MailDirection.Internal).Should().Be(Bundled.Internal);
    }

    [Fact]
    public async Task The_mailbox_has_mail_of_every_person_in_the_simulator_and_of_more_than_15_others()
    {
        var senders = (await SampleMailbox.ReadAsync())
            .OfType<MailItem.Message>()
            .Where(message => message.Direction == MailDirection.Received && message.From is not null)
            .Select(message =>
                InternetAddressList.TryParse(message.From, out var list)
                    ? list.Mailboxes.First().GetAddress(idnEncode: true)
                    : ""
            )
            .Select(address => address.ToLowerInvariant())
            .Distinct()
            .ToList();

        senders.Should().Contain(ExpectedResult.OfTheSimulator.Keys);
        senders.Except(ExpectedResult.OfTheSimulator.Keys).Count().Should().BeGreaterThan(15);
        senders.Should().OnlyContain(sender => !sender.EndsWith("@example.com"));
    }

    [Fact]
    public async Task The_reader_finds_the_same_messages_in_a_damaged_mailbox()
    {
        var original = SampleMailbox.Bytes();
        string[] shreds =
        [
            "\n",
            "\n\n",
            "From ",
            "From - \n",
            "\nFrom a@example.org\nX: y\n",
            "\n>From x\n",
            "From:",
            "\r\n",
            "<",
            "\"",
            "(",
            ",",
            "@",
            ":",
            "\0",
            "=?",
            " ",
        ];
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var bytes = original[..random.Next(original.Length / 4, original.Length)].ToList();
            for (var i = random.Next(1, 12); i > 0; i--)
            {
                var at = random.Next(bytes.Count - 60);
                switch (random.Next(3))
                {
                    case 0:
                        bytes.InsertRange(at, Encoding.UTF8.GetBytes(shreds[random.Next(shreds.Length)]));
                        break;
                    case 1:
                        bytes.RemoveRange(at, random.Next(1, 60));
                        break;
                    default:
                        bytes[at] = (byte)random.Next(256);
                        break;
                }
            }

            var damaged = bytes.ToArray();
            var items = await new MboxReader(new MemoryStream(damaged), SampleMailbox.Own).ReadAsync().ToListAsync();
            var counted = IndependentCount.Of(
                new MemoryStream(damaged),
                [],
                SampleMailbox.OwnDomainList,
                ExpectedResult.OfTheSimulator
            );

            (items.OfType<MailItem.Message>().Count(), items.OfType<MailItem.Skipped>().Count())
                .Should()
                .Be((counted.Messages, counted.Skipped), "the seed is {0}", seed);
        }
    }

    // ---- the rules, one by one

    [Theory]
    [InlineData("2024-12-31 10:00:00", "2025-02-28 10:00:00", 1)]
    [InlineData("2024-12-31 10:00:00", "2025-02-28 10:00:01", 2)]
    [InlineData("2023-12-31 10:00:00", "2024-02-29 10:00:00", 1)]
    [InlineData("2023-12-31 10:00:00", "2024-02-29 10:00:01", 2)]
    [InlineData("2025-08-31 10:00:00", "2025-10-31 10:00:00", 1)]
    [InlineData("2025-08-31 10:00:00", "2025-10-31 10:00:01", 2)]
    [InlineData("2025-01-31 10:00:00", "2025-03-30 23:00:00", 1)]
    [InlineData("2025-01-31 10:00:00", "2025-03-31 10:00:01", 2)]
    public void A_recheck_is_due_after_two_calendar_months(string first, string second, int checks)
    {
        Count(Mail(first, "1"), Mail(second, "2")).ChecksCompleted.Should().Be(checks);
    }

    [Fact]
    public void A_composed_conversation_requests_only_the_first_check()
    {
        var totals = Count(
            Mail("2025-01-01 10:00:00", "1", from: "kim@example.com", to: "ann@example.org"),
            Mail("2025-06-01 10:00:00", "2", from: "kim@example.com", to: "ann@example.org")
        );

        totals.Created.Should().Be(1);
        totals.ChecksCompleted.Should().Be(1);
        totals.ComposedNeverRechecks.Should().Be(1);
    }

    [Fact]
    public void A_known_conversation_requests_no_check()
    {
        var totals = Count(
            Mail("2025-01-01 10:00:00", "1"),
            Mail("2025-06-01 10:00:00", "1"),
            Mail("2025-06-02 10:00:00", "3", "In-Reply-To: <1@example.org>\n")
        );

        totals.Existing.Should().Be(2);
        totals.KnownConversation.Should().Be(2);
        totals.ChecksCompleted.Should().Be(1);
    }

    [Fact]
    public void Another_person_in_a_known_conversation_is_new()
    {
        var totals = Count(
            Mail("2025-01-01 10:00:00", "1"),
            Mail("2025-01-02 10:00:00", "2", "References: <1@example.org>\n", from: "bea@example.org")
        );

        totals.Created.Should().Be(2);
        totals.ChecksCompleted.Should().Be(2);
    }

    [Fact]
    public void A_failure_is_not_a_check()
    {
        var results = new Dictionary<string, ExpectedResult> { ["ann@example.org"] = new(ExpectedResultKind.Failure) };
        var totals = Count(
            results,
            Mail("2025-01-01 10:00:00", "1"),
            Mail("2025-01-02 10:00:00", "2"),
            Mail("2025-01-02 10:00:00", "2")
        );

        totals.ChecksFailed.Should().Be(2);
        totals.ChecksCompleted.Should().Be(0);
        totals.KnownConversation.Should().Be(1);
    }

    [Fact]
    public void A_delayed_result_is_one_check_completed_when_it_arrives()
    {
        var results = new Dictionary<string, ExpectedResult>
        {
            ["ann@example.org"] = new(ExpectedResultKind.Match, TimeSpan.FromMinutes(2)),
        };
        var totals = Count(
            results,
            Mail("2025-01-01 10:00:00", "1"),
            Mail("2025-01-01 10:01:00", "2"),
            Mail("2025-03-01 10:01:00", "3"),
            Mail("2025-03-01 10:02:01", "4")
        );

        totals.AlreadyPending.Should().Be(1);
        totals.NotDueYet.Should().Be(1);
        totals.ChecksMatched.Should().Be(2);
        totals.People["ann@example.org"].LastCheck.Should().Be(new DateTime(2025, 3, 1, 10, 2, 1));
    }

    [Fact]
    public void Messages_of_one_instant_precede_the_result()
    {
        var totals = Count(
            Mail("2025-01-01 10:00:00", "1"),
            Mail("2025-01-01 10:00:00", "2"),
            Mail("2025-01-01 10:00:00", "3", from: "bea@example.org"),
            Mail("2025-01-01 10:00:00", "4"),
            Mail("2025-01-01 10:00:01", "5")
        );

        totals.ChecksCompleted.Should().Be(2);
        totals.AlreadyPending.Should().Be(2);
        totals.NotDueYet.Should().Be(1);
    }

    [Fact]
    public void A_pending_recheck_is_not_requested_again()
    {
        var totals = Count(
            Mail("2025-01-01 10:00:00", "1"),
            Mail("2025-04-01 10:00:00", "2"),
            Mail("2025-04-01 10:00:00", "3"),
            Mail("2025-04-01 10:00:00", "4", from: "kim@example.com", to: "ann@example.org")
        );

        totals.ChecksCompleted.Should().Be(2);
        totals.AlreadyPending.Should().Be(1);
        totals.ComposedNeverRechecks.Should().Be(1);
    }

    [Fact]
    public void The_clock_never_runs_backwards()
    {
        var totals = Count(Mail("2025-06-01 10:00:00", "1", from: "bea@example.org"), Mail("2025-01-01 10:00:00", "2"));

        totals.People["ann@example.org"].LastCheck.Should().Be(new DateTime(2025, 6, 1, 10, 0, 0));
    }

    [Theory]
    [InlineData("From: <>\n", "no address")]
    [InlineData("From: ann@\n", "no address")]
    [InlineData("From: =?utf-8?q?Ann?= no@address@example.org\n", "no address")]
    [InlineData("X: y\n", "no address")]
    [InlineData("From: No Reply <no_reply+1@example.org>\nAuto-Submitted: auto-generated\n", "no reply")]
    [InlineData("From: orders.noreply@example.org\n", "no reply")]
    [InlineData("From: MAILER-DAEMON@mx.example.org\n", "no reply")]
    [InlineData("From: club-bounces@example.org\n", "no reply")]
    [InlineData("From: Ann <ann@example.org>\nAuto-Submitted: auto-replied (vacation)\n", "automatic")]
    [InlineData("From: Ann <ann@example.org>\nPrecedence: Bulk\n", "automatic")]
    [InlineData("From: Ann <ann@example.org>\nList-Id: <x.example.org>\n", "automatic")]
    [InlineData("From: Ann <ann@example.org>\nReturn-Path: < >\n", "automatic")]
    [InlineData("From: Ann <ann@example.org>\nAuto-Submitted: no\n", "created")]
    [InlineData("From: \"Ann, \\\"the\\\" <first@x>\" (c, <d@x>) <ANN@Example.org>\n", "created")]
    [InlineData("From: Ann\n (one\n two)\n <ann@example.org>\n", "created")]
    public void An_unknown_sender_is_declined_for_the_first_applicable_reason(string fields, string expected)
    {
        var totals = Count($"From x Wed Jan  1 10:00:00 2025\nTo: support@example.com\n{fields}\n");

        (totals.DeclinedNoAddress, totals.DeclinedNoReply, totals.DeclinedAutomatic, totals.Created)
            .Should()
            .Be(
                expected switch
                {
                    "no address" => (1, 0, 0, 0),
                    "no reply" => (0, 1, 0, 0),
                    "automatic" => (0, 0, 1, 0),
                    _ => (0, 0, 0, 1),
                }
            );
        totals.People.Keys.Should().BeSubsetOf(["ann@example.org"]);
    }

    [Fact]
    public void Automatic_mail_of_a_known_sender_is_not_declined()
    {
        var totals = Count(Mail("2025-01-01 10:00:00", "1"), Mail("2025-01-02 10:00:00", "2", "Precedence: list\n"));

        totals.Created.Should().Be(1);
        totals.Existing.Should().Be(1);
        totals.NotDueYet.Should().Be(1);
    }

    [Fact]
    public void A_customer_from_before_the_import_is_neither_created_nor_declined()
    {
        var mailbox = string.Concat(
            Mail("2025-01-01 10:00:00", "1"),
            Mail("2025-01-02 10:00:00", "2", "Precedence: bulk\n", from: "no-reply@example.org"),
            Mail("2025-01-03 10:00:00", "3", "Precedence: bulk\n", from: "news@example.org"),
            Mail("2025-01-04 10:00:00", "4", from: "bea@example.org"),
            Mail("2025-01-04 10:00:00", "4", from: "bea@example.org")
        );

        var empty = CountWith([], mailbox);
        var held = CountWith(["ann@example.org", "no-reply@example.org", "nobody@example.org"], mailbox);

        (empty.Created, empty.Existing, empty.DeclinedNoReply, empty.DeclinedAutomatic).Should().Be((2, 1, 1, 1));
        empty.DeclinedAddresses.Should().BeEquivalentTo("no-reply@example.org", "news@example.org");
        (held.Created, held.Existing, held.DeclinedNoReply, held.DeclinedAutomatic).Should().Be((1, 3, 0, 1));
        held.DeclinedAddresses.Should().BeEquivalentTo("news@example.org");
        held.People["bea@example.org"].Messages.Should().Be(2);
        held.People["no-reply@example.org"].Messages.Should().Be(1);

        static ExpectedTotals CountWith(string[] known, string mailbox) =>
            IndependentCount.Of(
                new MemoryStream(Encoding.UTF8.GetBytes(mailbox)),
                [],
                SampleMailbox.OwnDomainList,
                new Dictionary<string, ExpectedResult>(),
                known
            );
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    public void An_empty_mailbox_counts_nothing(string mailbox)
    {
        Count(mailbox).Should().BeEquivalentTo(new ExpectedTotals());
    }

    private static ExpectedTotals CountBundled()
    {
        using var mailbox = SampleMailbox.Open();
        return IndependentCount.Of(
            mailbox,
            SampleMailbox.OwnAddressList,
            SampleMailbox.OwnDomainList,
            ExpectedResult.OfTheSimulator
        );
    }

    private static ExpectedTotals Count(params string[] mails) =>
        Count(new Dictionary<string, ExpectedResult>(), mails);

    private static ExpectedTotals Count(Dictionary<string, ExpectedResult> results, params string[] mails) =>
        IndependentCount.Of(
            new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(mails))),
            [],
            SampleMailbox.OwnDomainList,
            results
        );

    private static string Mail(
        string at,
        string id,
        string fields = "",
        string from = "Ann <ann@example.org>",
        string to = "support@example.com"
    )
    {
        var delivered = DateTime.ParseExact(at, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"From x {delivered:ddd MMM} {delivered.Day, 2} {delivered:HH:mm:ss yyyy}\n"
                + $"Message-ID: <{id}@example.org>\nFrom: {from}\nTo: {to}\n{fields}\nbody\n\n"
        );
    }
}
