using System.Text;
using CustomerProfiles.Enrichment;
using CustomerProfiles.FullContact.Wire;
using CustomerProfiles.Profiles;

namespace CustomerProfiles.FullContact.Tests.Wire;

public sealed class PersonReaderTests
{
    [Fact]
    public void A_full_answer_is_read_in_full()
    {
        var information = Read(InventedPerson.Json);

        information.Name.Should().Be(new PersonName("Maria Quill", "Maria", "Quill"));
        information.Photo.Should().Be(new Photo(new Uri("https://img.example.com/maria.png")));
        information.Location.Should().Be("Porto, Portugal");
        information.Bio.Should().Be("Answers letters.\nLikes ink. 🖋");
        information.Company.Should().Be("Quill & Sons");
        information.JobTitle.Should().Be("Head of Support");
        information.Websites.Should().Equal(new Uri("https://quill.example"), new Uri("https://blog.quill.example/"));
        information.SocialProfiles.Should().Equal(
            new SocialProfile("twitter", new Uri("https://twitter.com/mquill"), "mquill"),
            new SocialProfile("linkedin", new Uri("https://www.linkedin.com/in/mquill")),
            new SocialProfile("keybase", Username: "mq"),
            new SocialProfile("brandnewnetwork", new Uri("http://brandnew.example/mq")));
    }

    [Fact]
    public void Nothing_of_what_is_not_kept_comes_through()
    {
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(InventedPerson.Json)).Should().Contain("SENSITIVE");

        TextsOf(Read(InventedPerson.Json)).Should().NotBeEmpty().And.NotContain(text => text.Contains("SENSITIVE", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_not_kept_is_never_made_into_objects()
    {
        var household = string.Join(',', Enumerable.Range(0, 20_000).Select(number => $"\"fact{number}\":\"value {number}\""));
        var body = Encoding.UTF8.GetBytes($$$"""{"details":{"household":{{{{household}}}},"demographics":[{{{{household}}}}]},"finance":{{{{household}}}},"bio":"x"}""");
        PersonReader.TryRead(body, out _);

        var before = GC.GetAllocatedBytesForCurrentThread();
        PersonReader.TryRead(body, out var information);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        information!.Bio.Should().Be("x");
        body.Length.Should().BeGreaterThan(1_000_000);
        allocated.Should().BeLessThan(10_000);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("  {}\r\n")]
    [InlineData("\uFEFF{}")]
    [InlineData("""{"fullName":null,"bio":"","title":"  ","organization":"\t\n","details":null}""")]
    [InlineData("""{"details":{}}""")]
    [InlineData("""{"details":[]}""")]
    [InlineData("""{"details":"none"}""")]
    [InlineData("""{"details":{"profiles":null,"photos":null,"employment":null,"urls":null,"locations":null,"name":null}}""")]
    [InlineData("""{"details":{"profiles":[],"photos":[],"employment":[],"urls":[],"locations":[],"name":{}}}""")]
    [InlineData("""{"details":{"profiles":{},"photos":{},"employment":{},"urls":{},"locations":{},"name":[]}}""")]
    [InlineData("""{"fullName":{},"title":[],"organization":1,"bio":true,"location":{"city":"Porto"},"avatar":[[]],"website":{"a":[1,{"b":2}]},"twitter":0,"linkedin":{},"facebook":[]}""")]
    [InlineData("""{"details":{"name":{"full":1,"given":{},"family":[]},"location":7,"photos":[null,1,"x",[],{},{"value":null},{"value":3}],"profiles":{"a":null,"b":1,"c":"x","d":[],"e":{},"f":{"url":{}}}}}""")]
    [InlineData("""{"details":{"employment":[null,1,"x",[],{},{"name":null,"title":5,"current":"yes","end":{}}],"locations":[null,{"city":1}],"urls":["https://x.example"]}}""")]
    [InlineData("""{"fullName":"\ud800","bio":"\udc00x","\ud800":1,"details":{"profiles":{"\ud83d":{"url":"https://x.example"}}}}""")]
    public void What_is_absent_null_empty_or_of_another_type_is_left_out(string json) => Read(json).Should().BeEquivalentTo(new PublicInformation());

    [Fact]
    public void What_fits_is_kept_beside_what_does_not()
    {
        var information = Read(
            """
            {"fullName":["Maria"],"title":5,"bio":"Ink.","avatar":"maria.png","organization":{"name":"Quill"},"location":"Porto","website":"https://quill.example",
             "details":{"name":{"given":"Maria","family":7},"photos":[{"value":"/relative.png"},{"value":"https://img.example.com/2.png"}],
             "profiles":{"twitter":17,"github":{"username":12,"url":"https://github.com/mquill"},"keybase":{"username":"mq","url":"not an address"}}}}
            """);

        information.Name.Should().Be(new PersonName("Maria", "Maria"));
        information.Bio.Should().Be("Ink.");
        information.Location.Should().Be("Porto");
        information.Photo!.Url.Should().Be(new Uri("https://img.example.com/2.png"));
        information.Websites.Should().Equal(new Uri("https://quill.example"));
        information.JobTitle.Should().BeNull();
        information.Company.Should().BeNull();
        information.SocialProfiles.Should().Equal(new SocialProfile("github", new Uri("https://github.com/mquill")), new SocialProfile("keybase", Username: "mq"));
    }

    [Theory]
    [InlineData("""{"fullName":"Maria Quill","details":{"name":{"full":"M. Q."}}}""", "Maria Quill", null, null)]
    [InlineData("""{"details":{"name":{"full":"Maria da Quill","given":"Maria","family":"Quill"}}}""", "Maria da Quill", "Maria", "Quill")]
    [InlineData("""{"details":{"name":{"given":" Maria ","middle":"da","family":"Quill"}}}""", "Maria da Quill", "Maria", "Quill")]
    [InlineData("""{"details":{"name":{"family":"Quill"}}}""", "Quill", null, "Quill")]
    [InlineData("""{"fullName":"  ","details":{"name":{"full":"Maria"}}}""", "Maria", null, null)]
    public void The_name_is_the_top_levels_else_that_of_the_details(string json, string full, string? given, string? family) =>
        Read(json).Name.Should().Be(new PersonName(full, given, family));

    [Theory]
    [InlineData("""{"location":"A","details":{"location":"B","locations":[{"city":"C"}]}}""", "A")]
    [InlineData("""{"location":null,"details":{"location":"B","locations":[{"city":"C"}]}}""", "B")]
    [InlineData("""{"details":{"locations":[{"formatted":"1 Home Street, Porto"},{"city":"Porto","region":"Norte","regionCode":"13","country":"Portugal"}]}}""", "Porto, Norte, Portugal")]
    [InlineData("""{"details":{"locations":[{"city":"Boulder","regionCode":"CO","countryCode":"US"}]}}""", "Boulder, CO, US")]
    [InlineData("""{"details":{"locations":[{"addressLine1":"1 Home Street","postalCode":"4000"}]}}""", null)]
    public void The_location_is_a_line_of_text_and_never_a_street(string json, string? location) => Read(json).Location.Should().Be(location);

    [Theory]
    [InlineData("""{"title":"T","organization":"O","details":{"employment":[{"name":"X","title":"Y","current":true}]}}""", "O", "T")]
    [InlineData("""{"details":{"employment":[{"name":"Old","title":"Past","current":false},{"name":"X","title":"Y","current":true}]}}""", "X", "Y")]
    [InlineData("""{"details":{"employment":[{"name":"Old","title":"Past","end":{"year":2010}},{"name":"X","title":"Y"}]}}""", "X", "Y")]
    [InlineData("""{"details":{"employment":[{"name":"Maybe","title":"M"},{"name":"X","title":"Y","current":true}]}}""", "X", "Y")]
    [InlineData("""{"details":{"employment":[{"name":"X","title":"Y","current":"?","end":null}]}}""", "X", "Y")]
    [InlineData("""{"details":{"employment":[{"name":"X","title":"Y","end":{"year":null}}]}}""", "X", "Y")]
    [InlineData("""{"details":{"employment":[{"name":"Old","title":"Past","end":"2010-01"}]}}""", null, null)]
    [InlineData("""{"details":{"employment":[{"name":"X","current":true}]}}""", "X", null)]
    [InlineData("""{"title":"Y","details":{"employment":[{"name":"Other","title":"Z","current":true},{"name":"X","title":"y"}]}}""", "X", "Y")]
    [InlineData("""{"title":"T","details":{"employment":[{"name":"X","title":"Y","current":true}]}}""", null, "T")]
    [InlineData("""{"organization":"O","details":{"employment":[{"name":"X","title":"Y","current":true}]}}""", "O", null)]
    [InlineData("""{"organization":"x","details":{"employment":[{"name":"X","title":"Y","current":true}]}}""", "x", "Y")]
    public void Company_and_title_never_come_from_two_jobs(string json, string? company, string? title) =>
        (Read(json).Company, Read(json).JobTitle).Should().Be((company, title));

    [Theory]
    [InlineData("""{"avatar":"https://a.example/1","details":{"photos":[{"value":"https://b.example/2"}]}}""", "https://a.example/1")]
    [InlineData("""{"avatar":"http://a.example/1"}""", "http://a.example/1")]
    [InlineData("""{"avatar":null,"details":{"profiles":{"x":{"photos":[{"value":"https://c.example/3"}]}},"photos":[{"label":"avatar"},{"value":"https://b.example/2"}]}}""", "https://b.example/2")]
    [InlineData("""{"details":{"profiles":{"x":{"photos":[{"value":"ftp://c.example/0"},{"value":"https://c.example/3"}]}}}}""", "https://c.example/3")]
    [InlineData("""{"avatar":"//img.example.com/1"}""", null)]
    [InlineData("""{"avatar":"/static/1"}""", null)]
    [InlineData("""{"avatar":"javascript:alert(1)"}""", null)]
    [InlineData("""{"avatar":"data:image/png;base64,AAAA"}""", null)]
    [InlineData("""{"avatar":"file:///etc/passwd"}""", null)]
    [InlineData("""{"avatar":"https://"}""", null)]
    [InlineData("""{"avatar":"https://img.example.com@evil.example/1"}""", null)]
    public void The_photo_is_the_first_that_is_a_web_address(string json, string? url) => Read(json).Photo?.Url.OriginalString.Should().Be(url);

    [Theory]
    [InlineData("""{"details":{"profiles":[{"service":"GitHub","username":"mq"},{"username":"nobody's"},{"service":" ","username":"x"}]}}""", "github||mq")]
    [InlineData("""{"details":{"profiles":{"GitHub":"https://github.com/mq"}}}""", "github|https://github.com/mq|")]
    [InlineData("""{"details":{"profiles":{"github":[{"username":"one"},{"username":"two"},{"username":"one"}]}}}""", "github||one;github||two")]
    [InlineData("""{"details":{"profiles":{"":{"service":"github","username":"mq"}}}}""", "github||mq")]
    [InlineData("""{"details":{"profiles":{"linkedincompany":{"service":"linkedin","username":"mq"}}}}""", "linkedincompany||mq")]
    [InlineData("""{"details":{"profiles":{"github":{"userid":"5"}}}}""", "")]
    [InlineData("""{"twitter":"https://twitter.com/mq","details":{"profiles":{"github":{"username":"mq"}}}}""", "github||mq;twitter|https://twitter.com/mq|")]
    [InlineData("""{"twitter":"https://twitter.com/old","details":{"profiles":{"twitter":{"username":"new"}}}}""", "twitter||new")]
    [InlineData("""{"linkedin":"https://linkedin.com/in/mq","facebook":"https://facebook.com/mq","details":null}""", "linkedin|https://linkedin.com/in/mq|;facebook|https://facebook.com/mq|")]
    [InlineData("""{"twitter":"@mq"}""", "")]
    public void Accounts_are_read_from_every_shape(string json, string accounts) =>
        string.Join(';', Read(json).SocialProfiles.Select(account => $"{account.Network}|{account.Url?.OriginalString}|{account.Username}")).Should().Be(accounts);

    [Fact]
    public void A_name_that_comes_twice_counts_once() =>
        Read("""{"bio":null,"bio":"first","bio":"second"}""").Bio.Should().Be("first");

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("1")]
    [InlineData("\"text\"")]
    [InlineData("[{\"fullName\":\"Maria\"}]")]
    [InlineData("{")]
    [InlineData("{\"fullName\":\"Maria\"")]
    [InlineData("{\"fullName\":\"Mar")]
    [InlineData("{\"fullName\"}")]
    [InlineData("{\"details\":{\"profiles\":{\"github\":{\"username\":\"mq\"}}}")]
    [InlineData("{} {}")]
    [InlineData("{},")]
    [InlineData("{'fullName':'Maria'}")]
    [InlineData("<html/>")]
    [InlineData("\uFEFF")]
    [InlineData("\uFEFF\uFEFF{}")]
    public void What_is_not_one_whole_json_object_is_refused(string text)
    {
        PersonReader.TryRead(Encoding.UTF8.GetBytes(text), out var information).Should().BeFalse();
        information.Should().BeNull();
    }

    [Fact]
    public void A_full_answer_that_is_cut_anywhere_is_refused()
    {
        var body = Encoding.UTF8.GetBytes(InventedPerson.Json);
        for (var length = 0; length < body.Length; length++)
        {
            PersonReader.TryRead(body.AsSpan(0, length), out _).Should().BeFalse("only {0} of {1} bytes came", length, body.Length);
        }
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    [InlineData(100_000, false)]
    public void Nesting_has_a_limit_wherever_it_is(int levels, bool isRead)
    {
        foreach (var field in new[] { "household", "fullName", "details", "avatar" })
        {
            PersonReader.TryRead(Encoding.UTF8.GetBytes($$"""{"{{field}}":{{new string('[', levels)}}{{new string(']', levels)}}}"""), out _).Should().Be(isRead);
            PersonReader.TryRead(
                Encoding.UTF8.GetBytes($$"""{"{{field}}":{{string.Concat(Enumerable.Repeat("{\"a\":", levels))}}1{{new string('}', levels)}}}"""), out _).Should().Be(isRead);
        }
    }

    [Fact]
    public void Bytes_that_are_no_unicode_leave_their_field_out()
    {
        byte[] body = [.. "{\"fullName\":\"Mar"u8, 0xff, 0xfe, .. "ia\",\""u8, 0xc3, .. "\":\"x\",\"bio\":\"Ink.\"}"u8];

        PersonReader.TryRead(body, out var information).Should().BeTrue();
        information!.Bio.Should().Be("Ink.");
        information.Name.Should().BeNull();
    }

    [Fact]
    public void Long_lists_and_names_are_cut()
    {
        var accounts = string.Join(',', Enumerable.Range(0, 20_000).Select(number => $$"""{"service":"net{{number}}","username":"mq"}"""));
        var urls = string.Join(',', Enumerable.Range(0, 20_000).Select(number => $$"""{"value":"https://site{{number}}.example/"}"""));
        var information = Read($$$"""{"details":{"profiles":[{{{accounts}}}],"urls":[{{{urls}}}],"{{{new string('x', 100_000)}}}":1}}""");

        information.SocialProfiles.Should().HaveCount(200);
        information.Websites.Should().HaveCount(50);
        Read("""{"details":{"profiles":{"LONG":{"username":"mq"}}}}""".Replace("LONG", new string('x', 201), StringComparison.Ordinal)).SocialProfiles.Should().BeEmpty();
    }

    internal static IEnumerable<string> TextsOf(PublicInformation information) =>
        new[]
            {
                information.Photo?.Url.OriginalString, information.Location, information.Bio, information.Name?.Full, information.Name?.Given, information.Name?.Family,
                information.Company, information.JobTitle,
            }
            .Concat(information.Websites.Select(website => website.OriginalString))
            .Concat(information.SocialProfiles.SelectMany(account => new[] { account.Network, account.Url?.OriginalString, account.Username }))
            .OfType<string>();

    private static PublicInformation Read(string json)
    {
        PersonReader.TryRead(Encoding.UTF8.GetBytes(json), out var information).Should().BeTrue();
        return information!;
    }
}
