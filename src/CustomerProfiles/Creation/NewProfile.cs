using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>
/// What a profile is to hold that somebody makes by hand or imports. What is null, blank or empty is left unset.
/// </summary>
/// <remarks>
/// Immutable, if the dictionary is. Nothing is validated before the profile is made. <see cref="ToString"/> shows the
/// type only.
/// </remarks>
public sealed class NewProfile
{
    /// <summary>
    /// The customer's id, when the host makes it: a call that is repeated finds the customer of the first one. Null for
    /// a new one.
    /// </summary>
    public CustomerId? Id { get; init; }

    /// <summary>
    /// The identities by which the customer is found, beside the addresses in <see cref="Emails"/>. A telephone number
    /// among them is also one of <see cref="Phones"/>, an e-mail address one of <see cref="Emails"/>.
    /// </summary>
    public ImmutableArray<Identity> Identities { get; init; } = [];

    /// <summary>The name. Text is taken for the full name.</summary>
    public PersonName? Name { get; init; }

    /// <summary>The company.</summary>
    public string? Company { get; init; }

    /// <summary>The job title.</summary>
    public string? JobTitle { get; init; }

    /// <summary>The postal address.</summary>
    public PostalAddress? Address { get; init; }

    /// <summary>The notes, of any number of lines.</summary>
    public string? Notes { get; init; }

    /// <summary>The photo, where agents may edit it. Text is taken for its address.</summary>
    public Photo? Photo { get; init; }

    /// <summary>The location, where agents may edit it.</summary>
    public string? Location { get; init; }

    /// <summary>The bio, where agents may edit it.</summary>
    public string? Bio { get; init; }

    /// <summary>The e-mail addresses. Each becomes an identity.</summary>
    public ImmutableArray<ProfileEmail> Emails { get; init; } = [];

    /// <summary>
    /// The telephone numbers. They are no identities, because a family or an office shares one; see
    /// <see cref="Identities"/>.
    /// </summary>
    public ImmutableArray<PhoneNumber> Phones { get; init; } = [];

    /// <summary>The websites.</summary>
    public ImmutableArray<Uri> Websites { get; init; } = [];

    /// <summary>The accounts in social networks, where agents may edit them.</summary>
    public ImmutableArray<SocialProfile> SocialProfiles { get; init; } = [];

    /// <summary>The custom properties by their keys.</summary>
    public IReadOnlyDictionary<string, string> Custom { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(NewProfile);

    /// <summary>The same as an edit of a profile that holds nothing yet.</summary>
    /// <param name="blank">That profile.</param>
    /// <param name="identities">The identities, those of this object among them.</param>
    /// <param name="by">Who edits.</param>
    internal ProfileEdit EditOf(CustomerProfile blank, ImmutableArray<Identity> identities, Actor by)
    {
        var edit = new ProfileEdit(blank, blank, by)
        {
            Name = Name,
            Company = Company,
            JobTitle = JobTitle,
            Address = Address,
            Notes = Notes,
            Photo = Photo,
            Location = Location,
            Bio = Bio,
        };
        AddTo(edit.Emails, Emails);
        AddTo(edit.Phones, Phones);
        AddTo(edit.Websites, Websites);
        AddTo(edit.SocialProfiles, SocialProfiles);
        foreach (var (key, value) in Custom)
        {
            edit.Custom[key] = value;
        }

        foreach (var identity in (identities.IsDefault ? [] : identities).Select(Conversation.CheckIdentity))
        {
            if (identity.Kind == IdentityKind.Email)
            {
                var email = new ProfileEmail(identity.Value);
                if (edit.ChangeAt(ProfileField.Emails, email.Key) is null)
                {
                    edit.Emails.Add(email);
                }
            }
            else if (identity.Kind == IdentityKind.Phone && edit.ChangeAt(ProfileField.Phones, identity.Value) is null)
            {
                edit.Phones.Add(new PhoneNumber(identity.Value));
            }
        }

        return edit;
    }

    private static void AddTo<T>(ListEdit<T> list, ImmutableArray<T> entries)
        where T : class => list.ReplaceWith(entries.IsDefault ? [] : entries);
}
