namespace CustomerProfiles;

/// <summary>A field that holds any number of entries.</summary>
/// <typeparam name="T">The type of an entry.</typeparam>
public sealed class ProfileListField<T> : ProfileField
    where T : class
{
    private readonly Func<T, string> _key;

    internal ProfileListField(string code, Func<T, string> key)
        : base(code, typeof(T), isList: true) => _key = key;

    internal override string KeyOf(object value) => _key((T)value);
}
