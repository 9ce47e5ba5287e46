using System.Text.Json;
using System.Text.Json.Nodes;
using CustomerProfiles.Testing;
using Json.Schema;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.Documentation.Tests;

/// <summary>An export is as its published schema says.</summary>
public sealed class ExportSchemaTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(Read("docs/guide/customerprofiles-1.schema.json"));

    private static readonly Actor Kim = Actor.Agent("kim");

    [Fact]
    public async Task An_export_of_a_customer_with_everything_fits_the_schema()
    {
        var json = await ExportAsync();
        Problems(json).Should().BeEmpty();
        foreach (var member in (string[])["values", "conversations", "checks", "history"])
        {
            JsonNode.Parse(json)![member]!.AsArray().Should().NotBeEmpty($"{member} are to be compared");
        }
    }

    /// <summary>Each member is required or known, so what is added to an export must be added to the schema.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("customer")]
    [InlineData("values/0")]
    [InlineData("conversations/0")]
    [InlineData("checks/0")]
    [InlineData("history/0")]
    public async Task A_member_that_the_schema_does_not_know_is_noticed(string path)
    {
        var export = JsonNode.Parse(await ExportAsync())!;
        var part = path.Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Aggregate(export, (node, name) => int.TryParse(name, out var index) ? node[index]! : node[name]!);
        part["unheard"] = 1;
        Problems(export.ToJsonString()).Should().NotBeEmpty();
    }

    /// <summary>So the data map names nothing that an export does not have.</summary>
    [Fact]
    public void Each_member_that_the_data_map_names_is_in_the_schema()
    {
        var schema = JsonNode.Parse(Read("docs/guide/customerprofiles-1.schema.json"))!;
        string[] named =
        [
            .. Page
                .All.Single(page => page.Path == "docs/operate/data-map.md")
                .Table("| column | holds | export | erase | merge | forget | retention |")
                .SelectMany(row => row[2].Split('`').Where((_, i) => i % 2 == 1))
                .Distinct(),
        ];

        named.Should().HaveCountGreaterThan(20);
        named.Where(path => !HasMember(schema, path.Split('.'))).Should().BeEmpty();
        HasMember(schema, ["customer", "unheard"]).Should().BeFalse();
    }

    [Fact]
    public void The_example_of_the_page_fits_the_schema()
    {
        var page = Read("docs/guide/exporting.md");
        var start = page.IndexOf("```json", StringComparison.Ordinal) + "```json".Length;
        Problems(page[start..page.IndexOf("```", start, StringComparison.Ordinal)]).Should().BeEmpty();
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(RepositoryRoot.Path, path));

    /// <summary>Whether a schema has a member, within objects and within the items of lists.</summary>
    private static bool HasMember(JsonNode schema, IEnumerable<string> path)
    {
        var at = schema;
        foreach (var name in path)
        {
            at = Followed(Followed(at)["items"] ?? at)["properties"]?[name];
            if (at is null)
            {
                return false;
            }
        }

        return true;

        JsonNode Followed(JsonNode part) =>
            (string?)part["$ref"] is { } reference ? schema["$defs"]![reference.Split('/')[^1]]! : part;
    }

    private static string[] Problems(string json)
    {
        using var document = JsonDocument.Parse(json);
        var results = Schema.Evaluate(document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return results.IsValid
            ? []
            :
            [
                .. (results.Details ?? [])
                    .Where(detail => !detail.IsValid)
                    .Select(detail => $"{detail.InstanceLocation} {detail.EvaluationPath}"),
            ];
    }

    private static async Task<string> ExportAsync()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddCustomerProfiles().AddProvider(new FakeProvider("directory"));
        await using var host = services.BuildServiceProvider();
        var profiles = host.GetRequiredService<ICustomerProfiles>();
        var now = host.GetRequiredService<NodaTime.IClock>().GetCurrentInstant();
        var ada = (
            await profiles.ConversationReceivedAsync(new Conversation("t1", "Ada Lovelace <ada@example.com>", now))
        ).Profile!;
        await host.GetRequiredService<ICheckRunner>().DrainAsync();
        var edit = (await profiles.GetAsync(ada.Id))!.Edit(Kim);
        edit.CaseReference = "case 7";
        edit.Notes = "Likes engines.";
        edit.Address = new PostalAddress("1 Example Road", "London", null, "EX1 1EX", "GB");
        edit.Phones.Add(new PhoneNumber("+44 20 7946 0000", "office"));
        edit.Emails.Add(new ProfileEmail("ada@example.org"));
        edit.Websites.Add(new Uri("https://ada.example.com/"));
        edit.Custom["plan"] = "gold";
        edit.Clear(ProfileField.JobTitle);
        (await profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>();
        await profiles.SuppressAsync(ada.Id, Kim);
        await profiles.History.RedactAsync(ada.Id, ProfileField.Notes);
        return (await profiles.Privacy.ExportAsync(ada.Id))!.ToJson();
    }
}
