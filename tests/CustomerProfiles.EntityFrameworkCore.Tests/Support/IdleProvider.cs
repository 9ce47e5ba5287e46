using CustomerProfiles.Providers;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>A provider that is never called, because the tests claim its checks themselves.</summary>
internal sealed class IdleProvider : IProfileProvider
{
    public const string TheName = "idle";

    public string Name => TheName;

    public Uri? ClaimPage => null;

    public bool CanLookUp(ProviderRequest request) => true;

    public ValueTask<ProviderResult> LookUpAsync(ProviderRequest request, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("This provider is never called.");
}
