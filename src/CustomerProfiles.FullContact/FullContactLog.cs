using Microsoft.Extensions.Logging;

namespace CustomerProfiles.FullContact;

/// <summary>
/// Every log line of the provider, event ids 2000 to 2099. None contains text of FullContact's: its 401 repeats the
/// key, and other messages repeat the identifiers. The core also logs each failed check with the customer's id; these
/// lines describe the HTTP exchange.
/// </summary>
internal static partial class FullContactLog
{
    [LoggerMessage(2000, LogLevel.Debug, "FullContact responded with HTTP {Status} after {ElapsedMilliseconds} ms.")]
    public static partial void Responded(this ILogger logger, int status, long elapsedMilliseconds);

    [LoggerMessage(
        2001,
        LogLevel.Error,
        "FullContact lookups are paused ({Failure}): {Remedy} Checks wait. One is tried after "
            + "{ProbeInterval}, or as soon as the options change."
    )]
    public static partial void Paused(
        this ILogger logger,
        ProviderFailure failure,
        string remedy,
        TimeSpan probeInterval
    );

    [LoggerMessage(2002, LogLevel.Information, "FullContact lookups are resumed.")]
    public static partial void Resumed(this ILogger logger);

    [LoggerMessage(
        2003,
        LogLevel.Error,
        "FullContact forbids this lookup to the account (HTTP {Status}). Have FullContact enable Person Enrich "
            + "and the bundles of FullContactOptions.DataFilter for the key."
    )]
    public static partial void Forbidden(this ILogger logger, int status);

    [LoggerMessage(
        2005,
        LogLevel.Warning,
        "FullContact withholds a result for legal reasons (HTTP {Status}). The customer is not looked up again."
    )]
    public static partial void Withheld(this ILogger logger, int status);

    [LoggerMessage(
        2006,
        LogLevel.Warning,
        "FullContact refused a request as malformed (HTTP {Status}). If it refuses all of them, check "
            + "FullContactOptions.DataFilter, Confidence and ConfidenceField."
    )]
    public static partial void BadRequest(this ILogger logger, int status);

    [LoggerMessage(
        2007,
        LogLevel.Warning,
        "FullContact responded (HTTP {Status}), but the body {Problem}. The lookup may have been charged."
    )]
    public static partial void InvalidResponse(this ILogger logger, int status, string problem);

    [LoggerMessage(2008, LogLevel.Information, "FullContact is unavailable (HTTP {Status}): {Failure}.")]
    public static partial void Refused(this ILogger logger, int status, ProviderFailure failure);

    [LoggerMessage(
        2009,
        LogLevel.Information,
        "FullContact could not be reached, or the connection broke: {Error}. The lookup may have been "
            + "charged: {MayBeCharged}."
    )]
    public static partial void Unreachable(this ILogger logger, HttpRequestError error, bool mayBeCharged);

    [LoggerMessage(
        2010,
        LogLevel.Information,
        "FullContact did not respond within {Timeout} (FullContactOptions.Timeout and AttemptTimeout). The "
            + "lookup may have been charged: {MayBeCharged}."
    )]
    public static partial void TimedOut(this ILogger logger, TimeSpan timeout, bool mayBeCharged);

    [LoggerMessage(
        2011,
        LogLevel.Error,
        "FullContactOptions were changed to invalid values; the previous options stay in effect. {Errors}"
    )]
    public static partial void InvalidChange(this ILogger logger, string errors);

    [LoggerMessage(
        2012,
        LogLevel.Error,
        "FullContact does not accept the address of the webhook (HTTP {Status}). Correct "
            + "FullContactWebhookOptions.PublicAddress; until then lookups are made without it."
    )]
    public static partial void BadWebhook(this ILogger logger, int status);

    [LoggerMessage(
        2015,
        LogLevel.Debug,
        "FullContact is called again in {Delay} (HTTP {Status}, or 0 without a response)."
    )]
    public static partial void TriedAgain(this ILogger logger, TimeSpan delay, int status);

    [LoggerMessage(
        2016,
        LogLevel.Warning,
        "FullContact throttles this account (HTTP 429); lookups are paused for {Wait}. Checks wait and lose "
            + "nothing. If this continues, lower FullContactOptions.CallsPerMinute on each host."
    )]
    public static partial void Throttled(this ILogger logger, TimeSpan wait);

    [LoggerMessage(
        2017,
        LogLevel.Warning,
        "FullContact responded with HTTP {Status}, and its message does not say whether the person or the "
            + "address was not found. Only this customer's check waits. If it happens to every customer, check "
            + "FullContactOptions.BaseAddress."
    )]
    public static partial void UnclearNotFound(this ILogger logger, int status);

    [LoggerMessage(
        2018,
        LogLevel.Error,
        "A listener to changes of FullContactOptions failed ({Error}), or the options cannot be read. Other "
            + "listeners may not have been called."
    )]
    public static partial void ListenerFailed(this ILogger logger, string error);

    [LoggerMessage(
        2013,
        LogLevel.Information,
        "FullContact has failed too often recently; lookups are paused for {Wait}."
    )]
    public static partial void LeftAlone(this ILogger logger, TimeSpan wait);

    [LoggerMessage(
        2014,
        LogLevel.Information,
        "A lookup is postponed to stay within FullContactOptions.CallsPerMinute ({CallsPerMinute})."
    )]
    public static partial void HeldBack(this ILogger logger, int callsPerMinute);
}
