using System.Text.Encodings.Web;
using CustomerProfiles.AspNetCore.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.AspNetCore.Tests;

/// <summary>The description of the API that hosts publish and generate clients from.</summary>
public sealed class OpenApiTests
{
    private static readonly string Committed = Path.Combine(
        RepositoryRoot.Path,
        "tests",
        "CustomerProfiles.AspNetCore.Tests",
        "openapi.json"
    );

    /// <summary>
    /// A difference is a change of the API. Set CUSTOMERPROFILES_WRITE_OPENAPI=1 to write the file, and read the
    /// difference before committing it.
    /// </summary>
    [Fact]
    public async Task The_document_is_the_committed_one()
    {
        await using var host = await StartAsync();

        var document = (await host.GetAsync("/../openapi/v1.json")).Json;

        // They name the test program and the port.
        document.AsObject().Remove("info");
        document.AsObject().Remove("servers");
        var text =
            document.ToJsonString(new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })
            + "\n";
        if (Environment.GetEnvironmentVariable("CUSTOMERPROFILES_WRITE_OPENAPI") == "1")
        {
            await File.WriteAllTextAsync(Committed, text);
        }

        text.Should().Be(await File.ReadAllTextAsync(Committed));
    }

    [Fact]
    public async Task Every_endpoint_with_data_has_a_name_a_summary_a_tag_and_its_problems()
    {
        await using var host = await StartAsync();

        var paths = (await host.GetAsync("/../openapi/v1.json")).Json["paths"]!.AsObject();

        var operations = paths
            .SelectMany(path => path.Value!.AsObject().Where(one => one.Key != "parameters"))
            .ToArray();
        operations.Should().HaveCount(24);
        foreach (var (method, operation) in operations)
        {
            ((string)operation!["operationId"]!).Should().StartWith("CustomerProfiles.");
            ((string)operation["summary"]!).Should().EndWith(".");
            ((string)operation["tags"]![0]!).Should().Be("Customer profiles");
            var success = (string)operation["operationId"]! switch
            {
                "CustomerProfiles.Create" => "201",
                "CustomerProfiles.CheckNow" => "202",
                _ => "200",
            };
            operation["responses"]!.AsObject().Select(one => one.Key).Should().Contain([success, "400", "403", "503"]);
            (operation["requestBody"] is not null).Should().Be(method != "get");
        }
    }

    private static Task<WebHost> StartAsync() =>
        WebHost.StartAsync(
            services: services => services.AddOpenApi(),
            map: endpoints =>
            {
                endpoints.MapOpenApi();
                endpoints.MapCustomerProfiles();
            }
        );
}
