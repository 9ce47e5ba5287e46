using System.Text;
using CustomerProfiles.Sample.Mail;
using NodaTime;

namespace CustomerProfiles.Sample.Tests;

public sealed class MboxReaderTests
{
    private const string From1 = "From ada@example.org Mon Dec  2 08:14:09 2024\n";
    private const string From2 = "From bo@example.net Tue Dec  3 09:00:00 2024\n";

    private static readonly Instant At1 = Instant.FromUtc(2024, 12, 2, 8, 14, 9);
    private static readonly Instant At2 = Instant.FromUtc(2024, 12, 3, 9, 0);

    // ---- senders

    [Theory]
    [InlineData("ada@example.org", "ada@example.org")]
    [InlineData("Ada Lovelace <ada@example.org>", "Ada Lovelace <ada@example.org>")]
    [InlineData("\"Quill, Maria\" <maria@example.org>", "\"Quill, Maria\" <maria@example.org>")]
    [InlineData("Quill, Maria <maria@example.org>", "\"Quill, Maria\" <maria@example.org>")]
    [InlineData(
        "\"Peter \\\"Pete\\\" O'Neill\" <pete@example.net>",
        "\"Peter \\\"Pete\\\" O'Neill\" <pete@example.net>"
    )]
    [InlineData("\"back\\\\slash\" <b@example.net>", "\"back\\\\slash\" <b@example.net>")]
    [InlineData("=?UTF-8?Q?Fran=C3=A7ois?= Dubois <f@example.org>", "François Dubois <f@example.org>")]
    [InlineData("=?ISO-8859-1?Q?Ana_Concei=E7=E3o?= <ana@example.org>", "Ana Conceição <ana@example.org>")]
    [InlineData("=?ISO-8859-1?B?RW1pbCBT+HJlbnNlbg==?= <e@example.net>", "Emil Sørensen <e@example.net>")]
    [InlineData("=?UTF-8?B?55Sw6L66IOeUsee0gA==?= <y@example.net>", "田辺 由紀 <y@example.net>")]
    [InlineData("=?UTF-8?Q?Rub=C3=A9n?= =?UTF-8?Q?_Castillo?= <r@example.net>", "Rubén Castillo <r@example.net>")]
    [InlineData(
        "=?UTF-8?B?2YbZiNixINin2YTYow==?=\n =?UTF-8?B?2YXZitmG?=\n <noor@example.org>",
        "نور الأمين <noor@example.org>"
    )]
    [InlineData("=?UTF-8?Q?Quill=2C_Maria?= <m@example.org>", "\"Quill, Maria\" <m@example.org>")]
    [InlineData("=?UTF-8?Q?two=0D=0Alines?= <t@example.org>", "two  lines <t@example.org>")]
    [InlineData("ada@example.org (Ada (the first))", "\"Ada (the first)\" <ada@example.org>")]
    [InlineData("Ada <ada@example.org> (on her telephone)", "Ada <ada@example.org>")]
    [InlineData("Ada\n\t<ada@example.org>", "Ada <ada@example.org>")]
    [InlineData("info@xn--bcher-kva.example.org", "info@bücher.example.org")]
    [InlineData("Jana <info@bücher.example.org>", "Jana <info@bücher.example.org>")]
    [InlineData("KARL@EXAMPLE.ORG", "KARL@EXAMPLE.ORG")]
    [InlineData("c+tag@example.org", "c+tag@example.org")]
    [InlineData("a@example.org, b@example.org", "a@example.org")]
    [InlineData("<>", "<>")]
    [InlineData("Harald <harald@>", "Harald <harald@>")]
    [InlineData("nobody in particular", "nobody in particular")]
    public async Task A_sender_is_decoded(string field, string expected)
    {
        var message = await OneAsync($"{From1}From: {field}\nSubject: x\n\nbody\n");

        message.From.Should().Be(expected);
        message.Subject.Should().Be("x");
    }

    [Theory]
    [InlineData("")]
    [InlineData("From:\n")]
    [InlineData("From: \t\n")]
    public async Task A_missing_or_empty_sender_is_null(string field)
    {
        var message = await OneAsync($"{From1}Subject: x\n{field}To: a@example.com\n\n");

        message.From.Should().BeNull();
        message.Direction.Should().Be(MailDirection.Received);
    }

    [Fact]
    public async Task A_sender_in_raw_latin_1_is_read()
    {
        var items = await ReadAsync(Encoding.Latin1.GetBytes($"{From1}From: Emil Sørensen <e@example.net>\n\n"));

        items
            .Should()
            .ContainSingle()
            .Which.Should()
            .BeOfType<MailItem.Message>()
            .Which.From.Should()
            .Be("Emil Sørensen <e@example.net>");
    }

    [Fact]
    public async Task Field_names_have_any_case_and_the_first_field_of_a_name_counts()
    {
        var message = await OneAsync(
            $"{From1}FROM: a@example.org\nfrom: b@example.org\nmessage-ID: <1@example.org>\n\n"
        );

        message.From.Should().Be("a@example.org");
        message.MessageId.Should().Be("1@example.org");
    }

    // ---- recipients and direction

    [Theory]
    [InlineData("ada@example.org", "support@example.com", MailDirection.Received)]
    [InlineData("Kim <KIM@Example.COM>", "ada@example.org", MailDirection.Composed)]
    [InlineData("kim@example.com", "ravi@example.com", MailDirection.Internal)]
    [InlineData("kim@example.com", "ada@example.org, ravi@example.com", MailDirection.Composed)]
    [InlineData("kim@example.com", "undisclosed-recipients:;", MailDirection.Composed)]
    [InlineData("desk@shared.example.net", "ada@example.org", MailDirection.Composed)]
    [InlineData("else@shared.example.net", "desk@shared.example.net", MailDirection.Received)]
    [InlineData("ada@sub.example.com", "support@example.com", MailDirection.Received)]
    [InlineData("x@xn--bcher-kva.example.net", "ada@example.org", MailDirection.Composed)]
    [InlineData("\"Kim\" Vale\" <kim@example.com>", "ada@example.org", MailDirection.Composed)]
    public async Task Direction_follows_from_the_sender_and_the_first_recipient(
        string from,
        string to,
        MailDirection expected
    )
    {
        var own = new OwnAddresses(["Desk@shared.example.net"], ["Example.com", "bücher.example.net"]);
        var items = await ReadAsync(
            Encoding.UTF8.GetBytes($"{From1}From: {from}\nTo: {to}\nCc: Stranger <stranger@example.net>\n\n"),
            own
        );

        items
            .Should()
            .ContainSingle()
            .Which.Should()
            .BeOfType<MailItem.Message>()
            .Which.Direction.Should()
            .Be(expected);
    }

    [Fact]
    public async Task Recipients_are_those_of_To_with_groups_opened_and_never_those_of_Cc()
    {
        var message = await OneAsync(
            $"{From1}From: kim@example.com\nTo: \"Quill, Maria\" <m@example.org>,\n Club: a@example.org, "
                + $"b@example.org;\n"
                + "Cc: c@example.org\nBcc: d@example.org\n\n"
        );

        message.To.Should().Equal("\"Quill, Maria\" <m@example.org>", "a@example.org", "b@example.org");
    }

    [Fact]
    public async Task Only_the_first_recipients_are_kept()
    {
        var to = string.Join(",\n ", Enumerable.Range(1, 5000).Select(i => $"member{i}@example.org"));
        var message = await OneAsync($"{From1}From: kim@example.com\nTo: {to}\n\n");

        message.To.Should().HaveCount(MailParties.MaxRecipients);
        message.To.First().Should().Be("member1@example.org");
    }

    [Fact]
    public async Task No_recipients_is_an_empty_list()
    {
        (await OneAsync($"{From1}From: kim@example.com\nTo: undisclosed-recipients:;\n\n")).To.Should().BeEmpty();
        (await OneAsync($"{From1}From: kim@example.com\n\n")).To.Should().BeEmpty();
    }

    // ---- conversations

    [Theory]
    [InlineData("Message-ID: <m@example.org>\n", "m@example.org")]
    [InlineData("Message-ID: m@example.org\n", "m@example.org")]
    [InlineData("Message-ID: <m@example.org>\nIn-Reply-To: <p@example.org>\n", "p@example.org")]
    [InlineData(
        "Message-ID: <m@example.org>\nIn-Reply-To: <p@example.org>\nReferences: <root@example.org>\n <p@example.org>\n",
        "root@example.org"
    )]
    [InlineData("Message-ID: <m@example.org>\nIn-Reply-To: Your message of Monday\n", "m@example.org")]
    [InlineData("Message-ID: <m@example.org>\nReferences:\n", "m@example.org")]
    public async Task The_conversation_is_the_root_of_the_thread(string fields, string expected)
    {
        (await OneAsync($"{From1}From: a@example.org\n{fields}\n")).ConversationId.Should().Be(expected);
    }

    [Fact]
    public async Task A_message_without_an_id_is_identified_by_sender_date_and_subject()
    {
        const string mail = "From: a@example.org\nDate: Mon, 2 Dec 2024 08:14:00 +0000\nSubject: x\n\n";
        var items = await MessagesAsync($"{From1}{mail}{From2}{mail}{From2}{mail.Replace("Subject: x", "Subject: y")}");

        items[1].ConversationId.Should().Be(items[0].ConversationId);
        items[2].ConversationId.Should().NotBe(items[0].ConversationId);
        items.Should().OnlyContain(item => item.MessageId == null);
    }

    [Fact]
    public async Task A_message_without_an_id_or_a_date_is_identified_by_its_position()
    {
        var items = await MessagesAsync($"{From1}From: a@example.org\n\n{From2}From: a@example.org\n\n");

        items.Select(item => item.ConversationId).Should().OnlyHaveUniqueItems().And.NotContainNulls();
    }

    [Fact]
    public async Task A_long_id_is_shortened()
    {
        var longId = new string('x', 5000) + "@example.org";
        var items = await MessagesAsync(
            $"{From1}Message-ID: <{longId}>\n\n{From2}Message-ID: <{longId}>\n\n{From2}Message-ID: <y{longId}>\n\n"
        );

        items[0].ConversationId.Length.Should().BeLessThan(1000);
        items[1].ConversationId.Should().Be(items[0].ConversationId);
        items[2].ConversationId.Should().NotBe(items[0].ConversationId);
    }

    // ---- times

    [Theory]
    [InlineData("From a@example.org Mon Dec  2 08:14:09 2024")]
    [InlineData("From a@example.org Mon Dec 2 08:14:09 2024")]
    [InlineData("From a@example.org  Mon Dec 02 08:14:09 2024 ")]
    [InlineData("From a@example.org Mon Dec  2 08:14:09 UTC 2024")]
    [InlineData("From a@example.org Mon Dec  2 09:14:09 +0100 2024")]
    [InlineData("From a@example.org Mon Dec  2 03:14:09 2024 -0500")]
    [InlineData("From 1818@xxx Mon Dec 02 08:14:09 +0000 2024")]
    [InlineData("From - Mon Dec  2 08:14:09 2024")]
    [InlineData("From Mon Dec  2 08:14:09 2024")]
    [InlineData("From \"a b\"@example.org Mon Dec  2 08:14:09 2024\r")]
    public async Task The_From_line_gives_the_time_of_delivery(string line)
    {
        var message = await OneAsync($"{line}\nFrom: a@example.org\nDate: Sun, 1 Dec 2024 23:00:00 -0100\n\n");

        message.DeliveredAt.Should().Be(At1);
        message.SentAt.Should().Be(Instant.FromUtc(2024, 12, 2, 0, 0));
    }

    [Theory]
    [InlineData("From 766bc47cefd78c36b9c8b17853020ce0a3fbf7a2 Mon Sep 17 00:00:00 2001")]
    [InlineData("From ")]
    [InlineData("From -")]
    [InlineData("From a@example.org")]
    public async Task Without_a_date_on_the_From_line_the_Date_field_counts(string line)
    {
        var message = await OneAsync($"{line}\nFrom: a@example.org\nDate: Mon, 2 Dec 2024 09:14:09 +0100\n\n");

        message.DeliveredAt.Should().Be(At1);
        message.SentAt.Should().Be(At1);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("Date: yesterday\n", null)]
    [InlineData("Date: Wed, 31 Dec 1969 23:59:59 +0000\n", "1969-12-31T23:59:59Z")]
    [InlineData("Date: Thu, 1 Jan 2099 00:00:00 +0800\n", "2098-12-31T16:00:00Z")]
    public async Task A_wrong_clock_of_the_sender_does_not_change_the_time_of_delivery(string field, string? sent)
    {
        var message = await OneAsync($"{From1}From: a@example.org\n{field}\n");

        message.DeliveredAt.Should().Be(At1);
        (message.SentAt?.ToString()).Should().Be(sent);
    }

    [Fact]
    public async Task Without_any_date_the_time_of_delivery_is_unknown()
    {
        (await OneAsync("From -\nFrom: a@example.org\n\n")).DeliveredAt.Should().BeNull();
    }

    // ---- where messages begin and end

    [Fact]
    public async Task Every_message_has_its_position()
    {
        var text = $"{From1}From: ä@example.org\n\nbody ä\n\n{From2}From: b@example.net\n\nbody\n";
        var items = await ReadAsync(text);

        items
            .Select(item => item.Position)
            .Should()
            .Equal(
                new MailPosition(1, 0),
                new MailPosition(2, Encoding.UTF8.GetByteCount(text[..text.IndexOf(From2, StringComparison.Ordinal)]))
            );
        items.Cast<MailItem.Message>().Select(item => item.DeliveredAt).Should().Equal(At1, At2);
    }

    [Theory]
    [InlineData("From now on it was not.")]
    [InlineData("From now on\nSubject: is not a field here")]
    [InlineData("From Mon Dec 32 08:14:09 2024")]
    [InlineData("From a@example.org\n\nX: y")]
    [InlineData("From a@example.org Mon Dec  2 08:14:09 2024 or so")]
    [InlineData("Dear all,\nFrom evil@example.org Mon Dec  2 08:14:09 2024\nFrom: evil@example.org")]
    [InlineData("Dear all,\nFrom evil@example.org\nFrom: evil@example.org")]
    [InlineData(" \nFrom evil@example.org Mon Dec  2 08:14:09 2024\nFrom: evil@example.org")]
    [InlineData("From evil@example.org Mon Dec  2 08:14:09 2024\n\nFrom: evil@example.org")]
    [InlineData("From evil@example.org Mon Dec  2 08:14:09 2024\n From: evil@example.org")]
    public async Task A_line_of_the_body_that_begins_with_From_is_reported_with_its_position(string line)
    {
        var head = $"{From1}From: a@example.org\n\nHello,\n\n";
        var items = await ReadAsync($"{head}{line}\n\nbye\n\n{From2}From: b@example.net\n\n");

        items.OfType<MailItem.Message>().Select(item => item.From).Should().Equal("a@example.org", "b@example.net");
        var reported = items.OfType<MailItem.Skipped>().Should().ContainSingle().Which;
        reported.Fault.Should().BeOneOf(MailFault.FromLineInText, MailFault.NoHeader);
        reported
            .Position.Should()
            .Be(new MailPosition(2, head.Length + line.IndexOf("From ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(">From here on it was masked.")]
    [InlineData(">>From here on it was masked twice.")]
    [InlineData("From: a@example.org")]
    [InlineData(" From a@example.org Mon Dec  2 08:14:09 2024\nX: y")]
    [InlineData("from a@example.org Mon Dec  2 08:14:09 2024\nX: y")]
    [InlineData("FROM a@example.org Mon Dec  2 08:14:09 2024\nX: y")]
    public async Task A_line_that_only_resembles_a_From_line_is_text(string line)
    {
        var items = await MessagesAsync(
            $"{From1}From: a@example.org\n\nHello,\n\n{line}\n\nbye\n\n{From2}From: b@example.net\n\n"
        );

        items.Select(item => item.From).Should().Equal("a@example.org", "b@example.net");
    }

    [Fact]
    public async Task A_From_line_without_an_empty_line_before_it_is_reported_and_ends_a_header()
    {
        var items = await ReadAsync(
            $"{From1}From: a@example.org\n\nbody\n{From2}From: b@example.net\n\n{From1}Subject: x\n"
                + $"{From2}From: c@example.net\n"
        );

        items
            .OfType<MailItem.Message>()
            .Select(item => (item.From, item.Subject))
            .Should()
            .Equal(("a@example.org", null), (null, "x"));
        items
            .OfType<MailItem.Skipped>()
            .Select(item => (item.Fault, item.Position.Ordinal))
            .Should()
            .Equal((MailFault.FromLineInText, 2), (MailFault.FromLineInText, 4));
    }

    [Fact]
    public async Task Consecutive_From_lines_are_reported_once_with_their_number()
    {
        var items = await ReadAsync($"{From1}From: a@example.org\n\ntext\nFrom x\nFrom y\nFrom z\ntext\nFrom x\n");

        items
            .OfType<MailItem.Skipped>()
            .Select(item => (item.Fault, item.Lines))
            .Should()
            .Equal((MailFault.FromLineInText, 3), (MailFault.FromLineInText, 1));
    }

    [Fact]
    public async Task Windows_line_breaks_and_a_byte_order_mark_are_accepted()
    {
        var text =
            $"\uFEFF{From1}From: A\n <a@example.org>\nSubject: x\n\nbody\n\n{From2}From: b@example.net\n\n".Replace(
                "\n",
                "\r\n"
            );
        var items = await MessagesAsync(text);

        items.Select(item => item.From).Should().Equal("A <a@example.org>", "b@example.net");
        items[0].Subject.Should().Be("x");
    }

    [Fact]
    public async Task A_second_masked_From_line_below_the_first_is_skipped()
    {
        (await OneAsync($"{From1}>{From2}From: a@example.org\n\n")).From.Should().Be("a@example.org");
    }

    [Fact]
    public async Task Fields_after_an_invalid_line_are_read()
    {
        (await OneAsync($"{From1}Subject: x\nrubbish without a colon\nFrom: a@example.org\n\n"))
            .From.Should()
            .Be("a@example.org");
    }

    [Fact]
    public async Task A_message_inside_a_message_is_body()
    {
        var items = await MessagesAsync(
            $"{From1}From: a@example.org\nContent-Type: message/rfc822\n\nFrom: b@example.net\nSubject: inner\n\ntext\n"
        );

        items.Should().ContainSingle().Which.Subject.Should().BeNull();
    }

    // ---- what is skipped

    [Fact]
    public async Task An_empty_file_contains_no_message()
    {
        (await ReadAsync("")).Should().BeEmpty();
        (await ReadAsync("\n\r\n \n")).Should().BeEmpty();
        (await MessagesAsync($"\n\n{From1}From: a@example.org\n\n")).Should().ContainSingle();
    }

    [Theory]
    [InlineData("Dear reader,\n\nthis is a letter.\n")]
    [InlineData("From: a@example.org\nSubject: a single message, not a mailbox\n\nbody\n")]
    [InlineData("no line break")]
    public async Task A_file_that_is_no_mailbox_is_reported_once(string text)
    {
        var item = (await ReadAsync(text)).Should().ContainSingle().Which;

        item.Should().BeOfType<MailItem.Skipped>().Which.Fault.Should().Be(MailFault.NotAMailbox);
    }

    [Theory]
    [InlineData("From a@example.org Mon Dec  2 08:14:09 2024")]
    [InlineData("From a@example.org\n")]
    [InlineData("From a@example.org\n\nDear reader,\n\nthis is a letter.\n")]
    public async Task A_file_with_a_From_line_and_no_header_is_reported_once(string text)
    {
        var item = (await ReadAsync(text)).Should().ContainSingle().Which;

        item.Should().BeOfType<MailItem.Skipped>().Which.Fault.Should().Be(MailFault.NoHeader);
    }

    [Fact]
    public async Task A_binary_file_is_reported_once()
    {
        var bytes = new byte[1_000_000];
        new Random(42).NextBytes(bytes);

        var item = (await ReadAsync(bytes)).Should().ContainSingle().Which;

        item.Should().BeOfType<MailItem.Skipped>().Which.Fault.Should().Be(MailFault.NotAMailbox);
        item.Position.Should().Be(new MailPosition(1, 0));
    }

    [Fact]
    public async Task Text_before_the_first_message_does_not_hide_it()
    {
        var items = await ReadAsync($"rubbish\n\n{From1}From: a@example.org\n\n");

        items.Should().HaveCount(2);
        items[0].Should().BeOfType<MailItem.Skipped>().Which.Fault.Should().Be(MailFault.NotAMailbox);
        items[1].Should().BeOfType<MailItem.Message>().Which.Position.Should().Be(new MailPosition(2, 9));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\n\nText without a header.\n")]
    [InlineData("Text without a header.\nFrom: too@late.example.org\n\n")]
    [InlineData(" a continuation of nothing\nFrom: a@example.org\n\n")]
    [InlineData("\0\u0001\u0002\n\n")]
    [InlineData("")]
    public async Task A_message_without_a_header_is_reported_and_skipped(string message)
    {
        var gap = message.Length > 0 ? "\n" : "";
        var items = await ReadAsync($"{From1}{message}{gap}{From2}From: b@example.net\n\n");

        items.Should().HaveCount(2);
        items[0].Should().BeOfType<MailItem.Skipped>().Which.Fault.Should().Be(MailFault.NoHeader);
        items[0].Position.Should().Be(new MailPosition(1, 0));
        items[1].Should().BeOfType<MailItem.Message>().Which.From.Should().Be("b@example.net");
    }

    [Theory]
    [InlineData("X: ")]
    [InlineData("X: y\nX-")]
    public async Task A_header_above_the_limit_is_reported_and_skipped(string start)
    {
        var items = await ReadAsync(
            $"{From1}{start}{new string('x', MboxReader.MaxHeaderLength)}\nFrom: a@example.org\n\n"
                + $"{From2}From: b@example.net\n\n"
        );

        items.Should().HaveCount(2);
        items[0].Should().BeOfType<MailItem.Skipped>().Which.Fault.Should().Be(MailFault.HeaderTooLong);
        items[1].Should().BeOfType<MailItem.Message>().Which.From.Should().Be("b@example.net");
    }

    [Fact]
    public async Task A_long_header_within_the_limit_is_read()
    {
        var subject = string.Concat(Enumerable.Repeat("word\n ", 999)) + "end";
        var message = await OneAsync(
            $"{From1}X: {new string('x', 400_000)}\nFrom: a@example.org\nSubject: {subject}\n\n"
        );

        message.From.Should().Be("a@example.org");
        message.Subject.Should().StartWith("word word").And.EndWith("word end");
    }

    [Fact]
    public async Task A_truncated_file_returns_its_complete_messages()
    {
        var bytes = Encoding.UTF8.GetBytes(
            $"{From1}From: a@example.org\nSubject: x\n\nbody\n\n{From2}From: b@example.net\nSubject: y\n\nbody\n"
        );
        for (var length = 0; length <= bytes.Length; length++)
        {
            var items = await ReadAsync(bytes[..length]);

            items.Count.Should().BeLessThanOrEqualTo(2);
            items.SkipLast(1).Should().AllBeOfType<MailItem.Message>();
        }
    }

    [Theory]
    [InlineData("From: b@example.net\nSubj")]
    [InlineData("From: b@exam")]
    public async Task A_file_truncated_within_a_header_is_reported(string rest)
    {
        var items = await ReadAsync($"{From1}From: a@example.org\n\nbody\n\n{From2}{rest}");

        items.Should().HaveCount(2);
        items[1].Should().BeOfType<MailItem.Skipped>().Which.Fault.Should().Be(MailFault.CutOff);
    }

    // ---- the stream

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public async Task Pieces_of_any_length_give_the_same_messages(int pieceLength)
    {
        var whole = await SampleMailbox.ReadAsync();
        var inPieces = await new MboxReader(new PiecewiseStream(SampleMailbox.Bytes(), pieceLength), SampleMailbox.Own)
            .ReadAsync()
            .ToListAsync();

        inPieces.Should().BeEquivalentTo(whole, options => options.RespectingRuntimeTypes().WithStrictOrdering());
    }

    [Fact]
    public async Task BytesRead_shows_the_progress()
    {
        await using var mailbox = SampleMailbox.Open();
        var reader = new MboxReader(mailbox, SampleMailbox.Own);
        reader.BytesRead.Should().Be(0);

        await foreach (var item in reader.ReadAsync())
        {
            reader.BytesRead.Should().BeGreaterThan(item.Position.Offset);
        }

        reader.BytesRead.Should().Be(mailbox.Length);
    }

    [Fact]
    public async Task The_stream_is_left_open()
    {
        await using var mailbox = SampleMailbox.Open();
        await new MboxReader(mailbox, SampleMailbox.Own).ReadAsync().ToListAsync();

        mailbox.CanRead.Should().BeTrue();
    }

    [Fact]
    public async Task A_mailbox_is_read_once()
    {
        var reader = new MboxReader(SampleMailbox.Open(), SampleMailbox.Own);
        await reader.ReadAsync().ToListAsync();

        var again = async () => await reader.ReadAsync().ToListAsync();

        await again.Should().ThrowAsync<InvalidOperationException>();
    }

    [Fact]
    public async Task Cancellation_ends_the_reading()
    {
        using var stop = new CancellationTokenSource();
        var seen = 0;
        var reading = async () =>
        {
            await foreach (var item in new MboxReader(SampleMailbox.Open(), SampleMailbox.Own).ReadAsync(stop.Token))
            {
                seen = (int)item.Position.Ordinal;
                if (seen == 3)
                {
                    await stop.CancelAsync();
                }
            }
        };

        await reading.Should().ThrowAsync<OperationCanceledException>();
        seen.Should().Be(3);
    }

    [Fact]
    public async Task An_error_of_the_stream_is_thrown()
    {
        var seen = 0;
        var bytes = Encoding.UTF8.GetBytes($"{From1}From: a@example.org\n\n{From2}From: b@example.net\n\n");
        var reading = async () =>
        {
            await foreach (
                var item in new MboxReader(
                    new PiecewiseStream(bytes, 16, failAtEnd: true),
                    SampleMailbox.Own
                ).ReadAsync()
            )
            {
                seen = (int)item.Position.Ordinal;
            }
        };

        await reading.Should().ThrowAsync<IOException>();
        seen.Should().Be(2);
    }

    [Fact]
    public async Task Memory_does_not_grow_with_a_body()
    {
        // The stream is synchronous, so all allocations are on this thread.
        const long length = 64 * 1024 * 1024;
        var reader = new MboxReader(
            new EndlessBodyStream(Encoding.UTF8.GetBytes($"{From1}From: a@example.org\n\n"), length),
            SampleMailbox.Own
        );
        var before = GC.GetAllocatedBytesForCurrentThread();
        var count = 0;
        await foreach (var item in reader.ReadAsync())
        {
            count++;
        }

        count.Should().Be(1);
        reader.BytesRead.Should().Be(length);
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(1_000_000);
    }

    private static Task<List<MailItem>> ReadAsync(string text) => ReadAsync(Encoding.UTF8.GetBytes(text));

    private static async Task<List<MailItem>> ReadAsync(byte[] bytes, OwnAddresses? own = null) =>
        await new MboxReader(new MemoryStream(bytes), own ?? SampleMailbox.Own).ReadAsync().ToListAsync();

    private static async Task<List<MailItem.Message>> MessagesAsync(string text)
    {
        var items = await ReadAsync(text);
        items.Should().AllBeOfType<MailItem.Message>();
        return [.. items.Cast<MailItem.Message>()];
    }

    private static async Task<MailItem.Message> OneAsync(string text) =>
        (await MessagesAsync(text)).Should().ContainSingle().Which;

    /// <summary>A stream that returns a few bytes at a time, like a slow pipe.</summary>
    private sealed class PiecewiseStream(byte[] bytes, int pieceLength, bool failAtEnd = false) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            await Task.Yield();
            var count = Read(buffer.Span[..Math.Min(pieceLength, buffer.Length)]);
            return count == 0 && failAtEnd ? throw new IOException("The disk is gone.") : count;
        }
    }

    /// <summary>A header and an endless body.</summary>
    private sealed class EndlessBodyStream(byte[] start, long length) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, length - _position);
            for (var i = 0; i < count; i++, _position++)
            {
                buffer[i] =
                    _position < start.Length ? start[_position]
                    : _position % 77 == 0 ? (byte)'\n'
                    : (byte)'x';
            }

            return count;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Read(buffer.Span));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
