using System.Diagnostics.CodeAnalysis;

namespace CustomerProfiles;

/// <summary>Begins edits of a profile.</summary>
public static class CustomerProfileEditExtensions
{
    /// <summary>Begins an edit of this profile, read at this version. Nothing changes until it is saved.</summary>
    /// <param name="profile">The profile as it was read.</param>
    /// <param name="by">Who edits.</param>
    /// <returns>A draft; not safe for several threads.</returns>
    /// <exception cref="ArgumentException"><paramref name="by"/> is <c>default</c>.</exception>
    public static ProfileEdit Edit([NotNull] this CustomerProfile profile, Actor by)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return new ProfileEdit(profile, profile, by);
    }

    /// <summary>
    /// Continues an edit that was sent out with a form and came back. Fields are compared with what the form showed:
    /// one that is posted as it was shown is no change, and one that somebody else changed meanwhile is a conflict when
    /// the edit is saved.
    /// </summary>
    /// <param name="profile">The profile as it is now, read for this request.</param>
    /// <param name="by">Who edits: the agent who is signed in, never what the form says.</param>
    /// <param name="draft">What <see cref="ProfileEdit.ToDraft"/> made for the form. It may be altered on its way: it
    /// can change no more than an edit of <paramref name="profile"/> could.</param>
    /// <returns>A draft; not safe for several threads.</returns>
    /// <exception cref="ArgumentException"><paramref name="by"/> is <c>default</c>, or the draft is of another
    /// customer: check <see cref="ProfileDraft.CustomerId"/> where it does not come from your own page.</exception>
    public static ProfileEdit Edit([NotNull] this CustomerProfile profile, Actor by, ProfileDraft draft)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(draft);
        return draft.CustomerId == profile.Id
            ? draft.Continue(profile, by)
            : throw new ArgumentException("The draft is of another customer than the profile.", nameof(draft));
    }
}
