using System.Text.Json;

namespace CustomerProfiles.Sample.Tests;

/// <summary>The sample as a user runs it: one process after the other in one folder.</summary>
[Collection(FirstRunCollection.Name)]
public sealed class SampleCommandLineTests(FirstRun first)
{
    private const string Maria = "maria.quill@example.org";
    private const string NobodysId = "01911111-1111-7111-8111-111111111111";

    [Fact]
    public async Task A_second_process_in_the_same_folder_finds_the_profiles_of_the_first()
    {
        using var kept = new KeptProfiles();

        var one = await SampleProcess.RunAsync(kept.Folder);
        Directory.GetFiles(kept.Folder).Should().Equal(kept.Path);
        var two = await SampleProcess.RunAsync(kept.Folder, "--json");
        var three = await SampleProcess.RunAsync(kept.Folder);

        new[] { one, two, three }.Should().OnlyContain(run => run.ExitCode == 0 && run.Errors == "");
        one.Output.Split('\n').Take(4).Should().Contain("Profiles: customer-profiles.db");
        one.Output.Should().Contain("A support case").And.Contain("All totals agree");
        three
            .Output.Should()
            .Contain("An earlier run left 38 of this mailbox's 38 customers.")
            .And.Contain("All totals agree")
            .And.NotContain("A support case");
        one.Lines.Concat(three.Lines).Should().OnlyContain(line => WidthOf(line) <= 80);

        using var document = JsonDocument.Parse(two.Output);
        var json = document.RootElement;
        json.GetProperty("allWell").GetBoolean().Should().BeTrue();
        json.GetProperty("store").GetString().Should().Be("customer-profiles.db");
        json.GetProperty("totals").GetProperty("created").GetInt32().Should().Be(0);
        json.GetProperty("totals").GetProperty("checksCompleted").GetInt32().Should().Be(0);
        json.GetProperty("comparison")
            .EnumerateArray()
            .Single(figure => figure.GetProperty("figure").GetString() == "calls to the provider")
            .GetProperty("actual")
            .GetInt32()
            .Should()
            .Be(0);
    }

    [Fact]
    public async Task The_next_process_sees_every_change()
    {
        using var kept = first.Kept.Copy();
        async Task<string> RunAsync(params string[] arguments)
        {
            var run = await SampleProcess.RunAsync(kept.Folder, arguments);
            run.Should()
                .Match<SampleProcess>(
                    ended => ended.ExitCode == 0 && ended.Errors == "",
                    because: string.Join(' ', arguments)
                );
            run.Lines.Should().OnlyContain(line => WidthOf(line) <= 80);
            run.Output.Should().StartWith("Profiles: customer-profiles.db");
            return run.Output;
        }

        (await RunAsync("edit", Maria, "--job-title", "Librarian", "--notes", "Mornings only.\nNever by telephone."))
            .Should()
            .Contain("Saved.");
        (await RunAsync("clear-photo", Maria)).Should().Contain("(cleared)");
        (await RunAsync("disable")).Should().Contain("fullcontact is disabled now.");
        (await RunAsync("suppress", "noor.elamin@example.org")).Should().Contain("suppressed, no lookups");
        (await RunAsync("list", "--max", "2")).Should().Contain(Maria).And.Contain("there are more");
        (await RunAsync("find", "northern", "reading")).Should().Contain("Quill, Maria").And.Contain("1 in all.");
        var sidebar = await RunAsync("sidebar", Maria);
        sidebar
            .Should()
            .Contain("Librarian")
            .And.Contain("Never by telephone.")
            .And.Contain("(cleared)")
            .And.Contain("; disabled");
        (await RunAsync("reset-photo", Maria)).Should().NotContain("(cleared)");
        (await RunAsync("enable")).Should().Contain("fullcontact is enabled now.");
        (await RunAsync("unsuppress", "noor.elamin@example.org")).Should().NotContain("suppressed");
        (await RunAsync("edit", Maria, "--clear", "notes", "--job-title", ""))
            .Should()
            .NotContain("Mornings only.")
            .And.Contain("(cleared)");
    }

    [Fact]
    public async Task History_and_revert_print_what_was_and_what_is()
    {
        using var kept = first.Kept.Copy();
        async Task<string> RunAsync(params string[] arguments)
        {
            var run = await SampleProcess.RunAsync(kept.Folder, arguments);
            (run.ExitCode, run.Errors).Should().Be((0, ""), because: string.Join(' ', arguments));
            run.Lines.Should().OnlyContain(line => WidthOf(line) <= 80);
            return run.Output;
        }

        await RunAsync("edit", Maria, "--job-title", "Curator", "--clear", "notes");
        using var json = JsonDocument.Parse(await RunAsync("history", Maria, "--page-size", "1", "--json"));
        var number = json.RootElement.GetProperty("history").GetProperty("entries")[0].GetProperty("number").GetInt64();

        var history = await RunAsync("history", Maria, "--page-size", "1");
        history
            .Should()
            .MatchRegex($@"\n +{number}  \d{{4}}-\d\d-\d\d \d\d:\d\d  agent console: edit\n")
            .And.MatchRegex(@"Job title +Head of Acquisitions +-> +Curator")
            .And.MatchRegex(@"Notes +Prefers e-mail\. +-> +\(cleared\)")
            .And.Contain($"Use --before {number} ");
        (await RunAsync("history", Maria, "--before", $"{number}")).Should().NotContain("Curator");

        (await RunAsync("revert", Maria, $"{number}"))
            .Should()
            .MatchRegex(@"Job title +Curator +-> +Head of Acquisitions")
            .And.MatchRegex(@"Notes +\(none\) +-> +Prefers e-mail\.")
            .And.Contain("Nothing is saved yet. To save it, add --yes.");
        (await RunAsync("sidebar", Maria)).Should().Contain("Curator");
        (await RunAsync("revert", Maria, $"{number}", "--yes"))
            .Should()
            .Contain("Saved.")
            .And.MatchRegex(@"job-title +Head of Acquisitions");
        (await RunAsync("history", Maria, "--page-size", "1")).Should().Contain("agent console: revert");
    }

    [Fact]
    public async Task A_revert_of_which_nothing_can_be_saved_says_why_and_ends_with_exit_code_1()
    {
        using var kept = first.Kept.Copy();
        Task<SampleProcess> RunAsync(params string[] arguments) => SampleProcess.RunAsync(kept.Folder, arguments);
        await RunAsync("edit", Maria, "--job-title", "Librarian");
        await RunAsync("edit", Maria, "--job-title", "Curator");
        await RunAsync("clear-photo", Maria);
        using var json = JsonDocument.Parse((await RunAsync("history", Maria, "--page-size", "3", "--json")).Output);
        var numbers = json
            .RootElement.GetProperty("history")
            .GetProperty("entries")
            .EnumerateArray()
            .Select(entry => $"{entry.GetProperty("number").GetInt64()}")
            .ToArray();

        var conflict = await RunAsync("revert", Maria, numbers[2], "--yes");
        var refused = await RunAsync("revert", Maria, numbers[0], "--yes");

        new[] { conflict, refused }.Should().OnlyContain(run => run.ExitCode == SampleApplication.Failed);
        conflict
            .Output.Should()
            .Contain("Left out, because it was changed again since:")
            .And.MatchRegex(@"Job title +Librarian +-> +Curator, by console")
            .And.Contain("everything is left out");
        Unwrapped(refused.Output)
            .Should()
            .Contain("Left out, because it cannot be saved:")
            .And.Contain("The field photo belongs to the provider");
        conflict.Lines.Concat(refused.Lines).Should().OnlyContain(line => WidthOf(line) <= 80);
    }

    [Fact]
    public async Task History_and_revert_print_that_a_value_was_removed()
    {
        using var kept = first.Kept.Copy();
        await SampleProcess.RunAsync(kept.Folder, "edit", Maria, "--clear", "notes");
        long number;
        await using (var provider = SampleProvider.Unused())
        await using (var session = SampleSession.OpenExisting(SampleStore.Of(kept.Choice), provider))
        {
            var id = (await session.Profiles.FindAsync(Identity.Email(EmailAddress.Parse(Maria))))!.Id;
            number = (await session.Profiles.History.GetAsync(id))!.Entries[0].Number;
            await session.Profiles.History.RedactAsync(id, ProfileField.Notes);
        }

        var history = await SampleProcess.RunAsync(kept.Folder, "history", Maria);
        var revert = await SampleProcess.RunAsync(kept.Folder, "revert", Maria, $"{number}", "--yes");

        (history.ExitCode, history.Errors).Should().Be((SampleApplication.Succeeded, ""));
        history.Output.Should().MatchRegex(@"Notes +\(removed\)").And.NotContain("Prefers e-mail");
        (revert.ExitCode, revert.Errors).Should().Be((SampleApplication.Failed, ""));
        Unwrapped(revert.Output)
            .Should()
            .Contain("Left out, because the earlier value was removed from the history:")
            .And.MatchRegex(@"Notes +\(removed\)")
            .And.NotContain("Prefers e-mail");
    }

    [Fact]
    public async Task History_prints_an_object_for_each_change_as_JSON()
    {
        using var kept = first.Kept.Copy();
        await SampleProcess.RunAsync(kept.Folder, "edit", Maria, "--job-title", "Librarian");

        var run = await SampleProcess.RunAsync(kept.Folder, "history", Maria, "--page-size", "2", "--json");

        (run.ExitCode, run.Errors).Should().Be((0, ""));
        using var document = JsonDocument.Parse(run.Output);
        var history = document.RootElement.GetProperty("history");
        var entries = history.GetProperty("entries").EnumerateArray().ToArray();
        entries.Should().HaveCount(2);
        var entry = entries[0];
        entry
            .EnumerateObject()
            .Select(property => property.Name)
            .Should()
            .Equal("number", "version", "at", "by", "kind", "caseReference", "values");
        var numbers = entries.Select(one => one.GetProperty("number").GetInt64()).ToArray();
        numbers.Should().BeInDescendingOrder().And.OnlyHaveUniqueItems();
        history.GetProperty("next").GetInt64().Should().Be(numbers[^1]);
        (entry.GetProperty("kind").GetString(), entry.GetProperty("by").GetString())
            .Should()
            .Be(("Edit", "Agent:console"));
        entry.GetProperty("caseReference").ValueKind.Should().Be(JsonValueKind.Null);
        var value = entry.GetProperty("values").EnumerateArray().Should().ContainSingle().Subject;
        value.GetProperty("field").GetString().Should().Be("job-title");
        value.GetProperty("before").GetProperty("text").GetString().Should().Be("Head of Acquisitions");
        value.GetProperty("before").GetProperty("source").GetString().Should().Be("Agent:kim");
        value.GetProperty("after").GetProperty("text").GetString().Should().Be("Librarian");
        value.GetProperty("isRemoved").GetBoolean().Should().BeFalse();
    }

    [Fact]
    public async Task Revert_prints_what_it_changes_and_leaves_out_as_JSON()
    {
        using var kept = first.Kept.Copy();
        await SampleProcess.RunAsync(kept.Folder, "edit", Maria, "--job-title", "Librarian", "--company", "Harbour");
        await SampleProcess.RunAsync(kept.Folder, "edit", Maria, "--company", "Harbour School");
        using var history = JsonDocument.Parse(
            (await SampleProcess.RunAsync(kept.Folder, "history", Maria, "--page-size", "2", "--json")).Output
        );
        var number = history.RootElement.GetProperty("history").GetProperty("entries")[1].GetProperty("number");

        var run = await SampleProcess.RunAsync(kept.Folder, "revert", Maria, $"{number.GetInt64()}", "--yes", "--json");

        (run.ExitCode, run.Errors).Should().Be((0, ""));
        using var document = JsonDocument.Parse(run.Output);
        var revert = document.RootElement.GetProperty("revert");
        revert.GetProperty("entry").GetInt64().Should().Be(number.GetInt64());
        var change = revert.GetProperty("changes").EnumerateArray().Should().ContainSingle().Subject;
        change.GetProperty("field").GetString().Should().Be("job-title");
        change.GetProperty("before").GetString().Should().Be("Librarian");
        change.GetProperty("after").GetString().Should().Be("Head of Acquisitions");
        var conflict = revert.GetProperty("conflicts").EnumerateArray().Should().ContainSingle().Subject;
        conflict.GetProperty("field").GetString().Should().Be("company");
        conflict.GetProperty("read").GetProperty("text").GetString().Should().Be("Harbour");
        conflict.GetProperty("theirs").GetProperty("text").GetString().Should().Be("Harbour School");
        revert.GetProperty("refused").GetArrayLength().Should().Be(0);
        revert.GetProperty("removed").GetArrayLength().Should().Be(0);
        document.RootElement.GetProperty("notes").EnumerateArray().Single().GetString().Should().Be("Saved.");
        document.RootElement.GetProperty("sidebars").GetArrayLength().Should().Be(1);
    }

    [Fact]
    public async Task Merge_prints_a_preview_and_the_id_by_which_unmerge_undoes_it()
    {
        using var kept = new KeptProfiles();
        async Task<string> RunAsync(params string[] arguments)
        {
            var run = await SampleProcess.RunAsync(kept.Folder, arguments);
            (run.ExitCode, run.Errors).Should().Be((0, ""), because: string.Join(' ', arguments));
            run.Lines.Should().OnlyContain(line => WidthOf(line) <= 80);
            return run.Output;
        }

        const string Ada = "ada@example.org";
        const string King = "ada.king@example.net";
        await RunAsync("create", Ada, "--name", "Ada Lovelace", "--company", "Example Engines");
        await RunAsync("create", King, "--name", "Ada King", "--job-title", "Analyst");

        var preview = await RunAsync("merge", King, Ada);
        preview
            .Should()
            .MatchRegex(@"\nMerging Ada King, [-0-9a-f]{36},\ninto Ada Lovelace, [-0-9a-f]{36}:\n")
            .And.MatchRegex(@"What changes for the customer who stays:\n( .*\n)* +Job title +\(none\) +-> +Analyst ")
            .And.MatchRegex($@"E-mail addresses +added +{King} ")
            .And.MatchRegex(@"Left out, because [^:]*:\n( .*\n)* +Name +Ada King +-> +Ada Lovelace ")
            .And.NotContain("Example Engines")
            .And.Contain("Nothing is merged yet. To merge them, add --yes.");
        (await RunAsync("list")).Should().Contain("2 in all.");

        var merged = await RunAsync("merge", King, Ada, "--yes");
        var merge = merged.Split("\nMerged. To undo it: unmerge ")[1][..36];
        (await RunAsync("list")).Should().Contain("1 in all.");
        (await RunAsync("merges", King))
            .Should()
            .MatchRegex($@"\n{merge}  \d{{4}}-\d\d-\d\d \d\d:\d\d  console *\n")
            .And.Contain("1 in all.");
        (await RunAsync("history", Ada)).Should().Contain("agent console: merged");

        (await RunAsync("unmerge", merge)).Should().Contain("The merge is undone: there are two customers again.");
        (await RunAsync("list")).Should().Contain("2 in all.");
        (await RunAsync("sidebar", King)).Should().Contain("Ada King").And.NotContain("Example Engines");
    }

    [Fact]
    public async Task Merge_unmerge_and_merges_print_JSON()
    {
        using var kept = new KeptProfiles();
        async Task<JsonElement> RunAsync(params string[] arguments)
        {
            var run = await SampleProcess.RunAsync(kept.Folder, [.. arguments, "--json"]);
            (run.ExitCode, run.Errors).Should().Be((0, ""), because: string.Join(' ', arguments));
            using var document = JsonDocument.Parse(run.Output);
            return document.RootElement.Clone();
        }

        const string Ada = "ada@example.org";
        const string King = "ada.king@example.net";
        var ada = IdIn(await RunAsync("create", Ada, "--company", "Example Engines"));
        var king = IdIn(await RunAsync("create", King, "--company", "Example Looms"));

        var merged = await RunAsync("merge", King, Ada, "--yes");
        var merges = (await RunAsync("merges", Ada)).GetProperty("merges");
        await RunAsync("edit", Ada, "--company", "Example Mills");
        var undone = (await RunAsync("unmerge", merged.GetProperty("merge").GetString()!)).GetProperty("unmerge");

        var preview = merged.GetProperty("preview");
        Texts(preview, "from", "into").Should().Equal(king, ada);
        preview.GetProperty("isSuppressed").GetBoolean().Should().BeFalse();
        var company = preview
            .GetProperty("entries")
            .EnumerateArray()
            .Single(entry => entry.GetProperty("field").GetString() == "company");
        company.GetProperty("from").GetProperty("text").GetString().Should().Be("Example Looms");
        company.GetProperty("into").GetProperty("text").GetString().Should().Be("Example Engines");
        company.GetProperty("result").GetProperty("text").GetString().Should().Be("Example Engines");
        Texts(company, "label", "kept").Should().Equal("Company", "Into");
        merges.GetProperty("customer").GetString().Should().Be(ada);
        Texts(merges.GetProperty("entries").EnumerateArray().Single(), "merge", "from", "into", "by")
            .Should()
            .Equal(merged.GetProperty("merge").GetString(), king, ada, "console");
        Texts(undone, "from", "into").Should().Equal(king, ada);
        Texts(undone.GetProperty("unsplit").EnumerateArray().Single(), "field", "text")
            .Should()
            .Equal("company", "Example Mills");
        undone.GetProperty("notReturned").GetArrayLength().Should().Be(0);

        static IEnumerable<string?> Texts(JsonElement element, params string[] names) =>
            names.Select(name => element.GetProperty(name).GetString());

        static string? IdIn(JsonElement created) =>
            created.GetProperty("sidebars")[0].GetProperty("customer").GetString();
    }

    [Fact]
    public async Task Duplicates_prints_score_and_reasons_until_somebody_says_that_they_are_two_people()
    {
        using var kept = new KeptProfiles();
        async Task<SampleProcess> RunAsync(params string[] arguments)
        {
            var run = await SampleProcess.RunAsync(kept.Folder, arguments);
            (run.ExitCode, run.Errors).Should().Be((0, ""), because: string.Join(' ', arguments));
            run.Lines.Should().OnlyContain(line => WidthOf(line) <= 80);
            return run;
        }

        const string Ada = "ada@example.org";
        const string Other = "ada.l@example.org";
        await RunAsync("create", Ada, "--name", "Ada Lovelace", "--company", "Example Engines");
        await RunAsync("create", Other, "--name", "Lovelace, Ada", "--company", "Example Engines");

        var text = (await RunAsync("duplicates", Ada)).Output;
        using var json = JsonDocument.Parse((await RunAsync("duplicates", Ada, "--json")).Output);
        var marked = (await RunAsync("duplicates", Ada, "--not", Other)).Output;

        text.Should()
            .MatchRegex(@"\n +90  [-0-9a-f]{36}  Lovelace, Ada *\n +same name and company, same name and e-mail");
        var suggestion = json
            .RootElement.GetProperty("duplicates")
            .GetProperty("suggestions")
            .EnumerateArray()
            .Should()
            .ContainSingle()
            .Subject;
        suggestion.GetProperty("score").GetInt32().Should().Be(90);
        suggestion
            .GetProperty("reasons")
            .EnumerateArray()
            .Select(reason => reason.GetString())
            .Should()
            .Equal("NameAndCompany", "NameAndDomain");
        marked.Should().MatchRegex("Remembered: [-0-9a-f]{36} is another person").And.Contain("Nobody is suggested.");
        (await RunAsync("duplicates", Other)).Output.Should().Contain("Nobody is suggested.");
    }

    [Fact]
    public async Task Unmerge_prints_what_is_left_and_what_is_not_returned()
    {
        using var kept = new KeptProfiles();
        Task<SampleProcess> RunAsync(params string[] arguments) => SampleProcess.RunAsync(kept.Folder, arguments);
        await RunAsync("create", "ada@example.org");
        await RunAsync("create", "ada.king@example.net", "--company", "Example Looms");
        var merged = await RunAsync("merge", "ada.king@example.net", "ada@example.org", "--yes");
        var merge = merged.Output.Split("\nMerged. To undo it: unmerge ")[1][..36];
        await RunAsync("edit", "ada@example.org", "--company", "Example Mills");
        await using (var provider = SampleProvider.Unused())
        await using (var session = SampleSession.OpenExisting(SampleStore.Of(kept.Choice), provider))
        {
            var ada = (await session.Profiles.FindAsync(Identity.Email(EmailAddress.Parse("ada@example.org"))))!;
            session.Clock.MoveTo(ada.UpdatedAt);
            var edit = ada.Edit(Actor.Agent("lee"));
            edit.Emails.Remove(ada.Emails[1]);
            (await session.Profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>();
        }

        var undone = await RunAsync("unmerge", merge);
        var again = await RunAsync("unmerge", merge);

        (undone.ExitCode, undone.Errors).Should().Be((SampleApplication.Succeeded, ""));
        undone
            .Output.Should()
            .MatchRegex(@"\nChanged since, and therefore left with [-0-9a-f]{36}:\n +Company +Example Mills ")
            .And.MatchRegex(@"\nRemoved since, and therefore not returned:\n +Identity +ada\.king@example\.net ");
        undone.Lines.Should().OnlyContain(line => WidthOf(line) <= 80);
        (again.ExitCode, again.Errors).Should().Be((SampleApplication.Failed, ""));
        again.Output.Should().Contain("Not undone: the merge is undone already.");
    }

    [Fact]
    public async Task Export_prints_one_document_and_nothing_else_to_the_standard_output()
    {
        foreach (var options in new[] { Array.Empty<string>(), ["--json"] })
        {
            var run = await SampleProcess.RunAsync(first.Kept.Folder, ["export", Maria, .. options]);

            run.ExitCode.Should().Be(SampleApplication.Succeeded);
            run.Errors.Trim().Should().Be("Profiles: customer-profiles.db");
            using var document = JsonDocument.Parse(run.Output);
            document.RootElement.GetProperty("format").GetString().Should().Be("customerprofiles/1");
            document
                .RootElement.GetProperty("customer")
                .GetProperty("identities")
                .EnumerateArray()
                .Select(identity => identity[1].GetString())
                .Should()
                .Contain(Maria);
        }
    }

    [Fact]
    public async Task Export_creates_a_file_and_never_replaces_one()
    {
        using var kept = first.Kept.Copy();
        var before = await File.ReadAllBytesAsync(kept.Path);
        Task<SampleProcess> RunAsync(string output) =>
            SampleProcess.RunAsync(kept.Folder, "export", Maria, "--output", output);

        var created = await RunAsync("maria.json");
        var again = await RunAsync("maria.json");
        var profiles = await RunAsync("customer-profiles.db");
        var elsewhere = await RunAsync("none/maria.json");

        (created.ExitCode, created.Errors).Should().Be((SampleApplication.Succeeded, ""));
        created.Output.Should().Contain("Everything that is held about").And.Contain("maria.json.");
        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(kept.PathOf("maria.json")));
        document.RootElement.GetProperty("format").GetString().Should().Be("customerprofiles/1");
        new[] { again, profiles, elsewhere }.Should().OnlyContain(run => run.ExitCode == SampleApplication.BadInput);
        Unwrapped(again.Errors).Should().Contain("already exists").And.NotContain("   at ");
        Unwrapped(elsewhere.Errors).Should().Contain("Could not find").And.NotContain("   at ");
        (await File.ReadAllBytesAsync(kept.Path)).Should().Equal(before);
    }

    [Fact]
    public async Task Erase_prints_the_receipt_and_an_import_does_not_bring_the_customer_back()
    {
        using var kept = new KeptProfiles();
        var key = Convert.ToBase64String(new byte[ErasureKey.MinSecretBytes]);
        Task<SampleProcess> RunAsync(params string[] arguments) =>
            SampleProcess.RunWithKeyAsync(kept.Folder, key, arguments);
        await File.WriteAllTextAsync(kept.PathOf("old.csv"), "Name,E-mail\nAda,ada@example.org\n");
        await RunAsync("create", "ada@example.org", "--name", "Ada Lovelace");
        await RunAsync("create", "grace@example.org", "--name", "Grace Hopper");

        var erased = await RunAsync("erase", "ada@example.org", "--do-not-keep");
        using var document = JsonDocument.Parse((await RunAsync("erase", "grace@example.org", "--json")).Output);
        var import = await RunAsync("import-customers", "old.csv");
        var withoutKey = await SampleProcess.RunAsync(kept.Folder, "import-customers", "old.csv");

        (erased.ExitCode, erased.Errors).Should().Be((SampleApplication.Succeeded, ""));
        erased
            .Output.Should()
            .MatchRegex(@"\nErasure [-0-9a-f]{36}, \d{4}-\d\d-\d\d \d\d:\d\d, by console *\n")
            .And.MatchRegex(@"\n +Customers +[-0-9a-f]{36} *\n +Identities +1 *\n")
            .And.MatchRegex(@"\n +Marks kept +do not keep, key [0-9a-f]{8}:[0-9a-f]{9} *\n")
            .And.Contain("Erased for good.")
            .And.NotContain("Lovelace");
        ErasureReceipt
            .Parse(document.RootElement.GetProperty("receipt").GetRawText())
            .Customers.Should()
            .ContainSingle();
        import.ExitCode.Should().Be(SampleApplication.Failed);
        import
            .Output.Should()
            .Contain("The customer was erased, and is not to be kept.")
            .And.MatchRegex(@"\nerased, not to be kept +1 *\n");
        withoutKey.ExitCode.Should().Be(SampleApplication.BadInput);
        Unwrapped(withoutKey.Errors).Should().Contain("environment variable CUSTOMERPROFILES_ERASURE_KEY");
        erased.Lines.Concat(import.Lines).Concat(withoutKey.Lines).Should().OnlyContain(line => WidthOf(line) <= 80);
    }

    [Fact]
    public async Task Retain_says_who_would_be_erased_before_it_erases()
    {
        using var kept = new KeptProfiles();
        Task<SampleProcess> RunAsync(params string[] arguments) => SampleProcess.RunAsync(kept.Folder, arguments);
        await File.WriteAllTextAsync(
            kept.PathOf("old.csv"),
            "Name,E-mail,Created,legal-hold\nAda,ada@example.org,2001-01-01,\nGrace,grace@example.org,2001-01-01,yes\n"
        );
        await RunAsync("import-customers", "old.csv");
        // An import keeps a customer as an edit does, so this one was long ago.
        await kept.SqlAsync("""update cp_customers set profile = replace(profile, '"at":"20', '"at":"19')""");

        var young = await RunAsync("retain", "--dry-run", "--older-than", "100y");
        var dry = await RunAsync("retain", "--dry-run", "--older-than", "2y");
        using var document = JsonDocument.Parse((await RunAsync("retain", "--older-than", "2y", "--json")).Output);
        var list = await RunAsync("list");

        new[] { young, dry, list }
            .Should()
            .OnlyContain(run => run.ExitCode == SampleApplication.Succeeded && run.Errors == "");
        young.Output.Should().MatchRegex(@"\ncustomers to be erased +0 *\n");
        dry.Output.Should()
            .MatchRegex(@"\nTo be erased:\n +[-0-9a-f]{36}  inactive, since 2003-01-01 \d\d:\d\d *\n")
            .And.MatchRegex(@"\ncustomers to be erased +1 *\n")
            .And.Contain("Nothing is removed yet.");
        dry.Lines.Should().OnlyContain(line => WidthOf(line) <= 80);
        var retention = document.RootElement.GetProperty("retention");
        retention
            .GetProperty("erased")
            .EnumerateArray()
            .Single()
            .GetProperty("reason")
            .GetString()
            .Should()
            .Be("inactive");
        retention.GetProperty("isComplete").GetBoolean().Should().BeTrue();
        list.Output.Should().Contain("grace@example.org").And.NotContain("ada@example.org");
    }

    [Fact]
    public async Task A_file_of_another_system_is_imported_and_its_customers_are_found()
    {
        using var kept = new KeptProfiles();
        await File.WriteAllTextAsync(
            kept.PathOf("old.csv"),
            "Id,Name,E-mail\n1,Ann Bee,ann@example.org\n2,Bob,nobody\n3,Ann or Cid,cid@example.org\n"
        );
        string[] import = ["import-customers", "old.csv", "--system", "old-crm", "--rejected", "rejected.csv"];

        var dry = await SampleProcess.RunAsync(kept.Folder, [.. import, "--dry-run"]);
        var run = await SampleProcess.RunAsync(kept.Folder, import);
        var again = await SampleProcess.RunAsync(kept.Folder, [.. import, "--json"]);
        var found = await SampleProcess.RunAsync(kept.Folder, "find", "bee");
        var history = await SampleProcess.RunAsync(kept.Folder, "create", "ann@example.org");

        new[] { dry, run, again }
            .Should()
            .OnlyContain(one => one.ExitCode == SampleApplication.Failed && one.Errors == "");
        dry.Output.Should().Contain("A dry run").And.Contain("nothing was written").And.Contain("line 3: rejected");
        run.Output.Should()
            .MatchRegex(@"\ncreated +2 *\n")
            .And.MatchRegex(@"\nrejected +1 *\n")
            .And.Contain("E-mail addresses: An e-mail address has a name")
            .And.NotContain("dry run");
        dry.Lines.Concat(run.Lines).Should().OnlyContain(line => WidthOf(line) <= 80);
        found.Output.Should().Contain("Ann Bee").And.Contain("1 in all.");
        history.ExitCode.Should().Be(SampleApplication.Failed);

        using var document = JsonDocument.Parse(again.Output);
        var totals = document.RootElement.GetProperty("totals");
        totals.GetProperty("unchanged").GetInt32().Should().Be(2);
        totals.GetProperty("rejected").GetInt32().Should().Be(1);
        totals.GetProperty("isDryRun").GetBoolean().Should().BeFalse();
        var refused = document.RootElement.GetProperty("refused").EnumerateArray().Should().ContainSingle().Subject;
        (refused.GetProperty("line").GetInt64(), refused.GetProperty("outcome").GetString())
            .Should()
            .Be((3, "rejected"));
        refused.GetProperty("problems").GetArrayLength().Should().Be(1);
        refused.GetProperty("customers").GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task The_standard_input_can_be_imported()
    {
        using var kept = new KeptProfiles();

        var run = await SampleProcess.RunInShellAsync(
            kept.Folder,
            "printf 'email\\nann@example.org\\n' | sample import-customers -"
        );

        (run.ExitCode, run.Errors).Should().Be((SampleApplication.Succeeded, ""));
        run.Output.Should().MatchRegex(@"\ncreated +1 *\n");
    }

    [Fact]
    public async Task A_customer_can_be_created_in_an_empty_folder()
    {
        using var kept = new KeptProfiles();

        var run = await SampleProcess.RunAsync(kept.Folder, "create", "ada@example.org", "--name", "Ada Lovelace");
        var sidebar = await SampleProcess.RunAsync(kept.Folder, "sidebar", "ada@example.org");

        (run.ExitCode, run.Errors).Should().Be((SampleApplication.Succeeded, ""));
        run.Output.Should().Contain("Created.").And.Contain("Ada Lovelace");
        sidebar.Output.Should().Contain("Ada Lovelace");
    }

    [Fact]
    public async Task List_prints_JSON()
    {
        var run = await SampleProcess.RunAsync(first.Kept.Folder, "list", "--json");

        using var document = JsonDocument.Parse(run.Output);
        document.RootElement.GetProperty("profiles").GetArrayLength().Should().Be(39);
        run.ExitCode.Should().Be(0);
    }

    [Theory]
    [InlineData("There is no file other.db yet", "list", "--db", "other.db")]
    [InlineData("There is no folder", "--db", "no/folder/here.db")]
    [InlineData("is a folder", "sidebar", Maria, "--db", ".")]
    [InlineData("no such customer", "sidebar", "nobody@example.org")]
    [InlineData("neither an e-mail address nor the id", "clear-photo", "Maria")]
    [InlineData("No change given", "edit", Maria)]
    [InlineData("Not saved: The field photo belongs to the provider", "edit", Maria, "--clear", "photo")]
    [InlineData("'shoe-size' not recognized", "edit", Maria, "--clear", "shoe-size")]
    [InlineData("no such customer", "history", "nobody@example.org")]
    [InlineData("--before must be at least 1", "history", Maria, "--before", "0")]
    [InlineData("--page-size must be from 1 to 200", "history", Maria, "--page-size", "0")]
    [InlineData("--page-size must be from 1 to 200", "history", Maria, "--page-size", "201")]
    [InlineData("no such customer", "revert", "nobody@example.org", "1", "--yes")]
    [InlineData("no change 999999: it is too old, or there never was one", "revert", Maria, "999999", "--yes")]
    [InlineData("The command 'history' shows the numbers", "revert", Maria, "0", "--everything-since")]
    [InlineData("not the number of a change", "revert", Maria, "first", "--yes")]
    [InlineData("not the number of a change", "revert", Maria, "-1", "--yes")]
    [InlineData("Required argument missing", "revert", Maria)]
    [InlineData("Both are the same customer", "merge", Maria, Maria, "--yes")]
    [InlineData("no such customer here: the first one", "merge", "nobody@example.org", Maria, "--yes")]
    [InlineData("no such customer here: the second one", "merge", Maria, NobodysId, "--yes")]
    [InlineData("neither an e-mail address nor the id", "merge", Maria, "Noor")]
    [InlineData("Required argument missing", "merge", Maria)]
    [InlineData("not the id of a merge", "unmerge", "1")]
    [InlineData("There is no such merge here", "unmerge", NobodysId)]
    [InlineData("no such customer", "merges", "nobody@example.org")]
    [InlineData("no such customer", "duplicates", "nobody@example.org")]
    [InlineData("no such customer", "duplicates", Maria, "--not", "nobody@example.org")]
    [InlineData("--not is the customer themselves", "duplicates", Maria, "--not", Maria)]
    [InlineData("no such customer", "export", "nobody@example.org")]
    [InlineData("no such customer", "export", "nobody@example.org", "--output", "nobody.json")]
    [InlineData("no such customer", "erase", "nobody@example.org")]
    [InlineData("no such customer", "erase", NobodysId)]
    [InlineData("neither an e-mail address nor the id", "erase", "Maria")]
    [InlineData("Required argument missing", "erase")]
    [InlineData("Use only one of --do-not-look-up, --do-not-keep", "erase", Maria, "--do-not-keep", "--forget")]
    [InlineData("environment variable CUSTOMERPROFILES_ERASURE_KEY", "erase", Maria, "--do-not-keep")]
    [InlineData("--older-than is an age from 1d to 100y", "retain", "--older-than", "2")]
    [InlineData("--older-than is an age from 1d to 100y", "retain", "--older-than", "0d")]
    [InlineData("'sideways'", "disable", "sideways")]
    [InlineData("--max must be at least 1", "list", "--max", "0")]
    [InlineData("Use only one of --db, --postgres or --memory", "--db", "other.db", "--memory")]
    [InlineData("The connection string of --postgres cannot be used", "list", "--postgres", "nonsense")]
    [InlineData("--fresh is for an import", "--fresh", "list")]
    [InlineData("Memory holds nothing from an earlier run", "--memory", "list")]
    [InlineData("Required argument missing", "find")]
    [InlineData("Nothing given", "create")]
    [InlineData("neither an e-mail address nor a telephone number", "create", "nobody")]
    [InlineData("Not created: The name cannot hold the character U+0007", "create", "--name", "A\u0007")]
    [InlineData("no such customer", "check-now", "nobody@example.org")]
    [InlineData("There is no provider clearbit here", "check-now", Maria, "clearbit")]
    [InlineData("Required argument missing", "import-customers")]
    [InlineData("--batch-size must be from 1 to 1000", "import-customers", "x.csv", "--batch-size", "0")]
    [InlineData("--batch-size must be from 1 to 1000", "import-customers", "x.csv", "--batch-size", "1001")]
    [InlineData("Could not find file", "import-customers", "x.csv")]
    public async Task Bad_input_ends_with_a_clear_message_and_exit_code_2(string complaint, params string[] arguments)
    {
        var before = await File.ReadAllBytesAsync(first.Kept.Path);

        var run = await SampleProcess.RunAsync(first.Kept.Folder, arguments);

        run.ExitCode.Should().Be(SampleApplication.BadInput);
        Unwrapped(run.Errors).Should().Contain(complaint).And.NotContain("   at ").And.NotContain("Unhandled");
        run.Lines.Should().OnlyContain(line => WidthOf(line) <= 80);
        Directory.GetFiles(first.Kept.Folder).Should().Equal(first.Kept.Path);
        (await File.ReadAllBytesAsync(first.Kept.Path)).Should().Equal(before);
    }

    [Fact]
    public async Task A_read_only_file_is_reported_in_one_sentence()
    {
        using var kept = first.Kept.Copy();
        using (var file = File.OpenWrite(kept.Path))
        {
            file.Position = 18;
            file.WriteByte(3);
        }

        foreach (var arguments in new[] { Array.Empty<string>(), ["disable"] })
        {
            var run = await SampleProcess.RunAsync(kept.Folder, arguments);

            run.ExitCode.Should().Be(SampleApplication.BadInput);
            Unwrapped(run.Errors).Trim().Should().Contain("cannot be written").And.NotContain("   at ");
        }
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("import", "--help")]
    [InlineData("import-customers", "--help")]
    [InlineData("create", "--help")]
    [InlineData("check-now", "--help")]
    [InlineData("edit", "--help")]
    [InlineData("history", "--help")]
    [InlineData("revert", "--help")]
    [InlineData("merge", "--help")]
    [InlineData("unmerge", "--help")]
    [InlineData("merges", "--help")]
    [InlineData("duplicates", "--help")]
    [InlineData("export", "--help")]
    [InlineData("disable", "--help")]
    public async Task Help_fits_80_columns(params string[] arguments)
    {
        var run = await SampleProcess.RunAsync(first.Kept.Folder, arguments);

        run.ExitCode.Should().Be(0);
        run.Output.Should().Contain("--db <file>").And.Contain("--json");
        run.Lines.Should().OnlyContain(line => WidthOf(line) <= 80);
    }

    private static string Unwrapped(string text) => text.ReplaceLineEndings(" ");

    /// <summary>
    /// The width in columns; 0 for a line with wide or combining characters, which the console library measures itself.
    /// </summary>
    private static int WidthOf(string line) =>
        line.All(character => character is < '\u0300' or (>= '\u2000' and < '\u2600')) ? line.Length : 0;
}
