using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.AspNetCore;

/// <summary>The endpoint that reads the history of a customer.</summary>
internal static class HistoryEndpoints
{
    /// <summary>The most changes on a page.</summary>
    private const int MostOnPage = 100;

    /// <summary>The changes on a page unless the request says otherwise.</summary>
    private const int UsualOnPage = 20;

    public static void Map(RouteGroupBuilder group) =>
        group
            .MapGet("/customers/{id}/history", GetHistoryAsync)
            .WithName("CustomerProfiles.GetHistory")
            .WithSummary("Reads what was changed, by whom, and what was there before, newest first, page by page.")
            .Produces<HistoryResponse>()
            .ProducesProblems(StatusCodes.Status404NotFound, StatusCodes.Status501NotImplemented);

    private static async Task<IResult> GetHistoryAsync(HttpContext http, string id, long? before, int? pageSize)
    {
        if (pageSize is < 1 or > MostOnPage)
        {
            return Problems.InvalidQuery($"pageSize is 1 to {MostOnPage}.");
        }

        var authorization = http.RequestServices.GetRequiredService<CustomerAuthorization>();
        var found = await authorization.FindAsync(http, id, CustomerOperation.History).ConfigureAwait(false);
        if (found.Profile is not { } customer)
        {
            return found.Refusal!;
        }

        HistoryPage? page;
        try
        {
            page = await ApiCall
                .Of(http)
                .Profiles.History.GetAsync(
                    customer.Id,
                    new HistoryQuery { Before = before, PageSize = pageSize ?? UsualOnPage },
                    http.RequestAborted
                )
                .ConfigureAwait(false);
        }
        catch (NotSupportedException)
        {
            return Problems.HistoryUnsupported();
        }

        return page is null ? Problems.NotFound()
            : !await authorization.IsStillAsync(http, customer).ConfigureAwait(false) ? Problems.Busy(http)
            : Results.Json(HistoryResponse.Of(page, customer.Id), WebJson.Default.HistoryResponse);
    }
}
