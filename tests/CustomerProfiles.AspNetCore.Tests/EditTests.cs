using System.Net;
using System.Text.Json.Nodes;
using CustomerProfiles.AspNetCore.Tests.Support;
using CustomerProfiles.Stores;

namespace CustomerProfiles.AspNetCore.Tests;

public sealed class EditTests
{
    [Fact]
    public async Task All_operations_of_one_edit_are_saved_together()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        var name = await host.VersionOfAsync(id, "name");
        var email = (string)(await host.FieldAsync(id, "emails"))["entries"]![0]!["version"]!;

        var reply = await host.PatchAsync(
            id,
            $$$"""
            {"op":"set","field":"name","value":{"full":"Ada King","given":"Ada","family":"King"},"version":"{{{name}}}"},
            {"op":"set","field":"job-title","value":{"text":"Countess"},"version":"unset"},
            {"op":"clear","field":"company","version":"unset"},
            {"op":"set","field":"address","value":{"street":"1 Main St","city":"London","postalCode":"N1","country":"GB"},"version":"unset"},
            {"op":"add","field":"emails","value":{"address":"ada@example.com","label":"work"},"version":"{{{email}}}"},
            {"op":"add","field":"emails","value":{"address":"countess@example.org"},"version":"unset"},
            {"op":"add","field":"phones","value":{"number":"+44 20 7946 0000"},"version":"unset"},
            {"op":"add","field":"websites","value":{"url":"https://ada.example.org/"},"version":"unset"},
            {"op":"set","field":"custom:plan","value":{"text":"gold"},"version":"unset"}
            """
        );

        reply.Status.Should().Be(HttpStatusCode.OK);
        var profile = await host.ProfileOfAsync(id);
        profile.Version.Should().Be(2);
        profile.Name.Should().Be(new PersonName("Ada King", "Ada", "King"));
        profile.JobTitle.Should().Be("Countess");
        profile.Find(ProfileField.Company)!.IsCleared.Should().BeTrue();
        profile.Address.Should().Be(new PostalAddress("1 Main St", "London", null, "N1", "GB"));
        profile
            .Emails.Select(one => (one.Text, one.Label))
            .Should()
            .Equal(("ada@example.com", "work"), ("countess@example.org", null));
        profile.Phones.Should().ContainSingle();
        profile.Websites.Should().ContainSingle();
        profile.CustomProperties.Should().Contain("plan", "gold");
        profile.Find(ProfileField.JobTitle)!.Provenance.By.Should().Be("kim");
        ((string)reply.Json["displayName"]!).Should().Be("Ada King");
    }

    [Fact]
    public async Task Changes_of_different_entries_by_two_agents_are_both_saved()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        var page = await host.GetAsync($"/customers/{id}/sidebar");

        var notes = await host.PatchAsync(id, Set(page, "notes", "Hers"), WebHost.Lee);
        var title = await host.PatchAsync(id, Set(page, "job-title", "Countess"));

        notes.Status.Should().Be(HttpStatusCode.OK);
        title.Status.Should().Be(HttpStatusCode.OK);
        var profile = await host.ProfileOfAsync(id);
        (profile.Notes, profile.JobTitle).Should().Be(("Hers", "Countess"));
    }

    [Fact]
    public async Task A_change_of_the_same_entry_by_another_agent_is_a_conflict_with_their_value()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        var page = await host.GetAsync($"/customers/{id}/sidebar");
        await host.PatchAsync(id, Set(page, "job-title", "Countess"), WebHost.Lee);

        var reply = await host.PatchAsync(id, $"{Set(page, "notes", "Mine")},{Set(page, "job-title", "Analyst")}");

        reply.Status.Should().Be(HttpStatusCode.Conflict);
        reply.Code.Should().Be("conflict");
        var conflict = reply.Json["conflicts"]!.AsArray().Should().ContainSingle().Subject!;
        ((int)conflict["change"]!).Should().Be(1);
        ((string)conflict["field"]!).Should().Be("job-title");
        ((string)conflict["theirs"]!["text"]!).Should().Be("Countess");
        ((string)conflict["theirs"]!["source"]!["by"]!).Should().Be("lee");
        var profile = await host.ProfileOfAsync(id);
        (profile.Notes, profile.JobTitle).Should().Be((null, "Countess"));

        // Sent again with the version that the conflict showed, it overwrites what was seen.
        var version = (string)conflict["version"]!;
        var again = await host.PatchAsync(id, Change("set", "job-title", "Analyst", version));
        again.Status.Should().Be(HttpStatusCode.OK);
        (await host.ProfileOfAsync(id)).JobTitle.Should().Be("Analyst");
    }

    [Fact]
    public async Task A_change_by_another_agent_between_reading_and_writing_is_a_conflict()
    {
        var (store, interception) = InterceptedStore.Around(new InMemoryCustomerProfileStore(new TestTime()));
        await using var host = await WebHost.StartAsync(store: store);
        var id = await host.ReceiveAsync();
        interception.BeforeUpdate = async () =>
            await host.PatchAsync(id, Change("set", "job-title", "Countess", "unset"), WebHost.Lee);

        var reply = await host.PatchAsync(
            id,
            $"{Change("set", "notes", "Mine", "unset")},{Change("set", "job-title", "Analyst", "unset")}"
        );

        reply.Status.Should().Be(HttpStatusCode.Conflict);
        var conflict = reply.Json["conflicts"]!.AsArray().Should().ContainSingle().Subject!;
        ((int)conflict["change"]!, (string)conflict["theirs"]!["text"]!).Should().Be((1, "Countess"));
        ((string)conflict["version"]!).Should().Be(await host.VersionOfAsync(id, "job-title"));
        var profile = await host.ProfileOfAsync(id);
        (profile.Notes, profile.JobTitle).Should().Be((null, "Countess"));
    }

    [Fact]
    public async Task A_list_that_another_agent_changes_between_reading_and_resetting_is_a_conflict()
    {
        var (store, interception) = InterceptedStore.Around(new InMemoryCustomerProfileStore(new TestTime()));
        await using var host = await WebHost.StartAsync(store: store);
        var id = await host.ReceiveAsync();
        const string phone =
            """{"op":"add","field":"phones","value":{"number":"+44 20 7946 0000"},"version":"VERSION"}""";
        await host.PatchAsync(id, phone.Replace("VERSION", "unset"));
        var entry = (await host.FieldAsync(id, "phones"))["entries"]![0]!;
        var removed = await host.PatchAsync(
            id,
            $$"""{"op":"remove","field":"phones","key":"{{entry["key"]}}","version":"{{entry["version"]}}"}"""
        );
        var mark = EntryVersion.Of((await host.ProfileOfAsync(id)).Find(ProfileField.Phones, (string)entry["key"]!));
        interception.BeforeUpdate = async () =>
            (await host.PatchAsync(id, phone.Replace("VERSION", mark), WebHost.Lee))
                .Status.Should()
                .Be(HttpStatusCode.OK);

        var reply = await host.PatchAsync(
            id,
            $$"""{"op":"reset","field":"phones","version":"{{removed.Field("phones")["version"]}}"}"""
        );

        reply.Status.Should().Be(HttpStatusCode.Conflict);
        ((string)reply.Json["conflicts"]![0]!["field"]!).Should().Be("phones");
        (await host.ProfileOfAsync(id)).Phones.Should().ContainSingle();
    }

    [Fact]
    public async Task A_replayed_edit_overwrites_nothing()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        var page = await host.GetAsync($"/customers/{id}/sidebar");
        var recorded = Set(page, "job-title", "Countess");
        await host.PatchAsync(id, recorded);
        await host.PatchAsync(id, Change("set", "job-title", "Analyst", await host.VersionOfAsync(id, "job-title")));

        var replayed = await host.PatchAsync(id, recorded);

        replayed.Status.Should().Be(HttpStatusCode.Conflict);
        (await host.ProfileOfAsync(id)).JobTitle.Should().Be("Analyst");
    }

    [Fact]
    public async Task An_edit_that_is_sent_twice_is_saved_once()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        var page = await host.GetAsync($"/customers/{id}/sidebar");
        var edit =
            Set(page, "job-title", "Countess")
            + ""","""
            + """{"op":"add","field":"phones","value":{"number":"+44 20 7946 0000","label":""},"version":"unset"}""";

        var first = await host.PatchAsync(id, edit);
        var second = await host.PatchAsync(id, edit);

        (first.Status, second.Status).Should().Be((HttpStatusCode.OK, HttpStatusCode.OK));
        (await host.ProfileOfAsync(id)).Version.Should().Be(2);
    }

    [Fact]
    public async Task A_change_by_a_provider_meanwhile_is_no_conflict()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        var page = await host.GetAsync($"/customers/{id}/sidebar");
        await host.DrainAsync();
        (await host.ProfileOfAsync(id)).Company.Should().Be("Engines");

        var reply = await host.PatchAsync(id, Set(page, "company", "Lovelace Ltd"));

        reply.Status.Should().Be(HttpStatusCode.OK);
        (await host.ProfileOfAsync(id)).Company.Should().Be("Lovelace Ltd");
    }

    [Fact]
    public async Task What_an_agent_typed_is_the_agents_though_a_provider_returned_the_same_meanwhile()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        var page = await host.GetAsync($"/customers/{id}/sidebar");
        await host.DrainAsync();

        var reply = await host.PatchAsync(id, $"{Set(page, "company", "Engines")},{Set(page, "notes", "x")}");

        reply.Status.Should().Be(HttpStatusCode.OK);
        var company = (await host.ProfileOfAsync(id)).Find(ProfileField.Company)!;
        company.Value.Should().Be("Engines");
        company.Provenance.Source.Should().Be(ProvenanceSource.Agent);
        (await host.ProfileOfAsync(id)).Notes.Should().Be("x");
    }

    [Fact]
    public async Task Resetting_what_another_agent_has_set_since_is_a_conflict()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        await host.PatchAsync(id, """{"op":"clear","field":"company","version":"unset"}""");
        var cleared = await host.VersionOfAsync(id, "company");
        await host.PatchAsync(id, Change("set", "company", "Engines", cleared), WebHost.Lee);

        var reply = await host.PatchAsync(id, $$"""{"op":"reset","field":"company","version":"{{cleared}}"}""");

        reply.Status.Should().Be(HttpStatusCode.Conflict);
        (await host.ProfileOfAsync(id)).Company.Should().Be("Engines");
    }

    [Fact]
    public async Task Setting_what_another_agent_has_reset_since_is_a_conflict()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        await host.PatchAsync(id, Change("set", "company", "Engines", "unset"));
        var seen = await host.VersionOfAsync(id, "company");
        await host.PatchAsync(id, $$"""{"op":"reset","field":"company","version":"{{seen}}"}""", WebHost.Lee);

        var reply = await host.PatchAsync(id, Change("set", "company", "Looms", seen));

        reply.Status.Should().Be(HttpStatusCode.Conflict);
        reply.Json["conflicts"]![0]!["theirs"].Should().BeNull();
        ((string)reply.Json["conflicts"]![0]!["version"]!).Should().Be("unset");
        (await host.ProfileOfAsync(id)).Company.Should().BeNull();
    }

    [Fact]
    public async Task An_entry_of_a_list_is_removed_and_the_list_reset()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        await host.PatchAsync(
            id,
            """{"op":"add","field":"phones","value":{"number":"+44 20 7946 0000"},"version":"unset"}"""
        );
        var entry = (await host.FieldAsync(id, "phones"))["entries"]![0]!;

        var removed = await host.PatchAsync(
            id,
            $$"""{"op":"remove","field":"phones","key":"{{entry["key"]}}","version":"{{entry["version"]}}"}"""
        );

        var phones = removed.Field("phones");
        phones["entries"]!.AsArray().Should().BeEmpty();
        ((bool)phones["hasMarks"]!).Should().BeTrue();
        var reset = await host.PatchAsync(
            id,
            $$"""{"op":"reset","field":"phones","version":"{{phones["version"]}}"}"""
        );
        ((bool)reset.Field("phones")["hasMarks"]!).Should().BeFalse();
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_reported_at_once_by_change()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();

        var reply = await host.PatchAsync(
            id,
            $$$"""
            {"op":"set","field":"job-title","value":{"text":"fine"},"version":"unset"},
            {"op":"set","field":"company","value":{"text":"{{{new string('x', 257)}}}"},"version":"unset"},
            {"op":"set","field":"bio","value":{"text":"mine"},"version":"unset"},
            {"op":"add","field":"emails","value":{"address":"no address"},"version":"unset"},
            {"op":"add","field":"websites","value":{"url":"javascript:alert(1)"},"version":"unset"},
            {"op":"set","field":"custom:","value":{"text":"gold"},"version":"unset"}
            """
        );

        reply.Status.Should().Be(HttpStatusCode.UnprocessableEntity);
        reply.Code.Should().Be("rejected");
        var errors = reply.Json["errors"]!.AsArray();
        errors
            .Select(error => ((int?)error!["change"], (string)error["code"]!))
            .Should()
            .Equal((1, "TooLong"), (2, "OwnedByProvider"), (3, "Malformed"), (4, "Malformed"), (5, "Malformed"));
        ((int)errors[0]!["limit"]!).Should().Be(256);
        ((string)errors[1]!["correctAt"]!).Should().Be("https://directory.example.org/claim");
        ((string)errors[4]!["part"]!).Should().Be("key");
        (await host.ProfileOfAsync(id)).Version.Should().Be(1);
    }

    [Theory]
    [InlineData("""{"op":"set","field":"notes","value":{"text":"x"}}""", "version-missing", 428)]
    [InlineData("""{"op":"set","field":"notes","value":{"text":"x"},"version":"7"}""", "invalid-change", 400)]
    [InlineData("""{"op":"set","field":"shoe","value":{"text":"x"},"version":"unset"}""", "invalid-change", 400)]
    [InlineData("""{"op":"set","field":"notes","version":"unset"}""", "invalid-change", 400)]
    [InlineData("""{"op":"set","field":"notes","value":{"url":"x"},"version":"unset"}""", "invalid-change", 400)]
    [InlineData("""{"op":"set","field":"emails","value":{"text":"x"},"version":"unset"}""", "invalid-change", 400)]
    [InlineData("""{"op":"add","field":"notes","value":{"text":"x"},"version":"unset"}""", "invalid-change", 400)]
    [InlineData("""{"op":"add","field":"emails","value":{"number":"1"},"version":"unset"}""", "invalid-change", 400)]
    [InlineData("""{"op":"clear","field":"emails","version":"unset"}""", "invalid-change", 400)]
    [InlineData("""{"op":"remove","field":"emails","version":"unset"}""", "invalid-change", 400)]
    [InlineData("""{"op":"reset","field":"custom-properties","version":"unset"}""", "invalid-change", 400)]
    [InlineData("""{"op":"erase","field":"notes","version":"unset"}""", "invalid-body", 400)]
    [InlineData("null", "invalid-change", 400)]
    [InlineData("", "invalid-change", 400)]
    [InlineData(
        """{"op":"clear","field":"notes","version":"unset"},{"op":"clear","field":"notes","version":"unset"}""",
        "invalid-change",
        400
    )]
    public async Task A_change_that_cannot_be_read_is_refused(string change, string code, int status)
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();

        var reply = await host.PatchAsync(id, change);

        ((int)reply.Status, reply.Code).Should().Be((status, code));
        (await host.ProfileOfAsync(id)).Version.Should().Be(1);
    }

    [Fact]
    public async Task An_address_of_another_customer_is_refused_and_the_owner_named_to_who_may_read_them()
    {
        await using var host = await WebHost.StartAsync();
        var ada = await host.ReceiveAsync();
        var grace = await host.ReceiveAsync("grace@example.org");

        var reply = await host.PatchAsync(
            ada,
            """{"op":"add","field":"emails","value":{"address":"grace@example.org"},"version":"unset"}"""
        );

        reply.Status.Should().Be(HttpStatusCode.Conflict);
        reply.Code.Should().Be("identity-taken");
        ((string)reply.Json["ownerId"]!).Should().Be($"{grace}");
        reply.Text.Should().NotContain("grace@example.org");
    }

    [Fact]
    public async Task The_photo_is_cleared_and_reset()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();

        var cleared = await host.PostAsync($"/customers/{id}/photo/clear");
        cleared.Field("photo")["clearedBy"]!["by"]!.GetValue<string>().Should().Be("kim");
        (await host.ProfileOfAsync(id)).Find(ProfileField.Photo)!.IsCleared.Should().BeTrue();

        var reset = await host.PostAsync($"/customers/{id}/photo/reset");
        reset.Field("photo")["clearedBy"].Should().BeNull();
        (await host.ProfileOfAsync(id)).Find(ProfileField.Photo).Should().BeNull();
    }

    private static string Set(Reply page, string field, string text) =>
        Change("set", field, text, (string)page.Field(field)["version"]!);

    private static string Change(string operation, string field, string text, string version) =>
        new JsonObject
        {
            ["op"] = operation,
            ["field"] = field,
            ["value"] = new JsonObject { ["text"] = text },
            ["version"] = version,
        }.ToJsonString();
}
