using System.Net;
using System.Text;
using CustomerProfiles.AspNetCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CustomerProfiles.AspNetCore.Tests;

/// <summary>Attempts to read or change what the caller must not.</summary>
public sealed class AttackTests
{
    private const string NewCustomer = """
        {
          "name": { "full": "Grace Hopper" },
          "phones": [{ "number": "+44 20 7946 0000" }],
          "identities": ["email:hopper@example.org"]
        }
        """;

    /// <summary>Every call about one customer, with a valid body.</summary>
    public static TheoryData<string, string, string> CallsOfOneCustomer =>
        new()
        {
            { "GET", "sidebar", "" },
            { "PATCH", "", """{"changes":[{"op":"set","field":"notes","value":{"text":"x"},"version":"unset"}]}""" },
            { "POST", "photo/clear", "{}" },
            { "POST", "photo/reset", "{}" },
            { "POST", "suppress", "{}" },
            { "POST", "unsuppress", "{}" },
            { "POST", "providers/directory/remove-data", "{}" },
            { "POST", "providers/directory/check-now", "{}" },
            { "GET", "export", "" },
            { "POST", "erase", "{}" },
            { "GET", "history", "" },
            { "POST", "history/1/revert/preview", "{}" },
            { "POST", "history/1/revert", """{"version":"x"}""" },
            { "POST", "history/redact", """{"field":"notes"}""" },
            { "GET", "merges", "" },
        };

    [Theory]
    [MemberData(nameof(CallsOfOneCustomer))]
    public async Task Another_tenants_customer_is_not_found_like_nobody(string method, string path, string body)
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        var before = await host.ProfileOfAsync(id);

        var foreign = await CallAsync(host, method, $"{id}/{path}", body, WebHost.Stranger);
        var nobody = await CallAsync(host, method, $"{CustomerId.New()}/{path}", body, WebHost.Stranger);

        foreign.Status.Should().Be(HttpStatusCode.NotFound);
        foreign.Text.Should().Be(nobody.Text);
        foreign.Code.Should().Be("not-found");
        (await host.ProfileOfAsync(id)).Version.Should().Be(before.Version);
        (await host.Profiles.GetSidebarAsync(id))!.IsSuppressed.Should().BeFalse();
    }

    [Theory]
    [MemberData(nameof(CallsOfOneCustomer))]
    public async Task A_customer_whom_the_resource_check_refuses_is_not_found_like_nobody(
        string method,
        string path,
        string body
    )
    {
        CustomerId? secret = null;
        await using var host = await WithCustomerPolicyAsync(access => access.Customer != secret);
        secret = await host.ReceiveAsync();

        var refused = await CallAsync(host, method, $"{secret}/{path}", body, WebHost.Supervisor);
        var nobody = await CallAsync(host, method, $"{CustomerId.New()}/{path}", body, WebHost.Supervisor);

        refused.Status.Should().Be(HttpStatusCode.NotFound);
        refused.Text.Should().Be(nobody.Text);
        (await host.ProfileOfAsync(secret.Value)).Version.Should().Be(1);
    }

    [Theory]
    [MemberData(nameof(CallsOfOneCustomer))]
    public async Task Who_may_read_a_customer_and_no_more_is_refused(string method, string path, string body)
    {
        await using var host = await WithCustomerPolicyAsync(access => access.Operation == CustomerOperation.Read);
        var id = await host.ReceiveAsync();

        var reply = await CallAsync(host, method, $"{id}/{path}", body, WebHost.Supervisor);

        reply.Status.Should().Be(path == "sidebar" ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
        (await host.ProfileOfAsync(id)).Version.Should().Be(1);
        (await host.Profiles.GetSidebarAsync(id))!.IsSuppressed.Should().BeFalse();
    }

    [Fact]
    public async Task Creating_asks_the_resource_check_without_a_customer_before_anything_is_read_or_written()
    {
        var asked = new List<CustomerAccess>();
        await using var host = await WithCustomerPolicyAsync(
            access =>
            {
                asked.Add(access);
                return access.Operation != CustomerOperation.Create;
            },
            FailingStore.New()
        );

        foreach (var body in new[] { NewCustomer, "no JSON" })
        {
            var reply = await host.PostAsync("/customers", body);
            reply.Status.Should().Be(HttpStatusCode.Forbidden);
            reply.Code.Should().Be("not-allowed");
        }

        asked
            .Select(access => (access.Tenant, access.Customer, access.Operation))
            .Should()
            .Equal((WebHost.Acme, null, CustomerOperation.Create), (WebHost.Acme, null, CustomerOperation.Create));
        $"{asked[0]}".Should().Be("Create");
    }

    [Fact]
    public async Task Who_may_create_a_customer_and_not_read_them_is_shown_nothing_but_the_id()
    {
        await using var host = await WithCustomerPolicyAsync(access => access.Operation == CustomerOperation.Create);

        var reply = await host.PostAsync("/customers", NewCustomer);

        reply.Status.Should().Be(HttpStatusCode.Created);
        reply.Text.Should().BeEmpty();
        var id = (await host.Profiles.ListAsync(new ProfileQuery())).Profiles.Single().Id;
        reply.Headers["Location"].Should().Be($"/customer-profiles/customers/{id}/sidebar");
        (await host.GetAsync($"/..{reply.Headers["Location"]}")).Status.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_customer_who_exists_is_not_named_to_who_may_not_read_them()
    {
        CustomerId? secret = null;
        await using var host = await WithCustomerPolicyAsync(access =>
            access.Customer is null || access.Customer != secret
        );
        secret = await host.ReceiveAsync("secret@example.org");

        foreach (var body in new[] { $$"""{"id":"{{secret}}"}""", """{"identities":["email:secret@example.org"]}""" })
        {
            var reply = await host.PostAsync("/customers", body);
            reply.Status.Should().Be(HttpStatusCode.Conflict);
            reply.Code.Should().Be("customer-exists");
            reply.Text.Should().NotContain($"{secret}").And.NotContain("secret@example.org");
        }

        (await host.ProfileOfAsync(secret.Value)).Version.Should().Be(1);
    }

    [Fact]
    public async Task An_id_and_an_address_of_another_tenant_are_free_and_tell_nothing()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();

        var reply = await host.PostAsync(
            "/customers",
            $$"""{"id":"{{id}}","emails":[{"address":"ada@example.com"}]}""",
            WebHost.Stranger
        );

        reply.Status.Should().Be(HttpStatusCode.Created);
        reply.Text.Should().NotContain("Lovelace");
        var own = (await host.ProfileOfAsync(id)).Name;
        own.Should().Be(new PersonName("Ada Lovelace"));
        (await host.Profiles.ForTenant(new TenantId("globex")).GetAsync(id))!.Name.Should().BeNull();
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData(WebHost.Reader, HttpStatusCode.Forbidden)]
    [InlineData(WebHost.Historian, HttpStatusCode.Forbidden)]
    [InlineData("eve;acme;supervisor", HttpStatusCode.Forbidden)]
    [InlineData("eve;;agent", HttpStatusCode.Forbidden)]
    public async Task Who_may_not_edit_creates_nobody(string? user, HttpStatusCode status)
    {
        await using var host = await WebHost.StartAsync();

        var reply = await host.PostAsync("/customers", NewCustomer, user);

        reply.Status.Should().Be(status);
        (await host.Profiles.ListAsync(new ProfileQuery())).Profiles.Should().BeEmpty();
    }

    [Theory]
    [InlineData(CustomerOperation.History)]
    [InlineData(CustomerOperation.Edit)]
    public async Task Reverting_asks_the_resource_check_about_history_and_edit(CustomerOperation refused)
    {
        await using var host = await WithCustomerPolicyAsync(access => access.Operation != refused);
        var id = await host.ReceiveAsync();
        await host.SaveAsync(id, edit => edit.Notes = "Secret notes");

        foreach (var (path, body) in new[] { ("preview", "{}"), ("", """{"version":"x"}""") })
        {
            var reply = await CallAsync(host, "POST", $"{id}/history/1/revert/{path}", body, WebHost.Supervisor);
            reply.Status.Should().Be(HttpStatusCode.Forbidden);
            reply.Code.Should().Be("not-allowed");
            reply.Text.Should().NotContain("Secret");
        }
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("2")]
    [InlineData("9223372036854775807")]
    [InlineData("9223372036854775808")]
    [InlineData("one")]
    [InlineData("%00")]
    public async Task A_guessed_number_of_a_change_is_not_found(string number)
    {
        await using var host = await WebHost.StartAsync();
        var ada = await host.ReceiveAsync();
        var grace = await host.ReceiveAsync("grace@example.org");
        await host.SaveAsync(ada, edit => edit.Notes = "one");
        await host.SaveAsync(grace, edit => edit.Notes = "Secret one");
        await host.SaveAsync(grace, edit => edit.Notes = "Secret two");

        foreach (var (path, body) in new[] { ("/preview", "{}"), ("", """{"version":"x"}""") })
        {
            var reply = await host.PostAsync($"/customers/{ada}/history/{number}/revert{path}", body);
            reply.Status.Should().BeOneOf(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
            reply.Text.Should().NotContain("Secret");
        }

        (await host.ProfileOfAsync(ada)).Version.Should().Be(2);
    }

    [Fact]
    public async Task A_list_has_only_customers_whom_the_resource_check_allows()
    {
        CustomerId? secret = null;
        var asked = new List<CustomerAccess>();
        await using var host = await WithCustomerPolicyAsync(access =>
        {
            asked.Add(access);
            return access.Customer != secret;
        });
        var shown = await host.ReceiveAsync();
        secret = await host.ReceiveAsync("Ada Secret <secret@example.com>");

        var reply = await host.PostAsync("/customers/search", """{"text":"ada"}""");

        reply.Json["customers"]!.AsArray().Select(one => (string)one!["id"]!).Should().Equal($"{shown}");
        reply.Text.Should().NotContain("ecret");
        asked
            .Should()
            .OnlyContain(access => access.Tenant == WebHost.Acme && access.Operation == CustomerOperation.Read);
        asked.Select(access => access.Customer).Should().BeEquivalentTo([shown, secret.Value]);
    }

    [Fact]
    public async Task The_owner_of_an_address_is_not_named_to_who_may_not_read_them()
    {
        CustomerId? secret = null;
        await using var host = await WithCustomerPolicyAsync(access => access.Customer != secret);
        var ada = await host.ReceiveAsync();
        secret = await host.ReceiveAsync("secret@example.org");

        var reply = await host.PatchAsync(
            ada,
            """{"op":"add","field":"emails","value":{"address":"secret@example.org"},"version":"unset"}"""
        );

        reply.Code.Should().Be("identity-taken");
        reply.Text.Should().NotContain($"{secret}");
    }

    [Fact]
    public async Task The_position_of_a_search_hides_the_last_name_and_works_for_its_own_tenant_only()
    {
        await using var host = await WebHost.StartAsync();
        await host.ReceiveAsync("Zuse Secretname <a@example.com>");
        await host.ReceiveAsync("Zuse Secretname <b@example.com>");
        await host.ReceiveAsync("Zuse Secretname <c@example.org>", new TenantId("globex"));
        await host.ReceiveAsync("Zuse Secretname <d@example.org>", new TenantId("globex"));
        const string first = """{"order":"name","pageSize":1}""";

        var next = (string)(await host.PostAsync("/customers/search", first)).Json["next"]!;
        var body = $$"""{"order":"name","pageSize":1,"after":"{{next}}"}""";

        var decoded = Encoding.Latin1.GetString(
            Convert.FromBase64String(next.Replace('-', '+').Replace('_', '/').PadRight((next.Length + 3) / 4 * 4, '='))
        );
        decoded.Should().NotContainEquivalentOf("zuse").And.NotContainEquivalentOf("secretname");
        var second = await host.PostAsync("/customers/search", body);
        second.Json["customers"]!.AsArray().Should().ContainSingle();
        var foreign = await host.PostAsync("/customers/search", body, WebHost.Stranger);
        foreign.Status.Should().Be(HttpStatusCode.BadRequest);
        foreign.Code.Should().Be("invalid-search");
    }

    [Theory]
    [MemberData(nameof(CallsOfOneCustomer))]
    public async Task Nobody_gets_in_without_signing_in(string method, string path, string body)
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();

        var reply = await CallAsync(host, method, $"{id}/{path}", body, user: null);

        reply.Status.Should().Be(HttpStatusCode.Unauthorized);
        reply.Text.Should().BeEmpty();
    }

    [Theory]
    [InlineData("PATCH", "", WebHost.Reader)]
    [InlineData("POST", "photo/clear", WebHost.Reader)]
    [InlineData("POST", "photo/reset", WebHost.Reader)]
    [InlineData("POST", "suppress", WebHost.Kim)]
    [InlineData("POST", "unsuppress", WebHost.Kim)]
    [InlineData("POST", "providers/directory/remove-data", WebHost.Kim)]
    [InlineData("POST", "erase", WebHost.Kim)]
    [InlineData("POST", "providers/directory/check-now", WebHost.Kim)]
    [InlineData("GET", "export", WebHost.Kim)]
    [InlineData("GET", "sidebar", "eve;acme;visitor")]
    [InlineData("GET", "history", WebHost.Lee)]
    [InlineData("POST", "history/1/revert/preview", WebHost.Lee)]
    [InlineData("POST", "history/1/revert", WebHost.Lee)]
    [InlineData("POST", "history/1/revert/preview", WebHost.Historian)]
    [InlineData("POST", "history/1/revert", WebHost.Historian)]
    [InlineData("POST", "history/redact", WebHost.Kim)]
    [InlineData("GET", "merges", WebHost.Lee)]
    public async Task A_user_without_the_policy_is_refused(string method, string path, string user)
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();

        var reply = await CallAsync(host, method, $"{id}/{path}", "{}", user);

        reply.Status.Should().Be(HttpStatusCode.Forbidden);
        (await host.ProfileOfAsync(id)).Version.Should().Be(1);
    }

    [Theory]
    [InlineData("disable")]
    [InlineData("enable")]
    public async Task A_provider_is_disabled_and_enabled_by_a_supervisor_only(string turn)
    {
        await using var host = await WebHost.StartAsync();

        (await host.PostAsync($"/providers/directory/{turn}")).Status.Should().Be(HttpStatusCode.Forbidden);
        (await host.GetAsync("/providers")).Status.Should().Be(HttpStatusCode.Forbidden);
        (await host.PostAsync($"/providers/directory/{turn}", "{}", WebHost.Supervisor))
            .Status.Should()
            .Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("Sec-Fetch-Site", "same-origin, cross-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Origin", "file://127.0.0.1")]
    public async Task A_page_of_another_origin_changes_nothing(string header, string value)
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();

        await host.SaveAsync(id, edit => edit.Notes = "a note");
        var revert = await VersionOfPreviewAsync(host, id);
        (string Path, string Body)[] calls =
        [
            ("photo/clear", "{}"),
            ("history/1/revert/preview", "{}"),
            ("history/1/revert", revert),
            ("history/redact", """{"field":"notes"}"""),
            ("providers/directory/check-now", "{}"),
        ];
        await host.DrainAsync();
        host.Time.Advance(TimeSpan.FromHours(1));
        var before = (await host.ProfileOfAsync(id)).Version;
        foreach (var (path, body) in calls)
        {
            var reply = await host.PostAsync($"/customers/{id}/{path}", body, WebHost.Supervisor, (header, value));
            reply.Status.Should().Be(HttpStatusCode.Forbidden);
            reply.Code.Should().Be("foreign-origin");
        }

        var creation = await host.PostAsync("/customers", NewCustomer, WebHost.Supervisor, (header, value));
        creation.Code.Should().Be("foreign-origin");
        (await host.Profiles.ListAsync(new ProfileQuery())).Profiles.Should().ContainSingle();
        (await host.Profiles.GetSidebarAsync(id))!.Providers[0].IsPending.Should().BeFalse();
        (await host.ProfileOfAsync(id)).Version.Should().Be(before);
        (await host.Profiles.History.GetAsync(id))!.Entries.Should().OnlyContain(entry => !entry.Values[0].IsRemoved);
    }

    [Fact]
    public async Task A_page_of_another_origin_cannot_read()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();

        foreach (var path in new[] { "sidebar", "history", "export", "merges" })
        {
            var reply = await host.GetAsync(
                $"/customers/{id}/{path}",
                WebHost.Supervisor,
                ("Sec-Fetch-Site", "cross-site")
            );
            var plain = await host.GetAsync($"/customers/{id}/{path}", WebHost.Supervisor);

            reply.Status.Should().Be(HttpStatusCode.Forbidden);
            plain.Status.Should().Be(HttpStatusCode.OK);
            plain.Headers.Keys.Should().NotContain("Access-Control-Allow-Origin");
        }
    }

    [Fact]
    public async Task A_page_of_this_host_is_let_through()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        var path = $"/customers/{id}/photo/clear";
        var origin = host.Address.GetLeftPart(UriPartial.Authority);

        (await host.PostAsync(path, "{}", WebHost.Kim, ("Origin", origin))).Status.Should().Be(HttpStatusCode.OK);
        (await host.PostAsync(path, "{}", WebHost.Kim, ("Sec-Fetch-Site", "same-origin"), ("Origin", origin)))
            .Status.Should()
            .Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData(null)]
    public async Task A_body_of_another_content_type_is_refused(string? type)
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        await host.SaveAsync(id, edit => edit.Notes = "a note");
        var history = $"/customers/{id}/history";
        foreach (
            var path in new[]
            {
                $"/customers/{id}/photo/clear",
                "/customers",
                "/customers/search",
                $"/customers/{id}/providers/directory/check-now",
                $"{history}/1/revert/preview",
                $"{history}/1/revert",
                $"{history}/redact",
                "/merges/preview",
                "/merges",
                $"/merges/{CustomerId.New()}/undo",
            }
        )
        {
            using var content = new ByteArrayContent("{}"u8.ToArray());
            if (type is not null)
            {
                content.Headers.TryAddWithoutValidation("Content-Type", type);
            }

            var reply = await host.SendAsync(HttpMethod.Post, path, content, WebHost.Supervisor);

            reply.Status.Should().Be(HttpStatusCode.UnsupportedMediaType);
        }

        (await host.ProfileOfAsync(id)).Version.Should().Be(2);
    }

    [Theory]
    [InlineData("customers/search", true)]
    [InlineData("customers/search", false)]
    [InlineData("customers", true)]
    [InlineData("customers", false)]
    [InlineData("customers/{id}/history/1/revert/preview", true)]
    [InlineData("customers/{id}/history/1/revert/preview", false)]
    [InlineData("customers/{id}/history/1/revert", true)]
    [InlineData("customers/{id}/history/1/revert", false)]
    [InlineData("customers/{id}/history/redact", true)]
    [InlineData("customers/{id}/history/redact", false)]
    [InlineData("merges/preview", true)]
    [InlineData("merges/preview", false)]
    [InlineData("merges", true)]
    [InlineData("merges", false)]
    [InlineData("merges/{id}/undo", true)]
    [InlineData("merges/{id}/undo", false)]
    public async Task A_body_that_is_too_long_is_refused(string path, bool isAnnounced)
    {
        await using var host = await WebHost.StartAsync(options => options.MaxBodyBytes = 16 * 1024);
        var id = await host.ReceiveAsync();
        var body = Encoding.UTF8.GetBytes($$"""{"text":"{{new string('a', 20_000)}}"}""");
        using HttpContent content = isAnnounced ? new ByteArrayContent(body) : new StreamContent(new Unannounced(body));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");

        var reply = await host.SendAsync(
            HttpMethod.Post,
            $"/{path.Replace("{id}", $"{id}")}",
            content,
            WebHost.Supervisor
        );

        reply.Status.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        reply.Code.Should().Be("too-large");
    }

    [Fact]
    public async Task The_longest_notes_fit()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        var notes = string.Concat(Enumerable.Repeat("\U0001F600", EditLimits.Default.Notes));

        var reply = await host.PatchAsync(
            id,
            $$"""{"op":"set","field":"notes","value":{"text":"{{notes}}"},"version":"unset"}"""
        );

        reply.Status.Should().Be(HttpStatusCode.OK);
        (await host.ProfileOfAsync(id)).Notes.Should().Be(notes);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("..%2fproviders")]
    [InlineData("%00")]
    [InlineData("ada@example.com")]
    public async Task An_id_that_is_none_is_not_found(string id)
    {
        await using var host = await WebHost.StartAsync();
        await host.ReceiveAsync();

        var reply = await host.GetAsync($"/customers/{id}/sidebar");

        reply.Status.Should().BeOneOf(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
        reply.Text.Should().NotContain("ada");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"text":1}""")]
    [InlineData("""{"text":"a","text":"b"}""")]
    [InlineData("""{"order":"shuffled"}""")]
    [InlineData("""{"pageSize":0}""")]
    [InlineData("""{"pageSize":101}""")]
    [InlineData("""{"after":"nonsense"}""")]
    public async Task A_search_that_cannot_be_read_is_refused(string body)
    {
        await using var host = await WebHost.StartAsync();

        (await host.PostAsync("/customers/search", body)).Status.Should().Be(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_user_without_a_tenant_is_refused()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync(tenant: TenantId.Default);

        var reply = await host.GetAsync($"/customers/{id}/sidebar", "kim;;agent");

        reply.Status.Should().Be(HttpStatusCode.Forbidden);
        reply.Code.Should().Be("no-tenant");
    }

    [Fact]
    public async Task A_user_who_is_no_agent_changes_nothing()
    {
        await using var host = await WebHost.StartAsync(options => options.ResolveActor = _ => null);
        var id = await host.ReceiveAsync();

        (string Path, string Body)[] calls =
        [
            ("photo/clear", "{}"),
            ("suppress", "{}"),
            ("providers/directory/remove-data", "{}"),
            ("erase", "{}"),
            ("providers/directory/check-now", "{}"),
            ("history/1/revert/preview", "{}"),
            ("history/1/revert", """{"version":"x"}"""),
            ("history/redact", """{"field":"notes"}"""),
        ];
        foreach (var (path, body) in calls)
        {
            var reply = await host.PostAsync($"/customers/{id}/{path}", body, WebHost.Supervisor);
            reply.Status.Should().Be(HttpStatusCode.Forbidden);
            reply.Code.Should().Be("no-actor");
        }

        foreach (var path in new[] { "", $"/{CustomerId.New()}/undo" })
        {
            (await host.PostAsync($"/merges{path}", "{}", WebHost.Supervisor)).Code.Should().Be("no-actor");
        }

        (await host.PatchAsync(id, "", WebHost.Supervisor)).Code.Should().Be("no-actor");
        (await host.PostAsync("/customers", NewCustomer, WebHost.Supervisor)).Code.Should().Be("no-actor");
        (await host.Profiles.ListAsync(new ProfileQuery())).Profiles.Should().ContainSingle();
        (await host.ProfileOfAsync(id)).Version.Should().Be(1);
    }

    [Fact]
    public async Task No_response_with_data_may_be_kept_or_read_as_something_else()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();

        Reply[] replies =
        [
            await host.GetAsync($"/customers/{id}/sidebar"),
            await host.GetAsync($"/customers/{CustomerId.New()}/sidebar"),
            await host.PostAsync("/customers/search", """{"text":"ada"}"""),
            await host.GetAsync("/providers", WebHost.Supervisor),
            await host.GetAsync($"/customers/{id}/history"),
            await host.GetAsync($"/customers/{id}/history?before=x"),
            await host.PostAsync($"/customers/{id}/history/1/revert/preview"),
            await host.PostAsync("/customers", NewCustomer),
            await host.PostAsync("/customers", NewCustomer),
            await host.PostAsync("/customers", """{"emails":[{"address":"x"}]}"""),
            await host.PostAsync($"/customers/{id}/providers/directory/check-now", "{}", WebHost.Supervisor),
            await host.GetAsync($"/customers/{id}/export", WebHost.Supervisor),
            await host.GetAsync($"/customers/{CustomerId.New()}/export", WebHost.Supervisor),
            await host.GetAsync($"/customers/{id}/merges"),
            await host.PostAsync("/merges/preview"),
            await host.PostAsync("/merges"),
            await host.PostAsync($"/merges/{CustomerId.New()}/undo"),
        ];

        replies
            .Should()
            .OnlyContain(reply =>
                reply.Headers["Cache-Control"] == "no-store"
                && reply.Headers["X-Content-Type-Options"] == "nosniff"
                && reply.Headers["Referrer-Policy"] == "no-referrer"
            );
    }

    [Fact]
    public async Task A_failure_of_the_store_shows_and_logs_nothing_of_its_message()
    {
        await using var host = await WebHost.StartAsync(store: FailingStore.New());

        var reply = await host.GetAsync($"/customers/{CustomerId.New()}/sidebar");

        reply.Status.Should().Be(HttpStatusCode.ServiceUnavailable);
        reply.Code.Should().Be("unavailable");
        reply.Headers["Retry-After"].Should().Be("5");
        reply.Text.Should().NotContain("ada@example.com");
        host.Logs.Should().ContainSingle(log => log.Id.Id == 2200 && log.Level == LogLevel.Error);
        host.Logs.Should().NotContain(log => $"{log.Message} {log.Exception}".Contains("ada@example.com"));
    }

    [Fact]
    public async Task No_log_line_has_anything_personal()
    {
        await using var host = await WebHost.StartAsync(
            services: services =>
                services.AddHttpLogging(logging =>
                    logging.LoggingFields = (Microsoft.AspNetCore.HttpLogging.HttpLoggingFields)(-1)
                ),
            pipeline: application => application.UseHttpLogging()
        );
        var id = await host.ReceiveAsync();
        await host.PostAsync("/customers/search", """{"text":"Lovelace"}""");
        var version = await host.VersionOfAsync(id, "name");
        await host.PatchAsync(
            id,
            $$$"""{"op":"set","field":"name","value":{"full":"Ada Byron"},"version":"{{{version}}}"}"""
        );
        await host.PatchAsync(id, """{"op":"set","field":"bio","value":{"text":"Secretbio"},"version":"unset"}""");
        await host.GetAsync($"/customers/{id}/history");
        await host.PostAsync($"/customers/{id}/history/1/revert", await VersionOfPreviewAsync(host, id));
        await host.PostAsync($"/customers/{id}/history/redact", """{"field":"name"}""", WebHost.Supervisor);
        (await host.Profiles.History.GetAsync(id))!.Entries.Should().HaveCount(2);
        (await host.PostAsync("/customers", NewCustomer)).Status.Should().Be(HttpStatusCode.Created);
        (await host.PostAsync("/customers", NewCustomer)).Status.Should().Be(HttpStatusCode.Conflict);
        (await host.PostAsync("/customers", """{"websites":["ftp://hopper"]}"""))
            .Status.Should()
            .Be(HttpStatusCode.UnprocessableEntity);
        (await host.PostAsync("/customers", """{"identities":["hopper"]}"""))
            .Status.Should()
            .Be(HttpStatusCode.BadRequest);
        var export = await host.GetAsync($"/customers/{id}/export?agents=true", WebHost.Supervisor);
        export.Text.Should().Contain("ada@example.com");
        await host.PostAsync($"/customers/{id}/providers/directory/check-now", "{}", WebHost.Supervisor);

        var lines = host.Logs.Select(log => $"{log.Message} {log.Exception}").ToArray();

        lines.Should().NotBeEmpty();
        foreach (var secret in new[] { "Lovelace", "Byron", "ada@example.com", "Secretbio", "hopper", "7946" })
        {
            lines.Should().NotContain(line => line.Contains(secret, StringComparison.OrdinalIgnoreCase));
        }
    }

    /// <summary>The body that reverts the first change of a customer.</summary>
    private static async Task<string> VersionOfPreviewAsync(WebHost host, CustomerId id)
    {
        var preview = await host.PostAsync($"/customers/{id}/history/1/revert/preview");
        preview.Status.Should().Be(HttpStatusCode.OK);
        return $$"""{"version":"{{preview.Json["version"]}}"}""";
    }

    private static Task<WebHost> WithCustomerPolicyAsync(
        Func<CustomerAccess, bool> allows,
        ICustomerProfileStore? store = null
    ) =>
        WebHost.StartAsync(
            options => options.CustomerPolicy = "customer",
            services =>
                services
                    .AddAuthorizationBuilder()
                    .AddPolicy(
                        "customer",
                        policy => policy.RequireAssertion(context => allows((CustomerAccess)context.Resource!))
                    ),
            store: store
        );

    private static Task<Reply> CallAsync(WebHost host, string method, string path, string body, string? user) =>
        host.SendAsync(
            new HttpMethod(method),
            $"/customers/{path.TrimEnd('/')}",
            method == "GET" ? null : WebHost.Json(body),
            user
        );

    /// <summary>A stream of unknown length, so that the body is sent in chunks.</summary>
    private sealed class Unannounced(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;
    }
}
