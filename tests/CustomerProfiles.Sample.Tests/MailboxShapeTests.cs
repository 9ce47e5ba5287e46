using System.Text;
using CustomerProfiles.Sample.Mail;
using MimeKit;
using NodaTime;

namespace CustomerProfiles.Sample.Tests;

/// <summary>
/// The forms of real mailboxes, and the limits of MimeKit's own mbox parser.
/// </summary>
public sealed class MailboxShapeTests
{
    private const string First = "From ada@example.org Mon Dec  2 08:14:09 2024\nFrom: ada@example.org\n\nHello,\n\n";

    // ---- the line that begins a message

    [Theory]
    [InlineData("From bob@example.org Wed Dec 31 16:00:00 1969")]
    [InlineData("From bob@example.org Thu Jan  1 00:00:00 1970")]
    [InlineData("From MAILER-DAEMON")]
    [InlineData("From MAILER-DAEMON Fri Jul  8 12:08:34 2011")]
    [InlineData("From MAILER-DAEMON  Fri Jul  8 12:08:34 2011")]
    [InlineData("From bob Fri Jul  8 12:08 2011 remote from host")]
    [InlineData("From bob remote from host")]
    [InlineData("From host!user Fri Jul  8 12:08:34 2011 remote from uucp.example.org")]
    [InlineData("From bob@example.org 2024-12-03T09:00:00Z")]
    [InlineData("From bob@example.org 2024-12-03 09:00:00")]
    [InlineData("From bob@example.org 2024-12-03T09:00:00+01:00")]
    [InlineData("From bob@example.org 20241203090000")]
    [InlineData("From bob@example.org 1733216400")]
    [InlineData("From bob@example.org Tue Dec  3 09:00:00 24")]
    [InlineData("From bob@example.org Fri, 12 Jul 91 10:00:00 GMT")]
    [InlineData("From bob@example.org 12 Jul 91 10:00")]
    [InlineData("From bob@example.org Tue Dec  3 09:00:00 EST 2024")]
    [InlineData("From bob@example.org Tue Dec  3 09:00:00 MET DST 2024")]
    [InlineData("From bob@example.org Tue Dec  3 09:00:00 2024 CET")]
    [InlineData("From bob@example.org Tue Dec  3 09:00:00 2024 -0500")]
    [InlineData("From bob@example.org Tue, 03 Dec 2024 09:00:00 +0000")]
    [InlineData("From bob@example.org Tue Dec  3 09:00 2024")]
    [InlineData("From bob@example.org Dec  3 09:00:00 2024")]
    [InlineData("From bob@example.org Tue Dec 3 9:00:00 2024")]
    [InlineData("From bob@example.org mar. déc.  3 09:00:00 2024")]
    [InlineData("From bob@example.org Di Dez  3 09:00:00 2024")]
    [InlineData("From bob@example.org Mon Feb 30 08:14:09 2025")]
    [InlineData("From bob@example.org Tuesday, December 3, 2024 9:00:00 AM")]
    [InlineData("From \"Bob at home\"@example.org Tue Dec  3 09:00:00 2024")]
    [InlineData("From <bob@example.org> Tue Dec  3 09:00:00 2024")]
    [InlineData("From 1818@xxx Tue Dec 03 09:00:00 +0000 2024")]
    [InlineData("From - Tue Dec  3 09:00:00 2024")]
    [InlineData("From 766bc47cefd78c36b9c8b17853020ce0a3fbf7a2 Mon Sep 17 00:00:00 2001")]
    [InlineData("From mboxrd@z Thu Jan  1 00:00:00 1970")]
    [InlineData("From nobody Tue Dec  3 09:00:00 2024 ")]
    [InlineData("From bob at example.org  Tue Dec  3 09:00:00 2024")]
    [InlineData("From Tue Dec  3 09:00:00 2024")]
    [InlineData("From ")]
    [InlineData("From -")]
    [InlineData("From  bob@example.org")]
    [InlineData("From ???@??? Tue Dec  3 09:00:00 2024")]
    [InlineData("From bob@example.org\tTue Dec  3 09:00:00 2024")]
    public async Task Every_form_of_From_line_begins_a_message(string line)
    {
        var items = await ReadAsync($"{First}{line}\nFrom: bob@example.org\nDate: Tue, 3 Dec 2024 09:00:00 +0000\n\n");

        items.Should().AllBeOfType<MailItem.Message>();
        items.Cast<MailItem.Message>().Select(item => item.From).Should().Equal("ada@example.org", "bob@example.org");
    }

    // ---- whole mailboxes

    [Fact]
    public async Task A_git_list_archive_is_read()
    {
        var items = await ReadAsync(
            "From mboxrd@z Thu Jan  1 00:00:00 1970\nReturn-Path: <git-owner@lists.example.org>\nFrom: Ada "
                + "<ada@example.org>\n"
                + "Date: Mon, 2 Dec 2024 08:14:09 +0000\nSubject: [PATCH] x\n\n---\n>From the top\n>>From "
                + "further up\n-- \n2.1\n\n"
                + "From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: Bob <bob@example.org>\nDate: Tue, 3 Dec "
                + "2024 09:00:00 +0000\n\n+ text\n\n"
        );

        items.Should().AllBeOfType<MailItem.Message>();
        items
            .Cast<MailItem.Message>()
            .Select(item => item.DeliveredAt)
            .Should()
            .Equal(Instant.FromUtc(2024, 12, 2, 8, 14, 9), Instant.FromUtc(2024, 12, 3, 9, 0));
    }

    [Fact]
    public async Task A_Thunderbird_folder_is_read()
    {
        var items = await ReadAsync(
            "From - Mon Dec 02 08:14:09 2024\r\nX-Mozilla-Status: 0001\r\nX-Mozilla-Status2: 00000000\r\n"
                + "X-Mozilla-Keys:                \r\n"
                + "From: Ada <ada@example.org>\r\n\r\nHello\r\n\r\nFrom - Tue Dec 03 09:00:00 2024\r\n"
                + "X-Mozilla-Status: 0001\r\nFrom: Bob <bob@example.org>\r\n\r\n\r\n"
        );

        items
            .Cast<MailItem.Message>()
            .Select(item => item.From)
            .Should()
            .Equal("Ada <ada@example.org>", "Bob <bob@example.org>");
    }

    [Fact]
    public async Task A_Gmail_export_is_read()
    {
        var items = await ReadAsync(
            "From 1818181818181818181@xxx Mon Dec 02 08:14:09 +0000 2024\r\nX-GM-THRID: "
                + "1818181818181818181\r\nX-Gmail-Labels: =?UTF-8?Q?Posteingang,Ge=C3=B6ffnet?=\r\n"
                + "From: Ada <ada@example.org>\r\n\r\nHello\r\n\r\nFrom 1818181818181818182@xxx Tue Dec 03 "
                + "09:00:00 +0000 2024\r\nX-GM-THRID: 1818181818181818181\r\nFrom: Bob <bob@example.org>\r\n\r\n"
        );

        items
            .Cast<MailItem.Message>()
            .Select(item => (item.From, item.DeliveredAt))
            .Should()
            .Equal(
                ("Ada <ada@example.org>", Instant.FromUtc(2024, 12, 2, 8, 14, 9)),
                ("Bob <bob@example.org>", Instant.FromUtc(2024, 12, 3, 9, 0))
            );
    }

    [Theory]
    [InlineData("\uFEFF")]
    [InlineData("\n\n")]
    [InlineData("\r\n")]
    [InlineData("\uFEFF\r\n\r\n")]
    public async Task A_byte_order_mark_or_empty_lines_at_the_start_are_skipped(string start) =>
        (await ReadAsync($"{start}{First}")).Should().ContainSingle().Which.Should().BeOfType<MailItem.Message>();

    [Theory]
    [InlineData("From: ada@example.org\nX: a\0b\n\n")]
    [InlineData("From: ada@example.org\n\nbody\0with\0zeros\n\n")]
    [InlineData("Subject: \0\nFrom: ada@example.org\n\n\0\0\0\n\n")]
    public async Task Zero_bytes_are_accepted(string message)
    {
        var items = await ReadAsync(
            $"From - Mon Dec  2 08:14:09 2024\n{message}From - Tue Dec  3 09:00:00 2024\nFrom: bob@example.org\n\n"
        );

        items.Cast<MailItem.Message>().Select(item => item.From).Should().Equal("ada@example.org", "bob@example.org");
    }

    // ---- mailboxes with Content-Length

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task A_From_line_within_a_body_of_known_length_is_reported(string end)
    {
        const string body = "Hello,\n\nFrom evil@example.org Mon Dec  2 08:14:09 2024\nFrom: evil@example.org\n\nbye\n";
        var text =
            $"From - Mon Dec  2 08:14:09 2024\nFrom: ada@example.org\nContent-Length: "
            + $"{body.Replace("\n", end).Length}\n\n{body}\nFrom - Tue Dec  3 09:00:00 2024\nFrom: bob@example.org\n\n";
        var items = await ReadAsync(text.Replace("\n", end));

        items.OfType<MailItem.Message>().Select(item => item.From).Should().Equal("ada@example.org", "bob@example.org");
        items.OfType<MailItem.Skipped>().Should().ContainSingle().Which.Fault.Should().Be(MailFault.FromLineInText);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("50")]
    [InlineData("999999")]
    [InlineData("9223372036854775807")]
    [InlineData("99999999999999999999999")]
    [InlineData("-5")]
    [InlineData("many")]
    public async Task A_wrong_Content_Length_hides_no_message(string length)
    {
        var items = await ReadAsync(
            $"From - Mon Dec  2 08:14:09 2024\nFrom: ada@example.org\nContent-Length: {length}\n\nHello\n\n"
                + "From - Tue Dec  3 09:00:00 2024\nFrom: bob@example.org\n\nbye\n\nFrom - Tue Dec  3 "
                + "09:00:01 2024\nFrom: cy@example.org\n\n"
        );

        items
            .Cast<MailItem.Message>()
            .Select(item => item.From)
            .Should()
            .Equal("ada@example.org", "bob@example.org", "cy@example.org");
    }

    // ---- dates

    [Theory]
    [InlineData("Thu Jan  1 00:00:00 1970")]
    [InlineData("Wed Dec 31 16:00:00 1969")]
    [InlineData("Thu Jan  1 01:00:00 1970")]
    [InlineData("Mon Sep 17 00:00:00 2001")]
    [InlineData("Sun Sep 16 17:00:00 2001")]
    [InlineData("Sat Nov 28 20:00:00 2026")]
    [InlineData("")]
    public async Task With_the_same_date_on_every_From_line_the_Date_field_counts(string line)
    {
        var items = await ReadAsync(
            string.Concat(
                Enumerable
                    .Range(1, 5)
                    .Select(month =>
                        $"From ada@example.org {line}".Trim()
                        + $"\nFrom: ada@example.org\nDate: "
                        + $"{new DateTime(2024, month, 5, 10, 0, 0):ddd, dd MMM yyyy HH:mm:ss} +0000\n\nbody\n\n"
                    )
            )
        );

        items
            .Cast<MailItem.Message>()
            .Select(item => item.DeliveredAt)
            .Should()
            .Equal(Enumerable.Range(1, 5).Select(month => (Instant?)Instant.FromUtc(2024, month, 5, 10, 0)));
    }

    [Fact]
    public async Task A_constant_date_is_detected_at_the_second_message()
    {
        var items = await ReadAsync(
            string.Concat(
                Enumerable
                    .Range(1, 3)
                    .Select(month =>
                        $"From x Fri Jan  1 00:00:00 2010\nFrom: ada@example.org\nDate: "
                        + $"{new DateTime(2024, month, 5, 10, 0, 0):ddd, dd MMM yyyy HH:mm:ss} +0000\n\n"
                    )
            )
        );

        items
            .Cast<MailItem.Message>()
            .Skip(1)
            .Select(item => item.DeliveredAt)
            .Should()
            .Equal(Instant.FromUtc(2024, 2, 5, 10, 0), Instant.FromUtc(2024, 3, 5, 10, 0));
    }

    // ---- why MboxReader splits the mailbox: limits of MimeKit's mbox parser

    [Fact]
    public void MimeKit_takes_a_From_line_within_a_body_for_a_message()
    {
        var parser = Mbox(
            "From a Mon Dec  2 08:14:09 2024\nFrom: a@example.org\n\nHello\nFrom evil Mon Dec  2 08:14:09 "
                + "2024\nFrom: evil@example.org\n\n"
        );

        parser.ParseMessage().From.ToString().Should().Be("a@example.org");
        parser.ParseMessage().From.ToString().Should().Be("evil@example.org");
    }

    [Fact]
    public void MimeKit_cannot_continue_after_a_From_line_without_a_header()
    {
        var parser = Mbox(
            "From a Mon Dec  2 08:14:09 2024\nFrom: a@example.org\n\nHello\nFrom now on\nwe go\n\nFrom b "
                + "Mon Dec  2 08:14:09 2024\nFrom: b@example.org\n\n"
        );
        parser.ParseMessage();

        parser.Invoking(it => it.ParseMessage()).Should().Throw<FormatException>();
        parser.Invoking(it => it.ParseMessage()).Should().Throw<Exception>("b is lost");
    }

    [Fact]
    public void MimeKit_does_not_report_a_message_without_a_header()
    {
        var message = Mbox(
                "From a Mon Dec  2 08:14:09 2024\n\n\nFrom b Mon Dec  2 08:14:09 2024\nFrom: b@example.org\n\n"
            )
            .ParseMessage();

        message.Headers.Count.Should().Be(0);
    }

    private static MimeParser Mbox(string text) => new(new MemoryStream(Encoding.UTF8.GetBytes(text)), MimeFormat.Mbox);

    private static async Task<List<MailItem>> ReadAsync(string text) =>
        await new MboxReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), SampleMailbox.Own)
            .ReadAsync()
            .ToListAsync();
}
