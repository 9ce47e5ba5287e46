using CustomerProfiles.Providers;

namespace CustomerProfiles.FullContact.AspNetCore.Tests.Support;

/// <summary>A provider that is not FullContact and never asked.</summary>
internal sealed class OtherProvider : IProfileProvider
{
    public string Name => "other";

    public Uri? ClaimPage => null;

    public ValueTask<ProviderResult> LookUpAsync(ProviderRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ProviderResult>(new ProviderResult.NoMatch());
}
