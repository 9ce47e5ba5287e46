using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>
/// A draft of changes to a profile. Nothing changes until it is saved with <c>ICustomerProfiles.SaveAsync</c>. Each
/// field is left, set, cleared or reset: four different things. A save that fails leaves the draft as it was.
/// </summary>
/// <remarks>
/// <para>
/// Not safe for several threads. A form can be posted as a whole: setting a field to the text that is there already is
/// no change, and keeps its provenance. Setting a property to null or blank text clears the field if it holds a value,
/// and leaves it otherwise; <see cref="Clear"/> clears a blank field too, which keeps providers from filling it.
/// </para>
/// <para>
/// Where a form is shown by one request and saved by another, send <see cref="ToDraft"/> with the form.
/// </para>
/// </remarks>
public sealed class ProfileEdit
{
    /// <summary>The longest <see cref="CaseReference"/>, in UTF-16 code units.</summary>
    public const int MaxCaseReferenceLength = 200;

    private readonly List<FieldChange> _changes = [];

    /// <param name="read">The profile as the agent saw it.</param>
    /// <param name="latest">The newest reading of it, from which saving starts.</param>
    /// <param name="by">Who edits.</param>
    internal ProfileEdit(CustomerProfile read, CustomerProfile latest, Actor by)
    {
        by.ThrowIfNobody(nameof(by));
        Profile = read;
        Latest = latest;
        By = by;
        Emails = new ListEdit<ProfileEmail>(this, ProfileField.Emails);
        Phones = new ListEdit<PhoneNumber>(this, ProfileField.Phones);
        Websites = new ListEdit<Uri>(this, ProfileField.Websites);
        SocialProfiles = new ListEdit<SocialProfile>(this, ProfileField.SocialProfiles);
        Custom = new CustomPropertyEdit(this);
    }

    /// <summary>The profile as it was read, or as the form showed it.</summary>
    public CustomerProfile Profile { get; }

    /// <summary>Who edits.</summary>
    public Actor By { get; }

    /// <summary>
    /// The host's own reference for the history, such as the number of a case; null unless set. At most 200
    /// characters without control characters. Not part of <see cref="ToDraft"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The text is empty, too long, or holds control characters.</exception>
    public string? CaseReference
    {
        get;
        set => field = FittingCaseReference(value, nameof(value));
    }

    /// <summary>A case reference that can be stored; null for none.</summary>
    /// <exception cref="ArgumentException">It is empty, too long, or holds control characters.</exception>
    internal static string? FittingCaseReference(string? reference, string parameter) =>
        reference is null ? null : PlainText.Fitting(reference, "A case reference", MaxCaseReferenceLength, parameter);

    /// <summary>Whether there is nothing to save.</summary>
    public bool IsEmpty => _changes.Count == 0;

    /// <summary>The fields that the draft changes.</summary>
    public ImmutableArray<ProfileField> Changed => [.. _changes.Select(change => change.Field).Distinct()];

    /// <summary>
    /// The name. Text is taken for the full name; where that is the full name already, the given and the family name
    /// stay. Empty parts, as in <c>new PersonName("Ada Lovelace", "", "")</c>, remove them.
    /// </summary>
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

    /// <summary>The photo, where agents may edit it. Text is taken for its address.</summary>
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

    /// <summary>The custom properties, by their keys.</summary>
    public CustomPropertyEdit Custom { get; }

    /// <summary>The profile from which saving starts; never one that came from outside.</summary>
    internal CustomerProfile Latest { get; }

    /// <summary>What the edit is for.</summary>
    internal HistoryKind Kind { get; init; } = HistoryKind.Edit;

    /// <summary>Whether the draft came back from outside.</summary>
    internal bool IsContinued { get; init; }

    /// <summary>Everything that the draft changes.</summary>
    internal IReadOnlyList<FieldChange> AllChanges => _changes;

    /// <summary>The changes to save.</summary>
    internal IReadOnlyList<FieldChange> Changes =>
        !IsContinued ? _changes : [.. _changes.Where(change => !IsOfUnknownEntry(change)).Select(WithTrustedAddress)];

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

    /// <summary>The value of a custom property as it would be after saving.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="property">The definition.</param>
    /// <returns>The value, nothing, or text that does not fit the definition.</returns>
    public PropertyValue<T> Get<T>(PropertyDefinition<T> property)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(property);
        return property.Read(Get(property.Field));
    }

    /// <summary>
    /// Sets a custom property. An equal value that is there in another spelling, such as 1.0 for 1, stays as it is.
    /// </summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="property">The definition.</param>
    /// <param name="value">The value.</param>
    public void Set<T>(PropertyDefinition<T> property, T value)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(property);
        ArgumentNullException.ThrowIfNull(value);
        if (!Get(property).TryGetValue(out var held) || !held.Equals(value))
        {
            Post(property.Field, property.Write(value));
        }
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
    /// Resets a field: the value that a person set, or the mark that it was cleared, is removed, and a provider may
    /// fill the field at its next check.
    /// </summary>
    /// <param name="field">The field. What did not come from a person stays.</param>
    public void Reset(ProfileField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        _changes.RemoveAll(change => field.Covers(change.Field));
        foreach (var value in Profile.Values.Where(value => field.Covers(value.Field) && value.Provenance.IsFromPerson))
        {
            // Of a list only the marks are removed: its entries are the agents' own.
            if (!field.IsList || value.IsCleared)
            {
                _changes.Add(new FieldChange(value.Field, value.Key, FieldChangeKind.Reset));
            }
        }
    }

    /// <summary>Undoes what the draft does to a field.</summary>
    /// <param name="field">The field.</param>
    public void Undo(ProfileField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        _changes.RemoveAll(change => field.Covers(change.Field));
    }

    /// <summary>Undoes what the draft does to one entry, such as one that was rejected.</summary>
    /// <param name="field">The field, such as <see cref="FieldError.Field"/>.</param>
    /// <param name="key">The entry, such as <see cref="FieldError.Key"/>; empty for a field that is no list.</param>
    public void Undo(ProfileField field, string key)
    {
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(key);
        _changes.RemoveAll(change =>
            field.Equals(change.Field) && string.Equals(change.Key, key, StringComparison.Ordinal)
        );
    }

    /// <summary>
    /// The edit in a form in which it can be sent out with a page and come back: what was read, and what is changed so
    /// far. Continue it with <c>profile.Edit(by, draft)</c>.
    /// </summary>
    /// <returns>The draft. It says nothing of who edits.</returns>
    public ProfileDraft ToDraft() => new(Profile, _changes);

    /// <summary>
    /// The same edit after a conflict: it overwrites what the conflict showed. What somebody changes after that is a
    /// conflict again, so nothing is overwritten unseen.
    /// </summary>
    /// <param name="conflict">What saving returned, and the agent has seen.</param>
    /// <returns>A new draft, on the profile as the conflict showed it.</returns>
    /// <exception cref="ArgumentException"><paramref name="conflict"/> is about another customer.</exception>
    public ProfileEdit Rebase(SaveOutcome.Conflict conflict)
    {
        ArgumentNullException.ThrowIfNull(conflict);
        var current = conflict.Current;
        if (current.Id != Profile.Id || current.Tenant != Profile.Tenant)
        {
            throw new ArgumentException("The conflict is about another customer than the edit.", nameof(conflict));
        }

        var edit = new ProfileEdit(current, current, By)
        {
            IsContinued = IsContinued,
            Kind = Kind,
            CaseReference = CaseReference,
        };

        // Lists are reset as a whole: their marks may be others by now, or one.
        foreach (var list in _changes.Where(IsListReset).Select(change => change.Field).Distinct())
        {
            edit.Reset(list);
        }

        foreach (var change in _changes.Where(change => !IsListReset(change) && !IsTypedSince(change)))
        {
            edit.Put(edit.WithKnownAddress(change));
        }

        return edit;

        static bool IsListReset(FieldChange change) => change is { Kind: FieldChangeKind.Reset, Field.IsList: true };

        // Resetting a custom property removes its mark, never what somebody has typed there since.
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
            FieldChangeKind.Set => read?.Value is { } value
                && FieldValues.AreSame(FieldContent.Tidy(change.Field, value), change.Value),
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

    /// <summary>
    /// Takes the mark on a list back when all entries that were read are there again: clearing a list and adding the
    /// same entries is no change.
    /// </summary>
    internal void UndoClearIfWhole(ProfileField list)
    {
        if (
            ChangeAt(list, "") is { Kind: FieldChangeKind.Clear }
            && Profile.Values.Any(IsEntry)
            && Profile.Values.All(value => !IsEntry(value) || ChangeAt(list, value.Key)?.Kind != FieldChangeKind.Clear)
        )
        {
            Undo(list, "");
        }

        bool IsEntry(FieldValue value) => !value.IsCleared && list.Equals(value.Field);
    }

    internal void Post<T>(ProfileField<T> field, T? value)
        where T : class
    {
        var tidy = FieldContent.Tidy(
            field,
            value is null ? null : FieldContent.Completed(FieldContent.Completed(value, Get(field)), Profile.Get(field))
        );
        if (tidy is not null)
        {
            Put(new FieldChange(field, "", FieldChangeKind.Set, tidy));
        }
        else if (ChangeAt(field, "") is { Value: null })
        {
            // Cleared or reset, so the draft shows the field blank already: posting it so is no change.
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

    /// <summary>
    /// An entry with its e-mail address as the profile or the draft has it, if the same text is there: the host may
    /// have folded its plus-tag. Any other entry as it is.
    /// </summary>
    internal object WithKnownAddress(object entry)
    {
        if (entry is not ProfileEmail email)
        {
            return entry;
        }

        var sameText = Profile
            .Values.Select(value => value.Value)
            .Concat(_changes.Select(change => change.Value))
            .OfType<ProfileEmail>()
            .Select(known => known.Address)
            .Where(known => string.Equals(known.Value, email.Address.Value, StringComparison.Ordinal))
            .ToArray();
        return sameText.Length == 0 || sameText.Contains(email.Address) ? email : email with { Address = sameText[0] };
    }

    /// <summary>The change with its e-mail address as the profile or the draft has it, and at its key.</summary>
    internal FieldChange WithKnownAddress(FieldChange change) =>
        change.Value is ProfileEmail email && WithKnownAddress(email) is var known && !ReferenceEquals(known, email)
            ? new FieldChange(change.Field, change.Field.KeyOf(known), change.Kind, known, change.Index)
            : change;

    /// <summary>
    /// The change with its e-mail address read anew, unless the newest profile has it like that: a draft from outside
    /// is not believed in what form an address is compared.
    /// </summary>
    private FieldChange WithTrustedAddress(FieldChange change) =>
        change.Value is ProfileEmail email
        && !Latest.Emails.Any(known =>
            known.Address == email.Address
            && string.Equals(known.Address.Value, email.Address.Value, StringComparison.Ordinal)
        )
        && EmailAddress.TryParse(email.Address.Value, out var address)
            ? change with
            {
                Key = address.Normalized,
                Value = email with { Address = address },
            }
            : change;

    /// <summary>
    /// Whether a change removes an entry that the profile does not have. A draft from outside could name any; what it
    /// names is not worth a mark.
    /// </summary>
    private bool IsOfUnknownEntry(FieldChange change) =>
        change is { Kind: FieldChangeKind.Clear, Key.Length: > 0 } && Latest.Find(change.Field, change.Key) is null;
}
