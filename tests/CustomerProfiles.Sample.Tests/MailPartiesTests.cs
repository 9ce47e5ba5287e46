using System.Text;
using CustomerProfiles.Sample.Mail;
using MimeKit;

namespace CustomerProfiles.Sample.Tests;

/// <summary>Who wrote a message: From, Sender, or Reply-To of a list or an own address.</summary>
public sealed class MailPartiesTests
{
    private static readonly OwnAddresses Own = new(["support@example.net"], ["desk.example"]);

    // ---- From

    [Theory]
    [InlineData("From: Ada Lovelace <ada@example.org>", "Ada Lovelace <ada@example.org>")]
    [InlineData("From: nobody in particular\nFrom: <ada@example.org>", "ada@example.org")]
    [InlineData("From: <>\nFrom: Ada <ada@example.org>", "Ada <ada@example.org>")]
    [InlineData("From: \nFrom: Ada <ada@example.org>", "Ada <ada@example.org>")]
    [InlineData("From: Ada <ada@>\nFrom: Ada <ada@example.org>\nFrom: Bo <bo@example.org>", "Ada <ada@example.org>")]
    [InlineData("From: undisclosed-senders:;\nFrom: Ada <ada@example.org>", "Ada <ada@example.org>")]
    [InlineData("From: \"Ada\" <>, \"Example\" <ada2@example.org>", "\"Ada\" <>, \"Example\" <ada2@example.org>")]
    [InlineData("From: Ada <'ada@example.org'>", "Ada <ada@example.org>")]
    [InlineData("From: \"a b\"@example.org", "\"a b\"@example.org")]
    [InlineData("From: ada@[192.0.2.1]", "ada@[192.0.2.1]")]
    [InlineData("From: <>", "<>")]
    public void The_first_From_field_with_an_address_is_the_writer(string fields, string expected) =>
        MailContactText.Of(Read(fields).From!).Should().Be(expected);

    [Theory]
    [InlineData("Ada :( <ada@example.org>")]
    [InlineData("Ada (Sales <ada@example.org>")]
    [InlineData("Ada <mailto:ada@example.org>")]
    [InlineData("Ada Lovelace ada@example.org")]
    [InlineData("\"Ada\" <>, \"Example\" <ada@example.org>")]
    [InlineData("Ada [ada@example.org]")]
    [InlineData("Ada <ada@example.org")]
    [InlineData("Ada \"the first <ada@example.org>")]
    [InlineData("x@y@z ada @ <ada@example.org>")]
    public void An_address_is_found_in_a_malformed_field(string from) =>
        Read($"From: {from}").From!.Address.Should().Be("ada@example.org");

    [Theory]
    [InlineData("Sender: Ada <ada@example.org>", "Ada <ada@example.org>")]
    [InlineData("From: <>\nSender: Ada <ada@example.org>\nReply-To: bo@example.org", "Ada <ada@example.org>")]
    [InlineData("From: nobody\nReply-To: Ada <ada@example.org>", "Ada <ada@example.org>")]
    [InlineData("From: <>\nSender: support@example.net\nReply-To: Ada <ada@example.org>", "Ada <ada@example.org>")]
    [InlineData("From: <>\nSender: kim@desk.example", "<>")]
    public void Without_an_address_in_From_the_writer_is_in_Sender_or_Reply_To(string fields, string expected) =>
        MailContactText.Of(Read(fields).From!).Should().Be(expected);

    // ---- an own address or a list in From

    [Theory]
    [InlineData("From: 'Ada Lovelace' via Support <support@example.net>\nReply-To: Ada Lovelace <ada@example.org>")]
    [InlineData(
        "From: 'Ada Lovelace' via Support <support@example.net>\nReply-To: ada@example.org\nTo: support@example.net"
    )]
    [InlineData(
        "From: \"'Ada Lovelace' via Support\" <support@example.net>\nReply-To: ada@example.org\nTo: bo@example.com"
    )]
    [InlineData(
        "From: Ada Lovelace via Support <support@example.net>\nReply-To: support@example.net, Ada Lovelace "
            + "<ada@example.org>"
    )]
    [InlineData("From: 'Ada Lovelace' via Support <support@example.net>\nX-Original-Sender: ada@example.org")]
    [InlineData("From: 'Ada' via Support <support@example.net>\nX-Original-From: Ada Lovelace <ada@example.org>")]
    [InlineData(
        "From: Ada Lovelace via Books <books@lists.example.org>\nList-Post: "
            + "<mailto:books@lists.example.org>\nReply-To: ada@example.org"
    )]
    [InlineData(
        "From: Ada Lovelace via Books <books@lists.example.org>\nList-Id: Books <books.lists.example.org>\n"
            + "Reply-To: Ada Lovelace <ada@example.org>, books@lists.example.org"
    )]
    [InlineData(
        "From: Books <books@lists.example.org>\nList-Id: <books.lists.example.org>\nReply-To: Ada Lovelace "
            + "<ada@example.org>"
    )]
    [InlineData("From: Website <form@desk.example>\nTo: support@example.net\nReply-To: Ada Lovelace <ada@example.org>")]
    [InlineData("From: Website <form@desk.example>\nReply-To: Ada Lovelace <ada@example.org>")]
    [InlineData(
        "From: Support <support+form@example.net>\nTo: support@example.net\nReply-To: Ada Lovelace <ada@example.org>"
    )]
    public void With_an_own_address_or_a_list_in_From_the_writer_is_in_another_field(string fields)
    {
        var parties = Read(fields);

        MailContactText.Of(parties.From!).Should().Be("Ada Lovelace <ada@example.org>");
        parties.Direction.Should().Be(MailDirection.Received);
    }

    [Theory]
    [InlineData("From: 'ada@example.org' via Support <support@example.net>\nTo: support@example.net")]
    [InlineData("From: 'ada@example.org' via Support <support@example.net>\nReply-To: ada@example.org")]
    [InlineData(
        "From: ada@example.org via Books <books@lists.example.org>\nList-Id: <books.lists.example.org>\n"
            + "Reply-To: books@lists.example.org"
    )]
    public void An_address_in_place_of_the_name_is_not_a_name(string fields) =>
        MailContactText.Of(Read(fields).From!).Should().Be("ada@example.org");

    [Theory]
    [InlineData(
        "From: Ada <ada@example.org>\nReply-To: evil@example.com",
        "Ada <ada@example.org>",
        MailDirection.Received
    )]
    [InlineData(
        "From: Ada <ada@example.org>\nSender: bo@example.com\nX-Original-Sender: cy@example.com",
        "Ada <ada@example.org>",
        MailDirection.Received
    )]
    [InlineData(
        "From: Ada via Signatures <sign@example.com>\nReply-To: ada@example.org",
        "Ada via Signatures <sign@example.com>",
        MailDirection.Received
    )]
    [InlineData(
        "From: Kim <kim@desk.example>\nTo: ada@example.org\nReply-To: partner@example.com",
        "Kim <kim@desk.example>",
        MailDirection.Composed
    )]
    [InlineData(
        "From: Kim <kim@desk.example>\nTo: ada@example.org\nReply-To: support@example.net",
        "Kim <kim@desk.example>",
        MailDirection.Composed
    )]
    [InlineData(
        "From: 'Kim' via Support <support@example.net>\nTo: ada@example.org\nReply-To: kim@desk.example",
        "'Kim' via Support <support@example.net>",
        MailDirection.Composed
    )]
    [InlineData(
        "From: Kim <kim@desk.example>\nTo: ravi@desk.example",
        "Kim <kim@desk.example>",
        MailDirection.Internal
    )]
    public void Reply_To_of_any_other_mail_does_not_change_the_writer(
        string fields,
        string expected,
        MailDirection direction
    )
    {
        var parties = Read(fields);

        MailContactText.Of(parties.From!).Should().Be(expected);
        parties.Direction.Should().Be(direction);
    }

    // ---- tags of an own address

    [Theory]
    [InlineData("support@example.net", true)]
    [InlineData("support+4711@example.net", true)]
    [InlineData("SUPPORT+a+b@Example.NET", true)]
    [InlineData("support+@example.net", true)]
    [InlineData("kim+x@desk.example", true)]
    [InlineData("support4711@example.net", false)]
    [InlineData("+support@example.net", false)]
    [InlineData("support@example.net+4711", false)]
    [InlineData("other+support@example.net", false)]
    public void An_own_address_may_have_any_tag(string address, bool expected) =>
        Own.Contains(address).Should().Be(expected);

    [Fact]
    public void Mail_from_an_own_address_with_a_tag_is_composed() =>
        Read("From: support+4711@example.net\nTo: Bob <bob@example.org>").Direction.Should().Be(MailDirection.Composed);

    // ---- charsets

    [Theory]
    [InlineData("windows-1251", "Анна Иванова")]
    [InlineData("WINDOWS-1251", "Анна Иванова")]
    [InlineData("koi8-r", "Анна Иванова")]
    [InlineData("koi8-u", "Ганна Їжак")]
    [InlineData("iso-8859-5", "Анна Иванова")]
    [InlineData("windows-1250", "Łukasz Żak")]
    [InlineData("iso-8859-2", "Łukasz Żak")]
    [InlineData("windows-1253", "Ελένη")]
    [InlineData("iso-8859-7", "Ελένη")]
    [InlineData("windows-1254", "Gül Şahin")]
    [InlineData("iso-8859-9", "Gül Şahin")]
    [InlineData("windows-1255", "דנה לוי")]
    [InlineData("windows-1256", "نور")]
    [InlineData("windows-1257", "Ąžuolas")]
    [InlineData("iso-8859-13", "Ąžuolas")]
    [InlineData("iso-8859-15", "Œuvrard")]
    [InlineData("windows-1252", "Œuvrard")]
    [InlineData("gb2312", "李伟")]
    [InlineData("gb18030", "李伟")]
    [InlineData("big5", "陳美")]
    [InlineData("shift_jis", "田辺由紀")]
    [InlineData("iso-2022-jp", "田辺由紀")]
    [InlineData("euc-jp", "田辺由紀")]
    [InlineData("euc-kr", "김민준")]
    [InlineData("ks_c_5601-1987", "김민준")]
    [InlineData("windows-874", "สมชาย")]
    [InlineData("tis-620", "สมชาย")]
    [InlineData("windows-1258", "Nguyên")]
    [InlineData("macintosh", "François")]
    [InlineData("ibm850", "François")]
    [InlineData("utf-8", "François")]
    public void An_encoded_word_is_decoded_in_its_charset(string charset, string name)
    {
        var bytes = Encoding.GetEncoding(charset).GetBytes(name);

        Read($"From: =?{charset}?B?{Convert.ToBase64String(bytes)}?= <anna@example.org>").From!.Name.Should().Be(name);
        Read($"From: =?{charset}?q?{string.Concat(bytes.Select(one => $"={one:X2}"))}?= <anna@example.org>")
            .From!.Name.Should()
            .Be(name);
    }

    [Theory]
    [InlineData("cp1251", "=C0=ED=ED=E0", "Анна")]
    [InlineData("cp932", "=93c=95=D3", "田辺")]
    [InlineData("utf8", "Fran=C3=A7ois", "François")]
    [InlineData("latin1", "Fran=E7ois", "François")]
    [InlineData("iso-8859-1*fr", "Fran=E7ois", "François")]
    public void An_alias_of_a_charset_is_known(string charset, string encoded, string name) =>
        Read($"From: =?{charset}?Q?{encoded}?= <anna@example.org>").From!.Name.Should().Be(name);

    [Theory]
    [InlineData("x-unknown")]
    [InlineData("unknown-8bit")]
    [InlineData("x-user-defined")]
    [InlineData("iso-8859-16")]
    [InlineData("utf-7")]
    [InlineData("viscii")]
    [InlineData("iso-2022-cn")]
    [InlineData("klingon")]
    public void A_name_in_an_unknown_charset_stays_encoded_so_that_the_library_warns(string charset)
    {
        var from = Read($"From: =?{charset}?Q?A=F6=E4?= Lovelace <anna@example.org>").From!;

        from.Name.Should().Be($"=?{charset}?Q?A=F6=E4?=");
        from.Address.Should().Be("anna@example.org");
    }

    [Theory]
    [InlineData("Ada <ada@example.org>, =?x-klingon?Q?=C0?= <k@example.org>", "Ada", "=?x-klingon?Q?=C0?=")]
    [InlineData(
        "=?utf-8?Q?Ad=C3=A1?= <ada@example.org>, =?x-klingon?B?wO3t4A==?= K <k@example.org>",
        "Adá",
        "=?x-klingon?B?wO3t4A==?="
    )]
    [InlineData("=?x-klingon?Q?=C0?= <k@example.org>, Bo <bo@example.org>", "=?x-klingon?Q?=C0?=", "Bo")]
    [InlineData(
        "=?x-klingon?Q?=C0?= <k@example.org>, =?x-romulan?Q?=C1?= <bo@example.org>",
        "=?x-klingon?Q?=C0?=",
        "=?x-romulan?Q?=C1?="
    )]
    [InlineData(
        "Club: Ada <ada@example.org>, =?x-klingon?Q?=FF=FE?= <k@example.org>;",
        "Ada",
        "=?x-klingon?Q?=FF=FE?="
    )]
    public void An_unknown_charset_affects_no_other_name_in_the_field(string to, string first, string second) =>
        Read($"From: support@example.net\nTo: {to}").To.Select(contact => contact.Name).Should().Equal(first, second);

    [Theory]
    [InlineData("\"Quill, Maria\" <m@example.org>", "Quill, Maria")]
    [InlineData("\"Ada \\\"A\\\" bo@example.org\" <m@example.org>", "Ada \"A\" bo@example.org")]
    public void A_name_is_returned_without_quotes(string from, string name) =>
        Read($"From: {from}").From.Should().Be(new MailContact("m@example.org", name));

    [Theory]
    [InlineData("windows-1251", "Анна Иванова")]
    [InlineData("koi8-r", "Анна Иванова")]
    [InlineData("iso-8859-2", "Łukasz Żak")]
    [InlineData("utf-8", "Łukasz Żak")]
    [InlineData("gb18030", "李伟")]
    public void A_name_without_encoding_is_decoded_in_the_charset_of_the_body(string charset, string name)
    {
        byte[] header =
        [
            .. "From: "u8,
            .. Encoding.GetEncoding(charset).GetBytes(name),
            .. Encoding.ASCII.GetBytes($" <anna@example.org>\nContent-Type: text/plain; charset={charset}\n\n"),
        ];

        MailParties.Read(HeaderList.Load(new MemoryStream(header)), Own.Contains).From!.Name.Should().Be(name);
    }

    [Theory]
    [InlineData("@")]
    [InlineData("a@")]
    [InlineData("(")]
    [InlineData("=?")]
    [InlineData("=?x?B?")]
    [InlineData("<")]
    [InlineData(" via ")]
    [InlineData("\"")]
    [InlineData(",")]
    [InlineData("a@b,")]
    public void A_long_malformed_field_is_read_in_linear_time(string piece)
    {
        var from = string.Concat(Enumerable.Repeat(piece, 200_000 / piece.Length));
        Action reading = () => Read($"From: {from}\nList-Post: {from}\nReply-To: {from}");

        reading.ExecutionTime().Should().BeLessThan(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void ToString_contains_no_personal_data()
    {
        Read("From: Ada Lovelace <ada@example.org>").From!.ToString().Should().Be(nameof(MailContact));
        Read("From: Ada Lovelace <ada@example.org>").ToString().Should().NotContain("ada");
    }

    private static MailParties Read(string fields) =>
        MailParties.Read(HeaderList.Load(new MemoryStream(Encoding.UTF8.GetBytes($"{fields}\n\n"))), Own.Contains);
}
