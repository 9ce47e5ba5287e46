using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles;

/// <summary>Changes to the values of a profile, and the precision of its times.</summary>
internal static class FieldValues
{
    /// <summary>Puts a value at its field and key: replaces the one that is there, else appends it.</summary>
    public static ImmutableArray<FieldValue> With(this ImmutableArray<FieldValue> values, FieldValue value)
    {
        var index = values.IndexOf(value.Field, value.Key);
        return index < 0 ? values.Add(value) : values.SetItem(index, value);
    }

    /// <summary>Unsets an entry.</summary>
    public static ImmutableArray<FieldValue> Without(
        this ImmutableArray<FieldValue> values,
        ProfileField field,
        string key
    )
    {
        var index = values.IndexOf(field, key);
        return index < 0 ? values : values.RemoveAt(index);
    }

    /// <summary>Whether two entries hold the same, whatever the source.</summary>
    public static bool HoldsSameAs(this FieldValue? one, FieldValue? other) =>
        one is null ? other is null : other is not null && AreSame(one.Value, other.Value);

    /// <summary>Whether two values are the same. Two spellings of one web address are.</summary>
    public static bool AreSame(object? one, object? other) =>
        Equals(one, other) && string.Equals(AddressOf(one), AddressOf(other), StringComparison.Ordinal);

    /// <summary>
    /// The whole address: <see cref="Uri"/> ignores the fragment when it compares, but two fragments can lead to two
    /// pictures.
    /// </summary>
    private static string? AddressOf(object? value) =>
        UrlOf(value) is { } url ? (url.IsAbsoluteUri ? url.AbsoluteUri : url.OriginalString) : null;

    private static Uri? UrlOf(object? value) =>
        value switch
        {
            Uri url => url,
            Photo photo => photo.Url,
            SocialProfile social => social.Url,
            _ => null,
        };

    /// <summary>Times are kept to the microsecond, so that every store returns what it was given.</summary>
    public static Instant ToMicroseconds(this Instant instant)
    {
        // Towards the past for every instant, before 1970 too.
        var ticks = instant.ToUnixTimeTicks();
        var rest = ticks % 10;
        return Instant.FromUnixTimeTicks(ticks - (rest < 0 ? rest + 10 : rest));
    }

    private static int IndexOf(this ImmutableArray<FieldValue> values, ProfileField field, string key)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i].IsAt(field, key))
            {
                return i;
            }
        }

        return -1;
    }
}
