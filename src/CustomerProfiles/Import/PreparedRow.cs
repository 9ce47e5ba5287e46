using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>A row as it was read: what it sets, by which identities it is found, or why it is rejected.</summary>
internal sealed class PreparedRow
{
    public required long Number { get; init; }

    public required ImportRow Row { get; init; }

    /// <summary>What the row sets, each with its provenance. Of an export also marks of what was cleared.</summary>
    public required ImmutableArray<FieldValue> Values { get; init; }

    /// <summary>Every identity of the row. The one that its id is comes first.</summary>
    public required ImmutableArray<Identity> Identities { get; init; }

    /// <summary>Who changes the profile: the row, if it has an id, else the system.</summary>
    public required Provenance By { get; init; }

    /// <summary>What does not fit the definition of its custom property, and is kept all the same.</summary>
    public required ImmutableArray<FieldError> Warnings { get; init; }

    /// <summary>The rules of the tenant's fields by which the row was read.</summary>
    public required EditValidation Validation { get; init; }

    /// <summary>Why the row is rejected; null when it is not.</summary>
    public ImportOutcome.Rejected? Rejection { get; init; }

    /// <summary>Whether the row names a customer by their id.</summary>
    public bool HasCustomerId => Row.Profile.Id is { } id && id != default;

    /// <summary>Whether a customer has an identity of the row, or is named by it.</summary>
    public bool IsAbout(CustomerProfile customer) =>
        customer.Identities.Any(identity => Identities.Contains(identity))
        || (HasCustomerId && customer.Id == Row.Profile.Id);

    public ImportResult ResultOf(ImportOutcome outcome) => new(Number, Row, outcome, Warnings);
}
