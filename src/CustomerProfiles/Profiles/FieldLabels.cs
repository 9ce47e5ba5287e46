using System.Globalization;

namespace CustomerProfiles;

/// <summary>What fields are called where people see them, as the host has set it.</summary>
internal sealed class FieldLabels(Func<ProfileField, CultureInfo, string?>? labels)
{
    /// <summary>The labels of a host that has set none.</summary>
    public static readonly FieldLabels English = new(labels: null);

    /// <summary>
    /// The label in the current culture of the user interface; the English one where the host has none.
    /// </summary>
    public string LabelOf(ProfileField field) =>
        labels?.Invoke(field, CultureInfo.CurrentUICulture) is { Length: > 0 } label ? label : field.Label;
}
