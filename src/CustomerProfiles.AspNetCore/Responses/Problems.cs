using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.AspNetCore;

/// <summary>
/// Every reason why a request is refused. None repeats anything of the request, but for the key of an entry that has an
/// error.
/// </summary>
internal static class Problems
{
    public const string ContentType = "application/problem+json";

    private const string TypePrefix = "urn:customerprofiles:problem:";

    public static IResult NotFound() => Of(StatusCodes.Status404NotFound, "not-found", "There is no such customer.");

    public static IResult UnknownProvider() =>
        Of(StatusCodes.Status404NotFound, "unknown-provider", "This host has no provider of this name.");

    public static IResult EntryNotFound() =>
        Of(
            StatusCodes.Status404NotFound,
            "entry-not-found",
            "The history of the customer has no such change: it is too old, or there never was one."
        );

    public static IResult NotAllowed() =>
        Of(StatusCodes.Status403Forbidden, "not-allowed", "The signed-in user may not do this.");

    public static IResult NoTenant() =>
        Of(StatusCodes.Status403Forbidden, "no-tenant", "The signed-in user belongs to no tenant.");

    public static IResult NoActor() =>
        Of(StatusCodes.Status403Forbidden, "no-actor", "The signed-in user is no agent who could change something.");

    public static IResult ForeignOrigin() =>
        Of(StatusCodes.Status403Forbidden, "foreign-origin", "The request comes from a page of another origin.");

    public static IResult NotJson() =>
        Of(
            StatusCodes.Status415UnsupportedMediaType,
            "not-json",
            "The body is JSON in UTF-8, with the content type application/json."
        );

    public static IResult TooLarge(int most) =>
        Of(StatusCodes.Status413PayloadTooLarge, "too-large", $"The body has at most {most} bytes.");

    public static IResult InvalidBody() =>
        Of(
            StatusCodes.Status400BadRequest,
            "invalid-body",
            "The body is not the JSON that the endpoint takes; see its OpenAPI description."
        );

    public static IResult InvalidSearch(string why) => Of(StatusCodes.Status400BadRequest, "invalid-search", why);

    public static IResult InvalidChange(string why) => Of(StatusCodes.Status400BadRequest, "invalid-change", why);

    public static IResult InvalidQuery(string why) => Of(StatusCodes.Status400BadRequest, "invalid-query", why);

    public static IResult InvalidRevert() =>
        Of(StatusCodes.Status400BadRequest, "invalid-revert", "overwrite names only conflicts of the preview.");

    public static IResult UnknownField() =>
        Of(StatusCodes.Status400BadRequest, "unknown-field", "The request names a field that does not exist.");

    public static IResult OfBrokenRequest(int status) =>
        status == StatusCodes.Status413PayloadTooLarge
            ? Of(status, "too-large", "The body is longer than the server allows.")
            : Of(status, "broken-request", "The request could not be read.");

    public static IResult SearchUnsupported() =>
        Of(StatusCodes.Status501NotImplemented, "search-unsupported", "The store of this host has no search.");

    public static IResult HistoryUnsupported() =>
        Of(StatusCodes.Status501NotImplemented, "history-unsupported", "The store of this host keeps no history.");

    public static IResult MergeUnsupported() =>
        Of(StatusCodes.Status501NotImplemented, "merge-unsupported", "The store of this host cannot merge customers.");

    public static IResult InvalidMerge(string why) => Of(StatusCodes.Status400BadRequest, "invalid-merge", why);

    public static IResult MergeNotFound() =>
        Of(StatusCodes.Status404NotFound, "merge-not-found", "There is no such merge.");

    public static IResult MergePreviewMissing() =>
        Of(
            StatusCodes.Status428PreconditionRequired,
            "version-missing",
            "Merging names the versions of the preview that was shown."
        );

    public static IResult Changed(MergePreviewResponse preview) =>
        Of(
            new ProblemResponse
            {
                Type = TypePrefix + "changed",
                Title = "One of the customers has changed since the preview. Nothing was merged; look at the new one.",
                Status = StatusCodes.Status409Conflict,
                Code = "changed",
                Preview = preview,
            }
        );

    public static IResult AlreadyMerged(CustomerId into, MergeId merge) =>
        Of(
            new ProblemResponse
            {
                Type = TypePrefix + "already-merged",
                Title = "The customers are merged already. Nothing was done.",
                Status = StatusCodes.Status409Conflict,
                Code = "already-merged",
                Into = into.ToString(),
                Merge = merge.ToString(),
            }
        );

    public static IResult SameCustomer() =>
        Of(StatusCodes.Status422UnprocessableEntity, "same-customer", "Both ids are those of one customer.");

    public static IResult InvalidChoice(ChangeErrorResponse error) =>
        Of(
            new ProblemResponse
            {
                Type = TypePrefix + "invalid-choice",
                Title = "A choice cannot be made. Nothing was merged.",
                Status = StatusCodes.Status422UnprocessableEntity,
                Code = "invalid-choice",
                Errors = [error],
            }
        );

    public static IResult Superseded(MergeId by) =>
        Of(
            new ProblemResponse
            {
                Type = TypePrefix + "superseded",
                Title = "The merged customer was merged again since. Undo that merge first.",
                Status = StatusCodes.Status409Conflict,
                Code = "superseded",
                Merge = by.ToString(),
            }
        );

    public static IResult Lapsed() => Of(StatusCodes.Status409Conflict, "lapsed", "The merge is too old to be undone.");

    public static IResult AlreadyUnmerged() =>
        Of(StatusCodes.Status409Conflict, "already-unmerged", "The merge is undone already.");

    public static IResult IsMerge() =>
        Of(
            StatusCodes.Status409Conflict,
            "is-merge",
            "The change is a merge, or undoing one, or came before one. Undo the merge instead."
        );

    public static IResult PreviewMissing() =>
        Of(
            StatusCodes.Status428PreconditionRequired,
            "version-missing",
            "Reverting names the version of the preview that was shown."
        );

    public static IResult Stale() =>
        Of(
            StatusCodes.Status409Conflict,
            "stale",
            "Reverting would no longer do what the preview has shown. Nothing was saved; preview it again."
        );

    public static IResult InvalidCustomer(string why) => Of(StatusCodes.Status400BadRequest, "invalid-customer", why);

    public static IResult ExportUnsupported() =>
        Of(StatusCodes.Status501NotImplemented, "export-unsupported", "The store of this host cannot export.");

    public static IResult EraseUnsupported() =>
        Of(StatusCodes.Status501NotImplemented, "erase-unsupported", "The store of this host cannot erase customers.");

    public static IResult InvalidErasure(string why) => Of(StatusCodes.Status400BadRequest, "invalid-erasure", why);

    public static IResult NeedsKey() =>
        Of(
            StatusCodes.Status409Conflict,
            "needs-key",
            "The host has no key to keep marks with. Nobody was erased; erase with identities \"forget\", or add a key."
        );

    public static IResult MergedInto(CustomerId into) =>
        Of(
            new ProblemResponse
            {
                Type = TypePrefix + "merged-into",
                Title = "The customer was merged into another. Nobody was erased; erase the other, or undo the merge.",
                Status = StatusCodes.Status409Conflict,
                Code = "merged-into",
                Into = into.ToString(),
            }
        );

    public static IResult HasMerges(ImmutableArray<MergeId> merges) =>
        Of(
            new ProblemResponse
            {
                Type = TypePrefix + "has-merges",
                Title = "Others were merged into the customer and can still be separated. Nobody was erased.",
                Status = StatusCodes.Status409Conflict,
                Code = "has-merges",
                Merges = [.. merges.Select(merge => merge.ToString())],
            }
        );

    public static IResult DoNotKeep() =>
        Of(
            StatusCodes.Status409Conflict,
            "do-not-keep",
            "An identity is that of somebody who was erased and is not to be kept. Nothing was saved."
        );

    public static IResult VersionMissing() =>
        Of(
            StatusCodes.Status428PreconditionRequired,
            "version-missing",
            "Every change names the version of the entry as it was shown."
        );

    public static IResult Conflict(ConflictResponse[] conflicts) =>
        Of(
            new ProblemResponse
            {
                Type = TypePrefix + "conflict",
                Title = "Another person changed the same entries meanwhile. Nothing was saved.",
                Status = StatusCodes.Status409Conflict,
                Code = "conflict",
                Conflicts = conflicts,
            }
        );

    public static IResult Rejected(ChangeErrorResponse[] errors) =>
        Of(
            new ProblemResponse
            {
                Type = TypePrefix + "rejected",
                Title = "Some changes cannot be saved. Nothing was saved.",
                Status = StatusCodes.Status422UnprocessableEntity,
                Code = "rejected",
                Errors = errors,
            }
        );

    public static IResult IdentityTaken(CustomerId? owner) =>
        Of(
            new ProblemResponse
            {
                Type = TypePrefix + "identity-taken",
                Title = "An e-mail address belongs to another customer. Nothing was saved.",
                Status = StatusCodes.Status409Conflict,
                Code = "identity-taken",
                OwnerId = owner?.ToString(),
            }
        );

    public static IResult CustomerExists(CustomerId? customer) =>
        Of(
            new ProblemResponse
            {
                Type = TypePrefix + "customer-exists",
                Title = "There is a customer with this id or one of these identities. Nothing was created.",
                Status = StatusCodes.Status409Conflict,
                Code = "customer-exists",
                CustomerId = customer?.ToString(),
            }
        );

    /// <summary>Why no check is requested now.</summary>
    public static IResult NotRequested(string code, string title) => Of(StatusCodes.Status409Conflict, code, title);

    public static IResult TooSoon(HttpContext http, Instant from)
    {
        var now = http.RequestServices.GetRequiredService<IClock>().GetCurrentInstant();
        SetRetryAfter(http, Math.Max(1, (int)Math.Ceiling((from - now).TotalSeconds)));
        return Of(
            new ProblemResponse
            {
                Type = TypePrefix + "too-soon",
                Title = "The provider was asked less than ten minutes ago.",
                Status = StatusCodes.Status409Conflict,
                Code = "too-soon",
                From = WebTime.Of(from),
            }
        );
    }

    public static IResult Busy(HttpContext http) =>
        TryLater(http, "busy", "Others changed the profile again and again. Nothing was saved; send it again.", 1);

    public static IResult Unavailable(HttpContext http) =>
        TryLater(http, "unavailable", "The request could not be handled now.", 5);

    /// <summary>Says in the OpenAPI description which statuses come with a problem.</summary>
    public static TBuilder ProducesProblems<TBuilder>(this TBuilder builder, params int[] statuses)
        where TBuilder : IEndpointConventionBuilder
    {
        foreach (var status in statuses)
        {
            builder.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(ProblemResponse), [ContentType]));
        }

        return builder;
    }

    private static IResult TryLater(HttpContext http, string code, string title, int seconds)
    {
        SetRetryAfter(http, seconds);
        return Of(StatusCodes.Status503ServiceUnavailable, code, title);
    }

    private static void SetRetryAfter(HttpContext http, int seconds) =>
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);

    private static IResult Of(int status, string code, string title) =>
        Of(
            new ProblemResponse
            {
                Type = TypePrefix + code,
                Title = title,
                Status = status,
                Code = code,
            }
        );

    private static IResult Of(ProblemResponse problem) =>
        Results.Json(problem, WebJson.Default.ProblemResponse, ContentType, problem.Status);
}
