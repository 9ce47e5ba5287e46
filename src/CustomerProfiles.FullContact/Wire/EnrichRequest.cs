using System.Buffers;
using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text.Json;
using CustomerProfiles.Profiles;

namespace CustomerProfiles.FullContact.Wire;

/// <summary>The question as Person Enrich V3 takes it: <c>{"emails":[...],"dataFilter":[...]}</c>.</summary>
/// <remarks>
/// The plural form is the one that FullContact's own Java and Go clients send. No <c>confidence</c>: FullContact's documentation and its clients disagree on the
/// field's name, and what applies without it is HIGH.
/// </remarks>
internal static class EnrichRequest
{
    /// <summary>More values of one kind are refused with 400 (docs.fullcontact.com/docs/multi-field-request).</summary>
    public const int MaxEmails = 25;

    /// <summary>The endpoint, under the address configured, whether that ends in a slash or not.</summary>
    public static Uri AddressUnder(Uri baseAddress)
    {
        var text = baseAddress.AbsoluteUri;
        return new Uri(text.EndsWith('/') ? $"{text}v3/person.enrich" : $"{text}/v3/person.enrich");
    }

    /// <summary>The body.</summary>
    public static HttpContent Body(ImmutableArray<EmailAddress> emails, IEnumerable<string> dataFilter)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("emails");
            foreach (var email in emails.Take(MaxEmails))
            {
                json.WriteStringValue(email.Normalized);
            }

            json.WriteEndArray();
            json.WriteStartArray("dataFilter");
            foreach (var bundle in dataFilter.Distinct(StringComparer.Ordinal))
            {
                json.WriteStringValue(bundle);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return new ReadOnlyMemoryContent(buffer.WrittenMemory) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }
}
