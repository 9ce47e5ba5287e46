using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CustomerProfiles.Stores;

namespace CustomerProfiles;

/// <summary>
/// An edit on its way through a form: what the form showed, and what was changed so far. Made with <see
/// cref="ProfileEdit.ToDraft"/>, sent out as JSON with the form, and continued with <c>profile.Edit(by, draft)</c> when
/// it comes back, so that the host keeps nothing between two requests. Binds as a parameter of an endpoint or page; as
/// a part of other JSON it is a string.
/// </summary>
/// <remarks>
/// <para>
/// Immutable and safe for any number of threads. Because it holds the values that the form showed, a field that
/// somebody else changed meanwhile is found when the edit is saved, and never overwritten unseen. For the same reason
/// it holds personal data: it belongs on the page that shows the profile, in a hidden field, and nowhere where the
/// profile would not be. <see cref="ToString"/> shows the customer's id only.
/// </para>
/// <para>
/// A draft that comes from outside is not trusted: values are validated when the edit is saved, provenance comes from
/// who saves, and nothing of what the draft says the form showed is ever written.
/// </para>
/// </remarks>
[JsonConverter(typeof(PlainTextJsonConverter<ProfileDraft>))]
public sealed class ProfileDraft : IParsable<ProfileDraft>, IPlainText
{
    /// <summary>The most values or changes that a draft from outside may have: far more than a profile holds.</summary>
    private const int MaxEntries = 5_000;

    /// <summary>The longest key of an entry that a profile holds: that of a website escaped throughout.</summary>
    internal const int MaxKeyLength = 32_000;

    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly ImmutableArray<FieldValue> _read;
    private readonly ImmutableArray<FieldChange> _changes;

    internal ProfileDraft(CustomerProfile read, IEnumerable<FieldChange> changes)
        : this(read.Id, read.Version, read.Values, [.. changes]) { }

    private ProfileDraft(
        CustomerId customerId,
        long version,
        ImmutableArray<FieldValue> read,
        ImmutableArray<FieldChange> changes
    )
    {
        CustomerId = customerId;
        Version = version;
        _read = read;
        _changes = changes;
    }

    /// <summary>The customer.</summary>
    public CustomerId CustomerId { get; }

    /// <summary>The version of the profile that the form showed.</summary>
    public long Version { get; }

    /// <summary>Reads a draft that came back with a form.</summary>
    /// <param name="json">What <see cref="ToJson"/> returned.</param>
    /// <returns>The draft.</returns>
    /// <exception cref="FormatException">The text is not a draft.</exception>
    public static ProfileDraft Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return TryParse(json, out var draft) ? draft : throw new FormatException("The text is not a draft of an edit.");
    }

    /// <summary>Reads a draft that came back with a form.</summary>
    /// <param name="json">What <see cref="ToJson"/> returned, or anything else.</param>
    /// <param name="draft">The draft, or null.</param>
    /// <returns>Whether it is a draft.</returns>
    public static bool TryParse([NotNullWhen(true)] string? json, [NotNullWhen(true)] out ProfileDraft? draft)
    {
        draft = null;
        if (string.IsNullOrWhiteSpace(json))
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            draft = Read(document.RootElement);
            return true;
        }
        // Whatever somebody put into the form: broken JSON, members of another type, values that no field holds.
        catch (Exception fault)
            when (fault
                    is JsonException
                        or FormatException
                        or ArgumentException
                        or InvalidOperationException
                        or KeyNotFoundException
            )
        {
            return false;
        }
    }

    string? IPlainText.Text => ToJson();

    static ProfileDraft IParsable<ProfileDraft>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<ProfileDraft>.TryParse(
        [NotNullWhen(true)] string? s,
        IFormatProvider? provider,
        [MaybeNullWhen(false)] out ProfileDraft result
    ) => TryParse(s, out result);

    /// <summary>The draft as JSON, for a hidden field of a form.</summary>
    /// <returns>The JSON. Encode it as any text on a page; Razor does so by itself.</returns>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            Write(json);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The customer's id only.</summary>
    public override string ToString() => $"{nameof(ProfileDraft)} {CustomerId}";

    /// <summary>The edit as it was, on a profile that is read for this request.</summary>
    internal ProfileEdit Continue(CustomerProfile current, Actor by)
    {
        // Of the same version there is only one profile, and the draft's word for it is not needed.
        var read =
            Version == current.Version
                ? current
                : new CustomerProfile(
                    current.Tenant,
                    current.Id,
                    Version,
                    current.CreatedAt,
                    current.UpdatedAt,
                    current.Identities,
                    _read
                );
        var edit = new ProfileEdit(read, current, by) { IsContinued = true };
        foreach (var change in _changes)
        {
            // Of a list an edit resets only the marks, so a draft that resets an entry was not made by one.
            if (
                change is { Kind: FieldChangeKind.Reset, Field.IsList: true }
                && read.Find(change.Field, change.Key) is not { IsCleared: true }
            )
            {
                continue;
            }

            edit.Put(edit.WithKnownAddress(change));
        }

        return edit;
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("customer", CustomerId.Value);
        json.WriteNumber("version", Version);
        json.WriteStartArray("read");
        foreach (var value in _read)
        {
            ProfileSerializer.Write(json, value);
        }

        json.WriteEndArray();
        json.WriteStartArray("changes");
        foreach (var change in _changes)
        {
            json.WriteStartObject();
            json.WriteString("field", change.Field.Code);
            json.WriteString(
                "do",
                change.Kind switch
                {
                    FieldChangeKind.Set => "set",
                    FieldChangeKind.Clear => "clear",
                    _ => "reset",
                }
            );
            if (change.Key.Length > 0)
            {
                json.WriteString("key", change.Key);
            }

            ProfileSerializer.WriteContent(json, change.Field, change.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static ProfileDraft Read(JsonElement draft)
    {
        var read = ImmutableArray.CreateBuilder<FieldValue>();
        foreach (var value in Entries(draft, "read"))
        {
            read.Add(ProfileSerializer.ReadValue(Encoding.UTF8.GetBytes(value.GetRawText())));
        }

        var changes = ImmutableArray.CreateBuilder<FieldChange>();
        foreach (var change in Entries(draft, "changes"))
        {
            changes.Add(ReadChange(change));
        }

        var version = draft.GetProperty("version").GetInt64();
        return
            CustomerId.TryParse(draft.GetProperty("customer").GetString(), out var customer)
            && version >= 1
            && read.DistinctBy(value => (value.Field, value.Key)).Count() == read.Count
            && changes.DistinctBy(change => (change.Field, change.Key)).Count() == changes.Count
            && read.All(value => value.Key.Length <= MaxKeyLength)
            ? new ProfileDraft(customer, version, read.DrainToImmutable(), changes.DrainToImmutable())
            : throw new FormatException("The draft contradicts itself.");
    }

    private static JsonElement.ArrayEnumerator Entries(JsonElement draft, string name) =>
        draft.GetProperty(name) is { } entries && entries.GetArrayLength() <= MaxEntries
            ? entries.EnumerateArray()
            : throw new FormatException("The draft has more entries than any profile.");

    private static FieldChange ReadChange(JsonElement change)
    {
        var field = ProfileField.TryParse(change.GetProperty("field").GetString(), out var known)
            ? known
            : throw new FormatException("A change is of a field that does not exist.");
        var key = change.TryGetProperty("key", out var named) ? named.GetString() ?? "" : "";
        var what = change.GetProperty("do").GetString();

        // What is set may be of any length until the edit is saved, and so may its key, which is made from it or typed.
        if ((key.Length > MaxKeyLength && what != "set") || (key.Length > 0 && !field.IsList))
        {
            throw new FormatException("A change has a key that its field does not have.");
        }

        switch (what)
        {
            case "clear":
                return new FieldChange(field, key, FieldChangeKind.Clear);
            case "reset":
                return new FieldChange(field, key, FieldChangeKind.Reset);
            case "set":
                var value =
                    ProfileSerializer.ReadContent(
                        field,
                        Encoding.UTF8.GetBytes(change.GetProperty("value").GetRawText())
                    ) ?? throw new FormatException("A change sets nothing.");
                return SetOf(field, key, value);
            default:
                throw new FormatException("A change does something unknown.");
        }
    }

    /// <summary>The value as if the host had set it: tidied, and at its own key.</summary>
    private static FieldChange SetOf(ProfileField field, string key, object value)
    {
        if (value is ProfileEmail email)
        {
            // The draft's own word for the form that is compared is not taken.
            value = new ProfileEmail(email.Text, email.Label);
        }

        var tidy = FieldContent.Tidy(field, value) ?? throw new FormatException("A change sets blank text.");
        if (!ProfileField.CustomProperties.Equals(field))
        {
            return new FieldChange(field, field.KeyOf(tidy), FieldChangeKind.Set, tidy);
        }

        // Only a key that is not fit is kept there, to be reported when the edit is saved.
        return ProfileField.TryCustom(key, out _)
            ? throw new FormatException("A custom property is set by its own field.")
            : new FieldChange(field, key, FieldChangeKind.Set, tidy);
    }
}
