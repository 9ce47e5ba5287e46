namespace CustomerProfiles;

/// <summary>
/// Finds everything that is wrong with the definitions of custom properties. Each error names the definition and what
/// it may be.
/// </summary>
internal static class PropertyDefinitionErrors
{
    /// <summary>The longest label of a property or an option, in UTF-16 code units.</summary>
    private const int MaxLabelLength = 200;

    /// <summary>
    /// The most options of a property, archived ones among them: each page with the property shows all of them.
    /// </summary>
    private const int MaxOptions = 500;

    /// <summary>What is wrong with the definitions in code, each named by its place.</summary>
    public static IEnumerable<string> Of(IEnumerable<PropertyDefinition> definitions)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (definition, index) in definitions.Select((definition, index) => (definition, index)))
        {
            var name = $"Properties[{index}]";
            if (definition is null)
            {
                yield return $"{name} is null; add a definition, such as PropertyDefinition.Text(...).";
                continue;
            }

            if (ProfileField.IsCustomKey(definition.Key) && !keys.Add(definition.Key))
            {
                yield return $"{name} ({Shown(definition.Key)}) has the key of a definition before it; define each key "
                    + "once.";
            }

            foreach (var error in Of(definition, name))
            {
                yield return error;
            }
        }
    }

    /// <summary>What is wrong with one definition.</summary>
    public static IEnumerable<string> Of(PropertyDefinition definition) => Of(definition, "PropertyDefinition");

    private static IEnumerable<string> Of(PropertyDefinition definition, string place)
    {
        if (!ProfileField.IsCustomKey(definition.Key))
        {
            yield return $"{place}.Key is {Shown(definition.Key)}, which is not the key of a custom "
                + $"property: it has 1 to {ProfileField.MaxCustomKeyLength} characters and no control characters.";
            yield break;
        }

        var name = $"{place} ({Shown(definition.Key)})";
        if (!IsLine(definition.Label, MaxLabelLength))
        {
            yield return $"{name}.Label is {Shown(definition.Label)}; it is one line of 1 to {MaxLabelLength} "
                + "characters.";
        }

        foreach (var error in OptionErrors(definition))
        {
            yield return $"{name}.Options{error}";
        }
    }

    private static IEnumerable<string> OptionErrors(PropertyDefinition definition)
    {
        if (definition.Options.IsDefault)
        {
            yield return " is default; set an array, which may be empty.";
            yield break;
        }

        if (definition.Type != PropertyType.Option)
        {
            if (!definition.Options.IsEmpty)
            {
                yield return $" has {definition.Options.Length}; a property of the type {definition.Type} has none.";
            }

            yield break;
        }

        if (definition.Options.IsEmpty)
        {
            yield return " is empty; a property of the type Option has at least one.";
        }

        if (definition.Options.Length > MaxOptions)
        {
            yield return $" has {definition.Options.Length}; a property has at most {MaxOptions}, archived ones among "
                + "them.";
            yield break;
        }

        // A search compares codes without regard to case.
        var codes = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (option, index) in definition.Options.Select((option, index) => (option, index)))
        {
            if (option is null)
            {
                yield return $"[{index}] is null; add an option.";
                continue;
            }

            if (
                !IsLine(option.Code, PropertyOption.MaxCodeLength)
                || PropertyFormats.Visible(option.Code) != option.Code
            )
            {
                yield return $"[{index}].Code is {Shown(option.Code)}; it is one line of 1 to "
                    + $"{PropertyOption.MaxCodeLength} characters, without blanks around it and without characters "
                    + "that cannot be seen.";
            }
            else if (!codes.Add(option.Code))
            {
                yield return $"[{index}].Code is {Shown(option.Code)}, as of an option before it; codes differ by more "
                    + "than their case.";
            }

            if (!IsLine(option.Label, MaxLabelLength))
            {
                yield return $"[{index}].Label is {Shown(option.Label)}; it is one line of 1 to {MaxLabelLength} "
                    + "characters.";
            }
        }
    }

    private static bool IsLine(string? text, int most) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= most && PlainText.IndexOfUnfit(text, lines: false) < 0;

    private static string Shown(string? text) => text is null ? "null" : $"\"{PlainText.Truncate(text, 50)}\"";
}
