using System.Reflection;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Tests.Privacy;

/// <summary>Conversation records do not grow without end: the host says how long they are kept.</summary>
public sealed class Rule34_ConversationRecordsTests
{
    [Fact]
    public async Task Records_older_than_two_years_are_removed_unless_set_otherwise()
    {
        await using var host = new TestHost();
        var microsecond = Duration.FromTicks(10);
        await ReceiveAsync(host, "old");
        host.Time.GoTo(TestHost.Start + microsecond);
        await ReceiveAsync(host, "kept");
        host.Time.GoTo(TestHost.Start + Duration.FromDays(400));
        await ReceiveAsync(host, "newest");

        host.Time.GoTo(Instant.FromUtc(2028, 1, 31, 10, 15) + microsecond);

        (await host.Profiles.Privacy.ApplyRetentionAsync(TestHost.Kim)).ConversationsRemoved.Should().Be(1);
        (await host.Profiles.Privacy.ApplyRetentionAsync(TestHost.Kim)).ConversationsRemoved.Should().Be(0);
        (await IsNewAsync(host, "kept")).Should().BeFalse("a record as old as the period stays");
        (await IsNewAsync(host, "old")).Should().BeTrue("a reply in a thread older than that counts as new");
    }

    [Fact]
    public async Task The_period_is_counted_by_the_calendar_also_from_the_29th_of_February()
    {
        await using var host = new TestHost();
        host.Time.GoTo(Instant.FromUtc(2028, 2, 29, 12, 0));
        await ReceiveAsync(host, "leap day");
        host.Time.GoTo(Instant.FromUtc(2029, 1, 1, 0, 0));
        await ReceiveAsync(host, "newest");

        host.Time.GoTo(Instant.FromUtc(2030, 2, 28, 12, 0));
        (await host.Profiles.Privacy.ApplyRetentionAsync(TestHost.Kim)).ConversationsRemoved.Should().Be(0);
        host.Time.GoTo(Instant.FromUtc(2030, 3, 1, 12, 0));
        (await host.Profiles.Privacy.ApplyRetentionAsync(TestHost.Kim)).ConversationsRemoved.Should().Be(1);
    }

    [Fact]
    public async Task The_newest_record_of_a_customer_stays_however_old()
    {
        await using var host = new TestHost();
        await ReceiveAsync(host, "only");
        host.Time.GoTo(Instant.FromUtc(2040, 1, 1, 0, 0));

        (await host.Profiles.Privacy.ApplyRetentionAsync(TestHost.Kim)).ConversationsRemoved.Should().Be(0);

        (await IsNewAsync(host, "only")).Should().BeFalse();
    }

    [Fact]
    public async Task Without_a_period_nothing_is_removed()
    {
        await using var host = new TestHost(options => options.KeepConversationsFor = null);
        await ReceiveAsync(host, "old");
        await ReceiveAsync(host, "newest");
        host.Time.GoTo(Instant.FromUtc(2040, 1, 1, 0, 0));

        (await host.Profiles.Privacy.ApplyRetentionAsync(TestHost.Kim)).ConversationsRemoved.Should().Be(0);
    }

    [Fact]
    public async Task Several_thousand_records_are_removed_by_one_call()
    {
        const int records = 2_500;
        await using var host = new TestHost();
        for (var i = 0; i < records; i++)
        {
            await ReceiveAsync(host, $"old {i}");
        }

        host.Time.GoTo(TestHost.Start + Duration.FromDays(1));
        await ReceiveAsync(host, "newest");
        host.Time.GoTo(Instant.FromUtc(2040, 1, 1, 0, 0));

        (await host.Profiles.Privacy.ApplyRetentionAsync(TestHost.Kim)).ConversationsRemoved.Should().Be(records);
    }

    [Fact]
    public async Task One_tenant_is_cleared_at_a_time()
    {
        await using var host = new TestHost();
        await ReceiveAsync(host, "old");
        await ReceiveAsync(host, "newest");
        host.Time.GoTo(Instant.FromUtc(2040, 1, 1, 0, 0));

        (await host.Profiles.ForTenant(new TenantId("other")).Privacy.ApplyRetentionAsync(TestHost.Kim))
            .ConversationsRemoved.Should()
            .Be(0);
        (await host.Profiles.Privacy.ApplyRetentionAsync(TestHost.Kim)).ConversationsRemoved.Should().Be(1);
    }

    [Fact]
    public async Task A_store_without_retention_is_an_error_that_says_what_to_do()
    {
        var without = DispatchProxy.Create<ICustomerProfileStore, NoChapters>();
        await using var host = new TestHost(store: without);

        await FluentActions
            .Awaiting(() => host.Profiles.Privacy.ApplyRetentionAsync(TestHost.Kim).AsTask())
            .Should()
            .ThrowAsync<NotSupportedException>()
            .WithMessage("*IRetentionStore*KeepConversationsFor to null*");
    }

    private static Task ReceiveAsync(TestHost host, string conversation) =>
        host.Profiles.ConversationReceivedAsync(new Conversation(conversation, TestHost.Ada, host.Now)).AsTask();

    private static async Task<bool> IsNewAsync(TestHost host, string conversation) =>
        (
            await host.Store.RecordConversationAsync(
                TenantId.Default,
                TestHost.AdasAddress,
                new ConversationRecord(conversation, ConversationDirection.Received, host.Now),
                default
            )
        )!.IsNewConversation;

    /// <summary>A store that implements nothing but the base of the contract, and is not called.</summary>
    private class NoChapters : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            throw new InvalidOperationException("The store is not called.");
    }
}
