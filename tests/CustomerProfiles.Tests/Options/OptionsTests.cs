using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles.Tests.Options;

public sealed class OptionsTests
{
    public static TheoryData<string, string, Action<CustomerProfilesOptions>> Wrong =>
        new()
        {
            { "RecheckAfter", "null", options => options.RecheckAfter = null! },
            { "RecheckAfter", "P-2M", options => options.RecheckAfter = Period.FromMonths(-2) },
            { "RecheckAfter", "P", options => options.RecheckAfter = Period.Zero },
            { "RecheckAfter", "PT3H", options => options.RecheckAfter = Period.FromHours(3) },
            { "RecheckAfter", "P1M-1D", options => options.RecheckAfter = Period.FromMonths(1) + Period.FromDays(-1) },
            { "KeepConversationsFor", "P6D", options => options.KeepConversationsFor = Period.FromDays(6) },
            { "KeepConversationsFor", "P101Y", options => options.KeepConversationsFor = Period.FromYears(101) },
            { "KeepConversationsFor", "PT200H", options => options.KeepConversationsFor = Period.FromHours(200) },
            { "KeepConversationsFor", "P-1Y", options => options.KeepConversationsFor = Period.FromYears(-1) },
            { "RecheckZone", "null", options => options.RecheckZone = null! },
            { "Limits", "null", options => options.Limits = null! },
            { "Limits.Notes", "0", options => options.Limits = new EditLimits { Notes = 0 } },
            { "Limits.CustomProperties", "-1", options => options.Limits = new EditLimits { CustomProperties = -1 } },
            { "Properties[0]", "null", options => options.Properties.Add(null!) },
            { "Properties[0].Key", "\"\"", options => options.Properties.Add(PropertyDefinition.Text("", "Blank")) },
            {
                "Properties[0].Key",
                "\"a\nb\"",
                options => options.Properties.Add(PropertyDefinition.Text("a\nb", "Lines"))
            },
            {
                "Properties[1] (\"seats\")",
                "each key once",
                options =>
                {
                    options.Properties.Add(PropertyDefinition.Number("seats", "Seats"));
                    options.Properties.Add(PropertyDefinition.Text("seats", "Chairs"));
                }
            },
            {
                "Properties[0] (\"seats\").Label",
                "\" \"",
                options => options.Properties.Add(PropertyDefinition.Number("seats", " "))
            },
            {
                "Properties[0] (\"plan\").Options",
                "empty",
                options => options.Properties.Add(PropertyDefinition.Option("plan", "Plan"))
            },
            {
                "Properties[0] (\"plan\").Options",
                "default",
                options => options.Properties.Add(PropertyDefinition.Option("plan", "Plan") with { Options = default })
            },
            {
                "Properties[0] (\"seats\").Options",
                "has 1",
                options =>
                    options.Properties.Add(
                        PropertyDefinition.Number("seats", "Seats") with
                        {
                            Options = [new("one", "One")],
                        }
                    )
            },
            {
                "Properties[0] (\"plan\").Options",
                "at most 500",
                options =>
                    options.Properties.Add(
                        PropertyDefinition.Option(
                            "plan",
                            "Plan",
                            [.. Enumerable.Range(0, 501).Select(i => new PropertyOption($"{i}", "A plan"))]
                        )
                    )
            },
            {
                "Properties[0] (\"plan\").Options[1].Code",
                "\"Gold\"",
                options =>
                    options.Properties.Add(
                        PropertyDefinition.Option(
                            "plan",
                            "Plan",
                            new PropertyOption("gold", "Gold"),
                            new PropertyOption("Gold", "Gold again")
                        )
                    )
            },
            {
                "Properties[0] (\"plan\").Options[0].Code",
                "\"gold \"",
                options =>
                    options.Properties.Add(
                        PropertyDefinition.Option("plan", "Plan", new PropertyOption("gold ", "Gold"))
                    )
            },
            {
                "Properties[0] (\"plan\").Options[0].Label",
                "\"\"",
                options =>
                    options.Properties.Add(PropertyDefinition.Option("plan", "Plan", new PropertyOption("gold", "")))
            },
            {
                "Properties[0] (\"plan\").Options[0]",
                "null",
                options => options.Properties.Add(PropertyDefinition.Option("plan", "Plan", [null!]))
            },
            { "OnLostMatch", "7", options => options.OnLostMatch = (LostMatchAction)7 },
            { "OnLostMatch", "-1", options => options.OnLostMatch = (LostMatchAction)(-1) },
            { "MaxConcurrentChecks", "0", options => options.MaxConcurrentChecks = 0 },
            { "MaxConcurrentChecks", "1001", options => options.MaxConcurrentChecks = 1_001 },
            { "MaxAttempts", "0", options => options.MaxAttempts = 0 },
            { "MaxAttempts", "101", options => options.MaxAttempts = 101 },
            { "MaxFirstChecksPerHour", "0", options => options.MaxFirstChecksPerHour = 0 },
            { "MaxFirstChecksPerHour", "1000001", options => options.MaxFirstChecksPerHour = 1_000_001 },
            { "SweepInterval", "00:00:00.9990000", options => options.SweepInterval = TimeSpan.FromMilliseconds(999) },
            { "LeaseDuration", "2.00:00:00", options => options.LeaseDuration = TimeSpan.FromDays(2) },
            { "CheckTimeout", "00:00:00", options => options.CheckTimeout = TimeSpan.Zero },
            { "CheckTimeout", "00:02:00", options => options.CheckTimeout = TimeSpan.FromMinutes(2) },
            {
                "OwnAddresses[1]",
                "not an e-mail address",
                options => Add(options.OwnAddresses, "help@example.com", "marked nonsense")
            },
            { "OwnDomains[0]", "an e-mail address", options => options.OwnDomains.Add("marked@example.com") },
            { "OwnDomains[0]", "null", options => options.OwnDomains.Add(null!) },
            { "FoldPlusTagsFor[0]", "\"exa mple\"", options => options.FoldPlusTagsFor.Add("exa mple") },
            { "RoleNames[0]", "an e-mail address", options => options.RoleNames.Add("info@") },
            { "PhoneRegion", "\"XX\"", options => options.PhoneRegion = "XX" },
            { "PhoneRegion", "\"\"", options => options.PhoneRegion = "" },
            { "PhoneRegion", "\"BR\"", options => options.PhoneRegion = "BR" },
            { "PhoneRegion", "GB, GR", options => options.PhoneRegion = "44" },
            { "PhoneRegions[\"acme\"]", "\"ZZ\"", options => options.PhoneRegions["acme"] = "ZZ" },
            { "NoReplyNames[0]", "\" \"", options => options.NoReplyNames.Add(" ") },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_option_is_named_with_its_value(
        string option,
        string value,
        Action<CustomerProfilesOptions> configure
    )
    {
        var options = new CustomerProfilesOptions();
        configure(options);

        var failure = new CustomerProfilesOptionsValidator()
            .Validate(null, options)
            .Failures.Should()
            .ContainSingle()
            .Subject;

        failure.Should().StartWith(option + " ").And.Contain(value).And.NotContain("marked");
    }

    [Fact]
    public void The_defaults_are_right_and_so_are_the_bounds()
    {
        new CustomerProfilesOptionsValidator()
            .Validate(null, new CustomerProfilesOptions())
            .Succeeded.Should()
            .BeTrue();
        var bounds = new CustomerProfilesOptions
        {
            OnLostMatch = LostMatchAction.Remove,
            RecheckAfter = Period.FromDays(1),
            KeepConversationsFor = Period.FromWeeks(1),
            MaxConcurrentChecks = 1_000,
            MaxAttempts = 100,
            SweepInterval = TimeSpan.FromSeconds(1),
            LeaseDuration = TimeSpan.FromDays(1),
        };
        bounds.OwnDomains.Add("bücher.example.net");
        new CustomerProfilesOptionsValidator().Validate(null, bounds).Succeeded.Should().BeTrue();
        foreach (var most in new int?[] { 1, 1_000_000, null })
        {
            bounds.MaxFirstChecksPerHour = most;
            new CustomerProfilesOptionsValidator().Validate(null, bounds).Succeeded.Should().BeTrue();
        }
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once_when_the_library_is_first_used()
    {
        var services = new ServiceCollection();
        services.AddCustomerProfiles(options =>
        {
            options.MaxAttempts = 0;
            options.RecheckAfter = Period.FromMonths(-2);
        });
        using var provider = services.BuildServiceProvider();

        ((Action)(() => provider.GetRequiredService<ICustomerProfiles>()))
            .Should()
            .Throw<OptionsValidationException>()
            .Which.Failures.Should()
            .HaveCount(2);
        ((Action)(() => provider.GetRequiredService<IStartupValidator>().Validate()))
            .Should()
            .Throw<OptionsValidationException>("a generic host validates at its start");
    }

    private static void Add(ICollection<string> to, params string[] values) => Array.ForEach(values, to.Add);
}
