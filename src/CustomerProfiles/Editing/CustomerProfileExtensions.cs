namespace CustomerProfiles;

/// <summary>Begins edits of profiles.</summary>
public static class CustomerProfileExtensions
{
    /// <summary>Begins an edit. Nothing changes until it is saved.</summary>
    /// <param name="profile">The profile as the person sees it.</param>
    /// <param name="by">The person who edits.</param>
    /// <returns>A draft.</returns>
    /// <exception cref="ArgumentException"><paramref name="by"/> is <c>default</c>.</exception>
    public static ProfileEdit Edit(this CustomerProfile profile, Actor by)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return new ProfileEdit(profile, by);
    }
}
