namespace CustomerProfiles.Sample.Tests;

/// <summary>Error messages fit a terminal.</summary>
public sealed class ErrorTextTests
{
    [Fact]
    public void A_line_breaks_between_words_at_80_columns()
    {
        var eighty = $"{new string('a', 40)} {new string('b', 39)}";

        ErrorText.Wrap(eighty).Should().Be(eighty);
        ErrorText.Wrap($"{eighty} c").Should().Be($"{eighty}{Environment.NewLine}c");
        ErrorText.Wrap($"{eighty}b").Should().Be($"{new string('a', 40)}{Environment.NewLine}{new string('b', 40)}");
    }

    [Fact]
    public void Line_breaks_stay_and_a_longer_word_is_not_broken()
    {
        var path = "/" + new string('x', 100);

        ErrorText
            .Wrap($"one\ntwo {path} three")
            .Should()
            .Be(string.Join(Environment.NewLine, "one", "two", path, "three"));
        ErrorText.Wrap("").Should().Be("");
    }
}
