using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;
using Fault = CustomerProfiles.Testing.Fault;
using HoldPoint = CustomerProfiles.Testing.HoldPoint;

namespace CustomerProfiles.Tests.Intake;

/// <summary>Many conversations are recorded at once, and each has the result that it has alone.</summary>
public sealed class BulkIntakeTests
{
    [Fact]
    public async Task Results_have_the_order_of_the_input()
    {
        await using var host = TestHost.WithFaults(out var store);
        var first = new HoldPoint();
        var others = 0;
        store.Next(nameof(ICustomerProfileStore.RecordConversationAsync), Fault.Before(first.WaitAsync));
        store.After = call =>
        {
            if (call == nameof(ICustomerProfileStore.CreateAsync) && Interlocked.Increment(ref others) == 9)
            {
                first.Release();
            }

            return Task.CompletedTask;
        };
        var mailbox = Enumerable.Range(0, 10).Select(i => Received($"c{i}@example.com")).ToArray();

        var results = await RecordAsync(host, mailbox).Soon();

        results.Select(result => result.Conversation).Should().Equal(mailbox);
        results.Should().OnlyContain(result => result.Outcome is ConversationOutcome.Created && result.Error == null);
    }

    [Fact]
    public async Task Received_and_composed_conversations_mix_and_a_declined_one_is_an_outcome()
    {
        await using var host = new TestHost();

        var results = await RecordAsync(
            host,
            Received("ada@example.com", "t1"),
            new ComposedConversation("t2", "ada@example.com", host.Now),
            Received("nobody", "t3"),
            new ComposedConversation("t4", "grace@example.com", host.Now)
        );

        results
            .Select(result => result.Outcome!.GetType())
            .Should()
            .Equal(
                typeof(ConversationOutcome.Created),
                typeof(ConversationOutcome.Existing),
                typeof(ConversationOutcome.Declined),
                typeof(ConversationOutcome.Created)
            );
    }

    [Fact]
    public async Task Conversations_of_one_address_are_recorded_in_their_order()
    {
        await using var host = TestHost.WithFaults(out var store);
        var first = new HoldPoint();
        store.Next(nameof(ICustomerProfileStore.RecordConversationAsync), Fault.Before(first.WaitAsync));
        var recording = RecordAsync(
            host,
            Received("Ada <ada@example.com>", "t1"),
            Received("Somebody Else <ADA@example.com>", "t2"),
            Received("grace@example.com", "t3")
        );
        await first.Reached.Soon();
        first.Release();

        var results = await recording.Soon();

        results[0].Outcome.Should().BeOfType<ConversationOutcome.Created>().Which.Profile.Name!.Full.Should().Be("Ada");
        results[1].Outcome.Should().BeOfType<ConversationOutcome.Existing>();
        results[1].Outcome!.Profile!.Name!.Full.Should().Be("Ada", "it came first");
        store
            .Calls.Count(call => call == nameof(ICustomerProfileStore.CreateAsync))
            .Should()
            .Be(2, "no call was wasted");
    }

    [Fact]
    public async Task A_conversation_that_cannot_be_recorded_is_a_result_and_the_others_are_recorded()
    {
        await using var host = TestHost.WithFaults(out var store);
        var refused = new StoreDataException("The store refuses it.");
        store.Next(nameof(ICustomerProfileStore.RecordConversationAsync), Fault.ThrowBefore(refused), skip: 1);
        var mailbox = new IConversation[]
        {
            Received("a@example.com"),
            Received("b@example.com"),
            null!,
            Received("c@example.com"),
        };

        var results = await RecordAsync(
            host,
            new BulkIntakeOptions { RequestChecks = false, MaxInFlight = 1 },
            mailbox
        );

        results.Select(result => result.Conversation).Should().Equal(mailbox);
        results[1].Error.Should().BeSameAs(refused);
        results[2].Error.Should().BeOfType<ArgumentNullException>();
        results.Where(result => result.Error is null).Should().HaveCount(2);
        results.Should().OnlyContain(result => result.Outcome == null != (result.Error == null));
    }

    [Fact]
    public async Task When_the_store_fails_what_was_written_is_reported_first_and_the_input_can_be_repeated()
    {
        await using var host = TestHost.WithFaults(out var store);
        store.Next(
            nameof(ICustomerProfileStore.CreateAsync),
            Fault.ThrowBefore(new InvalidOperationException("The store is down.")),
            skip: 2
        );
        var mailbox = Enumerable.Range(0, 200).Select(i => Received($"c{i}@example.com", "t")).ToArray();
        var before = new List<BulkIntakeResult>();

        var failing = async () =>
        {
            await foreach (var result in host.Profiles.RecordAllAsync(Input(mailbox), Quiet))
            {
                before.Add(result);
            }
        };

        (await failing.Should().ThrowAsync<InvalidOperationException>()).WithMessage("The store is down.");
        before
            .Should()
            .HaveCountGreaterThanOrEqualTo(2)
            .And.OnlyContain(result => result.Outcome is ConversationOutcome.Created);
        var again = await RecordAsync(host, mailbox);
        again.Should().HaveCount(200);
        again
            .Where(result => before.Select(one => one.Conversation).Contains(result.Conversation))
            .Should()
            .OnlyContain(result => result.Outcome is ConversationOutcome.Existing);
        again.Count(result => result.Outcome is ConversationOutcome.Created).Should().Be(200 - before.Count);
    }

    [Fact]
    public async Task The_exception_is_that_of_the_store_also_when_earlier_conversations_were_not_begun()
    {
        await using var host = TestHost.WithFaults(out var store);
        var (first, failed) = (
            new HoldPoint(),
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
        );
        store.Next(nameof(ICustomerProfileStore.RecordConversationAsync), Fault.Before(first.WaitAsync));
        store.Next(
            nameof(ICustomerProfileStore.CreateAsync),
            Fault.Before(_ =>
            {
                failed.SetResult();
                throw new InvalidOperationException("The store is down.");
            })
        );
        var recording = Task.Run(async () =>
        {
            var mailbox = ThirdWhenFirstIsHeldAsync(
                Received("ada@example.com", "t1"),
                Received("ada@example.com", "t2"),
                Received("grace@example.com", "t3")
            );
            await foreach (var _ in host.Profiles.RecordAllAsync(mailbox, Quiet)) { }
        });

        await failed.Task.Soon();
        first.Release();

        await FluentActions
            .Awaiting(() => recording.Soon())
            .Should()
            .ThrowAsync<InvalidOperationException>()
            .WithMessage("The store is down.");

        async IAsyncEnumerable<IConversation> ThirdWhenFirstIsHeldAsync(params IConversation[] conversations)
        {
            for (var i = 0; i < conversations.Length; i++)
            {
                if (i == 2)
                {
                    await first.Reached;
                }

                yield return conversations[i];
            }
        }
    }

    [Fact]
    public async Task When_the_input_fails_what_came_before_is_recorded_and_reported()
    {
        await using var host = new TestHost();
        var results = new List<BulkIntakeResult>();

        var failing = async () =>
        {
            await foreach (var result in host.Profiles.RecordAllAsync(BrokenAsync(), Quiet))
            {
                results.Add(result);
            }
        };

        (await failing.Should().ThrowAsync<FormatException>()).WithMessage("The mailbox is broken.");
        results.Should().HaveCount(5).And.OnlyContain(result => result.Outcome is ConversationOutcome.Created);

        static async IAsyncEnumerable<IConversation> BrokenAsync()
        {
            for (var i = 0; i < 5; i++)
            {
                await Task.Yield();
                yield return Received($"c{i}@example.com");
            }

            throw new FormatException("The mailbox is broken.");
        }
    }

    [Fact]
    public async Task The_input_is_read_only_as_fast_as_the_results_are()
    {
        await using var host = new TestHost();
        var (taken, read) = (0, 0);

        await foreach (
            var _ in host.Profiles.RecordAllAsync(
                CountedAsync(),
                new BulkIntakeOptions { RequestChecks = false, MaxInFlight = 4 }
            )
        )
        {
            read++;
        }

        read.Should().Be(100);

        async IAsyncEnumerable<IConversation> CountedAsync()
        {
            for (var i = 0; i < 100; i++)
            {
                await Task.Yield();
                taken++;
                (taken - read).Should().BeLessThanOrEqualTo(5, "four are in flight, one is being read by the caller");
                yield return Received($"c{i % 7}@example.com");
            }
        }
    }

    [Fact]
    public async Task Without_RequestChecks_none_is_requested_until_the_next_new_conversation()
    {
        await using var host = new TestHost();

        var results = await RecordAsync(host, Received(TestHost.Ada, "t1"), Received(TestHost.Ada, "t2"));

        results
            .SelectMany(result => result.Outcome!.Checks)
            .Should()
            .HaveCount(2)
            .And.OnlyContain(check => !check.Requested && check.Reason == CheckReason.BulkIntake);
        (await host.Store.CountPendingChecksAsync(default)).Should().BeEmpty();
        (await host.DecideAsync(id: "t3")).Requested.Should().BeTrue();
    }

    [Fact]
    public async Task With_RequestChecks_the_same_checks_are_requested_as_by_single_calls()
    {
        await using var host = new TestHost();

        var results = await RecordAsync(
            host,
            new BulkIntakeOptions { RequestChecks = true },
            Received(TestHost.Ada, "t1"),
            Received("grace@example.com", "t1"),
            Received(TestHost.Ada, "t2")
        );

        results
            .Select(result => result.Outcome!.Checks.Single().Reason)
            .Should()
            .Equal(CheckReason.FirstCheck, CheckReason.FirstCheck, CheckReason.AlreadyPending);
        (await host.DrainAsync()).Should().Be(2);
    }

    [Fact]
    public async Task Who_cancels_or_stops_reading_ends_the_run_and_the_input()
    {
        await using var host = new TestHost();
        using var cancellation = new CancellationTokenSource();
        var ended = 0;

        var cancelled = async () =>
        {
            await foreach (var _ in host.Profiles.RecordAllAsync(EndlessAsync(), Quiet, cancellation.Token))
            {
                await cancellation.CancelAsync();
            }
        };
        await cancelled.Should().ThrowAsync<OperationCanceledException>();
        await foreach (var _ in host.Profiles.RecordAllAsync(EndlessAsync(), Quiet))
        {
            break;
        }

        ended.Should().Be(2);

        async IAsyncEnumerable<IConversation> EndlessAsync(
            [EnumeratorCancellation] CancellationToken cancellationToken = default
        )
        {
            try
            {
                for (var i = 0; ; i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    await Task.Yield();
                    yield return Received($"c{i}@example.com");
                }
            }
            finally
            {
                ended++;
            }
        }
    }

    [Fact]
    public async Task Each_tenant_records_its_own()
    {
        await using var host = new TestHost();
        var tenant = new TenantId("other");

        await foreach (var _ in host.Profiles.ForTenant(tenant).RecordAllAsync(Input(Received(TestHost.Ada)), Quiet))
        { }

        (await host.Store.FindAsync(tenant, TestHost.AdasAddress, default)).Should().NotBeNull();
        (await host.Store.FindAsync(TenantId.Default, TestHost.AdasAddress, default)).Should().BeNull();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_025)]
    public void The_number_in_flight_has_a_range(int most) =>
        FluentActions
            .Invoking(() => new BulkIntakeOptions { RequestChecks = false, MaxInFlight = most })
            .Should()
            .Throw<ArgumentOutOfRangeException>();

    private static BulkIntakeOptions Quiet => new() { RequestChecks = false };

    private static Conversation Received(string from, string? id = null) => new(id ?? "thread", from, TestHost.Start);

    private static Task<List<BulkIntakeResult>> RecordAsync(TestHost host, params IConversation[] conversations) =>
        RecordAsync(host, Quiet, conversations);

    private static async Task<List<BulkIntakeResult>> RecordAsync(
        TestHost host,
        BulkIntakeOptions options,
        params IConversation[] conversations
    )
    {
        var results = new List<BulkIntakeResult>();
        await foreach (var result in host.Profiles.RecordAllAsync(Input(conversations), options))
        {
            results.Add(result);
        }

        return results;
    }

    private static async IAsyncEnumerable<IConversation> Input(params IConversation[] conversations)
    {
        await Task.CompletedTask;
        foreach (var conversation in conversations)
        {
            yield return conversation;
        }
    }
}
