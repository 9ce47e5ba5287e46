using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// What is held about one customer: an immutable value. Every change makes a new one with the next
/// <see cref="Version"/>.
/// </summary>
/// <remarks>Safe for any number of threads. <see cref="ToString"/> shows the id and the version only.</remarks>
public sealed class CustomerProfile
{
    /// <summary>More values than a usual profile has are found by hash, so that a large one does not cost the square of
    /// its size.</summary>
    private const int ManyValues = 64;

    private ValueIndex? _index;

    /// <summary>
    /// Makes a profile as a store kept it. A host gets its profiles from <c>ICustomerProfiles</c>.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="id">The customer.</param>
    /// <param name="version">The version, from 1.</param>
    /// <param name="createdAt">When it was created.</param>
    /// <param name="updatedAt">When it last changed.</param>
    /// <param name="identities">The identities of the customer.</param>
    /// <param name="values">The values, at most one for each field and key, in the order in which they are
    /// shown.</param>
    /// <exception cref="ArgumentException">The id is <c>default</c>, the version is below 1, or an array is
    /// <c>default</c>.</exception>
    public CustomerProfile(
        TenantId tenant,
        CustomerId id,
        long version,
        Instant createdAt,
        Instant updatedAt,
        ImmutableArray<Identity> identities,
        ImmutableArray<FieldValue> values
    )
    {
        if (id == default)
        {
            throw new ArgumentException("default(CustomerId) is nobody's id.", nameof(id));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        if (identities.IsDefault || values.IsDefault)
        {
            throw new ArgumentException(
                "An array of a profile may be empty, but not default.",
                identities.IsDefault ? nameof(identities) : nameof(values)
            );
        }

        Tenant = tenant;
        Id = id;
        Version = version;
        CreatedAt = createdAt;
        UpdatedAt = updatedAt;
        Identities = identities;
        Values = values;
    }

    /// <summary>The tenant.</summary>
    public TenantId Tenant { get; }

    /// <summary>The customer's id.</summary>
    public CustomerId Id { get; }

    /// <summary>How often the profile has changed, from 1. A check that finds nothing new does not raise it.</summary>
    public long Version { get; }

    /// <summary>When it was created, to the microsecond.</summary>
    public Instant CreatedAt { get; }

    /// <summary>When it last changed, to the microsecond.</summary>
    public Instant UpdatedAt { get; }

    /// <summary>
    /// What to call the customer: the name, else the first e-mail address, telephone number or other identity, else the
    /// company, else "Unknown customer". Never empty.
    /// </summary>
    public string DisplayName => ProfileDisplay.NameOf(this);

    /// <summary>One or two letters to show in place of a missing photo; "?" when there is no letter.</summary>
    public string Initials => ProfileDisplay.InitialsOf(this);

    /// <summary>The identities of the customer. Every address in <see cref="Emails"/> is among them.</summary>
    public ImmutableArray<Identity> Identities { get; }

    /// <summary>Everything that is held, with its provenance, cleared marks included.</summary>
    public ImmutableArray<FieldValue> Values { get; }

    /// <summary>The name; null when there is none.</summary>
    public PersonName? Name => Get(ProfileField.Name);

    /// <summary>The company; null when there is none.</summary>
    public string? Company => Get(ProfileField.Company);

    /// <summary>The job title; null when there is none.</summary>
    public string? JobTitle => Get(ProfileField.JobTitle);

    /// <summary>The postal address; null when there is none.</summary>
    public PostalAddress? Address => Get(ProfileField.Address);

    /// <summary>The agents' notes; null when there are none.</summary>
    public string? Notes => Get(ProfileField.Notes);

    /// <summary>The photo; null when there is none.</summary>
    public Photo? Photo => Get(ProfileField.Photo);

    /// <summary>The location; null when there is none.</summary>
    public string? Location => Get(ProfileField.Location);

    /// <summary>The bio; null when there is none.</summary>
    public string? Bio => Get(ProfileField.Bio);

    /// <summary>The e-mail addresses, in the order in which they were added.</summary>
    public ImmutableArray<ProfileEmail> Emails => Get(ProfileField.Emails);

    /// <summary>The telephone numbers, in the order in which they were added.</summary>
    public ImmutableArray<PhoneNumber> Phones => Get(ProfileField.Phones);

    /// <summary>The websites, in the order in which they were added.</summary>
    public ImmutableArray<Uri> Websites => Get(ProfileField.Websites);

    /// <summary>The accounts in social networks, in the order in which they were added.</summary>
    public ImmutableArray<SocialProfile> SocialProfiles => Get(ProfileField.SocialProfiles);

    /// <summary>The custom properties by their key.</summary>
    public ImmutableDictionary<string, string> CustomProperties =>
        Values
            .Where(value => !value.IsCleared && value.Field.CustomKey is not null)
            .ToImmutableDictionary(
                value => value.Field.CustomKey!,
                value => (string)value.Value!,
                StringComparer.Ordinal
            );

    /// <summary>The value of a field.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="field">The field.</param>
    /// <returns>The value; null when the field is unset or cleared (<see cref="Find"/> says which).</returns>
    public T? Get<T>(ProfileField<T> field)
        where T : class => (T?)Find(field)?.Value;

    /// <summary>A custom property, read by its definition.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="property">The definition.</param>
    /// <returns>The value, nothing, or the stored text that does not fit the definition. Never an exception because of
    /// what is stored.</returns>
    /// <exception cref="ArgumentException">The definition's key cannot be that of a custom property.</exception>
    public PropertyValue<T> Get<T>(PropertyDefinition<T> property)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(property);
        return property.Read(Get(property.Field));
    }

    /// <summary>The entries of a list, in the order in which they were added.</summary>
    /// <typeparam name="T">The type of an entry.</typeparam>
    /// <param name="field">The field.</param>
    /// <returns>The entries; never <c>default</c>.</returns>
    public ImmutableArray<T> Get<T>(ProfileListField<T> field)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(field);
        var entries = ImmutableArray.CreateBuilder<T>();
        foreach (var value in Values)
        {
            if (value.Value is T entry && field.Equals(value.Field))
            {
                entries.Add(entry);
            }
        }

        return entries.DrainToImmutable();
    }

    /// <summary>What is held in a field or in one entry of a list, with its provenance.</summary>
    /// <param name="field">The field.</param>
    /// <param name="key">The key of the entry within a list; empty for a field that is no list.</param>
    /// <returns>The value or the mark that it was cleared; null when it is unset.</returns>
    public FieldValue? Find(ProfileField field, string key = "")
    {
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(key);
        var index = IndexOf(field, key);
        return index < 0 ? null : Values[index];
    }

    /// <summary>Where in <see cref="Values"/> a field or an entry of a list is; -1 when it is unset.</summary>
    internal int IndexOf(ProfileField field, string key)
    {
        if (Values.Length > ManyValues)
        {
            return (_index ??= new ValueIndex(Values)).IndexOf(field, key);
        }

        for (var i = 0; i < Values.Length; i++)
        {
            if (Values[i].IsAt(field, key))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>
    /// The next version with other values. The identities follow the e-mail addresses, and a removed telephone number
    /// is no longer an identity.
    /// </summary>
    internal CustomerProfile Next(ImmutableArray<FieldValue> values, Instant now) =>
        new(Tenant, Id, Version + 1, CreatedAt, Instant.Max(now, UpdatedAt), IdentitiesAfter(values), values);

    /// <summary>The same version with other identities.</summary>
    internal CustomerProfile WithIdentities(ImmutableArray<Identity> identities) =>
        new(Tenant, Id, Version, CreatedAt, UpdatedAt, identities, Values);

    private ImmutableArray<Identity> IdentitiesAfter(ImmutableArray<FieldValue> values)
    {
        var identities = ImmutableArray.CreateBuilder<Identity>();
        foreach (var identity in Identities)
        {
            var stays = identity.Kind switch
            {
                IdentityKind.Email => values.Any(value =>
                    !value.IsCleared && value.IsAt(ProfileField.Emails, identity.Value)
                ),
                IdentityKind.Phone => values.Any(value =>
                    !value.IsCleared && value.IsAt(ProfileField.Phones, identity.Value)
                ),
                _ => true,
            };
            if (stays)
            {
                identities.Add(identity);
            }
        }

        foreach (var value in values)
        {
            if (value.Value is ProfileEmail email && !identities.Contains(Identity.Email(email.Address)))
            {
                identities.Add(Identity.Email(email.Address));
            }
        }

        return identities.SequenceEqual(Identities) ? Identities : identities.DrainToImmutable();
    }

    /// <summary>The id and the version only, so that a profile never reaches a log by accident.</summary>
    public override string ToString() => $"{nameof(CustomerProfile)} {Id} v{Version}";
}
