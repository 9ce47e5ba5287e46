using System.Collections;

namespace CustomerProfiles;

/// <summary>The changes of a draft to the custom properties, by their keys.</summary>
/// <remarks>Not safe for several threads. Enumerates the properties as they would be after saving.</remarks>
public sealed class CustomPropertyEdit : IEnumerable<KeyValuePair<string, string>>
{
    private readonly ProfileEdit _edit;

    internal CustomPropertyEdit(ProfileEdit edit) => _edit = edit;

    /// <summary>
    /// The value of a property as it would be after saving; null when there would be none. Setting null or blank text
    /// clears it. A key that cannot be one, such as one that is too long, is an error when the edit is saved.
    /// </summary>
    /// <param name="key">The key, as somebody may have typed it.</param>
    public string? this[string key]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(key);
            return ProfileField.TryCustom(key, out var field)
                ? _edit.Get(field)
                : _edit.ChangeAt(ProfileField.CustomProperties, key)?.Value as string;
        }
        set
        {
            ArgumentNullException.ThrowIfNull(key);
            if (ProfileField.TryCustom(key, out var field))
            {
                _edit.Post(field, value);
            }
            else if (FieldContent.Tidy(ProfileField.CustomProperties, value) is null)
            {
                _edit.Undo(ProfileField.CustomProperties, key);
            }
            else
            {
                // Kept with the key as typed, so that saving reports it and the form shows it again.
                _edit.Put(new FieldChange(ProfileField.CustomProperties, key, FieldChangeKind.Set, value));
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() =>
        _edit
            .Profile.Values.Select(value => value.Field)
            .Concat(_edit.AllChanges.Select(change => change.Field))
            .OfType<ProfileField<string>>()
            .Where(field => field.CustomKey is not null)
            .Distinct()
            .Select(field => (field.CustomKey, Value: _edit.Get(field)))
            .Where(property => property.Value is not null)
            .Select(property => KeyValuePair.Create(property.CustomKey!, property.Value!))
            .GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
