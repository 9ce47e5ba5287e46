namespace CustomerProfiles;

/// <summary>A field that holds any number of entries.</summary>
/// <typeparam name="T">The type of an entry.</typeparam>
public sealed class ProfileListField<T> : ProfileField
    where T : class
{
    private readonly Func<T, string> _key;

    internal ProfileListField(string code, string label, ProfileFieldGroup group, Func<T, string> key)
        : base(code, typeof(T), isList: true, label, group) => _key = key;

    /// <summary>
    /// The key of an entry: what makes it the same entry as another, such as the normalised form of an address.
    /// <see cref="FieldValue.Key"/> and <c>FieldError.Key</c> hold it.
    /// </summary>
    /// <param name="entry">The entry.</param>
    /// <returns>The key.</returns>
    public string GetKey(T entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return _key(entry);
    }

    internal override string KeyOf(object value) => _key((T)value);
}
