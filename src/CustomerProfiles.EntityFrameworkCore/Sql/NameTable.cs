namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The values of an enumeration and their names in the database, in both directions.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
internal sealed class NameTable<T>(params (T Value, string Name)[] names)
    where T : struct, Enum
{
    /// <exception cref="ArgumentOutOfRangeException">The value has no name.</exception>
    public string NameOf(T value)
    {
        foreach (var known in names)
        {
            if (EqualityComparer<T>.Default.Equals(known.Value, value))
            {
                return known.Name;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(value), value, $"There is no such {typeof(T).Name}.");
    }

    /// <exception cref="ProfileDatabaseException">No value has the name.</exception>
    public T ValueOf(string name)
    {
        foreach (var known in names)
        {
            if (string.Equals(known.Name, name, StringComparison.Ordinal))
            {
                return known.Value;
            }
        }

        throw new ProfileDatabaseException(
            $"The database holds a {typeof(T).Name} \"{name}\" that this version does not know. A newer "
                + $"version has written it: update the packages of this host."
        );
    }
}
