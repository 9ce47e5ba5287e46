using System.Collections.Immutable;
using System.Text.Json;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>Marks of erasures as one parameter: a list of lists of hash, key and kind.</summary>
internal static class MarksDocument
{
    /// <summary>Each hash once, as a statement writes each row once.</summary>
    public static string Write(ImmutableArray<ErasureMark> marks)
    {
        using var stream = new MemoryStream(256);
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartArray();
            foreach (var same in marks.GroupBy(mark => mark.Hash, StringComparer.Ordinal))
            {
                var mark = same.FirstOrDefault(mark => mark.Kind == ErasureMarkKind.DoNotKeep) ?? same.Last();
                json.WriteStartArray();
                json.WriteStringValue(mark.Hash);
                json.WriteStringValue(mark.KeyId);
                json.WriteStringValue(StoredNames.Of(mark.Kind));
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    public static ErasureMark Read(JsonElement mark) =>
        new()
        {
            Hash = mark[0].GetString()!,
            KeyId = mark[1].GetString()!,
            Kind = StoredNames.MarkKind(mark[2].GetString()!),
        };
}
