using System.Globalization;

namespace CustomerProfiles;

/// <summary>
/// What a custom property may hold, by its definition. Edits refuse a value with a fault; an import keeps it, and warns
/// of the fault.
/// </summary>
internal static class PropertyContent
{
    /// <summary>The most options that a message lists.</summary>
    private const int MostListed = 20;

    /// <summary>What is wrong with a new value of a custom property.</summary>
    /// <param name="definitions">The definitions.</param>
    /// <param name="field">The field; one that is no custom property has no fault.</param>
    /// <param name="text">The value.</param>
    /// <param name="labels">What the host calls the fields.</param>
    /// <returns>The fault; null when the property can hold the value.</returns>
    public static ContentFault? Check(
        PropertyDefinitions definitions,
        ProfileField field,
        string text,
        FieldLabels labels
    )
    {
        if (field.CustomKey is null)
        {
            return null;
        }

        var name = FieldContent.NameOf(field, labels);
        if (definitions.Find(field) is not { } definition)
        {
            return definitions.AllowsUnknown
                ? null
                : new ContentFault(
                    Part: null,
                    FieldErrorCode.UnknownProperty,
                    $"The {name} is not defined; use a property that is."
                );
        }

        if (definition.IsArchived)
        {
            return new ContentFault(
                Part: null,
                FieldErrorCode.UnknownProperty,
                $"The {name} is archived and takes no new value; leave it as it is, or clear it."
            );
        }

        return definition.Check(text) switch
        {
            PropertyMisfit.WrongType => new ContentFault(
                Part: null,
                FieldErrorCode.WrongType,
                $"The {name} {FormOf(definition.Type)}"
            ),
            PropertyMisfit.UnknownOption => UnknownOption(definition, name),
            _ => definition.OptionOf(text) is { IsArchived: true } ? UnknownOption(definition, name) : null,
        };
    }

    private static string FormOf(PropertyType type) =>
        type switch
        {
            PropertyType.Number =>
                "holds a number, such as 1234.5: a point before decimals, no thousands separators, at most 28 digits.",
            PropertyType.Date => "holds a date: year, month and day, such as 2024-02-29.",
            PropertyType.Boolean => "holds true or false.",
            _ => "holds an absolute http or https address, such as https://www.example.com/.",
        };

    private static ContentFault UnknownOption(PropertyDefinition definition, string name)
    {
        var offered = definition.Options.Where(option => !option.IsArchived).ToArray();
        var listed = string.Join(", ", offered.Take(MostListed).Select(TextOf));
        var more =
            offered.Length > MostListed
                ? string.Create(CultureInfo.InvariantCulture, $" and {offered.Length - MostListed} more")
                : "";
        return new ContentFault(
            Part: null,
            FieldErrorCode.UnknownOption,
            offered.Length == 0
                ? $"The {name} has no option left to choose; clear it."
                : $"The {name} is one of {listed}{more}; choose one."
        );

        static string TextOf(PropertyOption option) =>
            string.Equals(option.Code, option.Label, StringComparison.Ordinal)
                ? option.Code
                : $"{option.Code} ({option.Label})";
    }
}
