using CustomerProfiles.Sample.Csv;
using CustomerProfiles.Sample.Customers;
using NodaTime;
using NodaTime.Text;

namespace CustomerProfiles.Sample.Tests;

/// <summary>A row of a CSV file as a customer to import.</summary>
public sealed class CustomerRowReaderTests
{
    [Fact]
    public void Every_column_gets_to_its_field()
    {
        var row = Read(
            "id=7 name=Ann_Bee first-name=Ann last-name=Bee email=ann@example.org;_a@example.net company=Bee_Ltd "
                + "phone=+44_20_7946_0000 job-title=Owner notes=Likes_tea street=Mill_Lane_3 city=Ludlow region=Salop "
                + "postal-code=SY8_1AA country=UK website=www.example.org created=2020-03-31 custom:plan=gold "
                + "identity:phone=+44_20_7946_0001 identity:external=shop-9 identity:chat:irc=ann ignore=x"
        );

        var profile = row.Profile;
        row.Id.Should().Be("7");
        row.CreatedAt.Should().Be(Instant.FromUtc(2020, 3, 31, 0, 0));
        profile.Name.Should().Be(new PersonName("Ann Bee", "Ann", "Bee"));
        profile.Emails.Select(email => email.Text).Should().Equal("ann@example.org", "a@example.net");
        profile.Phones.Select(phone => phone.Number).Should().Equal("+44 20 7946 0000");
        (profile.Company, profile.JobTitle, profile.Notes).Should().Be(("Bee Ltd", "Owner", "Likes tea"));
        profile.Address.Should().Be(new PostalAddress("Mill Lane 3", "Ludlow", "Salop", "SY8 1AA", "UK"));
        profile.Websites.Should().Equal(new Uri("https://www.example.org/"));
        profile.Custom.Should().Equal(new Dictionary<string, string> { ["plan"] = "gold" });
        profile
            .Identities.Should()
            .Equal(Identity.Phone("+442079460001"), Identity.External("shop-9"), Identity.Chat("irc", "ann"));
    }

    [Theory]
    [InlineData("ann@example.org;bee@example.org")]
    [InlineData("ann@example.org,bee@example.org")]
    [InlineData("ann@example.org,_bee@example.org;")]
    public void Several_addresses_in_a_cell_are_separated_by_semicolons_or_commas(string cell) =>
        Read($"email={cell}")
            .Profile.Emails.Select(email => email.Text)
            .Should()
            .Equal("ann@example.org", "bee@example.org");

    [Theory]
    [InlineData("first-name=Ann last-name=Bee", "Ann Bee")]
    [InlineData("first-name=Ann", "Ann")]
    [InlineData("last-name=Bee", "Bee")]
    [InlineData("name=Dr._Bee first-name=Ann", "Dr. Bee")]
    [InlineData("city=Ludlow", null)]
    public void The_name_is_made_of_its_parts_where_the_file_has_only_these(string cells, string? name) =>
        Read($"id=7 {cells}").Profile.Name?.Full.Should().Be(name);

    [Fact]
    public void Blank_cells_leave_their_fields_unset()
    {
        var profile = Read("id=7 name= email= street= custom:plan= created= website=").Profile;

        profile.Name.Should().BeNull();
        profile.Address.Should().BeNull();
        profile.Emails.Should().BeEmpty();
        profile.Custom.Should().BeEmpty();
    }

    [Theory]
    [InlineData("2024-03-31", "2024-03-31T00:00:00Z")]
    [InlineData("2024-03-31T09:30:00Z", "2024-03-31T09:30:00Z")]
    [InlineData("2024-03-31T09:30:00+02:00", "2024-03-31T07:30:00Z")]
    [InlineData("2024-03-31T09:30:00.123456Z", "2024-03-31T09:30:00.123456Z")]
    [InlineData("2024-03-31_09:30:00", "2024-03-31T09:30:00Z")]
    [InlineData("2024-03-31T09:30:00", "2024-03-31T09:30:00Z")]
    [InlineData("31.03.2024", "2024-03-31T00:00:00Z")]
    [InlineData("1.3.2024", "2024-03-01T00:00:00Z")]
    [InlineData("31.03.2024_09:30", "2024-03-31T09:30:00Z")]
    [InlineData("31.03.2024_09:30:15", "2024-03-31T09:30:15Z")]
    public void The_date_of_creation_is_read_by_ISO_8601_or_with_dots(string text, string instant) =>
        InstantPattern.ExtendedIso.Format(Read($"id=7 created={text}").CreatedAt!.Value).Should().Be(instant);

    [Theory]
    [InlineData("created=31.02.2024", "created: This is no date such as 2024-03-31*")]
    [InlineData("created=03/31/2024", "created: This is no date such as 2024-03-31*")]
    [InlineData("created=31.03.24", "created: This is no date such as 2024-03-31*")]
    [InlineData("created=2024-02-30", "created: This is no date such as 2024-03-31*")]
    [InlineData("identity:phone=020_7946_0000", "identity:phone: This is no telephone number with its country code*")]
    [InlineData("website=https://", "website: This is no web address*")]
    public void A_cell_that_cannot_be_read_is_named_by_its_column(string cell, string problem) =>
        ProblemsOf($"id=7 {cell}").Should().ContainSingle().Which.Should().Match(problem);

    [Fact]
    public void All_problems_of_a_row_are_reported_at_once() =>
        ProblemsOf("id=7 created=yesterday identity:phone=none website=https://").Should().HaveCount(3);

    [Theory]
    [InlineData("name=Ann")]
    [InlineData("phone=+44_20_7946_0000")]
    [InlineData("email=;")]
    public void A_row_whose_customer_a_second_import_could_not_find_is_a_problem(string cells) =>
        ProblemsOf(cells).Should().ContainSingle().Which.Should().Contain("no id and no e-mail address");

    [Fact]
    public void Too_few_and_too_many_fields_are_a_problem()
    {
        var reader = new CustomerRowReader(CustomerColumns.Of(["id", "name"], ColumnMap.None));
        foreach (var fields in new string[][] { ["1"], ["1", "Ann", "x"] })
        {
            reader
                .Read(
                    new CsvRow
                    {
                        Line = 2,
                        Text = "",
                        Fields = [.. fields],
                    },
                    out var problems
                )
                .Should()
                .BeNull();
            problems.Should().Equal($"The row has {fields.Length} fields, and the header has 2.");
        }
    }

    private static ImportRow Read(string cells)
    {
        var (row, problems) = TryRead(cells);
        problems.Should().BeEmpty();
        return row!;
    }

    private static IReadOnlyList<string> ProblemsOf(string cells)
    {
        var (row, problems) = TryRead(cells);
        row.Should().BeNull();
        return problems;
    }

    /// <param name="cells">The codes of columns and their cells, in which an underscore stands for a space.</param>
    private static (ImportRow? Row, IReadOnlyList<string> Problems) TryRead(string cells)
    {
        var pairs = cells.Split(' ').Select(cell => cell.Split('=', 2)).ToArray();
        var map = pairs.ToDictionary(
            pair => pair[0],
            pair => ColumnTarget.TryParse(pair[0], out var target) ? target : throw new ArgumentException(pair[0])
        );
        var columns = CustomerColumns.Of([.. pairs.Select(pair => pair[0])], map);
        var row = new CsvRow
        {
            Line = 2,
            Text = "",
            Fields = [.. pairs.Select(pair => pair[1].Replace('_', ' '))],
        };
        return (new CustomerRowReader(columns).Read(row, out var problems), problems);
    }
}
