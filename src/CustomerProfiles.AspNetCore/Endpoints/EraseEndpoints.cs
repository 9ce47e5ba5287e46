using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.AspNetCore;

/// <summary>The endpoint that erases a customer.</summary>
internal static class EraseEndpoints
{
    public static void Map(RouteGroupBuilder group) =>
        group
            .MapPost("/customers/{id}/erase", EraseAsync)
            .WithName("CustomerProfiles.Erase")
            .WithSummary(
                "Erases a customer for good, and returns a receipt without personal data; the same one when sent again."
            )
            .Accepts<EraseRequest>("application/json")
            .Produces<ErasedResponse>()
            .ProducesProblems(
                StatusCodes.Status404NotFound,
                StatusCodes.Status409Conflict,
                StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType,
                StatusCodes.Status501NotImplemented
            );

    private static async Task<IResult> EraseAsync(HttpContext http, string id)
    {
        var call = ApiCall.Of(http);
        if (call.Actor is not { } actor)
        {
            return Problems.NoActor();
        }

        var body = await call.ReadAsync(http.Request, WebJson.Default.EraseRequest).ConfigureAwait(false);
        if (body.Value is not { } request)
        {
            return body.Refusal!;
        }

        if (!MergePreviewRequest.IsCaseReference(request.CaseReference))
        {
            return Problems.InvalidErasure(MergePreviewRequest.WrongCaseReference);
        }

        var authorization = http.RequestServices.GetRequiredService<CustomerAuthorization>();
        var found = await authorization.FindAsync(http, id, CustomerOperation.Administer).ConfigureAwait(false);
        if (found.Profile is not { } customer)
        {
            // Nobody is found by the id of somebody who was erased, so that is decided about by the receipt.
            return await authorization.FindErasureAsync(http, id).ConfigureAwait(false) is { } receipt
                ? ReceiptOf(receipt, alreadyErased: true)
                : found.Refusal!;
        }

        // Erasing is final, so a page that shows somebody under an absorbed id must not erase whoever absorbed them.
        if (CustomerId.Parse(id, provider: null) != customer.Id)
        {
            return Problems.MergedInto(customer.Id);
        }

        try
        {
            if (
                request.IncludeAbsorbed
                && await RefuseAbsorbedAsync(http, authorization, customer.Id).ConfigureAwait(false) is { } refusal
            )
            {
                return refusal;
            }

            var outcome = await call
                .Profiles.Privacy.EraseAsync(customer.Id, actor, request.Read(), http.RequestAborted)
                .ConfigureAwait(false);
            return outcome switch
            {
                EraseOutcome.Erased erased => ReceiptOf(erased.Receipt, alreadyErased: false),
                EraseOutcome.AlreadyErased erased => await authorization
                    .MayShowAsync(http, erased.Receipt)
                    .ConfigureAwait(false)
                    ? ReceiptOf(erased.Receipt, alreadyErased: true)
                    : Problems.NotFound(),
                EraseOutcome.HasMerges merged => Problems.HasMerges(merged.Merges),
                EraseOutcome.NeedsKey => Problems.NeedsKey(),
                EraseOutcome.MergedInto or EraseOutcome.Busy => Problems.Busy(http),
                _ => Problems.NotFound(),
            };
        }
        catch (NotSupportedException)
        {
            return Problems.EraseUnsupported();
        }
    }

    private static IResult ReceiptOf(ErasureReceipt receipt, bool alreadyErased) =>
        Results.Json(ErasedResponse.Of(receipt, alreadyErased), WebJson.Default.ErasedResponse);

    /// <summary>Decides about everybody whom the customer has absorbed: they may be somebody else.</summary>
    /// <returns>The response that refuses the call; null when it may go on.</returns>
    private static async ValueTask<IResult?> RefuseAbsorbedAsync(
        HttpContext http,
        CustomerAuthorization authorization,
        CustomerId id
    )
    {
        var merges = await ApiCall
            .Of(http)
            .Profiles.Merging.GetMergesAsync(id, http.RequestAborted)
            .ConfigureAwait(false);
        foreach (var merge in merges)
        {
            if (!await authorization.AllowsAsync(http, merge.From, CustomerOperation.Administer).ConfigureAwait(false))
            {
                return Problems.NotAllowed();
            }
        }

        return null;
    }
}
