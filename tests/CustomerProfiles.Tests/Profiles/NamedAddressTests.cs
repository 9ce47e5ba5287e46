using CsCheck;

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
    [InlineData("\"Ada <ada@example.com>", "Ada", "ada@example.com")]
    [InlineData("用户 <用户@example.com>", "用户", "用户@example.com")]
    [InlineData("<ada@example.com> Ada", "Ada", "ada@example.com")]
    [InlineData("\"\" <ada@example.com>", null, "ada@example.com")]
    [InlineData("Ada", null, null)]
    [InlineData("Ada <>", null, null)]
    [InlineData("<>", null, null)]
    [InlineData("undisclosed-recipients:;", null, null)]
    [InlineData("(ada@example.com)", null, "ada@example.com")]
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
    public void The_first_of_several_addresses_is_read_and_reported(string text, string? name)
    {
        NamedAddress.TryParse(text, out var named).Should().BeTrue();

        named.Address.Normalized.Should().Be("ada@example.com");
        named.DisplayName.Should().Be(name);
        named.IsFirstOfSeveral.Should().BeTrue();
    }

    /// <summary>By the grammar of RFC 5322, also its obsolete forms, and RFC 6854.</summary>
    [Theory]
    [InlineData("Engines: Ada Lovelace <ada@example.com>;", "Ada Lovelace")]
    [InlineData("Engines:Ada Lovelace<ada@example.com>;", "Ada Lovelace")]
    [InlineData("\"The Engines\": \"Lovelace, Ada\" <ada@example.com>;", "Lovelace, Ada")]
    [InlineData("Engines: ada@example.com (Ada);", "Ada")]
    [InlineData("Engines: ada@example.com;", null)]
    [InlineData("Engines:ada@localhost;", null, "ada@localhost")]
    [InlineData("Ada <@relay.example,@other.example:ada@example.com>", "Ada")]
    [InlineData("Ada <ada(work)@(the)example.com>", "Ada")]
    [InlineData("ada(work)@example.com", "work")]
    [InlineData("Ada < ada . lovelace @ example . com >", "Ada", "ada.lovelace@example.com")]
    [InlineData("\"a\\\\b\" <ada@example.com>", "a\\b")]
    [InlineData("Ada (nested (deep) comment) <ada@example.com>", "Ada (nested (deep) comment)")]
    [InlineData("Ada <ada@example.com> (Sales)", "Ada")]
    [InlineData("ada@[192.0.2.1] (Ada)", "Ada", "ada@[192.0.2.1]")]
    [InlineData("ada@[IPv6:2001:db8::1] (Ada)", "Ada", "ada@[ipv6:2001:db8::1]")]
    [InlineData("Ada <ada@[IPv6:2001:db8::1]>", "Ada", "ada@[ipv6:2001:db8::1]")]
    public void The_grammar_is_read(string text, string? name, string address = "ada@example.com") =>
        Reads(text, name, address);

    /// <summary>What breaks the grammar and is sent all the same, or was decoded before it was read.</summary>
    [Theory]
    [InlineData("Engines; Ada <ada@example.com>", "Engines; Ada")]
    [InlineData("Distribuidora Central; Río grande. <ada@example.com>", "Distribuidora Central; Río grande.")]
    [InlineData("HowlRound: A Center <ada@example.com>", "HowlRound: A Center")]
    [InlineData("Engines: Ada <ada@example.com>", "Engines: Ada")]
    [InlineData("Shop 24:7; Ada <ada@example.com>", "Shop 24:7; Ada")]
    [InlineData("Ada :( <ada@example.com>", "Ada :(")]
    [InlineData("Ada :) <ada@example.com>", "Ada :)")]
    [InlineData("Ada (Sales <ada@example.com>", "Ada (Sales")]
    [InlineData("Ada ((Sales) <ada@example.com>", "Ada ((Sales)")]
    [InlineData("(Sales) Ada <ada@example.com>", "(Sales) Ada")]
    [InlineData("111(aaa）<ada@example.com>", "111(aaa）")]
    [InlineData("[Ada] <ada@example.com>", "[Ada]")]
    [InlineData("<lesser <ada@example.com>", "<lesser")]
    [InlineData("Ada <3 <ada@example.com>", "Ada <3")]
    [InlineData("Ada <foo> <ada@example.com>", "Ada <foo>")]
    [InlineData("Ada Lovelace ada@example.com", "Ada Lovelace")]
    [InlineData("ada@example.com Ada Lovelace", "Ada Lovelace")]
    [InlineData("Ada Lovelace: ada@example.com", "Ada Lovelace")]
    [InlineData("Ada Lovelace - ada@example.com", "Ada Lovelace")]
    [InlineData("Ada Lovelace (ada@example.com)", "Ada Lovelace")]
    [InlineData("Ada Lovelace [mailto:ada@example.com]", "Ada Lovelace")]
    [InlineData("\"Lovelace, Ada\" ada@example.com", "Lovelace, Ada")]
    [InlineData("\"Ada Lovelace <ada@example.com>\"", "Ada Lovelace")]
    [InlineData("\"ada@example.com\"", null)]
    [InlineData("'ada@example.com'", null)]
    [InlineData("mailto:ada@example.com", null)]
    [InlineData("MAILTO:ada@example.com?subject=Engines", null)]
    [InlineData("<mailto:ada@example.com>", null)]
    [InlineData("Ada <mailto:ada@example.com>", "Ada")]
    [InlineData("Ada <mailto:ada@example.com?subject=Engines>", "Ada")]
    [InlineData("Ada <SMTP:ada@example.com>", "Ada")]
    [InlineData("Ada <'ada@example.com'>", "Ada")]
    [InlineData("Ada <\"ada@example.com\">", "Ada")]
    [InlineData("Ada <<ada@example.com>>", "Ada")]
    [InlineData("Ada <Ada ada@example.com>", "Ada <Ada")]
    [InlineData("\"Ada\" <ada@example.com Lovelace>", "Ada Lovelace")]
    [InlineData("Ada <ada@example.com", "Ada")]
    [InlineData("Ada ada@example.com>", "Ada")]
    [InlineData("Ada Lovelace\" <ada@example.com>", "Ada Lovelace")]
    [InlineData("Ada 6'2\" <ada@example.com>", "Ada 6'2")]
    [InlineData("\"Ada \"Countess\" Lovelace\" <ada@example.com>", "Ada Countess Lovelace")]
    [InlineData("Bob <bob@example.org> <ada@example.com>", "Bob <bob@example.org>")]
    [InlineData("bob@example.org <ada@example.com>", "bob@example.org")]
    [InlineData("ada@example.com <ada@example.com>", "ada@example.com")]
    [InlineData("ada@example.com;", null)]
    [InlineData("ada@example.com.", null)]
    [InlineData("Ada <ada@example.com>;", "Ada")]
    [InlineData("Ada <> <ada@example.com>", "Ada")]
    [InlineData("Ada&lt;ada@example.com&gt;", null)]
    [InlineData("ada@example.com\\", null)]
    [InlineData("Ada\u00a0<\u00a0ada@example.com\u00a0>", "Ada")]
    [InlineData("Ada @ Example, Inc. <ada@example.com>", "Ada @ Example, Inc.")]
    [InlineData("Support @ Acme, Ltd <x@acme.example>", "Support @ Acme, Ltd", "x@acme.example")]
    [InlineData("Support @ Acme; London <y@other.example>", "Support @ Acme; London", "y@other.example")]
    [InlineData("P. Jones @ IBM, Inc <pj@ibm.example>", "P. Jones @ IBM, Inc", "pj@ibm.example")]
    [InlineData("ada@home, Ltd <ada@example.com>", "ada@home, Ltd")]
    [InlineData("Ada @ada.lovelace, Engineer <a@example.com>", "Ada @ada.lovelace, Engineer", "a@example.com")]
    [InlineData("Support @ Acme.Example, Ltd <x@acme.example>", "Support @ Acme.Example, Ltd", "x@acme.example")]
    [InlineData("ada @ example.com, <3", null)]
    public void A_plain_address_in_other_text_is_found(string text, string? name, string address = "ada@example.com") =>
        Reads(text, name, address);

    [Theory]
    [InlineData("\"Ada\" <>, \"Example\" <ada@example.com>", "Example")]
    [InlineData("Nobody <nonsense>, Ada <>, ada@example.com", null)]
    [InlineData("undisclosed-recipients:;, Ada <ada@example.com>", "Ada")]
    [InlineData("Engines: Ada <ada@example.com>, Bob <bob@example.org>;", "Ada")]
    [InlineData("Engines: ada@example.com; Others: bob@example.org;", null)]
    [InlineData("Ada <ada@example.com, Bob <bob@example.org>", "Ada")]
    [InlineData("<ada@example.com, bob@example.org>", null)]
    [InlineData("Ada <ada@example.com>; Bob <bob@example.org>", "Ada")]
    [InlineData("Ada 6'2\" <ada@example.com>, Bob \"Bobby\" <bob@example.org>", "Ada 6'2")]
    [InlineData("Ada :( <ada@example.com>, Bob :) <bob@example.org>", "Ada :(")]
    [InlineData("ada@example.com bob@example.org", "bob@example.org")]
    [InlineData("ada@example.com, Bob <bob@example.org>", null)]
    [InlineData("ada(work)@example.com, Bob <bob@example.org>", "work")]
    [InlineData("ada @ example.com, bob@example.org", null)]
    public void The_first_address_that_can_be_read_is_taken(string text, string? name) =>
        Reads(text, name, "ada@example.com", isFirstOfSeveral: true);

    [Theory]
    [InlineData("ada@home")]
    [InlineData("meet @ noon")]
    [InlineData("Ada ada@home")]
    [InlineData("Ada <ada at example.com>")]
    [InlineData("Ada <@example.com>")]
    [InlineData("Ada <ada@>")]
    [InlineData("ada@@example.com")]
    [InlineData("Ada ada@home@example.com")]
    [InlineData("Ada ada\0@example.com")]
    [InlineData("Ada ada@example.com\0.org")]
    [InlineData("Ada ada\\@example.com")]
    [InlineData("\"AdminCc of #4711\":;")]
    [InlineData("undisclosed-recipients: ;")]
    public void Text_without_a_plain_address_has_none(string text) =>
        (NamedAddress.TryParse(text, out var named) && named.Address.Domain.Contains('.')).Should().BeFalse();

    private static void Reads(string text, string? name, string address, bool isFirstOfSeveral = false)
    {
        NamedAddress.TryParse(text, out var named).Should().BeTrue();

        named.Address.Normalized.Should().Be(address);
        named.DisplayName.Should().Be(name);
        named.IsFirstOfSeveral.Should().Be(isFirstOfSeveral);
    }

    [Fact]
    public void Whatever_the_text_is_reading_it_never_throws() =>
        Gen.OneOf(
                Gen.String,
                Gen.Char["\"\\<>()@.,;: \t\r\nab\ud800\ufffe"].Array[0, 40].Select(letters => new string(letters))
            )
            .Sample(text =>
                NamedAddress.TryParse(text, out var named) ? named.Address.Normalized is not null : named == default
            );

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
        // Quadratic work would take minutes here, far beyond the time limit of any test run.
        var text = new string(c, 1_000_000);

        NamedAddress.TryParse(text, out _).Should().BeFalse();
        NamedAddress.TryParse($"{text} <ada@example.com>", out var named);
        (named == default || named.Address.Normalized == "ada@example.com").Should().BeTrue();
    }
}
