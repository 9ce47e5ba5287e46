using System.Text.Json;
using CsCheck;
using CustomerProfiles.FullContact.Tests.Support;
using CustomerProfiles.Providers;
using FullContact.Simulator;
using Microsoft.AspNetCore.Http;

namespace CustomerProfiles.FullContact.Tests;

/// <summary>The identifiers that are sent: those that the host allows, in the formats of the API.</summary>
public sealed class FullContactIdentifiersTests
{
    private const FullContactIdentifiers Everything =
        FullContactIdentifiers.Emails
        | FullContactIdentifiers.Phones
        | FullContactIdentifiers.SocialProfiles
        | FullContactIdentifiers.NameAndAddress;

    private static readonly ProviderRequest Whole = new(
        TenantId.Default,
        [EmailAddress.Parse("maria.quill@example.org")]
    )
    {
        Phones = ["+351210000001"],
        SocialProfiles =
        [
            new SocialProfile("github", new Uri("https://social.example.com/mquill"), "mquill"),
            new SocialProfile("twitter", username: "mquill"),
            new SocialProfile("facebook", username: "maria.quill"),
            new SocialProfile("instagram", username: "mquill"),
            new SocialProfile("facebook", new Uri("https://social.example.com/maria")),
        ],
        Name = new PersonName("Maria Quill", "Maria", "Quill"),
        Address = new PostalAddress(
            "Rua das Flores 1\nApartment 2\nBack yard",
            "Porto",
            "Porto District",
            "4050-262",
            "Portugal"
        ),
    };

    [Fact]
    public async Task Every_allowed_identifier_is_sent()
    {
        var body = await SentAsync(Whole, options => options.LookUpBy = Everything);

        body.GetProperty("emails")
            .EnumerateArray()
            .Select(email => email.GetString())
            .Should()
            .Equal("maria.quill@example.org");
        body.GetProperty("phones").EnumerateArray().Select(phone => phone.GetString()).Should().Equal("+351210000001");
        body.GetProperty("profiles")
            .EnumerateArray()
            .Select(profile => profile.GetRawText())
            .Should()
            .Equal(
                """{"url":"https://social.example.com/mquill"}""",
                """{"service":"twitter","username":"mquill"}""",
                """{"url":"https://social.example.com/maria"}"""
            );
        body.GetProperty("name").GetRawText().Should().Be("""{"given":"Maria","family":"Quill"}""");
        body.GetProperty("location")
            .GetRawText()
            .Should()
            .Be(
                """{"addressLine1":"Rua das Flores 1","addressLine2":"Apartment 2, Back yard","city":"Porto","region":"Porto District","postalCode":"4050-262"}"""
            );
    }

    [Theory]
    [InlineData(FullContactIdentifiers.Emails, "emails")]
    [InlineData(FullContactIdentifiers.Phones, "phones")]
    [InlineData(FullContactIdentifiers.SocialProfiles, "profiles")]
    [InlineData(FullContactIdentifiers.NameAndAddress, "name location")]
    public async Task No_other_identifier_is_sent(FullContactIdentifiers allowed, string sent)
    {
        var body = await SentAsync(Whole, options => options.LookUpBy = allowed);

        body.EnumerateObject().Select(property => property.Name).Should().Equal([.. sent.Split(' '), "dataFilter"]);
    }

    [Fact]
    public async Task By_default_addresses_and_numbers_are_sent() =>
        (await SentAsync(Whole))
            .EnumerateObject()
            .Select(property => property.Name)
            .Should()
            .Equal("emails", "phones", "dataFilter");

    [Theory]
    [InlineData(null, "1 Main Street", "Springfield", "Oregon", null, false)]
    [InlineData("Maria Quill", null, "Springfield", "Oregon", "97477", false)]
    [InlineData("Maria Quill", "1 Main Street", "Springfield", null, null, false)]
    [InlineData("Maria Quill", "1 Main Street", null, "Oregon", null, false)]
    [InlineData("Maria Quill", "  ", null, null, "97477", false)]
    [InlineData(" ", "1 Main Street", null, null, "97477", false)]
    [InlineData("Maria Quill", "1 Main Street", "Springfield", "Oregon", null, true)]
    [InlineData("Maria Quill", "1 Main Street", null, null, "97477", true)]
    public async Task A_name_is_sent_with_a_complete_address_or_not_at_all(
        string? name,
        string? street,
        string? city,
        string? region,
        string? postalCode,
        bool isSent
    )
    {
        var request = new ProviderRequest(TenantId.Default, [])
        {
            Name = name,
            Address = new PostalAddress(street, city, region, postalCode),
        };
        await using var under = new ProviderUnderTest(
            new Uri("http://127.0.0.1:9/"),
            options => options.LookUpBy = Everything
        );
        under.Provider.CanLookUp(request).Should().Be(isSent);

        var body = await SentAsync(request with { Emails = Whole.Emails }, options => options.LookUpBy = Everything);
        body.TryGetProperty("name", out _).Should().Be(isSent);
        body.TryGetProperty("location", out _).Should().Be(isSent);
    }

    [Theory]
    [InlineData("Maria", null)]
    [InlineData(null, "Quill")]
    [InlineData("Maria", " ")]
    public async Task An_incomplete_name_is_sent_as_a_full_name(string? given, string? family)
    {
        var body = await SentAsync(
            Whole with
            {
                Name = new PersonName("Maria Quill", given, family),
            },
            options => options.LookUpBy = Everything
        );

        body.GetProperty("name").GetRawText().Should().Be("""{"full":"Maria Quill"}""");
    }

    [Fact]
    public async Task Blank_lines_of_an_address_are_left_out()
    {
        var body = await SentAsync(
            Whole with
            {
                Address = new PostalAddress("\n  \n Rua das Flores 1 \n\n", postalCode: "4050-262"),
            },
            options => options.LookUpBy = Everything
        );

        body.GetProperty("location")
            .GetRawText()
            .Should()
            .Be("""{"addressLine1":"Rua das Flores 1","postalCode":"4050-262"}""");
    }

    [Fact]
    public async Task Missing_identifiers_are_not_sent()
    {
        var body = await SentAsync(
            new ProviderRequest(TenantId.Default, Whole.Emails) { Phones = default, SocialProfiles = default },
            options => options.LookUpBy = Everything
        );

        body.EnumerateObject().Select(property => property.Name).Should().Equal("emails", "dataFilter");
    }

    [Fact]
    public async Task An_address_that_the_api_refuses_is_left_out()
    {
        await using var simulator = await FullContactSimulator.StartAsync(ProviderUnderTest.Key);
        await using var under = new ProviderUnderTest(simulator.BaseAddress);

        (await under.LookUpAsync(["maria.quill@example.org", "\"a b\"@example.com"]))
            .Should()
            .BeOfType<ProviderResult.Matched>();
        under.Provider.CanLookUp(ProviderUnderTest.RequestAbout(["\"a b\"@example.com"])).Should().BeFalse();
    }

    [Fact]
    public async Task At_most_25_of_each_kind_are_sent()
    {
        var many = Enumerable.Range(1, 40).ToArray();
        var body = await SentAsync(
            new ProviderRequest(
                TenantId.Default,
                [.. many.Select(number => EmailAddress.Parse($"maria{number}@example.org"))]
            )
            {
                Phones = [.. many.Select(number => $"+3512100000{number:00}")],
                SocialProfiles = [.. many.Select(number => new SocialProfile("github", username: $"maria{number}"))],
            },
            options => options.LookUpBy = Everything
        );

        foreach (var kind in new[] { "emails", "phones", "profiles" })
        {
            body.GetProperty(kind).GetArrayLength().Should().Be(25);
        }
    }

    /// <summary>The hashes are those that md5sum, sha1sum and sha256sum print for the address in lower case.</summary>
    [Theory]
    [InlineData(FullContactEmailHash.Md5, "3076dc03b659177f8d43c8056fb37b3c")]
    [InlineData(FullContactEmailHash.Sha1, "016fe96cfd0d8ed6dbc94dd9a5183b5ea649ecce")]
    [InlineData(FullContactEmailHash.Sha256, "6753113d99629786e30c6c35c310d50f796177319e3f8b0c47a261a9ae24ed21")]
    public async Task Addresses_are_sent_as_hashes_with_the_option(FullContactEmailHash hash, string sent)
    {
        var body = await SentAsync(
            new ProviderRequest(TenantId.Default, [EmailAddress.Parse("Maria+Shop@Example.ORG")]),
            options => options.HashEmails = hash
        );

        body.GetProperty("emails").EnumerateArray().Select(email => email.GetString()).Should().Equal(sent);
    }

    [Fact]
    public async Task Telephone_numbers_are_sent_plain_beside_hashed_addresses()
    {
        var body = await SentAsync(Whole, options => options.HashEmails = FullContactEmailHash.Sha256);

        body.GetProperty("phones").EnumerateArray().Select(phone => phone.GetString()).Should().Equal("+351210000001");
        body.GetProperty("emails").GetRawText().Should().NotContain("@");
    }

    [Fact]
    public async Task A_person_found_by_hash_has_no_name()
    {
        await using var simulator = await FullContactSimulator.StartAsync(ProviderUnderTest.Key);
        await using var under = new ProviderUnderTest(
            simulator.BaseAddress,
            options => options.HashEmails = FullContactEmailHash.Sha256
        );

        (await under.LookUpAsync()).Should().BeOfType<ProviderResult.Matched>();
        simulator.BilledMatches.Should().Be(1);
    }

    [Theory]
    [InlineData(FullContactConfidence.Low, "LOW")]
    [InlineData(FullContactConfidence.Medium, "MED")]
    [InlineData(FullContactConfidence.High, "HIGH")]
    [InlineData(FullContactConfidence.Max, "MAX")]
    public async Task Confidence_is_sent_under_the_configured_name(FullContactConfidence confidence, string sent)
    {
        (await SentAsync(Whole, options => options.Confidence = confidence))
            .GetProperty("confidence")
            .GetString()
            .Should()
            .Be(sent);
        (
            await SentAsync(
                Whole,
                options => (options.Confidence, options.ConfidenceField) = (confidence, "confidenceLevel")
            )
        )
            .GetProperty("confidenceLevel")
            .GetString()
            .Should()
            .Be(sent);
        (await SentAsync(Whole)).TryGetProperty("confidence", out _).Should().BeFalse();
    }

    [Fact]
    public async Task The_reporting_key_is_a_header_and_only_when_it_is_set()
    {
        await using var server = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("{}"));
        await using var with = new ProviderUnderTest(server.BaseAddress, options => options.ReportingKey = "desk 7");
        await using var without = new ProviderUnderTest(server.BaseAddress);

        await with.LookUpAsync();
        await without.LookUpAsync();

        server
            .Received.Select(request => request.Headers.GetValueOrDefault("Reporting-Key"))
            .Should()
            .Equal("desk 7", null);
    }

    [Fact]
    public async Task A_customer_without_identifiers_is_not_looked_up()
    {
        await using var under = new ProviderUnderTest(
            new Uri("http://127.0.0.1:9/"),
            options => options.LookUpBy = FullContactIdentifiers.Phones
        );
        var request = ProviderUnderTest.RequestAbout(["maria.quill@example.org"]);

        under.Provider.CanLookUp(request).Should().BeFalse();
        await FluentActions
            .Awaiting(() => under.Provider.LookUpAsync(request, CancellationToken.None).AsTask())
            .Should()
            .ThrowAsync<ArgumentException>();
        under.Provider.CanLookUp(request with { Phones = ["+351210000001"] }).Should().BeTrue();
    }

    /// <summary>The simulator validates like the API: every profile leads to a valid request.</summary>
    [Fact]
    public async Task Nothing_is_sent_that_the_api_would_refuse()
    {
        await using var simulator = await FullContactSimulator.StartAsync(ProviderUnderTest.Key);
        await using var under = new ProviderUnderTest(simulator.BaseAddress, options => options.LookUpBy = Everything);
        var text = Gen.OneOf(
            Gen.Const((string?)null),
            Gen.Const((string?)" "),
            Gen.String[Gen.Char.AlphaNumeric, 1, 8].Select(value => (string?)value)
        );
        var account = Gen.Select(
            Gen.OneOf(Gen.Const("github"), Gen.Const("facebook"), Gen.Const("instagram"), Gen.Const("a new one")),
            Gen.Bool,
            text,
            (network, hasUrl, username) =>
                new SocialProfile(network, hasUrl ? new Uri("https://social.example.com/x") : null, username)
        );
        var request = Gen.Select(
            Gen.Int[0, 60],
            Gen.Int[0, 30],
            account.Array[0, 40],
            text,
            Gen.Select(text, text, text, text),
            (emails, phones, accounts, name, address) =>
                new ProviderRequest(
                    TenantId.Default,
                    [.. Enumerable.Range(0, emails).Select(number => EmailAddress.Parse($"p{number}@example.org"))]
                )
                {
                    Phones = [.. Enumerable.Range(0, phones).Select(number => $"+3512100000{number:00}")],
                    SocialProfiles = [.. accounts],
                    Name = name,
                    Address = new PostalAddress(address.Item1, address.Item2, address.Item3, address.Item4),
                }
        );

        await request.SampleAsync(
            async request =>
            {
                if (under.Provider.CanLookUp(request))
                {
                    var result = await under.Provider.LookUpAsync(request, CancellationToken.None);
                    return result is ProviderResult.Matched or ProviderResult.NoMatch;
                }

                return true;
            },
            iter: 200,
            threads: 1
        );
    }

    private static async Task<JsonElement> SentAsync(
        ProviderRequest request,
        Action<FullContactOptions>? configure = null
    )
    {
        await using var server = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("{}"));
        await using var under = new ProviderUnderTest(server.BaseAddress, configure);
        await under.Provider.LookUpAsync(request, CancellationToken.None);
        using var body = JsonDocument.Parse(server.Received.Single().Body);
        return body.RootElement.Clone();
    }
}
