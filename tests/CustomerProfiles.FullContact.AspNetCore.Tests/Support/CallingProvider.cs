using System.Collections.Concurrent;
using CustomerProfiles.Providers;
using NodaTime;

namespace CustomerProfiles.FullContact.AspNetCore.Tests.Support;

/// <summary>
/// The webhook part of FullContact: a callback is expected for the first attempt; later ones return a result.
/// </summary>
internal sealed class CallingProvider(IFullContactWebhook webhook) : IProfileProvider
{
    public string Name => FullContactDefaults.ProviderName;

    public Uri? ClaimPage => null;

    public ConcurrentQueue<ProviderRequest> Questions { get; } = [];

    /// <summary>The addresses for callbacks, in order.</summary>
    public ConcurrentQueue<Uri> Addresses { get; } = [];

    /// <summary>Runs after the address was created and before the core knows that a callback is expected.</summary>
    public Func<Uri, Task>? BeforeItIsNoted { get; set; }

    /// <summary>The result of the second attempt.</summary>
    public Task<ProviderResult> WhenAskedAgain { get; set; } =
        Task.FromResult<ProviderResult>(new ProviderResult.Matched(new PublicInformation { Location = "Retried" }));

    public async ValueTask<ProviderResult> LookUpAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        Questions.Enqueue(request);
        if (request.Attempt > 1)
        {
            return await WhenAskedAgain.WaitAsync(cancellationToken);
        }

        var address = webhook.AddressFor(request.Callback!);
        Addresses.Enqueue(address);
        if (BeforeItIsNoted is { } act)
        {
            await act(address);
        }

        return new ProviderResult.CallbackExpected(Duration.FromTimeSpan(webhook.Timeout));
    }
}
