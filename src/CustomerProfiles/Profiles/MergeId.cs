using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using NodaTime;

namespace CustomerProfiles;

/// <summary>The id of a merge of two customers: a UUID of version 7, so that ids sort by time.</summary>
/// <remarks>Immutable and safe for any number of threads. In JSON it is a string.</remarks>
[JsonConverter(typeof(PlainTextJsonConverter<MergeId>))]
public readonly record struct MergeId : ISpanParsable<MergeId>, IPlainText
{
    private MergeId(Guid value) => Value = value;

    /// <summary>The UUID; all zeros only in <c>default(MergeId)</c>, which is no merge's id.</summary>
    public Guid Value { get; }

    string? IPlainText.Text => ToString();

    /// <summary>Makes a new id.</summary>
    /// <param name="now">The time of the merge. A time before 1970 counts as 1970-01-01.</param>
    /// <returns>An id that no other call returns.</returns>
    internal static MergeId New(Instant now) =>
        new(Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(0, now.ToUnixTimeMilliseconds()))));

    /// <summary>Takes a UUID that came from <see cref="Value"/>.</summary>
    /// <param name="value">Any UUID but the empty one.</param>
    /// <returns>The id.</returns>
    /// <exception cref="ArgumentException"><paramref name="value"/> is the empty UUID.</exception>
    public static MergeId From(Guid value) =>
        value == Guid.Empty
            ? throw new ArgumentException(
                "The empty UUID is the id of no merge; pass an id that a merge returned.",
                nameof(value)
            )
            : new MergeId(value);

    /// <summary>Reads an id from its text form.</summary>
    /// <param name="text">A UUID in one of its usual forms, or null.</param>
    /// <param name="id">The id, or <c>default</c>.</param>
    /// <returns>Whether <paramref name="text"/> is an id.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out MergeId id) =>
        TryParse(text.AsSpan(), provider: null, out id);

    /// <summary>Reads an id from its text form.</summary>
    /// <param name="s">A UUID in one of its usual forms.</param>
    /// <param name="provider">Not used: the form is the same everywhere.</param>
    /// <returns>The id.</returns>
    /// <exception cref="FormatException"><paramref name="s"/> is no UUID, or the empty one.</exception>
    public static MergeId Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Parse(s.AsSpan(), provider);
    }

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MergeId result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static MergeId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id)
            ? id
            : throw new FormatException("This is not the id of a merge: a UUID, and not the empty one.");

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out MergeId result)
    {
        result = Guid.TryParse(s, out var value) && value != Guid.Empty ? new MergeId(value) : default;
        return result.Value != Guid.Empty;
    }

    /// <summary>The UUID in its usual form, lower case with hyphens.</summary>
    public override string ToString() => Value.ToString("D");
}
