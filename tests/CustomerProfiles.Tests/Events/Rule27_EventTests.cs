using CustomerProfiles.Providers;
using CustomerProfiles.Tests.Merging;

namespace CustomerProfiles.Tests.Events;

/// <summary>
/// Rule 27: each change of a customer writes one event, numbered per customer from 1 without gaps, with no values.
/// </summary>
public sealed class Rule27_EventTests
{
    private readonly EventLog _log = new();

    [Fact]
    public async Task Each_change_of_a_customer_is_one_event_in_order()
    {
        await using var host = _log.Host();
        var ada = await host.CheckedAsync();
        await host.EditAsync(
            ada.Id,
            edit =>
            {
                edit.Company = "Navy";
                edit.JobTitle = "Admiral";
            }
        );
        await host.Profiles.ClearPhotoAsync(ada.Id, TestHost.Kim);
        await host.Profiles.SuppressAsync(ada.Id, TestHost.Kim);
        await host.Profiles.UnsuppressAsync(ada.Id, TestHost.Kim);
        await host.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, ada.Id, TestHost.Kim);
        await host.Profiles.Privacy.EraseAsync(ada.Id, TestHost.Kim);

        var delivered = await _log.DrainAsync(host);
        delivered[0].Should().Be("Created");
        delivered[1].Should().StartWith("Updated ").And.Contain("photo").And.Contain("location");
        delivered[2].Should().Be("Updated company job-title");
        delivered[3].Should().Be("Updated photo");
        delivered[4..6].Should().Equal("Suppressed", "Unsuppressed");
        delivered[6].Should().StartWith("Updated ").And.Contain("location");
        delivered[7..].Should().Equal("Erased");
        _log.Delivered.Select(each => each.Sequence).Should().Equal(1, 2, 3, 4, 5, 6, 7, 8);
        _log.Delivered.Should().OnlyContain(each => each.CustomerId == ada.Id && each.Tenant == TenantId.Default);
        _log.Delivered.Select(each => each.Id).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task An_event_says_who_did_it_and_when()
    {
        await using var host = _log.Host();
        var ada = await host.CheckedAsync(conversation: "mail-1");
        host.Time.Advance(TimeSpan.FromMinutes(5));
        await host.EditAsync(ada.Id, edit => edit.Company = "Navy");
        await _log.DrainAsync(host);

        _log.Delivered.Select(each => (each.By.Source, each.By.By, each.By.ObservedAt))
            .Should()
            .Equal(
                (ProvenanceSource.Conversation, "conversation", TestHost.Start),
                (ProvenanceSource.Provider, FakeProvider.DefaultName, TestHost.Start),
                (ProvenanceSource.Agent, "kim", host.Now)
            );
    }

    [Fact]
    public async Task What_changes_nothing_writes_no_event()
    {
        await using var host = _log.Host();
        var ada = await host.CheckedAsync();
        await host.EditAsync(ada.Id, edit => edit.Company = "Navy");
        await _log.DrainAsync(host);

        await host.ReceiveAsync();
        await host.EditAsync(ada.Id, edit => edit.Company = "Navy");
        await host.Profiles.UnsuppressAsync(ada.Id, TestHost.Kim);
        host.PassTwoMonths();
        await host.ReceiveAsync();
        await host.DrainAsync();
        await host.Profiles.CreateAsync(new NewProfile { Emails = [new("ada@example.com")] }, TestHost.Kim);
        (await _log.DrainAsync(host)).Should().BeEmpty();
    }

    [Fact]
    public async Task Events_hold_no_values()
    {
        await using var host = _log.Host();
        var ada = await host.CheckedAsync(conversation: "mail-of-ada");
        await host.EditAsync(
            ada.Id,
            edit =>
            {
                edit.Notes = "Pays late.";
                edit.Emails.Add(new ProfileEmail("countess@example.org"));
            }
        );
        await host.Profiles.Privacy.EraseAsync(ada.Id, TestHost.Kim);
        await _log.DrainAsync(host);

        var text = string.Join(
            '\n',
            _log.Delivered.Select(each => $"{EventLog.Text(each)} {each} {each.By.By} {each.By} {each.Tenant}")
        );
        text.Should().Contain("notes").And.Contain("emails").And.Contain("identities");
        foreach (var value in new[] { "ada@", "Lovelace", "countess", "Pays late", "mail-of-ada" })
        {
            text.Should().NotContain(value);
        }
    }

    [Fact]
    public async Task A_customer_who_gains_an_identity_tells_of_it()
    {
        await using var host = _log.Host();
        var ada = await host.WriterAsync(TestHost.Ada);
        await host.EditAsync(ada.Id, edit => edit.Emails.Add(new ProfileEmail("countess@example.org")));

        (await _log.DrainAsync(host)).Should().Equal("Created", "Updated emails identities");
    }

    [Fact]
    public async Task A_merge_is_one_event_on_each_side_and_so_is_undoing_it()
    {
        await using var host = _log.Host();
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        await host.EditAsync(grace.Id, edit => edit.Company = "Navy");
        await _log.DrainAsync(host);

        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        await host.UnmergedAsync(merge);
        await _log.DrainAsync(host);

        var events = _log.Delivered.Where(each => each.Merge is not null).ToArray();
        events.Should().OnlyContain(each => each.Merge == merge);
        var ofGrace = events.Where(each => each.CustomerId == grace.Id).ToArray();
        ofGrace
            .Select(each => (each.Kind, each.Sequence, each.OtherCustomerId))
            .Should()
            .Equal((CustomerEventKind.MergedAway, 3, ada.Id), (CustomerEventKind.Unmerged, 4, ada.Id));
        var ofAda = events.Where(each => each.CustomerId == ada.Id).ToArray();
        ofAda
            .Select(each => (each.Kind, each.Sequence, each.OtherCustomerId))
            .Should()
            .Equal((CustomerEventKind.Merged, 2, grace.Id), (CustomerEventKind.Unmerged, 3, grace.Id));
        ofAda[0].Fields.Should().Contain(["company", "emails", "identities"]);
    }

    [Fact]
    public async Task Erasing_tells_of_each_alias_with_the_receipt()
    {
        await using var host = _log.Host();
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        await host.MergedAsync(grace.Id, ada.Id);
        await _log.DrainAsync(host);

        var erased = (
            await host.Profiles.Privacy.EraseAsync(ada.Id, TestHost.Kim, new ErasureOptions { IncludeAbsorbed = true })
        )
            .Should()
            .BeOfType<EraseOutcome.Erased>()
            .Subject;
        (await _log.DrainAsync(host)).Should().Equal("Erased", "Erased");
        var events = _log.Delivered.Where(each => each.Kind == CustomerEventKind.Erased).ToArray();
        events.Select(each => each.CustomerId).Should().BeEquivalentTo([ada.Id, grace.Id]);
        events.Should().OnlyContain(each => each.Erasure == erased.Receipt.Id && each.Sequence == 3);
    }

    [Fact]
    public async Task An_import_and_a_customer_created_by_hand_tell_of_their_creation()
    {
        await using var host = _log.Host();
        await host.CreatedAsync(new NewProfile { Name = "Ada Lovelace" });
        (await ImportAsync(host, "Grace Hopper")).Should().BeOfType<ImportOutcome.Created>();

        (await _log.DrainAsync(host)).Should().Equal("Created", "Created");
        _log.Delivered.Select(each => (each.By.Source, each.By.By))
            .Should()
            .BeEquivalentTo([(ProvenanceSource.Agent, "kim"), (ProvenanceSource.Import, "old-desk")]);
    }

    [Fact]
    public async Task An_event_of_an_import_names_the_system_and_not_the_row()
    {
        await using var host = _log.Host();
        await ImportAsync(host, "Grace Hopper");
        (await ImportAsync(host, "Grace Murray Hopper")).Should().BeOfType<ImportOutcome.Updated>();

        (await _log.DrainAsync(host)).Should().Equal("Created", "Updated name");
        _log.Delivered.Should().HaveCount(2).And.OnlyContain(each => each.By.By == "old-desk");
    }

    private static async Task<ImportOutcome> ImportAsync(TestHost host, string name) =>
        (
            await host
                .Profiles.ImportAsync(
                    Rows(
                        new ImportRow
                        {
                            Id = "grace@example.org",
                            Profile = new NewProfile { Name = name },
                        }
                    ),
                    new ImportOptions { System = "old-desk" }
                )
                .SingleAsync()
        ).Outcome;

    [Fact]
    public async Task A_person_who_opted_out_at_the_provider_is_an_event_of_suppression()
    {
        await using var host = _log.Host();
        host.Provider.Next(new ProviderResult.Withheld());
        await host.CheckedAsync();

        (await _log.DrainAsync(host)).Should().Equal("Created", "Suppressed");
    }

    [Fact]
    public async Task A_host_that_keeps_no_history_writes_events_all_the_same()
    {
        await using var host = _log.Host(options => options.HistoryEntries = 0);
        var ada = await host.WriterAsync(TestHost.Ada);
        await host.EditAsync(ada.Id, edit => edit.Company = "Navy");
        await host.Profiles.SuppressAsync(ada.Id, TestHost.Kim);

        (await _log.DrainAsync(host)).Should().Equal("Created", "Updated company", "Suppressed");
        (await host.Profiles.History.GetAsync(ada.Id))!.Entries.Should().BeEmpty();
    }

    [Fact]
    public async Task A_host_without_events_writes_none()
    {
        var store = new CustomerProfiles.Stores.InMemoryCustomerProfileStore(TimeProvider.System);
        await using (var quiet = new TestHost(store: store))
        {
            var ada = await quiet.CheckedAsync();
            await quiet.EditAsync(ada.Id, edit => edit.Company = "Navy");
        }

        await using var host = _log.Host(store: store);
        (await _log.DrainAsync(host)).Should().BeEmpty();
    }

    private static async IAsyncEnumerable<ImportRow> Rows(params ImportRow[] rows)
    {
        foreach (var row in rows)
        {
            await Task.CompletedTask;
            yield return row;
        }
    }
}
