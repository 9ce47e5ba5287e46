using System.Runtime.InteropServices;
using System.Text;
using CustomerProfiles.Providers;

namespace CustomerProfiles.FullContact.Tests.Wire;

/// <summary>
/// The heap memory that reading allocates, counted by the runtime for this thread, which proves that a value was never
/// made into an object.
/// </summary>
public sealed class ReadingMemoryTests
{
    private const int BeyondTheResult = 2 * 1024;

    public static TheoryData<string> Sections =>
        [
            "demographics",
            "household",
            "census",
            "finance",
            "automotive",
            "survey",
            "buyer",
            "interests",
            "identifiers",
            "education",
            "emails",
            "phones",
            "age",
            "unknownOfNextYear",
        ];

    [Theory]
    [MemberData(nameof(Sections))]
    public void Half_a_megabyte_of_other_data_allocates_nothing(string section)
    {
        var facts = string.Join(
            ',',
            Enumerable
                .Range(0, 7_000)
                .Select(number =>
                    $$"""{"fact{{number}}":"value {{number}}","amount":{{number}},"is\u0041":true,"{{new string('n', 20)}}":[2.3000000000000003,null]}"""
                )
        );
        var thin = InventedBody.Thin.TrimEnd().TrimEnd('}');
        var fat = thin + $$$"""},"{{{section}}}":[{{{facts}}}]},"{{{section}}}":{"x":[{{{facts}}}]}}""";
        fat.Length.Should().BeGreaterThan(1_000_000);

        var (ofThin, _) = Read(InventedBody.Thin);
        var (ofFat, information) = Read(fat);

        information.Name.Should().Be(new PersonName("Ines Calder", "Ines", "Calder"));
        ofFat.Should().BeLessThanOrEqualTo(ofThin);
    }

    [Fact]
    public void Names_that_are_not_known_never_become_strings_even_with_escapes()
    {
        var names = string.Join(
            ',',
            Enumerable
                .Range(0, 20_000)
                .Select(number => $"\"\\u0041n unknown name {number}\":{number},\"\\ud800{number}\":1")
        );

        var (allocated, _) = Read(
            "{"
                + names
                + ",\"details\":{"
                + names
                + ",\"urls\":[{"
                + names
                + "}],\"employment\":[{"
                + names
                + "}]},\"bio\":\"x\"}"
        );

        // One buffer for escaped names.
        allocated.Should().BeLessThan(1024);
    }

    [Fact]
    public void Lists_beyond_their_limits_allocate_nothing()
    {
        static string Body(int count)
        {
            string Items(Func<string, string> item) =>
                "[" + string.Join(',', Enumerable.Range(0, count).Select(number => item($"{number % 200:000}"))) + "]";
            return $$"""
                {"details":{
                 "profiles":{{Items(id =>
                    $$"""{"service":"n{{id}}","username":"u","url":"https://a.example/{{id}}"}"""
                )}},
                 "urls":{{Items(id => $$"""{"value":"https://b.example/{{id}}"}""")}},
                 "employment":{{Items(id => $$"""{"name":"n{{id}}","title":"t"}""")}},
                 "photos":{{Items(_ => """{"value":"https://c.example/"}""")}},
                 "locations":{{Items(_ => """{"city":"c","country":"d"}""")}}
                 }
                }
                """;
        }

        Read(Body(10_000)).Allocated.Should().Be(Read(Body(200)).Allocated);
    }

    [Theory]
    [InlineData("thin.json")]
    [InlineData("typical.json")]
    [InlineData("full.json")]
    public void Reading_allocates_little_beyond_its_result(string name)
    {
        var body = name switch
        {
            "thin.json" => InventedBody.Thin,
            "typical.json" => InventedBody.Typical,
            _ => InventedBody.Full,
        };
        var (allocated, information) = Read(body);

        var ofResult = AllocatedBytes.By(() => Copy(information));

        ofResult.Should().BePositive();
        (allocated - ofResult).Should().BeLessThanOrEqualTo(BeyondTheResult, "the result itself takes {0}", ofResult);
    }

    private static (long Allocated, PublicInformation Information) Read(string json)
    {
        var body = Encoding.UTF8.GetBytes(json);
        PublicInformation? information = null;
        var allocated = AllocatedBytes.By(() => PersonReader.TryRead(body, out information));
        information.Should().NotBeNull();
        return (allocated, information!);
    }

    /// <summary>The same information, created from new strings, addresses and arrays only.</summary>
    private static PublicInformation Copy(PublicInformation information)
    {
        var websites = new Uri[information.Websites.Length];
        for (var i = 0; i < websites.Length; i++)
        {
            websites[i] = Copy(information.Websites[i])!;
        }

        var accounts = new SocialProfile[information.SocialProfiles.Length];
        for (var i = 0; i < accounts.Length; i++)
        {
            var account = information.SocialProfiles[i];
            accounts[i] = new SocialProfile(Copy(account.Network)!, Copy(account.Url), Copy(account.Username));
        }

        return new PublicInformation
        {
            Photo = information.Photo is { } photo ? new Photo(Copy(photo.Url)!) : null,
            SocialProfiles = ImmutableCollectionsMarshal.AsImmutableArray(accounts),
            Location = Copy(information.Location),
            Bio = Copy(information.Bio),
            Name = information.Name is { } name
                ? new PersonName(Copy(name.Full)!, Copy(name.Given), Copy(name.Family))
                : null,
            Company = Copy(information.Company),
            JobTitle = Copy(information.JobTitle),
            Websites = ImmutableCollectionsMarshal.AsImmutableArray(websites),
        };
    }

    private static string? Copy(string? text) => text is null ? null : new string(text.AsSpan());

    private static Uri? Copy(Uri? address) => address is null ? null : new Uri(Copy(address.OriginalString)!);
}
