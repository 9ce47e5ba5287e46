using System.Net;
using CustomerProfiles.AspNetCore.Tests.Support;

namespace CustomerProfiles.AspNetCore.Tests;

/// <summary>Attempts to send an agent's page what would run, mislead, or reach into another tenant.</summary>
public sealed class HostileValueTests
{
    public static TheoryData<string> NoPages =>
        new()
        {
            "javascript:document.title='0'",
            "JavaScript:alert(1)//https://example.org",
            "data:text/html,<script>alert(1)</script>",
            "vbscript:msgbox(1)",
            "file:///etc/passwd",
            "blob:https://example.org/1",
            "/claim",
        };

    [Theory]
    [MemberData(nameof(NoPages))]
    public async Task A_page_of_a_provider_that_is_none_of_the_web_is_never_sent(string page)
    {
        await using var host = await WebHost.StartAsync();
        host.Directory.ClaimPage = host.Directory.OptOutPage = new Uri(page, UriKind.RelativeOrAbsolute);
        var id = await host.ReceiveAsync();
        await host.DrainAsync();
        var version = await host.VersionOfAsync(id, "location");

        var sidebar = await host.GetAsync($"/customers/{id}/sidebar");
        var providers = await host.GetAsync("/providers", WebHost.Supervisor);
        var refused = await host.PatchAsync(
            id,
            $$"""{"op":"set","field":"location","value":{"text":"x"},"version":"{{version}}"}"""
        );

        sidebar.Status.Should().Be(HttpStatusCode.OK);
        sidebar.Json["providers"]![0]!["claimPage"].Should().BeNull();
        sidebar.Json["providers"]![0]!["optOutPage"].Should().BeNull();
        sidebar.Field("location")["correctAt"].Should().BeNull();
        providers.Status.Should().Be(HttpStatusCode.OK);
        providers.Json["providers"]![0]!["claimPage"].Should().BeNull();
        refused.Json["errors"]![0]!["correctAt"].Should().BeNull();
    }

    [Theory]
    [MemberData(nameof(NoPages))]
    public async Task An_address_that_is_none_of_the_web_is_no_website(string address)
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();

        var reply = await host.PatchAsync(
            id,
            $$"""{"op":"add","field":"websites","value":{"url":"{{address}}"},"version":"unset"}"""
        );

        reply.Status.Should().Be(HttpStatusCode.UnprocessableEntity);
        (await host.ProfileOfAsync(id)).Websites.Should().BeEmpty();
    }

    /// <summary>Text behind such a character is shown from right to left, or in another order.</summary>
    [Theory]
    [InlineData("\\u202e")]
    [InlineData("\\u202d")]
    [InlineData("\\u2066")]
    [InlineData("\\u2067")]
    [InlineData("\\u2069")]
    [InlineData("\\u0000")]
    [InlineData("\\n")]
    public async Task What_reorders_text_is_in_no_name_of_a_property_and_no_value(string control)
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();

        Reply[] replies =
        [
            await host.PatchAsync(
                id,
                $$"""{"op":"set","field":"custom:pl{{control}}an","value":{"text":"x"},"version":"unset"}"""
            ),
            await host.PatchAsync(
                id,
                $$"""{"op":"set","field":"company","value":{"text":"En{{control}}gines"},"version":"unset"}"""
            ),
            await host.PatchAsync(
                id,
                $$"""{"op":"add","field":"phones","value":{"number":"+44 20 7946 0000","label":"wo{{control}}rk"},"version":"unset"}"""
            ),
        ];

        replies
            .Select(reply => reply.Status)
            .Should()
            .OnlyContain(status => status == HttpStatusCode.UnprocessableEntity)
            .And.HaveCount(3);
        (await host.ProfileOfAsync(id)).Version.Should().Be(1);
    }

    [Fact]
    public async Task Markup_comes_back_as_it_was_typed_in_json_that_no_browser_shows_as_a_page()
    {
        const string markup = "</script><script>alert(1)</script>";
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        await host.SaveAsync(id, edit => (edit.Notes, edit.Custom[markup]) = (markup, markup), markup);

        foreach (var path in new[] { "sidebar", "history" })
        {
            var reply = await host.GetAsync($"/customers/{id}/{path}");
            reply.Text.Should().NotContain("<", "markup is escaped in JSON");
            reply.Text.Should().Contain("\\u003C/script");
            reply.Headers["Content-Type"].Should().StartWith("application/json");
            reply.Headers["X-Content-Type-Options"].Should().Be("nosniff");
        }

        ((string)(await host.FieldAsync(id, "notes"))["entries"]![0]!["text"]!).Should().Be(markup);
    }

    [Fact]
    public async Task A_supervisor_of_another_tenant_disables_the_provider_there_only()
    {
        await using var host = await WebHost.StartAsync();
        await host.ReceiveAsync();

        (await host.PostAsync("/providers/directory/disable", user: WebHost.Stranger))
            .Status.Should()
            .Be(HttpStatusCode.OK);
        var removed = await host.PostAsync("/providers/directory/remove-data", user: WebHost.Stranger);

        removed.Status.Should().BeOneOf(HttpStatusCode.OK, HttpStatusCode.NotFound);
        (await host.Profiles.GetProvidersAsync())[0].IsEnabled.Should().BeTrue();
        await host.DrainAsync();
        var ada = await host.Profiles.FindAsync(Identity.Email(EmailAddress.Parse("ada@example.com")));
        ada!.Location.Should().Be("London", "nothing was removed or kept from the tenant acme");
    }

    [Fact]
    public async Task An_edit_takes_an_address_of_another_tenants_customer_without_learning_of_them()
    {
        await using var host = await WebHost.StartAsync();
        var theirs = await host.ReceiveAsync();
        var own = await host.ReceiveAsync("zoe@example.net", new TenantId("globex"));
        const string change = """
            {"changes":[{"op":"add","field":"emails","value":{"address":"ada@example.com"},"version":"unset"}]}
            """;

        var reply = await host.SendAsync(HttpMethod.Patch, $"/customers/{own}", WebHost.Json(change), WebHost.Stranger);
        var search = await host.PostAsync("/customers/search", """{"text":"ada"}""", WebHost.Stranger);

        reply.Status.Should().Be(HttpStatusCode.OK);
        reply.Text.Should().NotContain($"{theirs}");
        search.Text.Should().Contain($"{own}").And.NotContain($"{theirs}");
        (await host.ProfileOfAsync(theirs)).Version.Should().Be(1);
    }

    /// <summary>The one id of the path is what counts, whatever else a request says.</summary>
    [Theory]
    [InlineData("X-Tenant", "acme")]
    [InlineData("X-HTTP-Method-Override", "GET")]
    [InlineData("X-Original-URL", "/customer-profiles/providers")]
    [InlineData("X-Forwarded-Prefix", "/acme")]
    public async Task No_header_leads_to_another_tenant(string name, string value)
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();

        foreach (var query in new[] { "", "?tenant=acme", $"?id={id}&tenantId=acme" })
        {
            var reply = await host.GetAsync($"/customers/{id}/sidebar{query}", WebHost.Stranger, (name, value));
            (reply.Status, reply.Code).Should().Be((HttpStatusCode.NotFound, "not-found"));
        }
    }

    [Theory]
    [InlineData("..%2f..%2fproviders")]
    [InlineData("..%5c..%5cproviders")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("*")]
    public async Task A_path_in_place_of_an_id_leads_nowhere(string id)
    {
        await using var host = await WebHost.StartAsync();
        await host.ReceiveAsync();

        foreach (var path in new[] { $"/customers/{id}/sidebar", $"/customers/{id}/merges", $"/customers/{id}/export" })
        {
            var reply = await host.GetAsync(path, WebHost.Supervisor);
            reply.Status.Should().BeOneOf(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
            reply.Text.Should().NotContain("@example");
        }
    }
}
