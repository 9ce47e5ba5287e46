using System.Net;
using CustomerProfiles.AspNetCore.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.AspNetCore.Tests;

/// <summary>Attempts to see or change a customer by merging, and by the id of an absorbed customer.</summary>
public sealed class MergeAttackTests
{
    private const string Secret = "Secretvalue";

    public static TheoryData<string, string, string> CallsOfOneCustomer => AttackTests.CallsOfOneCustomer;

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData(WebHost.Lee, HttpStatusCode.Forbidden)]
    [InlineData(WebHost.Historian, HttpStatusCode.Forbidden)]
    [InlineData("eve;acme;supervisor", HttpStatusCode.Forbidden)]
    [InlineData("eve;;merger", HttpStatusCode.Forbidden)]
    public async Task Who_lacks_the_policy_merges_and_undoes_nothing(string? user, HttpStatusCode status)
    {
        await using var host = await WebHost.StartAsync();
        var (from, into, merge) = await ThreeAsync(host);

        foreach (var (path, body) in Calls(from, into, merge))
        {
            var reply = await host.PostAsync(path, body, user);
            reply.Status.Should().Be(status);
            reply.Text.Should().NotContain(Secret);
        }

        await NothingHappenedAsync(host, from, into);
    }

    [Fact]
    public async Task Customers_and_merges_of_another_tenant_are_not_found_like_nobody()
    {
        await using var host = await WebHost.StartAsync();
        var (from, into, merge) = await ThreeAsync(host);
        var own = await host.ReceiveAsync("zoe@example.net", new TenantId("globex"));

        foreach (
            var (mine, theirs) in new[] { (own, into), (from, own), (from, into) }.Select(pair =>
                (
                    Calls(pair.Item1, pair.Item2, merge),
                    Calls(
                        pair.Item1 == own ? own : CustomerId.New(),
                        pair.Item2 == own ? own : CustomerId.New(),
                        MergeId.From(Guid.CreateVersion7())
                    )
                )
            )
        )
        {
            foreach (var (call, nobody) in mine.Zip(theirs))
            {
                var reply = await host.PostAsync(call.Path, call.Body, WebHost.Stranger);
                var other = await host.PostAsync(nobody.Path, nobody.Body, WebHost.Stranger);
                reply.Status.Should().Be(HttpStatusCode.NotFound);
                reply.Text.Should().Be(other.Text);
            }
        }

        await NothingHappenedAsync(host, from, into);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("%00")]
    [InlineData("..%2fpreview")]
    public async Task An_id_that_is_no_merge_is_not_found(string merge)
    {
        await using var host = await WebHost.StartAsync();

        var reply = await host.PostAsync($"/merges/{merge}/undo");

        reply.Status.Should().BeOneOf(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Neither_side_of_a_merge_may_be_one_whom_the_resource_check_refuses(bool isFrom)
    {
        CustomerId? secret = null;
        await using var host = await WithCustomerPolicyAsync(access => access.Customer != secret);
        var (from, into, _) = await ThreeAsync(host);
        secret = isFrom ? from : into;

        foreach (var (path, body) in Calls(from, into, default).Take(2))
        {
            var reply = await host.PostAsync(path, body);
            reply.Status.Should().Be(HttpStatusCode.NotFound);
            reply.Code.Should().Be("not-found");
        }

        await NothingHappenedAsync(host, from, into);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_may_read_both_sides_and_merge_only_one_is_refused(bool isFrom)
    {
        CustomerId? locked = null;
        await using var host = await WithCustomerPolicyAsync(access =>
            access.Customer != locked || access.Operation != CustomerOperation.Merge
        );
        var (from, into, _) = await ThreeAsync(host);
        locked = isFrom ? from : into;

        foreach (var (path, body) in Calls(from, into, default).Take(2))
        {
            var reply = await host.PostAsync(path, body);
            reply.Status.Should().Be(HttpStatusCode.Forbidden);
            reply.Code.Should().Be("not-allowed");
            reply.Text.Should().NotContain(Secret);
        }

        await NothingHappenedAsync(host, from, into);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_absorbed_id_merges_nobody_whom_the_caller_may_not_read(bool isFrom)
    {
        CustomerId? secret = null;
        await using var host = await WithCustomerPolicyAsync(access => access.Customer != secret);
        var (absorbed, other, _) = await ThreeAsync(host);
        secret = await host.ReceiveAsync($"{Secret} <secret@example.org>");
        await host.MergeAsync(absorbed, secret.Value);

        foreach (var (path, body) in Calls(isFrom ? absorbed : other, isFrom ? other : absorbed, default).Take(2))
        {
            var reply = await host.PostAsync(path, body);
            reply.Status.Should().Be(HttpStatusCode.NotFound);
            reply.Text.Should().NotContain(Secret).And.NotContain($"{secret}");
        }

        (await host.ProfileOfAsync(other)).Id.Should().Be(other);
    }

    [Theory]
    [MemberData(nameof(CallsOfOneCustomer))]
    public async Task An_absorbed_id_shows_and_changes_nobody_whom_the_caller_may_not_read(
        string method,
        string path,
        string body
    )
    {
        CustomerId? secret = null;
        await using var host = await WithCustomerPolicyAsync(access => access.Customer != secret);
        var absorbed = await host.ReceiveAsync();
        secret = await host.ReceiveAsync($"{Secret} <secret@example.org>");
        await host.MergeAsync(absorbed, secret.Value);

        var refused = await CallAsync(host, method, $"{absorbed}/{path}", body);
        var nobody = await CallAsync(host, method, $"{CustomerId.New()}/{path}", body);

        refused.Status.Should().Be(HttpStatusCode.NotFound);
        refused.Text.Should().Be(nobody.Text);
        (await host.ProfileOfAsync(secret.Value)).Version.Should().Be(2, "the merge made the second");
        (await host.Profiles.GetSidebarAsync(secret.Value))!.IsSuppressed.Should().BeFalse();
    }

    [Theory]
    [MemberData(nameof(CallsOfOneCustomer))]
    public async Task The_resource_check_is_asked_about_the_survivor_of_an_absorbed_id(
        string method,
        string path,
        string body
    )
    {
        var asked = new List<CustomerAccess>();
        await using var host = await WithCustomerPolicyAsync(access =>
        {
            asked.Add(access);
            return true;
        });
        var absorbed = await host.ReceiveAsync();
        var survivor = await host.ReceiveAsync("countess@example.org");
        await host.MergeAsync(absorbed, survivor);

        await CallAsync(host, method, $"{absorbed}/{path}", body);

        asked.Should().NotBeEmpty();
        asked.Should().OnlyContain(access => access.Customer == survivor);
    }

    [Theory]
    [MemberData(nameof(CallsOfOneCustomer))]
    public async Task A_merge_between_the_resource_check_and_the_reading_shows_nothing_of_the_other(
        string method,
        string path,
        string body
    )
    {
        WebHost? running = null;
        CustomerId? shown = null;
        CustomerId? secret = null;
        await using var host = await WithCustomerPolicyAsync(async access =>
        {
            if (access.Customer is { } id && id == shown && (await running!.ProfileOfAsync(id)).Id == id)
            {
                await running.MergeAsync(id, secret!.Value);
            }

            return access.Customer != secret;
        });
        running = host;
        shown = await host.ReceiveAsync();
        secret = await host.ReceiveAsync("secret@example.org");
        await host.SaveAsync(secret.Value, edit => (edit.Notes, edit.Company) = (Secret, Secret));

        var reply = await CallAsync(host, method, $"{shown}/{path}", body);

        (await host.ProfileOfAsync(shown.Value)).Id.Should().Be(secret.Value, "the merge came in between");
        reply.Text.Should().NotContain(Secret).And.NotContain($"{secret}");
    }

    [Theory]
    [InlineData(CustomerOperation.Read, HttpStatusCode.NotFound, "merge-not-found")]
    [InlineData(CustomerOperation.Merge, HttpStatusCode.Forbidden, "not-allowed")]
    public async Task Undoing_a_merge_asks_about_the_survivor_and_about_who_would_come_back(
        CustomerOperation refused,
        HttpStatusCode status,
        string code
    )
    {
        CustomerId? locked = null;
        await using var host = await WithCustomerPolicyAsync(access =>
            access.Customer != locked || access.Operation != refused
        );
        var (from, into, _) = await ThreeAsync(host);
        var merge = await host.MergeAsync(from, into);

        foreach (var side in new[] { from, into })
        {
            locked = side;
            var reply = await host.PostAsync($"/merges/{merge}/undo");
            (reply.Status, reply.Code).Should().Be((status, code));
        }

        (await host.ProfileOfAsync(from)).Id.Should().Be(into, "nothing was undone");
        locked = null;
        (await host.PostAsync($"/merges/{merge}/undo")).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_merge_into_somebody_who_was_absorbed_since_asks_about_the_one_who_absorbed_them()
    {
        CustomerId? secret = null;
        await using var host = await WithCustomerPolicyAsync(access => access.Customer != secret);
        var (from, into, _) = await ThreeAsync(host);
        var first = await host.MergeAsync(from, into);
        secret = await host.ReceiveAsync("secret@example.org");
        await host.MergeAsync(into, secret.Value);

        var reply = await host.PostAsync($"/merges/{first}/undo");

        (reply.Status, reply.Code).Should().Be((HttpStatusCode.NotFound, "merge-not-found"));
    }

    /// <summary>A host removes what it keeps about absorbed ids when the merge can no longer be undone.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_merge_that_has_lapsed_is_said_to_be_so_to_who_may_read_the_survivor_and_nobody_else(
        bool isForgotten
    )
    {
        CustomerId? known = null;
        var refused = CustomerOperation.Create;
        await using var host = await WithCustomerPolicyAsync(access =>
            access.Customer == known && access.Operation != refused
        );
        var (from, into, _) = await ThreeAsync(host);
        var merge = await host.MergeAsync(from, into);
        host.Time.Advance(TimeSpan.FromDays(91));
        if (isForgotten)
        {
            var removed = await host.Profiles.Privacy.ApplyRetentionAsync(Actor.Agent("sam"));
            removed.MergesLapsed.Should().Be(2, "the other one is of the same day");
        }

        known = into;
        var lapsed = await host.PostAsync($"/merges/{merge}/undo");
        refused = CustomerOperation.Merge;
        var unallowed = await host.PostAsync($"/merges/{merge}/undo");
        refused = CustomerOperation.Read;
        var hidden = await host.PostAsync($"/merges/{merge}/undo");
        known = null;
        refused = CustomerOperation.Create;
        var unknown = await host.PostAsync($"/merges/{merge}/undo");
        var foreign = await host.PostAsync($"/merges/{merge}/undo", user: WebHost.Stranger);
        var nobody = await host.PostAsync($"/merges/{MergeId.From(Guid.CreateVersion7())}/undo");

        (lapsed.Status, lapsed.Code).Should().Be((HttpStatusCode.Conflict, "lapsed"));
        (unallowed.Status, unallowed.Code).Should().Be((HttpStatusCode.Forbidden, "not-allowed"));
        nobody.Status.Should().Be(HttpStatusCode.NotFound);
        foreach (var reply in new[] { hidden, unknown, foreign })
        {
            (reply.Status, reply.Text).Should().Be((nobody.Status, nobody.Text));
        }

        (await host.ProfileOfAsync(from)).Id.Should().Be(into, "nothing was undone");
    }

    [Fact]
    public async Task A_merge_that_has_lapsed_asks_about_the_one_who_absorbed_its_survivor_since()
    {
        var asked = new HashSet<CustomerId?>();
        CustomerId? secret = null;
        await using var host = await WithCustomerPolicyAsync(access =>
        {
            asked.Add(access.Customer);
            return access.Customer != secret;
        });
        var (from, into, _) = await ThreeAsync(host);
        var last = await host.ReceiveAsync("last@example.org");
        var merge = await host.MergeAsync(from, into);
        host.Time.Advance(TimeSpan.FromDays(60));
        await host.MergeAsync(into, last);
        host.Time.Advance(TimeSpan.FromDays(60));

        asked.Clear();
        var lapsed = await host.PostAsync($"/merges/{merge}/undo");
        secret = last;
        var hidden = await host.PostAsync($"/merges/{merge}/undo");

        (lapsed.Status, lapsed.Code).Should().Be((HttpStatusCode.Conflict, "lapsed"));
        asked.Should().Equal(last);
        (hidden.Status, hidden.Code).Should().Be((HttpStatusCode.NotFound, "merge-not-found"));
        hidden.Text.Should().NotContain($"{last}");
    }

    [Fact]
    public async Task A_merge_that_was_undone_asks_about_those_to_whom_the_ids_lead_now()
    {
        CustomerId? absorbed = null;
        await using var host = await WithCustomerPolicyAsync(access => access.Customer != absorbed);
        var (from, into, _) = await ThreeAsync(host);
        var merge = await host.MergeAsync(from, into);
        (await host.PostAsync($"/merges/{merge}/undo")).Status.Should().Be(HttpStatusCode.OK);
        await host.MergeAsync(from, into);
        host.Time.Advance(TimeSpan.FromDays(91));

        absorbed = from;
        var reply = await host.PostAsync($"/merges/{merge}/undo");

        (reply.Status, reply.Code).Should().Be((HttpStatusCode.Conflict, "already-unmerged"));
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("Origin", "https://evil.example")]
    public async Task A_page_of_another_origin_merges_and_undoes_nothing(string header, string value)
    {
        await using var host = await WebHost.StartAsync();
        var (from, into, merge) = await ThreeAsync(host);

        foreach (var (path, body) in Calls(from, into, merge))
        {
            var reply = await host.PostAsync(path, body, WebHost.Supervisor, (header, value));
            reply.Status.Should().Be(HttpStatusCode.Forbidden);
            reply.Code.Should().Be("foreign-origin");
        }

        await NothingHappenedAsync(host, from, into);
    }

    [Fact]
    public async Task No_log_line_of_a_merge_has_anything_personal()
    {
        await using var host = await WebHost.StartAsync();
        var (from, into, _) = await ThreeAsync(host);
        var calls = Calls(from, into, default);
        (await host.PostAsync(calls[0].Path, calls[0].Body)).Text.Should().Contain(Secret);
        var reply = await host.PostAsync(calls[1].Path, calls[1].Body);
        reply.Status.Should().Be(HttpStatusCode.OK);
        await host.PostAsync(calls[1].Path, calls[1].Body);
        await host.GetAsync($"/customers/{from}/merges");
        await host.PostAsync($"/merges/{reply.Json["merge"]}/undo");

        var lines = host.Logs.Select(log => $"{log.Message} {log.Exception}").ToArray();

        lines.Should().NotBeEmpty();
        lines.Should().NotContain(line => line.Contains(Secret) || line.Contains("@example"));
    }

    /// <summary>Two customers to merge, and a merge of two others.</summary>
    private static async Task<(CustomerId From, CustomerId Into, MergeId Merge)> ThreeAsync(WebHost host)
    {
        var from = await host.ReceiveAsync();
        var into = await host.ReceiveAsync("countess@example.org");
        await host.SaveAsync(from, edit => edit.Notes = Secret);
        await host.SaveAsync(into, edit => edit.Company = Secret);
        var merge = await host.MergeAsync(
            await host.ReceiveAsync("one@example.com"),
            await host.ReceiveAsync("two@example.com")
        );
        return (from, into, merge);
    }

    /// <summary>The preview, the merge, and undoing another one.</summary>
    private static (string Path, string Body)[] Calls(CustomerId from, CustomerId into, MergeId merge) =>
        [
            ("/merges/preview", $$"""{"from":"{{from}}","into":"{{into}}"}"""),
            ("/merges", $$$"""{"from":"{{{from}}}","into":"{{{into}}}","versions":{"from":2,"into":2}}"""),
            ($"/merges/{merge}/undo", "{}"),
        ];

    private static async Task NothingHappenedAsync(WebHost host, CustomerId from, CustomerId into)
    {
        (await host.ProfileOfAsync(from)).Id.Should().Be(from);
        (await host.ProfileOfAsync(into)).Version.Should().Be(2);
        var two = await host.Profiles.FindAsync(Identity.Email(EmailAddress.Parse("two@example.com")));
        (await host.Profiles.Merging.GetMergesAsync(two!.Id)).Should().ContainSingle("it was not undone");
    }

    private static Task<WebHost> WithCustomerPolicyAsync(Func<CustomerAccess, bool> allows) =>
        WithCustomerPolicyAsync(access => Task.FromResult(allows(access)));

    private static Task<WebHost> WithCustomerPolicyAsync(Func<CustomerAccess, Task<bool>> allows) =>
        WebHost.StartAsync(
            options => options.CustomerPolicy = "customer",
            services =>
                services
                    .AddAuthorizationBuilder()
                    .AddPolicy(
                        "customer",
                        policy => policy.RequireAssertion(context => allows((CustomerAccess)context.Resource!))
                    )
        );

    private static Task<Reply> CallAsync(WebHost host, string method, string path, string body) =>
        host.SendAsync(
            new HttpMethod(method),
            $"/customers/{path.TrimEnd('/')}",
            method == "GET" ? null : WebHost.Json(body),
            WebHost.Supervisor
        );
}
