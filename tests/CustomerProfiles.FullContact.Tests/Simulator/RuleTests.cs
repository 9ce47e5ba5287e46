using System.Text.Json.Nodes;

namespace CustomerProfiles.FullContact.Tests.Simulator;

/// <summary>Which requests are valid, and the errors of the others.</summary>
public sealed class RuleTests : SimulatorFixture
{
    private const string Name = """{"full":"Frances Fulton"}""";
    private const string NoName = "A name is either full, or given and family.";
    private const string NoLocation =
        "A location has addressLine1 and postalCode, or addressLine1, city and region or regionCode.";
    private const string NoProfile = "A profile has either a url, or a service and a username or userid.";
    private const string ByUrl = "Facebook and Instagram profiles are accepted by url only.";

    [Theory]
    [InlineData("""{"name":{"full":"A B"}}""", "A name needs a location.")]
    [InlineData("""{"location":{"addressLine1":"1 Example Street","postalCode":"1"}}""", "A location needs a name.")]
    [InlineData("""{"name":{},"location":{"addressLine1":"1 Example Street","postalCode":"1"}}""", NoName)]
    [InlineData("""{"name":{"given":"A"},"location":{"addressLine1":"1 Example Street","postalCode":"1"}}""", NoName)]
    [InlineData("""{"name":{"family":"B"},"location":{"addressLine1":"1 Example Street","postalCode":"1"}}""", NoName)]
    [InlineData("""{"name":{"full":" "},"location":{"addressLine1":"1 Example Street","postalCode":"1"}}""", NoName)]
    [InlineData("""{"name":{"full":"A B"},"location":{}}""", NoLocation)]
    [InlineData("""{"name":{"full":"A B"},"location":{"addressLine1":"1 Example Street"}}""", NoLocation)]
    [InlineData(
        """{"name":{"full":"A B"},"location":{"addressLine1":"1 Example Street","city":"Portland"}}""",
        NoLocation
    )]
    [InlineData(
        """{"name":{"full":"A B"},"location":{"addressLine1":"1 Example Street","region":"Oregon"}}""",
        NoLocation
    )]
    [InlineData(
        """{"name":{"full":"A B"},"location":{"city":"Portland","region":"Oregon","postalCode":"1"}}""",
        NoLocation
    )]
    [InlineData("""{"placekey":"222@example"}""", "No valid identifier provided.")]
    [InlineData("""{"maids":[],"recordId":" ","profiles":[],"infer":true}""", "No valid identifier provided.")]
    [InlineData("""{"confidence":"HIGH"}""", "No valid identifier provided.")]
    public async Task Neither_name_nor_location_is_enough_alone_or_in_part(string request, string message) =>
        await AssertRefusedAsync(request, message);

    [Theory]
    [InlineData(Name, """{"addressLine1":"12 Example Street","postalCode":"97205"}""")]
    [InlineData(
        """{"given":"Frances","family":"Fulton"}""",
        """{"addressLine1":"12 Example Street","postalCode":"97205"}"""
    )]
    [InlineData(Name, """{"addressLine1":"12 Example Street","city":"Portland","region":"Oregon"}""")]
    [InlineData(Name, """{"addressLine1":"12 Example Street","city":"Portland","regionCode":"OR"}""")]
    [InlineData(
        """{"full":" frances  FULTON "}""",
        """{"addressLine1":"12 EXAMPLE Street","addressLine2":"Flat 3","city":"Portland","region":"Oregon","regionCode":"OR","postalCode":"97205"}"""
    )]
    public async Task A_name_with_an_address_finds_somebody(string name, string location) =>
        (await Client.EnrichAsync($$"""{"name":{{name}},"location":{{location}}}"""))
            .Text("fullName")
            .Should()
            .Be("Frances Fulton");

    [Theory]
    [InlineData("""{"name":{"full":"A B"},"placekey":"222@example"}""")]
    [InlineData("""{"maids":["00000000-0000-4000-8000-000000000000"]}""")]
    [InlineData("""{"recordId":"r"}""")]
    [InlineData("""{"personId":"p"}""")]
    [InlineData("""{"partnerId":"p"}""")]
    [InlineData("""{"li_nonid":"n"}""")]
    [InlineData("""{"panoramaId":"n"}""")]
    [InlineData("""{"twitter":"somebody"}""")]
    [InlineData("""{"linkedin":"https://social.example.com/linkedin/somebody"}""")]
    public async Task Any_other_identifier_is_enough(string request) =>
        (await Client.EnrichAsync(request)).Text("message").Should().Be("Profile not found");

    [Theory]
    [InlineData("""{"email":"maria.quill@example.org","name":{"full":"Maria Quill"}}""")]
    [InlineData("""{"email":"maria.quill@example.org","name":{"given":"Maria"},"location":{"city":"Leeds"}}""")]
    [InlineData("""{"email":"maria.quill@example.org","location":{}}""")]
    public async Task A_broken_name_or_location_beside_something_valid_is_passed_over(string request) =>
        (await Client.EnrichAsync(request)).Text("fullName").Should().Be("Maria Quill");

    [Theory]
    [InlineData("""{"url":"https://social.example.com/a","username":"a"}""", NoProfile)]
    [InlineData("""{"url":"https://social.example.com/a","userid":"1"}""", NoProfile)]
    [InlineData("""{"url":"https://social.example.com/a","service":"twitter","username":"a"}""", NoProfile)]
    [InlineData(
        """{"service":"twitter","username":"a","userid":"1"}""",
        "A profile has either a username or a userid, not both."
    )]
    [InlineData("""{"username":"a","userid":"1"}""", "A profile has either a username or a userid, not both.")]
    [InlineData("""{"service":"twitter"}""", "A profile with a service has a username or a userid.")]
    [InlineData("""{"username":"a"}""", NoProfile)]
    [InlineData("""{}""", NoProfile)]
    [InlineData("""{"url":"no url"}""", "Invalid profile url provided.")]
    [InlineData("""{"url":"ftp://social.example.com/a"}""", "Invalid profile url provided.")]
    [InlineData("""{"service":"facebook","username":"a"}""", ByUrl)]
    [InlineData("""{"service":"Instagram","userid":"1"}""", ByUrl)]
    public async Task A_profile_is_a_url_or_a_service_with_one_id(string profile, string message)
    {
        await AssertRefusedAsync($$"""{"profiles":[{{profile}}]}""", message);

        // Not ignored, as an invalid name would be.
        await AssertRefusedAsync($$"""{"email":"maria.quill@example.org","profiles":[{{profile}}]}""", message);
    }

    [Theory]
    [InlineData("""{"url":"https://social.example.com/twitter/frances.fulton"}""")]
    [InlineData("""{"url":"http://www.social.example.com/twitter/Frances.Fulton/"}""")]
    [InlineData("""{"url":"social.example.com/twitter/frances.fulton"}""")]
    [InlineData("""{"service":"twitter","username":"frances.fulton"}""")]
    [InlineData("""{"service":"Twitter","userid":"1002003004"}""")]
    [InlineData("""{"service":"github","username":"ffulton","userid":null}""")]
    public async Task A_profile_finds_somebody(string profile) =>
        (await Client.EnrichAsync($$"""{"profiles":[{{profile}}]}""")).Text("fullName").Should().Be("Frances Fulton");

    [Theory]
    [InlineData("facebook")]
    [InlineData("instagram")]
    public async Task Facebook_and_Instagram_may_be_looked_up_by_url(string network) =>
        (await Client.EnrichAsync($$"""{"profiles":[{"url":"https://{{network}}.example.com/a"}]}"""))
            .Text("message")
            .Should()
            .Be("Profile not found");

    [Theory]
    [InlineData("+12025550143")]
    [InlineData(" +12025550143 ")]
    [InlineData("2025550143")]
    public async Task A_phone_number_finds_somebody(string phone)
    {
        (await Client.EnrichAsync(new JsonObject { ["phone"] = phone })).Text("fullName").Should().Be("Frances Fulton");
        (await Client.EnrichAsync(new JsonObject { ["phones"] = new JsonArray("+4912345678", phone) }))
            .Text("fullName")
            .Should()
            .Be("Frances Fulton");

        Simulator.CallsFor("+12025550143").Should().Be(2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("+")]
    [InlineData("+012025550143")]
    [InlineData("+1 202 555 0143")]
    [InlineData("(202) 555-0143")]
    [InlineData("12025550143")]
    [InlineData("+123456")]
    [InlineData("+1234567890123456")]
    [InlineData("call me")]
    public async Task A_phone_number_is_in_e164(string phone) =>
        await AssertRefusedAsync(
            new JsonObject { ["email"] = "maria.quill@example.org", ["phone"] = phone }.ToJsonString(),
            "Invalid phone format"
        );

    [Theory]
    [InlineData("emails", "stranger{0}@example.com")]
    [InlineData("phones", "+120255501{0:00}")]
    [InlineData("maids", "maid-{0}")]
    public async Task Twenty_five_values_of_a_kind_are_taken_and_no_more(string kind, string form)
    {
        var values = Enumerable
            .Range(1, 26)
            .Select(number => string.Format(System.Globalization.CultureInfo.InvariantCulture, form, number))
            .ToList();

        (
            await Client.EnrichAsync(
                new JsonObject { [kind] = new JsonArray([.. values.Take(25).Select(value => JsonValue.Create(value))]) }
            )
        )
            .Status.Should()
            .Be(404);
        await AssertRefusedAsync(
            new JsonObject
            {
                [kind] = new JsonArray([.. values.Select(value => JsonValue.Create(value))]),
            }.ToJsonString(),
            $"At most 25 {kind} are allowed."
        );
    }

    [Fact]
    public async Task Twenty_five_profiles_are_taken_and_no_more()
    {
        static JsonObject Request(int count) =>
            new()
            {
                ["profiles"] = new JsonArray([
                    .. Enumerable
                        .Range(1, count)
                        .Select(number => new JsonObject { ["service"] = "twitter", ["username"] = $"u{number}" }),
                ]),
            };

        (await Client.EnrichAsync(Request(25))).Status.Should().Be(404);
        await AssertRefusedAsync(Request(26).ToJsonString(), "At most 25 profiles are allowed.");
    }

    [Theory]
    [InlineData("""{"email":5}""")]
    [InlineData("""{"email":["maria.quill@example.org"]}""")]
    [InlineData("""{"emails":"maria.quill@example.org"}""")]
    [InlineData("""{"emails":[{"value":"maria.quill@example.org"}]}""")]
    [InlineData("""{"email":"maria.quill@example.org","name":"Maria"}""")]
    [InlineData("""{"email":"maria.quill@example.org","profiles":{}}""")]
    [InlineData("""{"email":"maria.quill@example.org","infer":"yes"}""")]
    [InlineData("""{"email":"maria.quill@example.org","dataFilter":"social"}""")]
    [InlineData("""{"email":"maria.quill@example.org","maxMaids":"5"}""")]
    public async Task A_field_of_another_type_makes_the_request_invalid(string request)
    {
        var reply = await Client.EnrichAsync(request);

        reply.Status.Should().Be(400);
        reply.Body.Should().Be("""{"code":400,"message":"Unable to process JSON"}""");
    }

    [Theory]
    [InlineData("""{"email":"maria.quill@example.org","fullName":"x","extra":{"a":[1]}}""")]
    [InlineData(
        """{"email":"maria.quill@example.org","name":null,"location":null,"profiles":null,"phones":[null],"dataFilter":null,"confidence":null}"""
    )]
    public async Task Unknown_fields_and_nulls_are_passed_over(string request) =>
        (await Client.EnrichAsync(request)).Status.Should().Be(200);

    [Theory]
    [InlineData("dataFilter", "[\"social\",\"shoe_size\"]", "Invalid dataFilter provided: 'shoe_size'")]
    [InlineData("dataFilter", "[\"Social\"]", "Invalid dataFilter provided: 'Social'")]
    [InlineData("dataFilterLogic", "\"XOR\"", "Invalid dataFilterLogic provided: 'XOR'")]
    [InlineData("confidence", "\"SURE\"", "Invalid confidence provided: 'SURE'")]
    [InlineData("confidence", "\"high\"", "Invalid confidence provided: 'high'")]
    [InlineData("confidenceLevel", "\"95\"", "Invalid confidence provided: '95'")]
    public async Task A_modifier_has_a_value_that_is_known(string modifier, string value, string message) =>
        await AssertRefusedAsync($$"""{"email":"maria.quill@example.org","{{modifier}}":{{value}}}""", message);

    [Theory]
    [InlineData("individual")]
    [InlineData("individual_plus_insights")]
    [InlineData("professional")]
    [InlineData("social")]
    [InlineData("employment_history")]
    [InlineData("demographic_insights")]
    [InlineData("resolve_crm")]
    [InlineData("hem_amplification")]
    [InlineData("maid_amplification")]
    [InlineData("automotive_insights")]
    [InlineData("cpg_insights")]
    [InlineData("education_insights")]
    [InlineData("energy_and_utilities_insights")]
    [InlineData("financial_services_and_insurance_insights")]
    [InlineData("health_insights")]
    [InlineData("media_and_entertainment_insights")]
    [InlineData("non_profit_insights")]
    [InlineData("quick_serve_and_restaurants_insights")]
    [InlineData("retail_insights")]
    [InlineData("technology_and_communications_insights")]
    [InlineData("travel_and_hospitality_insights")]
    public async Task Every_bundle_is_known(string bundle) => (
            await Client.EnrichAsync(
                new JsonObject
                {
                    ["email"] = "maria.quill@example.org",
                    ["dataFilter"] = new JsonArray(bundle),
                    ["dataFilterLogic"] = "AND",
                }
            )
        ).Status.Should().Be(200);

    [Theory]
    [InlineData(null, null, 404)]
    [InlineData("confidence", "LOW", 200)]
    [InlineData("confidence", "MED", 200)]
    [InlineData("confidence", "HIGH", 404)]
    [InlineData("confidence", "MAX", 404)]
    [InlineData("confidenceLevel", "MED", 200)]
    [InlineData("confidenceLevel", "MAX", 404)]
    public async Task Somebody_who_is_not_likely_enough_is_a_miss(string? field, string? level, int status)
    {
        var request = new JsonObject { ["email"] = "lena.hart@example.org" };
        if (field is not null)
        {
            request[field] = level;
        }

        (await Client.EnrichAsync(request)).Status.Should().Be(status);
        Simulator.BilledMatches.Should().Be(status == 200 ? 1 : 0);
    }

    private async Task AssertRefusedAsync(string request, string message)
    {
        var reply = await Client.EnrichAsync(request);

        reply.Status.Should().Be(400);
        ((int?)reply.Json["status"]).Should().Be(400);
        reply.Text("message").Should().Be(message);
        Simulator.BilledMatches.Should().Be(0);
        Simulator.CallLog[^1].Identifiers.Should().BeEmpty();
    }
}
