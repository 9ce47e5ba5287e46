namespace CustomerProfiles.FullContact.Tests.Wire;

/// <summary>A property or an item of a body.</summary>
/// <param name="Path">Its path, such as "/details/urls/0/value".</param>
/// <param name="Name">The property's name; null for an item of a list.</param>
/// <param name="Value">The value as JSON.</param>
internal sealed record BodyMember(string Path, string? Name, string Value)
{
    public string AsJson => Name is null ? Value : $"\"{Name}\":{Value}";

    public bool IsUnder(string path) => Path == path || Path.StartsWith(path + "/", StringComparison.Ordinal);
}
