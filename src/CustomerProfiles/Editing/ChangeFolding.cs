using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>Brings the e-mail addresses of changes into the form that this host compares.</summary>
internal static class ChangeFolding
{
    /// <summary>
    /// The changes, folded. Folding can give two changes the same key: an address removed, and a tagged form of it
    /// added. Adding wins, in whatever order they were made.
    /// </summary>
    public static ImmutableArray<FieldChange> Fold(this EmailAddresses addresses, IReadOnlyList<FieldChange> changes) =>
        [
            .. changes
                .Select(change =>
                    change.Value is ProfileEmail { Address.Normalized: not null } email
                        ? change with
                        {
                            Key = addresses.Fold(email.Address).Normalized,
                            Value = email with { Address = addresses.Fold(email.Address) },
                        }
                        : change
                )
                .GroupBy(change => (change.Field, change.Key))
                .Select(place => place.LastOrDefault(change => change.Kind == FieldChangeKind.Set) ?? place.Last()),
        ];
}
