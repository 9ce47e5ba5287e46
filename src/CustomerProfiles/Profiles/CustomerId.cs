using System.Diagnostics.CodeAnalysis;
using NodaTime;

namespace CustomerProfiles;

/// <summary>The id of a customer: a UUID of version 7, so that ids sort by the time of creation.</summary>
/// <remarks>
/// Immutable and safe for any number of threads. The order is the unsigned order of the UUID's bytes, as databases sort
/// a UUID.
/// </remarks>
public readonly record struct CustomerId : IComparable<CustomerId>
{
    private CustomerId(Guid value) => Value = value;

    /// <summary>The UUID; all zeros only in <c>default(CustomerId)</c>, which is the id of nobody.</summary>
    public Guid Value { get; }

    /// <summary>Makes a new id.</summary>
    /// <param name="now">The time of creation; a time before 1970 counts as 1970-01-01, for a UUID cannot say
    /// it.</param>
    /// <returns>An id that no other call returns.</returns>
    public static CustomerId New(Instant now) =>
        new(Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(0, now.ToUnixTimeMilliseconds()))));

    /// <summary>Takes a UUID that came from <see cref="Value"/>.</summary>
    /// <param name="value">Any UUID but the empty one.</param>
    /// <returns>The id.</returns>
    /// <exception cref="ArgumentException"><paramref name="value"/> is the empty UUID.</exception>
    public static CustomerId From(Guid value) =>
        value == Guid.Empty
            ? throw new ArgumentException(
                "The empty UUID is the id of nobody; pass an id that a profile carries.",
                nameof(value)
            )
            : new CustomerId(value);

    /// <summary>Reads an id from its text form.</summary>
    /// <param name="text">A UUID in one of its usual forms, or null.</param>
    /// <param name="id">The id, or <c>default</c>.</param>
    /// <returns>Whether <paramref name="text"/> is the id of somebody.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out CustomerId id)
    {
        id = Guid.TryParse(text, out var value) && value != Guid.Empty ? new CustomerId(value) : default;
        return id.Value != Guid.Empty;
    }

    /// <inheritdoc/>
    public int CompareTo(CustomerId other) => Value.CompareTo(other.Value);

    /// <summary>Whether the left id sorts before the right one.</summary>
    public static bool operator <(CustomerId left, CustomerId right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left id sorts before the right one or is the same.</summary>
    public static bool operator <=(CustomerId left, CustomerId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left id sorts after the right one.</summary>
    public static bool operator >(CustomerId left, CustomerId right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left id sorts after the right one or is the same.</summary>
    public static bool operator >=(CustomerId left, CustomerId right) => left.CompareTo(right) >= 0;

    /// <summary>The UUID in its usual form, lower case with hyphens.</summary>
    public override string ToString() => Value.ToString("D");
}
