using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>
/// What a profile holds of a custom property, read by its definition: a value, nothing, or text that no longer fits the
/// definition, because the type or the options changed or an import brought it.
/// </summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <remarks>Immutable. <see cref="ToString"/> does not show the value.</remarks>
public sealed class PropertyValue<T>
    where T : notnull
{
    internal static readonly PropertyValue<T> Unset = new(text: null, value: default, hasValue: false, unfit: null);

    private readonly T? _value;

    internal PropertyValue(string text, T value)
        : this(text, value, hasValue: true, unfit: null) { }

    internal PropertyValue(string text, PropertyMisfit unfit)
        : this(text, default, hasValue: false, unfit) { }

    private PropertyValue(string? text, T? value, bool hasValue, PropertyMisfit? unfit)
    {
        Text = text;
        HasValue = hasValue;
        Unfit = unfit;
        _value = value;
    }

    /// <summary>The text as it is stored, whether it fits or not; null when the property is unset or cleared.</summary>
    public string? Text { get; }

    /// <summary>Whether there is a value that fits the definition.</summary>
    public bool HasValue { get; }

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException"><see cref="HasValue"/> is false.</exception>
    public T Value =>
        HasValue
            ? _value!
            : throw new InvalidOperationException(
                "The property has no value that fits its definition; test HasValue first, or use TryGetValue."
            );

    /// <summary>Why the text does not fit; null when it does, and when there is none.</summary>
    public PropertyMisfit? Unfit { get; }

    /// <summary>The value, if there is one that fits.</summary>
    /// <param name="value">The value, or the default of its type.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGetValue([MaybeNullWhen(false)] out T value)
    {
        value = _value;
        return HasValue;
    }

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(PropertyValue<>);
}

/// <summary>Why a stored text does not fit the definition of its custom property.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PropertyMisfit>))]
public enum PropertyMisfit
{
    /// <summary>It cannot be read as the type.</summary>
    WrongType,

    /// <summary>It is the code of no option.</summary>
    UnknownOption,
}
