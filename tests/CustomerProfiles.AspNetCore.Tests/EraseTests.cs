using System.Net;
using CustomerProfiles.AspNetCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.AspNetCore.Tests;

/// <summary>Erasing a customer over HTTP.</summary>
public sealed class EraseTests
{
    private const string Grace = "Grace Hopper <grace@example.org>";

    [Fact]
    public async Task An_erased_customer_is_gone_and_the_receipt_holds_nothing_of_them()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        await host.DrainAsync();

        var reply = await EraseAsync(host, id, """{"caseReference":"case 9"}""");

        reply.Status.Should().Be(HttpStatusCode.OK);
        reply.Headers["Cache-Control"].Should().Be("no-store");
        reply.Text.Should().NotContainEquivalentOf("ada");
        var receipt = reply.Json;
        receipt["customers"]!.AsArray().Select(one => (string)one!).Should().Equal(id.ToString());
        ((int)receipt["identities"]!, (int)receipt["conversations"]!, (int)receipt["marks"]!).Should().Be((1, 1, 0));
        receipt["providers"]!.AsArray().Select(one => (string)one!).Should().Equal("directory");
        (await host.Profiles.GetAsync(id)).Should().BeNull();

        ((bool)receipt["alreadyErased"]!).Should().BeFalse();
    }

    [Fact]
    public async Task Erasing_again_returns_the_same_receipt()
    {
        await using var host = await WebHost.StartAsync();
        var (from, into, _) = await MergedAsync(host);
        var first = await EraseAsync(host, into, """{"includeAbsorbed":true}""");
        ((bool)first.Json["alreadyErased"]!).Should().BeFalse();

        foreach (var id in new[] { into, from })
        {
            var again = await EraseAsync(host, id, """{"identities":"forget","caseReference":"another"}""");

            again.Status.Should().Be(HttpStatusCode.OK);
            again.Headers["Cache-Control"].Should().Be("no-store");
            var receipt = again.Json;
            ((bool)receipt["alreadyErased"]!).Should().BeTrue();
            receipt["alreadyErased"] = false;
            receipt.ToJsonString().Should().Be(first.Json.ToJsonString());
        }
    }

    [Fact]
    public async Task The_receipt_of_another_tenants_customer_is_not_found_like_nobody()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        (await EraseAsync(host, id, "{}")).Status.Should().Be(HttpStatusCode.OK);

        var foreign = await host.PostAsync($"/customers/{id}/erase", "{}", WebHost.Stranger);
        var nobody = await host.PostAsync($"/customers/{CustomerId.New()}/erase", "{}", WebHost.Stranger);

        foreign.Status.Should().Be(HttpStatusCode.NotFound);
        foreign.Text.Should().Be(nobody.Text);
    }

    [Theory]
    [InlineData(WebHost.Kim)]
    [InlineData(null)]
    public async Task Who_may_not_administer_gets_no_receipt(string? user)
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        (await EraseAsync(host, id, "{}")).Status.Should().Be(HttpStatusCode.OK);

        var reply = await host.PostAsync($"/customers/{id}/erase", "{}", user);

        reply.Status.Should().Be(user is null ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden);
        reply.Text.Should().BeEmpty();
    }

    [Theory]
    [InlineData(CustomerOperation.Read)]
    [InlineData(CustomerOperation.Administer)]
    public async Task A_receipt_is_not_found_like_nobody_when_the_resource_check_refuses_who_was_erased(
        CustomerOperation refused
    )
    {
        CustomerId? secret = null;
        var asked = new List<CustomerAccess>();
        await using var host = await WithCustomerPolicyAsync(access =>
        {
            asked.Add(access);
            return access.Operation != refused || access.Customer != secret;
        });
        var (from, into, _) = await MergedAsync(host);
        (await EraseAsync(host, into, """{"includeAbsorbed":true}""")).Status.Should().Be(HttpStatusCode.OK);
        secret = into;
        asked.Clear();

        foreach (var id in new[] { into, from })
        {
            var reply = await EraseAsync(host, id, "{}");
            var nobody = await EraseAsync(host, CustomerId.New(), "{}");
            reply.Status.Should().Be(HttpStatusCode.NotFound);
            reply.Text.Should().Be(nobody.Text);
        }

        asked.Should().NotBeEmpty();
        asked.Should().OnlyContain(access => access.Customer == into && access.Tenant == WebHost.Acme);
    }

    [Fact]
    public async Task Who_was_erased_between_the_resource_check_and_erasing_gets_the_receipt_of_that()
    {
        WebHost? running = null;
        CustomerId? shown = null;
        await using var host = await WithCustomerPolicyAsync(async access =>
        {
            if (access.Customer is { } id && id == shown)
            {
                shown = null;
                await running!.Profiles.Privacy.EraseAsync(id, Actor.Agent("lee"));
            }

            return true;
        });
        running = host;
        var customer = await host.ReceiveAsync();
        shown = customer;

        var reply = await EraseAsync(host, customer, "{}");

        (reply.Status, (bool)reply.Json["alreadyErased"]!).Should().Be((HttpStatusCode.OK, true));
    }

    [Fact]
    public async Task Merges_that_can_be_undone_keep_from_erasing_and_are_listed()
    {
        await using var host = await WebHost.StartAsync();
        var (from, into, merge) = await MergedAsync(host);

        var reply = await EraseAsync(host, into, "{}");

        (reply.Status, reply.Code).Should().Be((HttpStatusCode.Conflict, "has-merges"));
        reply.Json["merges"]!.AsArray().Select(one => (string)one!).Should().Equal(merge.ToString());
        (await host.Profiles.GetAsync(into)).Should().NotBeNull();

        reply = await EraseAsync(host, into, """{"includeAbsorbed":true}""");
        reply.Status.Should().Be(HttpStatusCode.OK);
        reply.Json["customers"]!.AsArray().Select(one => (string)one!).Should().Equal(into.ToString(), from.ToString());
    }

    [Fact]
    public async Task An_absorbed_id_erases_nobody()
    {
        await using var host = await WebHost.StartAsync();
        var (from, into, _) = await MergedAsync(host);

        var reply = await EraseAsync(host, from, """{"includeAbsorbed":true}""");

        (reply.Status, reply.Code).Should().Be((HttpStatusCode.Conflict, "merged-into"));
        ((string)reply.Json["into"]!).Should().Be(into.ToString());
        (await host.Profiles.GetAsync(into)).Should().NotBeNull();
    }

    [Fact]
    public async Task Absorbed_customers_whom_the_caller_may_not_administer_are_not_erased()
    {
        CustomerId? secret = null;
        await using var host = await WithCustomerPolicyAsync(access =>
            access.Operation != CustomerOperation.Administer || access.Customer != secret
        );
        var (from, into, _) = await MergedAsync(host);
        secret = from;

        var reply = await EraseAsync(host, into, """{"includeAbsorbed":true}""");

        (reply.Status, reply.Code).Should().Be((HttpStatusCode.Forbidden, "not-allowed"));
        (await host.Profiles.GetAsync(into)).Should().NotBeNull();
    }

    [Theory]
    [InlineData(90, false)]
    [InlineData(91, true)]
    public async Task Absorbed_customers_are_checked_as_long_as_they_can_be_separated_again(int days, bool isErased)
    {
        CustomerId? secret = null;
        await using var host = await WithCustomerPolicyAsync(access =>
            access.Operation != CustomerOperation.Administer || access.Customer != secret
        );
        var (from, into, _) = await MergedAsync(host);
        secret = from;
        host.Time.Advance(TimeSpan.FromDays(days));
        var later = await host.ReceiveAsync("Alan Turing <alan@example.net>");
        await host.MergeAsync(later, into);

        var reply = await EraseAsync(host, into, """{"includeAbsorbed":true}""");

        if (!isErased)
        {
            (reply.Status, reply.Code).Should().Be((HttpStatusCode.Forbidden, "not-allowed"));
            (await host.Profiles.GetAsync(into)).Should().NotBeNull();
            return;
        }

        reply.Status.Should().Be(HttpStatusCode.OK);
        reply.Json["customers"]!
            .AsArray()
            .Select(one => (string)one!)
            .Should()
            .BeEquivalentTo($"{into}", $"{from}", $"{later}");
    }

    [Fact]
    public async Task Whoever_was_absorbed_last_is_checked_also_beside_a_merge_that_cannot_be_undone()
    {
        CustomerId? secret = null;
        await using var host = await WithCustomerPolicyAsync(access =>
            access.Operation != CustomerOperation.Administer || access.Customer != secret
        );
        var (_, into, _) = await MergedAsync(host);
        host.Time.Advance(TimeSpan.FromDays(91));
        var later = await host.ReceiveAsync("Alan Turing <alan@example.net>");
        await host.MergeAsync(later, into);
        secret = later;

        var reply = await EraseAsync(host, into, """{"includeAbsorbed":true}""");

        (reply.Status, reply.Code).Should().Be((HttpStatusCode.Forbidden, "not-allowed"));
        (await host.Profiles.GetAsync(into)).Should().NotBeNull();
    }

    [Fact]
    public async Task Marks_need_a_key_of_the_host()
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        var reply = await EraseAsync(host, id, """{"identities":"do-not-keep"}""");
        (reply.Status, reply.Code).Should().Be((HttpStatusCode.Conflict, "needs-key"));
        (await host.Profiles.GetAsync(id)).Should().NotBeNull();
    }

    [Fact]
    public async Task Who_is_not_to_be_kept_is_neither_created_nor_added_to_another_customer()
    {
        await using var host = await WebHost.StartAsync(services: services =>
            services.Configure<CustomerProfilesOptions>(options =>
                options.ErasureKeys.Add(new ErasureKey { Id = "2026", Secret = Convert.ToBase64String(new byte[32]) })
            )
        );
        var id = await host.ReceiveAsync();
        var reply = await EraseAsync(host, id, """{"identities":"do-not-keep"}""");
        ((int)reply.Json["marks"]!).Should().Be(1);
        var grace = await host.ReceiveAsync(Grace);

        var created = await host.PostAsync("/customers", """{"emails":[{"address":"ada@example.com"}]}""");
        var edited = await host.PatchAsync(
            grace,
            """{"op":"add","field":"emails","value":{"address":"ada@example.com"},"version":"unset"}"""
        );

        foreach (var refused in new[] { created, edited })
        {
            (refused.Status, refused.Code).Should().Be((HttpStatusCode.Conflict, "do-not-keep"));
            refused.Text.Should().NotContainEquivalentOf("ada");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"identities":"everything"}""")]
    [InlineData("""{"includeAbsorbed":"yes"}""")]
    [InlineData("""{"caseReference":" "}""")]
    public async Task A_body_that_cannot_be_read_erases_nobody(string body)
    {
        await using var host = await WebHost.StartAsync();
        var id = await host.ReceiveAsync();
        (await EraseAsync(host, id, body)).Status.Should().Be(HttpStatusCode.BadRequest);
        (await host.Profiles.GetAsync(id)).Should().NotBeNull();
    }

    [Fact]
    public async Task A_store_that_cannot_erase_is_named_as_the_reason()
    {
        var (store, _) = InterceptedStore.Around(new InMemoryCustomerProfileStore(new TestTime()));
        await using var host = await WebHost.StartAsync(store: store);
        var id = await host.ReceiveAsync();
        foreach (var body in new[] { "{}", """{"includeAbsorbed":true}""" })
        {
            var reply = await EraseAsync(host, id, body);
            (reply.Status, reply.Code).Should().Be((HttpStatusCode.NotImplemented, "erase-unsupported"));
        }
    }

    private static async Task<(CustomerId From, CustomerId Into, MergeId Merge)> MergedAsync(WebHost host)
    {
        var (from, into) = (await host.ReceiveAsync(Grace), await host.ReceiveAsync());
        return (from, into, await host.MergeAsync(from, into));
    }

    private static Task<WebHost> WithCustomerPolicyAsync(Func<CustomerAccess, bool> allows) =>
        WithCustomerPolicyAsync(access => Task.FromResult(allows(access)));

    private static Task<WebHost> WithCustomerPolicyAsync(Func<CustomerAccess, Task<bool>> allows) =>
        WebHost.StartAsync(
            web => web.CustomerPolicy = "customer",
            services =>
                services
                    .AddAuthorizationBuilder()
                    .AddPolicy(
                        "customer",
                        policy => policy.RequireAssertion(context => allows((CustomerAccess)context.Resource!))
                    )
        );

    private static Task<Reply> EraseAsync(WebHost host, CustomerId id, string body) =>
        host.PostAsync($"/customers/{id}/erase", body, WebHost.Supervisor);
}
