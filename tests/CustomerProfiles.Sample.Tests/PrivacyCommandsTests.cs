using NodaTime;

namespace CustomerProfiles.Sample.Tests;

/// <summary>The commands 'erase' and 'retain', in memory and in a file.</summary>
public sealed class PrivacyCommandsTests
{
    private const string Byron = "ada.byron@example.org";

    private static readonly string Secret = Convert.ToBase64String(new byte[ErasureKey.MinSecretBytes]);

    public static TheoryData<bool> Stores => [true, false];

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Erase_shows_the_receipt_and_nobody_finds_the_customer_again(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        var ada = await scene.ReadAsync();

        var (succeeded, report) = await EraseAsync(scene, CommandScene.Ada, new ErasureOptions());
        var (again, repeated) = await EraseAsync(scene, $"{ada.Id}", new ErasureOptions());

        succeeded.Should().BeTrue();
        var receipt = report.Receipts.Should().ContainSingle().Subject;
        receipt.Customers.Should().Equal(ada.Id);
        (receipt.By, receipt.Identities, receipt.Conversations).Should().Be(("console", 1, 1));
        receipt.Marks.Should().BeEmpty();
        report.Notes.Should().HaveCount(2);
        report
            .Notes[1]
            .Should()
            .Contain("an import or a new message makes a new customer")
            .And.Contain("--do-not-keep");
        (await scene.Profiles.GetAsync(ada.Id)).Should().BeNull();
        again.Should().BeFalse();
        repeated.Receipts.Single().Id.Should().Be(receipt.Id);
        repeated.Notes.Should().Equal("Not erased: this customer was erased before. The receipt is that of then.");
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Whoever_is_not_to_be_kept_is_created_neither_by_a_conversation_nor_by_hand(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory, AddKey);

        var (succeeded, report) = await EraseAsync(
            scene,
            CommandScene.Ada,
            new ErasureOptions { Identities = ErasedIdentities.DoNotKeep }
        );

        succeeded.Should().BeTrue();
        report.Receipts.Single().Marks.Single().Kind.Should().Be(ErasureMarkKind.DoNotKeep);
        report.Notes.Should().ContainSingle().Which.Should().StartWith("Erased for good.");
        var written = await scene.Profiles.ConversationReceivedAsync(
            new Conversation("new", CommandScene.Ada, scene.Clock.Now)
        );
        written.Should().BeOfType<ConversationOutcome.Declined>().Which.Reason.Should().Be(DeclineReason.Erased);
        var (created, creation) = await scene.RunAsync(commands =>
            commands.CreateAsync(CommandScene.Ada, new NewProfile(), default)
        );
        created.Should().BeFalse();
        creation.Notes.Should().Equal("Not created: this customer was erased, and is not to be kept.");
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_suppressed_customer_is_not_erased_without_a_key_unless_forgotten(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        await scene.RunAsync(commands => commands.SuppressAsync(CommandScene.Ada, default));

        var erase = () => EraseAsync(scene, CommandScene.Ada, new ErasureOptions());

        (await erase.Should().ThrowAsync<BadInputException>())
            .Which.Message.Should()
            .StartWith("Not erased: ")
            .And.Contain("Set the environment variable CUSTOMERPROFILES_ERASURE_KEY")
            .And.Contain("Base64");
        (await scene.ReadAsync()).Should().NotBeNull();
        var (forgotten, _) = await EraseAsync(
            scene,
            CommandScene.Ada,
            new ErasureOptions { Identities = ErasedIdentities.Forget }
        );
        forgotten.Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Whoever_was_merged_into_the_customer_is_erased_only_when_it_is_said(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        var byron = await scene.AddAsync(Byron);
        var ada = await scene.ReadAsync();
        await scene.RunAsync(commands => commands.Merging.MergeAsync(Byron, CommandScene.Ada, true, default));

        var (ofAbsorbed, absorbed) = await EraseAsync(scene, $"{byron.Id}", new ErasureOptions());
        var (ofSurvivor, survivor) = await EraseAsync(scene, CommandScene.Ada, new ErasureOptions());
        var (both, included) = await EraseAsync(scene, CommandScene.Ada, new ErasureOptions { IncludeAbsorbed = true });

        (ofAbsorbed, ofSurvivor, both).Should().Be((false, false, true));
        absorbed.Notes.Single().Should().StartWith($"Not erased: this customer was merged into {ada.Id}.");
        survivor.Notes.Single().Should().Contain("unmerge ").And.Contain("--include-absorbed");
        included.Receipts.Single().Customers.Should().Equal(ada.Id, byron.Id);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_dry_run_erases_nobody_and_says_whom_the_next_run_erases(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory, EraseAfterTwoYears);
        var ada = await scene.ReadAsync();
        await CompleteCheckAsync(scene);
        scene.Clock.MoveTo(Instant.FromUtc(2028, 3, 1, 12, 0));
        var byron = await scene.Profiles.CreateAsync(new NewProfile { Name = "Ada Byron" }, Actor.Agent("lee"));

        var (_, dry) = await RetainAsync(scene, isDryRun: true);
        var kept = await scene.Profiles.GetAsync(ada.Id);
        var (succeeded, run) = await RetainAsync(scene, isDryRun: false);

        dry.Retentions.Single().Erased.Select(finding => finding.Id).Should().Equal(ada.Id);
        dry.Notes.Should().Equal("Nothing is removed yet. To remove it, run the command without --dry-run.");
        kept.Should().NotBeNull();
        succeeded.Should().BeTrue();
        run.Retentions.Single().Erased.Select(finding => finding.Id).Should().Equal(ada.Id);
        run.Notes.Should().BeEmpty();
        (await scene.Profiles.GetAsync(ada.Id)).Should().BeNull();
        byron.Should().BeOfType<CreateOutcome.Created>();
        (await scene.Profiles.GetAsync(((CreateOutcome.Created)byron).Profile.Id)).Should().NotBeNull();
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_legal_hold_keeps_a_customer_of_any_age(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory, EraseAfterTwoYears);
        await CompleteCheckAsync(scene);
        await scene.EditAsync(edit => edit.Custom[SampleSession.LegalHoldProperty] = "until the appeal");
        scene.Clock.MoveTo(Instant.FromUtc(2030, 3, 1, 12, 0));

        var (succeeded, report) = await RetainAsync(scene, isDryRun: false);

        succeeded.Should().BeTrue();
        report.Retentions.Single().Erased.Should().BeEmpty();
    }

    [Fact]
    public async Task Retain_fails_when_somebody_stays_because_there_is_no_key()
    {
        await using var scene = await StartAsync(inMemory: true, EraseAfterTwoYears);
        await CompleteCheckAsync(scene);
        await scene.RunAsync(commands => commands.SuppressAsync(CommandScene.Ada, default));
        scene.Clock.MoveTo(Instant.FromUtc(2030, 3, 1, 12, 0));

        var (succeeded, report) = await RetainAsync(scene, isDryRun: false);

        succeeded.Should().BeFalse();
        report.Retentions.Single().Kept.Should().ContainSingle();
        report.Notes.Single().Should().Contain("CUSTOMERPROFILES_ERASURE_KEY");
    }

    [Fact]
    public async Task Without_an_age_retain_says_that_nobody_is_erased()
    {
        await using var scene = await StartAsync(inMemory: true);

        var (_, report) = await scene.RunAsync(commands => commands.Privacy.RetainAsync(false, false, default));

        report.Notes.Single().Should().StartWith("Nobody is erased by age.");
    }

    [Theory]
    [InlineData("1d", "P1D")]
    [InlineData("90d", "P90D")]
    [InlineData("6w", "P6W")]
    [InlineData("18m", "P18M")]
    [InlineData("100y", "P100Y")]
    [InlineData("0d", null)]
    [InlineData("101y", null)]
    [InlineData("36501d", null)]
    [InlineData("2", null)]
    [InlineData("2Y", null)]
    [InlineData("-2y", null)]
    [InlineData("2y6m", null)]
    [InlineData("999999999999y", null)]
    public void An_age_is_a_number_of_years_months_weeks_or_days(string text, string? period) =>
        AgeText.Parse(text)?.ToString().Should().Be(period);

    [Fact]
    public void Another_secret_makes_a_key_of_another_id()
    {
        var one = ErasureKeyVariable.Parse(Secret);
        var other = ErasureKeyVariable.Parse(Convert.ToBase64String([.. new byte[ErasureKey.MinSecretBytes], 1]));

        one.Id.Should().MatchRegex("^[0-9a-f]{8}$").And.NotBe(other.Id);
        ErasureKeyVariable.Parse(Secret).Id.Should().Be(one.Id);
        FluentActions.Invoking(() => ErasureKeyVariable.Parse("secret")).Should().Throw<BadInputException>();
    }

    private static void AddKey(CustomerProfilesOptions options) =>
        options.ErasureKeys.Add(ErasureKeyVariable.Parse(Secret));

    private static void EraseAfterTwoYears(CustomerProfilesOptions options) =>
        options.EraseInactiveAfter = Period.FromYears(2);

    /// <summary>A customer whose check is pending is not erased by age.</summary>
    private static async Task CompleteCheckAsync(CommandScene scene)
    {
        await scene.RunAsync(commands => commands.SuppressAsync(CommandScene.Ada, default));
        await scene.RunAsync(commands => commands.UnsuppressAsync(CommandScene.Ada, default));
    }

    private static Task<(bool Succeeded, CapturedReport Report)> EraseAsync(
        CommandScene scene,
        string customer,
        ErasureOptions options
    ) => scene.RunAsync(commands => commands.Privacy.EraseAsync(customer, options, default));

    private static Task<(bool Succeeded, CapturedReport Report)> RetainAsync(CommandScene scene, bool isDryRun) =>
        scene.RunAsync(commands => commands.Privacy.RetainAsync(isDryRun, erases: true, default));

    private static Task<CommandScene> StartAsync(bool inMemory, Action<CustomerProfilesOptions>? configure = null) =>
        CommandScene.StartAsync(
            folder => inMemory ? new StoreChoice(InMemory: true) : new StoreChoice(File: folder.PathOf("customers.db")),
            configure
        );
}
