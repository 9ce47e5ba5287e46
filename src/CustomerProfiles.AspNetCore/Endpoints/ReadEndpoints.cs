using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles.AspNetCore;

/// <summary>The endpoints that read.</summary>
internal static class ReadEndpoints
{
    public static void Map(RouteGroupBuilder group)
    {
        group
            .MapGet("/customers/{id}/sidebar", GetSidebarAsync)
            .WithName("CustomerProfiles.GetSidebar")
            .WithSummary("Reads a profile as it is shown beside a conversation.")
            .Produces<SidebarResponse>()
            .ProducesProblems(StatusCodes.Status404NotFound);
        group
            .MapPost("/customers/search", SearchAsync)
            .WithName("CustomerProfiles.Search")
            .WithSummary("Finds customers by name, address, telephone number or company, page by page.")
            .Accepts<SearchRequest>("application/json")
            .Produces<SearchResponse>()
            .ProducesProblems(
                StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType,
                StatusCodes.Status501NotImplemented
            );
    }

    /// <summary>The view of a customer as the caller may see it, once they may read the customer.</summary>
    public static async Task<IResult> SidebarOfAsync(
        HttpContext http,
        CustomerProfile customer,
        int status = StatusCodes.Status200OK
    )
    {
        var view = await ApiCall
            .Of(http)
            .Profiles.GetSidebarAsync(customer.Id, http.RequestAborted)
            .ConfigureAwait(false);
        var authorization = http.RequestServices.GetRequiredService<CustomerAuthorization>();
        if (view is null || !await authorization.MayShowAsync(http, customer.Id, view.Profile).ConfigureAwait(false))
        {
            return Problems.NotFound();
        }

        var permissions = await authorization.PermissionsAsync(http, view.Profile).ConfigureAwait(false);
        var services = http.RequestServices;
        var response = SidebarResponse.Of(
            view,
            permissions,
            services.GetRequiredService<IOptions<CustomerProfilesOptions>>().Value.UnmergeWithin,
            services.GetRequiredService<IClock>().GetCurrentInstant()
        );
        return Results.Json(response, WebJson.Default.SidebarResponse, statusCode: status);
    }

    private static async Task<IResult> GetSidebarAsync(HttpContext http, string id)
    {
        var authorization = http.RequestServices.GetRequiredService<CustomerAuthorization>();
        var found = await authorization.FindAsync(http, id).ConfigureAwait(false);
        return found.Profile is { } customer
            ? await SidebarOfAsync(http, customer).ConfigureAwait(false)
            : found.Refusal!;
    }

    private static async Task<IResult> SearchAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var call = ApiCall.Of(http);
        var body = await call.ReadAsync(http.Request, WebJson.Default.SearchRequest).ConfigureAwait(false);
        if (body.Value is not { } request)
        {
            return body.Refusal!;
        }

        if (request.PageSize is < 1 or > SearchRequest.MostOnPage)
        {
            return Problems.InvalidSearch($"pageSize is 1 to {SearchRequest.MostOnPage}.");
        }

        var cursors = http.RequestServices.GetRequiredService<SearchCursorProtector>();
        if (!cursors.TryUnprotect(call.Profiles.Tenant, request.After, out var after))
        {
            return Problems.InvalidSearch("after is not from a page of this search.");
        }

        ProfileSearchPage page;
        try
        {
            page = await call
                .Profiles.SearchAsync(
                    new ProfileSearchQuery
                    {
                        Text = request.Text,
                        Company = request.Company,
                        Order = OrderOf(request.Order),
                        PageSize = request.PageSize ?? SearchRequest.UsualOnPage,
                        After = after,
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (ArgumentException)
        {
            return Problems.InvalidSearch("after is not from a page of this search.");
        }
        catch (NotSupportedException)
        {
            return Problems.SearchUnsupported();
        }

        var authorization = http.RequestServices.GetRequiredService<CustomerAuthorization>();
        var shown = new List<FoundCustomerResponse>();
        foreach (var profile in page.Profiles)
        {
            if (await authorization.AllowsAsync(http, profile, CustomerOperation.Read).ConfigureAwait(false))
            {
                shown.Add(FoundCustomerResponse.Of(profile));
            }
        }

        return Results.Json(
            new SearchResponse { Customers = [.. shown], Next = cursors.Protect(call.Profiles.Tenant, page.Next) },
            WebJson.Default.SearchResponse
        );
    }

    private static ProfileOrder OrderOf(SearchOrder order) =>
        order switch
        {
            SearchOrder.Name => ProfileOrder.Name,
            SearchOrder.LastChanged => ProfileOrder.LastChanged,
            SearchOrder.LastConversation => ProfileOrder.LastConversation,
            _ => ProfileOrder.BestMatch,
        };
}
