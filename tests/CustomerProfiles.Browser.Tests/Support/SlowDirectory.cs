using CustomerProfiles.Providers;

namespace CustomerProfiles.Browser.Tests.Support;

/// <summary>A provider that returns what the test sets, when the test drains the checks.</summary>
internal sealed class SlowDirectory : IProfileProvider
{
    public string Name => "directory";

    public Uri? ClaimPage { get; set; } = new("https://directory.example.org/claim");

    public Uri? OptOutPage { get; set; } = new("https://directory.example.org/opt-out");

    public PublicInformation Information { get; set; } =
        new()
        {
            Location = "London, England",
            Bio = "Notes on the Analytical Engine.",
            Photo = new Photo(new Uri("https://directory.example.org/ada.png")),
            SocialProfiles = [new SocialProfile("github", new Uri("https://github.com/ada"), "ada")],
        };

    public ValueTask<ProviderResult> LookUpAsync(ProviderRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ProviderResult>(new ProviderResult.Matched(Information));
}
