namespace CustomerProfiles.Tests.Profiles;

public sealed class NamesInAnyScriptTests
{
    private const string Greeting = "नमस्ते";
    private const string Family = "\U0001F468\u200d\U0001F469\u200d\U0001F467\u200d\U0001F466";

    [Theory]
    [InlineData("Ada Lovelace", 12)]
    [InlineData("王小明", 3)]
    [InlineData("محمد الخوارزمي", 14)]
    [InlineData(Greeting, 3)]
    [InlineData("Zoe\u0308", 3)]
    [InlineData("각", 1)]
    [InlineData(Family, 1)]
    [InlineData("\U0001F1E9\U0001F1EA", 1)]
    [InlineData("", 0)]
    public void Length_is_what_a_person_counts(string text, int elements)
    {
        // The Devanagari word is counted as the Unicode version of the runtime clusters it: 3 or 4.
        PlainText.CountElements(text).Should().BeInRange(elements, text == Greeting ? elements + 1 : elements);
    }

    [Theory]
    [InlineData("王小明")]
    [InlineData("محمد بن موسى الخوارزمي")]
    [InlineData("Ngozi Ọlá O’Brien-Nuñez")]
    [InlineData("Зоя Космодемьянская")]
    [InlineData("นายสมชาย ใจดี")]
    [InlineData("Prince")]
    [InlineData("X Æ A-12")]
    [InlineData(Family)]
    [InlineData("नमस्ते\u200cनमस्ते")]
    [InlineData("علی\u200cرضا")]
    [InlineData("අනිල්\u200dකුමාර")]
    [InlineData("അനില്\u200d കുമാര്\u200d")]
    [InlineData("葛\U000e0100城")]
    [InlineData("Ada \U0001F3F4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f")]
    [InlineData("Ada ❤\ufe0f\u200d🔥")]
    public async Task A_name_in_any_script_is_kept_whole_and_unsplit(string name)
    {
        await using var host = new ProfileFixture();

        var profile = await host.CreateAsync($"\"{name}\" <person@example.com>");

        profile.Name.Should().Be(new PersonName(name));
        profile.Name!.Given.Should().BeNull();
        profile.Name.Family.Should().BeNull();
    }

    [Fact]
    public async Task A_limit_counts_emoji_families_as_one_and_cuts_none_of_them_in_two()
    {
        await using var host = new ProfileFixture(
            options => options.Limits = new EditLimits { FullName = 3 },
            _ => { }
        );

        var outcome = await host.ReceiveAsync($"{Family}{Family}{Family}{Family} <person@example.com>");

        outcome.Profile!.Name!.Full.Should().Be(Family + Family + Family);
        outcome.Warnings.Should().Equal(IntakeWarning.NameCut);
        (await host.EditAsync(outcome.Profile, edit => edit.Name = Family + "é" + "e\u0301"))
            .Name!.Full.Should()
            .Be(Family + "é" + "e\u0301");
        (await host.RejectedAsync(outcome.Profile, edit => edit.Name = "Ada L")).Errors.Single().Limit.Should().Be(3);
    }

    [Fact]
    public async Task Marks_on_one_letter_are_limited_in_edits_and_intake()
    {
        await using var host = new ProfileFixture();
        var heap = "Z" + new string('\u0335', 100_000);

        var outcome = await host.ReceiveAsync($"Ada {heap} <ada@example.com>");

        PlainText.CountElements(heap).Should().Be(1, "a limit in text elements alone would let it through");
        outcome.Profile!.Name!.Full.Should().Be("Ada");
        outcome.Warnings.Should().Equal(IntakeWarning.NameCut);
        (await host.RejectedAsync(outcome.Profile, edit => edit.Name = heap))
            .Errors.Single()
            .Code.Should()
            .Be(FieldErrorCode.TooLong);
    }

    [Fact]
    public async Task A_name_of_parts_alone_gets_its_full_name_from_them()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();

        (await host.EditAsync(ada, edit => edit.Name = new PersonName("Lovelace Ada", "Ada", "Lovelace")))
            .Name.Should()
            .Be(new PersonName("Lovelace Ada", "Ada", "Lovelace"));
        (await host.EditAsync(ada, edit => edit.Name = new PersonName("", " Augusta ", "King")))
            .Name.Should()
            .Be(new PersonName("Augusta King", "Augusta", "King"));
    }

    [Theory]
    [InlineData("ab\0c", "abc")]
    [InlineData("a\u202eb", "ab")]
    [InlineData("a¤b", "ab")]
    [InlineData("a\ufffeb\uffff", "ab")]
    [InlineData("a\r\n\tb", "a b")]
    [InlineData("a\u2028b", "a b")]
    [InlineData("\n a \n", "a")]
    [InlineData("a\u200db\u200f", "ab")]
    [InlineData("\U0001F600", "\U0001F600")]
    public void Text_of_one_line_is_made_fit(string text, string clean)
    {
        // An attribute cannot hold half of a surrogate pair; the sign stands for one.
        text = text.Replace('¤', '\ud800');
        PlainText.Clean(text, lines: false).Should().Be(clean);
        PlainText.IndexOfUnfit(PlainText.Clean(text, lines: false), lines: false).Should().Be(-1);
    }
}
