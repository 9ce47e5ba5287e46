using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.AspNetCore;

/// <summary>The endpoint that creates a customer.</summary>
internal static class CreateEndpoints
{
    public static void Map(RouteGroupBuilder group) =>
        group
            .MapPost("/customers", CreateAsync)
            .WithName("CustomerProfiles.Create")
            .WithSummary("Creates a customer without a conversation, as a whole or not at all.")
            .Accepts<CreateRequest>("application/json")
            .Produces<SidebarResponse>(StatusCodes.Status201Created)
            .ProducesProblems(
                StatusCodes.Status409Conflict,
                StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType,
                StatusCodes.Status422UnprocessableEntity
            );

    private static async Task<IResult> CreateAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var call = ApiCall.Of(http);
        if (call.Actor is not { } actor)
        {
            return Problems.NoActor();
        }

        var authorization = http.RequestServices.GetRequiredService<CustomerAuthorization>();
        if (!await authorization.AllowsCreatingAsync(http).ConfigureAwait(false))
        {
            return Problems.NotAllowed();
        }

        var body = await call.ReadAsync(http.Request, WebJson.Default.CreateRequest).ConfigureAwait(false);
        if (body.Value is not { } request)
        {
            return body.Refusal!;
        }

        if (!request.TryRead(out var profile, out var error))
        {
            return Problems.InvalidCustomer(error);
        }

        return await call.Profiles.CreateAsync(profile, actor, cancellationToken).ConfigureAwait(false) switch
        {
            CreateOutcome.Created created => await ShowAsync(http, authorization, created.Profile)
                .ConfigureAwait(false),
            CreateOutcome.Exists exists => Problems.CustomerExists(
                await EditEndpoints.OwnerToShowAsync(http, exists.Id).ConfigureAwait(false)
            ),
            CreateOutcome.Rejected rejected => Problems.Rejected([
                .. rejected.Errors.Select(one => EditEndpoints.ErrorOf(one, [])),
            ]),
            CreateOutcome.DoNotKeep => Problems.DoNotKeep(),
            var other => throw new InvalidOperationException($"Creating a customer ended as {other.Code}."),
        };
    }

    /// <summary>The new customer. Who may create customers may not be allowed to read them.</summary>
    private static async ValueTask<IResult> ShowAsync(
        HttpContext http,
        CustomerAuthorization authorization,
        CustomerProfile customer
    )
    {
        http.Response.Headers.Location = AddressOf(http.Request, customer.Id);
        return await authorization.AllowsAsync(http, customer, CustomerOperation.Read).ConfigureAwait(false)
            ? await ReadEndpoints.SidebarOfAsync(http, customer, StatusCodes.Status201Created).ConfigureAwait(false)
            : Results.StatusCode(StatusCodes.Status201Created);
    }

    /// <summary>The address of the sidebar, without a host name that the caller could choose.</summary>
    private static string AddressOf(HttpRequest request, CustomerId id) =>
        request.PathBase.Add(new PathString($"{request.Path.Value!.TrimEnd('/')}/{id}/sidebar")).ToUriComponent();
}
