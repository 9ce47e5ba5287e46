using System.Reflection;
using System.Text.Json;
using CsCheck;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Merging;

namespace CustomerProfiles.Tests.Privacy;

/// <summary>Rule 23: everything that is held about a customer is one document, which an import reads.</summary>
public sealed class Rule23_ExportTests
{
    private static readonly ExportOptions Whole = new() { IncludeAgentIds = true };

    [Fact]
    public async Task The_document_has_everything_that_is_held()
    {
        await using var host = new TestHost();
        var ada = await host.CheckedAsync(conversation: "thread-1");
        host.Time.Advance(TimeSpan.FromHours(1));
        await host.ComposeAsync("ada@example.com", "thread-2");
        await host.EditAsync(
            ada.Id,
            edit =>
            {
                edit.Notes = "Likes engines.";
                edit.Custom["plan"] = "gold";
                edit.Clear(ProfileField.JobTitle);
            }
        );
        await host.Profiles.SuppressAsync(ada.Id, TestHost.Kim);
        ImportRow
            .FromExport((await host.Profiles.Privacy.ExportAsync(ada.Id))!.ToJson())
            .WasSuppressed.Should()
            .BeTrue("the host must know");
        var current = await host.ReadAsync(ada.Id);

        var export = await ExportAsync(host, ada.Id, Whole);

        export.GetProperty("format").GetString().Should().Be("customerprofiles/1");
        export.GetProperty("exportedAt").GetString().Should().Be("2026-01-31T11:15:00Z");
        var customer = export.GetProperty("customer");
        customer.GetProperty("id").GetString().Should().Be(ada.Id.ToString());
        customer.GetProperty("version").GetInt64().Should().Be(current.Version);
        customer.GetProperty("suppressed").GetBoolean().Should().BeTrue();
        customer.GetProperty("suppressedByCustomer").GetBoolean().Should().BeTrue();
        customer.GetProperty("identities").GetRawText().Should().Contain("ada@example.com");
        customer.GetProperty("suppressedIdentities").GetArrayLength().Should().Be(1);

        var values = export.GetProperty("values").EnumerateArray().ToArray();
        values.Should().HaveCount(current.Values.Length);
        var plan = values.Single(value => value.GetProperty("field").GetString() == "custom:plan");
        plan.GetProperty("value").GetString().Should().Be("gold");
        plan.GetProperty("label").GetString().Should().Be("plan");
        plan.GetProperty("source").GetString().Should().Be("agent");
        plan.GetProperty("by").GetString().Should().Be("kim");
        values
            .Single(value => value.GetProperty("field").GetString() == "job-title")
            .GetProperty("cleared")
            .GetBoolean()
            .Should()
            .BeTrue();

        export
            .GetProperty("conversations")
            .EnumerateArray()
            .Select(one => $"{one.GetProperty("id")} {one.GetProperty("direction")} {one.GetProperty("at")}")
            .Should()
            .Equal("thread-1 received 2026-01-31T10:15:00Z", "thread-2 composed 2026-01-31T11:15:00Z");
        var check = export.GetProperty("checks").EnumerateArray().Should().ContainSingle().Subject;
        check.GetProperty("provider").GetString().Should().Be(FakeProvider.DefaultName);
        check.GetProperty("lastCheckAt").GetString().Should().Be("2026-01-31T10:15:00Z");
        check.GetProperty("lastOutcome").GetString().Should().Be("Matched");
        export
            .GetProperty("history")
            .EnumerateArray()
            .Select(entry => entry.GetProperty("kind").GetString())
            .Should()
            .Equal("suppression", "edit", "check");
    }

    [Fact]
    public async Task Agents_are_named_and_notes_left_out_only_when_asked()
    {
        await using var host = new TestHost();
        var ada = (await host.ReceiveAsync()).Profile!;
        await host.EditAsync(ada.Id, edit => edit.Notes = "First note.");
        await host.EditAsync(ada.Id, edit => edit.Notes = "Second note.");

        var usual = (await host.Profiles.Privacy.ExportAsync(ada.Id))!.ToJson();
        usual.Should().NotContain("kim").And.Contain("Second note.").And.Contain("First note.");
        var whole = (await host.Profiles.Privacy.ExportAsync(ada.Id, Whole))!.ToJson();
        whole.Should().Contain("\"kim\"");
        var without = (
            await host.Profiles.Privacy.ExportAsync(ada.Id, new ExportOptions { IncludeNotes = false })
        )!.ToJson();
        without.Should().NotContain("First note.").And.NotContain("Second note.").And.NotContain("\"notes\"");
    }

    [Fact]
    public async Task An_unknown_customer_is_null_and_so_is_another_tenants()
    {
        await using var host = new TestHost();
        var ada = (await host.ReceiveAsync()).Profile!;
        (await host.Profiles.Privacy.ExportAsync(default(CustomerId))).Should().BeNull();
        (await host.Profiles.Privacy.ExportAsync(CustomerId.New(host.Now))).Should().BeNull();
        (await host.Profiles.ForTenant(new TenantId("other")).Privacy.ExportAsync(ada.Id)).Should().BeNull();
    }

    [Fact]
    public async Task By_an_identity_the_customer_who_has_it_is_exported()
    {
        await using var host = new TestHost();
        var ada = (await host.ReceiveAsync()).Profile!;
        await host.Profiles.SuppressAsync(ada.Id, TestHost.Kim);
        var export = await host.Profiles.Privacy.ExportAsync(TestHost.AdasAddress);
        export.Customer!.ToJson().Should().Be((await host.Profiles.Privacy.ExportAsync(ada.Id))!.ToJson());
        (export.IsSuppressed, export.Mark, export.IsEmpty).Should().Be((true, null, false));
        export.ToString().Should().Be("IdentityExport Email");
        (await host.Profiles.ForTenant(new TenantId("other")).Privacy.ExportAsync(TestHost.AdasAddress))
            .IsEmpty.Should()
            .BeTrue();
    }

    [Fact]
    public async Task By_an_identity_of_nobody_a_suppression_and_what_an_erasure_kept_are_exported()
    {
        await using var host = ErasingSteps.HostWith(("2026", ErasingSteps.Secret));
        var privacy = host.Profiles.Privacy;
        (await privacy.ExportAsync(TestHost.AdasAddress)).IsEmpty.Should().BeTrue();

        await host.Profiles.SuppressAsync(TestHost.AdasAddress);
        var suppressed = await privacy.ExportAsync(TestHost.AdasAddress);
        (suppressed.Customer, suppressed.IsSuppressed, suppressed.Mark).Should().Be((null, true, null));

        await host.ErasedAsync((await host.WriterAsync(TestHost.Ada)).Id, ErasedIdentities.DoNotKeep);
        var erased = await privacy.ExportAsync(TestHost.AdasAddress);
        (erased.Customer, erased.IsSuppressed, erased.Mark).Should().Be((null, false, ErasureMarkKind.DoNotKeep));

        (await privacy.AllowAsync(TestHost.AdasAddress)).Should().BeTrue();
        (await privacy.ExportAsync(TestHost.AdasAddress)).IsEmpty.Should().BeTrue();
    }

    [Fact]
    public async Task Every_customer_is_exported_once_in_the_order_of_their_ids()
    {
        await using var host = new TestHost();
        for (var i = 0; i < 250; i++)
        {
            await host.Profiles.CreateAsync(new NewProfile { Company = $"Company {i}" }, TestHost.Kim);
        }

        var exports = await host.Profiles.Privacy.ExportAllAsync().ToArrayAsync();
        exports.Should().HaveCount(250);
        exports.Select(export => export.Id).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
    }

    /// <summary>
    /// Whatever a customer is made of: what an import takes of an export is the same in an export of the other host.
    /// </summary>
    [Fact]
    public async Task What_an_import_takes_is_equal_in_both_exports() =>
        await Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5], Gen.String[Gen.Char["aé\"\\\n語"], 0, 8])
            .Array[0, 12]
            .SampleAsync(
                async steps =>
                {
                    await using var first = new TestHost();
                    var ada = await first.CheckedAsync();
                    foreach (var (step, number, text) in steps)
                    {
                        first.Time.Advance(TimeSpan.FromMinutes(1));
                        await first.EditAsync(ada.Id, edit => Change(edit, step, number, text));
                    }

                    await using var second = new TestHost();
                    second.Time.Advance(TimeSpan.FromDays(1));
                    var json = (await first.Profiles.Privacy.ExportAsync(ada.Id, Whole))!.ToJson();
                    var outcome = await ImportAsync(second, json);
                    outcome.Should().BeOfType<ImportOutcome.Created>().Which.Id.Should().Be(ada.Id);

                    Taken(await ExportAsync(second, ada.Id, Whole))
                        .Should()
                        .Be(Taken(await ExportAsync(first, ada.Id, Whole)));
                    (await ImportAsync(second, json)).Should().BeOfType<ImportOutcome.Unchanged>();
                },
                iter: 200
            );

    [Fact]
    public async Task An_import_of_an_export_never_replaces_what_ranks_higher()
    {
        await using var host = new TestHost();
        var ada = await host.CheckedAsync();
        var json = (await host.Profiles.Privacy.ExportAsync(ada.Id))!.ToJson();
        await host.EditAsync(ada.Id, edit => edit.Company = "Kim's company");
        await host.EditAsync(ada.Id, edit => edit.Clear(ProfileField.JobTitle));
        var before = await host.ReadAsync(ada.Id);

        (await ImportAsync(host, json)).Should().BeOfType<ImportOutcome.Unchanged>();
        (await host.ReadAsync(ada.Id)).Version.Should().Be(before.Version);
    }

    [Fact]
    public async Task Values_that_no_field_can_hold_are_rejected()
    {
        await using var host = new TestHost();
        var ada = (await host.ReceiveAsync()).Profile!;
        await host.EditAsync(ada.Id, edit => edit.Company = "Short");
        var json = (await host.Profiles.Privacy.ExportAsync(ada.Id))!.ToJson();

        await using var other = new TestHost();
        var outcome = await ImportAsync(other, json.Replace("Short", new string('x', 300), StringComparison.Ordinal));
        outcome
            .Should()
            .BeOfType<ImportOutcome.Rejected>()
            .Which.Errors.Should()
            .ContainSingle()
            .Which.Code.Should()
            .Be(FieldErrorCode.TooLong);
        (await other.Profiles.FindAsync(TestHost.AdasAddress)).Should().BeNull();
    }

    [Fact]
    public async Task A_value_is_at_its_own_key_whatever_the_document_says()
    {
        await using var host = new TestHost();
        var ada = (await host.ReceiveAsync()).Profile!;
        await host.EditAsync(ada.Id, edit => edit.Phones.Add(new PhoneNumber("+44 20 7946 0000")));
        var json = (await host.Profiles.Privacy.ExportAsync(ada.Id))!.ToJson();
        var key = ProfileField.Phones.GetKey(new PhoneNumber("+44 20 7946 0000"));
        json.Should().Contain($"\"key\": \"{key}\"");

        await using var other = new TestHost();
        await ImportAsync(other, json.Replace($"\"key\": \"{key}\"", "\"key\": \"another\"", StringComparison.Ordinal));
        (await other.ReadAsync(ada.Id)).Find(ProfileField.Phones, key).Should().NotBeNull();
    }

    [Fact]
    public async Task More_entries_than_the_limit_are_rejected()
    {
        await using var host = new TestHost();
        var ada = (await host.ReceiveAsync()).Profile!;
        await host.EditAsync(
            ada.Id,
            edit =>
            {
                for (var i = 0; i < 3; i++)
                {
                    edit.Phones.Add(new PhoneNumber($"+44 20 7946 000{i}"));
                }
            }
        );
        var json = (await host.Profiles.Privacy.ExportAsync(ada.Id))!.ToJson();

        await using var other = new TestHost(options => options.Limits = EditLimits.Default with { Entries = 2 });
        var outcome = await ImportAsync(other, json);
        outcome
            .Should()
            .BeOfType<ImportOutcome.Rejected>()
            .Which.Errors.Should()
            .ContainSingle()
            .Which.Code.Should()
            .Be(FieldErrorCode.TooMany);
    }

    [Theory]
    [InlineData("\"by\": \"conversation-", "\"by\": \"\\u0001", "*a value that is none*")]
    [InlineData("\"field\": \"name\",", "\"field\": \"name\", \"key\": \"x\",", "*a value that is none*")]
    [InlineData("\"full\": \"Ada Lovelace\"", "\"given\": \"Lovelace\"", "*a value that is none*")]
    [InlineData(
        "\"normalized\": \"ada@example.com\"",
        "\"normalized\": \"grace@example.com\"",
        "*a value that is none*"
    )]
    [InlineData("\"email\",", "\"Lovelace\",", "*damaged*")]
    [InlineData("customerprofiles/1", "customerprofiles/2", "*later format*Upgrade*")]
    [InlineData("customerprofiles/1", "contacts/1", "*not an export*")]
    [InlineData("\"values\": [", "\"values\": 7, \"x\": [", "*damaged*")]
    [InlineData("\"field\": \"name\"", "\"field\": \"Lovelace\"", "*damaged*")]
    [InlineData("\"ada@example.com\"", "\"ada\"", "*")]
    [InlineData("\"createdAt\": \"2026", "\"createdAt\": \"soon", "*a time that is none*")]
    public async Task A_document_that_was_changed_is_refused(string text, string replacement, string message)
    {
        await using var host = new TestHost();
        var ada = (await host.ReceiveAsync()).Profile!;
        var json = (await host.Profiles.Privacy.ExportAsync(ada.Id))!.ToJson();
        json.Should().Contain(text);

        var read = () => ImportRow.FromExport(json.Replace(text, replacement, StringComparison.Ordinal));

        read.Should().Throw<FormatException>().WithMessage(message).Which.Message.Should().NotContain("Lovelace");
    }

    [Fact]
    public async Task A_document_that_was_cut_off_anywhere_is_refused()
    {
        await using var host = new TestHost();
        var ada = await host.CheckedAsync();
        var json = (await host.Profiles.Privacy.ExportAsync(ada.Id))!.ToJson();
        for (var length = 0; length < json.Length; length++)
        {
            var read = () => ImportRow.FromExport(json[..length]);
            read.Should().Throw<FormatException>();
        }
    }

    /// <summary>
    /// Whichever character is changed or left out: the document is refused without showing what is in it, or its row
    /// has an outcome, and no other customer is touched.
    /// </summary>
    [Fact]
    public async Task A_document_with_any_character_changed_is_refused_or_has_an_outcome()
    {
        await using var host = new TestHost();
        var ada = await host.CheckedAsync();
        await host.EditAsync(ada.Id, edit => edit.Notes = "Pays late.");
        var json = (await host.Profiles.Privacy.ExportAsync(ada.Id))!.ToJson();
        await using var other = new TestHost();
        var grace = await other.ReadAsync((await other.WriterAsync(MergingSteps.Grace)).Id);
        var (refused, rows) = (0, new List<ImportRow>());
        for (var at = 0; at < json.Length; at++)
        {
            foreach (var changed in new[] { "", "\"", "7", "é", "{", "\u0000" })
            {
                try
                {
                    rows.Add(ImportRow.FromExport($"{json[..at]}{changed}{json[(at + 1)..]}"));
                }
                catch (FormatException exception)
                {
                    exception.Message.Should().NotContain("Lovelace").And.NotContain("Pays");
                    refused++;
                }
            }
        }

        var outcomes = await other
            .Profiles.ImportAsync(rows.OneByOne(), new ImportOptions { System = "old-host" })
            .CountAsync();

        outcomes.Should().Be(rows.Count).And.BePositive();
        refused.Should().BeGreaterThan(json.Length);
        (await other.ReadAsync(grace.Id)).Content().Should().Be(grace.Content());
    }

    [Fact]
    public async Task A_store_without_the_chapter_says_what_to_do()
    {
        await using var host = new TestHost(store: DispatchProxy.Create<ICustomerProfileStore, NoChapters>());
        var export = async () => await host.Profiles.Privacy.ExportAsync(CustomerId.New(host.Now));
        (await export.Should().ThrowAsync<NotSupportedException>()).WithMessage("*IExportStore*Implement it*");
    }

    /// <summary>A store of the base contract alone.</summary>
    private class NoChapters : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => null;
    }

    private static void Change(ProfileEdit edit, int step, int number, string text)
    {
        switch (step)
        {
            case 0:
                edit.Notes = text;
                break;
            case 1:
                edit.Emails.Add(new ProfileEmail($"ada{number}@example.com", $"label {number}"));
                break;
            case 2:
                edit.Custom[$"key {number}"] = text;
                break;
            case 3:
                edit.Phones.Add(new PhoneNumber($"+44 20 7946 000{number}"));
                break;
            case 4:
                edit.Clear(number % 2 == 0 ? ProfileField.Phones : ProfileField.Company);
                break;
            default:
                edit.Name = new PersonName($"Ada {number}", "Ada", "Lovelace");
                break;
        }
    }

    /// <summary>What an import takes: identities, values with provenance, and the time of creation.</summary>
    private static string Taken(JsonElement export)
    {
        var customer = export.GetProperty("customer");
        var (identities, createdAt) = (customer.GetProperty("identities"), customer.GetProperty("createdAt"));
        return $"{identities} {createdAt} {export.GetProperty("values")}";
    }

    private static async Task<JsonElement> ExportAsync(TestHost host, CustomerId id, ExportOptions options) =>
        JsonElement.Parse((await host.Profiles.Privacy.ExportAsync(id, options))!.ToJson());

    private static async Task<ImportOutcome> ImportAsync(TestHost host, string json) =>
        (
            await host
                .Profiles.ImportAsync(
                    new[] { ImportRow.FromExport(json) }.ToAsyncEnumerable(),
                    new ImportOptions { System = "other-host" }
                )
                .SingleAsync()
        ).Outcome;
}
