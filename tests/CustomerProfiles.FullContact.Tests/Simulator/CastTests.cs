using System.Text.Json;
using System.Text.RegularExpressions;
using FullContact.Simulator;

namespace CustomerProfiles.FullContact.Tests.Simulator;

public sealed partial class CastTests : SimulatorFixture
{
    [Theory]
    [InlineData("maria.quill@example.org", "Maria Quill")]
    [InlineData("yuki.tanabe@example.net", "田辺 由紀")]
    [InlineData("priya.raman@example.org", "Priya Raman")]
    [InlineData("jean-luc.ferrand@example.net", "Jean-Luc Ferrand")]
    public async Task A_full_match_has_everything_a_profile_shows(string address, string name)
    {
        var reply = await Client.EnrichEmailAsync(address);

        reply.Status.Should().Be(200);
        reply.Headers["Content-Type"].Should().StartWith("application/json");
        reply.Text("fullName").Should().Be(name);
        foreach (var part in new[] { "title", "organization", "location", "bio", "website" })
        {
            reply.Text(part).Should().NotBeNullOrEmpty(part);
        }

        reply.Text("avatar").Should().StartWith("https://photos.example.com/");
        reply.Json["details"]!["profiles"]!.AsObject().Should().NotBeEmpty();
    }

    [Fact]
    public async Task Maria_has_three_social_profiles_keyed_by_network() =>
        (await Client.EnrichEmailAsync("maria.quill@example.org")).Json["details"]!["profiles"]!
            .AsObject()
            .Select(profile => profile.Key)
            .Should()
            .BeEquivalentTo("twitter", "linkedin", "github");

    [Fact]
    public async Task Tomas_has_a_name_and_nothing_else() =>
        (await Client.EnrichEmailAsync("tomas.brandt@example.net"))
            .Json.Where(part => part.Value?.ToJsonString() != "{}")
            .Select(part => part.Key)
            .Should()
            .Equal("fullName");

    [Fact]
    public async Task Noor_has_an_Arabic_name_an_unsafe_photo_link_and_two_social_profiles()
    {
        var reply = await Client.EnrichEmailAsync("noor.elamin@example.org");

        reply.Text("fullName").Should().Be("نور الأمين");
        reply.Text("avatar").Should().StartWith("http://photos.example.com/");
        reply.Json["details"]!["profiles"]!.AsObject().Should().HaveCount(2);
    }

    [Fact]
    public async Task Oskar_is_a_match_with_nothing_in_it_and_is_billed()
    {
        var reply = await Client.EnrichEmailAsync("oskar.lindqvist@example.org");

        reply.Status.Should().Be(200);
        reply.Body.Should().Be("{}");
        Simulator.BilledMatches.Should().Be(1);
    }

    [Fact]
    public async Task Priya_changes_with_the_second_match_and_then_stays()
    {
        var first = await Client.EnrichEmailAsync("priya.raman@example.org");
        var second = await Client.EnrichEmailAsync("priya.raman@example.org");
        var third = await Client.EnrichEmailAsync("priya.raman@example.org");

        foreach (var part in new[] { "title", "avatar", "bio" })
        {
            second.Text(part).Should().NotBeNullOrEmpty().And.NotBe(first.Text(part));
        }

        second.Text("fullName").Should().Be(first.Text("fullName"));
        third.Body.Should().Be(second.Body);
    }

    [Theory]
    [InlineData("liam.okafor@example.net", 202)]
    [InlineData("greta.holm@example.org", 503)]
    [InlineData("bogdan.ilic@example.net", 429)]
    public async Task Three_people_match_at_the_second_request_only(string address, int firstStatus)
    {
        (await Client.EnrichEmailAsync(address)).Status.Should().Be(firstStatus);
        (await Client.EnrichEmailAsync(address)).Status.Should().Be(200);
        (await Client.EnrichEmailAsync(address)).Status.Should().Be(200);

        Simulator.BilledMatches.Should().Be(2);
    }

    [Fact]
    public async Task A_queued_search_says_so_and_has_a_request_id()
    {
        var reply = await Client.EnrichEmailAsync("liam.okafor@example.net");

        reply.Text("message").Should().Be("Queued for search. Please retry your query within about 2 minutes.");
        Guid.TryParse(reply.Text("requestId"), out _).Should().BeTrue();
    }

    [Fact]
    public async Task Greta_is_pending_for_a_minute() =>
        (await Client.EnrichEmailAsync("greta.holm@example.org")).Headers["Retry-After"].Should().Be("60");

    [Fact]
    public async Task Wendy_is_unprocessable_every_time()
    {
        for (var call = 0; call < 3; call++)
        {
            var reply = await Client.EnrichEmailAsync("wendy.marsh@example.org");

            reply.Status.Should().Be(422);
        }
    }

    [Theory]
    [InlineData("support@example.com")]
    [InlineData("stranger@example.org")]
    public async Task Anybody_else_is_a_miss(string address)
    {
        var reply = await Client.EnrichEmailAsync(address);

        reply.Status.Should().Be(404);
        reply.Body.Should().Be("""{"status":404,"message":"Profile not found"}""");
        Simulator.BilledMatches.Should().Be(0);
    }

    [Fact]
    public void Every_address_and_link_of_the_cast_is_on_a_domain_reserved_for_examples()
    {
        using var stream = typeof(FullContactSimulator).Assembly.GetManifestResourceStream("people.json");
        using var people = JsonDocument.Parse(stream!);
        var text = people.RootElement.GetRawText();
        var hosts = Host().Matches(text).Select(match => match.Groups["host"].Value).Distinct().ToList();

        people.RootElement.EnumerateObject().Should().HaveCount(22);
        hosts.Should().NotBeEmpty().And.OnlyContain(host => ReservedDomain().IsMatch(host));
    }

    // What ends in @N00 is the id of a photographer, not an address.
    [GeneratedRegex("(?:https?://|[^\\s\"]@(?!N00\"))(?<host>[^/\"\\s]+)")]
    private static partial Regex Host();

    [GeneratedRegex("^(?:[a-z0-9-]+\\.)*example\\.(?:com|org|net)$")]
    private static partial Regex ReservedDomain();
}
