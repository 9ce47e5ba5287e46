using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.AspNetCore;

/// <summary>
/// The endpoints that show what reverting a change would do, and do it. A preview has an address of its own: each
/// endpoint then has one kind of response, and a flag that is forgotten cannot write.
/// </summary>
internal static class RevertEndpoints
{
    public static void Map(RouteGroupBuilder group)
    {
        group
            .MapPost("/customers/{id}/history/{number:long}/revert/preview", PreviewAsync)
            .WithName("CustomerProfiles.PreviewRevert")
            .WithSummary("Says what reverting a change would do. Nothing is written.")
            .Accepts<RevertPreviewRequest>("application/json")
            .Produces<RevertPreviewResponse>()
            .ProducesProblems(
                StatusCodes.Status404NotFound,
                StatusCodes.Status409Conflict,
                StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType,
                StatusCodes.Status501NotImplemented
            );
        group
            .MapPost("/customers/{id}/history/{number:long}/revert", RevertAsync)
            .WithName("CustomerProfiles.Revert")
            .WithSummary("Reverts a change as a preview has shown it.")
            .Accepts<RevertRequest>("application/json")
            .Produces<SidebarResponse>()
            .ProducesProblems(
                StatusCodes.Status404NotFound,
                StatusCodes.Status409Conflict,
                StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType,
                StatusCodes.Status422UnprocessableEntity,
                StatusCodes.Status428PreconditionRequired,
                StatusCodes.Status501NotImplemented
            );
    }

    private static async Task<IResult> PreviewAsync(HttpContext http, string id, long number)
    {
        var call = ApiCall.Of(http);
        if (call.Actor is not { } actor)
        {
            return Problems.NoActor();
        }

        var body = await call.ReadAsync(http.Request, WebJson.Default.RevertPreviewRequest).ConfigureAwait(false);
        if (body.Value is not { } request)
        {
            return body.Refusal!;
        }

        return await DraftAsync(
                http,
                id,
                number,
                request.Scope,
                actor,
                (_, draft) =>
                    Task.FromResult<IResult?>(Results.Json(Show(http, draft), WebJson.Default.RevertPreviewResponse))
            )
            .ConfigureAwait(false);
    }

    private static async Task<IResult> RevertAsync(HttpContext http, string id, long number)
    {
        var call = ApiCall.Of(http);
        if (call.Actor is not { } actor)
        {
            return Problems.NoActor();
        }

        var body = await call.ReadAsync(http.Request, WebJson.Default.RevertRequest).ConfigureAwait(false);
        if (body.Value is not { } request)
        {
            return body.Refusal!;
        }

        if (request.Version is null)
        {
            return Problems.PreviewMissing();
        }

        return await DraftAsync(
                http,
                id,
                number,
                request.Scope,
                actor,
                (profiles, draft) => SaveAsync(http, profiles, draft, request)
            )
            .ConfigureAwait(false);
    }

    private static async Task<IResult?> SaveAsync(
        HttpContext http,
        ICustomerProfiles profiles,
        RevertOutcome.Drafted draft,
        RevertRequest request
    )
    {
        if (!string.Equals(request.Version, Show(http, draft).Version, StringComparison.Ordinal))
        {
            return Problems.Stale();
        }

        foreach (var name in request.Overwrite ?? [])
        {
            var conflict = draft.Conflicts.FirstOrDefault(one =>
                string.Equals(one.Field.Code, name?.Field, StringComparison.Ordinal)
                && string.Equals(one.Key, name?.Key ?? "", StringComparison.Ordinal)
            );
            if (conflict is null)
            {
                return Problems.InvalidRevert();
            }

            draft.Overwrite(conflict);
        }

        return await profiles.SaveAsync(draft.Edit, http.RequestAborted).ConfigureAwait(false) switch
        {
            SaveOutcome.Saved => await ReadEndpoints.SidebarOfAsync(http, draft.Edit.Profile).ConfigureAwait(false),
            SaveOutcome.Rejected rejected => Problems.Rejected([
                .. rejected.Errors.Select(error => EditEndpoints.ErrorOf(error, [])),
            ]),
            SaveOutcome.Conflict => Problems.Stale(),
            SaveOutcome.IdentityTaken taken => Problems.IdentityTaken(
                await EditEndpoints.OwnerToShowAsync(http, taken.Owner).ConfigureAwait(false)
            ),
            SaveOutcome.DoNotKeep => Problems.DoNotKeep(),
            SaveOutcome.Busy => Problems.Busy(http),
            _ => null,
        };
    }

    /// <summary>Drafts the revert and goes on with it, once the caller may see the history and edit the
    /// customer.</summary>
    private static Task<IResult> DraftAsync(
        HttpContext http,
        string id,
        long number,
        RevertRange range,
        Actor actor,
        Func<ICustomerProfiles, RevertOutcome.Drafted, Task<IResult?>> goOn
    ) =>
        http
            .RequestServices.GetRequiredService<CustomerAuthorization>()
            .ActAsync(
                http,
                id,
                [CustomerOperation.History, CustomerOperation.Edit],
                async (profiles, customer) =>
                {
                    RevertOutcome outcome;
                    try
                    {
                        outcome = await profiles
                            .History.DraftRevertAsync(
                                customer.Id,
                                number,
                                range == RevertRange.EverythingSince
                                    ? RevertScope.EverythingSince
                                    : RevertScope.OneChange,
                                actor,
                                http.RequestAborted
                            )
                            .ConfigureAwait(false);
                    }
                    catch (NotSupportedException)
                    {
                        return Problems.HistoryUnsupported();
                    }

                    return outcome switch
                    {
                        RevertOutcome.Drafted draft => await goOn(profiles, draft).ConfigureAwait(false),
                        RevertOutcome.IsMerge => Problems.IsMerge(),
                        RevertOutcome.EntryNotFound => Problems.EntryNotFound(),
                        _ => null,
                    };
                }
            );

    private static RevertPreviewResponse Show(HttpContext http, RevertOutcome.Drafted draft) =>
        RevertPreviewResponse.Of(draft, http.RequestServices.GetRequiredService<IEditRules>());
}
