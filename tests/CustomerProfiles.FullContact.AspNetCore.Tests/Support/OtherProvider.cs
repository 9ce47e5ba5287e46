using CustomerProfiles.Enrichment;

namespace CustomerProfiles.FullContact.AspNetCore.Tests.Support;

/// <summary>A provider that is not FullContact and never asked.</summary>
internal sealed class OtherProvider : IProfileProvider
{
    public string Name => "other";

    public Uri? ClaimPage => null;

    public ValueTask<ProviderAnswer> AskAsync(ProviderQuestion question, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ProviderAnswer>(new ProviderAnswer.NoMatch());
}
