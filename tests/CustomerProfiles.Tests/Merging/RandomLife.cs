using CustomerProfiles.Providers;
using NodaTime;

namespace CustomerProfiles.Tests.Merging;

/// <summary>Two customers to whom anything may happen, by the number of a step.</summary>
internal sealed class RandomLife : IDisposable
{
    public const int Steps = 22;

    private int _step;

    public RandomLife()
    {
        Host = new TestHost(options => options.AgentsEditPhoto = true);
        Host.Provider.Otherwise = new ProviderResult.NoMatch();
        From = Host.CreatedAsync(new NewProfile { Identities = [Address("from")] }).GetAwaiter().GetResult().Id;
        Into = Host.CreatedAsync(new NewProfile { Identities = [Address("into")] }).GetAwaiter().GetResult().Id;
    }

    public TestHost Host { get; }

    public CustomerId From { get; }

    public CustomerId Into { get; }

    /// <summary>Runs a test that may hold calls of the provider open.</summary>
    public async Task RunAsync(Func<Task> test) => await test();

    public void Dispose() => Host.DisposeAtOnce();

    public async Task LiveAsync(CustomerId id, int[] steps)
    {
        foreach (var step in steps)
        {
            await LiveAsync(id, step);
        }
    }

    private async Task LiveAsync(CustomerId id, int step)
    {
        var (i, name) = (_step++, id == From ? "from" : "into");
        switch (step)
        {
            case 0:
                Host.Time.Advance(TimeSpan.FromDays(25));
                break;
            case 1:
                Host.Provider.Next(new ProviderResult.Matched(Known(i)));
                await ReceiveAsync(id, name);
                await Host.DrainAsync();
                break;
            case 2:
                await ReceiveAsync(id, name);
                await Host.DrainAsync();
                break;
            case 3:
                await ReceiveAsync(id, name);
                break;
            case 4:
                Host.Provider.Next(new ProviderResult.Failed(ProviderFailure.Unavailable));
                await ReceiveAsync(id, name);
                await Host.DrainAsync();
                break;
            case 5:
                Host.Provider.Next(new ProviderResult.CallbackExpected(Duration.FromDays(1)));
                await ReceiveAsync(id, name);
                await Host.DrainAsync();
                break;
            case 6:
                await Host.Profiles.SuppressAsync(id, TestHost.Kim);
                break;
            case 7:
                await Host.Profiles.SuppressAsync(Address(name));
                break;
            case 8:
                await Host.Profiles.UnsuppressAsync(id, TestHost.Kim);
                break;
            case 9:
                await Host.Profiles.ClearPhotoAsync(id, TestHost.Kim);
                break;
            case 10:
                await Host.Profiles.ResetPhotoAsync(id, TestHost.Kim);
                break;
            case 11:
                await Host.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, id, TestHost.Kim);
                break;
            default:
                var edit = (await Host.ReadAsync(id)).Edit(TestHost.Kim);
                Change(edit, step, i);
                await Host.Profiles.SaveAsync(edit);
                break;
        }
    }

    private static void Change(ProfileEdit edit, int step, int i)
    {
        switch (step)
        {
            case 12:
                edit.Company = i % 3 == 0 ? null : $"Company {i % 4}";
                break;
            case 13:
                edit.Notes = i % 4 == 0 ? null : $"Note {i % 3}.";
                break;
            case 14:
                edit.Name = i % 4 == 0 ? null : new PersonName($"Name {i % 5}");
                break;
            case 15:
                edit.Phones.Add(new PhoneNumber($"+44 20 7946 000{i % 6}", i % 2 == 0 ? "work" : null));
                break;
            case 16 when edit.Profile.Phones is [var first, ..]:
                edit.Phones.Remove(first);
                break;
            case 17:
                edit.Websites.Add(new Uri($"https://example.net/{i % 4}"));
                break;
            case 18:
                edit.Websites.Clear();
                break;
            case 19:
                edit.Custom[$"key-{i % 3}"] = $"value {i % 4}";
                break;
            case 20:
                edit.Emails.Add(new ProfileEmail(EmailAddress.Parse($"{i}@example.com")));
                break;
            case 21 when edit.Profile.Emails is [_, .., var last]:
                edit.Emails.Remove(last);
                break;
        }
    }

    private static PublicInformation Known(int i) =>
        new()
        {
            Location = $"Place {i % 3}",
            Photo = new Photo(new Uri($"https://photos.example.com/{i % 3}.jpg")),
            Company = $"Known {i % 2}",
            SocialProfiles = [new SocialProfile("mastodon", new Uri($"https://social.example.org/@{i % 2}"))],
            Websites = [new Uri($"https://example.net/{i % 4}")],
        };

    private static Identity Address(string name) => TestHost.IdentityOf($"{name}@example.org");

    private async Task ReceiveAsync(CustomerId id, string name)
    {
        if ((await Host.ReadAsync(id)).Identities.Contains(Address(name)))
        {
            await Host.ReceiveAsync($"{name}@example.org");
        }
    }
}
