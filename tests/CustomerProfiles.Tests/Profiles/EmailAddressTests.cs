using System.Text;
using CsCheck;

namespace CustomerProfiles.Tests.Profiles;

public sealed class EmailAddressTests
{
    /// <summary>
    /// Letters whose case or composition is a trap: final sigma, micro sign, Kelvin, letters without a composed
    /// capital. Not the dotted capital I, whose lower case no rule but the Turkish one tells.
    /// </summary>
    private const string LocalLetters = "abzXYZ019.+-_'éÉöÖçñůſςσΣµμßẞǰḹøåÅжЖ用ね";

    private static readonly Gen<string> Addresses =
        from local in Gen.Char[LocalLetters].Array[1, 12].Select(letters => new string(letters))
        from domain in Gen.OneOf(
            "example.com",
            "EXAMPLE.com",
            "mail.example.org",
            "bücher.example.net",
            "BÜCHER.example.net",
            "xn--bcher-kva.example.net",
            "例え.example.com",
            "example.com.",
            "[192.0.2.1]",
            "[IPv6:2001:DB8::1]"
        )
        select $"{local}@{domain}";

    [Theory]
    [InlineData("ada@example.com", "ada@example.com")]
    [InlineData(" \tAda@Example.COM\r\n", "ada@example.com")]
    [InlineData("<ada@example.com>", "ada@example.com")]
    [InlineData("< ada@example.com >", "ada@example.com")]
    [InlineData("ada@example.com.", "ada@example.com")]
    [InlineData("\"ada\"@example.com", "ada@example.com")]
    [InlineData("\"ADA.lovelace\"@example.com", "ada.lovelace@example.com")]
    [InlineData("\"ada lovelace\"@example.com", "\"ada lovelace\"@example.com")]
    [InlineData("\"a\\d\\a\"@example.com", "ada@example.com")]
    [InlineData("\"a\\\"b\"@example.com", "\"a\\\"b\"@example.com")]
    [InlineData("\"ada@home\"@example.com", "\"ada@home\"@example.com")]
    [InlineData("ada+shop@example.com", "ada+shop@example.com")]
    [InlineData("a.d.a@example.com", "a.d.a@example.com")]
    [InlineData(".ada..l.@example.com", ".ada..l.@example.com")]
    [InlineData("o'neil@example.com", "o'neil@example.com")]
    [InlineData("!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~@example.com")]
    [InlineData("ada@bücher.example.com", "ada@xn--bcher-kva.example.com")]
    [InlineData("ada@bu\u0308cher.example.com", "ada@xn--bcher-kva.example.com")]
    [InlineData("ada@XN--BCHER-KVA.Example.com", "ada@xn--bcher-kva.example.com")]
    [InlineData("ada@ｅｘａｍｐｌｅ.com", "ada@example.com")]
    [InlineData("zoe\u0308@example.com", "zoë@example.com")]
    [InlineData("ΓΙΏΡΓΟΣ@example.com", "γιώργοσ@example.com")]
    [InlineData("γιώργος@example.com", "γιώργοσ@example.com")]
    [InlineData("用户@example.com", "用户@example.com")]
    [InlineData("ada@localhost", "ada@localhost")]
    [InlineData("ada@a_b.example.com", "ada@a_b.example.com")]
    [InlineData("ada@[192.0.2.1]", "ada@[192.0.2.1]")]
    [InlineData("ada@[IPv6:2001:DB8:0::1]", "ada@[ipv6:2001:db8::1]")]
    public void An_address_is_read_and_normalised(string text, string normalized)
    {
        EmailAddress.TryParse(text, out var address).Should().BeTrue();

        address.Normalized.Should().Be(normalized);
        address.Value.Should().Be(text.Trim().TrimStart('<').TrimEnd('>').Trim(), "the raw form stays as received");
        EmailAddress.Parse(normalized).Should().Be(address);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("@")]
    [InlineData("ada")]
    [InlineData("ada@")]
    [InlineData("@example.com")]
    [InlineData("<>")]
    [InlineData("ada@@example.com")]
    [InlineData("ada@home@example.com")]
    [InlineData("a da@example.com")]
    [InlineData("ada@exa mple.com")]
    [InlineData("ada@-example.com")]
    [InlineData("ada@example-.com")]
    [InlineData("ada@example..com")]
    [InlineData("ada@.example.com")]
    [InlineData("ada@.")]
    [InlineData("\"ada@example.com")]
    [InlineData("\"\"@example.com")]
    [InlineData("\"a\"b\"@example.com")]
    [InlineData("\"ada\\\"@example.com")]
    [InlineData("ada\0@example.com")]
    [InlineData("\"ada\0\"@example.com")]
    [InlineData("ada@exa\0mple.com")]
    [InlineData("ada@exam/ple.com")]
    [InlineData("ada@[999.0.2.1]")]
    [InlineData("ada@[2001:db8::1]")]
    [InlineData("ada@[IPv6:nonsense]")]
    [InlineData("ada@[")]
    [InlineData("ada@xn--.example.com")]
    [InlineData("mailto:ada@example.com")]
    [InlineData("ada@example.com, bob@example.com")]
    public void Text_that_is_not_an_address_is_not_parsed(string? text)
    {
        EmailAddress.TryParse(text, out var address).Should().BeFalse();
        address.Should().Be(default(EmailAddress));
    }

    [Theory]
    [InlineData("¤@example.com")]
    [InlineData("\"¤\"@example.com")]
    [InlineData("ada@¤.example.com")]
    [InlineData("a\ufffe@example.com")]
    [InlineData("\"a\ufffe\"@example.com")]
    [InlineData("\"a\uffff\"@example.com")]
    [InlineData("ada@\ufffe.example.com")]
    public void Broken_text_is_not_parsed_as_an_address(string text)
    {
        // An attribute cannot hold half of a surrogate pair; the sign stands for one.
        EmailAddress.TryParse(text.Replace('¤', '\ud800'), out _).Should().BeFalse();
        EmailAddress.TryParse(text.Replace('¤', '\udc00'), out _).Should().BeFalse();
    }

    [Fact]
    public void An_address_longer_than_mail_allows_is_not_read()
    {
        var longest =
            $"{new string('a', 64)}@{new string('b', 63)}.{new string('c', 63)}.{new string('d', 63)}.{new string('e', 61)}";

        EmailAddress.TryParse(longest, out _).Should().BeTrue();
        EmailAddress.TryParse(longest + "e", out _).Should().BeFalse("a domain has at most 253 characters");
        EmailAddress.TryParse($"{new string('a', 309)}@example.com", out _).Should().BeFalse();
        EmailAddress.TryParse($"ada@{new string('b', 63)}.com", out _).Should().BeTrue();
        EmailAddress
            .TryParse($"ada@{new string('b', 64)}.com", out _)
            .Should()
            .BeFalse("a label has at most 63 characters");
    }

    [Theory]
    [InlineData("\u200bada@example.com")]
    [InlineData("ada@example.com\u200b")]
    [InlineData("a\u200bda@example.com")]
    [InlineData("ada\u200b@example.com")]
    [InlineData("ada@\u200bexample.com")]
    [InlineData("ada@exam\u200bple.com")]
    [InlineData("ada@example.\u200bcom")]
    [InlineData("\ufeffada@example.com")]
    [InlineData("ada\ufeff@example\ufeff.com")]
    [InlineData("a\u00adda@exam\u00adple.com")]
    [InlineData("\u202aada@example.com\u202c")]
    [InlineData("\u2068ada\u2069@\u2068example.com\u2069")]
    [InlineData("ada\u202e@example.com")]
    [InlineData("\u200eada@example.com\u200f")]
    [InlineData("\u061cada@example.com")]
    [InlineData("ada\u2060@example.com")]
    [InlineData("a\u200cda@example.com")]
    [InlineData("ada\u200d@exa\u200dmple.com")]
    [InlineData("ada\u034f@example.com")]
    [InlineData("ada\ufe0f@example.com")]
    [InlineData("ada\u3164@example.com")]
    [InlineData("ada\udb40\udc61@example.com")]
    [InlineData(" \u200b <\u200bada@example.com\u200b> \u200b ")]
    [InlineData("\u200b\u200b\u200bADA@Example.com\u200b\u200b")]
    [InlineData("\"a\u200bda\"@example.com")]
    public void Invisible_characters_are_removed_from_an_address(string text)
    {
        EmailAddress.TryParse(text, out var address).Should().BeTrue();

        address.Should().Be(EmailAddress.Parse("ada@example.com"));
        InvisibleText.IsInAddress(address.Value).Should().BeFalse("the address is shown and written to");
    }

    [Theory]
    [InlineData("نامه\u200cای@example.com", "نامهای@example.com")]
    [InlineData("ന\u0d4d\u200d@example.com", "ന\u0d4d@example.com")]
    public void A_joiner_that_a_script_needs_stays_in_an_address(string with, string without)
    {
        EmailAddress.Parse(with).Normalized.Should().Be(with);
        EmailAddress.Parse(with).Should().NotBe(EmailAddress.Parse(without), "two people never become one");
    }

    [Theory]
    [InlineData("\u200b")]
    [InlineData("\u200b@\u200b")]
    [InlineData("\u200b@example.com")]
    [InlineData("ada@\u200b")]
    public void Invisible_characters_alone_are_not_an_address(string text) =>
        EmailAddress.TryParse(text, out _).Should().BeFalse();

    [Fact]
    public void Normalising_twice_is_normalising_once() =>
        Addresses.Sample(text =>
        {
            var once = EmailAddress.Parse(text).Normalized;
            return EmailAddress.Parse(once).Normalized == once;
        });

    [Fact]
    public void Every_case_and_every_composition_of_an_address_is_the_same_address() =>
        Addresses.Sample(text =>
        {
            var address = EmailAddress.Parse(text);
            string[] cased = [text, text.ToUpperInvariant(), text.ToLowerInvariant()];
            return cased
                .SelectMany(form =>
                    new[] { form, form.Normalize(NormalizationForm.FormC), form.Normalize(NormalizationForm.FormD) }
                )
                .All(form =>
                    EmailAddress.TryParse(form, out var other)
                    && other == address
                    && other.GetHashCode() == address.GetHashCode()
                );
        });

    [Fact]
    public void Whatever_the_text_is_reading_it_never_throws_and_a_normalised_address_can_be_read_again() =>
        Gen.OneOf(
                Gen.String,
                Gen.Char[
                        "\"\\<>()@.,;:+ "
                            + "\t\0a\u00e9\u0307\u202e\u200b\u200c\u200d\u034f\ufe0f\u0627\u094d\u0915\ud83d\ud800\udc00\ufffe[]-"
                    ]
                    .Array[0, 24]
                    .Select(letters => new string(letters) + "@example.com")
            )
            .Sample(text =>
                !EmailAddress.TryParse(text, out var address)
                || (EmailAddress.TryParse(address.Normalized, out var again) && again.Normalized == address.Normalized)
            );

    [Theory]
    [InlineData("ada@example.com")]
    [InlineData("zoë@example.com")]
    [InlineData("ada@xn--bcher-kva.example.com")]
    [InlineData("\"ada lovelace\"@example.com")]
    public void A_normalised_address_is_kept_as_the_same_string(string text)
    {
        var address = EmailAddress.Parse(text);

        address.Value.Should().BeSameAs(text);
        address.Normalized.Should().BeSameAs(text);
    }

    [Fact]
    public void Two_addresses_are_equal_when_their_normalised_forms_are()
    {
        EmailAddress.Parse("Ada@Example.com").Should().Be(EmailAddress.Parse("ada@example.com"));
        (EmailAddress.Parse("Ada@Example.com") == EmailAddress.Parse("ada@example.com")).Should().BeTrue();
        (EmailAddress.Parse("ada@example.com") != EmailAddress.Parse("ada@example.org")).Should().BeTrue();
        EmailAddress.Parse("ada+shop@example.com").Should().NotBe(EmailAddress.Parse("ada@example.com"));
        EmailAddress.Parse("a.da@example.com").Should().NotBe(EmailAddress.Parse("ada@example.com"));
        EmailAddress.Parse("\"Ada\"@Bücher.example.com").Domain.Should().Be("xn--bcher-kva.example.com");
    }

    [Fact]
    public void Parse_says_what_to_do_and_does_not_repeat_the_text()
    {
        var parse = () => EmailAddress.Parse("marked nonsense");

        parse
            .Should()
            .Throw<ArgumentException>()
            .WithParameterName("text")
            .Which.Message.Should()
            .Contain("TryParse")
            .And.NotContain("marked");
    }
}
