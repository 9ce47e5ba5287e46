using CsCheck;
using NodaTime;

namespace CustomerProfiles.Tests.Profiles;

/// <summary>Searchable properties are found by value and by range.</summary>
public sealed class Rule30_PropertySearchTests
{
    private static readonly PropertyDefinition<decimal> Seats = PropertyDefinition.Number("seats", "Seats") with
    {
        IsSearchable = true,
    };

    private static readonly PropertyDefinition<LocalDate> Since = PropertyDefinition.Date(
        "since",
        "Customer since"
    ) with
    {
        IsSearchable = true,
    };

    private static readonly PropertyDefinition<bool> IsTrial = PropertyDefinition.Boolean("trial", "On trial") with
    {
        IsSearchable = true,
    };

    private static readonly PropertyDefinition<decimal> Rating = PropertyDefinition.Number("rating", "Rating");

    private static readonly SearchableProperties Searchable = new([Seats, Since, IsTrial, Rating]);

    /// <summary>All scales and signs, and numbers that differ in their last digits only.</summary>
    private static readonly Gen<decimal> Numbers = Gen.OneOf(
        Gen.Select(Gen.Int, Gen.Int, Gen.Int, Gen.Bool, Gen.Byte[0, 28])
            .Select((low, middle, high, isNegative, scale) => new decimal(low, middle, high, isNegative, scale)),
        Gen.Select(Gen.Int[-2_000, 2_000], Gen.Byte[0, 3])
            .Select((number, scale) => new decimal(Math.Abs(number), 0, 0, number < 0, scale)),
        Gen.OneOf(0m, -0.0m, decimal.MaxValue, decimal.MinValue, 0.0000000000000000000000000001m)
    );

    private static readonly Gen<LocalDate> Dates = Gen.Int[1, 3_652_059]
        .Select(day => new LocalDate(1, 1, 1).PlusDays(day - 1));

    [Fact]
    public void The_order_key_of_numbers_sorts_as_the_numbers_do() =>
        Gen.Select(Numbers, Numbers)
            .Sample(
                (one, other) =>
                    Math.Sign(ProfileSearch.CompareText(KeyOf(Seats, one), KeyOf(Seats, other)))
                    == Math.Sign(one.CompareTo(other)),
                iter: 100_000
            );

    [Fact]
    public void The_order_key_of_dates_sorts_as_the_dates_do() =>
        Gen.Select(Dates, Dates)
            .Sample(
                (one, other) =>
                    Math.Sign(ProfileSearch.CompareText(KeyOf(Since, one), KeyOf(Since, other)))
                    == Math.Sign(one.CompareTo(other)),
                iter: 100_000
            );

    [Fact]
    public void An_order_key_is_short_and_within_the_bounds_of_its_type() =>
        Gen.Select(Numbers, Dates)
            .Sample(
                (number, date) =>
                    IsWithin(KeyOf(Seats, number), Seats.OrderKeys!.Value)
                    && IsWithin(KeyOf(Since, date), Since.OrderKeys!.Value)
            );

    [Fact]
    public void Text_that_fits_no_type_is_within_no_range() =>
        Gen.String.Sample(text =>
        {
            var key = SearchableProperties.KeyOf(PropertyDefinition.Text("motto", "Motto"), text);
            return new[] { Seats.OrderKeys!.Value, Since.OrderKeys!.Value }.All(bounds => !IsBetween(key, bounds));
        });

    [Theory]
    [InlineData("N", "O")]
    [InlineData("NO", "O")]
    [InlineData("D2024-02-29", "E")]
    [InlineData("\u24c3", "O")]
    [InlineData("\uff2e2", "O")]
    [InlineData("\u1d30", "E")]
    public void Text_that_looks_like_an_order_key_is_within_no_range(string text, string last)
    {
        var key = SearchableProperties.KeyOf(Seats, text);

        ProfileSearch.CompareText(key, last).Should().BePositive();
    }

    [Theory]
    [InlineData("0", "N1")]
    [InlineData("12.50", "N251125")]
    [InlineData("0.05", "N2485")]
    [InlineData("-0.5", "N0504~")]
    [InlineData("-0.55", "N05044~")]
    public void The_order_key_of_a_number_is_its_sign_its_power_of_ten_and_its_digits(string number, string key) =>
        Seats.OrderKeyOf(number).Should().Be(key);

    [Fact]
    public async Task Profiles_are_found_by_a_typed_value_and_by_a_range_with_both_bounds()
    {
        await using var host = Host();
        await CreateAsync(host, "Ada", "1", new LocalDate(2024, 2, 29));
        await CreateAsync(host, "Grace", "10.0", new LocalDate(2024, 3, 1));
        await CreateAsync(host, "Alan", "-2.5", new LocalDate(1999, 12, 31));

        (await FoundAsync(host, PropertyFilter.Is(Seats, 10m))).Should().Equal("Grace");
        (await FoundAsync(host, PropertyFilter.Between(Seats, -2.5m, 1m))).Should().Equal("Ada", "Alan");
        (await FoundAsync(host, PropertyFilter.Between(Seats, null, 0m))).Should().Equal("Alan");
        (await FoundAsync(host, PropertyFilter.Between(Seats, 2m, null))).Should().Equal("Grace");
        (await FoundAsync(host, PropertyFilter.Is(Since, new LocalDate(2024, 2, 29)))).Should().Equal("Ada");
        (await FoundAsync(host, PropertyFilter.Between(Since, new LocalDate(2000, 1, 1), new LocalDate(2024, 3, 1))))
            .Should()
            .Equal("Ada", "Grace");
        (await FoundAsync(host, new PropertyFilter { Key = "seats", From = "9" })).Should().Equal("Grace");
    }

    [Fact]
    public async Task A_value_that_does_not_fit_is_found_by_its_text_and_within_no_range()
    {
        await using var host = Host();
        var ada = await host.CreateAsync("Ada <ada@example.com>");
        var imported = new FieldValue(
            Seats.Field,
            "",
            "1,5",
            new Provenance(ProvenanceSource.Import, "old-desk", host.Now)
        );
        await host.Store.UpdateAsync(ada.Next([.. ada.Values, imported], host.Now), change: null, default);

        (await FoundAsync(host, new PropertyFilter { Key = "seats", Value = "1,5" })).Should().Equal("Ada");
        (await FoundAsync(host, PropertyFilter.Between(Seats, decimal.MinValue, decimal.MaxValue))).Should().BeEmpty();
    }

    [Fact]
    public async Task A_property_that_is_not_searchable_is_refused()
    {
        await using var host = Host();
        var search = () => FoundAsync(host, PropertyFilter.Is(Rating, 5m));

        await search.Should().ThrowAsync<ArgumentException>().WithMessage("*IsSearchable*");
    }

    [Theory]
    [InlineData("trial", null, "true", null)]
    [InlineData("seats", null, "1,5", null)]
    [InlineData("since", null, null, "2023-02-29")]
    [InlineData("seats", null, null, null)]
    [InlineData("seats", "1", "1", null)]
    [InlineData("seats", "1", null, "2")]
    public async Task A_filter_that_the_property_cannot_have_is_refused_with_what_to_do(
        string key,
        string? value,
        string? from,
        string? to
    )
    {
        await using var host = Host();
        var filter = new PropertyFilter
        {
            Key = key,
            Value = value,
            From = from,
            To = to,
        };
        var search = () => FoundAsync(host, filter);
        var count = () => host.Profiles.CountAsync(new ProfileSearchQuery { Property = filter }).AsTask();

        (await search.Should().ThrowAsync<ArgumentException>()).Which.Message.Should().NotContain("2023-02-29");
        await count.Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public void A_range_is_refused_when_it_is_made_where_the_type_has_no_order_or_no_bound_is_given()
    {
        var unordered = () => PropertyFilter.Between(IsTrial, true, null);
        var unbounded = () => PropertyFilter.Between(Seats, null, null);
        var beforeTheFirstYear = () => PropertyFilter.Between(Since, new LocalDate(-5, 1, 1), null);

        unordered.Should().Throw<ArgumentException>().WithMessage("Only a number or a date has a range*");
        unbounded.Should().Throw<ArgumentException>();
        beforeTheFirstYear.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void A_cursor_of_another_range_is_refused()
    {
        var criteria = ProfileSearch.Read(Query("1", "5"), Searchable);
        var cursor = criteria.CursorOf(
            new SearchPosition { At = ProfileFixture.Start, Id = CustomerId.New(ProfileFixture.Start) }
        );

        ProfileSearch.Read(Query("1", "5").ContinueAfter(cursor), Searchable).After.Should().NotBeNull();
        ProfileSearch.Read(Query("1.0", "5").ContinueAfter(cursor), Searchable).After.Should().NotBeNull();
        foreach (var other in new[] { Query("1", "6"), Query("2", "5"), Query("1", null), Query(null, "5") })
        {
            other
                .Invoking(query => ProfileSearch.Read(query.ContinueAfter(cursor), Searchable))
                .Should()
                .Throw<ArgumentException>();
        }

        static ProfileSearchQuery Query(string? from, string? to) =>
            new()
            {
                Property = new PropertyFilter
                {
                    Key = "seats",
                    From = from,
                    To = to,
                },
            };
    }

    private static string KeyOf<T>(PropertyDefinition<T> property, T value)
        where T : notnull => property.OrderKeyOf(property.Write(value))!;

    private static bool IsBetween(string key, (string From, string To) bounds) =>
        ProfileSearch.CompareText(key, bounds.From) >= 0 && ProfileSearch.CompareText(key, bounds.To) <= 0;

    private static bool IsWithin(string key, (string From, string To) bounds) =>
        IsBetween(key, bounds) && key.Length <= ProfileSearch.MaxValueLength;

    private static ProfileFixture Host(params PropertyDefinition[] definitions) =>
        new(options =>
        {
            foreach (var definition in definitions.Length > 0 ? definitions : [Seats, Since, IsTrial, Rating])
            {
                options.Properties.Add(definition);
            }
        });

    private static async Task CreateAsync(ProfileFixture host, string name, string seats, LocalDate since) =>
        await host.EditAsync(
            await host.CreateAsync($"{name} <{name}@example.com>"),
            edit =>
            {
                edit.Custom["seats"] = seats;
                edit.Set(Since, since);
                edit.Set(Rating, 5);
            }
        );

    private static async Task<string[]> FoundAsync(ProfileFixture host, PropertyFilter filter) =>
        [
            .. (
                await host.Profiles.SearchAsync(new ProfileSearchQuery { Property = filter, Order = ProfileOrder.Name })
            ).Profiles.Select(profile => profile.DisplayName),
        ];
}
