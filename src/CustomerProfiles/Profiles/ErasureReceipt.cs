using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles;

/// <summary>That a customer was erased: all that is left of them. It holds no personal data.</summary>
/// <remarks>Immutable.</remarks>
public sealed class ErasureReceipt
{
    /// <summary>The id of the erasure, a UUID.</summary>
    public required Guid Id { get; init; }

    /// <summary>The ids that were erased: the customer's, then those of whom they had absorbed.</summary>
    public required ImmutableArray<CustomerId> Customers { get; init; }

    /// <summary>When, to the microsecond.</summary>
    public required Instant At { get; init; }

    /// <summary>The id of whoever erased them.</summary>
    public required string By { get; init; }

    /// <summary>The host's own reference, such as the number of a case; null when there was none.</summary>
    public string? CaseReference { get; init; }

    /// <summary>How many identities were erased.</summary>
    public required int Identities { get; init; }

    /// <summary>How many conversation records were erased.</summary>
    public required int Conversations { get; init; }

    /// <summary>How many changes of the history were erased.</summary>
    public required int Changes { get; init; }

    /// <summary>
    /// The names of the providers that had been asked about the customer, sorted: they are to be told (GDPR, article
    /// 19).
    /// </summary>
    public required ImmutableArray<string> Providers { get; init; }

    /// <summary>The marks that were kept of the identities, none of them personal data; empty for none.</summary>
    public required ImmutableArray<ErasureMark> Marks { get; init; }

    /// <summary>The receipt as JSON, to be kept apart from the backups of the database.</summary>
    /// <returns>One line.</returns>
    public string ToJson() => ReceiptJson.Write(this);

    /// <summary>Reads a receipt that <see cref="ToJson"/> has written.</summary>
    /// <param name="json">The JSON.</param>
    /// <returns>The receipt.</returns>
    /// <exception cref="FormatException">It is no receipt, or a part is missing.</exception>
    public static ErasureReceipt Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return ReceiptJson.Read(json);
    }

    /// <summary>The id of the erasure only.</summary>
    public override string ToString() => $"{nameof(ErasureReceipt)} {Id}";
}
