using System.Collections.Immutable;
using System.Text;
using NodaTime;

namespace CustomerProfiles;

/// <summary>Reads the rows of an import: what each sets, and everything that is wrong with it.</summary>
internal sealed class ImportRowReader(ProfileDrafting drafting, EmailAddresses addresses, IClock clock)
{
    /// <summary>Reads a row, as strictly as an edit.</summary>
    public PreparedRow Read(
        TenantId tenant,
        ImportOptions options,
        long number,
        ImportRow row,
        EditValidation validation
    )
    {
        if (row?.Profile is null)
        {
            throw new ArgumentException("A row of an import, and its profile, is not null.", nameof(row));
        }

        var (external, idError) = ExternalOf(options.System, row.Id);
        var by = new Provenance(
            ProvenanceSource.Import,
            external?.Value ?? options.System,
            clock.GetCurrentInstant().ToMicroseconds()
        );
        var (values, errors) = row.Values.IsDefault
            ? ReadProfile(tenant, options, row, by, validation)
            : ReadExport(tenant, row, validation);
        ImmutableArray<Identity> identities =
        [
            .. (external is { } known ? [known] : ImmutableArray<Identity>.Empty)
                .Concat(ProfileDrafting.IdentitiesOf(values, row.Profile.Identities))
                .Distinct(),
        ];
        if (identities.IsEmpty && row.Profile.Id is null)
        {
            idError ??=
                "The row has no id, no e-mail address and no other identity, so the next import could not find its "
                + "customer again. Give it one of them.";
        }

        return new PreparedRow
        {
            Number = number,
            Row = row,
            Values = values,
            Identities = identities,
            By = by,
            Validation = validation,
            Warnings = [.. values.Select(ChangeOf).SelectMany(validation.MisfitsOf)],
            Rejection = errors.IsEmpty && idError is null ? null : new ImportOutcome.Rejected(errors, idError),
        };
    }

    private (ImmutableArray<FieldValue> Values, ImmutableArray<FieldError> Errors) ReadProfile(
        TenantId tenant,
        ImportOptions options,
        ImportRow row,
        Provenance by,
        EditValidation validation
    )
    {
        var (changes, errors) = drafting.Read(
            tenant,
            row.Profile,
            row.Profile.Identities,
            Actor.Import(options.System),
            validation,
            acceptsMisfits: true
        );
        return (ProfileDrafting.ValuesOf(changes, by), errors);
    }

    /// <summary>
    /// The values of an export keep their provenance, and a provider's are among them, whoever may edit them. Each is
    /// at the key that it has in a profile, whatever the document says.
    /// </summary>
    private (ImmutableArray<FieldValue> Values, ImmutableArray<FieldError> Errors) ReadExport(
        TenantId tenant,
        ImportRow row,
        EditValidation validation
    )
    {
        ImmutableArray<FieldValue> values =
        [
            .. row
                .Values.Select(value =>
                    value.Value is { } held ? FieldValue.Set(value.Field, Folded(held), value.Provenance) : value
                )
                .DistinctBy(value => (value.Field, value.Key)),
        ];
        var changes = values.Select(ChangeOf).ToArray();
        return (
            values,
            [
                .. changes.SelectMany(validation.CheckContent),
                .. validation.TooMany(ProfileDrafting.Blank(tenant), changes),
            ]
        );
    }

    private object Folded(object value) =>
        value is ProfileEmail { Address.Normalized: not null } email
            ? email with
            {
                Address = addresses.Fold(email.Address),
            }
            : value;

    /// <summary>The change that sets a value, or clears it.</summary>
    public static FieldChange ChangeOf(FieldValue value) =>
        new(value.Field, value.Key, value.IsCleared ? FieldChangeKind.Clear : FieldChangeKind.Set, value.Value);

    private static (Identity? Identity, string? Error) ExternalOf(string system, string? id)
    {
        if (string.IsNullOrWhiteSpace(id))
        {
            return (null, null);
        }

        if (PlainText.IndexOfUnfit(id, lines: false) >= 0)
        {
            return (null, "The id of a row cannot hold control or text-reordering characters, or broken text.");
        }

        var key = $"{system}:{id.Trim()}".Normalize(NormalizationForm.FormC);
        return key.Length <= Identity.MaxLength
            ? (Identity.External(key), null)
            : (null, $"The id of a row has at most {Identity.MaxLength - system.Length - 1} characters.");
    }
}
