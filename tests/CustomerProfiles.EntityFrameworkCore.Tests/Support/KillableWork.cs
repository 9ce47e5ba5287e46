using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>
/// The calls of a host that write the most at once. Their customers have the same ids and addresses in every tenant and
/// file, so that what two calls leave behind can be compared.
/// </summary>
internal static class KillableWork
{
    private const string Noted = "Likes other machines.";

    private static readonly Instant Beginning = Instant.FromUtc(2026, 3, 1, 12, 0);
    private static readonly Actor Kim = Actor.Agent("kim");
    private static readonly CustomerId Ada = TenantRows.KnownId(1);
    private static readonly CustomerId Ben = TenantRows.KnownId(2);
    private static readonly CustomerId Eve = TenantRows.KnownId(3);

    private static readonly Dictionary<string, Func<ICustomerProfiles, CancellationToken, Task<string>>> Calls = new(
        StringComparer.Ordinal
    )
    {
        ["edit"] = EditAsync,
        ["merge"] = async (profiles, cancel) =>
            (await profiles.Merging.MergeAsync(new MergeRequest { From = Ben, Into = Ada }, Kim, cancel)).Code,
        ["unmerge"] = UnmergeAsync,
        ["erase"] = async (profiles, cancel) =>
            (await profiles.Privacy.EraseAsync(Ada, Kim, new ErasureOptions { IncludeAbsorbed = true }, cancel)).Code,
        [KillableImport.Name] = async (profiles, cancel) =>
            string.Join(' ', await KillableImport.RunAsync(profiles, cancel)),
    };

    /// <summary>The calls that are written as one.</summary>
    public static TheoryData<string> Names => [.. Calls.Keys.Except([KillableImport.Name])];

    /// <summary>The calls, also the one that is written in several steps.</summary>
    public static TheoryData<string> AllNames => [.. Calls.Keys];

    /// <summary>What every host of these tests has.</summary>
    public static void Configure(CustomerProfilesBuilder builder, SetClock clock)
    {
        builder.AddProvider(new IdleProvider()).AddEvents();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.Configure<CustomerProfilesOptions>(options => options.ErasureKeys.Add(ErasureCalls.NewKey));
    }

    /// <summary>Makes the connection of a host ready.</summary>
    public static ValueTask<CustomerProfile?> WarmUpAsync(ICustomerProfiles profiles) => profiles.GetAsync(Ada);

    /// <summary>
    /// Makes the customers: with checks, conversations, a suppression, history, and one who absorbed another.
    /// </summary>
    public static async Task PrepareAsync(string name, ICustomerProfiles profiles, SetClock clock)
    {
        clock.Now = Beginning;
        await CreateAsync(profiles, Ada, "ada");
        await CreateAsync(profiles, Ben, "ben");
        await CreateAsync(profiles, Eve, "eve");
        foreach (var person in (string[])["ada", "ben", "eve"])
        {
            clock.Pass();
            await profiles.ConversationReceivedAsync(new Conversation(person, $"{person}@example.com", clock.Now));
        }

        clock.Pass();
        (await profiles.SuppressAsync(Ben, Kim)).Should().BeTrue();
        clock.Pass();
        await MergeAsync(profiles, Eve, Ben);
        clock.Pass();
        if (name is "unmerge" or "erase")
        {
            await MergeAsync(profiles, Ben, Ada);
        }

        clock.Pass();
    }

    /// <summary>Calls the host; the second time changes nothing.</summary>
    /// <returns>The code of the outcome.</returns>
    public static Task<string> CallAsync(
        string name,
        ICustomerProfiles profiles,
        CancellationToken cancellationToken = default
    ) => Calls[name](profiles, cancellationToken);

    private static async Task CreateAsync(ICustomerProfiles profiles, CustomerId id, string name) => (
            await profiles.CreateAsync(
                new NewProfile
                {
                    Id = id,
                    Identities = [StoreCalls.IdentityOf($"{name}@example.com")],
                    Notes = $"The notes of {name}.",
                    Company = "Example Ltd",
                    Custom = new Dictionary<string, string>(StringComparer.Ordinal) { [$"plan of {name}"] = "gold" },
                },
                Kim
            )
        ).Should().BeOfType<CreateOutcome.Created>();

    private static async Task MergeAsync(ICustomerProfiles profiles, CustomerId from, CustomerId into) =>
        (await profiles.Merging.MergeAsync(new MergeRequest { From = from, Into = into }, Kim))
            .Should()
            .BeOfType<MergeOutcome.Merged>();

    private static async Task<string> EditAsync(ICustomerProfiles profiles, CancellationToken cancellationToken)
    {
        var profile = (await profiles.GetAsync(Ada, cancellationToken))!;
        if (profile.Notes == Noted)
        {
            return "there";
        }

        var edit = profile.Edit(Kim);
        edit.Notes = Noted;
        edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("ada@example.org")));
        edit.Custom["plan of ada"] = "silver";
        return (await profiles.SaveAsync(edit, cancellationToken)).Code;
    }

    private static async Task<string> UnmergeAsync(ICustomerProfiles profiles, CancellationToken cancellationToken)
    {
        var merges = await profiles.Merging.GetMergesAsync(Ada, cancellationToken);
        return merges.SingleOrDefault(merge => merge.From == Ben) is { } merge
            ? (await profiles.Merging.UnmergeAsync(merge.Id, Kim, cancellationToken: cancellationToken)).Code
            : "there";
    }
}
