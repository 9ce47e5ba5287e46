using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>
/// Limits the number of marks of cleared entries. Marks count in the limit of their list. When a list holds more values
/// than its limit, its marks become one mark on the list as a whole, which keeps providers and conversations out until
/// somebody resets it. So a list holds at most one value more than its limit, however often entries are added and
/// removed.
/// </summary>
internal static class ClearedMarks
{
    /// <summary>The values with no more marks than the limits allow.</summary>
    public static ImmutableArray<FieldValue> Collapse(ImmutableArray<FieldValue> values, EditLimits limits)
    {
        foreach (var list in values.Where(IsOfOneEntry).Select(mark => mark.Field.List!).Distinct().ToArray())
        {
            if (values.Count(value => list.Covers(value.Field) && !IsOfList(value)) <= limits.MostIn(list))
            {
                continue;
            }

            // The one mark has the provenance of the last one.
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
    /// not. Only for an entry that the profile held when it was read: anybody may add to a cleared list.
    /// </summary>
    public static FieldValue? CollapsedSince(
        CustomerProfile read,
        CustomerProfile current,
        ProfileField field,
        string key
    )
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
