namespace CustomerProfiles;

/// <summary>One of the values that a custom property of the type <see cref="PropertyType.Option"/> may have.</summary>
/// <remarks>Immutable.</remarks>
public sealed class PropertyOption
{
    /// <summary>The longest code, in UTF-16 code units.</summary>
    public const int MaxCodeLength = 100;

    /// <summary>Makes an option.</summary>
    /// <param name="code">What is stored, for good: one line of 1 to <see cref="MaxCodeLength"/> characters, unlike any
    /// other code of the definition by more than its case. The host does not start with another.</param>
    /// <param name="label">What people see; it may change at any time.</param>
    public PropertyOption(string code, string label)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(label);
        Code = code;
        Label = label;
    }

    /// <summary>What is stored. Compared ordinally.</summary>
    public string Code { get; }

    /// <summary>What people see.</summary>
    public string Label { get; }

    /// <summary>
    /// Whether the option is no longer offered: profiles that have it keep and show it, and no edit can set it. False
    /// unless set.
    /// </summary>
    public bool IsArchived { get; init; }

    /// <summary>The code.</summary>
    public override string ToString() => Code;
}
