namespace CustomerProfiles.Sample.Tests;

/// <summary>The command for duplicates, in memory and in a file.</summary>
public sealed class DuplicateCommandsTests
{
    private const string Tagged = "ada.lovelace+orders@example.org";
    private const string Byron = "ada.byron@example.org";

    public static TheoryData<bool> Stores => [true, false];

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Duplicates_shows_who_may_be_the_same_person_with_score_and_reasons(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        var tagged = await scene.AddAsync(Tagged);

        var report = await scene.RunAsync(commands => commands.Duplicates.ShowAsync(CommandScene.Ada, null, default));

        var suggestion = report.AllDuplicates.Single().Should().ContainSingle().Subject;
        suggestion.Profile.Id.Should().Be(tagged.Id);
        suggestion.Reasons.Should().Equal(DuplicateReason.EmailAddress);
        suggestion.Score.Should().BePositive();
        report.Notes.Should().Equal("Merge two with 'merge'; --not <id> says who is another person.");
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_customer_who_is_another_person_is_not_suggested_again(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        var tagged = await scene.AddAsync(Tagged);

        var marked = await scene.RunAsync(commands =>
            commands.Duplicates.ShowAsync(CommandScene.Ada, $"{tagged.Id}", default)
        );

        marked.AllDuplicates.Single().Should().BeEmpty();
        marked.Notes.Should().Equal($"Remembered: {tagged.Id} is another person.", "Nobody is suggested.");
        var ofOther = await scene.RunAsync(commands => commands.Duplicates.ShowAsync(Tagged, null, default));
        ofOther.AllDuplicates.Single().Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Customers_who_have_nothing_in_common_are_not_suggested(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        await scene.AddAsync(Byron);

        var report = await scene.RunAsync(commands => commands.Duplicates.ShowAsync(CommandScene.Ada, null, default));

        report.AllDuplicates.Single().Should().BeEmpty();
        report.Notes.Should().Equal("Nobody is suggested.");
    }

    [Fact]
    public async Task A_customer_is_not_marked_as_another_person_than_themselves_or_nobody()
    {
        await using var scene = await StartAsync(inMemory: true);

        await FluentActions
            .Awaiting(() =>
                scene.RunAsync(commands => commands.Duplicates.ShowAsync(CommandScene.Ada, CommandScene.Ada, default))
            )
            .Should()
            .ThrowAsync<BadInputException>()
            .WithMessage("--not is the customer themselves. Give another one.");
        await FluentActions
            .Awaiting(() => scene.RunAsync(commands => commands.Duplicates.ShowAsync(CommandScene.Ada, Byron, default)))
            .Should()
            .ThrowAsync<BadInputException>()
            .WithMessage("There is no such customer here.");
    }

    private static Task<CommandScene> StartAsync(bool inMemory) =>
        CommandScene.StartAsync(folder =>
            inMemory ? new StoreChoice(InMemory: true) : new StoreChoice(File: folder.PathOf("customers.db"))
        );
}
