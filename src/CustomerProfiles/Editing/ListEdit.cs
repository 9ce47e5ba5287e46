using System.Collections;

namespace CustomerProfiles;

/// <summary>
/// The changes of a draft to a list: entries are added and removed one by one, so that two agents can each add theirs.
/// </summary>
/// <typeparam name="T">The type of an entry.</typeparam>
/// <remarks>Not safe for several threads. Enumerates the entries as they would be after saving.</remarks>
public sealed class ListEdit<T> : IEnumerable<T>
    where T : class
{
    private readonly ProfileEdit _edit;
    private readonly ProfileListField<T> _field;

    internal ListEdit(ProfileEdit edit, ProfileListField<T> field)
    {
        _edit = edit;
        _field = field;
    }

    /// <summary>Adds an entry, or replaces the one with the same address, number or account.</summary>
    /// <param name="entry">The entry. One that is there already is no change. A label of null leaves the label that is
    /// there; an empty one removes it.</param>
    public void Add(T entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        Add(entry, index: null);
    }

    /// <summary>
    /// Makes the list consist of these entries, as a form posts it. An entry that is there already stays as it is, with
    /// its provenance; the others are added, and those that are not among them removed.
    /// </summary>
    /// <param name="entries">The entries, as for <see cref="Add(T)"/>. What somebody else adds meanwhile stays.</param>
    public void ReplaceWith(IEnumerable<T> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var wanted = entries.ToArray();
        if (Array.Exists(wanted, entry => entry is null))
        {
            throw new ArgumentException("An entry of a list is not null; leave it out.", nameof(entries));
        }

        var keys = wanted.Select(entry => _field.KeyOf(TidyOf(entry))).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in this.Where(entry => !keys.Contains(_field.KeyOf(entry))).ToArray())
        {
            Remove(entry);
        }

        for (var i = 0; i < wanted.Length; i++)
        {
            Add(wanted[i], i);
        }
    }

    /// <summary>Removes an entry. The mark stays that keeps providers and conversations from adding it again.</summary>
    /// <param name="entry">The entry as the profile has it; only its address, number or account counts.</param>
    /// <returns>Whether it was there.</returns>
    public bool Remove(T entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var key = _field.KeyOf(_edit.WithKnownAddress(entry));
        if (!Contains(key))
        {
            return false;
        }

        // An entry that only the draft has added just goes; one that the profile has, or had, is marked.
        var kind = _edit.Profile.Find(_field, key) is null ? FieldChangeKind.Reset : FieldChangeKind.Clear;
        _edit.Put(new FieldChange(_field, key, kind));
        return true;
    }

    /// <summary>
    /// Removes every entry that was read, and keeps providers from filling the list again. Adding the same entries
    /// again takes that back. What somebody else adds meanwhile stays.
    /// </summary>
    public void Clear() => _edit.Clear(_field);

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        foreach (var value in _edit.Profile.Values)
        {
            if (value.Value is T entry && _field.Equals(value.Field) && _edit.ChangeAt(_field, value.Key) is null)
            {
                yield return entry;
            }
        }

        foreach (var change in _edit.AllChanges)
        {
            if (change.Value is T entry && _field.Equals(change.Field))
            {
                yield return entry;
            }
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Add(T entry, int? index)
    {
        entry = (T)_edit.WithKnownAddress(entry);
        var key = _field.KeyOf(TidyOf(entry));
        var whole = (T)FieldContent.Completed(entry, Held(key));
        _edit.Put(new FieldChange(_field, key, FieldChangeKind.Set, TidyOf(whole), index));
        _edit.UndoClearIfWhole(_field);
    }

    /// <summary>The entry tidied, and an e-mail address at the key that it has in the profile.</summary>
    private T TidyOf(T entry) => (T)_edit.WithKnownAddress(FieldContent.Tidy(_field, entry) ?? entry);

    /// <summary>The entry as the draft has it, or as it was read when the draft removes it.</summary>
    private object? Held(string key) => _edit.ChangeAt(_field, key)?.Value ?? _edit.Profile.Find(_field, key)?.Value;

    private bool Contains(string key) =>
        _edit.ChangeAt(_field, key) is { } change
            ? change.Kind == FieldChangeKind.Set
            : _edit.Profile.Find(_field, key) is { IsCleared: false };
}
