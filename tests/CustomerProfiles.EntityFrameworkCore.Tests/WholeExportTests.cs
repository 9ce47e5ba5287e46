using System.Text.RegularExpressions;
using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Providers;
using CustomerProfiles.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>What erasing deletes, an export shows.</summary>
public sealed partial class WholeExportTests
{
    private static readonly Actor Agent = Actor.Agent("mark01");

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Every_word_of_a_customer_that_a_table_holds_is_in_the_export(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var provider = new FakeProvider().Next(ResultOf("mark1")).Next(ResultOf("mark2"));
        var host = database.Host(
            builder => builder.AddProvider(provider).AddEvents(),
            options: options => options.SuggestDuplicates = true
        );
        var profiles = host.GetRequiredService<ICustomerProfiles>();
        var survivor = await LiveAsync(host, "mark1");
        var absorbed = await LiveAsync(host, "mark2");
        var merge = new MergeRequest
        {
            From = absorbed,
            Into = survivor,
            CaseReference = "mark02",
        };
        (await profiles.Merging.MergeAsync(merge, Agent)).Should().BeOfType<MergeOutcome.Merged>();

        var export = await profiles.Privacy.ExportAsync(survivor, new ExportOptions { IncludeAgentIds = true });

        var held = WordsOf(await database.TextOfTablesAsync(kind));
        held.Should().HaveCount(2 + (2 * 18), "each place has a word of its own");
        WordsOf(export!.ToJson()).Should().BeEquivalentTo(held);

        var erasing = new ErasureOptions { IncludeAbsorbed = true, Identities = ErasedIdentities.Forget };
        (await profiles.Privacy.EraseAsync(survivor, Actor.Agent("kim"), erasing))
            .Should()
            .BeOfType<EraseOutcome.Erased>();
        WordsOf(await database.TextOfTablesAsync(kind))
            .Should()
            .BeEquivalentTo(["mark01", "mark114", "mark214"], "waiting events name the agent and keys of properties");
    }

    /// <summary>A customer with a word in every place that can hold one, most of them replaced since.</summary>
    private static async Task<CustomerId> LiveAsync(IServiceProvider host, string mark)
    {
        var profiles = host.GetRequiredService<ICustomerProfiles>();
        var now = host.GetRequiredService<IClock>().GetCurrentInstant();
        var from = $"{mark}01 <{mark}02@example.com>";
        var id = (await profiles.ConversationReceivedAsync(new Conversation($"{mark}03", from, now))).Profile!.Id;
        await host.GetRequiredService<ICheckRunner>().DrainAsync();
        await EditAsync(edit =>
        {
            edit.CaseReference = $"{mark}07";
            edit.Notes = $"{mark}08";
            edit.JobTitle = $"{mark}09";
            edit.Address = new PostalAddress(street: $"{mark}10");
            edit.Emails.Add(new ProfileEmail(EmailAddress.Parse($"{mark}11@example.org"), $"{mark}12"));
            edit.Phones.Add(new PhoneNumber("+44 20 7946 0000", $"{mark}13"));
            edit.Custom[$"{mark}14"] = $"{mark}15";
        });
        await EditAsync(edit =>
        {
            edit.Notes = null;
            edit.JobTitle = "Analyst";
            edit.Address = null;
            edit.Emails.Remove(new ProfileEmail(EmailAddress.Parse($"{mark}11@example.org")));
            edit.Clear(ProfileField.Custom($"{mark}14"));
        });
        var row = new ImportRow
        {
            Id = $"{mark}16",
            Profile = new NewProfile
            {
                Websites = [new Uri($"https://example.net/{mark}17")],
                Identities = [StoreCalls.IdentityOf($"{mark}02@example.com"), Identity.Chat("irc", $"{mark}18")],
            },
        };
        await foreach (
            var result in profiles.ImportAsync(
                new[] { row }.ToAsyncEnumerable(),
                new ImportOptions { System = "old-crm" }
            )
        )
        {
            result.Outcome.Should().BeOfType<ImportOutcome.Updated>();
        }

        (await profiles.SuppressAsync(id, Agent)).Should().BeTrue();
        return id;

        async Task EditAsync(Action<ProfileEdit> change)
        {
            var edit = (await profiles.GetAsync(id))!.Edit(Agent);
            change(edit);
            (await profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>();
        }
    }

    /// <summary>What a provider says of a customer.</summary>
    private static ProviderResult.Matched ResultOf(string mark) =>
        new(
            new PublicInformation
            {
                Bio = $"{mark}04",
                Company = $"{mark}05",
                Photo = new Photo(new Uri($"https://example.com/{mark}06")),
            }
        );

    private static IEnumerable<string> WordsOf(string text) =>
        Word().Matches(text).Select(match => match.Value.ToLowerInvariant()).Distinct();

    [GeneratedRegex("mark[0-9]{2,3}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
