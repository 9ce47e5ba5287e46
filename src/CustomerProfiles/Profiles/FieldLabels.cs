using System.Globalization;

namespace CustomerProfiles;

/// <summary>What fields are called where people see them, as the host has set it.</summary>
internal sealed class FieldLabels(Func<ProfileField, CultureInfo, string?>? labels, PropertyDefinitions definitions)
{
    /// <summary>The labels of a host that has set none.</summary>
    public static readonly FieldLabels English = new(labels: null, PropertyDefinitions.None);

    /// <summary>
    /// The label in the current culture of the user interface; where the host has none, that of the definition of a
    /// custom property, and the English one of any other field.
    /// </summary>
    public string LabelOf(ProfileField field) =>
        labels?.Invoke(field, CultureInfo.CurrentUICulture) is { Length: > 0 } label
            ? label
            : definitions.Find(field)?.Label ?? field.Label;

    /// <summary>The same with the definitions of one tenant.</summary>
    public FieldLabels With(PropertyDefinitions tenant) => new(labels, tenant);
}
