using CsCheck;

namespace CustomerProfiles.Tests.Profiles;

public sealed class InvisibleTextTests
{
    [Theory]
    [InlineData("\u200fAda\u200e", "Ada")]
    [InlineData("\u061cAda", "Ada")]
    [InlineData("A\u200bd\u2060a\ufeff", "Ada")]
    [InlineData("A\u00adda", "Ada")]
    [InlineData("A\u200cd\u200da", "Ada")]
    [InlineData("A\u034fda", "Ada")]
    [InlineData("Ada\ufe0f", "Ada")]
    [InlineData("Ada\U000e0041\U000e0042", "Ada")]
    [InlineData("Ada\U000e0100", "Ada")]
    [InlineData("\u200bאדה\u200f", "אדה")]
    [InlineData("عادا\u200c", "عادا")]
    [InlineData("عادا\u200c لوفليس", "عادا لوفليس")]
    [InlineData("\u200cعادا", "عادا")]
    [InlineData("عا\u200b\u200c\u200c\u200fدا", "عا\u200cدا")]
    [InlineData("ه\u200d", "ه\u200d")]
    [InlineData("क्\u200dष", "क्\u200dष")]
    [InlineData("क्\u200cष", "क्\u200cष")]
    [InlineData("👩\u200d🔬", "👩\u200d🔬")]
    [InlineData("👩🏽\u200d🔬", "👩🏽\u200d🔬")]
    [InlineData("🏳\ufe0f\u200d🌈", "🏳\ufe0f\u200d🌈")]
    [InlineData("🙂\u200d↔\ufe0f", "🙂\u200d↔\ufe0f")]
    [InlineData("🔬\u200dAda", "🔬Ada")]
    [InlineData("1\ufe0f\u20e3", "1\ufe0f\u20e3")]
    [InlineData("🏴\U000e0067\U000e0062", "🏴")]
    [InlineData("ᠡ\u180eᠠ", "ᠡ\u180eᠠ")]
    [InlineData("\u0600123", "\u0600123")]
    [InlineData("\u200b\u200d\ufeff", "")]
    public void Invisible_characters_are_removed_unless_the_script_needs_them(string text, string kept)
    {
        InvisibleText.Remove(text).Should().Be(kept);
        InvisibleText.Remove(kept).Should().Be(kept, "what is kept once is kept");
    }

    [Fact]
    public void Half_of_a_surrogate_pair_is_no_neighbour_of_a_joiner() =>
        InvisibleText.Remove("❤\u200d\ud83d\u200e\udff4").Should().Be("❤\ud83d\udff4");

    [Fact]
    public void Text_without_any_is_the_same_string()
    {
        const string Name = "Ada Lovelace";

        InvisibleText.Remove(Name).Should().BeSameAs(Name);
    }

    [Fact]
    public void Removing_twice_is_removing_once_and_takes_no_letter_away() =>
        Gen.OneOf(
                Gen.String,
                Gen.Char[
                        "aA1#ا\u0647ക\u094d\u200b\u200c\u200d\u200e\u034f\ufe0f\u20e3"
                            + "\ud83d\udc69\ud83c\udff4\udb40\udc67\udc7f\udd00❤ "
                    ]
                    .Array[0, 16]
                    .Select(letters => new string(letters))
            )
            .Sample(
                text =>
                {
                    var once = InvisibleText.Remove(text);
                    return InvisibleText.Remove(once) == once
                        && text.Where(char.IsLetterOrDigit).SequenceEqual(once.Where(char.IsLetterOrDigit));
                },
                iter: 20_000
            );

    [Fact]
    public async Task An_edit_removes_invisible_characters_from_text_of_one_line()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync("ada@example.com");

        var edited = await host.EditAsync(
            ada,
            edit =>
            {
                edit.Name = new PersonName("\u200fAda\u200b Lovelace", "Ada\u200e", "Love\u00adlace");
                edit.Company = "Analytical\ufeff Engines";
                edit.Address = new PostalAddress(city: "\u200fLondon");
                edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("ada@example.org"), "wo\u200brk"));
                edit.Notes = "עדה\u200f (Ada)\u200e!";
            }
        );

        edited.Name.Should().Be(new PersonName("Ada Lovelace", "Ada", "Lovelace"));
        edited.Company.Should().Be("Analytical Engines");
        edited.Address.Should().Be(new PostalAddress(city: "London"));
        edited.Emails.Should().Contain(email => email.Label == "work");
        edited.Notes.Should().Be("עדה\u200f (Ada)\u200e!", "prose that mixes directions needs its marks");
    }

    [Fact]
    public async Task An_edit_with_only_invisible_characters_is_blank()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync("ada@example.com");

        (await host.EditAsync(ada, edit => edit.Company = "\u200b\u200b")).Company.Should().BeNull();
    }

    [Fact]
    public async Task The_display_name_of_another_channel_is_treated_alike()
    {
        await using var host = new ProfileFixture();

        var outcome = await host.Profiles.ConversationReceivedAsync(
            new Conversation("c1", Identity.Chat("irc", "ada"), "\u200f\"Ada\u200b Lovelace\"", host.Now)
        );

        outcome.Profile!.Name!.Full.Should().Be("Ada Lovelace");
        outcome.Warnings.Should().Equal(IntakeWarning.NameCleaned);
    }

    [Fact]
    public async Task A_persian_name_comes_without_a_warning()
    {
        await using var host = new ProfileFixture();

        var outcome = await host.ReceiveAsync("علی\u200cرضا <ali@example.com>");

        outcome.Profile!.Name!.Full.Should().Be("علی\u200cرضا");
        outcome.Warnings.Should().BeEmpty();
    }
}
