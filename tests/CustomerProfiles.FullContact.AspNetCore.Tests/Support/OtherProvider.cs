using CustomerProfiles.Providers;

namespace CustomerProfiles.FullContact.AspNetCore.Tests.Support;

/// <summary>Another provider than FullContact, which is never called.</summary>
internal sealed class OtherProvider : IProfileProvider
{
    public string Name => "other";

    public Uri? ClaimPage => null;

    public ValueTask<ProviderResult> LookUpAsync(ProviderRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ProviderResult>(new ProviderResult.NoMatch());
}
