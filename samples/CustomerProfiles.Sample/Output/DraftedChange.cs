namespace CustomerProfiles.Sample;

/// <summary>What a draft does to a field, or to one entry of a list.</summary>
/// <param name="Field">The field.</param>
/// <param name="Before">The text now; null for none.</param>
/// <param name="After">The text after saving; null for none. If there is no text before either, the draft only changes
/// whether a provider may fill the field.</param>
internal sealed record DraftedChange(ProfileField Field, string? Before, string? After)
{
    /// <summary>The field only, because the texts are personal data.</summary>
    public override string ToString() => Field.Code;

    /// <summary>Everything that a draft does.</summary>
    public static IEnumerable<DraftedChange> Of(ProfileEdit edit) => edit.Changed.SelectMany(field => Of(edit, field));

    private static IEnumerable<DraftedChange> Of(ProfileEdit edit, ProfileField field)
    {
        string[] before =
        [
            .. edit
                .Profile.Values.Where(value => field.Equals(value.Field))
                .Select(value => value.Text)
                .OfType<string>(),
        ];
        string[] after = [.. ValuesAfter(edit, field).Select(value => TextOf(edit, field, value))];
        if (!field.IsList)
        {
            return [new DraftedChange(field, before.FirstOrDefault(), after.FirstOrDefault())];
        }

        DraftedChange[] entries =
        [
            .. before.Except(after).Select(text => new DraftedChange(field, text, null)),
            .. after.Except(before).Select(text => new DraftedChange(field, null, text)),
        ];
        return entries.Length > 0 ? entries : [new DraftedChange(field, null, null)];
    }

    private static IEnumerable<object> ValuesAfter(ProfileEdit edit, ProfileField field) =>
        field switch
        {
            ProfileListField<ProfileEmail> => edit.Emails,
            ProfileListField<PhoneNumber> => edit.Phones,
            ProfileListField<Uri> => edit.Websites,
            ProfileListField<SocialProfile> => edit.SocialProfiles,
            ProfileField<PersonName> name => ValueAfter(edit, name),
            ProfileField<PostalAddress> address => ValueAfter(edit, address),
            ProfileField<Photo> photo => ValueAfter(edit, photo),
            ProfileField<string> text => ValueAfter(edit, text),
            _ => [],
        };

    private static IEnumerable<object> ValueAfter<T>(ProfileEdit edit, ProfileField<T> field)
        where T : class => edit.Get(field) is { } value ? [value] : [];

    /// <summary>The text as the profile would show it.</summary>
    private static string TextOf(ProfileEdit edit, ProfileField field, object value) =>
        new FieldValue(field, "", value, new Provenance(edit.By.Source, edit.By.Id, edit.Profile.UpdatedAt)).Text!;
}
