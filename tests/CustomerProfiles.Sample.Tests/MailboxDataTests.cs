using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using CustomerProfiles.Sample.Mail;
using MimeKit;
using NodaTime;

namespace CustomerProfiles.Sample.Tests;

/// <summary>What the bundled mailbox must contain. It must not contain real people.</summary>
public sealed partial class MailboxDataTests
{
    private static readonly string Text = Encoding.UTF8.GetString(SampleMailbox.Bytes());

    [Fact]
    public async Task It_is_small_enough_for_a_person_to_read()
    {
        var items = await SampleMailbox.ReadAsync();

        items.Count.Should().BeInRange(80, 110);
        items.OfType<MailItem.Skipped>().Should().ContainSingle().Which.Fault.Should().Be(MailFault.NoHeader);
        FromLines().Matches(Text).Should().HaveCount(items.Count, "every other line that begins with From is masked");
    }

    [Fact]
    public async Task It_runs_for_more_than_a_year_in_the_order_of_delivery()
    {
        var deliveries = (await MessagesAsync()).Select(message => message.DeliveredAt!.Value).ToList();

        deliveries.Should().BeInAscendingOrder();
        deliveries[0].Should().BeGreaterThan(Instant.FromUtc(2024, 12, 1, 0, 0));
        deliveries[^1].Should().BeLessThan(Instant.FromUtc(2026, 4, 1, 0, 0));
        (deliveries[^1] - deliveries[0]).Should().BeGreaterThan(Duration.FromDays(365));
    }

    [Fact]
    public void Only_reserved_domains_occur_and_only_documentation_networks()
    {
        var text = WithEverythingDecoded();

        // A name is a domain when an at sign or a scheme precedes it, or when it ends as public ones do.
        foreach (Match match in Domains().Matches(text))
        {
            match
                .Groups["domain"]
                .Value.Should()
                .MatchRegex(@"(?i)^([\p{L}\p{N}-]+\.)*example\.(com|org|net)$", "{0} is somebody's", match.Value);
        }

        foreach (Match match in AddressesWithoutADot().Matches(text))
        {
            Assert.Fail($"{match.Value} is no address of a reserved domain.");
        }

        foreach (Match match in Networks().Matches(text))
        {
            var octets = IPAddress.Parse(match.Value).GetAddressBytes();
            $"{octets[0]}.{octets[1]}.{octets[2]}".Should().BeOneOf("192.0.2", "198.51.100", "203.0.113");
        }
    }

    [Theory]
    [InlineData("quoted printable word", @"=\?UTF-8\?Q\?")]
    [InlineData("base64 word", @"=\?UTF-8\?B\?")]
    [InlineData("lower case word", @"=\?utf-8\?q\?")]
    [InlineData("Latin-1 word, Q", @"=\?ISO-8859-1\?Q\?")]
    [InlineData("Latin-1 word, B", @"=\?ISO-8859-1\?B\?")]
    [InlineData("name over two words and lines", @"\nFrom: =\?UTF-8\?B\?[^?]+\?=\n =\?UTF-8\?B\?")]
    [InlineData("name over two words", @"\nFrom: =\?UTF-8\?Q\?[^?]+\?= =\?UTF-8\?Q\?")]
    [InlineData("folded by a tab", @"\n\t<jean-luc")]
    [InlineData("folded references", @"\nReferences: <[^>]+>\n <")]
    [InlineData("comma in a name", @"From: ""Quill, Maria"" <")]
    [InlineData("quoted pairs", @"From: ""Peter \\""Pete\\"" O'Neill"" <")]
    [InlineData("comment for a name", @"From: oskar\.lindqvist@example\.org \(Oskar Lindqvist \(private\)\)")]
    [InlineData("comment behind an address", @"> \(on her telephone\)")]
    [InlineData("punycode", @"From: Jana Vogel <info@xn--bcher-kva\.example\.org>")]
    [InlineData("UTF-8 domain", @"From: ""Vogel, Jana"" <info@bücher\.example\.org>")]
    [InlineData("plus-tag", @"<chloe\.martin\+orders@example\.org>")]
    [InlineData("plus-tag in another case", @"<Chloe\.Martin\+Orders@example\.org>")]
    [InlineData("address in capitals", @"<KARL\.HEINZ@EXAMPLE\.ORG>")]
    [InlineData("the same in small letters", @"<karl\.heinz@example\.org>")]
    [InlineData("no-reply", @"From: ""Parcels, Example"" <no-reply@")]
    [InlineData("mailing list", @"List-Id: .*\n(.+\n)*Precedence: list")]
    [InlineData("automatic answer", @"Auto-Submitted: auto-replied")]
    [InlineData("not automatic, expressly", @"Auto-Submitted: no\n")]
    [InlineData("bounce", @"Return-Path: <>\n(.+\n)*From: Mail Delivery System <MAILER-DAEMON@")]
    [InlineData("empty sender", @"\nFrom: <>\n")]
    [InlineData("malformed sender", @"\nFrom: Harald at home <harald@>\n")]
    [InlineData("stranger in copy", @"\nCc: .*walter\.finch@")]
    [InlineData("role with a person's name", @"From: Ruth Adeyemi <sales@")]
    [InlineData("alternative", @"multipart/alternative")]
    [InlineData("quoted-printable body", @"Content-Transfer-Encoding: quoted-printable")]
    [InlineData("base64 body", @"Content-Transfer-Encoding: base64")]
    [InlineData("masked From", @"\n>From ")]
    [InlineData("1969", @"\nDate: Wed, 31 Dec 1969 ")]
    [InlineData("2099", @"\nDate: Thu, 1 Jan 2099 ")]
    [InlineData("only In-Reply-To", @"\nIn-Reply-To: <s-0002@mail\.example\.com>\nDate")]
    [InlineData("field names in other cases", @"\nmessage-id: .+\ndate: .+\nFROM: ")]
    public void It_contains_the_forms_of_real_mail(string form, string pattern)
    {
        Text.Should().MatchRegex(pattern, "the mailbox must contain: {0}", form);
    }

    [Fact]
    public async Task It_contains_messages_without_a_field()
    {
        var messages = await MessagesAsync();

        messages.Should().ContainSingle(message => message.From == null);
        messages.Should().ContainSingle(message => message.SentAt == null);
        messages.Should().ContainSingle(message => message.MessageId == null);
    }

    [Fact]
    public async Task It_contains_a_redelivery_and_two_messages_of_one_instant()
    {
        var messages = await MessagesAsync();

        messages
            .GroupBy(message => message.MessageId)
            .Should()
            .ContainSingle(same => same.Key != null && same.Count() == 2)
            .Which.Should()
            .OnlyContain(message => message.From!.Contains("dmitri.volkov"));
        messages
            .Where(message => message.From?.Contains("sam.archer") == true)
            .Select(message => message.DeliveredAt)
            .Distinct()
            .Should()
            .ContainSingle()
            .Which.Should()
            .Be(Instant.FromUtc(2025, 1, 7, 9, 0));
    }

    [Fact]
    public async Task Names_are_in_several_scripts()
    {
        var names = string.Concat((await MessagesAsync()).Select(message => message.From));

        string[] scripts =
        [
            "IsArabic",
            "IsHebrew",
            "IsCyrillic",
            "IsGreek",
            "IsDevanagari",
            "IsCJKUnifiedIdeographs",
            "IsHangulSyllables",
        ];
        foreach (var script in scripts)
        {
            names.Should().MatchRegex($@"\p{{{script}}}");
        }
    }

    [Fact]
    public void Every_message_is_well_formed()
    {
        Text.Should().NotContain("\r").And.EndWith("\n\n");
        Text.Split('\n').Should().OnlyContain(line => line.Length <= 998);
        var parts = Entities().SelectMany(message => message.BodyParts).OfType<TextPart>();
        foreach (var part in parts.Where(part => part.ContentType.Charset == "us-ascii"))
        {
            part.Text.Should().MatchRegex(@"^[\x00-\x7F]*$");
        }
    }

    private static async Task<List<MailItem.Message>> MessagesAsync() =>
        [.. (await SampleMailbox.ReadAsync()).OfType<MailItem.Message>()];

    private static IEnumerable<MimeMessage> Entities()
    {
        // MimeKit cannot parse the entry without a header.
        var readable = Encoding.UTF8.GetBytes(
            Text.Replace("From gateway@relay.example.net Wed Dec 10 04:00:00 2025\n\n\n", "")
        );
        var parser = new MimeParser(new MemoryStream(readable), MimeFormat.Mbox);
        while (!parser.IsEndOfStream)
        {
            yield return parser.ParseMessage();
        }
    }

    // An address may be in an encoded word or in a base64 body.
    private static string WithEverythingDecoded()
    {
        var text = new StringBuilder(Text);
        foreach (var message in Entities())
        {
            text.AppendLine(string.Join('\n', message.Headers.Select(header => header.Value)));
            foreach (var part in message.BodyParts.OfType<TextPart>())
            {
                text.AppendLine(part.Text);
            }
        }

        return text.ToString();
    }

    [GeneratedRegex(@"^From .*\d{2}:\d{2}:\d{2} \d{4}$|^From ", RegexOptions.Multiline)]
    private static partial Regex FromLines();

    [GeneratedRegex(
        @"(@|://)(?<domain>[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+)"
            + @"|(?<![\p{L}\p{N}.@/-])(?<domain>[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)*"
            + @"\.(com|org|net|edu|gov|info|io|dev|app|eu|de|uk|fr|es|it|nl|se|no|dk|in|jp|br|us))(?![\p{L}\p{N}@.+-])",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Domains();

    [GeneratedRegex(@"[\p{L}\p{N}.+-]+@(?=[\p{L}\p{N}])[\p{L}\p{N}-]+(?![\p{L}\p{N}.-])")]
    private static partial Regex AddressesWithoutADot();

    [GeneratedRegex(@"(?<![\d.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\d.])")]
    private static partial Regex Networks();
}
