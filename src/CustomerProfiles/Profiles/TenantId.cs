using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>
/// One account of the host. Every key in a store begins with it, so that nothing is ever shared between two tenants.
/// A host with one account never has to name it: it works with <see cref="Default"/>.
/// </summary>
/// <remarks>Immutable and safe for any number of threads. Compared ordinally. In JSON it is a string.</remarks>
[JsonConverter(typeof(PlainTextJsonConverter<TenantId>))]
public readonly record struct TenantId : IParsable<TenantId>, IPlainText
{
    /// <summary>The longest tenant name, in UTF-16 code units.</summary>
    public const int MaxLength = 100;

    private readonly string? _value;

    /// <summary>Names a tenant.</summary>
    /// <param name="value">The host's own name or number of the account: 1 to <see cref="MaxLength"/> characters, no
    /// control characters.</param>
    /// <exception cref="ArgumentException">The name is empty, too long, or holds a control character.</exception>
    public TenantId(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        if (value.Length > MaxLength)
        {
            throw new ArgumentException(
                $"A tenant's name has at most {MaxLength} characters; this one has {value.Length}.",
                nameof(value)
            );
        }

        if (PlainText.IndexOfUnfit(value, lines: false) >= 0)
        {
            throw new ArgumentException("A tenant's name cannot hold control characters.", nameof(value));
        }

        _value = value;
    }

    /// <summary>The tenant of a host that has only one; also what <c>default(TenantId)</c> means.</summary>
    public static TenantId Default => default;

    /// <summary>The name: <c>"default"</c> for <see cref="Default"/>.</summary>
    public string Value => _value ?? "default";

    string? IPlainText.Text => Value;

    static TenantId IParsable<TenantId>.Parse(string s, IFormatProvider? provider) => new(s);

    static bool IParsable<TenantId>.TryParse(
        [NotNullWhen(true)] string? s,
        IFormatProvider? provider,
        out TenantId result
    )
    {
        var isFit =
            !string.IsNullOrWhiteSpace(s) && s.Length <= MaxLength && PlainText.IndexOfUnfit(s, lines: false) < 0;
        result = isFit ? new TenantId(s!) : default;
        return isFit;
    }

    /// <inheritdoc/>
    public bool Equals(TenantId other) => string.Equals(Value, other.Value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        _value is null ? 0
        : string.Equals(_value, "default", StringComparison.Ordinal) ? 0
        : _value.GetHashCode(StringComparison.Ordinal);

    /// <summary>The name.</summary>
    public override string ToString() => Value;
}
