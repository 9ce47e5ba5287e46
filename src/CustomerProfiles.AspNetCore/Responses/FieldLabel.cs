namespace CustomerProfiles.AspNetCore;

/// <summary>What to call a field.</summary>
internal static class FieldLabel
{
    /// <summary>Whether the host has chosen the label, which then is not to be translated.</summary>
    public static bool IsOwn(ProfileField field, string label) =>
        field.CustomKey is not null || !string.Equals(label, field.Label, StringComparison.Ordinal);
}
