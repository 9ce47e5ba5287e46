using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NodaTime;

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

        // The id of a customer who was erased finds nobody, so the policy is evaluated for the customer of the receipt.
        var authorization = http.RequestServices.GetRequiredService<CustomerAuthorization>();
        return await authorization.FindErasureAsync(http, id).ConfigureAwait(false) is { } receipt
            ? ReceiptOf(receipt, alreadyErased: true)
            : await authorization
                .ActAsync(
                    http,
                    id,
                    [CustomerOperation.Administer],
                    async (profiles, customer) =>
                        // Erasing is final, so a page that shows somebody under an absorbed id must not erase whoever
                        // absorbed them.
                        CustomerId.Parse(id, provider: null) != customer.Id
                            ? Problems.MergedInto(customer.Id)
                            : await EraseExactlyAsync(http, profiles, customer.Id, request, actor).ConfigureAwait(false)
                )
                .ConfigureAwait(false);
    }

    private static IResult ReceiptOf(ErasureReceipt receipt, bool alreadyErased) =>
        Results.Json(ErasedResponse.Of(receipt, alreadyErased), WebJson.Default.ErasedResponse);

    private static async Task<IResult?> EraseExactlyAsync(
        HttpContext http,
        ICustomerProfiles profiles,
        CustomerId id,
        EraseRequest request,
        Actor actor
    )
    {
        try
        {
            var absorbed = request.IncludeAbsorbed ? await AbsorbedAsync(http, id).ConfigureAwait(false) : [];
            if (absorbed is null)
            {
                return Problems.NotAllowed();
            }

            var outcome = await profiles
                .Privacy.EraseAsync(id, actor, request.Read([.. absorbed]), http.RequestAborted)
                .ConfigureAwait(false);
            return outcome switch
            {
                EraseOutcome.Erased erased => ReceiptOf(erased.Receipt, alreadyErased: false),
                EraseOutcome.AlreadyErased erased => await http
                    .RequestServices.GetRequiredService<CustomerAuthorization>()
                    .MayShowAsync(http, erased.Receipt)
                    .ConfigureAwait(false)
                    ? ReceiptOf(erased.Receipt, alreadyErased: true)
                    : Problems.NotFound(),
                EraseOutcome.HasMerges merged when !request.IncludeAbsorbed => Problems.HasMerges(merged.Merges),
                EraseOutcome.NeedsKey => Problems.NeedsKey(),
                EraseOutcome.Busy => Problems.Busy(http),
                // Others were merged into them, or they into another, after the policy allowed it.
                _ => null,
            };
        }
        catch (NotSupportedException)
        {
            return Problems.EraseUnsupported();
        }
    }

    /// <summary>
    /// Evaluates the policy for those whom the customer has absorbed, as long as they can be separated again: until
    /// then they may be somebody else.
    /// </summary>
    /// <returns>Everybody whom the customer has absorbed, so that nobody who is absorbed after this is erased; null
    /// when the caller may not erase one of them.</returns>
    private static async ValueTask<List<CustomerId>?> AbsorbedAsync(HttpContext http, CustomerId id)
    {
        var authorization = http.RequestServices.GetRequiredService<CustomerAuthorization>();
        var merges = await ApiCall
            .Of(http)
            .Profiles.Merging.GetMergesAsync(id, http.RequestAborted)
            .ConfigureAwait(false);
        var services = http.RequestServices;
        var now = services.GetRequiredService<IClock>().GetCurrentInstant();
        var unmergeWithin = services.GetRequiredService<IOptions<CustomerProfilesOptions>>().Value.UnmergeWithin;
        var absorbed = new List<CustomerId>();
        foreach (var merge in merges)
        {
            if (
                now <= MergeRecordResponse.UndoUntilOf(merge, unmergeWithin)
                && !await authorization
                    .AllowsAsync(http, merge.From, CustomerOperation.Administer)
                    .ConfigureAwait(false)
            )
            {
                return null;
            }

            absorbed.Add(merge.From);
        }

        return absorbed;
    }
}
