namespace CustomerProfiles;

/// <summary>A person's name, in any script. Nothing makes anyone split it.</summary>
/// <param name="Full">The name as it is shown.</param>
/// <param name="Given">The given name, where somebody said which part it is; null otherwise. Never guessed.</param>
/// <param name="Family">The family name, where somebody said which part it is; null otherwise. Never guessed.</param>
/// <remarks>Immutable. <see cref="ToString"/> does not show the name; use <see cref="Full"/>.</remarks>
public sealed record PersonName(string Full, string? Given = null, string? Family = null)
{
    /// <summary>A name that is shown as it stands.</summary>
    /// <param name="full">The name.</param>
    public static implicit operator PersonName?(string? full) => FromString(full);

    /// <summary>A name that is shown as it stands.</summary>
    /// <param name="full">The name, or null for none.</param>
    /// <returns>The name, or null.</returns>
    public static PersonName? FromString(string? full) => full is null ? null : new PersonName(full);

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(PersonName);
}
