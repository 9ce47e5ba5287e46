using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace CustomerProfiles.Tests.Options;

public sealed class HostGlobalizationTests
{
    [Theory]
    [InlineData(HostProgram.WithGenericHost)]
    [InlineData(HostProgram.WithoutGenericHost)]
    public async Task A_host_in_invariant_globalization_mode_does_not_start_and_says_what_to_do(string kind)
    {
        var (exitCode, output) = await RunAsync(kind, isInvariant: true);

        exitCode.Should().Be(HostProgram.Refused, "{0}", output);
        output
            .Should()
            .Contain("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT")
            .And.Contain("InvariantGlobalization")
            .And.Contain("icu-libs")
            .And.Contain("text is not normalised")
            .And.NotContain("is not a domain", "what is right is not blamed");
    }

    [Theory]
    [InlineData(HostProgram.WithGenericHost)]
    [InlineData(HostProgram.WithoutGenericHost)]
    public async Task A_host_of_the_same_kind_in_the_usual_mode_starts(string kind)
    {
        var (exitCode, output) = await RunAsync(kind, isInvariant: false);

        exitCode.Should().Be(HostProgram.Started, "{0}", output);
    }

    [Fact]
    public void Nothing_is_wrong_with_this_host() => HostGlobalization.Defect.Should().BeNull();

    [Theory]
    [InlineData("normalisation does nothing", "text is not normalised", "domain names")]
    [InlineData("normalisation composes only", "text is not normalised", "domain names")]
    [InlineData("normalisation throws", "text is not normalised", "domain names")]
    [InlineData("capitals stay in domains", "domain names are not converted", "text is not")]
    [InlineData("domains stay in Unicode", "domain names are not converted", "text is not")]
    [InlineData("domains stay in ASCII", "domain names are not converted", "text is not")]
    [InlineData("domains throw", "domain names are not converted", "text is not")]
    public void Incomplete_globalization_support_is_reported(string defect, string said, string notSaid)
    {
        Func<string, NormalizationForm, string> normalize = defect switch
        {
            "normalisation does nothing" => (text, _) => text,
            "normalisation composes only" => (text, _) => text.Normalize(NormalizationForm.FormC),
            "normalisation throws" => (_, _) => throw new PlatformNotSupportedException(),
            _ => (text, form) => text.Normalize(form),
        };
        Func<string, string> toAscii = defect switch
        {
            "capitals stay in domains" => domain =>
                new IdnMapping().GetAscii(domain == domain.ToLowerInvariant() ? domain : "x" + domain),
            "domains stay in Unicode" => domain => domain,
            "domains throw" => _ => throw new ArgumentException("", nameof(defect)),
            _ => domain => new IdnMapping().GetAscii(domain),
        };
        Func<string, string> toUnicode = ascii =>
            defect == "domains stay in ASCII" ? ascii : new IdnMapping().GetUnicode(ascii);

        HostGlobalization
            .Find(normalize, toAscii, toUnicode)
            .Should()
            .Contain(said)
            .And.NotContain(notSaid)
            .And.Contain("icu-libs");
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string kind, bool isInvariant)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [typeof(HostProgram).Assembly.Location, kind]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = isInvariant ? "1" : "0";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
