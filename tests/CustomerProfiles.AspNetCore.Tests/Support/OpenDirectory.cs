using CustomerProfiles.Providers;

namespace CustomerProfiles.AspNetCore.Tests.Support;

/// <summary>A provider that returns what the test sets.</summary>
internal sealed class OpenDirectory : IProfileProvider
{
    public string Name => "directory";

    public Uri? ClaimPage { get; set; } = new("https://directory.example.org/claim");

    public Uri? OptOutPage { get; set; } = new("https://directory.example.org/opt-out");

    public PublicInformation Information { get; set; } = new() { Location = "London", Company = "Engines" };

    public ValueTask<ProviderResult> LookUpAsync(ProviderRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ProviderResult>(new ProviderResult.Matched(Information));
}
