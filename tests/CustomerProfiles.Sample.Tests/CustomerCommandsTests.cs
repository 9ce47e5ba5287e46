using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.Sample.Tests;

/// <summary>The commands on the profiles that an earlier run left. Each call opens the file again.</summary>
[Collection(FirstRunCollection.Name)]
public sealed class CustomerCommandsTests(FirstRun first)
{
    private const string Maria = "maria.quill@example.org";
    private const string Noor = "noor.elamin@example.org";
    private const string Frank = "frank.dubois@example.org";

    [Fact]
    public async Task List_shows_all_profiles_or_the_maximum()
    {
        var all = await RunAsync(first.Kept, commands => commands.ListAsync(100, default));
        var some = await RunAsync(first.Kept, commands => commands.ListAsync(3, default));
        var exactly = await RunAsync(first.Kept, commands => commands.ListAsync(39, default));

        // 38 customers of the mailbox, and the newcomer of the support case.
        all.Listed.Should().HaveCount(39);
        all.Listed.Select(profile => profile.Id).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        all.Notes.Should().Equal("39 in all.");
        some.Listed.Select(profile => profile.Id).Should().Equal(all.Listed[..3].Select(profile => profile.Id));
        some.Notes.Should().ContainSingle().Which.Should().Contain("there are more");
        exactly.Notes.Should().Equal("39 in all.");
    }

    [Theory]
    [InlineData("okafor", "liam.okafor@example.net")]
    [InlineData("READING rooms", Maria)]
    [InlineData("noor.elamin", Noor)]
    public async Task Search_finds_by_name_company_and_address(string text, string address)
    {
        var found = await RunAsync(first.Kept, commands => commands.FindAsync(text, 100, default));

        found.Listed.Should().ContainSingle().Which.Emails[0].Address.Value.Should().Be(address);
    }

    [Fact]
    public async Task Search_without_a_match_says_so()
    {
        var found = await RunAsync(first.Kept, commands => commands.FindAsync("nobody-of-this-name", 100, default));

        found.Listed.Should().BeEmpty();
        found.Notes.Should().ContainSingle().Which.Should().StartWith("No profile found.");
    }

    [Fact]
    public async Task Sidebar_accepts_an_address_or_an_id()
    {
        var byAddress = await SidebarAsync(first.Kept, Maria);
        var byId = await SidebarAsync(first.Kept, byAddress.Profile.Id.ToString());

        byId.Should().BeEquivalentTo(byAddress);
        byAddress.Profile.JobTitle.Should().Be("Head of Acquisitions");
        byAddress.IsSuppressed.Should().BeFalse();
        byAddress.Providers.Single().NextCheckAfter.Should().NotBeNull();
    }

    [Theory]
    [InlineData("nobody@example.org", "no such customer")]
    [InlineData("01911111-1111-7111-8111-111111111111", "no such customer")]
    [InlineData("00000000-0000-0000-0000-000000000000", "neither")]
    [InlineData("Maria", "neither")]
    [InlineData("", "neither")]
    public async Task An_unknown_customer_is_bad_input_for_every_command_and_changes_nothing(
        string who,
        string complaint
    )
    {
        using var kept = first.Kept.Copy();
        var edit = new EditRequest([(ProfileField.Notes, "x")], [], []);
        Func<CustomerCommands, Task>[] all =
        [
            commands => commands.ShowAsync(who, default),
            commands => commands.EditAsync(who, edit, default),
            commands => commands.HistoryAsync(who, new HistoryQuery(), default),
            commands => commands.RevertAsync(who, 1, RevertScope.OneChange, isConfirmed: true, default),
            commands => commands.Merging.MergeAsync(who, Maria, isConfirmed: true, default),
            commands => commands.Merging.MergeAsync(Maria, who, isConfirmed: true, default),
            commands => commands.Merging.ListAsync(who, default),
            commands => commands.ExportAsync(who, new FileInfo(kept.PathOf("export.json")), default),
            commands => commands.ClearPhotoAsync(who, default),
            commands => commands.ResetPhotoAsync(who, default),
        ];

        foreach (var command in all)
        {
            (
                await FluentActions.Awaiting(() => RunAsync(kept, command)).Should().ThrowAsync<BadInputException>()
            ).WithMessage($"*{complaint}*");
        }

        (await File.ReadAllBytesAsync(kept.Path)).Should().Equal(await File.ReadAllBytesAsync(first.Kept.Path));
        Directory.GetFiles(kept.Folder).Should().Equal(kept.Path);
    }

    [Fact]
    public async Task A_customer_of_another_tenant_is_unknown_and_stays_unchanged()
    {
        using var kept = first.Kept.Copy();
        var now = Instant.FromUtc(2026, 3, 1, 12, 0);
        CustomerProfile stranger;
        await using (var host = Host(kept))
        {
            var other = host.GetRequiredService<ICustomerProfiles>().ForTenant(new TenantId("other"));
            stranger = (
                await other.ConversationReceivedAsync(new Conversation("1", "Stranger <stranger@example.net>", now))
            ).Profile!;
        }

        var id = stranger.Id.ToString();
        Func<CustomerCommands, Task>[] all =
        [
            commands => commands.ShowAsync(id, default),
            commands => commands.ShowAsync("stranger@example.net", default),
            commands => commands.EditAsync(id, new EditRequest([(ProfileField.Notes, "x")], [], []), default),
            commands => commands.HistoryAsync(id, new HistoryQuery(), default),
            commands => commands.RevertAsync(id, 1, RevertScope.OneChange, isConfirmed: true, default),
            commands => commands.Merging.MergeAsync(id, Maria, isConfirmed: true, default),
            commands => commands.Merging.MergeAsync(Maria, id, isConfirmed: true, default),
            commands => commands.Merging.ListAsync(id, default),
            commands => commands.ExportAsync(id, new FileInfo(kept.PathOf("export.json")), default),
            commands => commands.ClearPhotoAsync(id, default),
            commands => commands.ResetPhotoAsync(id, default),
            commands => commands.SuppressAsync(id, default),
            commands => commands.UnsuppressAsync(id, default),
        ];
        foreach (var command in all)
        {
            await FluentActions.Awaiting(() => RunAsync(kept, command)).Should().ThrowAsync<BadInputException>();
        }

        await using var after = Host(kept);
        var profiles = after.GetRequiredService<ICustomerProfiles>().ForTenant(new TenantId("other"));
        var view = await profiles.GetSidebarAsync(stranger.Id);
        view!.Version.Should().Be(stranger.Version);
        view.IsSuppressed.Should().BeFalse();
    }

    [Fact]
    public async Task The_next_command_sees_an_edit()
    {
        using var kept = first.Kept.Copy();
        var before = (await SidebarAsync(kept, Maria)).Profile;

        await EditAsync(
            kept,
            Maria,
            new EditRequest([(ProfileField.JobTitle, "Librarian"), (ProfileField.Notes, "One.\nTwo.")], [], [])
        );
        var set = (await SidebarAsync(kept, Maria)).Profile;
        await EditAsync(kept, Maria, new EditRequest([(ProfileField.JobTitle, "")], ["notes"], []));
        var cleared = await SidebarAsync(kept, Maria);
        await EditAsync(kept, Maria, new EditRequest([], [], ["job-title"]));
        var released = await SidebarAsync(kept, Maria);

        (set.JobTitle, set.Notes).Should().Be(("Librarian", "One.\nTwo."));
        set.Find(ProfileField.Notes)!.Provenance.Source.Should().Be(ProvenanceSource.Agent);
        set.UpdatedAt.Should().BeGreaterThanOrEqualTo(before.UpdatedAt);
        cleared.Profile.JobTitle.Should().BeNull();
        cleared.Profile.Notes.Should().BeNull();
        IsCleared(cleared, ProfileField.JobTitle).Should().BeTrue();
        IsCleared(released, ProfileField.JobTitle).Should().BeFalse();
        released.Profile.Name.Should().Be(before.Name);
    }

    [Fact]
    public async Task A_change_is_never_dated_before_the_last_one()
    {
        // In microseconds since 1970. The mailbox's clock may be ahead of the real one.
        const long Far = 4_102_444_800_000_000;
        using var kept = first.Kept.Copy();
        await kept.SqlAsync(
            $"update cp_customers set updated_at = {Far}; update cp_provider_settings set changed_at = {Far}"
        );

        await EditAsync(kept, Maria, new EditRequest([(ProfileField.JobTitle, "Librarian")], [], []));
        await RunAsync(kept, commands => commands.ClearPhotoAsync(Noor, default));
        await DisableAsync(kept);

        (await kept.SqlAsync("select min(updated_at) from cp_customers")).Should().Be(Far);
        (await kept.SqlAsync("select changed_at from cp_provider_settings where not is_enabled")).Should().Be(Far);
    }

    [Fact]
    public async Task A_merge_and_its_undoing_are_never_dated_before_the_last_change()
    {
        const long Far = 4_102_444_800_000_000;
        using var kept = first.Kept.Copy();
        await kept.SqlAsync($"update cp_customers set updated_at = {Far}");

        var merge = (
            await RunAsync(kept, commands => commands.Merging.MergeAsync(Noor, Maria, isConfirmed: true, default))
        ).Merges.Single();
        await RunAsync(kept, commands => commands.Merging.UnmergeAsync($"{merge}", default));

        var lastTwo = new HistoryQuery { PageSize = 2 };
        var history = await RunAsync(kept, commands => commands.HistoryAsync(Maria, lastTwo, default));
        history
            .Histories.Single()
            .Entries.Select(entry => (entry.Kind, entry.By.ObservedAt))
            .Should()
            .Equal(
                (HistoryKind.Unmerge, Instant.FromUnixTimeSeconds(Far / 1_000_000)),
                (HistoryKind.Merge, Instant.FromUnixTimeSeconds(Far / 1_000_000))
            );
    }

    [Fact]
    public async Task Every_field_with_an_option_is_saved()
    {
        using var kept = first.Kept.Copy();

        await EditAsync(
            kept,
            Noor,
            new EditRequest([(ProfileField.Name, "Noor El-Amin"), (ProfileField.Company, "Harbour School")], [], [])
        );

        var profile = (await SidebarAsync(kept, Noor)).Profile;
        (profile.Name!.Full, profile.Company).Should().Be(("Noor El-Amin", "Harbour School"));
    }

    [Fact]
    public async Task An_edit_of_a_provider_field_saves_nothing()
    {
        using var kept = first.Kept.Copy();

        var edit = () =>
            EditAsync(kept, Maria, new EditRequest([(ProfileField.JobTitle, "Buyer")], ["photo", "bio"], []));

        (await edit.Should().ThrowAsync<BadInputException>()).WithMessage("*photo*provider*\n*bio*");
        (await SidebarAsync(kept, Maria)).Should().BeEquivalentTo(await SidebarAsync(first.Kept, Maria));
    }

    [Fact]
    public async Task An_edit_without_a_change_or_with_two_of_one_field_is_bad_input()
    {
        await FluentActions
            .Awaiting(() => EditAsync(first.Kept, Maria, new EditRequest([], [], [])))
            .Should()
            .ThrowAsync<BadInputException>();
        await FluentActions
            .Awaiting(() => EditAsync(first.Kept, Maria, new EditRequest([(ProfileField.Notes, "x")], ["notes"], [])))
            .Should()
            .ThrowAsync<BadInputException>();
        await FluentActions
            .Awaiting(() => EditAsync(first.Kept, Maria, new EditRequest([], ["bio"], ["bio"])))
            .Should()
            .ThrowAsync<BadInputException>();
        (await EditAsync(first.Kept, Maria, new EditRequest([(ProfileField.JobTitle, "Head of Acquisitions")], [], [])))
            .Notes.Should()
            .Equal("Nothing to save: the profile holds these values already.");
    }

    [Fact]
    public async Task A_cleared_photo_stays_cleared_until_it_is_reset()
    {
        using var kept = first.Kept.Copy();
        var id = (await SidebarAsync(kept, Maria)).Profile.Id.ToString();

        (await RunAsync(kept, commands => commands.ClearPhotoAsync(id, default)))
            .Sidebars.Single()
            .Profile.Photo.Should()
            .BeNull();
        IsCleared(await SidebarAsync(kept, Maria), ProfileField.Photo).Should().BeTrue();
        await ImportAsync(kept, "maria.quill@example.org");
        (await SidebarAsync(kept, Maria)).Profile.Photo.Should().BeNull();

        await RunAsync(kept, commands => commands.ResetPhotoAsync(id, default));
        var released = await SidebarAsync(kept, Maria);
        released.Profile.Photo.Should().BeNull();
        IsCleared(released, ProfileField.Photo).Should().BeFalse();
    }

    [Fact]
    public async Task A_disabled_provider_is_not_called_in_later_runs_until_it_is_enabled()
    {
        using var kept = first.Kept.Copy();

        (await DisableAsync(kept))
            .Notes.Should()
            .ContainSingle()
            .Which.Should()
            .StartWith("fullcontact is disabled now.");
        (await DisableAsync(kept)).Notes.Should().Equal("fullcontact is disabled already.");
        (await SidebarAsync(kept, Maria)).Providers.Single().IsEnabled.Should().BeFalse();
        (await ImportAsync(kept, Frank, "newcomer@example.net")).Should().Be(0);

        (await EnableAsync(kept))
            .Notes.Should()
            .ContainSingle()
            .Which.Should()
            .StartWith("fullcontact is enabled now.");
        (await EnableAsync(kept)).Notes.Should().Equal("fullcontact is enabled already.");
        (await ImportAsync(kept, Frank, "newcomer@example.net")).Should().Be(2);
    }

    [Fact]
    public async Task A_suppressed_customer_is_not_looked_up_until_unsuppressed()
    {
        using var kept = first.Kept.Copy();
        var frank = (await SidebarAsync(kept, Frank)).Profile.Id.ToString();

        (await RunAsync(kept, commands => commands.SuppressAsync(frank, default)))
            .Sidebars.Single()
            .IsSuppressed.Should()
            .BeTrue();
        (await SidebarAsync(kept, Maria)).IsSuppressed.Should().BeFalse();
        (await ImportAsync(kept, Frank)).Should().Be(0);

        (await RunAsync(kept, commands => commands.UnsuppressAsync(Frank, default)))
            .Sidebars.Single()
            .IsSuppressed.Should()
            .BeFalse();
        (await ImportAsync(kept, Frank)).Should().Be(1);
    }

    [Fact]
    public async Task An_address_can_be_suppressed_before_a_customer_has_it()
    {
        using var kept = first.Kept.Copy();
        const string Later = "later@example.net";

        (await RunAsync(kept, commands => commands.SuppressAsync(Later, default)))
            .Notes.Should()
            .ContainSingle()
            .Which.Should()
            .StartWith("No customer has this address yet.");
        (await ImportAsync(kept, Later)).Should().Be(0);
        (await SidebarAsync(kept, Later)).IsSuppressed.Should().BeTrue();

        await RunAsync(kept, commands => commands.UnsuppressAsync(Later, default));
        (await ImportAsync(kept, Later)).Should().Be(1);
    }

    [Fact]
    public async Task Only_an_address_or_an_id_can_be_suppressed()
    {
        foreach (var who in new[] { "Maria", "", "01911111-1111-7111-8111-111111111111" })
        {
            await FluentActions
                .Awaiting(() => RunAsync(first.Kept, commands => commands.SuppressAsync(who, default)))
                .Should()
                .ThrowAsync<BadInputException>();
            await FluentActions
                .Awaiting(() => RunAsync(first.Kept, commands => commands.UnsuppressAsync(who, default)))
                .Should()
                .ThrowAsync<BadInputException>();
        }
    }

    private static bool IsCleared(SidebarView view, ProfileField field) =>
        view.Fields.Append(view.Photo).Single(one => field.Equals(one.Field)).IsCleared;

    private static async Task<SidebarView> SidebarAsync(KeptProfiles kept, string who) =>
        (await RunAsync(kept, commands => commands.ShowAsync(who, default))).Sidebars.Single();

    private static Task<CapturedReport> EditAsync(KeptProfiles kept, string who, EditRequest edit) =>
        RunAsync(kept, commands => commands.EditAsync(who, edit, default));

    private static Task<CapturedReport> EnableAsync(KeptProfiles kept) =>
        RunAsync(kept, commands => commands.EnableAsync(default));

    private static Task<CapturedReport> DisableAsync(KeptProfiles kept) =>
        RunAsync(kept, commands => commands.DisableAsync(default));

    private static async Task<CapturedReport> RunAsync(KeptProfiles kept, Func<CustomerCommands, Task> command)
    {
        var report = new CapturedReport();
        var exitCode = await SampleApplication.CommandAsync(
            async commands =>
            {
                await command(commands);
                return true;
            },
            kept.Choice,
            report
        );
        exitCode.Should().Be(SampleApplication.Succeeded);
        return report;
    }

    /// <summary>Imports one new conversation from each address.</summary>
    /// <returns>The number of calls to the provider.</returns>
    private static async Task<int> ImportAsync(KeptProfiles kept, params string[] from)
    {
        // The mail is new: a conversation from before the customer was created requests no check.
        var now = TimeProvider.System.GetUtcNow().ToString("ddd MMM dd HH:mm:ss yyyy", CultureInfo.InvariantCulture);
        var mails = from.Select(address =>
            $"From {address} {now}\nMessage-ID: <{Guid.NewGuid():N}@example.org>\nFrom: {address}\nTo: "
            + $"support@example.com\n\nHello.\n\n"
        );
        var mailbox = new FileInfo(kept.PathOf("more.mbox"));
        await File.WriteAllTextAsync(mailbox.FullName, string.Concat(mails));
        await using var provider = await SampleProvider.StartAsync();
        (
            await SampleApplication.ImportAsync(
                mailbox,
                ["example.com"],
                kept.Choice,
                provider,
                new CapturedReport(),
                CancellationToken.None
            )
        )
            .Should()
            .Be(SampleApplication.Succeeded);
        return provider.Simulator!.Calls;
    }

    private static ServiceProvider Host(KeptProfiles kept)
    {
        var services = new ServiceCollection();
        SampleStore.Of(kept.Choice).AddTo(services.AddCustomerProfiles(), upgrade: false);
        return services.BuildServiceProvider();
    }
}
