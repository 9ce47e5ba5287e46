using System.Diagnostics.CodeAnalysis;

namespace CustomerProfiles.Sample.Customers;

/// <summary>What one column of a CSV file becomes.</summary>
/// <param name="Field">The field.</param>
/// <param name="Key">The key of a custom property, or the kind of an identity; else empty.</param>
internal sealed record ColumnTarget(ColumnField Field, string Key = "")
{
    private const string CustomPrefix = "custom:";
    private const string IdentityPrefix = "identity:";
    private const string PhoneKind = "phone";
    private const string ExternalKind = "external";
    private const string ChatPrefix = "chat:";

    private static readonly Dictionary<string, ColumnField> Simple = Enum.GetValues<ColumnField>()
        .Where(field => field is not (ColumnField.Custom or ColumnField.Identity))
        .ToDictionary(CodeOf);

    public static ColumnTarget Ignore { get; } = new(ColumnField.Ignore);

    /// <summary>All codes, for a message.</summary>
    public static string Codes { get; } =
        $"{string.Join(", ", Simple.Keys)}, custom:<key>, identity:phone, identity:external, identity:chat:<service>";

    /// <summary>The text of a mapping file.</summary>
    public string Code =>
        Field switch
        {
            ColumnField.Custom => CustomPrefix + Key,
            ColumnField.Identity => IdentityPrefix + Key,
            _ => CodeOf(Field),
        };

    /// <summary>Whether several columns can hold it.</summary>
    public bool CanRepeat =>
        Field
            is ColumnField.Ignore
                or ColumnField.Email
                or ColumnField.Phone
                or ColumnField.Website
                or ColumnField.Identity;

    /// <summary>Reads the text of a mapping file.</summary>
    public static bool TryParse(string code, [NotNullWhen(true)] out ColumnTarget? target)
    {
        target =
            Simple.TryGetValue(code, out var field) ? new ColumnTarget(field)
            : KeyAfter(CustomPrefix, code) is { } key && ProfileField.TryCustom(key, out _)
                ? new ColumnTarget(ColumnField.Custom, key)
            : KeyAfter(IdentityPrefix, code) is { } kind && IsKind(kind) ? new ColumnTarget(ColumnField.Identity, kind)
            : null;
        return target is not null;
    }

    /// <summary>Reads the identity in a cell.</summary>
    /// <returns>False when it is none.</returns>
    public bool TryReadIdentity(string text, out Identity identity)
    {
        if (Key == PhoneKind)
        {
            return Identity.TryPhone(text, out identity);
        }

        try
        {
            identity = Key == ExternalKind ? Identity.External(text) : Identity.Chat(Key[ChatPrefix.Length..], text);
            return true;
        }
        catch (ArgumentException)
        {
            identity = default;
            return false;
        }
    }

    private static bool IsKind(string kind) =>
        kind is PhoneKind or ExternalKind
        || KeyAfter(ChatPrefix, kind) is { } service
            && !string.IsNullOrWhiteSpace(service)
            && !service.Contains(':', StringComparison.Ordinal);

    private static string? KeyAfter(string prefix, string code) =>
        code.StartsWith(prefix, StringComparison.Ordinal) ? code[prefix.Length..] : null;

    /// <summary>The name in lower case, with a hyphen between its words.</summary>
    private static string CodeOf(ColumnField field) =>
        string.Concat(
                field
                    .ToString()
                    .Select(letter => char.IsUpper(letter) ? $"-{char.ToLowerInvariant(letter)}" : $"{letter}")
            )
            .TrimStart('-');
}
