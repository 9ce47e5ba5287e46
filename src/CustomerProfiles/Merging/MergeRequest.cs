using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>Which two customers become one, and how.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the ids only.</remarks>
public sealed class MergeRequest
{
    private readonly ImmutableArray<MergeChoice> _choices = [];

    /// <summary>
    /// The customer who is absorbed. Their id goes on leading to the customer who stays. One that was absorbed before
    /// is not merged again.
    /// </summary>
    public required CustomerId From { get; init; }

    /// <summary>The customer who stays, and keeps the id; an absorbed id stands for whoever absorbed it.</summary>
    public required CustomerId Into { get; init; }

    /// <summary>
    /// Entries that are to be taken from another side than the rules say, each at most once. Empty unless set.
    /// </summary>
    /// <exception cref="ArgumentException">It is <c>default</c>, or names an entry twice.</exception>
    public ImmutableArray<MergeChoice> Choices
    {
        get => _choices;
        init
        {
            if (value.IsDefault || value.DistinctBy(choice => (choice.Field, choice.Key)).Count() != value.Length)
            {
                throw new ArgumentException(
                    "The choices of a merge may be empty, but not default, and name each entry once.",
                    nameof(value)
                );
            }

            _choices = value;
        }
    }

    /// <summary>
    /// The versions of the two profiles that whoever asks was shown; when others are current, nothing is merged. Null
    /// to merge them as they are.
    /// </summary>
    public MergeVersions? Versions { get; init; }

    /// <summary>
    /// The host's own reference, such as the number of a case, for the history; at most
    /// <see cref="ProfileEdit.MaxCaseReferenceLength"/> characters. Null for none.
    /// </summary>
    /// <exception cref="ArgumentException">It is too long, blank, or holds characters that cannot be
    /// stored.</exception>
    public string? CaseReference
    {
        get;
        init => field = ProfileEdit.FittingCaseReference(value, nameof(value));
    }

    /// <summary>The ids only.</summary>
    public override string ToString() => $"{nameof(MergeRequest)} {From} into {Into}";
}
