using System.Net;
using System.Text.Json.Nodes;
using CustomerProfiles.AspNetCore.Tests.Support;
using CustomerProfiles.Stores;

namespace CustomerProfiles.AspNetCore.Tests;

/// <summary>Exporting everything that is held about a customer, over HTTP.</summary>
public sealed class ExportTests
{
    [Fact]
    public async Task The_export_is_a_download_of_the_document_named_after_the_id_alone()
    {
        await using var host = await WebHost.StartAsync();
        var id = await NotedAsync(host);

        var reply = await ExportAsync(host, id);

        reply.Status.Should().Be(HttpStatusCode.OK);
        reply.Headers["Content-Type"].Should().Be("application/json");
        reply.Headers["Cache-Control"].Should().Be("no-store");
        reply
            .Headers["Content-Disposition"]
            .Should()
            .Be($"attachment; filename=customer-{id}.json; filename*=UTF-8''customer-{id}.json");
        reply.Text.Should().Be((await host.Profiles.Privacy.ExportAsync(id))!.ToJson());
        ((string)reply.Json["format"]!).Should().Be("customerprofiles/1");
    }

    [Fact]
    public async Task Nothing_of_the_path_gets_into_the_name_of_the_file()
    {
        await using var host = await WebHost.StartAsync();
        var id = await NotedAsync(host);

        var reply = await host.GetAsync(
            $"/customers/{{{id.ToString().ToUpperInvariant()}}}/export",
            WebHost.Supervisor
        );

        reply.Status.Should().Be(HttpStatusCode.OK);
        reply.Headers["Content-Disposition"].Should().Contain($"filename=customer-{id}.json;");
    }

    [Theory]
    [InlineData("", true, false)]
    [InlineData("?notes=true&agents=false", true, false)]
    [InlineData("?notes=false", false, false)]
    [InlineData("?agents=true", true, true)]
    [InlineData("?notes=false&agents=true", false, true)]
    public async Task Notes_are_included_and_agents_are_not_unless_the_query_says_so(
        string query,
        bool hasNotes,
        bool hasAgents
    )
    {
        await using var host = await WebHost.StartAsync();
        var id = await NotedAsync(host);

        var reply = await ExportAsync(host, id, query);

        Fields(reply).Contains("notes").Should().Be(hasNotes);
        reply.Text.Contains("Secret notes").Should().Be(hasNotes);
        reply.Text.Contains("\"lee-the-agent\"").Should().Be(hasAgents);
        Fields(reply).Should().Contain("company");
    }

    [Theory]
    [InlineData("?notes=no")]
    [InlineData("?agents=1")]
    [InlineData("?notes=false&notes=true")]
    public async Task A_flag_that_cannot_be_read_is_refused(string query)
    {
        await using var host = await WebHost.StartAsync();
        var id = await NotedAsync(host);

        var reply = await ExportAsync(host, id, query);

        reply.Status.Should().Be(HttpStatusCode.BadRequest);
        reply.Code.Should().Be("invalid-query");
        reply.Headers.Should().NotContainKey("Content-Disposition");
    }

    [Fact]
    public async Task A_store_that_cannot_export_is_named_as_the_reason()
    {
        var time = new TestTime();
        var (store, _) = InterceptedStore.Around(new InMemoryCustomerProfileStore(time));
        await using var host = await WebHost.StartAsync(store: store);
        var id = await host.ReceiveAsync();

        var reply = await ExportAsync(host, id);

        reply.Status.Should().Be(HttpStatusCode.NotImplemented);
        reply.Code.Should().Be("export-unsupported");
    }

    private static async Task<CustomerId> NotedAsync(WebHost host)
    {
        var id = await host.ReceiveAsync();
        await host.SaveAsync(
            id,
            edit => (edit.Company, edit.Notes) = ("Engines", "Secret notes"),
            agent: "lee-the-agent"
        );
        return id;
    }

    private static Task<Reply> ExportAsync(WebHost host, CustomerId id, string query = "") =>
        host.GetAsync($"/customers/{id}/export{query}", WebHost.Supervisor);

    private static string[] Fields(Reply reply) =>
        [.. reply.Json["values"]!.AsArray().Select(value => (string)((JsonNode)value!)["field"]!)];
}
