namespace CustomerProfiles.AspNetCore;

/// <summary>That a customer was erased: all that is left of them.</summary>
internal sealed class ErasedResponse
{
    /// <summary>
    /// Whether the customer had been erased before. Then nothing was done, and this is the receipt of that erasure.
    /// </summary>
    public required bool AlreadyErased { get; init; }

    /// <summary>The id of the erasure.</summary>
    public required string Erasure { get; init; }

    /// <summary>The ids that were erased: the customer's, then those of whom they had absorbed.</summary>
    public required string[] Customers { get; init; }

    /// <summary>When.</summary>
    public required string At { get; init; }

    /// <summary>How many identities were erased.</summary>
    public required int Identities { get; init; }

    /// <summary>How many conversation records were erased.</summary>
    public required int Conversations { get; init; }

    /// <summary>How many changes of the history were erased.</summary>
    public required int Changes { get; init; }

    /// <summary>The providers that had been asked about the customer, and are to be told.</summary>
    public required string[] Providers { get; init; }

    /// <summary>How many marks of identities were kept, by keyed hash.</summary>
    public required int Marks { get; init; }

    public static ErasedResponse Of(ErasureReceipt receipt, bool alreadyErased) =>
        new()
        {
            AlreadyErased = alreadyErased,
            Erasure = receipt.Id.ToString(),
            Customers = [.. receipt.Customers.Select(id => id.ToString())],
            At = WebTime.Of(receipt.At),
            Identities = receipt.Identities,
            Conversations = receipt.Conversations,
            Changes = receipt.Changes,
            Providers = [.. receipt.Providers],
            Marks = receipt.Marks.Length,
        };
}
