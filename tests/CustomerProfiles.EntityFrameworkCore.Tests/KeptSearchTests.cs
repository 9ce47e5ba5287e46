using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>A connection keeps some searches prepared, and lets go of them when there are more.</summary>
public sealed class KeptSearchTests
{
    private const string Words = "ada bea cem dan eva fay gus hal ida jan kim lea";

    [Fact]
    public async Task A_search_finds_the_same_after_many_of_other_shapes()
    {
        await using var database = new SqliteTestDatabase();
        var store = database.Store();
        var ada = await store.CreateAsync("ada@example.com");
        var named = new CustomerProfile(
            ada.Tenant,
            ada.Id,
            2,
            ada.CreatedAt,
            StoreCalls.Now,
            ada.Identities,
            [
                .. ada.Values,
                new FieldValue(
                    ProfileField.Name,
                    "",
                    new PersonName(Words),
                    new Provenance(ProvenanceSource.Agent, "kim", StoreCalls.Now)
                ),
            ]
        );
        await store.UpdateAsync(named, change: null, default);
        var words = Words.Split(' ');
        ProfileSearchQuery[] queries =
        [
            .. from count in Enumerable.Range(1, words.Length)
            from order in Enum.GetValues<ProfileOrder>()
            from hasPhoto in new bool?[] { null, false }
            select new ProfileSearchQuery
            {
                Text = string.Join(' ', words[..count]),
                Order = order,
                HasPhoto = hasPhoto,
            },
        ];
        queries.Should().HaveCountGreaterThan(64);

        foreach (var query in queries.Concat(queries))
        {
            var page = await ((ISearchStore)store).SearchAsync(default, query, default);
            page.Profiles.Should().ContainSingle().Which.Id.Should().Be(ada.Id);
        }

        (await store.GetAsync(default, ada.Id, default))!.Profile.Version.Should().Be(2);
    }
}
