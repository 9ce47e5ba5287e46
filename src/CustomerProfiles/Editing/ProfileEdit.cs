using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>
/// A draft of changes to a profile. Nothing changes until <see cref="ICustomerProfiles.SaveAsync"/>. Each field is
/// left, set, cleared or given back: four different things. The draft is as good after a failed save as before.
/// </summary>
/// <remarks>
/// Not safe for several threads. Setting a property to null or blank text clears the field if it holds a value, and
/// leaves it otherwise, so that a form can be posted as a whole; <see cref="Clear"/> clears a blank field too, which
/// keeps providers from filling it.
/// </remarks>
public sealed class ProfileEdit
{
    private readonly List<FieldChange> _changes = [];

    internal ProfileEdit(CustomerProfile profile, Actor by)
    {
        by.ThrowIfNobody(nameof(by));
        Profile = profile;
        By = by;
        Emails = new ListEdit<ProfileEmail>(this, ProfileField.Emails);
        Phones = new ListEdit<PhoneNumber>(this, ProfileField.Phones);
        Websites = new ListEdit<Uri>(this, ProfileField.Websites);
        SocialProfiles = new ListEdit<SocialProfile>(this, ProfileField.SocialProfiles);
    }

    /// <summary>The profile as it was read.</summary>
    public CustomerProfile Profile { get; }

    /// <summary>Who edits.</summary>
    public Actor By { get; }

    /// <summary>Whether there is nothing to save.</summary>
    public bool IsEmpty => _changes.Count == 0;

    /// <summary>The fields that the draft changes.</summary>
    public ImmutableArray<ProfileField> Changed => [.. _changes.Select(change => change.Field).Distinct()];

    /// <summary>The name. Text is taken for the full name.</summary>
    public PersonName? Name
    {
        get => Get(ProfileField.Name);
        set => Post(ProfileField.Name, value);
    }

    /// <summary>The company.</summary>
    public string? Company
    {
        get => Get(ProfileField.Company);
        set => Post(ProfileField.Company, value);
    }

    /// <summary>The job title.</summary>
    public string? JobTitle
    {
        get => Get(ProfileField.JobTitle);
        set => Post(ProfileField.JobTitle, value);
    }

    /// <summary>The postal address.</summary>
    public PostalAddress? Address
    {
        get => Get(ProfileField.Address);
        set => Post(ProfileField.Address, value);
    }

    /// <summary>The notes, of any number of lines.</summary>
    public string? Notes
    {
        get => Get(ProfileField.Notes);
        set => Post(ProfileField.Notes, value);
    }

    /// <summary>The photo, where agents may edit it.</summary>
    public Photo? Photo
    {
        get => Get(ProfileField.Photo);
        set => Post(ProfileField.Photo, value);
    }

    /// <summary>The location, where agents may edit it.</summary>
    public string? Location
    {
        get => Get(ProfileField.Location);
        set => Post(ProfileField.Location, value);
    }

    /// <summary>The bio, where agents may edit it.</summary>
    public string? Bio
    {
        get => Get(ProfileField.Bio);
        set => Post(ProfileField.Bio, value);
    }

    /// <summary>The e-mail addresses.</summary>
    public ListEdit<ProfileEmail> Emails { get; }

    /// <summary>The telephone numbers.</summary>
    public ListEdit<PhoneNumber> Phones { get; }

    /// <summary>The websites.</summary>
    public ListEdit<Uri> Websites { get; }

    /// <summary>The accounts in social networks, where agents may edit them.</summary>
    public ListEdit<SocialProfile> SocialProfiles { get; }

    internal IReadOnlyList<FieldChange> Changes => _changes;

    /// <summary>The value of a field as it would be after saving.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="field">The field.</param>
    /// <returns>The value; null when there would be none.</returns>
    public T? Get<T>(ProfileField<T> field)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(field);
        return ChangeAt(field, "") is { } change ? (T?)change.Value : Profile.Get(field);
    }

    /// <summary>Sets a field.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="field">The field.</param>
    /// <param name="value">The value; blank text clears the field. Setting what already stands there leaves the
    /// field.</param>
    /// <exception cref="ArgumentNullException">An argument is null; to take a value away, use
    /// <see cref="Clear"/>.</exception>
    public void Set<T>(ProfileField<T> field, T value)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(value);
        Post(field, value);
    }

    /// <summary>
    /// Clears a field on purpose: the value goes, and the mark stays that keeps providers and conversations from
    /// filling it again.
    /// </summary>
    /// <param name="field">The field; of a list every entry goes.</param>
    public void Clear(ProfileField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        if (field.IsList)
        {
            _changes.RemoveAll(change => field.Covers(change.Field));
            foreach (var value in Profile.Values.Where(value => !value.IsCleared && field.Covers(value.Field)))
            {
                _changes.Add(new FieldChange(value.Field, value.Key, FieldChangeKind.Clear));
            }
        }

        Put(new FieldChange(field, "", FieldChangeKind.Clear));
    }

    /// <summary>
    /// Gives a field back: what a person put or cleared there goes, and a provider may fill the field at its next
    /// check.
    /// </summary>
    /// <param name="field">The field. What did not come from a person stays.</param>
    public void Reset(ProfileField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        _changes.RemoveAll(change => field.Covers(change.Field));
        foreach (var value in Profile.Values.Where(value => field.Covers(value.Field) && value.Provenance.IsFromPerson))
        {
            // Of a list only the marks go back: its entries are the agents' own.
            if (!field.IsList || value.IsCleared)
            {
                _changes.Add(new FieldChange(value.Field, value.Key, FieldChangeKind.Reset));
            }
        }
    }

    /// <summary>Takes back what the draft does to a field.</summary>
    /// <param name="field">The field.</param>
    public void Undo(ProfileField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        _changes.RemoveAll(change => field.Covers(change.Field));
    }

    /// <summary>
    /// The same draft on a newer reading of the profile, for saving after a conflict: what the draft changes then wins
    /// over what stands there.
    /// </summary>
    /// <param name="current">The profile as it is now.</param>
    /// <returns>A new draft.</returns>
    /// <exception cref="ArgumentException"><paramref name="current"/> is another customer's.</exception>
    public ProfileEdit Rebase(CustomerProfile current)
    {
        ArgumentNullException.ThrowIfNull(current);
        if (current.Id != Profile.Id || current.Tenant != Profile.Tenant)
        {
            throw new ArgumentException(
                "A draft can only be taken over to the same customer's profile.",
                nameof(current)
            );
        }

        var edit = new ProfileEdit(current, By);

        // Lists are given back as a whole: their marks may be others by now, or one.
        foreach (var list in _changes.Where(IsListReset).Select(change => change.Field).Distinct())
        {
            edit.Reset(list);
        }

        foreach (var change in _changes.Where(change => !IsListReset(change) && !IsTypedSince(change)))
        {
            edit.Put(change);
        }

        return edit;

        static bool IsListReset(FieldChange change) => change is { Kind: FieldChangeKind.Reset, Field.IsList: true };

        // What was to be given back of a custom property is its mark, never what somebody has typed there since.
        bool IsTypedSince(FieldChange change) =>
            change is { Kind: FieldChangeKind.Reset, Field.CustomKey: not null }
            && Profile.Find(change.Field) is { IsCleared: true }
            && current.Find(change.Field) is { IsCleared: false };
    }

    internal FieldChange? ChangeAt(ProfileField field, string key) =>
        _changes.Find(change => field.Equals(change.Field) && string.Equals(change.Key, key, StringComparison.Ordinal));

    internal void Put(FieldChange change)
    {
        var index = _changes.FindIndex(other =>
            change.Field.Equals(other.Field) && string.Equals(change.Key, other.Key, StringComparison.Ordinal)
        );
        var read = Profile.Find(change.Field, change.Key);
        var leaves = change.Kind switch
        {
            FieldChangeKind.Set => read is not null && Equals(read.Value, change.Value),
            FieldChangeKind.Clear => read is { IsCleared: true },
            _ => read is null,
        };
        if (leaves)
        {
            if (index >= 0)
            {
                _changes.RemoveAt(index);
            }
        }
        else if (index >= 0)
        {
            _changes[index] = change;
        }
        else
        {
            _changes.Add(change);
        }
    }

    private void Post<T>(ProfileField<T> field, T? value)
        where T : class
    {
        var tidy = FieldContent.Tidy(field, value);
        if (tidy is not null)
        {
            Put(new FieldChange(field, "", FieldChangeKind.Set, tidy));
        }
        else if (Profile.Find(field) is { IsCleared: false })
        {
            Put(new FieldChange(field, "", FieldChangeKind.Clear));
        }
        else
        {
            Undo(field);
        }
    }
}
