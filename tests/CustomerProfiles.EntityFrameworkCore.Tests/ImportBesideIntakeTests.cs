using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>An import beside conversations of the same people, on another host.</summary>
public sealed class ImportBesideIntakeTests
{
    private const int People = 300;

    private static readonly ImportOptions OldCrm = new() { System = "old-crm", BatchSize = 10 };

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Rows_and_conversations_of_the_same_addresses_make_one_customer_each(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var importing = database.Host().GetRequiredService<ICustomerProfiles>();
        var receiving = database.Host().GetRequiredService<ICustomerProfiles>();
        await importing.FindAsync(StoreCalls.IdentityOf(AddressOf(0)));

        var conversations = Task.Run(async () =>
        {
            var outcomes = new List<ConversationOutcome>();
            for (var person = 0; person < People; person++)
            {
                var conversation = new Conversation($"{person}", AddressOf(person), StoreCalls.Now);
                outcomes.Add(await receiving.ConversationReceivedAsync(conversation));
            }

            return outcomes;
        });
        var results = await Task.Run(async () => await importing.ImportAsync(RowsAsync(), OldCrm).ToListAsync());
        var received = await conversations;

        (await database.ValueAsync<long>("select count(*) from cp_customers")).Should().Be(People);
        (await database.ValueAsync<long>("select count(*) from cp_conversations")).Should().Be(People);
        for (var person = 0; person < People; person++)
        {
            var id = (await importing.FindAsync(StoreCalls.IdentityOf(AddressOf(person))))!.Id;
            received[person].Profile!.Id.Should().Be(id);
            (await importing.FindAsync(Identity.External($"old-crm:{person}")))!.Id.Should().Be(id);
            var imported = results[person].Outcome;
            (imported is ImportOutcome.Created).Should().Be(received[person] is ConversationOutcome.Existing);
            (imported is ImportOutcome.Updated).Should().Be(received[person] is ConversationOutcome.Created);
        }

        (await importing.ImportAsync(RowsAsync(), OldCrm).ToListAsync())
            .Should()
            .OnlyContain(result => result.Outcome is ImportOutcome.Unchanged);
    }

    private static string AddressOf(int person) => $"person{person}@example.com";

    private static async IAsyncEnumerable<ImportRow> RowsAsync()
    {
        for (var person = 0; person < People; person++)
        {
            await Task.Yield();
            yield return new ImportRow
            {
                Id = $"{person}",
                Profile = new NewProfile { Company = "Example Ltd", Emails = [new ProfileEmail(AddressOf(person))] },
            };
        }
    }
}
