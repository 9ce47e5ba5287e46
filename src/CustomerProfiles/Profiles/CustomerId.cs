using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using NodaTime;

namespace CustomerProfiles;

/// <summary>The id of a customer: a UUID of version 7, so that ids sort by the time of creation.</summary>
/// <remarks>
/// Immutable and safe for any number of threads. The order is the unsigned order of the UUID's bytes, as databases sort
/// a UUID. In JSON it is a string.
/// </remarks>
[JsonConverter(typeof(PlainTextJsonConverter<CustomerId>))]
public readonly record struct CustomerId : IComparable<CustomerId>, ISpanParsable<CustomerId>, IPlainText
{
    private CustomerId(Guid value) => Value = value;

    /// <summary>The UUID; all zeros only in <c>default(CustomerId)</c>, which is nobody's id.</summary>
    public Guid Value { get; }

    string? IPlainText.Text => ToString();

    /// <summary>Makes a new id, with the system's clock.</summary>
    /// <returns>An id that no other call returns.</returns>
    public static CustomerId New() => new(Guid.CreateVersion7());

    /// <summary>Makes a new id.</summary>
    /// <param name="now">The time of creation. A UUID cannot hold a time before 1970; such a time counts as
    /// 1970-01-01.</param>
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
    public static bool TryParse([NotNullWhen(true)] string? text, out CustomerId id) =>
        TryParse(text.AsSpan(), provider: null, out id);

    /// <summary>Reads an id from its text form.</summary>
    /// <param name="s">A UUID in one of its usual forms.</param>
    /// <param name="provider">Not used: the form is the same everywhere.</param>
    /// <returns>The id.</returns>
    /// <exception cref="FormatException"><paramref name="s"/> is no UUID, or the empty one.</exception>
    public static CustomerId Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Parse(s.AsSpan(), provider);
    }

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out CustomerId result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static CustomerId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id)
            ? id
            : throw new FormatException("This is not the id of a customer: a UUID, and not the empty one.");

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out CustomerId result)
    {
        result = Guid.TryParse(s, out var value) && value != Guid.Empty ? new CustomerId(value) : default;
        return result.Value != Guid.Empty;
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
