using System.Text.Json;

namespace CustomerProfiles.FullContact.Tests.Wire;

/// <summary>
/// Rewrites a body member by member, also with duplicate properties, which no document model supports.
/// </summary>
internal static class RewrittenBody
{
    public static IReadOnlyList<BodyMember> Members(string json)
    {
        var members = new List<BodyMember>();
        Write(
            json,
            member =>
            {
                members.Add(member);
                return member.AsJson;
            }
        );
        return members;
    }

    /// <summary>Writes every member as the function returns it, inner ones first.</summary>
    public static string Write(string json, Func<BodyMember, string> write)
    {
        using var document = JsonDocument.Parse(json);
        return Write(document.RootElement, "", write);
    }

    /// <summary>Replaces one member.</summary>
    public static string With(string json, string path, Func<BodyMember, string> write) =>
        Write(json, member => member.Path == path ? write(member) : member.AsJson);

    private static string Write(JsonElement value, string path, Func<BodyMember, string> write) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => "{"
                + string.Join(
                    ',',
                    value
                        .EnumerateObject()
                        .Select(property =>
                        {
                            var at = $"{path}/{property.Name}";
                            return write(new BodyMember(at, property.Name, Write(property.Value, at, write)));
                        })
                )
                + "}",
            JsonValueKind.Array => "["
                + string.Join(
                    ',',
                    value
                        .EnumerateArray()
                        .Select(
                            (item, index) =>
                            {
                                var at = $"{path}/{index}";
                                return write(new BodyMember(at, null, Write(item, at, write)));
                            }
                        )
                )
                + "]",
            _ => value.GetRawText(),
        };
}
