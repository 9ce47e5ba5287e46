using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles;

/// <summary>Changes to the values of a profile, and the precision of its times.</summary>
internal static class FieldValues
{
    /// <summary>
    /// Puts a value in the place that it belongs to: over the one that stands there, else behind all others.
    /// </summary>
    public static ImmutableArray<FieldValue> With(this ImmutableArray<FieldValue> values, FieldValue value)
    {
        var index = values.IndexOf(value.Field, value.Key);
        return index < 0 ? values.Add(value) : values.SetItem(index, value);
    }

    /// <summary>Unsets a place.</summary>
    public static ImmutableArray<FieldValue> Without(
        this ImmutableArray<FieldValue> values,
        ProfileField field,
        string key
    )
    {
        var index = values.IndexOf(field, key);
        return index < 0 ? values : values.RemoveAt(index);
    }

    /// <summary>Whether two places hold the same, wherever it came from.</summary>
    public static bool HoldsSameAs(this FieldValue? one, FieldValue? other) =>
        one is null
            ? other is null
            : other is not null && Equals(one.Value, other.Value) && SameAddress(UrlOf(one.Value), UrlOf(other.Value));

    /// <summary>
    /// Two addresses that differ in their fragment are equal to <see cref="Uri"/>, but lead to different pictures.
    /// </summary>
    private static bool SameAddress(Uri? one, Uri? other) =>
        string.Equals(one?.OriginalString, other?.OriginalString, StringComparison.Ordinal);

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
