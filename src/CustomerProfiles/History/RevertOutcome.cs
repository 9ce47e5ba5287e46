using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>The outcome of drafting a revert: a closed hierarchy of cases. Nothing is written by any of them.</summary>
/// <remarks>Immutable, but for the edit.</remarks>
public abstract class RevertOutcome
{
    private RevertOutcome(string code) => Code = code;

    /// <summary>
    /// A stable name of the case: <c>drafted</c>, <c>entry-not-found</c>, <c>is-merge</c> or <c>not-found</c>.
    /// </summary>
    public string Code { get; }

    /// <summary>The code only.</summary>
    public sealed override string ToString() => Code;

    /// <summary>
    /// An edit that takes the change back. Show it, and save it with <see cref="ICustomerProfiles.SaveAsync"/> as any
    /// other: rules, limits and conflicts hold.
    /// </summary>
    public sealed class Drafted : RevertOutcome
    {
        private readonly ImmutableArray<FieldChange> _undos;

        internal Drafted(
            ProfileEdit edit,
            ImmutableArray<HistoryValue> changes,
            ImmutableArray<(FieldConflict Conflict, FieldChange Undo)> conflicts,
            ImmutableArray<FieldError> refused,
            ImmutableArray<ProfileField> removed
        )
            : base("drafted")
        {
            Edit = edit;
            Changes = changes;
            Conflicts = [.. conflicts.Select(one => one.Conflict)];
            Refused = refused;
            Removed = removed;
            _undos = [.. conflicts.Select(one => one.Undo)];
        }

        /// <summary>The edit. It is empty when nothing is left to take back.</summary>
        public ProfileEdit Edit { get; }

        /// <summary>
        /// What the edit does as it was drafted, to show before it is saved: <see cref="HistoryValue.Before"/> is there
        /// now, <see cref="HistoryValue.After"/> will be. Empty when the edit is.
        /// </summary>
        public ImmutableArray<HistoryValue> Changes { get; }

        /// <summary>
        /// What was changed again since, and is therefore left out of the edit: <see cref="FieldConflict.Read"/> as the
        /// change left it, <see cref="FieldConflict.Theirs"/> as it is now.
        /// </summary>
        public ImmutableArray<FieldConflict> Conflicts { get; }

        /// <summary>What agents may not set, or what no longer keeps the rules, and is left out of the edit.</summary>
        public ImmutableArray<FieldError> Refused { get; }

        /// <summary>The fields whose earlier value was taken out of the history, so that nobody can set it
        /// again.</summary>
        public ImmutableArray<ProfileField> Removed { get; }

        /// <summary>
        /// Puts a conflicting value into the edit all the same, after somebody has seen both and chosen the earlier
        /// one. Not safe for several threads, like the edit.
        /// </summary>
        /// <param name="conflict">One of <see cref="Conflicts"/>.</param>
        /// <exception cref="ArgumentException"><paramref name="conflict"/> is not one of them.</exception>
        public void Overwrite(FieldConflict conflict)
        {
            ArgumentNullException.ThrowIfNull(conflict);
            var index = Conflicts.IndexOf(conflict);
            if (index < 0)
            {
                throw new ArgumentException(
                    "The conflict is of another draft; pass one of this draft's Conflicts.",
                    nameof(conflict)
                );
            }

            Edit.Put(_undos[index]);
        }
    }

    /// <summary>The history of the customer has no such change: it is too old, or there never was one.</summary>
    public sealed class EntryNotFound : RevertOutcome
    {
        internal EntryNotFound()
            : base("entry-not-found") { }
    }

    /// <summary>
    /// What is to be taken back is a merge, or undoing one, or began before one. Undo the merge instead
    /// (<see cref="IProfileMerging.UnmergeAsync"/>).
    /// </summary>
    public sealed class IsMerge : RevertOutcome
    {
        internal IsMerge()
            : base("is-merge") { }
    }

    /// <summary>The tenant has no such customer.</summary>
    public sealed class NotFound : RevertOutcome
    {
        internal NotFound()
            : base("not-found") { }
    }
}
