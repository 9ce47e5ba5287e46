using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using CustomerProfiles.AspNetCore.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.AspNetCore.Tests;

/// <summary>The files of the elements.</summary>
public sealed partial class AssetTests
{
    [Fact]
    public async Task The_files_are_served_to_everybody_whatever_the_fallback_policy()
    {
        await using var host = await WebHost.StartAsync(services: services =>
            services
                .AddAuthorizationBuilder()
                .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build())
        );

        var entry = await host.GetAsync("/elements.js", user: null);
        var module = await host.GetAsync($"/assets/{ModuleOf(entry)}", user: null);

        entry.Status.Should().Be(HttpStatusCode.OK);
        entry.Headers["Content-Type"].Should().Be("text/javascript; charset=utf-8");
        module.Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_hashed_file_never_changes_and_the_entry_is_always_asked_for()
    {
        await using var host = await WebHost.StartAsync();

        var entry = await host.GetAsync("/elements.js");
        var unchanged = await host.GetAsync("/elements.js", WebHost.Kim, ("If-None-Match", entry.Headers["ETag"]));
        var module = await host.GetAsync($"/assets/{ModuleOf(entry)}");

        entry.Headers["Cache-Control"].Should().Be("no-cache");
        unchanged.Status.Should().Be(HttpStatusCode.NotModified);
        unchanged.Bytes.Should().BeEmpty();
        module.Headers["Cache-Control"].Should().Be("public, max-age=31536000, immutable");
        module.Headers["X-Content-Type-Options"].Should().Be("nosniff");
    }

    [Fact]
    public async Task The_module_names_only_files_that_are_there()
    {
        await using var host = await WebHost.StartAsync();
        var module = (await host.GetAsync($"/assets/{ModuleOf(await host.GetAsync("/elements.js"))}")).Text;

        module.Should().NotContain("@files");
        var names = Hashed().Matches(module).Select(match => match.Value).ToArray();
        names.Should().HaveCount(3, "there are a stylesheet and the texts of two languages");
        foreach (var name in names)
        {
            (await host.GetAsync($"/assets/{name}")).Status.Should().Be(HttpStatusCode.OK, name);
        }
    }

    [Theory]
    [InlineData("/assets/customer-profiles.js")]
    [InlineData("/assets/customer-profiles.0123456789abcdef.js")]
    [InlineData("/assets/..%2felements.js")]
    [InlineData("/assets/texts.en.json")]
    public async Task A_file_that_is_not_there_is_not_found(string path)
    {
        await using var host = await WebHost.StartAsync();

        (await host.GetAsync(path)).Status.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_texts_of_the_host_replace_the_bundled_ones()
    {
        await using var host = await WebHost.StartAsync(options =>
        {
            options.Texts["fr"] = new Dictionary<string, string> { ["save"] = "Enregistrer" };
            options.Texts["de"] = new Dictionary<string, string> { ["save"] = "Sichern" };
        });
        var module = (await host.GetAsync($"/assets/{ModuleOf(await host.GetAsync("/elements.js"))}")).Text;

        async Task<(string? Save, string? Cancel)> TextsOf(string culture)
        {
            var name = Hashed().Matches(module).Single(match => match.Value.StartsWith($"texts.{culture}.")).Value;
            var texts = (await host.GetAsync($"/assets/{name}")).Json;
            return ((string?)texts["save"], (string?)texts["cancel"]);
        }

        (await TextsOf("fr")).Should().Be(("Enregistrer", "Cancel"));
        (await TextsOf("de")).Should().Be(("Sichern", "Abbrechen"));
        (await TextsOf("en")).Should().Be(("Save", "Cancel"));
    }

    [Fact]
    public async Task Module_and_stylesheet_have_at_most_40_KB_gzipped()
    {
        await using var host = await WebHost.StartAsync();
        var name = ModuleOf(await host.GetAsync("/elements.js"));
        var module = await host.GetAsync($"/assets/{name}");
        var style = Hashed().Matches(module.Text).Single(match => match.Value.EndsWith(".css")).Value;

        var size = Gzipped(module.Bytes) + Gzipped((await host.GetAsync($"/assets/{style}")).Bytes);

        size.Should().BeLessThanOrEqualTo(40 * 1024);
    }

    [Fact]
    public async Task No_value_can_become_markup_or_script()
    {
        await using var host = await WebHost.StartAsync();
        var module = (await host.GetAsync($"/assets/{ModuleOf(await host.GetAsync("/elements.js"))}")).Text;

        foreach (
            var sink in new[]
            {
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "new Function",
                "srcdoc",
                ".style.",
            }
        )
        {
            module.Should().NotContain(sink);
        }
    }

    /// <summary>A text that the module asks for and no file has would be shown as nothing.</summary>
    [Fact]
    public async Task Every_text_that_the_module_names_is_there_in_both_languages()
    {
        await using var host = await WebHost.StartAsync();
        var module = (await host.GetAsync($"/assets/{ModuleOf(await host.GetAsync("/elements.js"))}")).Text;
        var used = Used().Matches(module).Select(match => match.Groups["key"].Value).Distinct().ToArray();
        used.Should().HaveCountGreaterThan(50);

        foreach (var culture in new[] { "en", "de" })
        {
            var name = Hashed().Matches(module).Single(match => match.Value.StartsWith($"texts.{culture}.")).Value;
            var texts = (await host.GetAsync($"/assets/{name}")).Json.AsObject();
            used.Where(key => !texts.ContainsKey(key)).Should().BeEmpty();
            texts.Should().OnlyContain(text => text.Value!.GetValue<string>().Length > 0);
            var codes = ProfileField
                .All.Select(field => $"field.{field.Code}")
                .Concat(Enum.GetNames<FieldErrorCode>().Select(code => $"error.{code}"))
                .Concat(Enum.GetNames<CheckOutcome>().Select(outcome => $"outcome.{outcome}"))
                .Concat(Enum.GetNames<ProviderFailure>().Select(failure => $"failure.{failure}"))
                .Concat(Enum.GetNames<HistoryKind>().Select(kind => $"change.{kind}"));
            codes.Where(key => !texts.ContainsKey(key)).Should().BeEmpty();
        }
    }

    private static string ModuleOf(Reply entry) => Hashed().Match(entry.Text).Value;

    private static long Gzipped(byte[] content)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return buffer.Length;
    }

    [GeneratedRegex(@"[\w.-]+\.[0-9a-f]{16}\.(json|js|css)")]
    private static partial Regex Hashed();

    [GeneratedRegex("""this\.t\("(?<key>[^"]+)"[,)]""")]
    private static partial Regex Used();
}
