using System.Globalization;
using CustomerProfiles.Sample.Jobs;
using CustomerProfiles.Sample.Stores;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.Sample.Tests;

/// <summary>What agents do with the profiles that an earlier run left, each call on the file anew.</summary>
[Collection(FirstRunCollection.Name)]
public sealed class CustomerCommandsTests(FirstRun first)
{
    private const string Maria = "maria.quill@example.org";
    private const string Noor = "noor.elamin@example.org";
    private const string Frank = "frank.dubois@example.org";

    [Fact]
    public async Task List_shows_everybody_or_as_many_as_asked_for()
    {
        var all = await RunAsync(first.Kept, commands => commands.ListAsync(null, 100, default));
        var some = await RunAsync(first.Kept, commands => commands.ListAsync(null, 3, default));
        var exactly = await RunAsync(first.Kept, commands => commands.ListAsync(null, 39, default));

        // The newcomer of the support case is the one who is not in the mailbox.
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
        var found = await RunAsync(first.Kept, commands => commands.ListAsync(text, 100, default));

        found.Listed.Should().ContainSingle().Which.Emails[0].Address.Value.Should().Be(address);
    }

    [Fact]
    public async Task Search_that_finds_nobody_says_so()
    {
        var found = await RunAsync(first.Kept, commands => commands.ListAsync("nobody-of-this-name", 100, default));

        found.Listed.Should().BeEmpty();
        found.Notes.Should().ContainSingle().Which.Should().StartWith("Nobody is found.");
    }

    [Fact]
    public async Task A_sidebar_is_drawn_by_address_and_by_id()
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
    public async Task Who_is_unknown_is_bad_input_for_every_command_and_changes_nothing(string who, string complaint)
    {
        using var kept = first.Kept.Copy();
        var edit = new EditRequest([(ProfileField.Notes, "x")], [], []);
        Func<CustomerCommands, Task>[] all =
        [
            commands => commands.SidebarAsync(who, default),
            commands => commands.EditAsync(who, edit, default),
            commands => commands.ClearPhotoAsync(who, default),
            commands => commands.GiveBackPhotoAsync(who, default),
        ];

        foreach (var command in all)
        {
            (
                await FluentActions.Awaiting(() => RunAsync(kept, command)).Should().ThrowAsync<BadInputException>()
            ).WithMessage($"*{complaint}*");
        }

        (await File.ReadAllBytesAsync(kept.Path)).Should().Equal(await File.ReadAllBytesAsync(first.Kept.Path));
    }

    [Fact]
    public async Task An_id_of_another_tenant_is_nobodys_and_stays_as_it_is()
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
            commands => commands.SidebarAsync(id, default),
            commands => commands.SidebarAsync("stranger@example.net", default),
            commands => commands.EditAsync(id, new EditRequest([(ProfileField.Notes, "x")], [], []), default),
            commands => commands.ClearPhotoAsync(id, default),
            commands => commands.GiveBackPhotoAsync(id, default),
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
    public async Task An_edit_is_there_for_the_next_command()
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
        (cleared.Profile.JobTitle, cleared.Notes).Should().Be((null, null));
        IsCleared(cleared, ProfileField.JobTitle).Should().BeTrue();
        IsCleared(released, ProfileField.JobTitle).Should().BeFalse();
        released.Profile.Name.Should().Be(before.Name);
    }

    [Fact]
    public async Task What_is_changed_is_not_dated_before_what_stands_in_the_file()
    {
        // In microseconds since 1970. The mailbox's clock can be ahead of this machine's.
        const long Far = 4_102_444_800_000_000;
        using var kept = first.Kept.Copy();
        await kept.SqlAsync($"update cp_customers set updated_at = {Far}; update cp_switches set changed_at = {Far}");

        await EditAsync(kept, Maria, new EditRequest([(ProfileField.JobTitle, "Librarian")], [], []));
        await RunAsync(kept, commands => commands.ClearPhotoAsync(Noor, default));
        await SwitchAsync(kept, on: false);

        (await kept.SqlAsync("select min(updated_at) from cp_customers")).Should().Be(Far);
        (await kept.SqlAsync("select changed_at from cp_switches where not is_on")).Should().Be(Far);
    }

    [Fact]
    public async Task Every_field_that_has_an_option_is_saved()
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
    public async Task An_edit_of_what_the_provider_owns_saves_nothing_at_all()
    {
        using var kept = first.Kept.Copy();

        var edit = () =>
            EditAsync(kept, Maria, new EditRequest([(ProfileField.JobTitle, "Buyer")], ["photo", "bio"], []));

        (await edit.Should().ThrowAsync<BadInputException>()).WithMessage("*photo*provider*\n*bio*");
        (await SidebarAsync(kept, Maria)).Should().BeEquivalentTo(await SidebarAsync(first.Kept, Maria));
    }

    [Fact]
    public async Task An_edit_that_is_none_or_contradicts_itself_is_bad_input()
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
            .Equal("Nothing to save: it stands so already.");
    }

    [Fact]
    public async Task A_cleared_photo_stays_cleared_until_it_is_given_back()
    {
        using var kept = first.Kept.Copy();
        var id = (await SidebarAsync(kept, Maria)).Profile.Id.ToString();

        (await RunAsync(kept, commands => commands.ClearPhotoAsync(id, default)))
            .Sidebars.Single()
            .Photo.Should()
            .BeNull();
        IsCleared(await SidebarAsync(kept, Maria), ProfileField.Photo).Should().BeTrue();
        await ImportAsync(kept, "maria.quill@example.org");
        (await SidebarAsync(kept, Maria)).Profile.Photo.Should().BeNull();

        await RunAsync(kept, commands => commands.GiveBackPhotoAsync(id, default));
        var released = await SidebarAsync(kept, Maria);
        released.Photo.Should().BeNull();
        IsCleared(released, ProfileField.Photo).Should().BeFalse();
    }

    [Fact]
    public async Task Switched_off_nothing_is_gathered_in_later_runs_until_it_is_switched_on()
    {
        using var kept = first.Kept.Copy();

        (await SwitchAsync(kept, on: false))
            .Notes.Should()
            .ContainSingle()
            .Which.Should()
            .StartWith("fullcontact is off now.");
        (await SwitchAsync(kept, on: false)).Notes.Should().Equal("fullcontact was off already.");
        (await SidebarAsync(kept, Maria)).Providers.Single().IsEnabled.Should().BeFalse();
        (await ImportAsync(kept, Frank, "newcomer@example.net")).Should().Be(0);

        (await SwitchAsync(kept, on: true))
            .Notes.Should()
            .ContainSingle()
            .Which.Should()
            .StartWith("fullcontact is on now.");
        (await SwitchAsync(kept, on: true)).Notes.Should().Equal("fullcontact was on already.");
        (await ImportAsync(kept, Frank, "newcomer@example.net")).Should().Be(2);
    }

    [Fact]
    public async Task Suppressed_nobody_is_asked_about_the_customer_until_it_is_lifted()
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
    public async Task An_address_can_be_suppressed_before_anybody_comes_with_it()
    {
        using var kept = first.Kept.Copy();
        const string Later = "later@example.net";

        (await RunAsync(kept, commands => commands.SuppressAsync(Later, default)))
            .Notes.Should()
            .ContainSingle()
            .Which.Should()
            .StartWith("Nobody has this address yet.");
        (await ImportAsync(kept, Later)).Should().Be(0);
        (await SidebarAsync(kept, Later)).IsSuppressed.Should().BeTrue();

        await RunAsync(kept, commands => commands.UnsuppressAsync(Later, default));
        (await ImportAsync(kept, Later)).Should().Be(1);
    }

    [Fact]
    public async Task What_is_neither_an_address_nor_an_id_cannot_be_suppressed()
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
        (await RunAsync(kept, commands => commands.SidebarAsync(who, default))).Sidebars.Single();

    private static Task<CapturedReport> EditAsync(KeptProfiles kept, string who, EditRequest edit) =>
        RunAsync(kept, commands => commands.EditAsync(who, edit, default));

    private static Task<CapturedReport> SwitchAsync(KeptProfiles kept, bool on) =>
        RunAsync(kept, commands => commands.SwitchAsync(on, default));

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
        exitCode.Should().Be(SampleApplication.Fine);
        return report;
    }

    /// <summary>Imports one new conversation from each.</summary>
    /// <returns>How many questions were put to the provider.</returns>
    private static async Task<int> ImportAsync(KeptProfiles kept, params string[] from)
    {
        // New mail: of what was sent before its customer was created nothing is asked.
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
            .Be(SampleApplication.Fine);
        return provider.Simulator!.Calls;
    }

    private static ServiceProvider Host(KeptProfiles kept)
    {
        var services = new ServiceCollection();
        SampleStore.Of(kept.Choice).Use(services.AddCustomerProfiles(), upgrade: false);
        return services.BuildServiceProvider();
    }
}
