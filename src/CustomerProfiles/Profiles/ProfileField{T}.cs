namespace CustomerProfiles;

/// <summary>A field that holds one value.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed class ProfileField<T> : ProfileField
    where T : class
{
    internal ProfileField(string code, string label, ProfileFieldGroup group)
        : base(code, typeof(T), isList: false, label, group) { }

    internal override string KeyOf(object value) => "";
}
