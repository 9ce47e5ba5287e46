using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>Where the values of a profile are, by field and key. Immutable.</summary>
internal sealed class ValueIndex
{
    private readonly Dictionary<(ProfileField Field, string Key), int> _positions;

    public ValueIndex(ImmutableArray<FieldValue> values)
    {
        _positions = new(values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            _positions.TryAdd((values[i].Field, values[i].Key), i);
        }
    }

    /// <summary>The position; -1 for none.</summary>
    public int IndexOf(ProfileField field, string key) => _positions.GetValueOrDefault((field, key), -1);
}
