using System.Text.Json;
using CustomerProfiles;
using CustomerProfiles.Providers;
using NodaTime;

namespace CustomProvider;

/// <summary>A provider of your own: it looks people up in the company's directory, a JSON file.</summary>
/// <remarks>
/// A provider is a singleton and is called from several threads at once. It returns every expected failure as a result.
/// The library decides when to call it, and what of the result reaches the profile.
/// </remarks>
/// <param name="file">The directory: e-mail addresses in lower case, each with a person.</param>
internal sealed class DirectoryProvider(string file) : IProfileProvider
{
    private static readonly Duration RetryDelay = Duration.FromMinutes(1);

    /// <summary>Stored with every value of this provider, so it must never change.</summary>
    public string Name => "directory";

    public Uri? ClaimPage => null;

    /// <summary>Lookups are free, so their number is not limited.</summary>
    public ProviderBudget? Budget => new(null, null);

    public async ValueTask<ProviderResult> LookUpAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            await using var stream = File.OpenRead(file);
            var people = await JsonSerializer.DeserializeAsync<Dictionary<string, Person>>(
                stream,
                JsonSerializerOptions.Web,
                cancellationToken
            );
            var person = request
                .Emails.Select(email => people?.GetValueOrDefault(email.Normalized))
                .FirstOrDefault(found => found is not null);
            return person is null ? new ProviderResult.NoMatch() : new ProviderResult.Matched(person.ToInformation());
        }
        catch (JsonException)
        {
            return new ProviderResult.Failed(ProviderFailure.InvalidResponse);
        }
        catch (IOException)
        {
            return new ProviderResult.Failed(ProviderFailure.Unavailable, RetryDelay);
        }
    }

    private sealed record Person(string? Name, string? Company, string? JobTitle, string? Location)
    {
        public PublicInformation ToInformation() =>
            new()
            {
                Name = Name is null ? null : new PersonName(Name),
                Company = Company,
                JobTitle = JobTitle,
                Location = Location,
            };
    }
}
