namespace CustomerProfiles;

/// <summary>A person's name, in any script. Nothing makes anyone split it.</summary>
/// <remarks>Immutable. <see cref="ToString"/> does not show the name; use <see cref="Full"/>.</remarks>
public sealed record PersonName
{
    /// <summary>A name, with its parts where they are known.</summary>
    /// <param name="full">The name as it is shown.</param>
    /// <param name="given">The given name, where somebody said which part it is; null otherwise. Never guessed.</param>
    /// <param name="family">The family name, where somebody said which part it is; null otherwise. Never
    /// guessed.</param>
    public PersonName(string full, string? given = null, string? family = null)
    {
        Full = full;
        Given = given;
        Family = family;
    }

    /// <summary>The name as it is shown.</summary>
    public string Full { get; init; }

    /// <summary>The given name, where somebody said which part it is; null otherwise. Never guessed.</summary>
    public string? Given { get; init; }

    /// <summary>The family name, where somebody said which part it is; null otherwise. Never guessed.</summary>
    public string? Family { get; init; }

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
