using System.Security.Cryptography;
using System.Text;
using CsCheck;
using CustomerProfiles.FullContact.AspNetCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CustomerProfiles.FullContact.AspNetCore.Tests;

public sealed class FullContactWebhookOptionsTests
{
    [Fact]
    public void The_defaults_need_an_address_and_a_key()
    {
        var options = new FullContactWebhookOptions();

        options.CallbackTimeout.Should().Be(TimeSpan.FromMinutes(10));
        options.Lifetime.Should().Be(TimeSpan.FromDays(1));
        options.MaxBodyBytes.Should().Be(1024 * 1024);
        Errors(_ => { }).Should().BeEmpty();
        Errors(none =>
            {
                none.PublicAddress = null;
                none.SigningKeys = [];
            })
            .Should()
            .SatisfyRespectively(
                error => error.Should().StartWith("FullContactWebhookOptions.PublicAddress is not set"),
                error => error.Should().StartWith("FullContactWebhookOptions.SigningKeys is empty")
            );
    }

    [Theory]
    [InlineData("http://helpdesk.example.com/hook", "http://helpdesk.example.com/hook")]
    [InlineData("http://192.168.0.1/hook", "http://192.168.0.1/hook")]
    [InlineData("ftp://helpdesk.example.com/hook", "ftp://helpdesk.example.com/hook")]
    [InlineData("/fullcontact/webhook", "/fullcontact/webhook")]
    [InlineData("fullcontact/webhook?key=secret", "fullcontact/webhook")]
    [InlineData("https://helpdesk.example.com/hook?key=secret", "https://helpdesk.example.com/hook")]
    [InlineData("https://helpdesk.example.com/hook#secret", "https://helpdesk.example.com/hook")]
    [InlineData("https://user:secret@helpdesk.example.com/hook", "https://helpdesk.example.com/hook")]
    public void An_address_that_is_not_safe_is_refused(string address, string shown)
    {
        var error = Errors(options => options.PublicAddress = new Uri(address, UriKind.RelativeOrAbsolute))
            .Should()
            .ContainSingle()
            .Subject;

        error.Should().StartWith($"FullContactWebhookOptions.PublicAddress is \"{shown}\"").And.NotContain("secret");
    }

    [Theory]
    [InlineData("https://helpdesk.example.com")]
    [InlineData("https://helpdesk.example.com:8443/a/b")]
    [InlineData("http://127.0.0.1:5080/hook")]
    [InlineData("http://localhost:5080/hook")]
    [InlineData("http://[::1]:5080/hook")]
    public void An_https_address_or_one_on_this_machine_is_accepted(string address) =>
        Errors(options => options.PublicAddress = new Uri(address)).Should().BeEmpty();

    [Fact]
    public void An_invalid_key_is_refused_without_being_shown()
    {
        var tooShort = Convert.ToBase64String(Enumerable.Range(1, 31).Select(i => (byte)i).ToArray());

        var errors = Errors(options =>
            options.SigningKeys = [WebhookHost.Key, "secret, not base64", tooShort, "", null!]
        );

        errors
            .Should()
            .SatisfyRespectively(
                error => error.Should().StartWith("FullContactWebhookOptions.SigningKeys[1] is not base64"),
                error => error.Should().StartWith("FullContactWebhookOptions.SigningKeys[2] has 31 bytes"),
                error => error.Should().StartWith("FullContactWebhookOptions.SigningKeys[3] has 0 bytes"),
                error => error.Should().StartWith("FullContactWebhookOptions.SigningKeys[4] is not base64")
            );
        errors.Should().NotContain(error => error.Contains("secret") || error.Contains(tooShort));
    }

    public static TheoryData<string, byte[]> WeakKeys =>
        new()
        {
            { "zeros", new byte[32] },
            { "one letter", [.. Enumerable.Repeat((byte)'A', 32)] },
            { "all bits", [.. Enumerable.Repeat((byte)0xff, 64)] },
            { "two bytes by turns", [.. Enumerable.Range(0, 32).Select(i => (byte)(i % 2))] },
            { "sixteen bytes twice", [.. SHA256.HashData("x"u8)[..16], .. SHA256.HashData("x"u8)[..16]] },
            { "a buffer filled to a quarter", [.. SHA256.HashData("x"u8)[..8], .. new byte[24]] },
            { "counting up", [.. Enumerable.Range(0, 32).Select(i => (byte)i)] },
            { "counting down over zero", [.. Enumerable.Range(0, 32).Select(i => unchecked((byte)(10 - i)))] },
            { "counting by seven", [.. Enumerable.Range(0, 40).Select(i => unchecked((byte)(i * 7)))] },
            { "the alphabet and the digits", [.. "abcdefghijklmnopqrstuvwxyz0123456789"u8] },
            { "changeme", [.. "changemechangemechangemechangeme"u8] },
            { "a short sentence", [.. "the secret secret secret of the tests"u8] },
        };

    [Theory]
    [MemberData(nameof(WeakKeys))]
    public void A_key_that_can_be_guessed_is_refused_without_being_shown(string name, byte[] key)
    {
        var text = Convert.ToBase64String(key);
        var error = Errors(options => options.SigningKeys = [WebhookHost.Key, text])
            .Should()
            .ContainSingle(name)
            .Subject;

        error
            .Should()
            .StartWith("FullContactWebhookOptions.SigningKeys[1] ")
            .And.Contain("can be guessed")
            .And.NotContain(text);
    }

    [Fact]
    public void A_random_key_is_accepted() =>
        Gen
            .Byte.Array[32, 48]
            .Select(bytes => SHA512.HashData(bytes))
            .Sample(
                bytes =>
                    WeakKey.WhyWeak(bytes.AsSpan(0, 32)) is null
                    && WeakKey.WhyWeak(Encoding.ASCII.GetBytes(Convert.ToHexString(bytes))) is null,
                iter: 100_000
            );

    [Fact]
    public void There_are_1_to_10_keys()
    {
        Errors(options => options.SigningKeys = null!)
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("SigningKeys is null");
        Errors(options => options.SigningKeys = [.. Enumerable.Repeat(WebhookHost.Key, 10)]).Should().BeEmpty();
        Errors(options => options.SigningKeys = [.. Enumerable.Repeat(WebhookHost.Key, 11)])
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("11 keys");
    }

    [Fact]
    public void All_errors_are_reported_at_once_with_option_and_value() =>
        Errors(options =>
            {
                options.PublicAddress = new Uri("http://helpdesk.example.com/");
                options.SigningKeys = ["secret"];
                options.CallbackTimeout = TimeSpan.FromSeconds(59);
                options.Lifetime = TimeSpan.FromSeconds(58);
                options.MaxBodyBytes = 1023;
            })
            .Should()
            .SatisfyRespectively(
                error =>
                    error
                        .Should()
                        .StartWith("FullContactWebhookOptions.PublicAddress is \"http://helpdesk.example.com/\""),
                error => error.Should().StartWith("FullContactWebhookOptions.SigningKeys[0] is not base64"),
                error =>
                    error
                        .Should()
                        .StartWith(
                            "FullContactWebhookOptions.CallbackTimeout is 00:00:59; it is 00:01:00 to 1.00:00:00"
                        ),
                error =>
                    error.Should().StartWith("FullContactWebhookOptions.Lifetime is 00:00:58").And.Contain("00:00:59"),
                error =>
                    error.Should().StartWith("FullContactWebhookOptions.MaxBodyBytes is 1023; it is 1024 to 16777216")
            );

    [Fact]
    public void Ranges_include_their_ends()
    {
        var tick = TimeSpan.FromTicks(1);
        Errors(options => options.CallbackTimeout = TimeSpan.FromMinutes(1)).Should().BeEmpty();
        Errors(options => options.CallbackTimeout = TimeSpan.FromDays(1)).Should().BeEmpty();
        Errors(options =>
            {
                options.CallbackTimeout = TimeSpan.FromDays(1) + tick;
                options.Lifetime = TimeSpan.FromDays(2);
            })
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("CallbackTimeout is");
        Errors(options => options.Lifetime = TimeSpan.FromMinutes(10)).Should().BeEmpty();
        Errors(options => options.Lifetime = TimeSpan.FromMinutes(10) - tick).Should().ContainSingle();
        Errors(options => options.Lifetime = TimeSpan.FromDays(30)).Should().BeEmpty();
        Errors(options => options.Lifetime = TimeSpan.FromDays(30) + tick).Should().ContainSingle();
        Errors(options => options.MaxBodyBytes = 1024).Should().BeEmpty();
        Errors(options => options.MaxBodyBytes = 16 * 1024 * 1024).Should().BeEmpty();
        Errors(options => options.MaxBodyBytes = (16 * 1024 * 1024) + 1).Should().ContainSingle();
    }

    [Fact]
    public async Task They_are_validated_when_the_host_starts() =>
        (
            await FluentActions
                .Awaiting(() => WebhookHost.StartAsync(options => options.MaxBodyBytes = 0))
                .Should()
                .ThrowAsync<OptionsValidationException>()
        )
            .Which.Failures.Should()
            .ContainSingle()
            .Which.Should()
            .Contain("MaxBodyBytes is 0");

    [Fact]
    public void A_single_attempt_is_refused_because_a_callback_may_be_lost()
    {
        Errors(_ => { }, core => core.MaxAttempts = 1)
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain("MaxAttempts is 1");
        Errors(_ => { }, core => core.MaxAttempts = 2).Should().BeEmpty();
    }

    private static IReadOnlyList<string> Errors(
        Action<FullContactWebhookOptions> configure,
        Action<CustomerProfiles.CustomerProfilesOptions>? core = null
    )
    {
        using var services = new ServiceCollection()
            .AddCustomerProfiles(core)
            .AddFullContactWebhook(options =>
            {
                options.PublicAddress = new Uri(WebhookHost.PublicAddress);
                options.SigningKeys = [WebhookHost.Key];
            })
            .AddFullContactWebhook(configure)
            .Services.BuildServiceProvider();
        try
        {
            _ = services.GetRequiredService<IFullContactWebhook>();
            return [];
        }
        catch (OptionsValidationException invalid)
        {
            return [.. invalid.Failures];
        }
    }
}
