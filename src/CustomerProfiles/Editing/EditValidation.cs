using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>Finds everything that keeps an edit from being saved.</summary>
internal sealed class EditValidation(
    IEditRules rules,
    ProviderRegistry providers,
    FieldLabels labels,
    PropertyDefinitions definitions
)
{
    /// <summary>All errors of the changes, in the order in which they were made; none when they can be saved.</summary>
    /// <param name="profile">The profile that is changed.</param>
    /// <param name="changes">The changes.</param>
    /// <param name="acceptsMisfits">Whether a custom property may hold what does not fit its definition, as in an
    /// import.</param>
    public ImmutableArray<FieldError> Check(
        CustomerProfile profile,
        IReadOnlyList<FieldChange> changes,
        bool acceptsMisfits = false
    )
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
            else
            {
                errors.AddRange(CheckContent(change));
                errors.AddRange(acceptsMisfits ? [] : MisfitsOf(change));
            }
        }

        errors.AddRange(TooMany(profile, changes));
        return errors.DrainToImmutable();
    }

    /// <summary>What is wrong with the value that a change sets, whoever owns the field.</summary>
    public IEnumerable<FieldError> CheckContent(FieldChange change)
    {
        if (change is { Kind: FieldChangeKind.Set } && ProfileField.CustomProperties.Equals(change.Field))
        {
            return [ErrorOf(change, KeyFaultOf(change.Key))];
        }

        return change.Value is { } value
            ? FieldContent.Check(change.Field, value, rules.Limits, labels).Select(fault => ErrorOf(change, fault))
            : [];
    }

    /// <summary>How the value that a change sets does not fit the definition of its custom property.</summary>
    public IEnumerable<FieldError> MisfitsOf(FieldChange change) =>
        change.Value is string text && PropertyContent.Check(definitions, change.Field, text, labels) is { } misfit
            ? [ErrorOf(change, misfit)]
            : [];

    private FieldError OwnedByProvider(CustomerProfile profile, ProfileField field)
    {
        var page = providers.ClaimPageFor(profile, field);
        var where = page is null
            ? "No provider offers a page on which the customer could correct it."
            : $"The customer can correct it at {page}";
        return new FieldError
        {
            Field = field,
            Label = labels.LabelOf(field),
            Code = FieldErrorCode.OwnedByProvider,
            Message =
                $"The field {FieldContent.NameOf(field, labels)} belongs to the provider and cannot be edited. {where}",
            Owner = FieldOwner.Provider,
            CorrectAt = page,
        };
    }

    private FieldError ErrorOf(FieldChange change, ContentFault fault) =>
        new()
        {
            Field = change.Field,
            Label = labels.LabelOf(change.Field),
            Key = change.DraftKey,
            Index = change.Index,
            Part = fault.Part,
            Code = fault.Code,
            Message = fault.Message,
            Limit = fault.Limit,
        };

    /// <summary>What is wrong with the key of a custom property that could not be made a field.</summary>
    private static ContentFault KeyFaultOf(string key) =>
        string.IsNullOrWhiteSpace(key)
            ? new ContentFault("key", FieldErrorCode.Malformed, "A custom property has a key; type one.")
        : key.Length > ProfileField.MaxCustomKeyLength
            ? new ContentFault(
                "key",
                FieldErrorCode.TooLong,
                $"The key of a custom property has at most {ProfileField.MaxCustomKeyLength} characters; shorten it.",
                ProfileField.MaxCustomKeyLength
            )
        : new ContentFault(
            "key",
            FieldErrorCode.UnfitCharacters,
            "The key of a custom property cannot hold control characters; take them out."
        );

    /// <summary>
    /// The lists that the changes would make too long. Checked against the current profile too: others add entries.
    /// </summary>
    public IEnumerable<FieldError> TooMany(CustomerProfile profile, IReadOnlyList<FieldChange> changes)
    {
        foreach (var field in changes.Select(change => change.Field).Where(field => field.IsList).Distinct())
        {
            if (CountAfter(profile, changes, value => field.Equals(value), rules.Limits.Entries) is { } limit)
            {
                yield return TooManyOf(
                    field,
                    limit,
                    $"The field {FieldContent.NameOf(field, labels)} has at most {limit} entries; remove some."
                );
            }
        }

        if (
            changes.FirstOrDefault(change => change.Field.CustomKey is not null) is { } custom
            && CountAfter(profile, changes, value => value.CustomKey is not null, rules.Limits.CustomProperties)
                is { } most
        )
        {
            yield return TooManyOf(custom.Field, most, $"A profile has at most {most} custom properties; remove some.");
        }
    }

    private FieldError TooManyOf(ProfileField field, int limit, string message) =>
        new()
        {
            Field = field,
            Label = labels.LabelOf(field),
            Code = FieldErrorCode.TooMany,
            Message = message,
            Limit = limit,
        };

    /// <summary>
    /// The limit, if the changes add entries and end above it. A profile that is above it already can still be cut down
    /// step by step.
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
