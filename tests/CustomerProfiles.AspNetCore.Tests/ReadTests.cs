using System.Net;
using CustomerProfiles.AspNetCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.AspNetCore.Tests;

public sealed class ReadTests
{
    [Fact]
    public async Task The_sidebar_has_every_field_with_its_source_and_version()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        await host.DrainAsync();

        var reply = await host.GetAsync($"/customers/{id}/sidebar");

        var view = reply.Json;
        reply.Headers["Content-Type"].Should().StartWith("application/json");
        ((string)view["id"]!).Should().Be($"{id}");
        ((string)view["displayName"]!).Should().Be("Ada Lovelace");
        ((string)view["initials"]!).Should().Be("AL");
        view["fields"]!
            .AsArray()
            .Select(field => (string)field!["code"]!)
            .Should()
            .BeEquivalentTo(ProfileField.All.Select(field => field.Code));
        var location = reply.Field("location");
        ((bool)location["isEditable"]!).Should().BeFalse();
        ((string)location["correctAt"]!).Should().Be("https://directory.example.org/claim");
        ((string)location["entries"]![0]!["text"]!).Should().Be("London");
        ((string)location["entries"]![0]!["source"]!["kind"]!).Should().Be("provider");
        ((string)location["entries"]![0]!["source"]!["by"]!).Should().Be("directory");
        ((string)location["entries"]![0]!["source"]!["at"]!).Should().Be("2026-03-01T12:00:00Z");
        var name = reply.Field("name");
        ((string)name["version"]!).Should().Be((string)name["entries"]![0]!["version"]!);
        ((string)name["entries"]![0]!["source"]!["kind"]!).Should().Be("conversation");
        name["entries"]![0]!["source"]!["by"].Should().BeNull("the id of a conversation is no name to show");
        var provider = view["providers"]![0]!;
        ((string)provider["lastOutcome"]!).Should().Be("Matched");
        ((bool)provider["isPending"]!).Should().BeFalse();
        ((string)provider["nextCheckAfter"]!).Should().Be("2026-05-01T12:00:00Z");
    }

    [Theory]
    [InlineData(WebHost.Reader, false, false)]
    [InlineData(WebHost.Kim, true, false)]
    [InlineData(WebHost.Supervisor, true, true)]
    public async Task The_sidebar_says_what_the_caller_may_do(string user, bool edit, bool administer)
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();

        var permissions = (await host.GetAsync($"/customers/{id}/sidebar", user)).Json["permissions"]!;

        ((bool)permissions["edit"]!, (bool)permissions["administer"]!).Should().Be((edit, administer));
        ((bool)permissions["addProperties"]!).Should().Be(edit);
    }

    [Fact]
    public async Task Where_unknown_properties_are_refused_nobody_is_offered_to_add_one()
    {
        await using var host = await WebHost.StartAsync(services: services =>
            services.Configure<CustomerProfilesOptions>(options => options.AllowUnknownProperties = false)
        );
        var id = await host.ReceiveAsync();

        var permissions = (await host.GetAsync($"/customers/{id}/sidebar", WebHost.Kim)).Json["permissions"]!;

        ((bool)permissions["edit"]!, (bool)permissions["addProperties"]!).Should().Be((true, false));
    }

    [Fact]
    public async Task The_sidebar_lists_who_was_merged_into_the_customer_for_those_who_may_merge()
    {
        await using var host = await WebHost.StartAsync();
        var (first, second, into) = (
            await host.ReceiveAsync("one@example.org"),
            await host.ReceiveAsync("two@example.org"),
            await host.ReceiveAsync()
        );
        (await host.GetAsync($"/customers/{into}/sidebar")).Json["merges"]!.AsArray().Should().BeEmpty();
        var inner = await host.MergeAsync(first, second);
        host.Time.Advance(TimeSpan.FromDays(1));
        var outer = await host.MergeAsync(second, into);

        var merges = (await host.GetAsync($"/customers/{first}/sidebar", WebHost.Kim)).Json["merges"]!.AsArray();

        merges
            .Select(one => ((string)one!["id"]!, (string)one["from"]!, (string)one["into"]!, (bool)one["canUndo"]!))
            .Should()
            .Equal(($"{outer}", $"{second}", $"{into}", true), ($"{inner}", $"{first}", $"{second}", false));
        ((string)merges[0]!["at"]!, (string)merges[0]!["by"]!).Should().Be(("2026-03-02T12:00:00Z", "lee"));
        ((string)merges[0]!["undoUntil"]!).Should().Be("2026-05-31T12:00:00Z");
        foreach (var user in new[] { WebHost.Reader, WebHost.Lee })
        {
            var shown = await host.GetAsync($"/customers/{into}/sidebar", user);
            shown.Json["merges"]!.AsArray().Should().BeEmpty();
            shown.Text.Should().NotContain($"{first}").And.NotContain($"{second}");
        }

        host.Time.Advance(TimeSpan.FromDays(91));
        var old = (await host.GetAsync($"/customers/{into}/sidebar")).Json["merges"]![0]!;
        ((bool)old["canUndo"]!).Should().BeFalse("it is too late");
    }

    [Fact]
    public async Task The_data_of_a_provider_is_removed_from_every_profile_of_the_tenant_and_of_no_other()
    {
        await using var host = await WebHost.StartAsync();
        var globex = new TenantId("globex");
        var (ada, grace) = (await host.ReceiveAsync(), await host.ReceiveAsync("grace@example.org"));
        var other = await host.ReceiveAsync("zoe@example.net", globex);
        await host.DrainAsync();
        await host.ReceiveAsync("later@example.org");

        foreach (var user in new[] { null, WebHost.Kim, WebHost.Reader })
        {
            var refused = await host.PostAsync("/providers/directory/remove-data", "{}", user);
            refused.Status.Should().Be(user is null ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden);
        }

        (await host.ProfileOfAsync(ada)).Location.Should().Be("London");
        var reply = await host.PostAsync("/providers/directory/remove-data", "{}", WebHost.Supervisor);
        var again = await host.PostAsync("/providers/directory/remove-data", "{}", WebHost.Supervisor);
        var unknown = await host.PostAsync("/providers/gone/remove-data", "{}", WebHost.Supervisor);

        reply.Status.Should().Be(HttpStatusCode.OK);
        ((int)reply.Json["changed"]!, (int)again.Json["changed"]!, (int)unknown.Json["changed"]!)
            .Should()
            .Be((2, 0, 0));
        (await host.ProfileOfAsync(ada)).Location.Should().BeNull();
        (await host.ProfileOfAsync(grace)).Location.Should().BeNull();
        (await host.Profiles.ForTenant(globex).GetAsync(other))!.Location.Should().Be("London");
        var history = (await host.Profiles.History.GetAsync(ada))!;
        history.Entries[0].By.By.Should().Be("sam");
    }

    [Fact]
    public async Task Removing_data_from_every_profile_asks_the_resource_check_about_everybody()
    {
        var asked = new List<CustomerAccess>();
        await using var host = await WebHost.StartAsync(
            web => web.CustomerPolicy = "customer",
            services =>
                services
                    .AddAuthorizationBuilder()
                    .AddPolicy(
                        "customer",
                        policy =>
                            policy.RequireAssertion(context =>
                            {
                                asked.Add((CustomerAccess)context.Resource!);
                                return asked[^1].Customer is not null;
                            })
                    )
        );
        var id = await host.ReceiveAsync();
        await host.DrainAsync();

        var reply = await host.PostAsync("/providers/directory/remove-data", "{}", WebHost.Supervisor);

        (reply.Status, reply.Code).Should().Be((HttpStatusCode.Forbidden, "not-allowed"));
        asked
            .Select(access => (access.Tenant, access.Customer, access.Operation))
            .Should()
            .Equal((WebHost.Acme, null, CustomerOperation.Administer));
        (await host.ProfileOfAsync(id)).Location.Should().Be("London");
    }

    [Fact]
    public async Task A_property_has_its_type_its_options_and_what_does_not_fit()
    {
        await using var host = await WebHost.StartAsync(services: services =>
            services.Configure<CustomerProfilesOptions>(options =>
            {
                options.Properties.Add(
                    PropertyDefinition.Option(
                        "plan",
                        "Plan",
                        new PropertyOption("pro", "Professional"),
                        new PropertyOption("old", "Old plan") { IsArchived = true }
                    )
                );
                options.Properties.Add(PropertyDefinition.Number("seats", "Seats") with { IsArchived = true });
                options.Properties.Add(PropertyDefinition.Boolean("vip", "Important"));
            })
        );
        var row = new ImportRow
        {
            Id = "1",
            Profile = new NewProfile
            {
                Custom = new Dictionary<string, string>
                {
                    ["plan"] = "pro",
                    ["seats"] = "a dozen",
                    ["other"] = "x",
                },
            },
        };
        var imported = host.Profiles.ImportAsync(
            new[] { row }.ToAsyncEnumerable(),
            new ImportOptions { System = "old-crm" }
        );
        var id = ((ImportOutcome.Created)(await imported.SingleAsync()).Outcome).Id;

        var view = await host.GetAsync($"/customers/{id}/sidebar");

        var plan = view.Field("custom:plan");
        ((string)plan["property"]!["type"]!, (bool)plan["property"]!["isArchived"]!).Should().Be(("option", false));
        plan["property"]!["options"]!
            .AsArray()
            .Select(one => ((string)one!["code"]!, (string)one["label"]!, (bool)one["isArchived"]!))
            .Should()
            .Equal(("pro", "Professional", false), ("old", "Old plan", true));
        var entry = plan["entries"]![0]!;
        ((string)entry["text"]!, (string)entry["value"]!["text"]!).Should().Be(("Professional", "pro"));
        plan["unfit"].Should().BeNull();
        var seats = view.Field("custom:seats");
        ((string)seats["property"]!["type"]!, (string)seats["unfit"]!).Should().Be(("number", "WrongType"));
        ((bool)seats["property"]!["isArchived"]!).Should().BeTrue();
        ((string)view.Field("custom:vip")["property"]!["type"]!).Should().Be("boolean");
        view.Field("custom:other")["property"].Should().BeNull("it is not defined");
        view.Field("notes")["property"].Should().BeNull();
    }

    [Fact]
    public async Task The_label_of_the_host_is_told_from_the_librarys_own()
    {
        await using var host = await WebHost.StartAsync(services: services =>
            services.AddCustomerProfiles(options =>
                options.FieldLabels = (field, _) => field == ProfileField.Company ? "Organisation" : null
            )
        );
        var id = await host.ReceiveAsync();

        var company = await host.FieldAsync(id, "company");
        var title = await host.FieldAsync(id, "job-title");

        ((string)company["label"]!, (bool)company["hasOwnLabel"]!).Should().Be(("Organisation", true));
        ((string)title["label"]!, (bool)title["hasOwnLabel"]!).Should().Be(("Job title", false));
    }

    [Fact]
    public async Task A_search_is_read_page_by_page()
    {
        await using var host = await WebHost.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await host.ReceiveAsync($"Person {i} <person{i}@example.com>");
        }

        var names = new List<string>();
        string? after = null;
        var pages = 0;
        do
        {
            var body = after is null ? "" : $$""","after":"{{after}}" """;
            var page = (
                await host.PostAsync("/customers/search", $$"""{"text":"person","order":"name","pageSize":2{{body}}}""")
            ).Json;
            names.AddRange(page["customers"]!.AsArray().Select(one => (string)one!["displayName"]!));
            after = (string?)page["next"];
            pages++;
        } while (after is not null);

        names.Should().Equal("Person 0", "Person 1", "Person 2", "Person 3", "Person 4");
        pages.Should().Be(3);
    }

    [Fact]
    public async Task A_found_customer_has_what_a_list_shows()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        await host.DrainAsync();

        var found = (await host.PostAsync("/customers/search", """{"company":"engines"}""")).Json["customers"]![0]!;

        ((string)found["id"]!).Should().Be($"{id}");
        ((string)found["displayName"]!).Should().Be("Ada Lovelace");
        ((string)found["company"]!).Should().Be("Engines");
        ((string)found["email"]!).Should().Be("ada@example.com");
    }

    [Fact]
    public async Task A_provider_is_disabled_and_enabled()
    {
        await using var host = await WebHost.StartAsync();

        var disabled = await host.PostAsync("/providers/directory/disable", "{}", WebHost.Supervisor);
        var provider = disabled.Json["providers"]![0]!;
        ((string)provider["name"]!, (bool)provider["isEnabled"]!).Should().Be(("directory", false));
        ((string)provider["changedBy"]!).Should().Be("sam");
        (await host.Profiles.GetProvidersAsync())[0].IsEnabled.Should().BeFalse();

        await host.PostAsync("/providers/directory/enable", "{}", WebHost.Supervisor);
        (await host.Profiles.GetProvidersAsync())[0].IsEnabled.Should().BeTrue();
    }

    [Theory]
    [InlineData("disable")]
    [InlineData("enable")]
    public async Task A_provider_that_is_not_registered_is_not_found(string turn)
    {
        await using var host = await WebHost.StartAsync();

        var reply = await host.PostAsync($"/providers/other/{turn}", "{}", WebHost.Supervisor);

        reply.Status.Should().Be(HttpStatusCode.NotFound);
        reply.Code.Should().Be("unknown-provider");
    }

    [Fact]
    public async Task A_providers_data_is_removed_from_one_customer()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        await host.DrainAsync();

        var reply = await host.PostAsync($"/customers/{id}/providers/directory/remove-data", "{}", WebHost.Supervisor);

        reply.Field("location")["entries"]!.AsArray().Should().BeEmpty();
        (await host.ProfileOfAsync(id)).Location.Should().BeNull();
        (await host.ProfileOfAsync(id)).Name!.Full.Should().Be("Ada Lovelace");
    }

    [Fact]
    public async Task A_customer_is_suppressed_and_unsuppressed()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();

        var suppressed = await host.PostAsync($"/customers/{id}/suppress", "{}", WebHost.Supervisor);
        ((bool)suppressed.Json["isSuppressed"]!).Should().BeTrue();

        var again = await host.PostAsync($"/customers/{id}/unsuppress", "{}", WebHost.Supervisor);
        ((bool)again.Json["isSuppressed"]!).Should().BeFalse();
    }
}
