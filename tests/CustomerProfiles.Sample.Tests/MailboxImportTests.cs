using System.Text;
using System.Text.Json;
using CustomerProfiles.FullContact;
using CustomerProfiles.Sample.Mail;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using NodaTime;

namespace CustomerProfiles.Sample.Tests;

/// <summary>The import of any mailbox, from the file to the profiles.</summary>
public sealed class MailboxImportTests
{
    private const string TwoPeople =
        "From a Mon Dec  2 08:14:09 2024\nFrom: Ada Lovelace <ada@example.org>\nMessage-ID: "
        + "<1@example.org>\n\nHello\n\n"
        + "From b Tue Dec  3 09:00:00 2024\nFrom: Bob <bob@example.org>\nMessage-ID: <2@example.org>\n\nHello\n\n";

    private const long MaxMemory = 120_000_000;

    // ---- where a mailbox comes from

    [Theory]
    [InlineData("cat mail.mbox | sample import /dev/stdin --memory --json")]
    [InlineData("sample import /dev/stdin --memory --json < mail.mbox")]
    [InlineData("cat mail.mbox | sample import - --memory --json")]
    [InlineData("gzip -k mail.mbox; sample import <(gzip -dc mail.mbox.gz) --memory --json")]
    [InlineData("mkfifo pipe; (cat mail.mbox > pipe) & sample import pipe --memory --json")]
    [InlineData("cat mail.mbox | sample import /proc/self/fd/0 --memory --json")]
    [InlineData("(head -c 50 mail.mbox; sleep 0.2; tail -c +51 mail.mbox) | sample import - --memory --json")]
    public async Task A_mailbox_is_read_from_files_pipes_and_standard_input(string line)
    {
        using var folder = new KeptProfiles();
        await File.WriteAllTextAsync(folder.PathOf("mail.mbox"), TwoPeople);

        var run = await SampleProcess.RunInShellAsync(folder.Folder, line);

        run.Errors.Should().BeEmpty();
        run.ExitCode.Should().Be(SampleApplication.Succeeded);
        JsonDocument
            .Parse(run.Output)
            .RootElement.GetProperty("totals")
            .GetProperty("created")
            .GetInt32()
            .Should()
            .Be(2);
    }

    [Fact]
    public async Task A_pipe_is_read_with_text_output()
    {
        using var folder = new KeptProfiles();
        await File.WriteAllTextAsync(folder.PathOf("mail.mbox"), TwoPeople);

        var run = await SampleProcess.RunInShellAsync(folder.Folder, "cat mail.mbox | sample import - --memory");

        run.ExitCode.Should().Be(SampleApplication.Succeeded);
        run.Output.Should().MatchRegex(@"profiles created\s+2");
    }

    // ---- memory

    [Theory]
    [InlineData("yes 'From ' | head -c 32000000", 1)]
    [InlineData("yes $'From \\n' | head -c 3200000", 3_200_000 / 7)]
    [InlineData("yes $'From \\nx' | head -c 2400000", 300_000)]
    [InlineData("printf 'From a\\nFrom: a@example.org\\n\\n'; yes $'From x\\ntext' | head -c 2400000", 200_000)]
    public async Task Memory_stays_bounded_while_parts_are_skipped(string mailbox, int atLeast)
    {
        using var folder = new KeptProfiles();

        var run = await SampleProcess.RunInShellAsync(folder.Folder, $"({mailbox}) | sample import - --memory --json");

        using var report = JsonDocument.Parse(run.Output);
        report
            .RootElement.GetProperty("speed")
            .GetProperty("peakMemoryBytes")
            .GetInt64()
            .Should()
            .BeLessThan(MaxMemory);
        report.RootElement.GetProperty("skipped").GetArrayLength().Should().BeGreaterThanOrEqualTo(atLeast);
        report
            .RootElement.GetProperty("skipped")
            .EnumerateArray()
            .Sum(one => one.GetProperty("lines").GetInt64())
            .Should()
            .BeGreaterThanOrEqualTo(atLeast);
    }

    [Theory]
    [InlineData("From a Mon Dec  2 08:14:09 2024", "Message-ID: <1@example.org>")]
    [InlineData("From a Mon Dec  2 08:14:09 2024", "From: <>\\nDate: Mon, 2 Dec 2024 08:14:09 +0000")]
    [InlineData("From a", "From: no-reply@example.org\\nDate: Mon, 2 Dec 2024 08:14:09 +0000")]
    public async Task Memory_stays_bounded_with_any_number_of_messages_of_one_instant(string line, string fields)
    {
        using var folder = new KeptProfiles();

        var run = await SampleProcess.RunInShellAsync(
            folder.Folder,
            $"(yes $'{line}\\n{fields}\\n\\nbody\\n' | head -n "
                + $"{100_000 * (5 + fields.Split("\\n").Length - 1)}) | sample import - --memory --json"
        );

        using var report = JsonDocument.Parse(run.Output);
        report.RootElement.GetProperty("totals").GetProperty("messages").GetInt32().Should().Be(100_000);
        report
            .RootElement.GetProperty("speed")
            .GetProperty("peakMemoryBytes")
            .GetInt64()
            .Should()
            .BeLessThan(MaxMemory);
    }

    // ---- who gets a profile

    [Theory]
    [InlineData(
        "support@example.net",
        "From: 'Ada Lovelace' via Support <support@example.net>\nReply-To: Ada Lovelace <ada@example.org>",
        "Ada Lovelace",
        "ada@example.org"
    )]
    [InlineData(
        "support@example.net",
        "From: 'Ada Lovelace' via Support <support@example.net>\nTo: support@example.net\nReply-To: "
            + "ada@example.org\nList-Id: <support.example.net>\nPrecedence: list",
        "Ada Lovelace",
        "ada@example.org"
    )]
    [InlineData(
        "support@desk.example",
        "From: support+4711@desk.example\nTo: Bob <bob@example.org>",
        "Bob",
        "bob@example.org"
    )]
    [InlineData("desk.example", "From: nobody\nFrom: Ada <ada@example.org>", "Ada", "ada@example.org")]
    [InlineData(
        "desk.example",
        "From: =?windows-1251?B?wO3t4CDI4uDt7uLg?= <anna@example.org>",
        "Анна Иванова",
        "anna@example.org"
    )]
    public async Task The_writer_or_the_recipient_gets_a_profile(string own, string fields, string name, string address)
    {
        using var folder = new KeptProfiles();
        await ImportAsync(
            folder,
            own,
            $"From x Mon Dec  2 08:14:09 2024\n{fields}\nMessage-ID: <1@example.org>\n\nHello\n"
        );

        var profile = (await ListAsync(folder)).Should().ContainSingle().Which;

        profile.Name!.Full.Should().Be(name);
        profile.Emails.Should().ContainSingle().Which.Address.Value.Should().Be(address);
    }

    [Theory]
    [InlineData("X-Autoreply: yes")]
    [InlineData("Precedence: auto_reply")]
    [InlineData("X-Autorespond:")]
    [InlineData("Content-Type: multipart/report; boundary=x")]
    [InlineData("Auto-Submitted: auto-replied")]
    public async Task Automatic_mail_creates_no_customer(string field)
    {
        using var folder = new KeptProfiles();
        var report = await ImportAsync(
            folder,
            "desk.example",
            $"From x Mon Dec  2 08:14:09 2024\nFrom: Ada <ada@example.org>\n{field}\nMessage-ID: "
                + $"<1@example.org>\n\nHello\n"
        );

        report
            .ImportTotals!.Declined.Should()
            .Equal(new Dictionary<DeclineReason, int> { [DeclineReason.Automatic] = 1 });
        (await ListAsync(folder)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_name_in_an_unknown_charset_is_omitted_with_a_warning()
    {
        await using var services = new ServiceCollection().AddCustomerProfiles().Services.BuildServiceProvider();
        var header = HeaderList.Load(
            new MemoryStream("From: =?x-klingon?Q?=C0=ED=ED=E0?= <anna@example.org>\n\n"u8.ToArray())
        );
        var from = MailParties.Read(header, _ => false).From!;

        var outcome = await services
            .GetRequiredService<ICustomerProfiles>()
            .ConversationReceivedAsync(
                new Conversation("1", from.Address, from.Name, Instant.FromUtc(2024, 12, 2, 8, 0))
            );

        outcome.Should().BeOfType<ConversationOutcome.Created>().Which.Profile.Name.Should().BeNull();
        outcome.Warnings.Should().Equal(IntakeWarning.NameStillEncoded);
    }

    [Fact]
    public async Task The_clock_follows_the_Date_fields_where_every_From_line_has_the_same_date()
    {
        using var folder = new KeptProfiles();
        var report = await ImportAsync(
            folder,
            "desk.example",
            string.Concat(
                Enumerable
                    .Range(1, 7)
                    .Select(month =>
                        $"From x Thu Jan  1 00:00:00 1970\nFrom: Ada <ada@example.org>\nDate: "
                        + $"{new DateTime(2024, month, 5, 10, 0, 0):ddd, dd MMM yyyy HH:mm:ss} +0000\n"
                        + $"Message-ID: <{month}@example.org>\n\nHello\n\n"
                    )
            )
        );

        // January, and then whenever more than two months have passed: April, July.
        report.ImportTotals!.ChecksCompleted.Should().Be(3);
    }

    [Theory]
    [InlineData("Fri, 31 Dec 9999 23:59:59 +0000")]
    [InlineData("Fri, 31 Dec 9999 23:59:59 -1200")]
    [InlineData("Mon, 01 Jan 0001 00:00:00 +0000")]
    [InlineData("Mon, 01 Jan 0001 00:00:00 +1200")]
    public async Task A_date_at_the_limits_of_time_does_not_stop_the_import(string date)
    {
        using var folder = new KeptProfiles();
        var report = await ImportAsync(
            folder,
            "desk.example",
            string.Concat(
                Enumerable
                    .Range(1, 3)
                    .Select(day =>
                        $"From x Mon Dec  2 08:14:09 2024\nFrom: Ada <ada@example.org>\nDate: "
                        + $"{(day == 2 ? "Mon, 2 Dec 2024 08:00:00 +0000" : date)}\nMessage-ID: "
                        + $"<{day}@example.org>\n\nHello\n\n"
                    )
            )
        );

        report.ImportTotals!.Messages.Should().Be(3);
        report.ImportTotals.Created.Should().Be(1);
    }

    [Fact]
    public async Task A_late_clock_of_the_sender_does_not_change_the_time_of_delivery()
    {
        using var folder = new KeptProfiles();
        await ImportAsync(
            folder,
            "desk.example",
            "From x Mon Dec  2 08:14:09 2024\nFrom: Ada <ada@example.org>\nDate: Wed, 27 Nov 2024 08:14:09 "
                + "+0000\nMessage-ID: <1@example.org>\n\nHello\n\n"
        );

        (await ListAsync(folder))
            .Should()
            .ContainSingle()
            .Which.Find(ProfileField.Name)!
            .Provenance.ObservedAt.Should()
            .Be(Instant.FromUtc(2024, 12, 2, 8, 14, 9));
    }

    [Fact]
    public async Task A_skipped_part_is_reported_with_its_position()
    {
        using var folder = new KeptProfiles();
        var report = await ImportAsync(
            folder,
            "desk.example",
            TwoPeople + "Dear Ada,\nFrom evil@example.org Mon Dec  2 08:14:09 2024\nFrom: evil@example.org\n\n"
        );

        report.ImportTotals!.Created.Should().Be(2);
        report.ImportTotals.Skipped.Should().Be(1);
        report
            .AllSkipped.Should()
            .ContainSingle()
            .Which.Position.Offset.Should()
            .Be(TwoPeople.Length + "Dear Ada,\n".Length);
    }

    // ---- speed

    [Fact]
    public async Task The_simulator_has_no_rate_limit_and_FullContact_has_that_of_the_account()
    {
        await using var simulated = await SampleProvider.StartAsync();
        await using var real = SampleProvider.Unused();

        CallsPerMinute(simulated).Should().Be(60_000, "this is the maximum");
        CallsPerMinute(real).Should().Be(new FullContactOptions().CallsPerMinute);

        static int CallsPerMinute(SampleProvider provider)
        {
            var options = new FullContactOptions();
            provider.Configure(options);
            return options.CallsPerMinute;
        }
    }

    private static async Task<CapturedReport> ImportAsync(KeptProfiles folder, string own, string mailbox)
    {
        var file = new FileInfo(folder.PathOf("mail.mbox"));
        await File.WriteAllTextAsync(file.FullName, mailbox, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        var report = new CapturedReport();
        (await SampleApplication.ImportAsync(file, [own], folder.Choice, report, CancellationToken.None))
            .Should()
            .Be(SampleApplication.Succeeded);
        return report;
    }

    private static async Task<List<CustomerProfile>> ListAsync(KeptProfiles folder)
    {
        var report = new CapturedReport();
        await SampleApplication.CommandAsync(
            async commands =>
            {
                await commands.ListAsync(100, CancellationToken.None);
                return true;
            },
            folder.Choice,
            report
        );
        return report.Listed;
    }
}
