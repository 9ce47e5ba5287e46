using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// The definition of a custom property: its key, its label and its type. The host declares each one once, adds it to
/// <c>CustomerProfilesOptions.Properties</c>, and reads and edits the property by the same object.
/// </summary>
/// <remarks>
/// Immutable, safe for any number of threads; change it with a <c>with</c> expression. Definitions are validated when
/// the host starts, not when they are made. A definition never changes a profile: the text is stored as given, so
/// another type, label or list of options may be declared at any time.
/// </remarks>
public abstract record PropertyDefinition
{
    private protected PropertyDefinition(string key, string label)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(label);
        Key = key;
        Label = label;
    }

    /// <summary>The key, as for <see cref="ProfileField.Custom"/>. Compared ordinally.</summary>
    public string Key { get; init; }

    /// <summary>
    /// What to call the property; not blank. <c>CustomerProfilesOptions.FieldLabels</c> takes precedence.
    /// </summary>
    public string Label { get; init; }

    /// <summary>What the text is read as.</summary>
    public abstract PropertyType Type { get; }

    /// <summary>
    /// What the value may be, in the order in which a form shows it: 1 to 500, archived ones among them, for
    /// <see cref="PropertyType.Option"/>, and none for every other type.
    /// </summary>
    public ImmutableArray<PropertyOption> Options { get; init; } = [];

    /// <summary>
    /// Whether the value says something of a person, for the host's record of what it keeps. True unless set. The
    /// library treats every value as personal: none is in a log, a metric, a trace or an exception message.
    /// </summary>
    public bool IsPersonal { get; init; } = true;

    /// <summary>
    /// Whether profiles are found by the value, by text and by <see cref="PropertyFilter"/>. False unless set. A
    /// durable store finds a profile by a property that became searchable, or whose type changed, once the profile has
    /// changed.
    /// </summary>
    public bool IsSearchable { get; init; }

    /// <summary>
    /// Whether the property is no longer in use: values are kept and shown, and no edit can set one. False unless set.
    /// </summary>
    public bool IsArchived { get; init; }

    /// <summary>The field of a profile that holds the property.</summary>
    /// <exception cref="ArgumentException"><see cref="Key"/> cannot be the key of a custom property.</exception>
    public ProfileField<string> Field => ProfileField.Custom(Key);

    /// <summary>A property that holds any text.</summary>
    /// <param name="key">The key.</param>
    /// <param name="label">The label.</param>
    /// <returns>The definition.</returns>
    public static PropertyDefinition<string> Text(string key, string label) => new(key, label, PropertyFormats.Text);

    /// <summary>A property that holds a number.</summary>
    /// <param name="key">The key.</param>
    /// <param name="label">The label.</param>
    /// <returns>The definition.</returns>
    public static PropertyDefinition<decimal> Number(string key, string label) =>
        new(key, label, PropertyFormats.Number);

    /// <summary>A property that holds a date.</summary>
    /// <param name="key">The key.</param>
    /// <param name="label">The label.</param>
    /// <returns>The definition.</returns>
    public static PropertyDefinition<LocalDate> Date(string key, string label) => new(key, label, PropertyFormats.Date);

    /// <summary>A property that is true or false.</summary>
    /// <param name="key">The key.</param>
    /// <param name="label">The label.</param>
    /// <returns>The definition.</returns>
    public static PropertyDefinition<bool> Boolean(string key, string label) =>
        new(key, label, PropertyFormats.Boolean);

    /// <summary>A property that holds a web address.</summary>
    /// <param name="key">The key.</param>
    /// <param name="label">The label.</param>
    /// <returns>The definition.</returns>
    public static PropertyDefinition<Uri> Url(string key, string label) => new(key, label, PropertyFormats.Url);

    /// <summary>A property that holds one of several options. Its value is the option's code.</summary>
    /// <param name="key">The key.</param>
    /// <param name="label">The label.</param>
    /// <param name="options">The options; at least one.</param>
    /// <returns>The definition.</returns>
    public static PropertyDefinition<string> Option(
        string key,
        string label,
        params ImmutableArray<PropertyOption> options
    ) => new(key, label, PropertyFormats.Option) { Options = options };

    /// <summary>A definition whose type is known at run time only, such as one from a configuration file.</summary>
    /// <param name="type">The type. Set <see cref="Options"/> for <see cref="PropertyType.Option"/>.</param>
    /// <param name="key">The key.</param>
    /// <param name="label">The label.</param>
    /// <returns>The definition, the same as the method named after the type makes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The type is unknown.</exception>
    public static PropertyDefinition Of(PropertyType type, string key, string label) =>
        type switch
        {
            PropertyType.Text => Text(key, label),
            PropertyType.Number => Number(key, label),
            PropertyType.Date => Date(key, label),
            PropertyType.Boolean => Boolean(key, label),
            PropertyType.Url => Url(key, label),
            PropertyType.Option => Option(key, label),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Use a member of PropertyType."),
        };

    /// <summary>
    /// Whether a text fits the definition, archived or not: for edits, which refuse what does not, and for imports,
    /// which keep it and warn.
    /// </summary>
    /// <returns>Why the text does not fit; null when it does.</returns>
    internal abstract PropertyMisfit? Check(string text);

    /// <summary>
    /// The value as a text that sorts as the values do; null where the type has no order, or the text does not fit.
    /// </summary>
    internal abstract string? OrderKeyOf(string text);

    /// <summary>The bounds within which every order key of the type is; null where the type has no order.</summary>
    internal abstract (string From, string To)? OrderKeys { get; }

    /// <summary>The option of a stored text; null when there is none.</summary>
    internal PropertyOption? OptionOf(string text)
    {
        var code = PropertyFormats.Visible(text);
        return Options.FirstOrDefault(option => string.Equals(option.Code, code, StringComparison.Ordinal));
    }

    /// <summary>The key.</summary>
    public sealed override string ToString() => Key;
}
