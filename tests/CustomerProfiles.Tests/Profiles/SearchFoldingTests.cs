using System.Collections.Immutable;
using CsCheck;

namespace CustomerProfiles.Tests.Profiles;

public sealed class SearchFoldingTests
{
    /// <summary>What changes its length or its kind when it is folded.</summary>
    private static readonly string[] Odd =
    [
        "ß",
        "\u1e9e",
        "\u0130",
        "\u0131",
        "\u02bc",
        "\u00b4",
        "\u2033",
        "\ufb03",
        "Ω",
        "ς",
        "\u0345",
        "\u1fb3",
        "가",
        "\u3099",
        "が",
        "`",
        "\u0149",
        "-",
        "a",
        "\U0001f600",
        "\u0374",
        "\u1fbf",
        "\u1fee",
        "\u00a8",
        "\u0587",
        "\u10a0",
        "\u13a0",
        "\uab70",
    ];

    [Theory]
    [InlineData("joerg@xn--bcher-kva.example", "bücher")]
    [InlineData("joerg@xn--bcher-kva.example", "BÜCHER.example")]
    [InlineData("joerg@xn--bcher-kva.example", "joerg@bücher.example")]
    [InlineData("joerg@xn--bcher-kva.example", "xn--bcher-kva")]
    [InlineData("joerg@xn--bcher-kva.example", "XN--BCHER-KVA.EXAMPLE")]
    [InlineData("joerg@bücher.example", "bücher")]
    [InlineData("joerg@bücher.example", "xn--bcher-kva")]
    [InlineData("Joerg@BÜCHER.example", "joerg@xn--bcher-kva.example")]
    [InlineData("joerg@mail.xn--bcher-kva.example", "mail.bücher.example")]
    [InlineData("anna@xn--e1afmkfd.example", "пример.example")]
    [InlineData("anna@пример.example", "xn--e1afmkfd")]
    [InlineData("yuki@xn--r8jz45g.example", "例え")]
    [InlineData("joerg@bücher.example", "bu\u0308cher")]
    [InlineData("joerg@bücher.example", "bucher")]
    public async Task An_address_is_found_by_both_forms_of_its_domain(string address, string query) =>
        await FoundAsync($"Jörg <{address}>", query);

    [Theory]
    [InlineData("Jörg Straßer", "STRASSER")]
    [InlineData("Jörg Straßer", "straßer")]
    [InlineData("Jörg Straßer", "strasser")]
    [InlineData("JÖRG STRASSER", "straßer")]
    [InlineData("JÖRG STRA\u1e9eER", "straßer")]
    [InlineData("Γιώργος Παπαδόπουλος", "ΓΙΩΡΓΟΣ ΠΑΠΑΔΟΠΟΥΛΟΣ")]
    [InlineData("ΓΙΩΡΓΟΣ", "γιώργος")]
    [InlineData("ΓΙΩΡΓΟΣ", "γιωργοσ")]
    [InlineData("I\u015f\u0131k", "ISIK")]
    [InlineData("ISIK", "\u0131\u015f\u0131k")]
    [InlineData("\u0130brahim", "ibrahim")]
    [InlineData("\u0130n\u015f \u00dcnl\u00fc \u00c7an", "in\u015f \u00fcnl\u00fc \u00e7an")]
    [InlineData("FELDSTRA\u1e9eE", "feldstra\u00dfe")]
    [InlineData("JES\u00daS_RAM\u00d3N", "jes\u00fas_ram\u00f3n")]
    [InlineData("\u041f\u0420\u0418\u0412\u0415\u0422", "\u043f\u0440\u0438\u0432\u0435\u0442")]
    [InlineData("ibrahim", "\u0130BRAHIM")]
    [InlineData("\ufb01nn O\ufb03ce", "FINN OFFICE")]
    [InlineData("Finn", "\ufb01nn")]
    [InlineData("Łukasz Łódzki", "lukasz lodzki")]
    [InlineData("Søren Ærø", "SOREN AERO")]
    [InlineData("Đorđe", "dorde")]
    [InlineData("Þórður", "thordur")]
    [InlineData("\u0152uvrard", "oeuvrard")]
    [InlineData("\u017fmith", "SMITH")]
    [InlineData("\u01c4ur\u01c6a", "\u01c5URDZA")]
    [InlineData("Անի \u0587", "ԵՒ")]
    [InlineData("\u212aelvin", "kelvin")]
    [InlineData("Nguyễn Thị Ánh", "nguyen thi anh")]
    [InlineData("\U00010400da", "\U00010428DA")]
    public async Task Case_accents_and_ligatures_do_not_matter(string name, string query) =>
        await FoundAsync($"{name} <someone@example.com>", query);

    [Theory]
    [InlineData("O\u2019Brien", "O'Brien")]
    [InlineData("O'Brien", "o\u2019brien")]
    [InlineData("O\u02bcBrien", "O\u2018Brien")]
    [InlineData("O`Brien", "O'Brien")]
    [InlineData("O\u00b4Brien", "O'Brien")]
    [InlineData("O\u2032Brien", "O\uff07Brien")]
    [InlineData("Hawai\u02bbi", "Hawai'i")]
    [InlineData("Ada \u201cCountess\u201d Lovelace", "\"countess\"")]
    [InlineData("Ada \u00abCountess\u00bb Lovelace", "\u201ecountess\u201c")]
    [InlineData("Jean\u2010Luc", "Jean-Luc")]
    [InlineData("Jean\u2011Luc", "jean\u2013luc")]
    [InlineData("Jean-Luc", "Jean\u2014Luc")]
    [InlineData("Jean\u2212Luc", "Jean\uff0dLuc")]
    [InlineData("Jean\u00adLuc", "JeanLuc")]
    [InlineData("Ada\u200bLove\u2060lace", "AdaLovelace")]
    [InlineData("Ada\u00a0Lovelace", "ada lovelace")]
    public async Task The_shape_of_apostrophes_quotes_and_dashes_does_not_matter(string name, string query) =>
        await FoundAsync($"{name} <someone@example.com>", query);

    [Theory]
    [InlineData("Straßer", "Strader")]
    [InlineData("O\u2019Brien", "O\"Brien")]
    [InlineData("Ada", "Adam")]
    public async Task Other_words_are_not_found(string name, string query)
    {
        await using var host = new ProfileFixture();
        await host.CreateAsync($"{name} <someone@example.com>");

        (await host.Profiles.SearchAsync(new ProfileSearchQuery { Text = query })).Profiles.Should().BeEmpty();
    }

    [Fact]
    public void A_word_is_found_in_itself_and_folding_twice_is_folding_once() =>
        Gen.OneOf(
                Gen.String,
                Gen.Int[0, Odd.Length - 1].Array[1, 6].Select(picked => string.Concat(picked.Select(i => Odd[i])))
            )
            .Sample(
                text =>
                {
                    var terms = TermsOf(text);
                    return terms.All(term => TermsOf(term.Text) is [var again] && again.Text == term.Text);
                },
                iter: 100_000
            );

    private static ImmutableArray<SearchTerm> TermsOf(string text) =>
        ProfileSearch.Read(new ProfileSearchQuery { Text = text }, SearchableProperties.None).Terms;

    private static async Task FoundAsync(string from, string query)
    {
        await using var host = new ProfileFixture();
        await host.CreateAsync(from);

        (await host.Profiles.SearchAsync(new ProfileSearchQuery { Text = query })).Profiles.Should().ContainSingle();
    }
}
