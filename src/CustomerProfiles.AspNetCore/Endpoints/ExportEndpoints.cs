using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.AspNetCore;

/// <summary>The endpoint that exports everything that is held about a customer.</summary>
internal static class ExportEndpoints
{
    private const string Json = "application/json";

    public static void Map(RouteGroupBuilder group) =>
        group
            .MapGet("/customers/{id}/export", ExportAsync)
            .WithName("CustomerProfiles.Export")
            .WithSummary("Exports everything that is held about a customer, as a file to download.")
            .Produces<JsonObject>(StatusCodes.Status200OK, Json)
            .ProducesProblems(StatusCodes.Status404NotFound, StatusCodes.Status501NotImplemented);

    private static async Task<IResult> ExportAsync(HttpContext http, string id, bool? notes, bool? agents)
    {
        var authorization = http.RequestServices.GetRequiredService<CustomerAuthorization>();
        var found = await authorization.FindAsync(http, id, CustomerOperation.Administer).ConfigureAwait(false);
        if (found.Profile is not { } customer)
        {
            return found.Refusal!;
        }

        CustomerExport? export;
        try
        {
            export = await ApiCall
                .Of(http)
                .Profiles.Privacy.ExportAsync(
                    customer.Id,
                    new ExportOptions { IncludeNotes = notes ?? true, IncludeAgentIds = agents ?? false },
                    http.RequestAborted
                )
                .ConfigureAwait(false);
        }
        catch (NotSupportedException)
        {
            return Problems.ExportUnsupported();
        }

        // The id alone: the name of a file is seen by whoever sees the folder of downloads. It is another customer's
        // only when somebody has merged this one since the decision.
        return export is null ? Problems.NotFound()
            : export.Id != customer.Id ? Problems.Busy(http)
            : Results.Bytes(export.Json, Json, fileDownloadName: $"customer-{export.Id}.json");
    }
}
