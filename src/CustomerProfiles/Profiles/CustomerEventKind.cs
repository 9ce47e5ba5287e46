using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>What happened to a customer.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CustomerEventKind>))]
public enum CustomerEventKind
{
    /// <summary>The customer was created: by a conversation, by hand, or by an import.</summary>
    Created,

    /// <summary>Fields or identities of the customer changed.</summary>
    Updated,

    /// <summary>Another customer was merged into this one.</summary>
    Merged,

    /// <summary>This customer was merged into another one, whose id this one's leads to from now on.</summary>
    MergedAway,

    /// <summary>A merge of this customer and another one was undone.</summary>
    Unmerged,

    /// <summary>
    /// Somebody suppressed the customer, or a provider withholds them. To suppress an identity writes no event, and who
    /// is suppressed by a merge has <see cref="Merged"/> only.
    /// </summary>
    Suppressed,

    /// <summary>The customer was unsuppressed.</summary>
    Unsuppressed,

    /// <summary>The customer was erased.</summary>
    Erased,
}
