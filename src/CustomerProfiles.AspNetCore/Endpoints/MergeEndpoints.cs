using CustomerProfiles.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles.AspNetCore;

/// <summary>The endpoints that merge two customers, list merges and undo them.</summary>
internal static class MergeEndpoints
{
    /// <summary>
    /// How often a call looks again at who is merged, while others merge the same customers, before it gives up.
    /// </summary>
    private const int MaxRaces = 3;

    public static void Map(RouteGroupBuilder group)
    {
        group
            .MapPost("/merges/preview", PreviewAsync)
            .WithName("CustomerProfiles.PreviewMerge")
            .WithSummary("Says what merging two customers would make of them. Nothing is written.")
            .Accepts<MergePreviewRequest>("application/json")
            .Produces<MergePreviewResponse>()
            .ProducesProblems(
                StatusCodes.Status404NotFound,
                StatusCodes.Status409Conflict,
                StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType,
                StatusCodes.Status422UnprocessableEntity,
                StatusCodes.Status501NotImplemented
            );
        group
            .MapPost("/merges", MergeAsync)
            .WithName("CustomerProfiles.Merge")
            .WithSummary("Merges two customers as a preview has shown it.")
            .Accepts<MergeCustomersRequest>("application/json")
            .Produces<MergedResponse>()
            .ProducesProblems(
                StatusCodes.Status404NotFound,
                StatusCodes.Status409Conflict,
                StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType,
                StatusCodes.Status422UnprocessableEntity,
                StatusCodes.Status428PreconditionRequired,
                StatusCodes.Status501NotImplemented
            );
        group
            .MapGet("/customers/{id}/merges", GetMergesAsync)
            .WithName("CustomerProfiles.GetMerges")
            .WithSummary("Lists the merges into a customer that were not undone, newest first.")
            .Produces<MergeListResponse>()
            .ProducesProblems(StatusCodes.Status404NotFound, StatusCodes.Status501NotImplemented);
        group
            .MapPost("/merges/{merge}/undo", UnmergeAsync)
            .WithName("CustomerProfiles.Unmerge")
            .WithSummary("Undoes a merge: there are two customers again.")
            .Accepts<UnmergeRequest>("application/json")
            .Produces<UnmergedResponse>()
            .ProducesProblems(
                StatusCodes.Status404NotFound,
                StatusCodes.Status409Conflict,
                StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType,
                StatusCodes.Status501NotImplemented
            );
    }

    private static async Task<IResult> PreviewAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var call = ApiCall.Of(http);
        var body = await call.ReadAsync(http.Request, WebJson.Default.MergePreviewRequest).ConfigureAwait(false);
        if (body.Value is not { } request)
        {
            return body.Refusal!;
        }

        if (StoreOf(http) is null)
        {
            return Problems.MergeUnsupported();
        }

        for (var race = 0; race < MaxRaces; race++)
        {
            var found = await FindAsync(http, request.From, request.Into).ConfigureAwait(false);
            if (found.Sides is not { } sides)
            {
                return found.Refusal!;
            }

            if (!request.TryRead(sides, out var merge, out var wrong))
            {
                return wrong;
            }

            var outcome = await call
                .Profiles.ByExactId()
                .Merging.PreviewAsync(merge, cancellationToken)
                .ConfigureAwait(false);
            switch (outcome)
            {
                case MergePreviewOutcome.Planned { Preview: { } preview } when sides.Are(preview):
                    return Results.Json(MergePreviewResponse.Of(preview), WebJson.Default.MergePreviewResponse);
                case MergePreviewOutcome.SameCustomer:
                    return Problems.SameCustomer();
                case MergePreviewOutcome.InvalidChoice invalid:
                    return Problems.InvalidChoice(request.ErrorOf(invalid.Choice));
                case MergePreviewOutcome.NotFound:
                    return Problems.NotFound();
                default:
                    // One of the two was merged since the caller was allowed to see them.
                    break;
            }
        }

        return Problems.Busy(http);
    }

    private static async Task<IResult> MergeAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var call = ApiCall.Of(http);
        if (call.Actor is not { } actor)
        {
            return Problems.NoActor();
        }

        var body = await call.ReadAsync(http.Request, WebJson.Default.MergeCustomersRequest).ConfigureAwait(false);
        if (body.Value is not { } request)
        {
            return body.Refusal!;
        }

        if (request.Versions is null)
        {
            return Problems.MergePreviewMissing();
        }

        if (StoreOf(http) is null)
        {
            return Problems.MergeUnsupported();
        }

        for (var race = 0; race < MaxRaces; race++)
        {
            var found = await FindAsync(http, request.From, request.Into).ConfigureAwait(false);
            if (found.Sides is not { } sides)
            {
                return found.Refusal!;
            }

            if (!request.TryRead(sides, out var merge, out var wrong))
            {
                return wrong;
            }

            var outcome = await call
                .Profiles.ByExactId()
                .Merging.MergeAsync(merge, actor, cancellationToken)
                .ConfigureAwait(false);
            switch (outcome)
            {
                case MergeOutcome.Merged merged:
                    return Results.Json(MergedResponse.Of(merge.From, merged), WebJson.Default.MergedResponse);
                case MergeOutcome.Changed { Preview: { } preview } when sides.Are(preview):
                    return Problems.Changed(MergePreviewResponse.Of(preview));
                case MergeOutcome.SameCustomer:
                    return Problems.SameCustomer();
                case MergeOutcome.InvalidChoice invalid:
                    return Problems.InvalidChoice(request.ErrorOf(invalid.Choice));
                case MergeOutcome.NotFound:
                    return Problems.NotFound();
                case MergeOutcome.Busy:
                    return Problems.Busy(http);
                default:
                    // One of the two was merged since the caller was allowed to see them. Nothing was done.
                    break;
            }
        }

        return Problems.Busy(http);
    }

    private static async Task<IResult> GetMergesAsync(HttpContext http, string id)
    {
        if (StoreOf(http) is null)
        {
            return Problems.MergeUnsupported();
        }

        var authorization = http.RequestServices.GetRequiredService<CustomerAuthorization>();
        var found = await authorization.FindAsync(http, id, CustomerOperation.Merge).ConfigureAwait(false);
        if (found.Profile is not { } customer)
        {
            return found.Refusal!;
        }

        var merges = await ApiCall
            .Of(http)
            .Profiles.Merging.GetMergesAsync(customer.Id, http.RequestAborted)
            .ConfigureAwait(false);
        if (!await authorization.IsStillAsync(http, customer).ConfigureAwait(false))
        {
            return Problems.Busy(http);
        }

        var services = http.RequestServices;
        var now = services.GetRequiredService<IClock>().GetCurrentInstant();
        var unmergeWithin = services.GetRequiredService<IOptions<CustomerProfilesOptions>>().Value.UnmergeWithin;
        return Results.Json(
            MergeListResponse.Of(customer.Id, merges, unmergeWithin, now),
            WebJson.Default.MergeListResponse
        );
    }

    private static async Task<IResult> UnmergeAsync(HttpContext http, string merge)
    {
        var call = ApiCall.Of(http);
        if (call.Actor is not { } actor)
        {
            return Problems.NoActor();
        }

        var body = await call.ReadAsync(http.Request, WebJson.Default.UnmergeRequest).ConfigureAwait(false);
        if (body.Value is not { } request)
        {
            return body.Refusal!;
        }

        if (!MergePreviewRequest.IsCaseReference(request.CaseReference))
        {
            return Problems.InvalidMerge(MergePreviewRequest.WrongCaseReference);
        }

        if (StoreOf(http) is not { } store)
        {
            return Problems.MergeUnsupported();
        }

        if (
            !MergeId.TryParse(merge, out var id)
            || await store.GetMergeAsync(call.Profiles.Tenant, id, http.RequestAborted).ConfigureAwait(false)
                is not { Sides: { From: not null, Into: not null } } stored
        )
        {
            return Problems.MergeNotFound();
        }

        var canBeUndone = CanBeUndone(http, stored);
        if (await RefuseAsync(http, stored.Record, canBeUndone).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        if (stored.UndoneAt is null && !canBeUndone)
        {
            return Problems.Lapsed();
        }

        var outcome = await call
            .Profiles.Merging.UnmergeAsync(id, actor, request.CaseReference, http.RequestAborted)
            .ConfigureAwait(false);
        return outcome switch
        {
            UnmergeOutcome.Unmerged unmerged => Results.Json(
                UnmergedResponse.Of(unmerged),
                WebJson.Default.UnmergedResponse
            ),
            UnmergeOutcome.Superseded superseded => Problems.Superseded(superseded.Merge),
            UnmergeOutcome.Lapsed => Problems.Lapsed(),
            UnmergeOutcome.AlreadyUnmerged => Problems.AlreadyUnmerged(),
            UnmergeOutcome.Busy => Problems.Busy(http),
            _ => Problems.MergeNotFound(),
        };
    }

    /// <summary>
    /// Finds both customers and evaluates the policy for each. Whoever is to be absorbed must not be absorbed yet: a
    /// page that does not know it would merge somebody else. Whoever is to stay may have been: then it is the survivor.
    /// </summary>
    private static async ValueTask<FoundSides> FindAsync(HttpContext http, string from, string into)
    {
        var authorization = http.RequestServices.GetRequiredService<CustomerAuthorization>();
        var absorbed = await authorization.FindAsync(http, from, CustomerOperation.Merge).ConfigureAwait(false);
        if (absorbed.Profile is not { } ofFrom)
        {
            return new FoundSides(null, absorbed.Refusal);
        }

        var staying = await authorization.FindAsync(http, into, CustomerOperation.Merge).ConfigureAwait(false);
        if (staying.Profile is not { } ofInto)
        {
            return new FoundSides(null, staying.Refusal);
        }

        // Merging the same two the other way round is refused with the first merge too.
        var fromId = CustomerId.Parse(from, provider: null);
        var intoId = CustomerId.Parse(into, provider: null);
        return ofFrom.Id != fromId ? await AlreadyAsync(http, fromId, ofFrom.Id).ConfigureAwait(false)
            : ofFrom.Id == ofInto.Id && ofInto.Id != intoId
                ? await AlreadyAsync(http, intoId, ofInto.Id).ConfigureAwait(false)
            : new FoundSides(new MergeSideIds(ofFrom.Id, ofInto.Id), null);
    }

    /// <summary>Says into whom a customer was merged: into the one that the policy allowed.</summary>
    private static async ValueTask<FoundSides> AlreadyAsync(HttpContext http, CustomerId absorbed, CustomerId survivor)
    {
        var resolution = await ApiCall
            .Of(http)
            .Profiles.Merging.ResolveAsync(absorbed, http.RequestAborted)
            .ConfigureAwait(false);
        return resolution is CustomerResolution.MergedInto merged && merged.Into == survivor
            ? new FoundSides(null, Problems.AlreadyMerged(merged.Into, merged.Merge))
            : new FoundSides(null, Problems.Busy(http));
    }

    private static bool CanBeUndone(HttpContext http, StoredMerge merge)
    {
        var services = http.RequestServices;
        var now = services.GetRequiredService<IClock>().GetCurrentInstant();
        var unmergeWithin = services.GetRequiredService<IOptions<CustomerProfilesOptions>>().Value.UnmergeWithin;
        return merge is { UndoneAt: null, Journal: not null }
            && now <= MergeRecordResponse.UndoUntilOf(merge.Record, unmergeWithin);
    }

    /// <summary>
    /// Evaluates the policy for undoing a merge: for its two customers, who are two again afterwards, and for whoever
    /// has absorbed them since. When it cannot be undone any more, absorbed ids are nobody of their own, and a host may
    /// have removed what it kept about them: then only for those to whom the ids lead.
    /// </summary>
    /// <returns>The response that refuses the call; null when it may go on.</returns>
    private static async ValueTask<IResult?> RefuseAsync(HttpContext http, MergeRecord merge, bool canBeUndone)
    {
        var authorization = http.RequestServices.GetRequiredService<CustomerAuthorization>();
        var profiles = ApiCall.Of(http).Profiles;
        HashSet<CustomerId> ids = canBeUndone ? [merge.From, merge.Into] : [];
        foreach (var side in new[] { merge.From, merge.Into })
        {
            if (await profiles.GetAsync(side, http.RequestAborted).ConfigureAwait(false) is { } current)
            {
                ids.Add(current.Id);
            }
        }

        if (ids.Count == 0)
        {
            return Problems.MergeNotFound();
        }

        foreach (var id in ids)
        {
            if (!await authorization.AllowsAsync(http, id, CustomerOperation.Read).ConfigureAwait(false))
            {
                return Problems.MergeNotFound();
            }
        }

        foreach (var id in ids)
        {
            if (!await authorization.AllowsAsync(http, id, CustomerOperation.Merge).ConfigureAwait(false))
            {
                return Problems.NotAllowed();
            }
        }

        return null;
    }

    private static IMergingStore? StoreOf(HttpContext http) =>
        http.RequestServices.GetRequiredService<ICustomerProfileStore>() as IMergingStore;

    /// <summary>Both customers, or the response that refuses the call.</summary>
    private readonly record struct FoundSides(MergeSideIds? Sides, IResult? Refusal);
}
