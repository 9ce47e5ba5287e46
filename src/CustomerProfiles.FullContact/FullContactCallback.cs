using System.Net;
using CustomerProfiles.Providers;

namespace CustomerProfiles.FullContact;

/// <summary>Reads what FullContact posts to the address of <see cref="IFullContactWebhook"/>.</summary>
/// <remarks>
/// A callback has no HTTP status of its own, so only its body says what it means. FullContact documents a match only:
/// it "mirrors" the usual response. Other results look like its errors elsewhere, with or without the <c>result</c>
/// wrapper of its V2. An ambiguous body ends no check: the request is then repeated.
/// </remarks>
public static class FullContactCallback
{
    /// <summary>The longest body that is read, in bytes. A longer one has no result.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private const int LegallyWithheld = (int)HttpStatusCode.UnavailableForLegalReasons;

    /// <summary>Reads a callback's body. Never throws.</summary>
    /// <param name="body">The bytes, as JSON in UTF-8.</param>
    /// <returns>
    /// A match, no match, or withheld; null when the body has no result that ends a check, such as an error or text
    /// that is not JSON.
    /// </returns>
    public static ProviderResult? Read(ReadOnlySpan<byte> body) => Read(body, EditLimits.Default.PhotoUrl);

    /// <summary>Reads a callback's body for a host with limits of its own.</summary>
    /// <param name="body">The bytes, as JSON in UTF-8.</param>
    /// <param name="longestPhotoAddress">A photo with a longer address is left out in favour of the next one.</param>
    /// <returns>As for the other overload.</returns>
    internal static ProviderResult? Read(ReadOnlySpan<byte> body, int longestPhotoAddress)
    {
        if (body.Length > MaxBytes)
        {
            return null;
        }

        if (!CallbackEnvelope.TryRead(body.StartsWith("\uFEFF"u8) ? body[3..] : body, out var outer))
        {
            return null;
        }

        if (outer.Result.IsEmpty)
        {
            return Read(outer, outer.Status, longestPhotoAddress);
        }

        // The inner object is the result. An outer status may replace a missing inner one, but not contradict it.
        return
            CallbackEnvelope.TryRead(outer.Result, out var inner)
            && !outer.IsUnclear
            && (outer.Status is null or (int)HttpStatusCode.OK || inner.Status is null || inner.Status == outer.Status)
            ? Read(inner, inner.Status ?? outer.Status, longestPhotoAddress)
            : null;
    }

    private static ProviderResult? Read(CallbackEnvelope result, int? status, int longestPhotoAddress)
    {
        if (result.IsUnclear)
        {
            return null;
        }

        return status switch
        {
            null or (int)HttpStatusCode.OK => ReadPerson(result, status is not null, longestPhotoAddress),
            (int)HttpStatusCode.NotFound when ErrorMessage.IsNobodyFound(result.Body) => new ProviderResult.NoMatch(),
            LegallyWithheld => new ProviderResult.Withheld(),
            _ => null,
        };
    }

    private static ProviderResult? ReadPerson(CallbackEnvelope result, bool isSaidToBe, int longestPhotoAddress)
    {
        if (!PersonReader.TryRead(result.Body, out var information, longestPhotoAddress))
        {
            return null;
        }

        // A person may be nearly empty, even {}. But a message instead of a person is an error whose status is missing.
        if (isSaidToBe || !result.HasMessage || !information.IsEmpty)
        {
            return new ProviderResult.Matched(information);
        }

        return ErrorMessage.IsNobodyFound(result.Body) ? new ProviderResult.NoMatch() : null;
    }
}
