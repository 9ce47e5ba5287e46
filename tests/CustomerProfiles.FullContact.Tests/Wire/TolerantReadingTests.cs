using System.Text;
using System.Text.Json;
using CustomerProfiles.Providers;

namespace CustomerProfiles.FullContact.Tests.Wire;

/// <summary>
/// One change of a complete response at a time, everywhere: valid values are kept, and only the changed one is missing.
/// </summary>
public sealed class TolerantReadingTests
{
    /// <summary>All values are different, so that a replaced value is noticed.</summary>
    private const string EveryField = """
        {"fullName":"Full Top","ageRange":"30-39","gender":"Female","location":"Location Top","title":"Title Top","organization":"Organization Top",
         "bio":"Bio Top","website":"https://website.example/","twitter":"https://twitter.example/shortcut","linkedin":"https://linkedin.example/shortcut",
         "facebook":"https://facebook.example/shortcut","avatar":"https://avatar.example/","email":"LEFT OUT","phone":"LEFT OUT","updated":"1970-01-01","isSandboxProfile":true,
         "extended":{"a":"LEFT OUT"},"dataAddons":[{"id":"LEFT OUT","enabled":true,"docLink":"https://left-out.example/"}],"verifiedPhysical":true,"emailHash":"LEFT OUT",
         "details":{
          "name":{"given":"Given","middle":"Middle","family":"Family","full":"Full Details"},
          "age":{"range":"LEFT OUT","value":42,"birthday":{"year":1984,"month":2,"day":30}},"gender":"LEFT OUT","location":"Location Details",
          "emails":[{"label":"LEFT OUT","value":"LEFT OUT","md5":"LEFT OUT","firstSeenMs":1400000000000,"observations":3,"confidence":0.91}],
          "phones":[{"label":"LEFT OUT","value":"LEFT OUT"}],
          "locations":[{"label":"LEFT OUT","addressLine1":"LEFT OUT","city":"City","region":"Region","regionCode":"RC","postalCode":"LEFT OUT","country":"Country","countryCode":"CC","formatted":"LEFT OUT"}],
          "profiles":{
           "github":{"service":"github","username":"on-github","userid":"LEFT OUT","url":"https://github.example/","bio":"Bio Account","followers":1,"following":2,
            "photos":[{"label":"LEFT OUT","value":"https://photo-of-account.example/"}],"urls":[{"value":"https://left-out.example/"}]},
           "linkedinCompany":{"service":"linkedincompany","username":"on-linkedin","url":"https://company.example/"},
           "networkofnextyear":{"username":"on-new","url":"https://new.example/"}},
          "photos":[{"label":"LEFT OUT","value":"https://photo.example/"}],
          "urls":[{"label":"LEFT OUT","value":"https://url0.example/"},{"value":"https://url1.example/"}],
          "employment":[{"name":"Job Organization","domain":"LEFT OUT","current":true,"title":"Job Title","start":{"year":2019,"month":4},"end":{"year":2020}}],
          "education":[{"name":"LEFT OUT","degree":"LEFT OUT","start":{"year":2001},"end":{"year":2006}}],
          "interests":[{"name":"LEFT OUT","id":"LEFT OUT","parentIds":["LEFT OUT"]}],"topics":[{"name":"LEFT OUT"}],
          "identifiers":{"maids":[{"id":"LEFT OUT","type":"idfa"}],"personIds":["LEFT OUT"],"recordIds":[],"partnerIds":[]},
          "demographics":{"maritalStatus":"LEFT OUT"},"household":{"finance":{"income":"LEFT OUT"},"familyInfo":{"totalAdults":2}},"finance":{"activeLineOfCredit":true},
          "census":{"year2010":{"average":{"numberOfCarsInHousehold":2.3000000000000003}}},"automotive":{"ownership":{"totalCars":"2","vehicles":[{"year":2012}]}},
          "survey":{"reading":{"religious":true}},"buyer":{"health":{"medical":true}}}}
        """;

    // None of these is a valid value of any field, except "true" in "current" and numbers and dates in "end".
    private static readonly string[] WrongValues =
    [
        "null",
        "\"\"",
        "\" \\t\"",
        "0",
        "-17",
        "1e400",
        new string('9', 400),
        "true",
        "false",
        "[]",
        "{}",
        "[null,0,true,\"x\",[],{},[[{}]]]",
        "{\"x\":{\"x\":[1]}}",
        "\"\\ud800\"",
    ];

    public static TheoryData<string> Bodies =>
        [
            EveryField,
            InventedPerson.Json,
            InventedBody.Thin,
            InventedBody.Typical,
            InventedBody.Full,
            FromDetails,
            FromTheirLists,
        ];

    /// <summary>Without the top level.</summary>
    private static string FromDetails =>
        Without(
            "/fullName",
            "/location",
            "/title",
            "/organization",
            "/avatar",
            "/twitter",
            "/linkedin",
            "/facebook",
            "/details/employment/0/end"
        );

    /// <summary>With lists and parts only.</summary>
    private static string FromTheirLists =>
        Without(
            "/fullName",
            "/location",
            "/title",
            "/organization",
            "/avatar",
            "/twitter",
            "/linkedin",
            "/facebook",
            "/details/employment/0/end",
            "/details/name/full",
            "/details/location",
            "/details/photos",
            "/details/locations/0/regionCode",
            "/details/locations/0/countryCode"
        );

    public static TheoryData<string, string[]> Whole =>
        new()
        {
            {
                EveryField,
                [
                    "Full Top",
                    "Given",
                    "https://github.example/",
                    "linkedincompany",
                    "networkofnextyear",
                    "https://url1.example/",
                ]
            },
            {
                FromDetails,
                ["Full Details", "Location Details", "https://photo.example/", "Job Organization", "Job Title"]
            },
            { FromTheirLists, ["Given Middle Family", "City, Region, Country", "https://photo-of-account.example/"] },
        };

    [Theory]
    [MemberData(nameof(Whole))]
    public void A_wrong_value_anywhere_removes_only_its_own_field(string json, string[] recorded)
    {
        var whole = PersonReaderTests.TextsOf(Read(json)).ToList();
        var members = RewrittenBody.Members(json);
        whole.Should().Contain(recorded);
        members.Should().HaveCountGreaterThan(130);
        foreach (var place in members)
        {
            // Values that come from elsewhere. The name of a network is the name of a property.
            var fromElsewhere = whole
                .Where(text =>
                    !members.Any(member =>
                        member.IsUnder(place.Path)
                        && (
                            IsFrom(text, member)
                            || (
                                IsAccount(member)
                                && string.Equals(member.Name, text, StringComparison.OrdinalIgnoreCase)
                            )
                        )
                    ) && !IsShortcut(place, text)
                )
                .ToList();
            foreach (
                var wrong in WrongValues
                    .Append("\"text\"")
                    .Append("5")
                    .Append("\"2020-01\"")
                    .Where(value => place.Name != "current" || value != "false")
            )
            {
                var body = RewrittenBody.With(json, place.Path, member => (member with { Value = wrong }).AsJson);

                TextsOf(body)
                    .Should()
                    .Contain(fromElsewhere, "only {0} became {1}", place.Path, wrong)
                    .And.NotContain("LEFT OUT");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public void A_missing_member_is_like_a_null(string json)
    {
        foreach (var place in RewrittenBody.Members(json).Where(member => member.Name is not null))
        {
            var isNull = RewrittenBody.With(json, place.Path, member => (member with { Value = "null" }).AsJson);
            var isMissing = RewrittenBody.With(
                json,
                place.Path,
                member => (member with { Name = "aNameOfNoField", Value = "null" }).AsJson
            );
            if (place.IsUnder("/details/profiles") || place.Name == "current")
            {
                continue;
            }

            Told(isMissing).Should().Be(Told(isNull), place.Path);
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Other_data_may_have_any_content(string json)
    {
        string[] skipped =
        [
            "/ageRange",
            "/gender",
            "/email",
            "/phone",
            "/updated",
            "/isSandboxProfile",
            "/extended",
            "/dataAddons",
            "/details/age",
            "/details/gender",
            "/details/emails",
            "/details/phones",
            "/details/education",
            "/details/interests",
            "/details/topics",
            "/details/identifiers",
            "/details/demographics",
            "/details/household",
            "/details/finance",
            "/details/census",
            "/details/automotive",
            "/details/survey",
            "/details/buyer",
        ];
        var recorded = Told(json);
        foreach (var place in RewrittenBody.Members(json).Where(member => skipped.Any(member.IsUnder)))
        {
            foreach (
                var wrong in Some(WrongValues, json, place)
                    .Append("\"https://x.example/\"")
                    .Append("{\"fullName\":\"X\",\"bio\":\"X\",\"username\":\"X\",\"value\":\"https://x.example/\"}")
            )
            {
                Told(RewrittenBody.With(json, place.Path, member => (member with { Value = wrong }).AsJson))
                    .Should()
                    .Be(recorded, "only {0} became {1}", place.Path, wrong);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Unknown_fields_anywhere_change_nothing(string json)
    {
        var recorded = Told(json);
        foreach (
            var place in RewrittenBody
                .Members(json)
                .Where(member =>
                    member.Name is not null
                    && !IsAccount(member)
                    && !member.Path.Contains("/end/", StringComparison.Ordinal)
                )
        )
        {
            foreach (var value in Some(WrongValues, json, place))
            {
                Told(
                        RewrittenBody.With(
                            json,
                            place.Path,
                            member => $"\"unknown\":{value},{member.AsJson},\"\\u00fcnknown\":{value}"
                        )
                    )
                    .Should()
                    .Be(recorded, place.Path);
            }
        }
    }

    // Websites are a list: both are kept.
    [Theory]
    [MemberData(nameof(Bodies))]
    public void Of_a_property_that_comes_twice_the_first_that_fits_counts(string json)
    {
        var recorded = Told(json);
        foreach (
            var place in RewrittenBody
                .Members(json)
                .Where(member => member.Name is not null && !member.Path.Contains("/end", StringComparison.Ordinal))
        )
        {
            foreach (
                var wrong in Some(WrongValues, json, place)
                    .Where(value => place.Name != "current" || value is not ("true" or "false"))
            )
            {
                var other = place with { Value = wrong };
                Told(RewrittenBody.With(json, place.Path, member => $"{other.AsJson},{member.AsJson}"))
                    .Should()
                    .Be(recorded, "{0} came as {1} before", place.Path, wrong);
                Told(RewrittenBody.With(json, place.Path, member => $"{member.AsJson},{other.AsJson}"))
                    .Should()
                    .Be(recorded, "{0} came as {1} after", place.Path, wrong);
            }

            if (place.Value.StartsWith('"'))
            {
                var later = place with { Name = place.Name!.ToUpperInvariant(), Value = "\"https://later.example/\"" };
                if (!IsAccount(place) && place.Path != "/website")
                {
                    Told(RewrittenBody.With(json, place.Path, member => $"{member.AsJson},{later.AsJson}"))
                        .Should()
                        .Be(recorded, place.Path);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Names_count_whatever_their_case_and_however_they_are_escaped(string json)
    {
        var recorded = Told(json);

        Told(RewrittenBody.Write(json, member => (member with { Name = member.Name?.ToUpperInvariant() }).AsJson))
            .Should()
            .Be(recorded);
        Told(RewrittenBody.Write(json, member => (member with { Name = member.Name?.ToLowerInvariant() }).AsJson))
            .Should()
            .Be(recorded);
        Told(RewrittenBody.Write(json, member => (member with { Name = Escaped(member.Name) }).AsJson))
            .Should()
            .Be(recorded);
        Told(
                RewrittenBody.Write(
                    json,
                    member =>
                        (
                            member with
                            {
                                Value = member.Value.StartsWith('"')
                                    ? $"\"{Escaped(JsonSerializer.Deserialize<string>(member.Value))}\""
                                    : member.Value,
                            }
                        ).AsJson
                )
            )
            .Should()
            .Be(recorded);
        Told("\uFEFF \r\n\t" + json + "\n").Should().Be(recorded);
    }

    [Fact]
    public void Letters_that_only_look_alike_in_some_culture_are_other_names() =>
        Read(
            """{"b\u0131o":"x","b\u0130o":"x","tıtle":"x","\u212aeybase":"x","details":{"profiles":{"\u212aeybase":{"username":"x"}}}}"""
        )
            .Bio.Should()
            .BeNull();

    [Theory]
    [InlineData("{}", false)]
    [InlineData("null", false)]
    [InlineData("true", false)]
    [InlineData("false", false)]
    [InlineData("0", false)]
    [InlineData("\"\"", false)]
    [InlineData("\"0000-00-00\"", false)]
    [InlineData("\"present\"", false)]
    [InlineData("""{"year":null}""", false)]
    [InlineData("""{"year":0,"month":0,"day":0}""", false)]
    [InlineData("""{"year":{"value":2012}}""", false)]
    [InlineData("[]", false)]
    [InlineData("[2012]", false)]
    [InlineData("""{"year":2012}""", true)]
    [InlineData("""{"year":2012,"month":4}""", true)]
    [InlineData("""{"year":"2012"}""", true)]
    [InlineData("""{"year":null,"month":4}""", true)]
    [InlineData("""{"year":2012,"month":4,"day":31}""", true)]
    [InlineData("""{"Year":2012,"quarter":{"x":[]}}""", true)]
    [InlineData("\"2012\"", true)]
    [InlineData("\"2012-04\"", true)]
    [InlineData("2012", true)]
    public void A_job_has_ended_when_any_part_of_a_date_says_so(string end, bool hasEnded) =>
        Read($$$"""{"details":{"employment":[{"name":"Ink Ltd","end":{{{end}}}}]}}""")
            .Company.Should()
            .Be(hasEnded ? null : "Ink Ltd");

    [Fact]
    public void Unknown_networks_are_kept()
    {
        var information = Read(
            """{"details":{"profiles":{"linkedinCompany":{"username":"a"},"linkedincompany":{"username":"b"},"ΔΊΚΤΥΟ":{"username":"c"},"net\u0077ork":{"username":"d"},"n e w":{"username":"e"}}}}"""
        );

        information
            .SocialProfiles.Should()
            .Equal(
                new SocialProfile("linkedincompany", username: "a"),
                new SocialProfile("linkedincompany", username: "b"),
                new SocialProfile("δίκτυο", username: "c"),
                new SocialProfile("network", username: "d"),
                new SocialProfile("n e w", username: "e")
            );
    }

    [Theory]
    [InlineData("\\ud83d\\ude00", "😀")]
    [InlineData("a\\ud83d\\ude00b\\n\\\\ud800\\/", "a😀b\n\\ud800/")]
    [InlineData("\\ud83d", null)]
    [InlineData("\\ude00", null)]
    [InlineData("\\ude00\\ud83d", null)]
    [InlineData("\\ud83d\\ud83d\\ude00", null)]
    [InlineData("\\ud83d\\n", null)]
    [InlineData("\\ud83d\\", null, false)]
    [InlineData("\\ud83dx", null)]
    [InlineData("\\ud83d\\u00", null, false)]
    [InlineData("\\ud83d \\ude00", null)]
    [InlineData("x\\nd83dabc", "x\nd83dabc")]
    [InlineData("\\uD83D\\uDE00\\udbff\\udfff", "😀\U0010FFFF")]
    public void Half_a_surrogate_pair_leaves_its_field_out(string written, string? bio, bool isJson = true)
    {
        PersonReader
            .TryRead(
                Encoding.UTF8.GetBytes($$"""{"bio":"{{written}}","x{{written}}":1,"title":"Title"}"""),
                out var information
            )
            .Should()
            .Be(isJson);
        information?.Bio.Should().Be(bio);
        information?.JobTitle.Should().Be("Title");
    }

    [Theory]
    [InlineData(new byte[] { 0xc3 })]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0xc0, 0xaf })]
    [InlineData(new byte[] { 0xe2, 0x82 })]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 })]
    [InlineData(new byte[] { 0xf5, 0x80, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xff, 0xfe })]
    public void Broken_utf8_leaves_its_field_out(byte[] broken)
    {
        byte[] body =
        [
            .. "{\"bio\":\"a"u8,
            .. broken,
            .. "b\",\"fullName\":\"\\n"u8,
            .. broken,
            .. "\",\"b"u8,
            .. broken,
            .. "\":\"x\",\"details\":{\"profiles\":{\"git"u8,
            .. broken,
            .. "\":{\"username\":\"mq\"}}},\"title\":\"Title\"}"u8,
        ];

        PersonReader.TryRead(body, out var information).Should().BeTrue();
        PersonReaderTests.TextsOf(information!).Should().Equal("Title");
    }

    [Theory]
    [InlineData("")]
    [InlineData("   \r\n")]
    [InlineData("\0")]
    [InlineData("<!DOCTYPE html><html><head><title>502</title></head><body>{\"fullName\":\"X\"}</body></html>")]
    [InlineData("Profile not found")]
    [InlineData("\uFEFF")]
    [InlineData("{\"fullName\":\"X\"}<script>")]
    public void Other_formats_are_invalid(string text) =>
        PersonReader.TryRead(Encoding.UTF8.GetBytes(text), out _).Should().BeFalse();

    [Fact]
    public void Utf16_is_invalid() =>
        PersonReader.TryRead(Encoding.Unicode.GetBytes("\uFEFF{}"), out _).Should().BeFalse();

    private static bool IsAccount(BodyMember member) =>
        member.Path.StartsWith("/details/profiles/", StringComparison.Ordinal)
        && member.Path.Count(letter => letter == '/') == 3;

    // A name and a location may be composed of parts; any other text is one value.
    private static bool IsFrom(string text, BodyMember member) =>
        member.IsUnder("/details/name") || member.IsUnder("/details/locations")
            ? member.Value.StartsWith('"')
                && JsonSerializer.Deserialize<string>(member.Value) is { Length: > 0 } part
                && text.Contains(part, StringComparison.Ordinal)
            : member.Value == JsonSerializer.Serialize(text);

    private static string Without(params string[] paths) =>
        RewrittenBody.Write(
            EveryField,
            member => (paths.Contains(member.Path) ? member with { Name = "aNameOfNoField" } : member).AsJson
        );

    // Read when "details" has no account in that network, which the property names.
    private static bool IsShortcut(BodyMember place, string text) =>
        place.Path is "/twitter" or "/linkedin" or "/facebook" && text == place.Name;

    // The complete body tries all values; a long one tries one value at each place in turn.
    private static IEnumerable<string> Some(string[] values, string json, BodyMember place) =>
        json == EveryField ? values : values.Where((_, index) => (index + place.Path.Length) % 7 == 0);

    private static string? Escaped(string? text) =>
        text is null ? null : string.Concat(text.Select(unit => $"\\u{(int)unit:x4}"));

    private static IEnumerable<string> TextsOf(string json) => PersonReaderTests.TextsOf(Read(json));

    private static string Told(string json) => RecordedInformation.Of(Read(json));

    private static PublicInformation Read(string json)
    {
        PersonReader.TryRead(Encoding.UTF8.GetBytes(json), out var information).Should().BeTrue();
        return information!;
    }
}
