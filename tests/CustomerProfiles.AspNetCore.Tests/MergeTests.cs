using System.Net;
using System.Text.Json.Nodes;
using CustomerProfiles.AspNetCore.Tests.Support;
using CustomerProfiles.Stores;

namespace CustomerProfiles.AspNetCore.Tests;

/// <summary>Merging over HTTP: the preview, the merge, the list of merges and undoing one.</summary>
public sealed class MergeTests
{
    [Fact]
    public async Task A_preview_shows_what_becomes_of_each_entry_and_writes_nothing()
    {
        await using var host = await WebHost.StartAsync();
        var (from, into) = await TwoAsync(host);

        var reply = await PreviewAsync(host, from, into);

        reply.Status.Should().Be(HttpStatusCode.OK);
        ((string)reply.Json["from"]!["id"]!, (string)reply.Json["into"]!["id"]!).Should().Be(($"{from}", $"{into}"));
        ((string)reply.Json["result"]!["id"]!, (string)reply.Json["result"]!["displayName"]!)
            .Should()
            .Be(($"{into}", "Ada Lovelace"));
        ((long)reply.Json["versions"]!["from"]!, (long)reply.Json["versions"]!["into"]!).Should().Be((2, 2));
        var company = Entry(reply, "company");
        Sides(company).Should().Be(("Looms", "Engines", "Engines", "into"));
        Options(company).Should().Equal("into", "from");
        var notes = Entry(reply, "notes");
        Sides(notes).Should().Be(("second", "first", "first\n\nsecond", "both"));
        Options(notes).Should().Equal("into", "from", "both");
        var phone = Entry(reply, "phones");
        Sides(phone).Should().Be(("+44 20 7946 0000", null, "+44 20 7946 0000", "from"));
        Options(phone).Should().Equal("from");
        (await host.Profiles.GetAsync(from))!.Id.Should().Be(from, "a preview merges nobody");
        (await host.ProfileOfAsync(into)).Version.Should().Be(2);
    }

    [Fact]
    public async Task A_merge_makes_what_the_preview_has_shown_and_says_who_made_it()
    {
        await using var host = await WebHost.StartAsync();
        var (from, into) = await TwoAsync(host);
        const string choices = """[{"field":"company","keep":"from"},{"field":"notes","key":"","keep":"into"}]""";

        var preview = await PreviewAsync(host, from, into, choices);
        var reply = await MergeAsync(host, from, into, preview, choices);

        reply.Status.Should().Be(HttpStatusCode.OK);
        ((string)reply.Json["from"]!, (string)reply.Json["into"]!["id"]!).Should().Be(($"{from}", $"{into}"));
        ((string)reply.Json["into"]!["displayName"]!, (long)reply.Json["into"]!["version"]!)
            .Should()
            .Be(("Ada Lovelace", 3));
        MergeId.TryParse((string)reply.Json["merge"]!, out _).Should().BeTrue();
        var profile = await host.ProfileOfAsync(into);
        (profile.Company, profile.Notes).Should().Be(("Looms", "first"));
        profile.Phones.Should().ContainSingle();
        profile
            .Values.Select(value => (value.Field.Code, value.Key, value.Text))
            .Should()
            .Equal(
                preview.Json["entries"]!
                    .AsArray()
                    .Select(entry =>
                        ((string)entry!["field"]!, (string)entry["key"]!, (string?)entry["result"]!["text"])
                    )
            );
        var entry = (await host.Profiles.History.GetAsync(into))!.Entries[0];
        (entry.Kind, entry.By.By, entry.CaseReference).Should().Be((HistoryKind.Merge, "kim", "case 7"));
    }

    [Fact]
    public async Task The_id_of_an_absorbed_customer_shows_and_changes_the_survivor()
    {
        await using var host = await WebHost.StartAsync();
        var (from, into) = await TwoAsync(host);
        await host.MergeAsync(from, into);

        var sidebar = await host.GetAsync($"/customers/{from}/sidebar");
        var survivor = await host.GetAsync($"/customers/{into}/sidebar");
        var version = (string)sidebar.Field("company")["version"]!;
        var edit = await host.PatchAsync(
            from,
            $$$"""{"op":"set","field":"company","value":{"text":"Wheels"},"version":"{{{version}}}"}"""
        );

        ((string)sidebar.Json["id"]!).Should().Be($"{into}");
        sidebar.Text.Should().Be(survivor.Text);
        edit.Status.Should().Be(HttpStatusCode.OK);
        ((string)edit.Json["id"]!).Should().Be($"{into}");
        (await host.ProfileOfAsync(into)).Company.Should().Be("Wheels");
    }

    [Fact]
    public async Task A_customer_who_has_changed_since_the_preview_is_not_merged_and_the_new_preview_is_shown()
    {
        await using var host = await WebHost.StartAsync();
        var (from, into) = await TwoAsync(host);
        var preview = await PreviewAsync(host, from, into);
        await host.SaveAsync(into, edit => edit.Company = "Wheels");

        var reply = await MergeAsync(host, from, into, preview);
        var again = await MergeAsync(host, from, into, reply, preview: shown => shown["preview"]!);

        reply.Status.Should().Be(HttpStatusCode.Conflict);
        reply.Code.Should().Be("changed");
        var shown = reply.Json["preview"]!;
        Sides(shown["entries"]!.AsArray().Single(entry => (string)entry!["field"]! == "company")!)
            .Should()
            .Be(("Looms", "Wheels", "Wheels", "into"));
        again.Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_merge_that_is_sent_again_or_the_other_way_round_is_made_once()
    {
        await using var host = await WebHost.StartAsync();
        var (from, into) = await TwoAsync(host);
        var preview = await PreviewAsync(host, from, into);
        var merge = (string)(await MergeAsync(host, from, into, preview)).Json["merge"]!;

        Reply[] replies =
        [
            await MergeAsync(host, from, into, preview),
            await MergeAsync(host, into, from, preview),
            await PreviewAsync(host, from, into),
            await PreviewAsync(host, into, from),
        ];

        replies
            .Should()
            .AllSatisfy(reply =>
            {
                (reply.Status, reply.Code).Should().Be((HttpStatusCode.Conflict, "already-merged"));
                ((string)reply.Json["into"]!, (string)reply.Json["merge"]!).Should().Be(($"{into}", merge));
            });
        (await host.Profiles.Merging.GetMergesAsync(into)).Should().ContainSingle();
        (await host.ProfileOfAsync(into)).Version.Should().Be(3);
    }

    [Fact]
    public async Task A_customer_is_merged_into_whoever_absorbed_the_one_named()
    {
        await using var host = await WebHost.StartAsync();
        var (absorbed, into) = await TwoAsync(host);
        await host.MergeAsync(absorbed, into);
        var from = await host.ReceiveAsync("grace@example.org");

        var preview = await PreviewAsync(host, from, absorbed);
        var reply = await MergeAsync(host, from, absorbed, preview);

        ((string)preview.Json["into"]!["id"]!).Should().Be($"{into}");
        ((string)reply.Json["into"]!["id"]!).Should().Be($"{into}");
    }

    [Fact]
    public async Task A_customer_is_not_merged_with_themselves()
    {
        await using var host = await WebHost.StartAsync();
        var (id, _) = await TwoAsync(host);

        foreach (var path in new[] { "/preview", "" })
        {
            var reply = await host.PostAsync($"/merges{path}", Body(id, id));
            reply.Status.Should().Be(HttpStatusCode.UnprocessableEntity);
            reply.Code.Should().Be("same-customer");
        }
    }

    [Theory]
    [InlineData("""{"field":"bio","keep":"from"}""", "bio", null)]
    [InlineData("""{"field":"company","keep":"both"}""", "company", null)]
    [InlineData("""{"field":"phones","key":"+442079460000","keep":"into"}""", "phones", "+442079460000")]
    public async Task A_choice_that_cannot_be_made_is_named(string choice, string field, string? key)
    {
        await using var host = await WebHost.StartAsync();
        var (from, into) = await TwoAsync(host);

        foreach (var path in new[] { "/preview", "" })
        {
            var body = Body(from, into, $$"""[{"field":"notes","keep":"into"},{{choice}}]""");
            var reply = await host.PostAsync($"/merges{path}", body);
            reply.Status.Should().Be(HttpStatusCode.UnprocessableEntity);
            reply.Code.Should().Be("invalid-choice");
            var error = reply.Json["errors"]!.AsArray().Should().ContainSingle().Subject!;
            ((int)error["change"]!, (string)error["field"]!, (string?)error["key"]).Should().Be((1, field, key));
        }

        (await host.ProfileOfAsync(into)).Version.Should().Be(2);
    }

    [Fact]
    public async Task Every_option_of_a_preview_can_be_chosen_and_no_other()
    {
        await using var host = await WebHost.StartAsync();
        var (from, into) = await TwoAsync(host);
        var shared = new ProfileEmail("grace@example.org");
        await host.SaveAsync(into, edit => edit.Emails.Add(shared));
        await host.SaveAsync(into, edit => edit.Emails.Remove(shared));
        await host.SaveAsync(from, edit => (edit.JobTitle, edit.Company) = ("Analyst", null));
        await host.SaveAsync(from, edit => edit.Emails.Add(shared));
        var preview = await PreviewAsync(host, from, into);

        var mark = preview.Json["entries"]!.AsArray().Single(one => (string)one!["key"]! == "grace@example.org")!;
        ((bool)mark["into"]!["isCleared"]!).Should().BeTrue();
        Options(mark).Should().Equal("from");
        foreach (var entry in preview.Json["entries"]!.AsArray())
        {
            foreach (var keep in new[] { "into", "from", "both" })
            {
                var choice = $$"""[{"field":"{{entry!["field"]}}","key":"{{entry["key"]}}","keep":"{{keep}}"}]""";
                var chosen = await PreviewAsync(host, from, into, choice);
                chosen
                    .Status.Should()
                    .Be(Options(entry).Contains(keep) ? HttpStatusCode.OK : HttpStatusCode.UnprocessableEntity, choice);
            }
        }
    }

    [Theory]
    [InlineData("""{"from":"{from}","into":"{into}"}""", 428, "version-missing")]
    [InlineData("""{"from":"{from}","into":"{into}","versions":{"from":2}}""", 400, "invalid-body")]
    [InlineData("""{"from":"{from}","into":"{into}","versions":{"from":1,"into":2}}""", 409, "changed")]
    [InlineData("""{"from":"{from}","into":"{into}","versions":{"from":2,"into":99}}""", 409, "changed")]
    [InlineData("""{"from":"{from}","versions":{"from":2,"into":2}}""", 400, "invalid-body")]
    [InlineData("""{"from":"x","into":"{into}","versions":{"from":2,"into":2}}""", 404, "not-found")]
    [InlineData("""{"from":"{from}","into":"","versions":{"from":2,"into":2}}""", 404, "not-found")]
    [InlineData("", 400, "invalid-body")]
    [InlineData("null", 400, "invalid-body")]
    [InlineData("[]", 400, "invalid-body")]
    [InlineData("""{{ok},"choices":[null]}""", 400, "invalid-merge")]
    [InlineData("""{{ok},"choices":[{"field":"company"}]}""", 400, "invalid-body")]
    [InlineData("""{{ok},"choices":[{"field":"company","keep":"neither"}]}""", 400, "invalid-body")]
    [InlineData("""{{ok},"choices":[{"field":"shoe","keep":"into"}]}""", 400, "unknown-field")]
    [InlineData(
        """{{ok},"choices":[{"field":"company","keep":"into"},{"field":"company","key":"","keep":"from"}]}""",
        400,
        "invalid-merge"
    )]
    [InlineData("""{{ok},"caseReference":" "}""", 400, "invalid-merge")]
    [InlineData("""{{ok},"caseReference":"a\u0000b"}""", 400, "invalid-merge")]
    public async Task A_merge_that_nobody_has_looked_at_or_that_cannot_be_read_is_refused(
        string body,
        int status,
        string code
    )
    {
        await using var host = await WebHost.StartAsync();
        var (from, into) = await TwoAsync(host);
        var text = body.Replace("{ok}", """ "from":"{from}","into":"{into}","versions":{"from":2,"into":2} """)
            .Replace("{from}", $"{from}")
            .Replace("{into}", $"{into}");

        var reply = await host.PostAsync("/merges", text);

        ((int)reply.Status, reply.Code).Should().Be((status, code));
        (await host.ProfileOfAsync(from)).Id.Should().Be(from);
        (await host.ProfileOfAsync(into)).Version.Should().Be(2);
    }

    [Fact]
    public async Task More_choices_than_fit_are_refused()
    {
        await using var host = await WebHost.StartAsync();
        var (from, into) = await TwoAsync(host);
        var choices = string.Join(
            ',',
            Enumerable.Range(0, 501).Select(i => $$"""{"field":"custom:key{{i}}","keep":"into"}""")
        );

        var reply = await PreviewAsync(host, from, into, $"[{choices}]");

        reply.Status.Should().Be(HttpStatusCode.BadRequest);
        reply.Code.Should().Be("invalid-merge");
    }

    [Fact]
    public async Task The_merges_of_a_customer_are_listed_newest_first_under_every_id_that_leads_there()
    {
        await using var host = await WebHost.StartAsync();
        var (from, into) = await TwoAsync(host);
        var last = await host.ReceiveAsync("grace@example.org");
        var first = await host.MergeAsync(from, into);
        host.Time.Advance(TimeSpan.FromDays(1));
        var second = await host.MergeAsync(into, last);

        foreach (var id in new[] { from, into, last })
        {
            var reply = await host.GetAsync($"/customers/{id}/merges");
            reply.Status.Should().Be(HttpStatusCode.OK);
            ((string)reply.Json["customer"]!).Should().Be($"{last}");
            reply.Json["merges"]!
                .AsArray()
                .Select(merge =>
                    (
                        (string)merge!["id"]!,
                        (string)merge["from"]!,
                        (string)merge["into"]!,
                        (string)merge["by"]!,
                        (bool)merge["canUndo"]!
                    )
                )
                .Should()
                .Equal(
                    ($"{second}", $"{into}", $"{last}", "lee", true),
                    ($"{first}", $"{from}", $"{into}", "lee", false)
                );
        }
    }

    [Fact]
    public async Task A_merge_is_undone_and_both_customers_are_as_before()
    {
        await using var host = await WebHost.StartAsync();
        var (from, into) = await TwoAsync(host);
        var before = (await host.ProfileOfAsync(from), await host.ProfileOfAsync(into));
        var merge = await host.MergeAsync(from, into);

        var reply = await host.PostAsync($"/merges/{merge}/undo", """{"caseReference":"case 8"}""");

        reply.Status.Should().Be(HttpStatusCode.OK);
        ((string)reply.Json["from"]!["id"]!, (string)reply.Json["into"]!["id"]!).Should().Be(($"{from}", $"{into}"));
        reply.Json["unsplit"]!.AsArray().Should().BeEmpty();
        reply.Json["notReturned"]!.AsArray().Should().BeEmpty();
        var after = (await host.ProfileOfAsync(from), await host.ProfileOfAsync(into));
        after.Item1.Values.Should().BeEquivalentTo(before.Item1.Values);
        after.Item2.Values.Should().BeEquivalentTo(before.Item2.Values);
        var entry = (await host.Profiles.History.GetAsync(into))!.Entries[0];
        (entry.Kind, entry.By.By, entry.CaseReference).Should().Be((HistoryKind.Unmerge, "kim", "case 8"));
        (await host.GetAsync($"/customers/{into}/merges")).Json["merges"]!.AsArray().Should().BeEmpty();
    }

    [Fact]
    public async Task Undoing_names_what_stays_and_what_does_not_return()
    {
        await using var host = await WebHost.StartAsync();
        var (from, into) = await TwoAsync(host);
        var merge = await host.MergeAsync(from, into);
        await host.SaveAsync(
            into,
            edit =>
            {
                edit.Company = "Wheels";
                edit.Emails.Remove(new ProfileEmail("countess@example.org"));
            }
        );

        var reply = await host.PostAsync($"/merges/{merge}/undo");

        var unsplit = reply.Json["unsplit"]!.AsArray().Should().ContainSingle().Subject!;
        ((string)unsplit["field"]!, (string)unsplit["held"]!["text"]!).Should().Be(("company", "Wheels"));
        reply.Json["notReturned"]!.AsArray().Select(one => (string)one!).Should().Equal("email:countess@example.org");
    }

    [Fact]
    public async Task A_merge_is_undone_once_and_only_after_a_later_one()
    {
        await using var host = await WebHost.StartAsync();
        var (from, into) = await TwoAsync(host);
        var last = await host.ReceiveAsync("grace@example.org");
        var first = await host.MergeAsync(from, into);
        var second = await host.MergeAsync(into, last);

        var early = await host.PostAsync($"/merges/{first}/undo");
        var later = await host.PostAsync($"/merges/{second}/undo");
        var twice = await host.PostAsync($"/merges/{second}/undo");
        var then = await host.PostAsync($"/merges/{first}/undo");

        (early.Status, early.Code).Should().Be((HttpStatusCode.Conflict, "superseded"));
        ((string)early.Json["merge"]!).Should().Be($"{second}");
        later.Status.Should().Be(HttpStatusCode.OK);
        (twice.Status, twice.Code).Should().Be((HttpStatusCode.Conflict, "already-unmerged"));
        then.Status.Should().Be(HttpStatusCode.OK);
        (await host.ProfileOfAsync(from)).Id.Should().Be(from);
    }

    [Fact]
    public async Task A_merge_that_is_too_old_is_not_undone()
    {
        await using var host = await WebHost.StartAsync();
        var (from, into) = await TwoAsync(host);
        var merge = await host.MergeAsync(from, into);
        var until = (string)(await host.GetAsync($"/customers/{into}/merges")).Json["merges"]![0]!["undoUntil"]!;
        host.Time.Advance(TimeSpan.FromDays(91));

        var reply = await host.PostAsync($"/merges/{merge}/undo");

        (reply.Status, reply.Code).Should().Be((HttpStatusCode.Conflict, "lapsed"));
        var listed = (await host.GetAsync($"/customers/{into}/merges")).Json["merges"]![0]!;
        ((bool)listed["canUndo"]!).Should().BeFalse();
        DateTimeOffset
            .Parse(until, System.Globalization.CultureInfo.InvariantCulture)
            .Should()
            .Be(host.Time.GetUtcNow().AddDays(-1));
    }

    [Fact]
    public async Task A_merge_is_not_reverted_as_an_edit()
    {
        await using var host = await WebHost.StartAsync();
        var (from, into) = await TwoAsync(host);
        await host.MergeAsync(from, into);
        var number = (await host.Profiles.History.GetAsync(into))!.Entries[0].Number;

        foreach (var (path, body) in new[] { ("/preview", "{}"), ("", """{"version":"x"}""") })
        {
            var reply = await host.PostAsync($"/customers/{into}/history/{number}/revert{path}", body);
            reply.Status.Should().Be(HttpStatusCode.Conflict);
            reply.Code.Should().Be("is-merge");
        }
    }

    [Theory]
    [InlineData(WebHost.Kim, true)]
    [InlineData(WebHost.Lee, false)]
    public async Task The_sidebar_says_who_may_merge(string user, bool isAllowed)
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();

        var permissions = (await host.GetAsync($"/customers/{id}/sidebar", user)).Json["permissions"]!;

        ((bool)permissions["merge"]!).Should().Be(isAllowed);
    }

    [Fact]
    public async Task A_store_that_cannot_merge_is_named_and_the_sidebar_offers_none()
    {
        var (store, _) = InterceptedStore.WithHistoryAround(new InMemoryCustomerProfileStore(new TestTime()));
        await using var host = await WebHost.StartAsync(store: store);
        var (from, into) = await TwoAsync(host);

        Reply[] replies =
        [
            await PreviewAsync(host, from, into),
            await host.PostAsync("/merges", Body(from, into)),
            await host.GetAsync($"/customers/{from}/merges"),
            await host.PostAsync($"/merges/{from}/undo"),
        ];

        replies
            .Should()
            .OnlyContain(reply => reply.Status == HttpStatusCode.NotImplemented && reply.Code == "merge-unsupported");
        var permissions = (await host.GetAsync($"/customers/{from}/sidebar")).Json["permissions"]!;
        ((bool)permissions["merge"]!).Should().BeFalse();
    }

    [Fact]
    public async Task An_address_of_an_absorbed_customer_is_owned_by_the_survivor()
    {
        await using var host = await WebHost.StartAsync();
        var (from, into) = await TwoAsync(host);
        await host.MergeAsync(from, into);

        var byAddress = await host.PostAsync("/customers", """{"identities":["email:countess@example.org"]}""");
        var byId = await host.PostAsync("/customers", $$"""{"id":"{{from}}"}""");

        foreach (var reply in new[] { byAddress, byId })
        {
            reply.Code.Should().Be("customer-exists");
            ((string)reply.Json["customerId"]!).Should().Be($"{into}");
        }
    }

    /// <summary>Two customers with some entries of their own and some that both hold.</summary>
    private static async Task<(CustomerId From, CustomerId Into)> TwoAsync(WebHost host)
    {
        var into = await host.ReceiveAsync();
        var from = await host.ReceiveAsync("countess@example.org");
        await host.SaveAsync(into, edit => (edit.Company, edit.Notes) = ("Engines", "first"));
        await host.SaveAsync(
            from,
            edit =>
            {
                (edit.Company, edit.Notes) = ("Looms", "second");
                edit.Phones.Add(new PhoneNumber("+44 20 7946 0000"));
            }
        );
        return (from, into);
    }

    private static Task<Reply> PreviewAsync(WebHost host, CustomerId from, CustomerId into, string choices = "null") =>
        host.PostAsync("/merges/preview", $$"""{"from":"{{from}}","into":"{{into}}","choices":{{choices}}}""");

    private static Task<Reply> MergeAsync(
        WebHost host,
        CustomerId from,
        CustomerId into,
        Reply shown,
        string choices = "null",
        Func<JsonNode, JsonNode>? preview = null
    )
    {
        var versions = (preview is null ? shown.Json : preview(shown.Json))["versions"]!.ToJsonString();
        return host.PostAsync("/merges", Body(from, into, choices, versions));
    }

    private static string Body(
        CustomerId from,
        CustomerId into,
        string choices = "null",
        string versions = """{"from":2,"into":2}"""
    ) =>
        $$"""
            {"from":"{{from}}","into":"{{into}}","choices":{{choices}},"versions":{{versions}},"caseReference":"case 7"}
            """;

    private static JsonNode Entry(Reply preview, string field) =>
        preview.Json["entries"]!.AsArray().Single(entry => (string)entry!["field"]! == field)!;

    private static (string? From, string? Into, string? Result, string Kept) Sides(JsonNode entry) =>
        (
            (string?)entry["from"]?["text"],
            (string?)entry["into"]?["text"],
            (string?)entry["result"]?["text"],
            (string)entry["kept"]!
        );

    private static IEnumerable<string> Options(JsonNode entry) =>
        entry["options"]!.AsArray().Select(option => (string)option!);
}
