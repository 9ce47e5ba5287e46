using System.Net;
using CustomerProfiles.AspNetCore.Tests.Support;
using CustomerProfiles.Stores;

namespace CustomerProfiles.AspNetCore.Tests;

/// <summary>The history over HTTP: reading, reverting and forgetting.</summary>
public sealed class HistoryTests
{
    [Fact]
    public async Task The_history_says_what_was_changed_by_whom_and_what_was_there_before()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        await host.SaveAsync(
            id,
            edit =>
            {
                edit.Company = "Engines";
                edit.CaseReference = "case 7";
            }
        );
        await host.SaveAsync(
            id,
            edit =>
            {
                edit.Company = null;
                edit.Phones.Add(new PhoneNumber("+44 20 7946 0000", "work"));
            },
            "kim"
        );
        await host.Profiles.SuppressAsync(id, Actor.Agent("sam"));

        var reply = await host.GetAsync($"/customers/{id}/history");

        reply.Status.Should().Be(HttpStatusCode.OK);
        reply.Json["next"].Should().BeNull();
        var entries = reply.Json["entries"]!.AsArray();
        entries
            .Select(entry =>
                (
                    (long)entry!["number"]!,
                    (long?)entry["version"],
                    (string)entry["kind"]!,
                    (string)entry["by"]!["kind"]!,
                    (string)entry["by"]!["by"]!,
                    (string?)entry["caseReference"]
                )
            )
            .Should()
            .Equal(
                (3, null, "Suppression", "agent", "sam", null),
                (2, 3, "Edit", "agent", "kim", null),
                (1, 2, "Edit", "agent", "lee", "case 7")
            );
        entries[0]!["values"]!.AsArray().Should().BeEmpty();
        var second = entries[1]!["values"]!.AsArray();
        var company = second.Single(value => (string)value!["field"]! == "company")!;
        ((string)company["label"]!, (bool)company["hasOwnLabel"]!, (string)company["key"]!)
            .Should()
            .Be(("Company", false, ""));
        ((string)company["before"]!["text"]!, (string)company["before"]!["source"]!["by"]!)
            .Should()
            .Be(("Engines", "lee"));
        ((bool)company["after"]!["isCleared"]!, (string?)company["after"]!["text"]).Should().Be((true, null));
        var phone = second.Single(value => (string)value!["field"]! == "phones")!;
        phone["before"].Should().BeNull();
        ((string)phone["after"]!["value"]!["number"]!, (string)phone["after"]!["value"]!["label"]!)
            .Should()
            .Be(("+44 20 7946 0000", "work"));
        ((bool)phone["isRemoved"]!).Should().BeFalse();
    }

    [Fact]
    public async Task The_history_comes_page_by_page()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        for (var i = 1; i <= 21; i++)
        {
            await host.SaveAsync(id, edit => edit.Notes = $"note {i}");
        }

        var usual = await host.GetAsync($"/customers/{id}/history");
        var last = await host.GetAsync($"/customers/{id}/history?before={usual.Json["next"]}");
        var small = await host.GetAsync($"/customers/{id}/history?before=10&pageSize=2");

        Numbers(usual).Should().Equal(Enumerable.Range(2, 20).Reverse().Select(number => (long)number));
        Numbers(last).Should().Equal(1);
        last.Json["next"].Should().BeNull();
        Numbers(small).Should().Equal(9, 8);
    }

    [Theory]
    [InlineData("pageSize=0")]
    [InlineData("pageSize=101")]
    [InlineData("pageSize=many")]
    [InlineData("before=x")]
    [InlineData("before=9223372036854775808")]
    public async Task A_query_that_cannot_be_read_is_refused(string query)
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();

        var reply = await host.GetAsync($"/customers/{id}/history?{query}");

        reply.Status.Should().Be(HttpStatusCode.BadRequest);
        reply.Code.Should().Be("invalid-query");
    }

    [Fact]
    public async Task What_a_preview_shows_is_saved_as_a_revert()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        await host.SaveAsync(id, edit => edit.Company = "Engines");
        await host.SaveAsync(id, edit => edit.Company = "Looms");
        await host.SaveAsync(id, edit => edit.Notes = "stays");

        var preview = await PreviewAsync(host, id, 2);
        (await host.ProfileOfAsync(id)).Company.Should().Be("Looms", "a preview writes nothing");
        var change = preview.Json["changes"]!.AsArray().Should().ContainSingle().Subject!;
        ((string)change["field"]!, (string)change["before"]!["text"]!, (string)change["after"]!["text"]!)
            .Should()
            .Be(("company", "Looms", "Engines"));
        change["after"]!["source"].Should().BeNull();
        var reply = await RevertAsync(host, id, 2, preview);

        reply.Status.Should().Be(HttpStatusCode.OK);
        ((string)reply.Field("company")["entries"]![0]!["text"]!).Should().Be("Engines");
        var profile = await host.ProfileOfAsync(id);
        (profile.Company, profile.Notes).Should().Be(("Engines", "stays"));
        var entry = (await host.Profiles.History.GetAsync(id))!.Entries[0];
        (entry.Kind, entry.By.By).Should().Be((HistoryKind.Revert, "kim"));
    }

    [Fact]
    public async Task Everything_since_a_change_is_reverted_at_once()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        await host.SaveAsync(id, edit => edit.Company = "Engines");
        await host.SaveAsync(id, edit => edit.Company = "Looms");
        await host.SaveAsync(id, edit => edit.Notes = "goes");

        var preview = await PreviewAsync(host, id, 2, "everything-since");
        var reply = await RevertAsync(host, id, 2, preview, scope: "everything-since");

        reply.Status.Should().Be(HttpStatusCode.OK);
        var profile = await host.ProfileOfAsync(id);
        (profile.Company, profile.Notes).Should().Be(("Engines", null));
    }

    [Fact]
    public async Task A_preview_of_another_scope_does_not_count()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        await host.SaveAsync(id, edit => edit.Company = "Engines");
        await host.SaveAsync(id, edit => edit.Notes = "stays");

        var reply = await RevertAsync(host, id, 1, await PreviewAsync(host, id, 1), scope: "everything-since");

        reply.Status.Should().Be(HttpStatusCode.Conflict);
        (await host.ProfileOfAsync(id)).Notes.Should().Be("stays");
    }

    [Theory]
    [InlineData(true, "Engines")]
    [InlineData(false, "Wheels")]
    public async Task A_value_that_was_changed_since_is_a_conflict_and_overwritten_only_when_it_is_named(
        bool isNamed,
        string kept
    )
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        await host.SaveAsync(id, edit => edit.Company = "Engines");
        await host.SaveAsync(id, edit => (edit.Company, edit.JobTitle) = ("Looms", "Analyst"));
        await host.SaveAsync(id, edit => edit.Company = "Wheels", "sam");

        var preview = await PreviewAsync(host, id, 2);
        var conflict = preview.Json["conflicts"]!.AsArray().Should().ContainSingle().Subject!;
        (
            (string)conflict["field"]!,
            (string)conflict["read"]!["text"]!,
            (string)conflict["theirs"]!["text"]!,
            (string)conflict["theirs"]!["source"]!["by"]!,
            (string)conflict["yours"]!["text"]!,
            (bool)conflict["canOverwrite"]!
        )
            .Should()
            .Be(("company", "Looms", "Wheels", "sam", "Engines", true));
        var reply = await RevertAsync(host, id, 2, preview, isNamed ? """[{"field":"company"}]""" : "null");

        reply.Status.Should().Be(HttpStatusCode.OK);
        var profile = await host.ProfileOfAsync(id);
        (profile.Company, profile.JobTitle).Should().Be((kept, null));
    }

    [Theory]
    [InlineData("""[{"field":"notes"}]""", 400, "invalid-revert")]
    [InlineData("""[{"field":"company","key":"x"}]""", 400, "invalid-revert")]
    [InlineData("""[null]""", 400, "invalid-revert")]
    [InlineData("""[{}]""", 400, "invalid-body")]
    [InlineData(""" "company" """, 400, "invalid-body")]
    public async Task Only_conflicts_of_the_preview_are_overwritten(string overwrite, int status, string code)
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        await host.SaveAsync(id, edit => edit.Notes = "a note");

        var reply = await RevertAsync(host, id, 1, await PreviewAsync(host, id, 1), overwrite);

        ((int)reply.Status, reply.Code).Should().Be((status, code));
        (await host.ProfileOfAsync(id)).Version.Should().Be(2);
    }

    [Fact]
    public async Task What_is_no_longer_what_the_preview_showed_is_not_saved()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        await host.SaveAsync(id, edit => edit.Company = "Engines");
        var preview = await PreviewAsync(host, id, 1);
        await host.SaveAsync(id, edit => edit.Company = "Looms");

        var reply = await RevertAsync(host, id, 1, preview, """[{"field":"company"}]""");

        reply.Status.Should().Be(HttpStatusCode.Conflict);
        reply.Code.Should().Be("stale");
        reply.Text.Should().NotContain("Looms");
        (await host.ProfileOfAsync(id)).Company.Should().Be("Looms");
    }

    [Fact]
    public async Task A_save_that_comes_between_reading_and_writing_is_not_overwritten()
    {
        var (store, interception) = InterceptedStore.WithHistoryAround(
            new InMemoryCustomerProfileStore(new TestTime())
        );
        await using var host = await WebHost.StartAsync(store: store);
        var id = await host.ReceiveAsync();
        await host.SaveAsync(id, edit => edit.Company = "Engines");
        var preview = await PreviewAsync(host, id, 1);
        interception.BeforeUpdate = () => host.SaveAsync(id, edit => edit.Company = "Looms");

        var reply = await RevertAsync(host, id, 1, preview);

        reply.Status.Should().Be(HttpStatusCode.Conflict);
        reply.Code.Should().Be("stale");
        (await host.ProfileOfAsync(id)).Company.Should().Be("Looms");
    }

    [Fact]
    public async Task A_revert_that_is_sent_twice_is_saved_once()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        await host.SaveAsync(id, edit => edit.Notes = "a note");
        var preview = await PreviewAsync(host, id, 1);

        (await RevertAsync(host, id, 1, preview)).Status.Should().Be(HttpStatusCode.OK);
        (await RevertAsync(host, id, 1, preview)).Status.Should().Be(HttpStatusCode.Conflict);

        (await host.ProfileOfAsync(id)).Version.Should().Be(3);
    }

    [Fact]
    public async Task What_agents_may_not_set_is_refused_and_named()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        await host.DrainAsync();

        var preview = await PreviewAsync(host, id, 1);
        var refused = preview.Json["refused"]!.AsArray().Should().ContainSingle().Subject!;
        ((string)refused["field"]!, (string)refused["code"]!, (string)refused["correctAt"]!)
            .Should()
            .Be(("location", "OwnedByProvider", "https://directory.example.org/claim"));
        await RevertAsync(host, id, 1, preview);

        var profile = await host.ProfileOfAsync(id);
        profile.Location.Should().Be("London");
        profile.Find(ProfileField.Company)!.IsCleared.Should().BeTrue("or the next check would fill it in again");
    }

    [Fact]
    public async Task A_conflict_in_what_a_provider_owns_cannot_be_overwritten()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        await host.DrainAsync();
        host.Directory.Information = new() { Location = "Paris" };
        host.Time.Advance(TimeSpan.FromDays(90));
        await host.ReceiveAsync();
        await host.DrainAsync();
        (await host.ProfileOfAsync(id)).Location.Should().Be("Paris");

        var preview = await PreviewAsync(host, id, 1);
        var conflict = preview.Json["conflicts"]!.AsArray().Single(one => (string)one!["field"]! == "location")!;
        ((bool)conflict["canOverwrite"]!).Should().BeFalse();
        var reply = await RevertAsync(host, id, 1, preview, """[{"field":"location","key":""}]""");

        reply.Status.Should().Be(HttpStatusCode.UnprocessableEntity);
        ((string)reply.Json["errors"]![0]!["code"]!).Should().Be("OwnedByProvider");
        (await host.ProfileOfAsync(id)).Location.Should().Be("Paris");
    }

    [Fact]
    public async Task An_address_that_belongs_to_another_customer_by_now_is_not_taken_from_them()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        var second = new ProfileEmail("countess@example.org");
        await host.SaveAsync(id, edit => edit.Emails.Add(second));
        await host.SaveAsync(id, edit => edit.Emails.Remove(second));
        var owner = await host.ReceiveAsync("countess@example.org");

        var reply = await RevertAsync(host, id, 2, await PreviewAsync(host, id, 2));

        reply.Status.Should().Be(HttpStatusCode.Conflict);
        reply.Code.Should().Be("identity-taken");
        ((string)reply.Json["ownerId"]!).Should().Be($"{owner}");
    }

    [Theory]
    [InlineData("{}", 428, "version-missing")]
    [InlineData("""{"version":""}""", 409, "stale")]
    [InlineData("""{"version":"guessed"}""", 409, "stale")]
    [InlineData("""{"version":7}""", 400, "invalid-body")]
    [InlineData("""{"scope":"all","version":"x"}""", 400, "invalid-body")]
    [InlineData("", 400, "invalid-body")]
    [InlineData("null", 400, "invalid-body")]
    [InlineData("[]", 400, "invalid-body")]
    public async Task A_revert_that_nobody_has_looked_at_is_refused(string body, int status, string code)
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        await host.SaveAsync(id, edit => edit.Notes = "a note");

        var reply = await host.PostAsync($"/customers/{id}/history/1/revert", body);

        ((int)reply.Status, reply.Code).Should().Be((status, code));
        (await host.ProfileOfAsync(id)).Version.Should().Be(2);
    }

    [Fact]
    public async Task A_change_that_is_not_there_is_not_found_by_its_own_code()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();

        var reply = await host.PostAsync($"/customers/{id}/history/1/revert/preview");

        reply.Status.Should().Be(HttpStatusCode.NotFound);
        reply.Code.Should().Be("entry-not-found");
    }

    [Fact]
    public async Task A_field_is_taken_out_of_the_history_and_cannot_be_brought_back()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        await host.SaveAsync(id, edit => (edit.Notes, edit.Company) = ("Secret", "Engines"));
        await host.SaveAsync(id, edit => edit.Notes = null);

        var reply = await host.PostAsync(
            $"/customers/{id}/history/redact",
            """{"field":"notes"}""",
            WebHost.Supervisor
        );

        reply.Status.Should().Be(HttpStatusCode.OK);
        var history = await host.GetAsync($"/customers/{id}/history");
        history.Text.Should().NotContain("Secret");
        var values = history.Json["entries"]!.AsArray().SelectMany(entry => entry!["values"]!.AsArray()).ToArray();
        values
            .Select(value => ((string)value!["field"]!, (bool)value["isRemoved"]!))
            .Should()
            .BeEquivalentTo([("notes", true), ("notes", true), ("company", false)]);
        var preview = await PreviewAsync(host, id, 2);
        preview.Json["removed"]!.AsArray().Select(field => (string)field!).Should().Equal("notes");
        preview.Json["changes"]!.AsArray().Should().BeEmpty();
    }

    [Theory]
    [InlineData("""{"field":"shoe"}""", "unknown-field")]
    [InlineData("""{}""", "invalid-body")]
    [InlineData("""{"field":null}""", "invalid-body")]
    public async Task A_field_that_does_not_exist_is_refused(string body, string code)
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();

        var reply = await host.PostAsync($"/customers/{id}/history/redact", body, WebHost.Supervisor);

        reply.Status.Should().Be(HttpStatusCode.BadRequest);
        reply.Code.Should().Be(code);
    }

    [Theory]
    [InlineData(WebHost.Kim, true)]
    [InlineData(WebHost.Historian, true)]
    [InlineData(WebHost.Lee, false)]
    public async Task The_sidebar_says_who_may_see_the_history(string user, bool isAllowed)
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();

        var permissions = (await host.GetAsync($"/customers/{id}/sidebar", user)).Json["permissions"]!;

        ((bool)permissions["history"]!).Should().Be(isAllowed);
    }

    [Fact]
    public async Task A_store_without_history_is_named_and_the_sidebar_offers_none()
    {
        var (store, _) = InterceptedStore.Around(new InMemoryCustomerProfileStore(new TestTime()));
        await using var host = await WebHost.StartAsync(store: store);
        var id = await host.ReceiveAsync();

        Reply[] replies =
        [
            await host.GetAsync($"/customers/{id}/history"),
            await host.PostAsync($"/customers/{id}/history/1/revert/preview"),
            await host.PostAsync($"/customers/{id}/history/1/revert", """{"version":"x"}"""),
            await host.PostAsync($"/customers/{id}/history/redact", """{"field":"notes"}""", WebHost.Supervisor),
        ];

        replies
            .Should()
            .OnlyContain(reply => reply.Status == HttpStatusCode.NotImplemented && reply.Code == "history-unsupported");
        var permissions = (await host.GetAsync($"/customers/{id}/sidebar")).Json["permissions"]!;
        ((bool)permissions["history"]!).Should().BeFalse();
    }

    private static IEnumerable<long> Numbers(Reply reply) =>
        reply.Json["entries"]!.AsArray().Select(entry => (long)entry!["number"]!);

    private static async Task<Reply> PreviewAsync(WebHost host, CustomerId id, long number, string scope = "one-change")
    {
        var reply = await host.PostAsync(
            $"/customers/{id}/history/{number}/revert/preview",
            $$"""{"scope":"{{scope}}"}"""
        );
        reply.Status.Should().Be(HttpStatusCode.OK);
        return reply;
    }

    private static Task<Reply> RevertAsync(
        WebHost host,
        CustomerId id,
        long number,
        Reply preview,
        string overwrite = "null",
        string scope = "one-change"
    ) =>
        host.PostAsync(
            $"/customers/{id}/history/{number}/revert",
            $$"""{"scope":"{{scope}}","version":"{{preview.Json["version"]}}","overwrite":{{overwrite}}}"""
        );
}
