using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>
/// Keeps the marks of clearing few. They count in the limit of their list; when a list holds more values than its
/// limit, its marks become one mark on the list as a whole, which keeps every machine out until somebody resets it.
/// So a list holds at most one value more than its limit, however often entries come and go.
/// </summary>
internal static class ClearedMarks
{
    /// <summary>The values with no more marks than fit.</summary>
    public static ImmutableArray<FieldValue> Fold(ImmutableArray<FieldValue> values, EditLimits limits)
    {
        foreach (var list in values.Where(IsOfOneEntry).Select(mark => mark.Field.List!).Distinct().ToArray())
        {
            if (values.Count(value => list.Covers(value.Field) && !IsOfList(value)) <= limits.MostIn(list))
            {
                continue;
            }

            // Who cleared last answers for all of them.
            var last = values
                .Where(value => value.IsCleared && list.Covers(value.Field))
                .Aggregate((one, next) => next.Provenance.ObservedAt >= one.Provenance.ObservedAt ? next : one);
            values =
            [
                .. values.Where(value => !(value.IsCleared && list.Covers(value.Field))),
                FieldValue.Cleared(list, "", last.Provenance),
            ];
        }

        return values;
    }

    /// <summary>
    /// The mark of one entry that has become part of the mark on its list since a profile was read; null when it has
    /// not. Only for an entry that was held when it was read: anybody may add to a list that was cleared.
    /// </summary>
    public static FieldValue? FoldedSince(CustomerProfile read, CustomerProfile current, ProfileField field, string key)
    {
        if (field.List is not { } list || read.Find(field, key) is null || current.Find(field, key) is not null)
        {
            return null;
        }

        return current.Find(list) is { IsCleared: true } mark && mark != read.Find(list)
            ? FieldValue.Cleared(field, key, mark.Provenance)
            : null;
    }

    private static bool IsOfOneEntry(FieldValue value) =>
        value.IsCleared && value.Field.List is not null && !IsOfList(value);

    private static bool IsOfList(FieldValue value) => value.IsCleared && value.Field.IsList && value.Key.Length == 0;
}
