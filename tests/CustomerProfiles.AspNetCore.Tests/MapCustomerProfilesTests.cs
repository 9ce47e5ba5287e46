using System.Net;
using CustomerProfiles.AspNetCore.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CustomerProfiles.AspNetCore.Tests;

public sealed class MapCustomerProfilesTests
{
    public static TheoryData<string, Action<CustomerProfilesWebOptions>> WrongOptions =>
        new()
        {
            { "CustomerProfilesWebOptions.ReadPolicy", options => options.ReadPolicy = null },
            { "CustomerProfilesWebOptions.ReadPolicy", options => options.ReadPolicy = " " },
            { "CustomerProfilesWebOptions.EditPolicy", options => options.EditPolicy = "" },
            { "CustomerProfilesWebOptions.HistoryPolicy", options => options.HistoryPolicy = " " },
            { "CustomerProfilesWebOptions.MergePolicy", options => options.MergePolicy = " " },
            {
                "CustomerProfilesWebOptions.ResolveActor",
                options =>
                {
                    options.EditPolicy = options.HistoryPolicy = options.AdministerPolicy = null;
                    options.ResolveActor = null;
                }
            },
            { "CustomerProfilesWebOptions.ResolveTenant", options => options.ResolveTenant = null },
            { "CustomerProfilesWebOptions.ResolveActor", options => options.ResolveActor = null },
            { "CustomerProfilesWebOptions.MaxBodyBytes", options => options.MaxBodyBytes = 1 },
            { "CustomerProfilesWebOptions.Texts", options => options.Texts = null! },
            { "CustomerProfilesWebOptions.Texts", options => options.Texts["../x"] = new Dictionary<string, string>() },
            {
                "CustomerProfilesWebOptions.Texts",
                options => options.Texts["fr"] = new Dictionary<string, string> { ["sav"] = "Enregistrer" }
            },
        };

    [Theory]
    [MemberData(nameof(WrongOptions))]
    public async Task A_wrong_option_prevents_the_start_and_is_named(
        string option,
        Action<CustomerProfilesWebOptions> set
    ) =>
        (await FluentActions.Awaiting(() => WebHost.StartAsync(set)).Should().ThrowAsync<OptionsValidationException>())
            .Which.Message.Should()
            .Contain(option);

    [Fact]
    public async Task No_policy_at_all_prevents_the_start() =>
        (
            await FluentActions
                .Awaiting(() =>
                    WebHost.StartAsync(options =>
                        options.ReadPolicy = options.EditPolicy = options.MergePolicy = options.AdministerPolicy = null
                    )
                )
                .Should()
                .ThrowAsync<OptionsValidationException>()
        )
            .Which.Message.Should()
            .Contain("CustomerProfilesWebOptions.ReadPolicy");

    [Theory]
    [InlineData("EditPolicy")]
    [InlineData("HistoryPolicy")]
    [InlineData("MergePolicy")]
    [InlineData("CustomerPolicy")]
    public async Task A_policy_that_does_not_exist_prevents_the_start(string option) =>
        (
            await FluentActions
                .Awaiting(() =>
                    WebHost.StartAsync(options =>
                        typeof(CustomerProfilesWebOptions).GetProperty(option)!.SetValue(options, "misspelt")
                    )
                )
                .Should()
                .ThrowAsync<InvalidOperationException>()
        )
            .Which.Message.Should()
            .Contain(option)
            .And.Contain("misspelt");

    [Fact]
    public void Mapping_without_the_services_names_the_missing_call()
    {
        var application = WebApplication.CreateSlimBuilder().Build();

        application
            .Invoking(it => it.MapCustomerProfiles())
            .Should()
            .Throw<InvalidOperationException>()
            .Which.Message.Should()
            .Contain("AddWebApi");
    }

    [Fact]
    public async Task A_group_without_a_policy_is_not_mapped()
    {
        await using var host = await WebHost.StartAsync(options =>
        {
            options.EditPolicy = options.HistoryPolicy = options.MergePolicy = options.AdministerPolicy = null;
            options.ResolveActor = null;
        });
        var id = await host.ReceiveAsync();

        (await host.GetAsync($"/customers/{id}/sidebar")).Status.Should().Be(HttpStatusCode.OK);
        (await host.PatchAsync(id, "", WebHost.Supervisor)).Status.Should().Be(HttpStatusCode.NotFound);
        (await host.PostAsync($"/customers/{id}/photo/clear", "{}", WebHost.Supervisor))
            .Status.Should()
            .Be(HttpStatusCode.NotFound);
        (await host.PostAsync("/customers", "{}", WebHost.Supervisor)).Status.Should().Be(HttpStatusCode.NotFound);
        (await host.PostAsync($"/customers/{id}/suppress", "{}", WebHost.Supervisor))
            .Status.Should()
            .Be(HttpStatusCode.NotFound);
        (await host.PostAsync($"/customers/{id}/providers/directory/check-now", "{}", WebHost.Supervisor))
            .Status.Should()
            .Be(HttpStatusCode.NotFound);
        (await host.GetAsync($"/customers/{id}/export", WebHost.Supervisor))
            .Status.Should()
            .Be(HttpStatusCode.NotFound);
        (await host.GetAsync("/providers", WebHost.Supervisor)).Status.Should().Be(HttpStatusCode.NotFound);
        (await host.GetAsync($"/customers/{id}/history", WebHost.Supervisor))
            .Status.Should()
            .Be(HttpStatusCode.NotFound);
        (await host.GetAsync($"/customers/{id}/merges", WebHost.Supervisor))
            .Status.Should()
            .Be(HttpStatusCode.NotFound);
        foreach (var path in new[] { "", "/preview", $"/{id}/undo" })
        {
            (await host.PostAsync($"/merges{path}", "{}", WebHost.Supervisor))
                .Status.Should()
                .Be(HttpStatusCode.NotFound);
        }
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public async Task Reverting_is_mapped_with_the_policies_for_history_and_editing_only(
        bool hasHistory,
        bool hasEdit,
        bool isMapped
    )
    {
        await using var host = await WebHost.StartAsync(options =>
        {
            options.HistoryPolicy = hasHistory ? "historians" : null;
            options.EditPolicy = hasEdit ? "agents" : null;
        });
        var id = await host.ReceiveAsync();
        await host.SaveAsync(id, edit => edit.Notes = "a note");

        var history = await host.GetAsync($"/customers/{id}/history");
        var preview = await host.PostAsync($"/customers/{id}/history/1/revert/preview");
        var revert = await host.PostAsync($"/customers/{id}/history/1/revert");

        history.Status.Should().Be(hasHistory ? HttpStatusCode.OK : HttpStatusCode.NotFound);
        preview.Status.Should().Be(isMapped ? HttpStatusCode.OK : HttpStatusCode.NotFound);
        revert.Status.Should().Be(isMapped ? HttpStatusCode.PreconditionRequired : HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Allowing_anonymous_access_on_the_builder_prevents_the_start() =>
        (
            await FluentActions
                .Awaiting(() => WebHost.StartAsync(map: endpoints => endpoints.MapCustomerProfiles().AllowAnonymous()))
                .Should()
                .ThrowAsync<InvalidOperationException>()
        )
            .Which.Message.Should()
            .Contain("AllowAnonymous");

    [Fact]
    public async Task The_conventions_of_the_builder_reach_every_endpoint()
    {
        var mark = new object();
        await using var host = await WebHost.StartAsync(map: endpoints =>
            endpoints.MapCustomerProfiles("/profiles").WithMetadata(mark)
        );

        var endpoints = host
            .Services.GetRequiredService<Microsoft.AspNetCore.Routing.EndpointDataSource>()
            .Endpoints.ToArray();

        endpoints.Should().HaveCountGreaterThan(10);
        endpoints.Should().OnlyContain(endpoint => endpoint.Metadata.Contains(mark));
    }
}
