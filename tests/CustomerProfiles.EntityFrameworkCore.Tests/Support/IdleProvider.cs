using CustomerProfiles.Enrichment;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>A provider that is never reached: the tests claim its checks themselves.</summary>
internal sealed class IdleProvider : IProfileProvider
{
    public const string TheName = "idle";

    public string Name => TheName;

    public Uri? ClaimPage => null;

    public bool CanAsk(ProviderQuestion question) => true;

    public ValueTask<ProviderAnswer> AskAsync(ProviderQuestion question, CancellationToken cancellationToken) => throw new InvalidOperationException("Nobody asks here.");
}
