using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;

namespace CustomerProfiles.Documentation.Tests.Running;

/// <summary>Passes events to the readers of a channel in this process.</summary>
internal sealed class ChannelHandler(Channel<CustomerEvent> channel) : ICustomerEventHandler
{
    // Waits while the channel is full. What is not written in time stays in the store and is delivered again.
    public ValueTask HandleAsync(CustomerEvent customerEvent, CancellationToken cancellationToken) =>
        channel.Writer.WriteAsync(customerEvent, cancellationToken);
}

/// <summary>Names of customers for lists that are shown often, up to date without a query each time.</summary>
internal sealed class CustomerNames(Channel<CustomerEvent> channel, ICustomerProfiles profiles) : BackgroundService
{
    private readonly ConcurrentDictionary<CustomerId, (long Sequence, string? Name)> _names = [];

    /// <summary>Null for a customer who was absorbed or erased, or has not changed since this host started.</summary>
    public string? Find(CustomerId id) => _names.GetValueOrDefault(id).Name;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var changed in channel.Reader.ReadAllAsync(stoppingToken))
        {
            // At least once: an event may come again.
            if (changed.Sequence > _names.GetValueOrDefault(changed.CustomerId).Sequence)
            {
                // The event has no values: read them. An absorbed id leads to somebody else, an erased one to nobody.
                var profile = await profiles.GetAsync(changed.CustomerId, stoppingToken);
                var name = profile?.Id == changed.CustomerId ? profile.DisplayName : null;
                _names[changed.CustomerId] = (changed.Sequence, name);
            }
        }
    }
}
