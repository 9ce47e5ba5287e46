using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;

namespace CustomerProfiles.FullContact;

/// <summary>The HTTP request for Person Enrich V3: identifiers, data bundles and settings.</summary>
internal static class EnrichRequest
{
    /// <summary>The endpoint, under the address configured, whether that ends in a slash or not.</summary>
    public static Uri AddressUnder(Uri baseAddress)
    {
        var text = baseAddress.AbsoluteUri;
        return new Uri(text.EndsWith('/') ? $"{text}v3/person.enrich" : $"{text}/v3/person.enrich");
    }

    /// <summary>Creates the request, without what every request of the client has.</summary>
    /// <param name="identifiers">The person to look up.</param>
    /// <param name="options">The options.</param>
    /// <param name="webhook">The address for the callback; null to wait for the response.</param>
    public static HttpRequestMessage Of(EnrichIdentifiers identifiers, FullContactOptions options, Uri? webhook)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, AddressUnder(options.BaseAddress))
        {
            Content = Body(identifiers, options, webhook),
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));

        // Not a default header of the named client, which other code can read.
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
        if (options.ReportingKey is { } reportingKey)
        {
            request.Headers.Add("Reporting-Key", reportingKey);
        }

        return request;
    }

    private static ReadOnlyMemoryContent Body(EnrichIdentifiers identifiers, FullContactOptions options, Uri? webhook)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            identifiers.WriteTo(json);
            json.WriteStartArray("dataFilter"u8);
            foreach (var bundle in options.DataFilter.Distinct(StringComparer.Ordinal))
            {
                json.WriteStringValue(bundle);
            }

            json.WriteEndArray();
            if (options.Confidence is { } confidence)
            {
                json.WriteString(options.ConfidenceField, NameOf(confidence));
            }

            if (webhook is not null)
            {
                json.WriteString("webhookUrl"u8, webhook.AbsoluteUri);
            }

            json.WriteEndObject();
        }

        return new ReadOnlyMemoryContent(buffer.WrittenMemory)
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        };
    }

    private static string NameOf(FullContactConfidence confidence) =>
        confidence switch
        {
            FullContactConfidence.Low => "LOW",
            FullContactConfidence.Medium => "MED",
            FullContactConfidence.High => "HIGH",
            _ => "MAX",
        };
}
