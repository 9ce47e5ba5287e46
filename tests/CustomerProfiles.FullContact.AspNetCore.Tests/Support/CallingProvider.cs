using System.Collections.Concurrent;
using CustomerProfiles.Providers;
using NodaTime;

namespace CustomerProfiles.FullContact.AspNetCore.Tests.Support;

/// <summary>
/// FullContact as far as the webhook goes: it will call at the first attempt, and answers the next ones at once.
/// </summary>
internal sealed class CallingProvider(IFullContactWebhook webhook) : IProfileProvider
{
    public string Name => FullContactDefaults.ProviderName;

    public Uri? ClaimPage => null;

    public ConcurrentQueue<ProviderRequest> Questions { get; } = [];

    /// <summary>Where it was told to call, in order.</summary>
    public ConcurrentQueue<Uri> Addresses { get; } = [];

    /// <summary>Happens after the address was told and before the core learns that there will be a call.</summary>
    public Func<Uri, Task>? BeforeItIsNoted { get; set; }

    /// <summary>What the second attempt is answered with, as soon as this ends.</summary>
    public Task<ProviderResult> WhenAskedAgain { get; set; } =
        Task.FromResult<ProviderResult>(new ProviderResult.Matched(new PublicInformation { Location = "Asked again" }));

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
