using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.AspNetCore;

/// <summary>The endpoints for providers, suppression and forgetting.</summary>
internal static class AdministerEndpoints
{
    public static void Map(RouteGroupBuilder group)
    {
        group
            .MapGet("/providers", GetProvidersAsync)
            .WithName("CustomerProfiles.GetProviders")
            .WithSummary("Lists the host's providers, and whether each one is enabled for the tenant.")
            .Produces<ProviderListResponse>();
        Describe(group.MapPost("/providers/{provider}/disable", DisableAsync))
            .WithName("CustomerProfiles.DisableProvider")
            .WithSummary("Disables a provider for the tenant: nothing new is gathered.")
            .Produces<ProviderListResponse>();
        Describe(group.MapPost("/providers/{provider}/enable", EnableAsync))
            .WithName("CustomerProfiles.EnableProvider")
            .WithSummary("Enables a provider for the tenant.")
            .Produces<ProviderListResponse>();
        Describe(group.MapPost("/providers/{provider}/remove-data", RemoveAllDataAsync))
            .WithName("CustomerProfiles.RemoveAllProviderData")
            .WithSummary("Removes everything from every profile of the tenant that a provider gave.")
            .Produces<RemovedDataResponse>();
        Describe(group.MapPost("/customers/{id}/providers/{provider}/remove-data", RemoveDataAsync))
            .WithName("CustomerProfiles.RemoveProviderData")
            .WithSummary("Removes everything from one profile that a provider gave.")
            .Produces<SidebarResponse>();
        Describe(group.MapPost("/customers/{id}/suppress", SuppressAsync))
            .WithName("CustomerProfiles.Suppress")
            .WithSummary("Suppresses a customer: no provider is called for them.")
            .Produces<SidebarResponse>();
        Describe(group.MapPost("/customers/{id}/unsuppress", UnsuppressAsync))
            .WithName("CustomerProfiles.Unsuppress")
            .WithSummary("Removes the marks that keep a customer from being looked up.")
            .Produces<SidebarResponse>();
        group
            .MapPost("/customers/{id}/history/redact", RedactAsync)
            .WithName("CustomerProfiles.RedactHistory")
            .WithSummary("Takes everything that a field ever held out of the history of a customer, to forget it.")
            .Accepts<RedactRequest>("application/json")
            .Produces<SidebarResponse>()
            .ProducesProblems(
                StatusCodes.Status404NotFound,
                StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType,
                StatusCodes.Status501NotImplemented
            );
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder endpoint) =>
        endpoint
            .Accepts<EmptyRequest>("application/json")
            .ProducesProblems(StatusCodes.Status404NotFound, StatusCodes.Status415UnsupportedMediaType);

    private static async Task<IResult> GetProvidersAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var providers = await ApiCall.Of(http).Profiles.GetProvidersAsync(cancellationToken).ConfigureAwait(false);
        return Results.Json(
            new ProviderListResponse { Providers = [.. providers.Select(ProviderStatusResponse.Of)] },
            WebJson.Default.ProviderListResponse
        );
    }

    private static Task<IResult> DisableAsync(HttpContext http, string provider) =>
        SetEnabledAsync(http, provider, isEnabled: false);

    private static Task<IResult> EnableAsync(HttpContext http, string provider) =>
        SetEnabledAsync(http, provider, isEnabled: true);

    private static async Task<IResult> SetEnabledAsync(HttpContext http, string provider, bool isEnabled)
    {
        var call = ApiCall.Of(http);
        if (call.Actor is not { } actor)
        {
            return Problems.NoActor();
        }

        if (string.IsNullOrWhiteSpace(provider))
        {
            return Problems.UnknownProvider();
        }

        var isKnown = isEnabled
            ? await call.Profiles.EnableProviderAsync(provider, actor, http.RequestAborted).ConfigureAwait(false)
            : await call.Profiles.DisableProviderAsync(provider, actor, http.RequestAborted).ConfigureAwait(false);
        return isKnown
            ? await GetProvidersAsync(http, http.RequestAborted).ConfigureAwait(false)
            : Problems.UnknownProvider();
    }

    private static Task<IResult> SuppressAsync(HttpContext http, string id) =>
        ChangeAsync(http, id, (profiles, customer, by) => profiles.SuppressAsync(customer, by, http.RequestAborted));

    private static Task<IResult> UnsuppressAsync(HttpContext http, string id) =>
        ChangeAsync(http, id, (profiles, customer, by) => profiles.UnsuppressAsync(customer, by, http.RequestAborted));

    private static Task<IResult> RemoveDataAsync(HttpContext http, string id, string provider) =>
        string.IsNullOrWhiteSpace(provider)
            ? Task.FromResult(Problems.UnknownProvider())
            : ChangeAsync(
                http,
                id,
                (profiles, customer, by) =>
                    profiles.Privacy.RemoveProviderDataAsync(provider, customer, by, http.RequestAborted)
            );

    private static async Task<IResult> RemoveAllDataAsync(HttpContext http, string provider)
    {
        var call = ApiCall.Of(http);
        if (call.Actor is not { } actor)
        {
            return Problems.NoActor();
        }

        if (string.IsNullOrWhiteSpace(provider))
        {
            return Problems.UnknownProvider();
        }

        var authorization = http.RequestServices.GetRequiredService<CustomerAuthorization>();
        if (!await authorization.AllowsEverybodyAsync(http, CustomerOperation.Administer).ConfigureAwait(false))
        {
            return Problems.NotAllowed();
        }

        // A provider whose contract has ended may not be registered any more.
        var changed = await call
            .Profiles.Privacy.RemoveProviderDataAsync(provider, actor, http.RequestAborted)
            .ConfigureAwait(false);
        return Results.Json(new RemovedDataResponse { Changed = changed }, WebJson.Default.RemovedDataResponse);
    }

    private static async Task<IResult> RedactAsync(HttpContext http, string id)
    {
        var body = await ApiCall.Of(http).ReadAsync(http.Request, WebJson.Default.RedactRequest).ConfigureAwait(false);
        if (body.Value is not { } request)
        {
            return body.Refusal!;
        }

        if (!ProfileField.TryParse(request.Field, out var field))
        {
            return Problems.UnknownField();
        }

        try
        {
            return await ChangeAsync(
                    http,
                    id,
                    (profiles, customer, _) => profiles.History.RedactAsync(customer, field, http.RequestAborted)
                )
                .ConfigureAwait(false);
        }
        catch (NotSupportedException)
        {
            return Problems.HistoryUnsupported();
        }
    }

    private static async Task<IResult> ChangeAsync(
        HttpContext http,
        string id,
        Func<ICustomerProfiles, CustomerId, Actor, ValueTask<bool>> change
    )
    {
        if (ApiCall.Of(http).Actor is not { } actor)
        {
            return Problems.NoActor();
        }

        return await http
            .RequestServices.GetRequiredService<CustomerAuthorization>()
            .ActAsync(
                http,
                id,
                [CustomerOperation.Administer],
                async (profiles, customer) =>
                    await change(profiles, customer.Id, actor).ConfigureAwait(false)
                        ? await ReadEndpoints.SidebarOfAsync(http, customer).ConfigureAwait(false)
                        : null
            )
            .ConfigureAwait(false);
    }
}
