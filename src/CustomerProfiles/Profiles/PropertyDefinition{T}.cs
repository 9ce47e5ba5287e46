namespace CustomerProfiles;

/// <summary>The definition of a custom property whose value is read as a <typeparamref name="T"/>.</summary>
/// <typeparam name="T">The type of the value: <see cref="string"/> for text and options, <see cref="decimal"/>,
/// <c>LocalDate</c>, <see cref="bool"/> or <see cref="Uri"/>.</typeparam>
/// <remarks>Immutable, safe for any number of threads. Made by the methods of
/// <see cref="PropertyDefinition"/>.</remarks>
public sealed record PropertyDefinition<T> : PropertyDefinition
    where T : notnull
{
    private readonly PropertyFormat<T> _format;

    internal PropertyDefinition(string key, string label, PropertyFormat<T> format)
        : base(key, label) => _format = format;

    /// <inheritdoc/>
    public override PropertyType Type => _format.Type;

    internal override (string From, string To)? OrderKeys => _format.OrderKeys;

    /// <summary>Reads what a profile holds; null when it holds nothing.</summary>
    internal PropertyValue<T> Read(string? text) =>
        text is null ? PropertyValue<T>.Unset
        : !_format.TryRead(text, out var value) ? new PropertyValue<T>(text, PropertyMisfit.WrongType)
        : HasOption(text) ? new PropertyValue<T>(text, value)
        : new PropertyValue<T>(text, PropertyMisfit.UnknownOption);

    /// <summary>The text that is stored for a value.</summary>
    internal string Write(T value) => _format.Write(value);

    internal override PropertyMisfit? Check(string text) => Read(text).Unfit;

    internal override string? OrderKeyOf(string text) =>
        _format.TryRead(text, out var value) ? _format.OrderKeyOf(value) : null;

    private bool HasOption(string text) => Type != PropertyType.Option || OptionOf(text) is not null;
}
