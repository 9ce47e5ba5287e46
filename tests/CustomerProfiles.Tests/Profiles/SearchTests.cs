using CsCheck;
using CustomerProfiles.Stores;
using CustomerProfiles.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NodaTime;

namespace CustomerProfiles.Tests.Profiles;

public sealed class SearchTests
{
    [Theory]
    [InlineData("francois", true)]
    [InlineData("FRANÇOIS", true)]
    [InlineData("franc\u0327ois", true)]
    [InlineData("ｆｒａｎｃｏｉｓ", true)]
    [InlineData("muller FRANÇ", true)]
    [InlineData("  muller\t francois ", true)]
    [InlineData("example ltd", true)]
    [InlineData("francois@example.com", true)]
    [InlineData("bücher", true)]
    [InlineData("xn--bcher-kva", true)]
    [InlineData("zürich", true)]
    [InlineData("8001", true)]
    [InlineData("ΓΙΏΡΓΟΣ", true)]
    [InlineData("γιωργος", true)]
    [InlineData("", true)]
    [InlineData("   ", true)]
    [InlineData(null, true)]
    [InlineData("muller nobody", false)]
    [InlineData("secret", false)]
    [InlineData("countess", false)]
    [InlineData("\ufffe\0", true)]
    public async Task A_profile_is_found_by_every_word_whatever_the_case_accents_and_width(string? text, bool found)
    {
        await using var host = new ProfileFixture();
        var person = await host.CreateAsync("François Müller Γιώργος <Francois@example.com>");
        await host.EditAsync(
            person,
            edit =>
            {
                edit.Company = "Example Ltd";
                edit.JobTitle = "Countess";
                edit.Notes = "secret";
                edit.Address = new PostalAddress("1 Street", "Zürich", null, "8001");
                edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("f@bücher.example.net")));
            }
        );

        (await host.Profiles.SearchAsync(new ProfileSearchQuery { Text = text }))
            .Profiles.Should()
            .HaveCount(found ? 1 : 0);
    }

    [Fact]
    public async Task A_removed_value_is_no_longer_found()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync("Ada <ada@example.com>");
        await host.EditAsync(ada, edit => edit.Clear(ProfileField.Name));
        await host.EditAsync(ada, edit => edit.Emails.Remove(ada.Emails[0]));

        (await host.Profiles.SearchAsync(new ProfileSearchQuery { Text = "ada" })).Profiles.Should().BeEmpty();
        (await host.Profiles.ListAsync(new ProfileQuery())).Profiles.Should().ContainSingle();
    }

    [Fact]
    public void Only_so_many_words_of_a_query_count() =>
        ProfileSearch
            .Read(
                new ProfileSearchQuery { Text = string.Join(' ', Enumerable.Range(0, 100_000)) },
                SearchableProperties.None
            )
            .Terms.Should()
            .HaveCount(ProfileSearch.MaxTerms);

    [Theory]
    [InlineData("+44 20 7946 0123", true)]
    [InlineData("020 7946 0123", true)]
    [InlineData("+44 (0)20 7946-0123", true)]
    [InlineData("7946 0123", true)]
    [InlineData("0123", true)]
    [InlineData("\u0660\u0661\u0662\u0663", true)]
    [InlineData("+44 20 7946 0124", false)]
    [InlineData("lo", true)]
    [InlineData("l", true)]
    [InlineData("ve", false)]
    [InlineData("velac", true)]
    [InlineData("gold", true)]
    [InlineData("tin", false)]
    [InlineData("secret", false)]
    public async Task Numbers_short_words_and_searchable_properties_are_found(string text, bool found)
    {
        await using var host = new ProfileFixture(options =>
            options.Properties.Add(PropertyDefinition.Text("plan", "Plan") with { IsSearchable = true })
        );
        var ada = await host.CreateAsync("Ada Lovelace <ada@example.com>");
        await host.EditAsync(
            ada,
            edit =>
            {
                edit.Phones.Add(new PhoneNumber("+44 20 7946 0123"));
                edit.Custom["plan"] = "Gold";
                edit.Custom["other"] = "tin";
                edit.Notes = "secret";
            }
        );
        var query = new ProfileSearchQuery { Text = text };

        (await host.Profiles.SearchAsync(query)).Profiles.Should().HaveCount(found ? 1 : 0);
        (await host.Profiles.CountAsync(query)).Count.Should().Be(found ? 1 : 0);
    }

    [Fact]
    public async Task An_identity_comes_before_a_name_and_a_name_before_the_newest_change()
    {
        await using var host = new ProfileFixture();
        var byIdentity = await host.CreateAsync("Zoe <ada@example.com>");
        var byName = await host.CreateAsync("ada@example.com.example.net Byron <b@example.net>");
        host.Time.Advance(TimeSpan.FromMinutes(1));
        var rest = await host.CreateAsync("Grace <x.ada@example.com>");

        var found = await host.Profiles.SearchAsync(new ProfileSearchQuery { Text = "ADA@example.com" });

        found.Profiles.Select(profile => profile.Id).Should().Equal(byIdentity.Id, byName.Id, rest.Id);
    }

    [Fact]
    public async Task An_address_is_found_as_senders_are_read()
    {
        await using var host = new ProfileFixture(options => options.FoldPlusTagsFor.Add("example.com"));
        await host.CreateAsync("Ada <ada@example.com>");

        (await host.Profiles.SearchAsync(new ProfileSearchQuery { Text = "ada+shop@example.com" }))
            .Profiles.Should()
            .ContainSingle();
    }

    [Fact]
    public async Task A_property_that_is_not_searchable_is_refused()
    {
        await using var host = new ProfileFixture();
        var search = () =>
            host
                .Profiles.SearchAsync(
                    new ProfileSearchQuery
                    {
                        Property = new PropertyFilter { Key = "plan", Value = "gold" },
                    }
                )
                .AsTask();

        await search.Should().ThrowAsync<ArgumentException>().WithMessage("*IsSearchable*");
    }

    [Fact]
    public async Task A_store_that_does_not_search_is_named()
    {
        var store = System.Reflection.DispatchProxy.Create<ICustomerProfileStore, NothingImplemented>();
        await using var host = new ProfileFixture(builder: builder => builder.UseStore(store));
        var search = () => host.Profiles.SearchAsync(new ProfileSearchQuery()).AsTask();

        await search.Should().ThrowAsync<NotSupportedException>().WithMessage("*ISearchStore*");
    }

    [Fact]
    public async Task A_host_with_searchable_properties_does_not_start_on_a_store_that_does_not_search()
    {
        var store = System.Reflection.DispatchProxy.Create<ICustomerProfileStore, NothingImplemented>();
        using var host = new HostBuilder()
            .ConfigureServices(services =>
                services
                    .AddCustomerProfiles(options =>
                        options.Properties.Add(PropertyDefinition.Text("plan", "Plan") with { IsSearchable = true })
                    )
                    .UseStore(store)
            )
            .Build();
        var start = () => host.StartAsync();

        await start.Should().ThrowAsync<NotSupportedException>().WithMessage("*ISearchStore*");
    }

    [Fact]
    public void A_name_that_begins_with_the_text_has_every_word_of_it() =>
        Gen.Select(Gen.String, Gen.Int[1, 20])
            .Sample(
                (name, length) =>
                {
                    var profile = new CustomerProfile(
                        default,
                        CustomerId.New(ProfileFixture.Start),
                        1,
                        ProfileFixture.Start,
                        ProfileFixture.Start,
                        [Identity.Chat("kit", "x")],
                        [
                            new(
                                ProfileField.Name,
                                "",
                                new PersonName(name),
                                new Provenance(ProvenanceSource.Agent, "kim", ProfileFixture.Start)
                            ),
                        ]
                    );
                    var keys = ProfileSearch.KeysOf(profile, SearchableProperties.None);
                    var text = keys.Name[..Math.Min(length, keys.Name.Length)];
                    var criteria = ProfileSearch.Read(
                        new ProfileSearchQuery { Text = text },
                        SearchableProperties.None
                    );
                    return criteria.NamePrefix is not { } prefix
                        || !keys.Name.StartsWith(prefix, StringComparison.Ordinal)
                        || criteria.Matches(profile, keys, ProfileFixture.Start, isSuppressed: false);
                },
                iter: 20_000
            );

    [Fact]
    public void Text_compares_as_its_utf_8_bytes() =>
        Gen.Select(Gen.String, Gen.String)
            .Where((one, other) => IsWhole(one) && IsWhole(other))
            .Sample(
                (one, other) =>
                    Math.Sign(ProfileSearch.CompareText(one, other))
                    == Math.Sign(
                        System
                            .Text.Encoding.UTF8.GetBytes(one)
                            .AsSpan()
                            .SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(other))
                    ),
                iter: 10_000
            );

    private static bool IsWhole(string text) =>
        !text.EnumerateRunes().Any(rune => rune == System.Text.Rune.ReplacementChar);

    internal class NothingImplemented : System.Reflection.DispatchProxy
    {
        protected override object? Invoke(System.Reflection.MethodInfo? targetMethod, object?[]? args) =>
            throw new InvalidOperationException();
    }
}
