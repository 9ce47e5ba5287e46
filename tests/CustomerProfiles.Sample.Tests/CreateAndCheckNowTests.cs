namespace CustomerProfiles.Sample.Tests;

/// <summary>The commands 'create' and 'check-now'.</summary>
public sealed class CreateAndCheckNowTests
{
    private const string Bob = "bob@example.net";

    [Fact]
    public async Task Create_makes_a_customer_with_all_that_is_given()
    {
        await using var scene = await StartAsync();

        var (succeeded, report) = await CreateAsync(
            scene,
            Bob,
            new NewProfile
            {
                Name = "Bob Bee",
                Company = "Bee Ltd",
                JobTitle = "Owner",
                Notes = "Likes tea.",
            }
        );

        succeeded.Should().BeTrue();
        report.Notes.Should().Equal("Created. The first conversation starts a lookup.");
        var profile = report.Sidebars.Single().Profile;
        (profile.Name!.Full, profile.Company, profile.JobTitle, profile.Notes)
            .Should()
            .Be(("Bob Bee", "Bee Ltd", "Owner", "Likes tea."));
        profile.Find(ProfileField.Company)!.Provenance.By.Should().Be("console");
        (await scene.Profiles.FindAsync(Identity.Email(EmailAddress.Parse(Bob))))!.Id.Should().Be(profile.Id);
    }

    [Theory]
    [InlineData("Bob@Example.NET", "email:bob@example.net")]
    [InlineData("+44 20 7946 0000", "phone:+442079460000")]
    [InlineData("chat:irc:bob", "chat:irc:bob")]
    [InlineData("external:4711", "external:4711")]
    [InlineData("phone:+442079460000", "phone:+442079460000")]
    public async Task Create_accepts_every_kind_of_identity(string text, string identity)
    {
        await using var scene = await StartAsync();

        var (succeeded, report) = await CreateAsync(scene, text, new NewProfile());

        succeeded.Should().BeTrue();
        report
            .Sidebars.Single()
            .Profile.Identities.Select(one => $"{one.Kind.ToString().ToLowerInvariant()}:{one.Value}")
            .Should()
            .Equal(identity);
    }

    [Fact]
    public async Task Create_without_an_identity_makes_a_customer_who_is_found_by_text()
    {
        await using var scene = await StartAsync();

        var (succeeded, report) = await CreateAsync(scene, identity: null, new NewProfile { Name = "Bob Bee" });

        succeeded.Should().BeTrue();
        report.Sidebars.Single().Profile.Identities.Should().BeEmpty();
        var found = await scene.RunAsync(commands => commands.FindAsync("bee", 100, default));
        found.Listed.Should().ContainSingle();
    }

    [Fact]
    public async Task Create_names_the_customer_who_exists_and_writes_nothing()
    {
        await using var scene = await StartAsync();
        var before = await scene.ReadAsync();

        var (succeeded, report) = await CreateAsync(scene, CommandScene.Ada, new NewProfile { Name = "Another" });

        succeeded.Should().BeFalse();
        report.Notes.Should().Equal($"Not created: there is such a customer already. Show their sidebar: {before.Id}");
        (await scene.ReadAsync()).Version.Should().Be(before.Version);
    }

    [Fact]
    public async Task Create_reports_every_error_and_writes_nothing()
    {
        await using var scene = await StartAsync();

        var create = () => CreateAsync(scene, Bob, new NewProfile { Name = "\u0007", Company = new string('x', 300) });

        var error = (await create.Should().ThrowAsync<BadInputException>()).Which;
        error.Message.Split(Environment.NewLine).Should().HaveCountGreaterThan(1);
        error.Message.Should().Contain("The company has at most 256 characters");
        (await scene.Profiles.FindAsync(Identity.Email(EmailAddress.Parse(Bob)))).Should().BeNull();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    public async Task Create_without_anything_is_bad_input(string? identity)
    {
        await using var scene = await StartAsync();

        var create = () => CreateAsync(scene, identity, new NewProfile { Notes = " " });

        (await create.Should().ThrowAsync<BadInputException>()).WithMessage("Nothing given.*");
    }

    [Fact]
    public async Task Check_now_requests_a_check_once()
    {
        await using var scene = await StartAsync();
        await CreateAsync(scene, Bob, new NewProfile());

        var requested = await CheckNowAsync(scene, Bob);
        var again = await CheckNowAsync(scene, Bob);

        requested.Succeeded.Should().BeTrue();
        requested.Report.Notes.Should().Equal("Requested. The next import of mail makes the lookup.");
        again.Succeeded.Should().BeTrue();
        again.Report.Notes.Should().Equal("A check is waiting or under way already.");
    }

    [Fact]
    public async Task Check_now_says_from_when_on_it_is_possible_again()
    {
        // In microseconds since 1970: the first of January 2100, which no clock of a test has reached.
        const long Far = 4_102_444_800_000_000;
        using var kept = new KeptProfiles();
        await RunAsync(kept, commands => commands.CreateAsync(Bob, new NewProfile(), default));
        await RunAsync(kept, commands => commands.CheckNowAsync(Bob, CustomerCommands.Provider, default));
        await kept.SqlAsync($"update cp_checks set last_check_at = {Far}, last_outcome = 'no-match', is_pending = 0");

        var (succeeded, report) = await RunAsync(
            kept,
            commands => commands.CheckNowAsync(Bob, CustomerCommands.Provider, default)
        );

        succeeded.Should().BeFalse();
        report
            .Notes.Should()
            .Equal(
                "Not requested: fullcontact was asked a moment ago. It can be asked again from 2100-01-01 00:10 UTC on."
            );
    }

    [Fact]
    public async Task Check_now_says_that_the_provider_is_disabled()
    {
        await using var scene = await StartAsync();
        await CreateAsync(scene, Bob, new NewProfile());
        await scene.RunAsync(commands => commands.DisableAsync(default));

        await ShouldRefuseAsync(scene, Bob, "fullcontact is disabled");
    }

    [Fact]
    public async Task Check_now_says_that_the_customer_is_suppressed()
    {
        await using var scene = await StartAsync();
        await CreateAsync(scene, Bob, new NewProfile());
        await scene.RunAsync(commands => commands.SuppressAsync(Bob, default));

        await ShouldRefuseAsync(scene, Bob, "this customer is suppressed");
    }

    [Fact]
    public async Task Check_now_says_that_there_is_nothing_to_look_up_by()
    {
        await using var scene = await StartAsync();
        var (_, created) = await CreateAsync(scene, "chat:irc:bob", new NewProfile());

        await ShouldRefuseAsync(scene, $"{created.Sidebars.Single().Profile.Id}", "nothing by which fullcontact");
    }

    private static Task<CommandScene> StartAsync() => CommandScene.StartAsync(_ => new StoreChoice(InMemory: true));

    private static Task<(bool Succeeded, CapturedReport Report)> CreateAsync(
        CommandScene scene,
        string? identity,
        NewProfile profile
    ) => scene.RunAsync(commands => commands.CreateAsync(identity, profile, default));

    private static Task<(bool Succeeded, CapturedReport Report)> CheckNowAsync(CommandScene scene, string customer) =>
        scene.RunAsync(commands => commands.CheckNowAsync(customer, CustomerCommands.Provider, default));

    private static async Task ShouldRefuseAsync(CommandScene scene, string customer, string reason)
    {
        var (succeeded, report) = await CheckNowAsync(scene, customer);

        succeeded.Should().BeFalse();
        report.Notes.Should().ContainSingle().Which.Should().StartWith("Not requested: ").And.Contain(reason);
    }

    /// <summary>Runs a command on a file, which it opens again.</summary>
    private static async Task<(bool Succeeded, CapturedReport Report)> RunAsync(
        KeptProfiles kept,
        Func<CustomerCommands, Task<bool>> command
    )
    {
        var report = new CapturedReport();
        var exitCode = await SampleApplication.CommandAsync(command, kept.Choice, report, canBeFirst: true);
        return (exitCode == SampleApplication.Succeeded, report);
    }
}
