using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.AspNetCore;

/// <summary>The endpoints that edit a profile.</summary>
internal static class EditEndpoints
{
    public static void Map(RouteGroupBuilder group)
    {
        group
            .MapPatch("/customers/{id}", EditAsync)
            .WithName("CustomerProfiles.Edit")
            .WithSummary("Saves changes of a profile, all of them or none.")
            .Accepts<EditRequest>("application/json")
            .Produces<SidebarResponse>()
            .ProducesProblems(
                StatusCodes.Status404NotFound,
                StatusCodes.Status409Conflict,
                StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType,
                StatusCodes.Status422UnprocessableEntity,
                StatusCodes.Status428PreconditionRequired
            );
        MapPhoto(group.MapPost("/customers/{id}/photo/clear", ClearPhotoAsync))
            .WithName("CustomerProfiles.ClearPhoto")
            .WithSummary("Clears the photo, whoever owns it. It stays cleared until it is reset.");
        MapPhoto(group.MapPost("/customers/{id}/photo/reset", ResetPhotoAsync))
            .WithName("CustomerProfiles.ResetPhoto")
            .WithSummary("Resets the photo to what a provider may fill.");
    }

    private static RouteHandlerBuilder MapPhoto(RouteHandlerBuilder endpoint) =>
        endpoint
            .Accepts<EmptyRequest>("application/json")
            .Produces<SidebarResponse>()
            .ProducesProblems(StatusCodes.Status404NotFound, StatusCodes.Status415UnsupportedMediaType);

    private static async Task<IResult> EditAsync(HttpContext http, string id)
    {
        var call = ApiCall.Of(http);
        if (call.Actor is not { } actor)
        {
            return Problems.NoActor();
        }

        var body = await call.ReadAsync(http.Request, WebJson.Default.EditRequest).ConfigureAwait(false);
        if (body.Value is not { } request)
        {
            return body.Refusal!;
        }

        if (Read(request, out var changes) is { } wrong)
        {
            return wrong;
        }

        return await http
            .RequestServices.GetRequiredService<CustomerAuthorization>()
            .ActAsync(
                http,
                id,
                [CustomerOperation.Edit],
                (profiles, customer) => SaveAsync(http, profiles, customer, changes, actor)
            )
            .ConfigureAwait(false);
    }

    private static async Task<IResult?> SaveAsync(
        HttpContext http,
        ICustomerProfiles profiles,
        CustomerProfile current,
        List<EntryChange> changes,
        Actor actor
    )
    {
        var plan = EditPlan.Make(current, changes, actor);
        if (plan.Edit is not { } edit)
        {
            return ConflictOf(current, plan.Conflicts);
        }

        return await profiles.SaveAsync(edit, http.RequestAborted).ConfigureAwait(false) switch
        {
            SaveOutcome.Saved => await ReadEndpoints.SidebarOfAsync(http, current).ConfigureAwait(false),
            SaveOutcome.Rejected rejected => Problems.Rejected([
                .. rejected.Errors.Select(error => ErrorOf(error, changes)),
            ]),
            SaveOutcome.Conflict conflict => ConflictOf(conflict.Current, ConflictsIn(changes, conflict)),
            SaveOutcome.IdentityTaken taken => Problems.IdentityTaken(
                await OwnerToShowAsync(http, taken.Owner).ConfigureAwait(false)
            ),
            SaveOutcome.DoNotKeep => Problems.DoNotKeep(),
            SaveOutcome.Busy => Problems.Busy(http),
            _ => null,
        };
    }

    private static Task<IResult> ClearPhotoAsync(HttpContext http, string id) =>
        ChangePhotoAsync(
            http,
            id,
            (profiles, customer, actor) => profiles.ClearPhotoAsync(customer, actor, http.RequestAborted)
        );

    private static Task<IResult> ResetPhotoAsync(HttpContext http, string id) =>
        ChangePhotoAsync(
            http,
            id,
            (profiles, customer, actor) => profiles.ResetPhotoAsync(customer, actor, http.RequestAborted)
        );

    private static async Task<IResult> ChangePhotoAsync(
        HttpContext http,
        string id,
        Func<ICustomerProfiles, CustomerId, Actor, ValueTask<SaveOutcome>> change
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
                [CustomerOperation.Edit],
                async (profiles, customer) =>
                    await change(profiles, customer.Id, actor).ConfigureAwait(false) switch
                    {
                        SaveOutcome.Saved => await ReadEndpoints.SidebarOfAsync(http, customer).ConfigureAwait(false),
                        SaveOutcome.Busy => Problems.Busy(http),
                        _ => null,
                    }
            )
            .ConfigureAwait(false);
    }

    /// <summary>Reads all changes.</summary>
    /// <returns>The response that refuses them; null when they can be made.</returns>
    private static IResult? Read(EditRequest request, out List<EntryChange> changes)
    {
        changes = [];
        if (request.Changes.Length is 0 or > EditRequest.MostChanges)
        {
            return Problems.InvalidChange($"An edit has 1 to {EditRequest.MostChanges} changes.");
        }

        foreach (var one in request.Changes)
        {
            if (one?.Version is null)
            {
                return one is null ? Problems.InvalidChange("A change is not null.") : Problems.VersionMissing();
            }

            if (!EntryVersion.IsOne(one.Version))
            {
                return Problems.InvalidChange("The version of a change is one that a sidebar showed.");
            }

            if (!EntryChange.TryRead(one, out var change, out var error))
            {
                return Problems.InvalidChange(error);
            }

            changes.Add(change);
        }

        return changes.DistinctBy(change => (change.Field, change.Key)).Count() == changes.Count
            ? null
            : Problems.InvalidChange("Two changes are of the same entry.");
    }

    /// <summary>The changes that lost a race with another save between reading the profile and saving.</summary>
    private static ConflictingChange[] ConflictsIn(List<EntryChange> changes, SaveOutcome.Conflict conflict)
    {
        ConflictingChange[] all = [.. changes.Select((change, i) => new ConflictingChange(i, change))];
        ConflictingChange[] exact =
        [
            .. all.Where(one => conflict.Fields.Any(field => IsAbout(one.Change, field.Field, field.Key))),
        ];

        // A reset of a list, or an address with a plus-tag, is at other keys in the profile than in the request.
        return exact.Length > 0
            ? exact
            : [.. all.Where(one => conflict.Fields.Any(field => one.Change.Field.Equals(field.Field)))];
    }

    private static IResult ConflictOf(CustomerProfile current, ConflictingChange[] conflicts) =>
        Problems.Conflict([
            .. conflicts.Select(conflict =>
            {
                var (field, key) = (conflict.Change.Field, conflict.Change.Key);
                var theirs = current.Find(field, key);
                return new ConflictResponse
                {
                    Change = conflict.Index,
                    Field = field.Code,
                    Label = field.Label,
                    Theirs = theirs is { IsCleared: false } ? SidebarEntryResponse.Of(theirs) : null,
                    ClearedBy = theirs is { IsCleared: true } ? SourceResponse.Of(theirs.Provenance) : null,
                    Version = conflict.Change.VersionIn(current),
                };
            }),
        ]);

    /// <summary>The error for the caller, at the change of the request that it is about.</summary>
    public static ChangeErrorResponse ErrorOf(FieldError error, List<EntryChange> changes)
    {
        var exact = changes.FindIndex(change => IsAbout(change, error.Field, error.Key));
        var index = exact >= 0 ? exact : changes.FindIndex(change => change.Field.Equals(error.Field));
        return new ChangeErrorResponse
        {
            Change = index >= 0 ? index : null,
            Field = error.Field.Code,
            Key = error.Key.Length == 0 ? null : error.Key,
            Index = error.Index,
            Part = error.Part,
            Code = error.Code.ToString(),
            Message = error.Message,
            Limit = error.Limit,
            CorrectAt = WebLink.Of(error.CorrectAt),
        };
    }

    private static bool IsAbout(EntryChange change, ProfileField field, string key) =>
        change.Field.Equals(field) && string.Equals(change.Key, key, StringComparison.Ordinal);

    /// <summary>The owner of an identity, or who absorbed them, if the caller may know who it is.</summary>
    public static async ValueTask<CustomerId?> OwnerToShowAsync(HttpContext http, CustomerId owner)
    {
        var authorization = http.RequestServices.GetRequiredService<CustomerAuthorization>();
        var profile = await ApiCall.Of(http).Profiles.GetAsync(owner, http.RequestAborted).ConfigureAwait(false);
        return
            profile is not null
            && await authorization.AllowsAsync(http, profile, CustomerOperation.Read).ConfigureAwait(false)
            ? profile.Id
            : null;
    }
}
