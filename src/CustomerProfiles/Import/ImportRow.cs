using System.Collections.Immutable;
using System.Text;
using NodaTime;

namespace CustomerProfiles;

/// <summary>One customer of another system, to be imported.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the type only.</remarks>
public sealed class ImportRow
{
    /// <summary>
    /// The row's id in the system, such as the number of a contact. The customer gets the identity
    /// <c>Identity.External("system:id")</c>, by which the next import finds them. Null where the system has none: then
    /// the row is found by the identities in it, and never replaces what an import gave.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>
    /// What the row says. What it leaves blank is left as it is. With an <see cref="NewProfile.Id"/> it is about the
    /// customer with this id, who is created with it if there is none.
    /// </summary>
    public required NewProfile Profile { get; init; }

    /// <summary>
    /// When the customer was created in the system; null for now. Only for customers whom the import creates. A time
    /// before 1970 counts as 1970, one in the future as now.
    /// </summary>
    public Instant? CreatedAt { get; init; }

    /// <summary>
    /// Whether the customer of an export was suppressed. An import does not suppress: the host does, before the
    /// customer's next conversation. False for any other row.
    /// </summary>
    public bool WasSuppressed { get; internal init; }

    /// <summary>The values of an export, each with its own provenance; <c>default</c> for any other row.</summary>
    internal ImmutableArray<FieldValue> Values { get; init; }

    /// <summary>
    /// The row that an export is: the customer with their id and identities, and every value with its provenance and
    /// cleared marks. Conversations, checks and history are not imported, and neither is a suppression: suppress the
    /// customer before their next conversation.
    /// </summary>
    /// <param name="json">The document of <c>CustomerExport</c>. It is validated as strictly as an edit when it is
    /// imported.</param>
    /// <returns>The row.</returns>
    /// <exception cref="FormatException">It is no such document, a damaged one, or one of a later version.</exception>
    public static ImportRow FromExport(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return ExportFormat.Read(Encoding.UTF8.GetBytes(json));
    }

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(ImportRow);
}
