using CsCheck;
using CustomerProfiles.Profiles;

namespace CustomerProfiles.Tests.Profiles;

public sealed class NamedAddressTests
{
    [Theory]
    [InlineData("ada@example.com", null, "ada@example.com")]
    [InlineData("<ada@example.com>", null, "ada@example.com")]
    [InlineData("Ada Lovelace <ada@example.com>", "Ada Lovelace", "ada@example.com")]
    [InlineData("\"Lovelace, Ada\" <ada@example.com>", "Lovelace, Ada", "ada@example.com")]
    [InlineData("Lovelace, Ada <ada@example.com>", "Lovelace, Ada", "ada@example.com")]
    [InlineData("\"Ada \\\"Countess\\\" Lovelace\" <ada@example.com>", "Ada \"Countess\" Lovelace", "ada@example.com")]
    [InlineData("ada@example.com (Ada Lovelace)", "Ada Lovelace", "ada@example.com")]
    [InlineData("(Ada (the first) Lovelace) ada@example.com", "Ada (the first) Lovelace", "ada@example.com")]
    [InlineData("Ada<ada@example.com>", "Ada", "ada@example.com")]
    [InlineData("  Ada   < ada@example.com >  ", "Ada", "ada@example.com")]
    [InlineData("ada @ example.com", null, "ada@example.com")]
    [InlineData("Ada <\"ada lovelace\"@example.com>", "Ada", "\"ada lovelace\"@example.com")]
    [InlineData("\"ada lovelace\"@example.com", null, "\"ada lovelace\"@example.com")]
    [InlineData("\"a>b\" <ada@example.com>", "a>b", "ada@example.com")]
    [InlineData("Ada <ada@example.com", "Ada", "ada@example.com")]
    [InlineData("\"Ada <ada@example.com>", null, null)]
    [InlineData("用户 <用户@example.com>", "用户", "用户@example.com")]
    [InlineData("<ada@example.com> Ada", "Ada", "ada@example.com")]
    [InlineData("\"\" <ada@example.com>", null, "ada@example.com")]
    [InlineData("Ada", null, null)]
    [InlineData("Ada <>", null, null)]
    [InlineData("<>", null, null)]
    [InlineData("undisclosed-recipients:;", null, null)]
    [InlineData("(ada@example.com)", null, null)]
    [InlineData(null, null, null)]
    [InlineData("\t \r\n", null, null)]
    public void A_header_field_is_read(string? text, string? name, string? address)
    {
        NamedAddress.TryParse(text, out var named).Should().Be(address is not null);

        named.DisplayName.Should().Be(name);
        named.Address.Normalized.Should().Be(address);
        named.IsFirstOfSeveral.Should().BeFalse();
    }

    [Theory]
    [InlineData("ada@example.com, bob@example.com", null)]
    [InlineData("ada@example.com,bob@example.com", null)]
    [InlineData("Ada <ada@example.com>, Bob <bob@example.com>", "Ada")]
    [InlineData("\"Lovelace, Ada\" <ada@example.com>; bob@example.com", "Lovelace, Ada")]
    [InlineData("Lovelace, Ada <ada@example.com>, Example, Bob <bob@example.com>", "Lovelace, Ada")]
    [InlineData("ada@example.com (Ada), bob@example.com (Bob)", "Ada")]
    public void Of_several_addresses_the_first_is_read_and_that_is_said(string text, string? name)
    {
        NamedAddress.TryParse(text, out var named).Should().BeTrue();

        named.Address.Normalized.Should().Be("ada@example.com");
        named.DisplayName.Should().Be(name);
        named.IsFirstOfSeveral.Should().BeTrue();
    }

    [Fact]
    public void Whatever_the_text_is_reading_it_never_throws() =>
        Gen.OneOf(Gen.String, Gen.Char["\"\\<>()@.,;: \t\r\nab\ud800\ufffe"].Array[0, 40].Select(letters => new string(letters))).Sample(text =>
            NamedAddress.TryParse(text, out var named) ? named.Address.Normalized is not null : named == default);

    [Theory]
    [InlineData(',')]
    [InlineData('(')]
    [InlineData(')')]
    [InlineData('"')]
    [InlineData('<')]
    [InlineData('\\')]
    [InlineData(';')]
    [InlineData('@')]
    public void A_million_of_any_one_character_is_read_in_one_pass(char c)
    {
        // Quadratic work would take minutes here, far beyond the patience of any test run.
        var text = new string(c, 1_000_000);

        NamedAddress.TryParse(text, out _).Should().BeFalse();
        NamedAddress.TryParse($"{text} <ada@example.com>", out var named);
        (named == default || named.Address.Normalized == "ada@example.com").Should().BeTrue();
    }
}
