using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>A backup from before an erasure that is restored.</summary>
public sealed class RestoredBackupTests
{
    private const string Word = "quokkawort";

    private static readonly Actor Kim = Actor.Agent("kim");

    [Fact]
    public async Task Receipts_erase_whom_a_restored_file_has_brought_back_and_once_more_change_nothing()
    {
        await using var database = new SqliteTestDatabase();
        await using var restored = new SqliteTestDatabase();
        var profiles = Profiles(database);
        var ada = (await ReceiveAsync(profiles, "ada@example.com", "first")).Profile!;
        var grace = (await ReceiveAsync(profiles, "grace@example.org", "second")).Profile!;
        var edit = ada.Edit(Kim);
        edit.Notes = Word;
        await profiles.SaveAsync(edit);
        await database.ExecuteAsync($"vacuum into '{restored.File}'");
        var options = new ErasureOptions { Identities = ErasedIdentities.DoNotKeep, CaseReference = "request 17" };
        var receipt = ((EraseOutcome.Erased)await profiles.Privacy.EraseAsync(ada.Id, Kim, options)).Receipt.ToJson();

        profiles = Profiles(restored);
        (await restored.TextOfTablesAsync(DatabaseKind.Sqlite)).Should().Contain(Word, "she is there again");
        (await profiles.GetAsync(ada.Id)).Should().NotBeNull();
        (await ReplayAsync(profiles, receipt)).Erased.Should().Equal(ada.Id);
        var after = await restored.TextOfTablesAsync(DatabaseKind.Sqlite);
        (await ReplayAsync(profiles, receipt)).Erased.Should().BeEmpty();

        (await restored.TextOfTablesAsync(DatabaseKind.Sqlite)).Should().Be(after).And.NotContainEquivalentOf(Word);
        (await ReceiveAsync(profiles, "ada@example.com", "third")).Should().BeOfType<ConversationOutcome.Declined>();
        (await profiles.GetAsync(grace.Id)).Should().NotBeNull();
        var kept = await profiles.Privacy.GetErasuresAsync(default).SingleAsync();
        kept.ToJson().Should().Be(receipt, "the receipt is that of the erasure");
    }

    private static ICustomerProfiles Profiles(SqliteTestDatabase database) =>
        database
            .Host(options: options => options.ErasureKeys.Add(ErasureCalls.NewKey))
            .GetRequiredService<ICustomerProfiles>();

    private static async Task<ErasureReplay> ReplayAsync(ICustomerProfiles profiles, string receipt) =>
        await profiles.Privacy.ReplayErasuresAsync(new[] { ErasureReceipt.Parse(receipt) }.ToAsyncEnumerable());

    private static async Task<ConversationOutcome> ReceiveAsync(ICustomerProfiles profiles, string from, string id) =>
        await profiles.ConversationReceivedAsync(new Conversation(id, from, StoreCalls.Now));
}
