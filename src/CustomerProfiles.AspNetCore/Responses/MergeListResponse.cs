using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles.AspNetCore;

/// <summary>The merges into a customer, newest first.</summary>
internal sealed class MergeListResponse
{
    /// <summary>The id of the customer, which is another one than was asked for when that was absorbed.</summary>
    public required string Customer { get; init; }

    /// <summary>The merges that were not undone, those of whomever they absorbed among them.</summary>
    public required MergeRecordResponse[] Merges { get; init; }

    /// <summary>The merges for the caller.</summary>
    public static MergeListResponse Of(
        CustomerId customer,
        ImmutableArray<MergeRecord> merges,
        Period unmergeWithin,
        Instant now
    ) =>
        new()
        {
            Customer = customer.ToString(),
            Merges = [.. merges.Select(merge => MergeRecordResponse.Of(merge, customer, unmergeWithin, now))],
        };
}

/// <summary>One merge.</summary>
internal sealed class MergeRecordResponse
{
    /// <summary>The id of the merge.</summary>
    public required string Id { get; init; }

    /// <summary>The id of the absorbed customer.</summary>
    public required string From { get; init; }

    /// <summary>The id of the customer into whom they were merged, who may have been absorbed since.</summary>
    public required string Into { get; init; }

    /// <summary>When.</summary>
    public required string At { get; init; }

    /// <summary>The id of the agent who merged them.</summary>
    public required string By { get; init; }

    /// <summary>Until when it can be undone.</summary>
    public required string UndoUntil { get; init; }

    /// <summary>
    /// Whether it can be undone, by whoever may: not too late, and not before a later merge of the same customer is
    /// undone.
    /// </summary>
    public required bool CanUndo { get; init; }

    /// <summary>The merge for the caller.</summary>
    public static MergeRecordResponse Of(MergeRecord merge, CustomerId customer, Period unmergeWithin, Instant now)
    {
        var until = UndoUntilOf(merge, unmergeWithin);
        return new MergeRecordResponse
        {
            Id = merge.Id.ToString(),
            From = merge.From.ToString(),
            Into = merge.Into.ToString(),
            At = WebTime.Of(merge.At),
            By = merge.By,
            UndoUntil = WebTime.Of(until),
            CanUndo = merge.Into == customer && now <= until,
        };
    }

    /// <summary>Until when a merge can be undone.</summary>
    public static Instant UndoUntilOf(MergeRecord merge, Period unmergeWithin) =>
        merge.At.InUtc().LocalDateTime.Plus(unmergeWithin).InUtc().ToInstant();
}
