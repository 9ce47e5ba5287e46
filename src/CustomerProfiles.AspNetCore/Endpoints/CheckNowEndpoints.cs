using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.AspNetCore;

/// <summary>The endpoint that requests a check now.</summary>
internal static class CheckNowEndpoints
{
    public static void Map(RouteGroupBuilder group) =>
        group
            .MapPost("/customers/{id}/providers/{provider}/check-now", CheckNowAsync)
            .WithName("CustomerProfiles.CheckNow")
            .WithSummary("Requests a check of a customer at a provider now, whatever the recheck policy says.")
            .Accepts<EmptyRequest>("application/json")
            .Produces<SidebarResponse>(StatusCodes.Status202Accepted)
            .ProducesProblems(
                StatusCodes.Status404NotFound,
                StatusCodes.Status409Conflict,
                StatusCodes.Status415UnsupportedMediaType
            );

    private static async Task<IResult> CheckNowAsync(HttpContext http, string id, string provider)
    {
        if (ApiCall.Of(http).Actor is not { } actor)
        {
            return Problems.NoActor();
        }

        if (string.IsNullOrWhiteSpace(provider))
        {
            return Problems.UnknownProvider();
        }

        return await http
            .RequestServices.GetRequiredService<CustomerAuthorization>()
            .ActAsync(
                http,
                id,
                [CustomerOperation.Administer],
                async (profiles, customer) =>
                    await profiles
                        .CheckNowAsync(customer.Id, provider, actor, http.RequestAborted)
                        .ConfigureAwait(false) switch
                    {
                        CheckNowOutcome.Requested => await ReadEndpoints
                            .SidebarOfAsync(http, customer, StatusCodes.Status202Accepted)
                            .ConfigureAwait(false),
                        CheckNowOutcome.NotFound => null,
                        var outcome => RefusalOf(http, outcome),
                    }
            )
            .ConfigureAwait(false);
    }

    private static IResult RefusalOf(HttpContext http, CheckNowOutcome outcome) =>
        outcome switch
        {
            CheckNowOutcome.TooSoon soon => Problems.TooSoon(http, soon.From),
            CheckNowOutcome.AlreadyPending => Problems.NotRequested(
                outcome.Code,
                "A check of this provider is waiting or running already."
            ),
            CheckNowOutcome.ProviderDisabled => Problems.NotRequested(
                outcome.Code,
                "The provider is disabled for the tenant."
            ),
            CheckNowOutcome.Suppressed => Problems.NotRequested(
                outcome.Code,
                "The customer is suppressed: they are not looked up at any provider."
            ),
            CheckNowOutcome.NothingToLookUpBy => Problems.NotRequested(
                outcome.Code,
                "The profile holds nothing that the provider can look up by."
            ),
            CheckNowOutcome.UnknownProvider => Problems.UnknownProvider(),
            _ => throw new InvalidOperationException($"Requesting a check ended as {outcome.Code}."),
        };
}
