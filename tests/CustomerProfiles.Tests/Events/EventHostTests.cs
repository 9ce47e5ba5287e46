using CustomerProfiles.Stores;
using CustomerProfiles.Testing;
using CustomerProfiles.Tests.Merging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CustomerProfiles.Tests.Events;

/// <summary>Hosts that start with events, without them, and with a store that has none.</summary>
public sealed class EventHostTests
{
    [Fact]
    public async Task A_host_without_events_does_not_start_while_others_of_its_store_write_them()
    {
        var store = new InMemoryCustomerProfileStore(TimeProvider.System);
        using (var first = HostWith(store, builder => builder.AddEvents<EventLog.Handler>()))
        {
            await first.StartAsync();
            await first.StopAsync();
        }

        using var without = HostWith(store);
        await without
            .Awaiting(host => host.StartAsync())
            .Should()
            .ThrowAsync<InvalidOperationException>()
            .WithMessage("*Call AddEvents()*TurnOffAsync*");
        using var writing = HostWith(store, builder => builder.AddEvents());
        await writing.StartAsync();
        await writing.Services.GetRequiredService<ICustomerEventRunner>().TurnOffAsync();
        await writing.StopAsync();
        using var again = HostWith(store);
        await again.StartAsync();
        await again.StopAsync();
    }

    [Fact]
    public async Task Turning_events_off_removes_those_that_wait()
    {
        var log = new EventLog();
        await using var host = log.Host();
        await host.WriterAsync(TestHost.Ada);
        await host.Get<ICustomerEventRunner>().TurnOffAsync();
        (await log.DrainAsync(host)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_host_with_events_does_not_start_on_a_store_that_writes_none()
    {
        using var host = HostWith(
            BaseStore.Over(new InMemoryCustomerProfileStore(TimeProvider.System)),
            builder => builder.AddEvents()
        );
        await host.Awaiting(each => each.StartAsync())
            .Should()
            .ThrowAsync<NotSupportedException>()
            .WithMessage("*IEventStore*do not call AddEvents*");
    }

    [Fact]
    public async Task A_host_does_not_start_while_its_store_cannot_say_whether_events_are_on()
    {
        var store = new FaultInjectingStore(new InMemoryCustomerProfileStore(TimeProvider.System));
        store.Next(nameof(IEventStore.AreEventsOnAsync), Fault.ThrowBefore(new IOException()));
        using var host = HostWith(store);
        await host.Awaiting(each => each.StartAsync()).Should().ThrowAsync<IOException>();
    }

    [Fact]
    public async Task A_running_host_delivers_events_by_itself_and_finishes_what_it_handles_when_it_stops()
    {
        var log = new EventLog();
        var (entered, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        log.OnEvent = async (_, _) =>
        {
            entered.TrySetResult();
            await release.Task;
        };
        var store = new InMemoryCustomerProfileStore(TimeProvider.System);
        using var host = HostWith(
            store,
            builder =>
                builder.AddEvents<EventLog.Handler>(options => options.PollInterval = TimeSpan.FromMilliseconds(10)),
            log
        );
        await host.StartAsync();
        await host
            .Services.GetRequiredService<ICustomerProfiles>()
            .CreateAsync(new NewProfile { Name = "Ada Lovelace" }, TestHost.Kim);
        await entered.Task.Soon();

        var stopping = host.StopAsync();
        stopping.IsCompleted.Should().BeFalse("the handler still runs");
        release.SetResult();
        await stopping.Soon();
        log.Delivered.Should().ContainSingle();
        (await store.ClaimEventsAsync(1, 1, NodaTime.Duration.FromSeconds(1), default)).Should().BeEmpty();
    }

    [Fact]
    public void A_host_with_options_that_cannot_be_does_not_start()
    {
        var services = new ServiceCollection();
        services
            .AddCustomerProfiles()
            .AddEvents(options =>
            {
                options.MaxAttempts = 0;
                options.MaxConcurrentCustomers = 101;
                options.RetryDelay = TimeSpan.Zero;
                options.MaxRetryDelay = TimeSpan.FromDays(2);
                options.HandlerTimeout = TimeSpan.FromHours(2);
                options.LeaseDuration = TimeSpan.FromHours(3);
                options.PollInterval = TimeSpan.FromMilliseconds(1);
            });
        using var provider = services.BuildServiceProvider();
        provider
            .Invoking(each => each.GetRequiredService<ICustomerEventRunner>())
            .Should()
            .Throw<OptionsValidationException>()
            .Which.Failures.Should()
            .BeEquivalentTo(
                "CustomerEventOptions.MaxAttempts is 0; it is 1 to 100.",
                "CustomerEventOptions.MaxConcurrentCustomers is 101; it is 1 to 100.",
                "CustomerEventOptions.RetryDelay is 00:00:00; it is 00:00:00.0010000 to 01:00:00.",
                "CustomerEventOptions.MaxRetryDelay is 2.00:00:00; it is 00:00:00 to 1.00:00:00.",
                "CustomerEventOptions.HandlerTimeout is 02:00:00; it is 00:00:00.0010000 to 01:00:00.",
                "CustomerEventOptions.LeaseDuration is 03:00:00; it is 04:00:00 to 1.00:00:00.",
                "CustomerEventOptions.PollInterval is 00:00:00.0010000; it is 00:00:00.0100000 to 01:00:00."
            );
    }

    private static IHost HostWith(
        ICustomerProfileStore store,
        Action<CustomerProfilesBuilder>? configure = null,
        EventLog? log = null
    )
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(log ?? new EventLog());
        var profiles = builder.Services.AddCustomerProfiles().UseStore(store);
        configure?.Invoke(profiles);
        return builder.Build();
    }
}
