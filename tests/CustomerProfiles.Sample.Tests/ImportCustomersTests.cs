using System.Text;
using CustomerProfiles.Sample.Csv;
using CustomerProfiles.Sample.Customers;
using Microsoft.Extensions.Time.Testing;
using NodaTime;

namespace CustomerProfiles.Sample.Tests;

/// <summary>The command 'import-customers'. Each call opens the store again.</summary>
public sealed class ImportCustomersTests
{
    private const string Three = """
        id,name,email,plan
        1,Ann,ann@example.org;ann@example.net,gold
        2,Bob,bob@example.org,
        3,Cid,cid@example.org,free

        """;

    [Fact]
    public async Task The_example_becomes_customers_who_are_found()
    {
        using var scene = new ImportScene();
        File.Copy(
            Path.Combine(RepositoryRoot.Path, "samples/CustomerProfiles.Sample/Customers/old-crm.csv"),
            scene.PathOf("old-crm.csv")
        );

        var run = await scene.ImportAsync("old-crm.csv");

        (run.ExitCode, run.Totals).Should().Be((SampleApplication.Succeeded, "6 created"));
        var ines = (await scene.FindAsync("ines.carvalho@example.org"))!;
        ines.Name.Should().Be(new PersonName("Ines Carvalho", "Ines", "Carvalho"));
        ines.Notes.Should().Be("Prefers Portuguese.\nAsks for invoices on paper.");
        ines.Address!.Street.Should().Be("Rua das Flores 12, 2.º");
        ines.CustomProperties.GetValueOrDefault("Plan").Should().Be("gold");
        ines.CreatedAt.Should().Be(Instant.FromUtc(2019, 5, 2, 0, 0));
        ines.Identities.Should().Contain(Identity.External("old-crm:1001"));
        var jonas = (await scene.FindAsync("j.weber@example.net"))!;
        jonas.Emails.Should().HaveCount(2);
        jonas.CreatedAt.Should().Be(Instant.FromUtc(2020, 11, 17, 8, 30));
        var found = await scene.WithProfilesAsync(profiles =>
            profiles.SearchAsync(new ProfileSearchQuery { Text = "blackwood farm" }).AsTask()
        );
        found.Profiles.Should().ContainSingle().Which.Name!.Full.Should().Be("Ruth Blackwood");
    }

    [Fact]
    public async Task A_second_import_changes_nothing()
    {
        using var scene = new ImportScene();

        var first = await scene.ImportTextAsync(Three);
        var second = await scene.ImportTextAsync(Three);

        first.Totals.Should().Be("3 created");
        (second.ExitCode, second.Totals).Should().Be((SampleApplication.Succeeded, "3 unchanged"));
        (await scene.CountAsync()).Should().Be(3);
    }

    [Fact]
    public async Task A_changed_row_updates_its_customer()
    {
        using var scene = new ImportScene();
        await scene.ImportTextAsync(Three);

        var run = await scene.ImportTextAsync(Three.Replace("gold", "free", StringComparison.Ordinal));

        run.Totals.Should().Be("1 updated, 2 unchanged");
        (await scene.FindAsync("ann@example.net"))!.CustomProperties.GetValueOrDefault("plan").Should().Be("free");
    }

    [Fact]
    public async Task What_an_agent_typed_stays_unless_it_is_to_be_replaced()
    {
        using var scene = new ImportScene();
        await scene.ImportTextAsync(Three);
        await scene.WithProfilesAsync(async profiles =>
        {
            var edit = (await profiles.FindAsync(Identity.Email(EmailAddress.Parse("bob@example.org"))))!.Edit(
                Actor.Agent("kim")
            );
            edit.Name = "Robert";
            return await profiles.SaveAsync(edit);
        });

        var kept = await scene.ImportTextAsync(Three);
        var name = (await scene.FindAsync("bob@example.org"))!.Name!.Full;
        var replaced = await scene.ImportTextAsync(Three, replace: true);

        (kept.Totals, name).Should().Be(("3 unchanged", "Robert"));
        replaced.Totals.Should().Be("1 updated, 2 unchanged");
        (await scene.FindAsync("bob@example.org"))!.Name!.Full.Should().Be("Bob");
    }

    [Fact]
    public async Task A_dry_run_has_the_results_of_the_run_and_writes_nothing()
    {
        using var scene = new ImportScene();
        await scene.ImportTextAsync("id,name,email\n1,Ann,ann@example.org\n2,Bob,bob@example.org\n");
        const string Text = """
            id,name,email
            1,Anna,ann@example.org
            ,Ann or Bob,ann@example.org;bob@example.org
            3,Cid,nobody
            4,Dora,dora@example.org
            5,"Eve
            6,Dora,dora@example.org

            """;

        var dry = await scene.ImportTextAsync(Text, dryRun: true);
        var before = await scene.CountAsync();
        var real = await scene.ImportTextAsync(Text);

        before.Should().Be(2);
        dry.Totals.Should().Be("1 created, 2 updated, 1 ambiguous, 2 rejected");
        dry.Report.Notes.Should().Contain("A dry run: no profile is written.");
        real.Totals.Should().Be(dry.Totals);
        real.Refused.Should().Equal(dry.Refused);
        (dry.ExitCode, real.ExitCode).Should().Be((SampleApplication.Failed, SampleApplication.Failed));
    }

    [Fact]
    public async Task A_dry_run_needs_no_store_and_creates_none()
    {
        using var scene = new ImportScene();

        var run = await scene.ImportTextAsync(Three, dryRun: true);

        (run.ExitCode, run.Totals).Should().Be((SampleApplication.Succeeded, "3 created"));
        scene.StoreExists.Should().BeFalse();
    }

    [Fact]
    public async Task Only_an_import_that_is_no_dry_run_deletes_what_an_earlier_run_left()
    {
        using var scene = new ImportScene();
        await scene.ImportTextAsync(Three);
        await scene.WriteAsync("one.csv", "id,email\n1,ann@example.org\n");

        var dry = await scene.ImportAsync("one.csv", dryRun: true, fresh: true);
        var before = await scene.CountAsync();
        var real = await scene.ImportAsync("one.csv", fresh: true);

        (dry.Totals, before).Should().Be(("1 created", 3));
        real.Totals.Should().Be("1 created");
        (await scene.CountAsync()).Should().Be(1);
    }

    [Fact]
    public async Task Two_customers_in_one_row_are_ambiguous_and_both_are_named()
    {
        using var scene = new ImportScene();
        await scene.ImportTextAsync(Three);
        var ann = (await scene.FindAsync("ann@example.org"))!.Id;
        var bob = (await scene.FindAsync("bob@example.org"))!.Id;

        var run = await scene.ImportTextAsync("id,email\n1,bob@example.org\n4,dora@example.org\n");

        run.Totals.Should().Be("1 created, 1 ambiguous");
        run.ExitCode.Should().Be(SampleApplication.Failed);
        var refused = run.Report.Refused.Single();
        refused.Row.Line.Should().Be(2);
        refused.Customers.Should().BeEquivalentTo([ann, bob]);
        refused
            .Problems.Single()
            .Should()
            .Contain($"{ann}")
            .And.Contain($"{bob}")
            .And.Contain("Merge them if they are");
    }

    [Fact]
    public async Task Every_problem_of_a_row_is_reported_and_the_other_rows_are_imported()
    {
        using var scene = new ImportScene();

        var run = await scene.ImportTextAsync(
            "id,name,email,phone,website\n"
                + "1,Ann,ann@example.org,+44 20 7946 0000,\n"
                + "2,A\u0007,nobody,12,ftp://example.org\n"
                + "3,Cid\n"
                + "4,\"Dora\n"
                + "5,Eve,eve@example.org,,\n"
        );

        run.Totals.Should().Be("2 created, 3 rejected");
        run.Refused.Should().Equal((3, "rejected"), (4, "rejected"), (5, "rejected"));
        run.Report.Refused[0].Problems.Should().HaveCount(4).And.OnlyContain(problem => problem.Contains(": "));
        run.Report.Refused[1].Problems.Should().Equal("The row has 2 fields, and the header has 5.");
        run.Report.Refused[2].Problems.Single().Should().StartWith("A quote is opened and not closed.");
        (await scene.FindAsync("eve@example.org")).Should().NotBeNull();
    }

    [Fact]
    public async Task Rejected_rows_are_written_as_they_were_and_can_be_corrected_and_imported()
    {
        using var scene = new ImportScene();
        await scene.ImportTextAsync(Three);
        await scene.WriteAsync(
            "more.csv",
            "id;name;email\r\n4;\"Dora; D\";dora\r\n1;Ann;bob@example.org\r\n5;Eve;eve@example.org\r\n6;Fay\r\n"
                + "7;\"Gus;gus@example.org\r\n8;Hal;hal@example.org"
        );

        var first = await scene.ImportAsync("more.csv", rejected: "rejected.csv");
        var rejected = await scene.ReadAsync("rejected.csv");
        await scene.WriteAsync(
            "corrected.csv",
            rejected
                .Replace(";dora;", ";dora@example.org;", StringComparison.Ordinal)
                .Replace("1;Ann;bob@example.org", "2;Bob;bob@example.org", StringComparison.Ordinal)
                .Replace("6;Fay", "6;Fay;fay@example.org", StringComparison.Ordinal)
                .Replace("7;\"Gus", "7;Gus", StringComparison.Ordinal)
        );
        var second = await scene.ImportAsync("corrected.csv", rejected: "again.csv");

        first.Totals.Should().Be("2 created, 1 ambiguous, 3 rejected");
        first.Report.Notes[^1].Should().Contain("rejected.csv");
        var lines = rejected.Split("\r\n");
        lines[0].Should().Be("id;name;email;Import problem");
        lines
            .Skip(1)
            .Select(line => line.Split(";\"Not imported: ")[0])
            .Should()
            .Equal("4;\"Dora; D\";dora", "1;Ann;bob@example.org", "6;Fay", "7;\"Gus;gus@example.org", "");
        (second.ExitCode, second.Totals).Should().Be((SampleApplication.Succeeded, "3 created, 1 unchanged"));
        (await scene.FindAsync("dora@example.org"))!.Name!.Full.Should().Be("Dora; D");
        (await scene.ReadAsync("again.csv")).Should().Be("id;name;email;Import problem\r\n");
    }

    [Fact]
    public async Task Rejected_rows_that_are_imported_as_they_are_are_rejected_as_before()
    {
        using var scene = new ImportScene();
        await scene.WriteAsync("customers.csv", "id,name,email\n4,Dora,dora\n6,Fay\n7,\"Gus,gus@example.org\n8,Hal\n");
        await scene.ImportAsync("customers.csv", rejected: "one.csv");

        var second = await scene.ImportAsync("one.csv", rejected: "two.csv");
        var third = await scene.ImportAsync("two.csv", rejected: "three.csv");

        (second.Totals, third.Totals).Should().Be(("4 rejected", "4 rejected"));
        var one = Before(await scene.ReadAsync("one.csv"));
        one.Should().Equal("id,name,email,Import problem", "4,Dora,dora", "6,Fay", "7,\"Gus,gus@example.org", "8,Hal");
        Before(await scene.ReadAsync("two.csv")).Should().Equal(one);
        (await scene.ReadAsync("three.csv")).Should().Be(await scene.ReadAsync("two.csv"));

        static string[] Before(string text) =>
            [.. text.TrimEnd().Split("\r\n").Select(line => line.Split(",\"Not imported: ")[0])];
    }

    [Fact]
    public async Task A_spreadsheet_may_save_the_rejected_rows_in_its_own_way()
    {
        using var scene = new ImportScene();

        // Without quotes that are not needed; of corrected rows the reason, or its cell, removed, or a remark instead.
        await scene.WriteAsync(
            "corrected.csv",
            "id;name;email;Import problem\n"
                + "1;Ann;ann@example.org;Not imported: It was broken.\n"
                + "2;Bob;bob@example.org;\n"
                + "3;Cid;cid@example.org\n"
                + "4;Dora;dora@example.org;done\n"
                + "5;eve@example.org;Not imported: It was broken.\n"
        );

        var run = await scene.ImportAsync("corrected.csv");

        run.Totals.Should().Be("4 created, 1 rejected");
        run.Refused.Should().Equal((6, "rejected"));
        (await scene.FindAsync("dora@example.org"))!.Name!.Full.Should().Be("Dora");
    }

    [Fact]
    public async Task A_file_in_another_encoding_stops_at_the_line_and_is_imported_when_the_encoding_is_given()
    {
        using var scene = new ImportScene();
        await scene.WriteAsync(
            "customers.csv",
            TextEncoding
                .Parse("windows-1252")
                .GetBytes("id,name,email\n1,Ann,ann@example.org\n2,Käthe,k@example.org\n3,Bob,bob@example.org\n")
        );

        var stopped = await scene.ImportAsync("customers.csv");
        var read = await scene.ImportAsync("customers.csv", encoding: "windows-1252");

        stopped.Failure!.Message.Should().StartWith("Line 3 holds bytes that are not text in utf-8.");
        stopped.Totals.Should().Be("1 created");
        (read.ExitCode, read.Totals).Should().Be((SampleApplication.Succeeded, "2 created, 1 unchanged"));
        (await scene.FindAsync("k@example.org"))!.Name!.Full.Should().Be("Käthe");
    }

    /// <summary>As old systems write it: in Windows-1252, with semicolons, quotes, dates with dots.</summary>
    [Fact]
    public async Task The_file_of_an_old_system_is_imported_its_rejected_rows_mended_and_imported_again()
    {
        using var scene = new ImportScene();
        string[] rows =
        [
            "Kundennummer;Vorname;Nachname;E-Mail-Adresse;Telefon;Firma;Straße;Kunde seit;Bemerkung",
            "1;Käthe;Groß;kaethe@example.org;0151 / 234 567-00;\"Müller & Söhne; Heizung\";Hauptstraße 1;04.05.2019;",
            "2;Jürgen;Weiß;juergen@example.org;+49 (0)30 901820;\"Firma \"\"Sonne\"\"\";;1.2.2020;\"Ruft an;",
            "vormittags\"",
            "3;\"Paul;Brandt;paul@example.org;0049-30-901821;;;05/04/2019;",
            "4;Anja;Süß;anja@example.org;;;;2021-03-31;",
            "5;Anja;Süß-Groß;kaethe@example.org, anja@example.org;;;;;",
        ];
        var text = string.Join("\r\n", rows) + "\r\n";
        await scene.WriteAsync("old.csv", TextEncoding.Parse("windows-1252").GetBytes(text));

        var first = await scene.ImportAsync("old.csv", encoding: "windows-1252", rejected: "rejected.csv");
        var rejected = await scene.ReadAsync("rejected.csv");
        await scene.WriteAsync(
            "mended.csv",
            rejected
                .Replace("3;\"Paul", "3;Paul", StringComparison.Ordinal)
                .Replace("05/04/2019", "05.04.2019", StringComparison.Ordinal)
                .Replace("5;Anja;Süß-Groß;kaethe@example.org, ", "4;Anja;Süß;", StringComparison.Ordinal)
        );
        var second = await scene.ImportAsync("mended.csv");

        first.Totals.Should().Be("3 created, 1 ambiguous, 1 rejected");
        first
            .Report.Notes[^1]
            .Should()
            .EndWith("rejected.csv, in UTF-8. Correct them, and import that file without --encoding.");
        (second.ExitCode, second.Totals).Should().Be((SampleApplication.Succeeded, "1 created, 1 unchanged"));
        var kaethe = (await scene.FindAsync("kaethe@example.org"))!;
        (kaethe.Company, kaethe.Address!.Street, kaethe.CreatedAt)
            .Should()
            .Be(("Müller & Söhne; Heizung", "Hauptstraße 1", Instant.FromUtc(2019, 5, 4, 0, 0)));
        var juergen = (await scene.FindAsync("juergen@example.org"))!;
        (juergen.Company, juergen.Notes).Should().Be(("Firma \"Sonne\"", "Ruft an;\nvormittags"));
        (await scene.FindAsync("paul@example.org"))!.CreatedAt.Should().Be(Instant.FromUtc(2019, 4, 5, 0, 0));
    }

    [Fact]
    public async Task A_file_that_a_spreadsheet_saved_as_Unicode_text_is_imported()
    {
        using var scene = new ImportScene();
        byte[] text =
        [
            .. Encoding.Unicode.GetPreamble(),
            .. Encoding.Unicode.GetBytes("Kundennr.\tVorname\tNachname\tE-Mail\r\n7\tKäthe\tGroß\tk@example.org\r\n"),
        ];
        await scene.WriteAsync("customers.csv", text);

        var run = await scene.ImportAsync("customers.csv");

        run.Totals.Should().Be("1 created");
        (await scene.FindAsync("k@example.org"))!.Name.Should().Be(new PersonName("Käthe Groß", "Käthe", "Groß"));
    }

    [Fact]
    public async Task A_mapping_file_says_what_columns_become()
    {
        using var scene = new ImportScene();
        await scene.WriteAsync(
            "map.json",
            """{"Tariff": "custom:plan", "Mobile": "identity:phone", "Fax": "ignore"}"""
        );
        await scene.WriteAsync("customers.csv", "Name;Tariff;Mobile;Fax\nAnn;gold;+44 20 7946 0000;none\n");

        var first = await scene.ImportAsync("customers.csv", system: null, map: "map.json");
        var second = await scene.ImportAsync("customers.csv", system: null, map: "map.json");

        (first.Totals, second.Totals).Should().Be(("1 created", "1 unchanged"));
        first
            .Report.Notes.Should()
            .Contain("Columns: Name -> name, Tariff -> custom:plan, Mobile -> identity:phone, Fax -> ignore");
        var ann = await scene.WithProfilesAsync(profiles =>
            profiles.FindAsync(Identity.Phone("+442079460000")).AsTask()
        );
        ann!.CustomProperties.GetValueOrDefault("plan").Should().Be("gold");
        ann.Phones.Should().ContainSingle();
    }

    [Fact]
    public async Task Ids_need_the_name_of_their_system()
    {
        using var scene = new ImportScene();
        await scene.WriteAsync("customers.csv", Three);
        await scene.WriteAsync("addresses.csv", "email\nann@example.org\n");

        var without = await scene.ImportAsync("customers.csv", system: null);
        var withColon = await scene.ImportAsync("customers.csv", system: "old:crm");
        var noIds = await scene.ImportAsync("addresses.csv", system: null);

        without.Failure!.Message.Should().Contain("--system");
        withColon.Failure!.Message.Should().StartWith("--system: The name of a system cannot hold a colon.");
        noIds.Totals.Should().Be("1 created");
    }

    [Fact]
    public async Task The_rejected_rows_never_replace_the_file_that_is_imported()
    {
        using var scene = new ImportScene();
        await scene.WriteAsync("customers.csv", Three);

        var run = await scene.ImportAsync("customers.csv", rejected: "./customers.csv");

        run.Failure!.Message.Should().Contain("--rejected would replace");
        (await scene.ReadAsync("customers.csv")).Should().Be(Three);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1_000)]
    public async Task Rows_are_reported_in_the_order_of_the_file_whatever_the_size_of_a_batch(int batchSize)
    {
        using var scene = new ImportScene();
        await scene.WriteAsync(
            "customers.csv",
            "id,email\n1\n2,b@example.org\n3\n4,nobody\n5\n6,f@example.org\n7,nobody\n8\n"
        );

        var run = await scene.ImportAsync("customers.csv", batchSize: batchSize);

        run.Refused.Select(row => row.Line).Should().Equal(2, 4, 5, 6, 8, 9);
        run.Totals.Should().Be("2 created, 6 rejected");
    }

    [Fact]
    public async Task A_file_of_any_size_is_read_only_as_fast_as_its_rows_are_written()
    {
        const int Rows = 20_000;
        await using var provider = SampleProvider.Unused();
        await using var session = SampleSession.OpenOrCreate(new MemoryStore(), provider);
        using var stream = new GeneratedCsv(Rows);
        var rows = await CsvRows.OpenAsync(new TextLines(stream, encoding: null), default);
        var columns = CustomerColumns.Of(rows.Header.Fields, ColumnMap.None);
        long done = 0;
        long ahead = 0;

        await new CustomerImport(session.Profiles, rows, columns).RunAsync(
            new ImportOptions { System = "old-crm" },
            row =>
            {
                row.Outcome.Should().Be("created");
                done++;
                ahead = Math.Max(ahead, stream.RowsMade - done);
            },
            default
        );

        done.Should().Be(Rows);

        // A batch of 200, and at most three blocks of 64 KiB with rows of at least 60 bytes.
        ahead.Should().BeInRange(1, 200 + (3 * 64 * 1024 / 60));
    }

    [Fact]
    public async Task Broken_rows_without_end_are_reported_as_they_come()
    {
        const int Rows = 50_000;
        await using var provider = SampleProvider.Unused();
        await using var session = SampleSession.OpenOrCreate(new MemoryStore(), provider);
        using var stream = new GeneratedCsv(Rows, brokenAfter: 10);
        var rows = await CsvRows.OpenAsync(new TextLines(stream, encoding: null), default);
        var columns = CustomerColumns.Of(rows.Header.Fields, ColumnMap.None);
        var totals = new CustomerImportTotals();
        long ahead = 0;

        await new CustomerImport(session.Profiles, rows, columns).RunAsync(
            new ImportOptions { System = "old-crm" },
            row =>
            {
                totals.Count(row);
                ahead = Math.Max(ahead, stream.RowsMade - totals.Rows);
            },
            default
        );

        (totals.Created, totals.Rejected).Should().Be((10, Rows - 10));
        ahead.Should().BeLessThan(20_000);
    }

    [Fact]
    public async Task Progress_is_shown_at_most_four_times_a_second_and_makes_room_for_other_output()
    {
        var time = new FakeTimeProvider();
        await using var terminal = new StringWriter();
        var progress = new ImportProgress(terminal, time);

        progress.Show(1);
        time.Advance(TimeSpan.FromMilliseconds(500));
        progress.Show(1_000);
        progress.Show(1_001);
        time.Advance(TimeSpan.FromMilliseconds(500));
        progress.Show(5_000);
        progress.Clear();
        progress.Clear();

        terminal
            .ToString()
            .Should()
            .Be("\r1,000 rows, 2,000 rows/s\r5,000 rows, 5,000 rows/s\r                        \r");
    }

    /// <summary>A CSV file that is made while it is read.</summary>
    private sealed class GeneratedCsv(int rows, int brokenAfter = int.MaxValue) : Stream
    {
        private byte[] _rest = Encoding.UTF8.GetBytes("id,name,email,plan\n");

        public int RowsMade { get; private set; }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var length = 0;
            while (length < buffer.Length)
            {
                if (_rest.Length == 0)
                {
                    if (RowsMade == rows)
                    {
                        break;
                    }

                    RowsMade++;
                    _rest = Encoding.UTF8.GetBytes(
                        RowsMade > brokenAfter
                            ? $"{RowsMade},Too few fields\n"
                            : $"{RowsMade},Customer number {RowsMade:D8},customer{RowsMade:D8}@example.org,gold\n"
                    );
                }

                var part = Math.Min(_rest.Length, buffer.Length - length);
                _rest.AsSpan(0, part).CopyTo(buffer[length..]);
                _rest = _rest[part..];
                length += part;
            }

            return length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Read(buffer.Span));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
