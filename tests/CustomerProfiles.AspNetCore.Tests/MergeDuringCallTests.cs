using System.Net;
using CustomerProfiles.AspNetCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.AspNetCore.Tests;

/// <summary>A customer who is merged into another between the resource check and the write.</summary>
public sealed class MergeDuringCallTests
{
    private const string Edit =
        """{"changes":[{"op":"set","field":"job-title","value":{"text":"Countess"},"version":"unset"}]}""";

    /// <summary>Takes back the change that follows the check.</summary>
    private const string Revert = "history/2/revert";

    /// <summary>Every call that writes to one customer, the last operation that it asks about, and the method of the
    /// store that writes.</summary>
    public static TheoryData<string, string, CustomerOperation, string> Writes =>
        new()
        {
            { "", Edit, CustomerOperation.Edit, nameof(ICustomerProfileStore.UpdateAsync) },
            { "photo/clear", "{}", CustomerOperation.Edit, nameof(ICustomerProfileStore.UpdateAsync) },
            { "photo/reset", "{}", CustomerOperation.Edit, nameof(ICustomerProfileStore.UpdateAsync) },
            { Revert, "{}", CustomerOperation.Edit, nameof(ICustomerProfileStore.UpdateAsync) },
            { "suppress", "{}", CustomerOperation.Administer, nameof(ICustomerProfileStore.SetSuppressedAsync) },
            { "unsuppress", "{}", CustomerOperation.Administer, nameof(ICustomerProfileStore.SetSuppressedAsync) },
            {
                "providers/directory/remove-data",
                "{}",
                CustomerOperation.Administer,
                nameof(ICustomerProfileStore.UpdateAsync)
            },
            {
                "providers/directory/check-now",
                "{}",
                CustomerOperation.Administer,
                nameof(ICustomerProfileStore.RequestCheckAsync)
            },
            {
                "history/redact",
                """{"field":"notes"}""",
                CustomerOperation.Administer,
                nameof(IHistoryStore.GetHistoryAsync)
            },
            { "erase", "{}", CustomerOperation.Administer, nameof(IErasureStore.EraseAsync) },
        };

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task After_the_resource_check_it_changes_nobody_whom_that_refuses(
        string path,
        string body,
        CustomerOperation last,
        string method
    )
    {
        method.Should().NotBeEmpty();
        WebHost? running = null;
        (CustomerId Shown, CustomerId Secret)? pair = null;
        await using var host = await StartAsync(
            new InMemoryCustomerProfileStore(new TestTime()),
            async access =>
            {
                if (pair is { } one && access.Customer == one.Shown && access.Operation == last)
                {
                    await running!.MergeAsync(one.Shown, one.Secret);
                    return true;
                }

                return access.Customer != pair?.Secret;
            }
        );
        running = host;
        var two = await TwoAsync(host, path);
        body = await BodyOfAsync(host, two.Shown, path, body);
        pair = two;

        await ShouldRefuseAsync(host, pair.Value, path, body);
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task Within_the_call_just_before_the_write_it_changes_nobody_whom_the_resource_check_refuses(
        string path,
        string body,
        CustomerOperation last,
        string method
    )
    {
        last.Should().NotBe(CustomerOperation.Read);
        (CustomerId Shown, CustomerId Secret)? pair = null;
        var (store, interception) = InterceptedStore.WithMergingAround(
            new InMemoryCustomerProfileStore(new TestTime())
        );
        await using var host = await StartAsync(store, access => Task.FromResult(access.Customer != pair?.Secret));
        var (shown, secret) = await TwoAsync(host, path);
        body = await BodyOfAsync(host, shown, path, body);
        pair = (shown, secret);
        interception.Before = (
            method,
            () => host.MergeAsync(shown, secret).IsCompletedSuccessfully.Should().BeTrue("nothing is to be waited for")
        );

        await ShouldRefuseAsync(host, pair.Value, path, body);

        interception.Before.Should().BeNull("the merge came in between");
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task It_is_decided_again_and_done_to_whoever_absorbed_the_customer_if_the_caller_may(
        string path,
        string body,
        CustomerOperation last,
        string method
    )
    {
        var asked = new List<CustomerAccess>();
        var (store, interception) = InterceptedStore.WithMergingAround(
            new InMemoryCustomerProfileStore(new TestTime())
        );
        await using var host = await StartAsync(
            store,
            access =>
            {
                asked.Add(access);
                return Task.FromResult(true);
            }
        );
        var (shown, into) = await TwoAsync(host, path);
        body = await BodyOfAsync(host, shown, path, body);
        interception.Before = (
            method,
            () => host.MergeAsync(shown, into).IsCompletedSuccessfully.Should().BeTrue("nothing is to be waited for")
        );

        var reply = await CallAsync(host, shown, path, body);

        if (path is "erase" or Revert)
        {
            // The change of that number is another one than the preview has shown.
            var code = path == "erase" ? "merged-into" : "stale";
            (reply.Status, reply.Code).Should().Be((HttpStatusCode.Conflict, code));
        }
        else
        {
            ((int)reply.Status).Should().BeInRange(200, 202);
            ((string)reply.Json["id"]!).Should().Be($"{into}");
        }

        asked.Should().Contain(access => access.Customer == into && access.Operation == last);
    }

    [Fact]
    public async Task Nobody_is_merged_into_a_customer_whom_the_resource_check_refuses()
    {
        CustomerId? locked = null;
        var (store, interception) = InterceptedStore.WithMergingAround(
            new InMemoryCustomerProfileStore(new TestTime())
        );
        await using var host = await StartAsync(store, access => Task.FromResult(access.Customer != locked));
        var (from, secret) = (await host.ReceiveAsync(), await host.ReceiveAsync("countess@example.org"));
        var into = await host.ReceiveAsync("ada.king@example.net");
        await host.SaveAsync(into, edit => edit.Notes = "Seen");
        locked = secret;
        interception.Before = (
            nameof(IMergingStore.GetSidesAsync),
            () => host.MergeAsync(into, secret).IsCompletedSuccessfully.Should().BeTrue("nothing is to be waited for")
        );

        // The merge makes version 2 of the other customer too, so the versions alone do not tell them apart.
        var reply = await host.PostAsync(
            "/merges",
            $$$"""{"from":"{{{from}}}","into":"{{{into}}}","versions":{"from":1,"into":2}}"""
        );

        (reply.Status, reply.Code).Should().Be((HttpStatusCode.NotFound, "not-found"));
        (await host.ProfileOfAsync(into)).Id.Should().Be(secret, "that merge came in between");
        (await host.ProfileOfAsync(from)).Id.Should().Be(from);
        (await host.ProfileOfAsync(secret)).Version.Should().Be(2);
    }

    [Fact]
    public async Task Undoing_a_merge_asks_about_both_customers_of_it_whoever_has_absorbed_them_since()
    {
        var asked = new List<CustomerAccess>();
        await using var host = await StartAsync(
            new InMemoryCustomerProfileStore(new TestTime()),
            access =>
            {
                asked.Add(access);
                return Task.FromResult(true);
            }
        );
        var (from, into) = (await host.ReceiveAsync(), await host.ReceiveAsync("countess@example.org"));
        var last = await host.ReceiveAsync("ada.king@example.net");
        var merge = await host.MergeAsync(from, into);
        await host.MergeAsync(into, last);

        var reply = await host.PostAsync($"/merges/{merge}/undo");

        (reply.Status, reply.Code).Should().Be((HttpStatusCode.Conflict, "superseded"));
        foreach (var operation in new[] { CustomerOperation.Read, CustomerOperation.Merge })
        {
            asked
                .Where(access => access.Operation == operation)
                .Select(access => access.Customer)
                .Should()
                .BeEquivalentTo(new CustomerId?[] { from, into, last });
        }
    }

    [Fact]
    public async Task Who_is_absorbed_between_the_decision_and_erasing_is_decided_about_too()
    {
        CustomerId? locked = null;
        var (store, interception) = InterceptedStore.WithMergingAround(
            new InMemoryCustomerProfileStore(new TestTime())
        );
        await using var host = await StartAsync(
            store,
            access => Task.FromResult(access.Customer != locked || access.Operation != CustomerOperation.Administer)
        );
        var (other, into) = await TwoAsync(host, "erase");
        await host.MergeAsync(await host.ReceiveAsync("first@example.org"), into);
        locked = other;
        interception.Before = (
            nameof(IErasureStore.EraseAsync),
            () => host.MergeAsync(other, into).IsCompletedSuccessfully.Should().BeTrue("nothing is to be waited for")
        );

        var reply = await CallAsync(host, into, "erase", """{"includeAbsorbed":true}""");

        (reply.Status, reply.Code).Should().Be((HttpStatusCode.Forbidden, "not-allowed"));
        (await host.Profiles.GetAsync(other))!.Id.Should().Be(into, "nobody was erased");
    }

    private static async Task ShouldRefuseAsync(
        WebHost host,
        (CustomerId Shown, CustomerId Secret) pair,
        string path,
        string body
    )
    {
        var before = (await host.ProfileOfAsync(pair.Secret)).Version;
        var reply = await CallAsync(host, pair.Shown, path, body);

        (reply.Status, reply.Code).Should().Be((HttpStatusCode.NotFound, "not-found"));
        reply.Text.Should().NotContain($"{pair.Secret}");
        var view = await host.Profiles.GetSidebarAsync(pair.Shown);
        view!.Profile.Id.Should().Be(pair.Secret, "the merge came in between");
        view.Version.Should().Be(before + 1, "of the merge");
        view.IsSuppressed.Should().Be(path == "unsuppress");
        view.Profile.Notes.Should().Be("Secretvalue");
        view.Providers.Single().IsPending.Should().BeFalse();
        (await host.Profiles.History.GetAsync(pair.Secret))!
            .Entries.Should()
            .NotContain(entry => entry.Values.Any(value => value.IsRemoved));
    }

    /// <summary>
    /// Two customers with a provider's data, whom it may be asked about again; the second has notes, and both have what
    /// the call would take back.
    /// </summary>
    private static async Task<(CustomerId Shown, CustomerId Secret)> TwoAsync(WebHost host, string path)
    {
        var shown = await host.ReceiveAsync();
        var secret = await host.ReceiveAsync("countess@example.org");
        await host.DrainAsync();
        host.Time.Advance(TimeSpan.FromHours(1));
        await host.SaveAsync(secret, edit => edit.Notes = "Secretvalue");
        if (path == Revert)
        {
            await host.SaveAsync(shown, edit => edit.JobTitle = "Countess");
        }

        if (path == "photo/reset")
        {
            foreach (var id in new[] { shown, secret })
            {
                (await CallAsync(host, id, "photo/clear", "{}")).Status.Should().Be(HttpStatusCode.OK);
            }
        }

        if (path == "unsuppress")
        {
            await host.Profiles.SuppressAsync(secret, Actor.Agent("lee"));
        }

        return (shown, secret);
    }

    /// <summary>The body of a call; a revert has in it what its preview has shown.</summary>
    private static async Task<string> BodyOfAsync(WebHost host, CustomerId id, string path, string body)
    {
        if (path != Revert)
        {
            return body;
        }

        const string Scope = "one-change";
        var preview = await CallAsync(host, id, $"{path}/preview", $$"""{"scope":"{{Scope}}"}""");
        preview.Json["changes"]!.AsArray().Should().NotBeEmpty();
        return $$"""{"scope":"{{Scope}}","version":"{{(string)preview.Json["version"]!}}"}""";
    }

    private static Task<WebHost> StartAsync(ICustomerProfileStore store, Func<CustomerAccess, Task<bool>> allows) =>
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

    private static Task<Reply> CallAsync(WebHost host, CustomerId id, string path, string body) =>
        host.SendAsync(
            path.Length == 0 ? HttpMethod.Patch : HttpMethod.Post,
            $"/customers/{id}/{path}".TrimEnd('/'),
            WebHost.Json(body),
            WebHost.Supervisor
        );
}
