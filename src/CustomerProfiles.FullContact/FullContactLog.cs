using Microsoft.Extensions.Logging;

namespace CustomerProfiles.FullContact;

/// <summary>
/// Every log line of the provider, event ids 2000 to 2099. None takes anything that FullContact wrote: its 401 repeats
/// the key, and other messages repeat what was asked. What only concerns one check is logged by the core as well, with
/// the customer's id; here stands what the wire showed.
/// </summary>
internal static partial class FullContactLog
{
    [LoggerMessage(2000, LogLevel.Debug, "FullContact answered with HTTP {Status} after {ElapsedMilliseconds} ms.")]
    public static partial void Answered(this ILogger logger, int status, long elapsedMilliseconds);

    [LoggerMessage(
        2001,
        LogLevel.Error,
        "FullContact is not asked any more ({Failure}): {Remedy} Checks wait. One is tried in "
            + "{ProbeInterval}, or as soon as the options change."
    )]
    public static partial void Closed(
        this ILogger logger,
        ProviderFailure failure,
        string remedy,
        TimeSpan probeInterval
    );

    [LoggerMessage(2002, LogLevel.Information, "FullContact is asked again.")]
    public static partial void Opened(this ILogger logger);

    [LoggerMessage(
        2003,
        LogLevel.Error,
        "FullContact does not let this account ask (HTTP {Status}). Have FullContact enable Person Enrich "
            + "and the bundles of FullContactOptions.DataFilter for the key."
    )]
    public static partial void Forbidden(this ILogger logger, int status);

    [LoggerMessage(
        2005,
        LogLevel.Warning,
        "FullContact withholds an answer for legal reasons (HTTP {Status}). The customer is not looked up any more."
    )]
    public static partial void Withheld(this ILogger logger, int status);

    [LoggerMessage(
        2006,
        LogLevel.Warning,
        "FullContact refused a question as malformed (HTTP {Status}). If every question is, look at "
            + "FullContactOptions.DataFilter, Confidence and ConfidenceField."
    )]
    public static partial void BadRequest(this ILogger logger, int status);

    [LoggerMessage(
        2007,
        LogLevel.Warning,
        "FullContact answered (HTTP {Status}), but the answer {Trouble}. It may have been charged for."
    )]
    public static partial void Unreadable(this ILogger logger, int status, string trouble);

    [LoggerMessage(2008, LogLevel.Information, "FullContact is down for now (HTTP {Status}): {Failure}.")]
    public static partial void Refused(this ILogger logger, int status, ProviderFailure failure);

    [LoggerMessage(
        2009,
        LogLevel.Information,
        "FullContact could not be reached, or the connection broke: {Error}. The question may have been "
            + "charged for: {MayBeCharged}."
    )]
    public static partial void Unreachable(this ILogger logger, HttpRequestError error, bool mayBeCharged);

    [LoggerMessage(
        2010,
        LogLevel.Information,
        "FullContact did not answer within {Timeout} (FullContactOptions.Timeout and AttemptTimeout). The "
            + "question may have been charged for: {MayBeCharged}."
    )]
    public static partial void TimedOut(this ILogger logger, TimeSpan timeout, bool mayBeCharged);

    [LoggerMessage(
        2011,
        LogLevel.Error,
        "FullContactOptions were changed to something that is not valid; what stood before goes on. {Errors}"
    )]
    public static partial void InvalidChange(this ILogger logger, string errors);

    [LoggerMessage(
        2012,
        LogLevel.Error,
        "FullContact does not accept the address that answers are to be sent to (HTTP {Status}). Correct "
            + "FullContactWebhookOptions.PublicAddress; meanwhile it is asked without."
    )]
    public static partial void BadWebhook(this ILogger logger, int status);

    [LoggerMessage(
        2015,
        LogLevel.Debug,
        "FullContact is called again in {Delay} (HTTP {Status}, or 0 where there was no answer)."
    )]
    public static partial void TriedAgain(this ILogger logger, TimeSpan delay, int status);

    [LoggerMessage(
        2016,
        LogLevel.Warning,
        "FullContact throttles this account (HTTP 429); it is left alone for {Wait}. Checks wait and lose "
            + "nothing. If this goes on, lower FullContactOptions.CallsPerMinute on each host."
    )]
    public static partial void Throttled(this ILogger logger, TimeSpan wait);

    [LoggerMessage(
        2017,
        LogLevel.Warning,
        "FullContact answered a question with HTTP {Status} and a message that tells neither a person nor "
            + "the address that is not found. This one customer waits. If it happens to everybody, look at "
            + "FullContactOptions.BaseAddress."
    )]
    public static partial void UnclearNotFound(this ILogger logger, int status);

    [LoggerMessage(
        2018,
        LogLevel.Error,
        "Something that listens to changes of FullContactOptions failed ({Error}), or the options cannot be "
            + "read. Other listeners may not have been told."
    )]
    public static partial void ListenerFailed(this ILogger logger, string error);

    [LoggerMessage(
        2013,
        LogLevel.Information,
        "FullContact has failed too often of late; it is left alone for {Wait}."
    )]
    public static partial void LeftAlone(this ILogger logger, TimeSpan wait);

    [LoggerMessage(
        2014,
        LogLevel.Information,
        "There are more questions than FullContactOptions.CallsPerMinute ({CallsPerMinute}) allows; one is put off."
    )]
    public static partial void HeldBack(this ILogger logger, int callsPerMinute);
}
