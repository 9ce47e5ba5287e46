using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>The strict door: finds everything that keeps an edit from being saved.</summary>
internal sealed class EditValidation(IEditRules rules, ProviderRegistry providers)
{
    /// <summary>All errors of the changes, in the order in which they were made; none when they can be saved.</summary>
    public ImmutableArray<FieldError> Check(CustomerProfile profile, IReadOnlyList<FieldChange> changes)
    {
        var errors = ImmutableArray.CreateBuilder<FieldError>();
        foreach (var change in changes)
        {
            if (change.Kind == FieldChangeKind.Reset)
            {
                continue;
            }

            if (rules.OwnerOf(change.Field) == FieldOwner.Provider)
            {
                // One error a field, however many entries of it the edit touches.
                if (!errors.Any(error => error.Field.Equals(change.Field)))
                {
                    errors.Add(OwnedByProvider(profile, change.Field));
                }
            }
            else if (change.Value is { } value)
            {
                errors.AddRange(FieldContent.Check(change.Field, value, rules.Limits));
            }
        }

        errors.AddRange(TooMany(profile, changes));
        return errors.DrainToImmutable();
    }

    private FieldError OwnedByProvider(CustomerProfile profile, ProfileField field)
    {
        var page = providers.ClaimPageFor(profile, field);
        var where = page is null
            ? "No provider offers a page on which the customer could correct it."
            : $"The customer can correct it at {page}";
        return new FieldError(
            field,
            EditErrorCode.OwnedByProvider,
            $"The field {field.Code} belongs to the provider and cannot be edited. {where}"
        )
        {
            Owner = FieldOwner.Provider,
            CorrectAt = page,
        };
    }

    /// <summary>
    /// The lists that the changes would make too long. Looked at again in the present, for others add to them too.
    /// </summary>
    public IEnumerable<FieldError> TooMany(CustomerProfile profile, IReadOnlyList<FieldChange> changes)
    {
        foreach (var field in changes.Select(change => change.Field).Where(field => field.IsList).Distinct())
        {
            if (CountAfter(profile, changes, value => field.Equals(value), rules.Limits.Entries) is { } limit)
            {
                yield return new FieldError(
                    field,
                    EditErrorCode.TooMany,
                    $"The field {field.Code} has at most {limit} entries; remove some."
                )
                {
                    Limit = limit,
                };
            }
        }

        if (
            changes.FirstOrDefault(change => change.Field.CustomKey is not null) is { } custom
            && CountAfter(profile, changes, value => value.CustomKey is not null, rules.Limits.CustomProperties)
                is { } most
        )
        {
            yield return new FieldError(
                custom.Field,
                EditErrorCode.TooMany,
                $"A profile has at most {most} custom properties; remove some."
            )
            {
                Limit = most,
            };
        }
    }

    /// <summary>
    /// The limit, if the changes add to what is there and end above it. A profile that came above it otherwise can
    /// still be cut down step by step.
    /// </summary>
    private static int? CountAfter(
        CustomerProfile profile,
        IReadOnlyList<FieldChange> changes,
        Predicate<ProfileField> counted,
        int limit
    )
    {
        var before = profile.Values.Count(value => !value.IsCleared && counted(value.Field));
        var after = before;
        foreach (var change in changes.Where(change => counted(change.Field)))
        {
            var had = profile.Find(change.Field, change.Key) is { IsCleared: false };
            var has = change.Kind == FieldChangeKind.Set;
            after += (has ? 1 : 0) - (had ? 1 : 0);
        }

        return after > limit && after > before ? limit : null;
    }
}
