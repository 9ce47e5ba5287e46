using System.Text;
using CustomerProfiles.Providers;

namespace CustomerProfiles.FullContact.Tests.Wire;

public sealed class PersonReaderTests
{
    [Fact]
    public void A_full_response_is_read_completely()
    {
        var information = Read(InventedPerson.Json);

        information.Name.Should().Be(new PersonName("Maria Quill", "Maria", "Quill"));
        information.Photo.Should().Be(new Photo(new Uri("https://img.example.com/maria.png")));
        information.Location.Should().Be("Porto, Portugal");
        information.Bio.Should().Be("Answers letters.\nLikes ink. 🖋");
        information.Company.Should().Be("Quill & Sons");
        information.JobTitle.Should().Be("Head of Support");
        information.Websites.Should().Equal(new Uri("https://quill.example"), new Uri("https://blog.quill.example/"));
        information
            .SocialProfiles.Should()
            .Equal(
                new SocialProfile("twitter", new Uri("https://twitter.com/mquill"), "mquill"),
                new SocialProfile("linkedin", new Uri("https://www.linkedin.com/in/mquill")),
                new SocialProfile("keybase", username: "mq"),
                new SocialProfile("brandnewnetwork", new Uri("http://brandnew.example/mq"))
            );
    }

    [Fact]
    public void Other_data_is_left_out()
    {
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(InventedPerson.Json)).Should().Contain("SENSITIVE");

        TextsOf(Read(InventedPerson.Json))
            .Should()
            .NotBeEmpty()
            .And.NotContain(text => text.Contains("SENSITIVE", StringComparison.Ordinal));
    }

    [Fact]
    public void Other_data_is_never_made_into_objects()
    {
        var household = string.Join(
            ',',
            Enumerable.Range(0, 20_000).Select(number => $"\"fact{number}\":\"value {number}\"")
        );
        var body = Encoding.UTF8.GetBytes(
            $$$"""{"details":{"household":{{{{household}}}},"demographics":[{{{{household}}}}]},"finance":{{{{household}}}},"bio":"x"}"""
        );
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
    [InlineData(
        """{"details":{"profiles":null,"photos":null,"employment":null,"urls":null,"locations":null,"name":null}}"""
    )]
    [InlineData("""{"details":{"profiles":[],"photos":[],"employment":[],"urls":[],"locations":[],"name":{}}}""")]
    [InlineData("""{"details":{"profiles":{},"photos":{},"employment":{},"urls":{},"locations":{},"name":[]}}""")]
    [InlineData(
        """{"fullName":{},"title":[],"organization":1,"bio":true,"location":{"city":"Porto"},"avatar":[[]],"website":{"a":[1,{"b":2}]},"twitter":0,"linkedin":{},"facebook":[]}"""
    )]
    [InlineData(
        """{"details":{"name":{"full":1,"given":{},"family":[]},"location":7,"photos":[null,1,"x",[],{},{"value":null},{"value":3}],"profiles":{"a":null,"b":1,"c":"x","d":[],"e":{},"f":{"url":{}}}}}"""
    )]
    [InlineData(
        """{"details":{"employment":[null,1,"x",[],{},{"name":null,"title":5,"current":"yes","end":{}}],"locations":[null,{"city":1}],"urls":["https://x.example"]}}"""
    )]
    [InlineData(
        """{"fullName":"\ud800","bio":"\udc00x","\ud800":1,"details":{"profiles":{"\ud83d":{"url":"https://x.example"}}}}"""
    )]
    public void What_is_absent_null_empty_or_of_another_type_is_left_out(string json) =>
        Read(json).Should().BeEquivalentTo(new PublicInformation());

    [Fact]
    public void A_valid_value_is_kept_beside_invalid_ones()
    {
        var information = Read(
            """
            {"fullName":["Maria"],"title":5,"bio":"Ink.","avatar":"maria.png","organization":{"name":"Quill"},"location":"Porto","website":"https://quill.example",
             "details":{"name":{"given":"Maria","family":7},"photos":[{"value":"/relative.png"},{"value":"https://img.example.com/2.png"}],
             "profiles":{"twitter":17,"github":{"username":12,"url":"https://github.com/mquill"},"keybase":{"username":"mq","url":"not an address"}}}}
            """
        );

        information.Name.Should().Be(new PersonName("Maria", "Maria"));
        information.Bio.Should().Be("Ink.");
        information.Location.Should().Be("Porto");
        information.Photo!.Url.Should().Be(new Uri("https://img.example.com/2.png"));
        information.Websites.Should().Equal(new Uri("https://quill.example"));
        information.JobTitle.Should().BeNull();
        information.Company.Should().BeNull();
        information
            .SocialProfiles.Should()
            .Equal(
                new SocialProfile("github", new Uri("https://github.com/mquill")),
                new SocialProfile("keybase", username: "mq")
            );
    }

    [Theory]
    [InlineData("""{"fullName":"Maria Quill","details":{"name":{"full":"M. Q."}}}""", "Maria Quill", null, null)]
    [InlineData(
        """{"details":{"name":{"full":"Maria da Quill","given":"Maria","family":"Quill"}}}""",
        "Maria da Quill",
        "Maria",
        "Quill"
    )]
    [InlineData(
        """{"details":{"name":{"given":" Maria ","middle":"da","family":"Quill"}}}""",
        "Maria da Quill",
        "Maria",
        "Quill"
    )]
    [InlineData("""{"details":{"name":{"family":"Quill"}}}""", "Quill", null, "Quill")]
    [InlineData(
        """{"details":{"name":{"given":"Maria","nickname":"Mimi","family":"Quill"}}}""",
        "Maria Quill",
        "Maria",
        "Quill"
    )]
    [InlineData("""{"fullName":"  ","details":{"name":{"full":"Maria"}}}""", "Maria", null, null)]
    public void The_name_is_from_the_top_level_or_the_details(
        string json,
        string full,
        string? given,
        string? family
    ) => Read(json).Name.Should().Be(new PersonName(full, given, family));

    [Theory]
    [InlineData("""{"location":"A","details":{"location":"B","locations":[{"city":"C"}]}}""", "A")]
    [InlineData("""{"location":null,"details":{"location":"B","locations":[{"city":"C"}]}}""", "B")]
    [InlineData("""{"details":{"locations":[{"city":"C"}],"location":"B"},"location":"A"}""", "A")]
    [InlineData("""{"details":{"locations":[{"city":"C"}],"location":"B"}}""", "B")]
    [InlineData(
        """{"details":{"locations":[{"city":"Porto","regionCode":"13","region":"Norte","countryCode":"PT","country":"Portugal"}]}}""",
        "Porto, Norte, Portugal"
    )]
    [InlineData(
        """{"details":{"locations":[{"formatted":"1 Home Street, Porto"},{"city":"Porto","region":"Norte","regionCode":"13","country":"Portugal"}]}}""",
        "Porto, Norte, Portugal"
    )]
    [InlineData(
        """{"details":{"locations":[{"city":"Boulder","regionCode":"CO","countryCode":"US"}]}}""",
        "Boulder, CO, US"
    )]
    [InlineData("""{"details":{"locations":[{"addressLine1":"1 Home Street","postalCode":"4000"}]}}""", null)]
    public void The_location_is_a_line_of_text_and_never_a_street(string json, string? location) =>
        Read(json).Location.Should().Be(location);

    [Theory]
    [InlineData(
        """{"title":"T","organization":"O","details":{"employment":[{"name":"X","title":"Y","current":true}]}}""",
        "O",
        "T"
    )]
    [InlineData(
        """{"details":{"employment":[{"name":"Old","title":"Past","current":false},{"name":"X","title":"Y","current":true}]}}""",
        "X",
        "Y"
    )]
    [InlineData(
        """{"details":{"employment":[{"name":"Old","title":"Past","end":{"year":2010}},{"name":"X","title":"Y"}]}}""",
        "X",
        "Y"
    )]
    [InlineData(
        """{"details":{"employment":[{"name":"Maybe","title":"M"},{"name":"X","title":"Y","current":true}]}}""",
        "X",
        "Y"
    )]
    [InlineData("""{"details":{"employment":[{"name":"X","title":"Y","current":"?","end":null}]}}""", "X", "Y")]
    [InlineData("""{"details":{"employment":[{"name":"X","title":"Y","end":{"year":null}}]}}""", "X", "Y")]
    [InlineData("""{"details":{"employment":[{"name":"Old","title":"Past","end":"2010-01"}]}}""", null, null)]
    [InlineData("""{"details":{"employment":[{"name":"X","current":true}]}}""", "X", null)]
    [InlineData("""{"details":{"employment":[{"title":"Y","current":true}]}}""", null, "Y")]
    [InlineData("""{"details":{"employment":[{"name":"Left","current":false}]}}""", null, null)]
    [InlineData(
        """{"details":{"employment":[{"name":"X","end":{"year":2040,"month":1},"current":true}]}}""",
        "X",
        null
    )]
    [InlineData("""{"details":{"employment":[{"name":"X","current":true,"Current":false}]}}""", "X", null)]
    [InlineData("""{"details":{"employment":[{"name":"Left","current":false,"Current":true}]}}""", null, null)]
    [InlineData("""{"details":{"employment":[{"name":"Left","end":"2010","End":"2011"}]}}""", null, null)]
    [InlineData(
        """{"details":{"employment":[{"name":"First","current":true},{"name":"Second","current":true}]}}""",
        "First",
        null
    )]
    [InlineData("""{"details":{"employment":[{"name":"First"},{"name":"Second"}]}}""", "First", null)]
    [InlineData(
        """{"details":{"employment":[{"name":"First","current":true},{"title":"Second","current":true}]}}""",
        "First",
        null
    )]
    [InlineData(
        """{"details":{"employment":[{"title":"First","current":true},{"name":"Second","current":true}]}}""",
        null,
        "First"
    )]
    [InlineData(
        """{"details":{"employment":[{"current":{"name":"Inner"},"name":"X","end":[2010,{"title":"Inner"}]}]}}""",
        "X",
        null
    )]
    [InlineData("""{"details":{"employment":[{"name":"X","end":["title","Wrong"]}]}}""", "X", null)]
    [InlineData(
        """{"title":"Y","details":{"employment":[{"name":"Other","title":"Z","current":true},{"name":"X","title":"y"}]}}""",
        "X",
        "Y"
    )]
    [InlineData("""{"title":"T","details":{"employment":[{"name":"X","title":"Y","current":true}]}}""", null, "T")]
    [InlineData(
        """{"organization":"O","details":{"employment":[{"name":"X","title":"Y","current":true}]}}""",
        "O",
        null
    )]
    [InlineData(
        """{"organization":"x","details":{"employment":[{"name":"X","title":"Y","current":true}]}}""",
        "x",
        "Y"
    )]
    public void Company_and_title_never_come_from_two_jobs(string json, string? company, string? title) =>
        (Read(json).Company, Read(json).JobTitle).Should().Be((company, title));

    [Theory]
    [InlineData(
        """{"avatar":"https://a.example/1","details":{"photos":[{"value":"https://b.example/2"}]}}""",
        "https://a.example/1"
    )]
    [InlineData("""{"avatar":"http://a.example/1"}""", "http://a.example/1")]
    [InlineData(
        """{"details":{"profiles":{"x":{"photos":[{"value":"https://c.example/3"}]}},"photos":[{"value":"https://b.example/2"}]},"avatar":"https://a.example/1"}""",
        "https://a.example/1"
    )]
    [InlineData(
        """{"details":{"photos":[{"value":"https://b.example/2"}],"profiles":{"x":{"photos":[{"value":"https://c.example/3"}]}}}}""",
        "https://b.example/2"
    )]
    [InlineData(
        """{"details":{"profiles":{"x":{"photos":[{"value":"https://c.example/3"}]},"y":{"photos":[{"value":"https://d.example/4"}]}}}}""",
        "https://c.example/3"
    )]
    [InlineData(
        """{"details":{"profiles":{"x":{"images":[{"value":"https://c.example/0"}],"photos":[{"value":"https://c.example/3"}]}}}}""",
        "https://c.example/3"
    )]
    [InlineData(
        """{"avatar":null,"details":{"profiles":{"x":{"photos":[{"value":"https://c.example/3"}]}},"photos":[{"label":"avatar"},{"value":"https://b.example/2"}]}}""",
        "https://b.example/2"
    )]
    [InlineData(
        """{"details":{"profiles":{"x":{"photos":[{"value":"ftp://c.example/0"},{"value":"https://c.example/3"}]}}}}""",
        "https://c.example/3"
    )]
    [InlineData(
        """{"details":{"photos":[{"label":"cover","value":"https://b.example/cover"},{"label":"avatar","value":"https://b.example/face"}]}}""",
        "https://b.example/face"
    )]
    [InlineData(
        """{"details":{"photos":[{"value":"https://b.example/cover","label":"Cover"},{"value":"https://b.example/face","label":"AVATAR"}]}}""",
        "https://b.example/face"
    )]
    [InlineData(
        """{"details":{"photos":[{"label":"other","value":"https://b.example/1"},{"label":"avatar","value":"https://b.example/face"}]}}""",
        "https://b.example/face"
    )]
    [InlineData(
        """{"details":{"photos":[{"label":"banner","value":"https://b.example/1"},{"value":"https://b.example/2"}]}}""",
        "https://b.example/2"
    )]
    [InlineData(
        """{"details":{"photos":[{"label":"avatar","value":"not an address"},{"label":"other","value":"https://b.example/2"}]}}""",
        "https://b.example/2"
    )]
    [InlineData(
        """{"details":{"photos":[{"label":"cover","value":"https://b.example/1"}],"profiles":{"x":{"photos":[{"label":"avatar","value":"https://c.example/face"}]}}}}""",
        "https://c.example/face"
    )]
    [InlineData(
        """{"details":{"photos":[{"label":"cover","value":"https://b.example/1"},{"label":"background","value":"https://b.example/2"}]}}""",
        null
    )]
    [InlineData(
        """{"details":{"profiles":{"x":{"photos":[{"label":"other","value":"https://c.example/1"}]},"y":{"photos":[{"label":"avatar","value":"https://c.example/face"}]}}}}""",
        "https://c.example/face"
    )]
    [InlineData(
        """{"details":{"profiles":{"linkedincompany":{"photos":[{"label":"avatar","value":"https://c.example/logo"}]},"y":{"photos":[{"value":"https://c.example/face"}]}}}}""",
        "https://c.example/face"
    )]
    [InlineData(
        """{"avatar":"https://a.example/\u202e1","details":{"photos":[{"value":"https://b.example/2"}]}}""",
        "https://b.example/2"
    )]
    [InlineData(
        """{"avatar":"data:image/png;base64,AAAA","details":{"photos":[{"value":"https://b.example/2"}]}}""",
        "https://b.example/2"
    )]
    [InlineData(
        """{"avatar":"https://user:pass@a.example/1","details":{"photos":[{"value":"https://b.example/2"}]}}""",
        "https://b.example/2"
    )]
    [InlineData("""{"avatar":"//img.example.com/1"}""", null)]
    [InlineData("""{"avatar":"/static/1"}""", null)]
    [InlineData("""{"avatar":"javascript:alert(1)"}""", null)]
    [InlineData("""{"avatar":"data:image/png;base64,AAAA"}""", null)]
    [InlineData("""{"avatar":"file:///etc/passwd"}""", null)]
    [InlineData("""{"avatar":"https://"}""", null)]
    [InlineData("""{"avatar":"https://img.example.com@evil.example/1"}""", null)]
    public void The_photo_is_the_first_that_is_a_web_address(string json, string? url) =>
        Read(json).Photo?.Url.OriginalString.Should().Be(url);

    [Theory]
    [InlineData(
        """{"details":{"profiles":[{"service":"GitHub","username":"mq"},{"username":"nobody's"},{"service":" ","username":"x"}]}}""",
        "github||mq"
    )]
    [InlineData("""{"details":{"profiles":{"GitHub":"https://github.com/mq"}}}""", "github|https://github.com/mq|")]
    [InlineData(
        """{"details":{"profiles":{"github":[{"username":"one"},{"username":"two"},{"username":"one"}]}}}""",
        "github||one;github||two"
    )]
    [InlineData("""{"details":{"profiles":{"":{"service":"github","username":"mq"}}}}""", "github||mq")]
    [InlineData(
        """{"details":{"profiles":{"linkedincompany":{"service":"linkedin","username":"mq"}}}}""",
        "linkedincompany||mq"
    )]
    [InlineData("""{"details":{"profiles":{"github":{"userid":"5"}}}}""", "")]
    [InlineData(
        """{"twitter":"https://twitter.com/mq","details":{"profiles":{"github":{"username":"mq"}}}}""",
        "github||mq;twitter|https://twitter.com/mq|"
    )]
    [InlineData(
        """{"twitter":"https://twitter.com/old","details":{"profiles":{"twitter":{"username":"new"}}}}""",
        "twitter||new"
    )]
    [InlineData(
        """{"linkedin":"https://linkedin.com/in/mq","facebook":"https://facebook.com/mq","details":null}""",
        "linkedin|https://linkedin.com/in/mq|;facebook|https://facebook.com/mq|"
    )]
    [InlineData("""{"twitter":"@mq"}""", "twitter||mq")]
    [InlineData("""{"twitter":"mq"}""", "twitter||mq")]
    [InlineData("""{"facebook":"m.quill"}""", "facebook||m.quill")]
    [InlineData(
        """{"details":{"profiles":{"tumblr":{"url":"mq.tumblr.example"}}}}""",
        "tumblr|https://mq.tumblr.example|"
    )]
    [InlineData("""{"twitter":"twitter.com/mq"}""", "twitter|https://twitter.com/mq|")]
    [InlineData("""{"linkedin":"www.linkedin.com/in/mq"}""", "linkedin|https://www.linkedin.com/in/mq|")]
    [InlineData("""{"facebook":"//facebook.com/mq"}""", "facebook|https://facebook.com/mq|")]
    [InlineData("""{"details":{"profiles":{"github":{"url":"github.com/mq"}}}}""", "github|https://github.com/mq|")]
    [InlineData(
        """{"details":{"profiles":{"github":"github.com/mq","twitter":"@mq"}}}""",
        "github|https://github.com/mq|;twitter||mq"
    )]
    [InlineData("""{"twitter":"not usable !","Twitter":"@mq"}""", "twitter||mq")]
    [InlineData("""{"twitter":"mq@example.com","linkedin":"n/a","facebook":"null"}""", "")]
    [InlineData("""{"twitter":"@@mq","linkedin":"javascript:alert(1)","facebook":"@"}""", "")]
    [InlineData("""{"twitter":"twitter .com/mq","linkedin":"in/mq","facebook":"..com/mq"}""", "")]
    [InlineData("""{"twitter":"ada@evil.example/mq","linkedin":"10.0.0.1/mq"}""", "")]
    public void Accounts_are_read_from_every_shape(string json, string accounts) =>
        string.Join(
                ';',
                Read(json)
                    .SocialProfiles.Select(account =>
                        $"{account.Network}|{account.Url?.OriginalString}|{account.Username}"
                    )
            )
            .Should()
            .Be(accounts);

    [Theory]
    [InlineData("""{"details":{"profiles":{"twitter":{"username":"mq","bio":"Ink."}}}}""", "Ink.")]
    [InlineData(
        """{"details":{"profiles":{"a":{"bio":" "},"b":{"bio":7},"c":{"bio":"Ink."},"d":{"bio":"Later."}}}}""",
        "Ink."
    )]
    [InlineData(
        """{"details":{"profiles":{"a":{"bio":"Of the account."}}},"bio":"Of the person."}""",
        "Of the person."
    )]
    [InlineData("""{"bio":"\u200b","details":{"profiles":{"a":{"bio":"Ink."}}}}""", "Ink.")]
    [InlineData("""{"details":{"profiles":[{"service":"a","bio":"Ink."}]}}""", "Ink.")]
    [InlineData("""{"details":{"profiles":{"linkedinCompany":{"bio":"Makes ink since 1901."}}}}""", null)]
    [InlineData(
        """{"details":{"profiles":{"a":{"bio":"Makes ink.","service":"linkedincompany"},"b":{"bio":"Ink."}}}}""",
        "Makes ink."
    )]
    public void The_bio_is_from_the_top_level_or_an_account(string json, string? bio) =>
        Read(json).Bio.Should().Be(bio);

    [Theory]
    [InlineData("\\u200b\\u200b")]
    [InlineData("\\u2060")]
    [InlineData("\\u00ad")]
    [InlineData("\\u3164")]
    [InlineData("\\u2800\\u2800")]
    [InlineData("\\u115f\\u1160")]
    [InlineData("\\ufe0f")]
    [InlineData("\\u200e \\u200f")]
    [InlineData("\\u034f")]
    [InlineData("\\u0001")]
    [InlineData("\\udb40\\udc41")]
    [InlineData("\\u00a0\\u2003")]
    public void Invisible_text_is_left_out_everywhere(string text)
    {
        var information = Read(
            """
            {"fullName":"T","title":"T","organization":"T","location":"T","bio":"T","twitter":"T","website":"T","avatar":"T",
             "details":{"name":{"given":"T","family":"T","full":"T"},"location":"T","locations":[{"city":"T","country":"T"}],
             "employment":[{"name":"T","title":"T","current":true}],"profiles":{"github":{"username":"T","bio":"T"},"T":{"username":"x"}},"urls":[{"value":"T"}]}}
            """.Replace("\"T\"", $"\"{text}\"", StringComparison.Ordinal)
        );

        information.Should().BeEquivalentTo(new PublicInformation());
    }

    [Fact]
    public void An_invisible_company_is_replaced_by_that_of_the_job() =>
        Read(
            """{"organization":"\u200b\u200b","details":{"employment":[{"name":"Ink Ltd","title":"Clerk","current":true}]}}"""
        )
            .Company.Should()
            .Be("Ink Ltd");

    [Theory]
    [InlineData(2_000, "https://b.example/2")]
    [InlineData(200, "https://b.example/2")]
    public void An_avatar_with_a_too_long_address_is_replaced_by_another_photo(int limit, string expected)
    {
        var body = Encoding.UTF8.GetBytes(
            $$$"""{"avatar":"https://a.example/{{{new string('a', limit)}}}","details":{"photos":[{"value":"https://b.example/2"}]}}"""
        );

        PersonReader.TryRead(body, out var information, limit).Should().BeTrue();
        information!.Photo!.Url.OriginalString.Should().Be(expected);
    }

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
    public void A_body_that_is_not_one_json_object_is_refused(string text)
    {
        PersonReader.TryRead(Encoding.UTF8.GetBytes(text), out var information).Should().BeFalse();
        information.Should().BeNull();
    }

    [Fact]
    public void A_body_that_is_cut_off_anywhere_is_refused()
    {
        var body = Encoding.UTF8.GetBytes(InventedPerson.Json);
        for (var length = 0; length < body.Length; length++)
        {
            PersonReader
                .TryRead(body.AsSpan(0, length), out _)
                .Should()
                .BeFalse("only {0} of {1} bytes came", length, body.Length);
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
            PersonReader
                .TryRead(
                    Encoding.UTF8.GetBytes(
                        $$"""{"{{field}}":{{new string('[', levels)}}{{new string(']', levels)}}}"""
                    ),
                    out _
                )
                .Should()
                .Be(isRead);
            PersonReader
                .TryRead(
                    Encoding.UTF8.GetBytes(
                        $$"""{"{{field}}":{{string.Concat(Enumerable.Repeat("{\"a\":", levels))}}1{{new string('}', levels)}}}"""
                    ),
                    out _
                )
                .Should()
                .Be(isRead);
        }
    }

    [Fact]
    public void A_field_with_invalid_unicode_is_left_out()
    {
        byte[] body = [.. "{\"fullName\":\"Mar"u8, 0xff, 0xfe, .. "ia\",\""u8, 0xc3, .. "\":\"x\",\"bio\":\"Ink.\"}"u8];

        PersonReader.TryRead(body, out var information).Should().BeTrue();
        information!.Bio.Should().Be("Ink.");
        information.Name.Should().BeNull();
    }

    [Fact]
    public void Long_lists_and_names_are_cut()
    {
        var accounts = string.Join(
            ',',
            Enumerable.Range(0, 20_000).Select(number => $$"""{"service":"net{{number}}","username":"mq"}""")
        );
        var urls = string.Join(
            ',',
            Enumerable.Range(0, 20_000).Select(number => $$"""{"value":"https://site{{number}}.example/"}""")
        );
        var information = Read(
            $$$"""{"details":{"profiles":[{{{accounts}}}],"urls":[{{{urls}}}],"{{{new string('x', 100_000)}}}":1}}"""
        );

        information.SocialProfiles.Should().HaveCount(200);
        information.Websites.Should().HaveCount(50);
    }

    [Theory]
    [InlineData(200, 1)]
    [InlineData(201, 0)]
    public void The_name_of_a_network_has_at_most_200_bytes(int length, int accounts) =>
        Read(
            """{"details":{"profiles":{"LONG":{"username":"mq"}}}}""".Replace(
                "LONG",
                new string('x', length),
                StringComparison.Ordinal
            )
        )
            .SocialProfiles.Should()
            .HaveCount(accounts);

    /// <summary>In each shape of accounts.</summary>
    [Theory]
    [InlineData("{", "\"net#\":{\"username\":\"mq\"}", "}")]
    [InlineData("{", "\"net#\":\"https://net.example/#\"", "}")]
    [InlineData("{", "\"net#\":[{\"username\":\"mq\"}]", "}")]
    [InlineData("[", "{\"service\":\"net#\",\"username\":\"mq\"}", "]")]
    public void The_first_200_accounts_are_kept(string open, string account, string close)
    {
        string Body(int count) =>
            $$$"""{"details":{"profiles":{{{open}}}{{{string.Join(',', Enumerable.Range(0, count).Select(number => account.Replace("#", $"{number}", StringComparison.Ordinal)))}}}{{{close}}}},"bio":"x"}""";

        Read(Body(200)).SocialProfiles.Should().HaveCount(200);
        var more = Read(Body(220));
        more.SocialProfiles.Select(profile => profile.Network)
            .Should()
            .Equal(Enumerable.Range(0, 200).Select(number => $"net{number}"));
        more.Bio.Should().Be("x");
    }

    [Theory]
    [InlineData(199, true)]
    [InlineData(200, false)]
    public void Links_and_jobs_are_read_up_to_the_200th(int before, bool isRead)
    {
        var information = Read(
            $$$"""
            {"details":{"urls":[{{{Many(
                """{"value":"no address"}"""
            )}}}{"value":"https://quill.example/"}],"employment":[{{{Many(
                """{"name":"Left","current":false}"""
            )}}}{"name":"Ink Ltd"}]}}
            """
        );

        (information.Websites.Length, information.Company).Should().Be(isRead ? (1, "Ink Ltd") : (0, null));

        string Many(string one) => string.Concat(Enumerable.Repeat(one + ",", before));
    }

    /// <summary>Skipped values may contain lists.</summary>
    [Theory]
    [InlineData("photos", 1)]
    [InlineData("locations", 1)]
    [InlineData("urls", 200)]
    [InlineData("employment", 200)]
    [InlineData("profiles", 200)]
    public void Entries_beyond_a_limit_are_skipped_completely(string field, int limit)
    {
        var some = string.Join(
            ',',
            Enumerable.Repeat("""{"value":"https://img.example.com/1","city":"Porto"}""", limit)
        );

        Read(
                $$$"""{"details":{"{{{field}}}":[{{{some}}},{"x":[1,[2]]},[3],4],"name":{"full":"Maria Quill"}},"bio":"x"}"""
            )
            .Should()
            .Match<PublicInformation>(information => information.Bio == "x" && information.Name!.Full == "Maria Quill");
    }

    internal static IEnumerable<string> TextsOf(PublicInformation information) =>
        new[]
        {
            information.Photo?.Url.OriginalString,
            information.Location,
            information.Bio,
            information.Name?.Full,
            information.Name?.Given,
            information.Name?.Family,
            information.Company,
            information.JobTitle,
        }
            .Concat(information.Websites.Select(website => website.OriginalString))
            .Concat(
                information.SocialProfiles.SelectMany(account =>
                    new[] { account.Network, account.Url?.OriginalString, account.Username }
                )
            )
            .OfType<string>();

    private static PublicInformation Read(string json)
    {
        PersonReader.TryRead(Encoding.UTF8.GetBytes(json), out var information).Should().BeTrue();
        return information!;
    }
}
