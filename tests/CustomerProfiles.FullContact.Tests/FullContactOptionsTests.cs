using CustomerProfiles.FullContact.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CustomerProfiles.FullContact.Tests;

public sealed class FullContactOptionsTests
{
    [Fact]
    public void The_defaults_need_a_key_only()
    {
        Errors(options => options.ApiKey = "")
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("FullContactOptions.ApiKey");
        Errors(_ => { }).Should().BeEmpty();

        var options = new FullContactOptions();
        options.BaseAddress.Should().Be(new Uri("https://api.fullcontact.com/"));
        options.Timeout.Should().Be(TimeSpan.FromSeconds(20));
        options.DataFilter.Should().Equal("individual", "professional", "social");
        options.ClaimPage.Should().Be(new Uri("https://platform.fullcontact.com/your-privacy-choices"));
        options.MaxResponseBytes.Should().Be(1024 * 1024);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("secretkey ")]
    [InlineData("secret key")]
    [InlineData("secretkey\r\nX-Header: 1")]
    [InlineData("secretkéy")]
    [InlineData("secretkey\u200b")]
    public void An_impossible_key_is_refused_without_being_shown(string? key)
    {
        var error = Errors(options => options.ApiKey = key!).Should().ContainSingle().Subject;

        error.Should().StartWith("FullContactOptions.ApiKey");
        error.Should().NotContain("secret");
    }

    [Theory]
    [InlineData("http://api.fullcontact.com/", "http://api.fullcontact.com/")]
    [InlineData("ftp://api.fullcontact.com/", "ftp://api.fullcontact.com/")]
    [InlineData("api.fullcontact.com", "api.fullcontact.com")]
    [InlineData("https://api.fullcontact.com/?apiKey=secret", "https://api.fullcontact.com/")]
    [InlineData("https://user:secret@api.fullcontact.com/", "https://api.fullcontact.com/")]
    [InlineData("https://api.fullcontact.com/#secret", "https://api.fullcontact.com/")]
    [InlineData("http://192.168.0.1/", "http://192.168.0.1/")]
    public void An_address_that_is_not_safe_is_refused(string address, string shown)
    {
        var error = Errors(options => options.BaseAddress = new Uri(address, UriKind.RelativeOrAbsolute))
            .Should()
            .ContainSingle()
            .Subject;

        error.Should().Contain("FullContactOptions.BaseAddress").And.Contain($"\"{shown}\"").And.NotContain("secret");
    }

    [Theory]
    [InlineData("https://gateway.example.com/fullcontact")]
    [InlineData("https://127.0.0.1:5001/")]
    [InlineData("http://127.0.0.1:5080/")]
    [InlineData("http://localhost:5080/")]
    [InlineData("http://[::1]:5080/")]
    public void An_https_address_or_one_on_this_machine_is_accepted(string address) =>
        Errors(options => options.BaseAddress = new Uri(address)).Should().BeEmpty();

    [Fact]
    public void All_errors_are_reported_at_once_with_option_and_value() =>
        Errors(options =>
            {
                options.ApiKey = " secret ";
                options.BaseAddress = null!;
                options.Timeout = TimeSpan.FromMilliseconds(999);
                options.DataFilter = ["social", "Social Media", ""];
                options.ClaimPage = new Uri("javascript:alert(1)");
                options.MaxResponseBytes = 1023;
            })
            .Should()
            .SatisfyRespectively(
                error => error.Should().StartWith("FullContactOptions.ApiKey").And.NotContain("secret"),
                error => error.Should().StartWith("FullContactOptions.BaseAddress is null"),
                error => error.Should().StartWith("FullContactOptions.DataFilter[1] is \"Social Media\""),
                error => error.Should().StartWith("FullContactOptions.DataFilter[2] is \"\""),
                error => error.Should().StartWith("FullContactOptions.Timeout is 00:00:00.9990000"),
                error => error.Should().StartWith("FullContactOptions.ClaimPage is \"javascript:alert(1)\""),
                error => error.Should().StartWith("FullContactOptions.MaxResponseBytes is 1023")
            );

    [Fact]
    public void Ranges_include_their_ends()
    {
        Errors(options => options.Timeout = TimeSpan.FromSeconds(1)).Should().BeEmpty();
        Errors(
                options => options.Timeout = TimeSpan.FromMinutes(5),
                core => (core.CheckTimeout, core.LeaseDuration) = (TimeSpan.FromMinutes(6), TimeSpan.FromMinutes(7))
            )
            .Should()
            .BeEmpty();
        Errors(options => options.Timeout = TimeSpan.FromMinutes(5) + TimeSpan.FromTicks(1)).Should().ContainSingle();
        Errors(options => options.Timeout = System.Threading.Timeout.InfiniteTimeSpan).Should().ContainSingle();
        Errors(options => options.MaxResponseBytes = 1024).Should().BeEmpty();
        Errors(options => options.MaxResponseBytes = 16 * 1024 * 1024).Should().BeEmpty();
        Errors(options => options.MaxResponseBytes = (16 * 1024 * 1024) + 1).Should().ContainSingle();
    }

    [Fact]
    public void An_empty_filter_is_refused_because_everything_would_be_charged()
    {
        Errors(options => options.DataFilter = [])
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("DataFilter is empty");
        Errors(options => options.DataFilter = null!)
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("DataFilter is null");
        Errors(options => options.DataFilter = [.. Enumerable.Repeat("social", 51)])
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("51");
        Errors(options => options.DataFilter = [null!])
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("DataFilter[0]");
    }

    [Fact]
    public void Related_options_are_checked_together()
    {
        Errors(options =>
                (options.Timeout, options.AttemptTimeout) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6))
            )
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("AttemptTimeout is 00:00:06")
            .And.Contain("Timeout, which is 00:00:05");
        Errors(options =>
                (options.Timeout, options.AttemptTimeout) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5))
            )
            .Should()
            .ContainSingle();
        Errors(options =>
                (options.Timeout, options.AttemptTimeout) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(4))
            )
            .Should()
            .BeEmpty();
        Errors(
                options => options.Timeout = TimeSpan.FromSeconds(10),
                core => core.CheckTimeout = TimeSpan.FromSeconds(10)
            )
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("Timeout is 00:00:10")
            .And.Contain("CheckTimeout, which is 00:00:10");
        Errors(options => (options.DailyBudget, options.MonthlyBudget) = (11, 10))
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("DailyBudget is 11")
            .And.Contain("MonthlyBudget, which is 10");
        Errors(options => (options.DailyBudget, options.MonthlyBudget) = (10, 10)).Should().BeEmpty();
    }

    [Fact]
    public void Every_lookup_option_is_checked_and_named()
    {
        Errors(options => options.LookUpBy = FullContactIdentifiers.None)
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("LookUpBy is None");
        Errors(options => options.LookUpBy = (FullContactIdentifiers)16 | FullContactIdentifiers.Emails)
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("LookUpBy is 17");
        Errors(options => options.HashEmails = (FullContactEmailHash)9)
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("HashEmails is 9");
        Errors(options => options.Confidence = (FullContactConfidence)9)
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("Confidence is 9");
        Errors(options => options.ConfidenceField = "confidence level")
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("ConfidenceField is \"confidence level\"");
        Errors(options => options.ConfidenceField = null!)
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("ConfidenceField is null");
        Errors(options => options.MaxRetries = 6).Should().ContainSingle().Which.Should().Contain("MaxRetries is 6");
        Errors(options => options.MaxRetries = -1).Should().ContainSingle().Which.Should().Contain("MaxRetries is -1");
        Errors(options => options.CallsPerMinute = 0)
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("CallsPerMinute is 0");
        Errors(options => options.CallsPerMinute = 60_001)
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("CallsPerMinute is 60001");
        Errors(options => options.DailyBudget = 0).Should().ContainSingle().Which.Should().Contain("DailyBudget is 0");
        Errors(options => options.MonthlyBudget = -1)
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("MonthlyBudget is -1");
        Errors(options => options.ProbeInterval = TimeSpan.Zero)
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("ProbeInterval is 00:00:00");
        Errors(options => options.ClaimPage = new Uri("ftp://user:secret@example.com/?key=secret"))
            .Should()
            .ContainSingle()
            .Which.Should()
            .NotContain("secret");
        Errors(options => options.OptOutPage = new Uri("file:///etc/hosts"))
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("OptOutPage is \"file:///etc/hosts\"");
        Errors(options => options.AttemptTimeout = TimeSpan.FromMilliseconds(999))
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("AttemptTimeout is 00:00:00.9990000");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" secret")]
    [InlineData("secret\r\nX-Header: 1")]
    [InlineData("secrét")]
    public void A_reporting_key_that_is_not_a_header_value_is_refused_without_being_shown(string key)
    {
        var error = Errors(options => options.ReportingKey = key).Should().ContainSingle().Subject;
        error.Should().StartWith("FullContactOptions.ReportingKey").And.NotContain("secr").And.NotContain("X-Header");
    }

    [Fact]
    public void They_are_validated_when_the_host_starts()
    {
        using var services = Services(options => options.MaxResponseBytes = 0);

        services
            .GetRequiredService<IStartupValidator>()
            .Invoking(validator => validator.Validate())
            .Should()
            .Throw<OptionsValidationException>()
            .Which.Message.Should()
            .Contain("MaxResponseBytes");
    }

    [Fact]
    public async Task The_claim_page_is_the_providers()
    {
        await using var shown = new ProviderUnderTest(
            new Uri("http://127.0.0.1:9/"),
            options => options.ClaimPage = new Uri("https://example.com/claim")
        );
        await using var hidden = new ProviderUnderTest(
            new Uri("http://127.0.0.1:9/"),
            options => options.ClaimPage = null
        );

        shown.Provider.ClaimPage.Should().Be(new Uri("https://example.com/claim"));
        hidden.Provider.ClaimPage.Should().BeNull();
    }

    private static IReadOnlyList<string> Errors(
        Action<FullContactOptions> configure,
        Action<CustomerProfilesOptions>? core = null
    )
    {
        using var services = Services(configure, core);
        try
        {
            _ = services.GetRequiredService<IOptions<FullContactOptions>>().Value;
            return [];
        }
        catch (OptionsValidationException invalid)
        {
            return [.. invalid.Failures];
        }
    }

    private static ServiceProvider Services(
        Action<FullContactOptions> configure,
        Action<CustomerProfilesOptions>? core = null
    )
    {
        var services = new ServiceCollection();
        services
            .AddCustomerProfiles(core)
            .AddFullContact(options => options.ApiKey = "a-key")
            .AddFullContact(configure);
        return services.BuildServiceProvider();
    }
}
