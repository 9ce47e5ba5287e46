using System.Text.RegularExpressions;
using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>What docs/operate/privacy.md says of a key that was lost, by the statements that are there.</summary>
public sealed partial class LostErasureKeyTests
{
    private static readonly string Page = File.ReadAllText(
        Path.Combine(RepositoryRoot.Path, "docs", "operate", "privacy.md")
    );

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task The_hashes_of_a_lost_key_are_shown_and_removed_by_the_statements_of_the_page(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var before = Host(database, "2026");
        await StartAsync(before);
        var profiles = before.GetRequiredService<ICustomerProfiles>();
        var ada = ((ConversationOutcome.Created)await ReceiveAsync(profiles, "first")).Profile;
        var options = new ErasureOptions { Identities = ErasedIdentities.DoNotKeep };
        await profiles.Privacy.EraseAsync(ada.Id, Actor.Agent("kim"), options);
        (await ReceiveAsync(profiles, "second")).Should().BeOfType<ConversationOutcome.Declined>();

        var host = Host(database, "2027");
        await host.Awaiting(StartAsync).Should().ThrowAsync<InvalidOperationException>().WithMessage("*'2026:*");
        var query = Statements().Matches(Page).Select(match => match.Groups["sql"].Value.Trim(' ', ';')).ToArray();
        query.Should().HaveCount(2);
        var key = await database.ValueAsync<string>(query[0].Replace(", count(*)", "", StringComparison.Ordinal));
        key.Should().StartWith("2026:");
        await database.ExecuteAsync(KeyId().Replace(query[1], $"'{key}'"));

        await StartAsync(host);
        var anew = host.GetRequiredService<ICustomerProfiles>();
        (await ReceiveAsync(anew, "third")).Should().BeOfType<ConversationOutcome.Created>("nobody recognises her");
    }

    private static ServiceProvider Host(TestDatabase database, string key) =>
        database.Host(options: options =>
            options.ErasureKeys.Add(
                new ErasureKey { Id = key, Secret = Convert.ToBase64String(new byte[ErasureKey.MinSecretBytes]) }
            )
        );

    private static async Task StartAsync(IServiceProvider host)
    {
        foreach (var service in host.GetServices<IHostedService>())
        {
            await service.StartAsync(default);
            await service.StopAsync(default);
        }
    }

    private static Task<ConversationOutcome> ReceiveAsync(ICustomerProfiles profiles, string id) =>
        profiles.ConversationReceivedAsync(new Conversation(id, "ada@example.com", StoreCalls.Now)).AsTask();

    [GeneratedRegex("^```sql\n(?<sql>[^\n]*?)(?:--[^\n]*)?\n```", RegexOptions.Multiline)]
    private static partial Regex Statements();

    [GeneratedRegex("'2026:[0-9a-f]+'")]
    private static partial Regex KeyId();
}
