using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>Why one change of an edit cannot be saved.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the field and the code only.</remarks>
public sealed class FieldError
{
    /// <summary>The field.</summary>
    public required ProfileField Field { get; init; }

    /// <summary>
    /// What to call the field where people see it, as <c>CustomerProfilesOptions.FieldLabels</c> says.
    /// </summary>
    public required string Label { get; init; }

    /// <summary>
    /// The entry within a list, as <see cref="ProfileListField{T}.GetKey"/> gives it; the key as typed for a custom
    /// property whose key is not fit. Empty when the error concerns the whole field.
    /// <see cref="ProfileEdit.Undo(ProfileField, string)"/> leaves this entry out of the edit.
    /// </summary>
    public string Key { get; init; } = "";

    /// <summary>
    /// The position of the entry among those given to <see cref="ListEdit{T}.ReplaceWith"/>, from 0; null when it was
    /// not set that way.
    /// </summary>
    public int? Index { get; init; }

    /// <summary>
    /// The part of the value, such as <c>given</c>, <c>postal-code</c>, <c>label</c> or <c>number</c>; null when the
    /// error concerns the whole value.
    /// </summary>
    public string? Part { get; init; }

    /// <summary>What is wrong.</summary>
    public required FieldErrorCode Code { get; init; }

    /// <summary>
    /// What is wrong and what to do, in an English sentence for an agent. It does not repeat the value.
    /// </summary>
    public required string Message { get; init; }

    /// <summary>Who owns the field.</summary>
    public FieldOwner Owner { get; init; }

    /// <summary>
    /// Where the customer can correct the value; null when the field is the agents', or no provider has such a page.
    /// </summary>
    public Uri? CorrectAt { get; init; }

    /// <summary>The limit that was passed; null for other errors.</summary>
    public int? Limit { get; init; }

    /// <summary>The field and the code only.</summary>
    public override string ToString() => $"{Field.Code}: {Code}";
}

/// <summary>What is wrong with a change.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FieldErrorCode>))]
public enum FieldErrorCode
{
    /// <summary>The field belongs to a provider.</summary>
    OwnedByProvider,

    /// <summary>The text is longer than the limit.</summary>
    TooLong,

    /// <summary>There are more entries than the limit.</summary>
    TooMany,

    /// <summary>The text holds control or text-reordering characters, or broken text.</summary>
    UnfitCharacters,

    /// <summary>
    /// The value is not what the field holds: not a web address, not a telephone number, nothing at all.
    /// </summary>
    Malformed,

    /// <summary>The value of a custom property cannot be read as the type of its definition.</summary>
    WrongType,

    /// <summary>The value of a custom property is the code of no option that is offered.</summary>
    UnknownOption,

    /// <summary>
    /// The custom property has no definition where only defined ones are allowed, or its definition is archived.
    /// </summary>
    UnknownProperty,
}
