using System.Text;

namespace CustomerProfiles;

/// <summary>Everything that is held about a customer, as one JSON document.</summary>
/// <remarks>
/// Immutable. The document is UTF-8 and has the format <c>customerprofiles/1</c>; docs/guide/exporting.md describes it.
/// It is personal data throughout. <see cref="ToString"/> shows the customer's id only.
/// </remarks>
public sealed class CustomerExport
{
    internal CustomerExport(CustomerId id, ReadOnlyMemory<byte> json)
    {
        Id = id;
        Json = json;
    }

    /// <summary>The customer.</summary>
    public CustomerId Id { get; }

    /// <summary>The document as UTF-8.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>The document as text.</summary>
    /// <returns>The document.</returns>
    public string ToJson() => Encoding.UTF8.GetString(Json.Span);

    /// <summary>The customer's id only.</summary>
    public override string ToString() => $"{nameof(CustomerExport)} {Id}";
}
