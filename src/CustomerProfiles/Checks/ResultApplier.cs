using System.Collections.Immutable;
using CustomerProfiles.Providers;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// Applies a provider's result to the current profile. A provider fills what is unset and refreshes what it gave
/// itself. It never replaces, nor brings back, what came from anybody else. Information that a result no longer holds
/// stays, because a result can be thinner than the one before for many reasons.
/// </summary>
internal sealed class ResultApplier(IEditRules rules)
{
    /// <summary>The part of the information that fits the limits.</summary>
    public PublicInformation Fitted(PublicInformation information) =>
        new()
        {
            Photo = Fit(ProfileField.Photo, information.Photo),
            SocialProfiles = FitEntries(ProfileField.SocialProfiles, information.SocialProfiles),
            Location = Fit(ProfileField.Location, information.Location),
            Bio = Fit(ProfileField.Bio, information.Bio),
            Name = Fit(ProfileField.Name, information.Name),
            Company = Fit(ProfileField.Company, information.Company),
            JobTitle = Fit(ProfileField.JobTitle, information.JobTitle),
            Websites = FitEntries(ProfileField.Websites, information.Websites),
        };

    /// <summary>The next version of the profile; null when the information changes nothing.</summary>
    public CustomerProfile? Apply(CustomerProfile current, PublicInformation information, string provider, Instant now)
    {
        var provenance = new Provenance(ProvenanceSource.Provider, provider, now);
        var values = current.Values;
        values = Put(values, current, ProfileField.Photo, information.Photo, provenance);
        values = Put(values, current, ProfileField.Location, information.Location, provenance);
        values = Put(values, current, ProfileField.Bio, information.Bio, provenance);
        values = Put(values, current, ProfileField.Name, information.Name, provenance);
        values = Put(values, current, ProfileField.Company, information.Company, provenance);
        values = Put(values, current, ProfileField.JobTitle, information.JobTitle, provenance);
        values = PutEntries(values, ProfileField.SocialProfiles, information.SocialProfiles, provenance);
        values = PutEntries(values, ProfileField.Websites, information.Websites, provenance);
        return values == current.Values ? null : current.Next(values, now);
    }

    /// <summary>
    /// The next version of the profile without what a provider gave; null when it gave nothing. Cleared fields stay
    /// cleared.
    /// </summary>
    public static CustomerProfile? RemoveProviderData(CustomerProfile current, string provider, Instant now)
    {
        var values = current.Values.RemoveAll(value => value.Provenance.IsFrom(provider));
        return values.Length == current.Values.Length ? null : current.Next(values, now);
    }

    private T? Fit<T>(ProfileField field, T? value)
        where T : class => FieldContent.Fit(field, value, rules.Limits) as T;

    private ImmutableArray<T> FitEntries<T>(ProfileField field, ImmutableArray<T> entries)
        where T : class => entries.IsDefaultOrEmpty ? [] : [.. entries.Select(entry => Fit(field, entry)).OfType<T>()];

    private ImmutableArray<FieldValue> Put(
        ImmutableArray<FieldValue> values,
        CustomerProfile current,
        ProfileField field,
        object? value,
        Provenance provenance
    )
    {
        var existing = current.Find(field);
        if (
            FieldContent.Fit(field, value, rules.Limits) is not { } fitted
            || (existing is not null && !existing.Provenance.IsFrom(provenance.By))
        )
        {
            return values;
        }

        var given = FieldValue.Set(field, fitted, provenance);
        return existing.HoldsSameAs(given) ? values : values.With(given);
    }

    private ImmutableArray<FieldValue> PutEntries<T>(
        ImmutableArray<FieldValue> values,
        ProfileListField<T> field,
        ImmutableArray<T> entries,
        Provenance provenance
    )
        where T : class
    {
        var given = entries.IsDefaultOrEmpty
            ? []
            : entries
                .Select(entry => FieldContent.Fit(field, entry, rules.Limits))
                .OfType<T>()
                .Select(entry => FieldValue.Set(field, entry, provenance))
                .DistinctBy(value => value.Key, StringComparer.Ordinal)
                .Take(rules.Limits.Entries)
                .ToArray();
        var existing = values.Where(value => field.Equals(value.Field)).ToArray();

        // A list that agents own is blank only while nobody else has added or removed an entry. In a list that
        // providers own, each removed entry stays removed.
        var isOthers =
            rules.OwnerOf(field) == FieldOwner.Agent
                ? existing.Any(value => !value.Provenance.IsFrom(provenance.By))
                : existing.Any(value => value.Key.Length == 0);
        if (given.Length == 0 || isOthers)
        {
            return values;
        }

        foreach (
            var old in existing.Where(value =>
                value.Provenance.IsFrom(provenance.By) && !given.Any(entry => entry.Key == value.Key)
            )
        )
        {
            values = values.Without(field, old.Key);
        }

        // Cleared marks and the entries of others count against the limit too.
        var room = rules.Limits.Entries - values.Count(value => field.Equals(value.Field));
        foreach (var entry in given)
        {
            var old = Array.Find(existing, value => value.Key == entry.Key);
            var fits = old is null ? room-- > 0 : old.Provenance.IsFrom(provenance.By) && !old.HoldsSameAs(entry);
            if (fits)
            {
                values = values.With(entry);
            }
        }

        return values;
    }
}
