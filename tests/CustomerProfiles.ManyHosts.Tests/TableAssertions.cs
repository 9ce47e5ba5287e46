namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>Assertions about the tables that hold after every scenario.</summary>
internal static class TableAssertions
{
    /// <summary>
    /// One customer for each address, every conversation recorded with its customer, and no row without an owner.
    /// </summary>
    public static Task ShouldHoldEachOnceAsync(
        this ProfileTables tables,
        IReadOnlyList<Person> people,
        params string[] rounds
    ) => tables.ShouldHoldEachOnceAsync(people, Fleet.Six, rounds);

    /// <inheritdoc cref="ShouldHoldEachOnceAsync(ProfileTables, IReadOnlyList{Person}, string[])"/>
    public static async Task ShouldHoldEachOnceAsync(
        this ProfileTables tables,
        IReadOnlyList<Person> people,
        int hosts,
        params string[] rounds
    )
    {
        var tenant = people[0].Tenant;
        (await tables.DisorderAsync()).Should().BeEmpty();
        (await tables.AddressesAsync(tenant))
            .Should()
            .Equal(people.Select(person => person.Address).Order(StringComparer.Ordinal));
        (await tables.CustomersAsync(tenant)).Should().Be(people.Count);
        var conversations = await tables.ConversationsAsync(tenant);
        foreach (var person in people)
        {
            conversations[person.Address]
                .Should()
                .BeEquivalentTo(
                    rounds.SelectMany(round => Deliveries.ConversationsWith(person, round, hosts)),
                    because: person.Address
                );
        }
    }

    /// <summary>Every customer was looked up, and the profile has the result.</summary>
    public static async Task ShouldHoldTheResultsAsync(this ProfileTables tables, IReadOnlyList<Person> people)
    {
        var tenant = people[0].Tenant;
        (await tables.OutcomesAsync(tenant))
            .Should()
            .BeEquivalentTo(people.ToDictionary(person => person.Address, person => person.Outcome));
        (await tables.ValuesAsync(tenant, "bio"))
            .Should()
            .BeEquivalentTo(
                people.Where(person => person.IsKnown).ToDictionary(person => person.Address, person => person.Bio)
            );
    }

    /// <summary>All edits of a customer are there, each once.</summary>
    public static async Task ShouldHoldTheEditsAsync(
        this ProfileTables tables,
        Person person,
        int notes,
        int properties
    )
    {
        (await tables.ValuesAsync(person.Tenant, "notes"))[person.Address]
            .Split('\n')
            .Should()
            .BeEquivalentTo(Deliveries.LinesOfAll(notes));
        foreach (var (key, value) in Deliveries.PropertiesOfAll(properties))
        {
            (await tables.ValuesAsync(person.Tenant, $"custom:{key}")).Should().Contain(person.Address, value);
        }
    }
}
