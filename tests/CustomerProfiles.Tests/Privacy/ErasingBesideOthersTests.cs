using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Merging;

namespace CustomerProfiles.Tests.Privacy;

/// <summary>Erasing a customer whom an import or an export is about at that moment.</summary>
public sealed class ErasingBesideOthersTests
{
    private static readonly Identity Imported = Identity.External("old-crm:4711");

    [Fact]
    public async Task A_row_whose_customer_is_erased_before_it_is_written_creates_a_customer_of_its_own_values()
    {
        await using var host = Host(out var store);
        var ada = await KnownAsync(host);
        Once(store, () => host.ErasedAsync(ada.Id), before: nameof(ICustomerProfileStore.UpdateAsync));

        var created = (await ImportAsync(host)).Should().BeOfType<ImportOutcome.Created>().Which.Id;

        created.Should().NotBe(ada.Id);
        var profile = await host.ReadAsync(created);
        (profile.Version, profile.Company, profile.Notes, profile.Name).Should().Be((1, "Engines", null, null));
        profile.Identities.Should().BeEquivalentTo([TestHost.AdasAddress, Imported]);
        (await host.Profiles.Privacy.ExportAsync(ada.Id)).Should().BeNull();
    }

    [Fact]
    public async Task A_row_whose_customer_is_erased_and_not_to_be_kept_before_it_is_written_creates_nobody()
    {
        await using var host = Host(out var store);
        var ada = await KnownAsync(host);
        Once(
            store,
            () => host.ErasedAsync(ada.Id, ErasedIdentities.DoNotKeep),
            before: nameof(ICustomerProfileStore.UpdateAsync)
        );

        var outcome = await ImportAsync(host);

        outcome.Should().BeOfType<ImportOutcome.DoNotKeep>().Which.Identities.Should().Equal(TestHost.AdasAddress);
        (await host.Profiles.CountAsync(new ProfileSearchQuery())).Count.Should().Be(0);
        (await host.Profiles.FindAsync(Imported)).Should().BeNull();
    }

    [Fact]
    public async Task A_row_that_is_written_between_reading_and_erasing_is_erased_with_the_customer()
    {
        await using var host = Host(out var store);
        var ada = await KnownAsync(host);
        ImportOutcome? imported = null;
        Once(store, async () => imported = await ImportAsync(host), before: nameof(IErasureStore.EraseAsync));

        var receipt = await host.ErasedAsync(ada.Id);

        imported.Should().BeOfType<ImportOutcome.Updated>();
        (receipt.Identities, receipt.Changes).Should().Be((2, 2), "the edit and the row are erased too");
        (await host.Profiles.CountAsync(new ProfileSearchQuery())).Count.Should().Be(0);
        (await host.Profiles.FindAsync(Imported)).Should().BeNull();
    }

    [Fact]
    public async Task A_customer_who_is_erased_while_all_are_exported_is_in_whole_or_not_at_all()
    {
        await using var host = Host(out var store);
        var ada = await KnownAsync(host);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var grace = await host.WriterAsync("grace@example.org");
        Once(
            store,
            async () =>
            {
                await host.ErasedAsync(ada.Id);
                await host.ErasedAsync(grace.Id);
            },
            after: nameof(IExportStore.GetRecordAsync)
        );

        var export = (await host.Profiles.Privacy.ExportAllAsync().ToArrayAsync()).Should().ContainSingle().Which;

        export.Id.Should().Be(ada.Id, "she was read before");
        export.ToJson().Should().Contain("Pays late.").And.Contain("\"conversations\": [\n    {");
        (await host.Profiles.Privacy.ExportAllAsync().ToArrayAsync()).Should().BeEmpty();
    }

    [Theory]
    [InlineData(nameof(ICustomerProfileStore.FindAsync), false, true)]
    [InlineData(nameof(IExportStore.GetRecordAsync), true, true)]
    [InlineData(nameof(IExportStore.IsSuppressedAsync), true, true)]
    [InlineData(nameof(IErasureStore.FindMarksAsync), true, false)]
    public async Task An_export_by_identity_has_the_customer_or_what_an_erasure_meanwhile_has_kept(
        string call,
        bool hasCustomer,
        bool hasMark
    )
    {
        await using var host = Host(out var store);
        var ada = await KnownAsync(host);
        Once(store, () => host.ErasedAsync(ada.Id, ErasedIdentities.DoNotKeep), after: call);

        var export = await host.Profiles.Privacy.ExportAsync(TestHost.AdasAddress);

        (await host.Profiles.GetAsync(ada.Id)).Should().BeNull();
        (export.Customer is not null).Should().Be(hasCustomer);
        export.Mark.Should().Be(hasMark ? ErasureMarkKind.DoNotKeep : null);
    }

    private static TestHost Host(out FaultInjectingStore store)
    {
        var time = new TestTime(TestHost.Start);
        store = new FaultInjectingStore(new InMemoryCustomerProfileStore(time));
        return new TestHost(options => options.AddKeys(("2026", ErasingSteps.Secret)), store: store, time: time);
    }

    private static async Task<CustomerProfile> KnownAsync(TestHost host)
    {
        var ada = await host.WriterAsync(TestHost.Ada);
        return await host.EditAsync(ada.Id, edit => edit.Notes = "Pays late.");
    }

    private static async Task<ImportOutcome> ImportAsync(TestHost host)
    {
        var row = new ImportRow
        {
            Id = "4711",
            Profile = new NewProfile { Company = "Engines", Emails = [new ProfileEmail("ada@example.com")] },
        };
        var rows = new[] { row }.OneByOne();
        return (await host.Profiles.ImportAsync(rows, new ImportOptions { System = "old-crm" }).SingleAsync()).Outcome;
    }

    /// <summary>Does something before or after the next call of that name.</summary>
    private static void Once(FaultInjectingStore store, Func<Task> act, string? before = null, string? after = null)
    {
        var isDone = false;
        store.Before = call => RunAsync(call == before);
        store.After = call => RunAsync(call == after);

        async Task RunAsync(bool isIt)
        {
            if (isIt && !isDone)
            {
                isDone = true;
                await act();
            }
        }
    }
}
