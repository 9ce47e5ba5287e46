using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>
/// People in the store, and beside them what <see cref="ProfileSearch"/> says of them, with which the store is
/// compared.
/// </summary>
internal sealed class SearchStage(Scene scene, ISearchStore search)
{
    private readonly Dictionary<CustomerId, Person> _people = [];

    public Scene Scene => scene;

    public ISearchStore Search => search;

    public IEnumerable<Person> People => _people.Values;

    private Provenance By => new(ProvenanceSource.Agent, "kim", scene.Now);

    public FieldValue Name(string name) => new(ProfileField.Name, "", new PersonName(name), By);

    public FieldValue Company(string company) => new(ProfileField.Company, "", company, By);

    public FieldValue Notes(string notes) => new(ProfileField.Notes, "", notes, By);

    public FieldValue Property(string key, string value) => new(ProfileField.Custom(key), "", value, By);

    public FieldValue Photo() =>
        new(ProfileField.Photo, "", new Photo(new Uri("https://images.example.com/1.png")), By);

    public FieldValue Address(PostalAddress address) => new(ProfileField.Address, "", address, By);

    public FieldValue Email(string address)
    {
        var email = EmailAddress.Parse(address);
        return new(ProfileField.Emails, email.Normalized, new ProfileEmail(email), By);
    }

    public FieldValue Phone(string number) => new(ProfileField.Phones, number, new PhoneNumber(number), By);

    /// <summary>
    /// Creates somebody whose identity says nothing about them, so that only the values are found.
    /// </summary>
    public async Task<Person> CreateAsync(params FieldValue[] values) =>
        await CreateAsync(Identity.Chat("kit", $"{Guid.NewGuid():N}"), values).ConfigureAwait(false);

    public async Task<Person> CreateAsync(Identity identity, params FieldValue[] values)
    {
        var profile = await scene.CreateAsync(scene.Someone(identity, values: [.. values])).ConfigureAwait(false);
        return _people[profile.Id] = new Person
        {
            Profile = profile,
            LastConversation = scene.Now,
            IsSuppressed = false,
        };
    }

    /// <summary>Adds people without a conversation.</summary>
    public async Task<Person[]> AddAsync(
        params (ImmutableArray<Identity> Identities, ImmutableArray<FieldValue> Values)[] people
    )
    {
        ImmutableArray<CustomerProfile> profiles =
        [
            .. people.Select(person => new CustomerProfile(
                scene.Tenant,
                CustomerId.New(scene.Now),
                1,
                scene.Now,
                scene.Now,
                person.Identities,
                person.Values
            )),
        ];
        var results = await scene
            .Store.AddAsync(scene.Tenant, profiles, created: null, scene.Cancel)
            .ConfigureAwait(false);
        scene.Is(true, results.All(result => result is AddResult.Added), "people whose identities are free are added");
        foreach (var profile in profiles)
        {
            _people[profile.Id] = new Person
            {
                Profile = profile,
                LastConversation = SearchPosition.NoConversation,
                IsSuppressed = false,
            };
        }

        return [.. profiles.Select(profile => _people[profile.Id])];
    }

    public async Task<Person> UpdateAsync(Person person, params FieldValue[] values) =>
        _people[person.Profile.Id] = person with
        {
            Profile = await scene.UpdateAsync(scene.Next(person.Profile, values: [.. values])).ConfigureAwait(false),
        };

    public async Task<Person> RecordAsync(Person person, string? conversation = null)
    {
        await scene
            .Store.RecordConversationAsync(
                scene.Tenant,
                person.Profile.Identities[0],
                scene.Conversation(conversation),
                scene.Cancel
            )
            .ConfigureAwait(false);
        return _people[person.Profile.Id] = person with { LastConversation = scene.Now };
    }

    public async Task<Person> SuppressAsync(Person person, bool suppressed = true)
    {
        await scene.SuppressAsync(person.Profile, suppressed).ConfigureAwait(false);
        return _people[person.Profile.Id] = person with { IsSuppressed = suppressed };
    }

    /// <summary>
    /// Asserts that the store finds who is expected, in that order, on pages of any size, and counts them.
    /// </summary>
    public async Task FindsAsync(ProfileSearchQuery query, string about)
    {
        var criteria = ProfileSearch.ReadForCount(query, StoreConformance.SearchableProperties);
        var expected = People
            .Where(person =>
                criteria.Matches(person.Profile, person.Keys, person.LastConversation, person.IsSuppressed)
            )
            .OrderBy(
                person => criteria.PositionOf(person.Profile, person.Keys, person.LastConversation),
                Comparer<SearchPosition>.Create(SearchCriteria.Compare)
            )
            .Select(person => person.Profile.Id)
            .ToList();
        foreach (var pageSize in new[] { 1, 3, ProfileSearchQuery.MaxPageSize })
        {
            // A page for each person would take long on a database, and says no more.
            if (pageSize > 1 || expected.Count is > 0 and <= 5)
            {
                var found = await AllAsync(query, pageSize).ConfigureAwait(false);
                scene.Same(
                    string.Join('\n', expected),
                    string.Join('\n', found.Select(profile => profile.Id)),
                    $"who is found {about}, in the order {query.Order}, in pages of {pageSize}"
                );
            }
        }

        var count = await search.CountAsync(scene.Tenant, query, 10_000, scene.Cancel).ConfigureAwait(false);
        scene.Same($"{expected.Count}", StoredText.Of(count), $"how many are counted {about}");
    }

    public Task FindsAsync(string text) =>
        FindsAsync(new ProfileSearchQuery { Text = text }, $"by {StoredText.Quoted(text)}");

    /// <summary>Everybody who is found, page by page.</summary>
    public async Task<List<CustomerProfile>> AllAsync(
        ProfileSearchQuery query,
        int pageSize,
        Func<int, Task>? afterPage = null
    )
    {
        var all = new List<CustomerProfile>();
        string? after = null;
        for (var number = 1; ; number++)
        {
            var page = await search
                .SearchAsync(scene.Tenant, Paged(query, pageSize, after), scene.Cancel)
                .ConfigureAwait(false);
            scene.Is(true, page.Profiles.Length <= pageSize, $"a page has at most {pageSize} profiles");
            scene.Is(
                true,
                page.Next is null || page.Profiles.Length == pageSize,
                $"a page of {pageSize} before the last is full"
            );
            all.AddRange(page.Profiles);
            if (page.Next is null)
            {
                return all;
            }

            if (number > 1_000)
            {
                throw scene.Broken("pages that end", "1,000 pages", "reading page after page");
            }

            after = page.Next;
            if (afterPage is not null)
            {
                await afterPage(number).ConfigureAwait(false);
            }
        }
    }

    public static ProfileSearchQuery Paged(ProfileSearchQuery query, int pageSize, string? after) =>
        new()
        {
            Text = query.Text,
            Order = query.Order,
            Company = query.Company,
            Property = query.Property,
            ChangedSince = query.ChangedSince,
            CreatedSince = query.CreatedSince,
            LastConversationBefore = query.LastConversationBefore,
            LastConversationSince = query.LastConversationSince,
            HasPhoto = query.HasPhoto,
            IsSuppressed = query.IsSuppressed,
            PageSize = pageSize,
            After = after,
        };

    /// <summary>A customer as the kit expects the store to know them.</summary>
    internal sealed record Person
    {
        public required CustomerProfile Profile { get; init; }

        public required Instant LastConversation { get; init; }

        public required bool IsSuppressed { get; init; }

        public SearchKeys Keys => ProfileSearch.KeysOf(Profile, StoreConformance.SearchableProperties);
    }
}
