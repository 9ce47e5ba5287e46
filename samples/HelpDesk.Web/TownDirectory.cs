using CustomerProfiles;
using CustomerProfiles.Providers;

namespace HelpDesk.Web;

/// <summary>A provider with two invented people. A real one would be FullContact.</summary>
internal sealed class TownDirectory : IProfileProvider
{
    public string Name => "town-directory";

    public Uri? ClaimPage => new("https://directory.example.org/claim");

    /// <summary>Its lookups cost nothing.</summary>
    public ProviderBudget Budget => new(null, null);

    public ValueTask<ProviderResult> LookUpAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        ProviderResult result = request.Emails[0].Value switch
        {
            "ada@example.com" => new ProviderResult.Matched(
                new PublicInformation
                {
                    Company = "Analytical Engines",
                    JobTitle = "Analyst",
                    Location = "London, England",
                    Bio = "Notes on the Analytical Engine.",
                    SocialProfiles = [new SocialProfile("github", new Uri("https://github.com/ada"), "ada")],
                }
            ),
            "grace@example.org" => new ProviderResult.Matched(
                new PublicInformation { Company = "Compilers & Co", Location = "Arlington, Virginia" }
            ),
            _ => new ProviderResult.NoMatch(),
        };
        return ValueTask.FromResult(result);
    }
}
