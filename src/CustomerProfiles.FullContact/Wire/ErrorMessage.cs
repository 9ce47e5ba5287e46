using System.Globalization;
using System.Text;
using System.Text.Json;
using NodaTime;
using WordSet = System.Collections.Generic.HashSet<string>.AlternateLookup<System.ReadOnlySpan<char>>;

namespace CustomerProfiles.FullContact;

/// <summary>
/// Interprets the message of an error, because one HTTP status of FullContact has several meanings. The wording is that
/// of the responses recorded in FullContact's Python and Java clients, and for usage limits in
/// fullcontact/fullcontact4j#17.
/// </summary>
/// <remarks>The message is never kept or logged: it may repeat the key, the identifier, or the URL.</remarks>
internal static class ErrorMessage
{
    // Per text. The decisive words come early.
    private const int MaxCharacters = 1_000;

    // When one of these words occurs, it is what was not found: "Endpoint POST /x not found. Please check
    // https://docs.fullcontact.com or contact support."
    private static readonly WordSet EndpointWords = WordsOf(
        "endpoint",
        "endpoints",
        "route",
        "resource",
        "page",
        "gateway",
        "upstream"
    );

    private static readonly WordSet AddressWords = WordsOf(
        "url",
        "uri",
        "path",
        "api",
        "host",
        "method",
        "service",
        "server",
        "file"
    );

    private static readonly WordSet PersonWords = WordsOf(
        "profile",
        "profiles",
        "person",
        "persons",
        "people",
        "individual",
        "individuals",
        "contacts",
        "customer",
        "record",
        "records",
        "result",
        "results",
        "match",
        "matches",
        "matched",
        "identity",
        "identities",
        "anyone",
        "anybody",
        "nobody",
        "no-one",
        "somebody"
    );

    private static readonly WordSet NegativeWords = WordsOf(
        "no",
        "not",
        "none",
        "nothing",
        "nobody",
        "no-one",
        "0",
        "zero",
        "without",
        "unable",
        "cannot",
        "can't",
        "couldn't",
        "didn't",
        "doesn't",
        "unknown",
        "missing",
        "empty",
        "not_found",
        "no_match"
    );

    private static readonly JsonReaderOptions Options = new() { MaxDepth = JsonCursor.MaxDepth };

    /// <summary>Whether the body is empty.</summary>
    public static bool IsEmpty(ReadOnlySpan<byte> body) => body.IndexOfAnyExcept(" \t\r\n"u8) < 0;

    /// <summary>What a 404 says was not found.</summary>
    public enum Missing
    {
        /// <summary>The endpoint. Also a body that is not JSON, as another server would send.</summary>
        Endpoint,

        /// <summary>The person.</summary>
        Person,

        /// <summary>The message does not say.</summary>
        Unclear,
    }

    /// <summary>
    /// For a 404: whether the person or the endpoint was not found. FullContact says so in words, which may change.
    /// </summary>
    public static Missing WhatIsMissing(ReadOnlySpan<byte> body) =>
        ReadAll(body) is { } text ? WhatIsMissing(text) : Missing.Endpoint;

    /// <summary>Whether a body without a status says that no person was found.</summary>
    public static bool IsNobodyFound(ReadOnlySpan<byte> body) => WhatIsMissing(body) == Missing.Person;

    /// <summary>For a 403: whether the quota of the account is used up.</summary>
    public static bool IsUsageExceeded(ReadOnlySpan<byte> body) => Says(body, "usage limit") || Says(body, "quota");

    /// <summary>
    /// For a 403: whether the key is invalid. Check <see cref="IsUsageExceeded"/> first, because that message mentions
    /// the key as well.
    /// </summary>
    public static bool IsInvalidApiKey(ReadOnlySpan<byte> body) => Says(body, "api key") || Says(body, "access token");

    /// <summary>For a 400: whether the address of the webhook is invalid. The message repeats that address.</summary>
    public static bool IsInvalidWebhook(ReadOnlySpan<byte> body) => Says(body, "invalid webhookurl");

    /// <summary>
    /// For a 202: when to retry, as in "Please retry your query within about 2 minutes."; null when it does not say. At
    /// most an hour is accepted.
    /// </summary>
    public static Duration? WaitIn(ReadOnlySpan<byte> body)
    {
        const string retry = "retry";
        var message = Read(body);
        if (message?.IndexOf(retry, StringComparison.OrdinalIgnoreCase) is not (>= 0 and var at))
        {
            return null;
        }

        var words = message[at..].Split((char[]?)[' ', '.', ','], StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i + 1 < words.Length; i++)
        {
            if (
                int.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                && count is > 0 and <= 3_600
            )
            {
                var unit = words[i + 1];
                return unit.StartsWith("second", StringComparison.OrdinalIgnoreCase)
                        ? RetryAfter.Bounded(Duration.FromSeconds(count))
                    : unit.StartsWith("minute", StringComparison.OrdinalIgnoreCase)
                        ? RetryAfter.Bounded(Duration.FromMinutes(count))
                    : null;
            }
        }

        return null;
    }

    private static WordSet WordsOf(params IEnumerable<string> words) =>
        words.ToHashSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    private static bool Says(ReadOnlySpan<byte> body, string words) =>
        Read(body)?.Contains(words, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>The top-level <c>message</c>; null for an empty body, HTML, or JSON of another shape.</summary>
    private static string? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var json = new Utf8JsonReader(body, Options);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isMessage = json.ValueTextEquals("message"u8);
                json.Read();
                if (isMessage && json.TokenType == JsonTokenType.String)
                {
                    return json.GetString();
                }

                json.Skip();
            }
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // Not JSON, or invalid Unicode: no message.
        }

        return null;
    }

    private static Missing WhatIsMissing(string text)
    {
        bool saysPerson = false,
            saysBoth = false,
            saysAddress = false;
        bool saysNot = false,
            namesPerson = false,
            namesAddress = false;
        foreach (var range in text.AsSpan().SplitAny(" ,;()\"\t\r\n"))
        {
            var written = text.AsSpan(range);
            var word = written.Trim(".:!?'`");
            if (EndpointWords.Contains(word))
            {
                return Missing.Endpoint;
            }

            // A path may hold any word.
            namesAddress |= word.Contains('/') || AddressWords.Contains(word);
            namesPerson |= PersonWords.Contains(word);
            saysNot |= NegativeWords.Contains(word);
            if (written is [.., '.' or '!' or '?'])
            {
                EndSentence();
            }
        }

        EndSentence();
        return saysPerson ? Missing.Person
            : saysBoth ? Missing.Unclear
            : saysAddress ? Missing.Endpoint
            : Missing.Unclear;

        // "Not found." and "Contact a person in support." say nothing together.
        void EndSentence()
        {
            saysPerson |= namesPerson && saysNot && !namesAddress;
            saysBoth |= namesPerson && saysNot && namesAddress;
            saysAddress |= namesAddress;
            saysNot = namesPerson = namesAddress = false;
        }
    }

    /// <summary>
    /// All texts of an error: the values of the usual properties, at the top level or in <c>error</c>; null when there
    /// is none.
    /// </summary>
    private static string? ReadAll(ReadOnlySpan<byte> body)
    {
        try
        {
            var json = new Utf8JsonReader(body.StartsWith("\uFEFF"u8) ? body[3..] : body, Options);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            var words = new StringBuilder();
            ReadWords(ref json, words, isInside: false);

            // Something follows the object: not JSON.
            return json.Read() || words.Length == 0 ? null : words.ToString();
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static void ReadWords(ref Utf8JsonReader json, StringBuilder words, bool isInside)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isError = json.ValueTextEquals("error"u8);
            var isText =
                isError
                || json.ValueTextEquals("message"u8)
                || json.ValueTextEquals("detail"u8)
                || json.ValueTextEquals("title"u8)
                || json.ValueTextEquals("reason"u8)
                || json.ValueTextEquals("description"u8)
                || json.ValueTextEquals("error_description"u8);
            json.Read();
            if (isText && json.TokenType == JsonTokenType.String)
            {
                var text = json.GetString()!;
                words.Append(text.AsSpan(0, Math.Min(text.Length, MaxCharacters))).Append(". ");
            }
            else if (isError && !isInside && json.TokenType == JsonTokenType.StartObject)
            {
                ReadWords(ref json, words, isInside: true);
            }
            else
            {
                json.Skip();
            }
        }
    }
}
