using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The checks of a customer as one document, a list of lists: provider, time and outcome of the last check, when it was
/// requested, whether it is pending, time and reason of the last failure, lease, end of the lease, when it may be
/// claimed, attempt, whether it is wanted, generation of the setting. Times are in microseconds since 1970.
/// <see cref="StoredColumns.ReadStoredChecks"/> reads the same.
/// </summary>
internal static class CheckDocument
{
    private const long TicksInMicrosecond = NodaConstants.TicksPerSecond / 1_000_000;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(ImmutableArray<StoredCheck> checks)
    {
        using var stream = new MemoryStream(256);
        using (var json = new Utf8JsonWriter(stream, Plain))
        {
            json.WriteStartArray();
            foreach (var check in checks)
            {
                Write(json, check);
            }

            json.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void Write(Utf8JsonWriter json, StoredCheck check)
    {
        var state = check.State;
        json.WriteStartArray();
        json.WriteStringValue(state.Provider);
        Write(json, state.LastCheckAt);
        json.WriteStringValue(state.LastOutcome is { } outcome ? StoredNames.Of(outcome) : null);
        Write(json, state.RequestedAt);
        json.WriteBooleanValue(state.IsPending);
        Write(json, state.LastFailureAt);
        json.WriteStringValue(state.LastFailure is { } failure ? StoredNames.Of(failure) : null);
        json.WriteStringValue(check.LeaseId?.ToString("D"));
        Write(json, check.LeasedUntil);
        Write(json, check.NotBefore);
        json.WriteNumberValue(check.Attempt);
        json.WriteBooleanValue(check.IsWanted);
        json.WriteNumberValue(check.SettingGeneration);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Instant? time)
    {
        if (time is { } known)
        {
            json.WriteNumberValue(known.ToUnixTimeTicks() / TicksInMicrosecond);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
