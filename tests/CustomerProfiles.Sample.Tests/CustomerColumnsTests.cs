using System.Collections.Immutable;
using CustomerProfiles.Sample.Customers;

namespace CustomerProfiles.Sample.Tests;

/// <summary>What the columns of a CSV file become.</summary>
public sealed class CustomerColumnsTests
{
    [Theory]
    [InlineData("id", "ID", "Customer number", "Kundennummer", "Kunden-Nr.")]
    [InlineData("name", "Name", "full_name", "Display Name")]
    [InlineData("first-name", "First name", "firstName", "FIRST_NAME", "Vorname")]
    [InlineData("last-name", "Last name", "Surname", "Nachname")]
    [InlineData("email", "E-mail", "Email Address", "E-Mail-Adresse", "e-mail 2")]
    [InlineData("phone", "Phone", "mobile phone", "Telefon", "Handy", "Phone 3")]
    [InlineData("company", "Company", "Organisation", "Firma")]
    [InlineData("job-title", "Title", "Job title", "Funktion")]
    [InlineData("notes", "Notes", "Comments", "Bemerkungen")]
    [InlineData("street", "Street", "Street address", "Straße", "Strasse")]
    [InlineData("city", "City", "Town", "Ort")]
    [InlineData("region", "Region", "State", "Bundesland")]
    [InlineData("postal-code", "Postal code", "ZIP", "PLZ")]
    [InlineData("country", "Country", "Land")]
    [InlineData("website", "Website", "URL", "Webseite")]
    [InlineData("created", "Created", "created_at", "Erstellt am", "Kunde seit", "Customer since")]
    public void Usual_names_are_recognised_whatever_their_case_and_separators(string code, params string[] headings) =>
        headings
            .Should()
            .OnlyContain(heading => CustomerColumns.Of(Header(heading), ColumnMap.None).Targets[0].Code == code);

    [Theory]
    [InlineData("Plan", "custom:Plan")]
    [InlineData("Customer since (year)", "custom:Customer since (year)")]
    [InlineData("Company 2", "custom:Company 2")]
    [InlineData("", "ignore")]
    public void Another_column_is_a_custom_property_and_one_without_a_name_is_ignored(string heading, string code) =>
        CustomerColumns.Of(Header(heading), ColumnMap.None).Targets[0].Code.Should().Be(code);

    [Fact]
    public void The_mapping_file_comes_first_and_the_rest_is_taken_for_what_its_name_says()
    {
        var map = new Dictionary<string, ColumnTarget>(StringComparer.OrdinalIgnoreCase)
        {
            ["NAME"] = new(ColumnField.Company),
            ["Tariff"] = new(ColumnField.Custom, "plan"),
        };

        var columns = CustomerColumns.Of(["Id", "Name", "Tariff", "E-mail"], map);

        columns.Targets.Select(target => target.Code).Should().Equal("id", "company", "custom:plan", "email");
        columns.HasId.Should().BeTrue();
        columns.Description.Should().Be("Columns: Id -> id, Name -> company, Tariff -> custom:plan, E-mail -> email");
    }

    [Theory]
    [InlineData("job-title", "Title", "Position")]
    [InlineData("custom:Plan", "Plan", "Plan")]
    public void Two_columns_of_one_field_are_bad_input(string code, params string[] headings) =>
        FluentActions
            .Invoking(() => CustomerColumns.Of([.. headings], ColumnMap.None))
            .Should()
            .Throw<BadInputException>()
            .WithMessage($"*'{headings[0]}' and '{headings[1]}' would both be {code}*--map*");

    [Fact]
    public void Several_columns_of_addresses_and_numbers_are_fine() =>
        CustomerColumns
            .Of(["E-mail", "Email 2", "Phone", "Mobile", "Website", "Homepage"], ColumnMap.None)
            .Targets.Should()
            .HaveCount(6);

    [Fact]
    public void A_column_of_the_mapping_file_that_is_not_there_is_bad_input()
    {
        var map = new Dictionary<string, ColumnTarget> { ["Tarif"] = new(ColumnField.Custom, "plan") };

        FluentActions
            .Invoking(() => CustomerColumns.Of(["Id", "Tariff"], map))
            .Should()
            .Throw<BadInputException>()
            .WithMessage("*'Tarif'*Id, Tariff.");
    }

    [Fact]
    public void A_name_that_is_too_long_for_a_custom_property_is_bad_input() =>
        FluentActions
            .Invoking(() => CustomerColumns.Of(Header(new string('x', 101)), ColumnMap.None))
            .Should()
            .Throw<BadInputException>();

    [Fact]
    public async Task A_mapping_file_says_what_each_column_becomes()
    {
        var map = await ReadMapAsync(
            """
            {
              // Comments are allowed.
              "Tariff": "custom:plan", "Mobile": "identity:phone", "Fax": "ignore", "Shop": "identity:external",
              "Nick": "identity:chat:irc", "Since": "created", "Person": "name",
            }
            """
        );

        map.Select(column => $"{column.Key}={column.Value.Code}")
            .Should()
            .BeEquivalentTo(
                "Tariff=custom:plan",
                "Mobile=identity:phone",
                "Fax=ignore",
                "Shop=identity:external",
                "Nick=identity:chat:irc",
                "Since=created",
                "Person=name"
            );
    }

    [Theory]
    [InlineData("{\"Tariff\": \"plan\"}", "*'Tariff' cannot become 'plan'. Use ignore, id, name, *custom:<key>*")]
    [InlineData("{\"Tariff\": null}", "*'Tariff' cannot become ''*")]
    [InlineData("{\"Tariff\": \"custom:\"}", "*cannot become*")]
    [InlineData("{\"Tariff\": \"identity:fax\"}", "*cannot become*")]
    [InlineData("{\"Tariff\": \"identity:chat:\"}", "*cannot become*")]
    [InlineData("{\"Tariff\": \"id\", \"tariff\": \"name\"}", "*'tariff' twice*")]
    [InlineData("{\"Tariff\": \"id\", \"Tariff\": \"name\"}", "*is no mapping file*")]
    [InlineData("{\n\"Tariff\": \"id\"", "*is no mapping file, at line 2*")]
    [InlineData("[]", "*is no mapping file*")]
    [InlineData("", "*is no mapping file*")]
    public async Task A_broken_mapping_file_is_bad_input(string json, string complaint) =>
        (await FluentActions.Awaiting(() => ReadMapAsync(json)).Should().ThrowAsync<BadInputException>()).WithMessage(
            complaint
        );

    private static ImmutableArray<string> Header(string heading) => [heading, "Other"];

    private static async Task<IReadOnlyDictionary<string, ColumnTarget>> ReadMapAsync(string json)
    {
        using var kept = new KeptProfiles();
        var file = new FileInfo(kept.PathOf("map.json"));
        await File.WriteAllTextAsync(file.FullName, json);
        return await ColumnMap.ReadAsync(file, default);
    }
}
