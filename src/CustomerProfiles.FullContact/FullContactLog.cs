using CustomerProfiles.Enrichment;
using Microsoft.Extensions.Logging;

namespace CustomerProfiles.FullContact;

/// <summary>
/// Every log line of the provider, event ids 2000 to 2999. None takes anything that FullContact wrote: its 401 repeats the key, and other messages repeat
/// what was asked. What only concerns one check is logged by the core as well, with the customer's id; here stands what the wire showed.
/// </summary>
internal static partial class FullContactLog
{
    [LoggerMessage(2000, LogLevel.Debug, "FullContact answered with HTTP {Status} after {ElapsedMilliseconds} ms.")]
    public static partial void Answered(this ILogger logger, int status, long elapsedMilliseconds);

    [LoggerMessage(2001, LogLevel.Error, "FullContact refused the API key (HTTP {Status}). Set a valid one as FullContactOptions.ApiKey and restart; until then nobody is looked up.")]
    public static partial void BadKey(this ILogger logger, int status);

    [LoggerMessage(2002, LogLevel.Error, "FullContact says that the usage limits of the account are exceeded (HTTP {Status}). Raise them with FullContact or wait for its next period; until then nobody is looked up.")]
    public static partial void QuotaExceeded(this ILogger logger, int status);

    [LoggerMessage(2003, LogLevel.Error, "FullContact does not let this account ask (HTTP {Status}). Have FullContact enable Person Enrich and the bundles of FullContactOptions.DataFilter for the key.")]
    public static partial void Forbidden(this ILogger logger, int status);

    [LoggerMessage(2004, LogLevel.Error, "There is no Person Enrich V3 at {Address} (HTTP {Status}). Correct FullContactOptions.BaseAddress, or the proxy in between, and restart.")]
    public static partial void WrongAddress(this ILogger logger, Uri address, int status);

    [LoggerMessage(2005, LogLevel.Warning, "FullContact withholds an answer for legal reasons (HTTP {Status}). Nothing is to be put right.")]
    public static partial void Withheld(this ILogger logger, int status);

    [LoggerMessage(2006, LogLevel.Warning, "FullContact refused a question as malformed (HTTP {Status}). If every question is, look at FullContactOptions.DataFilter.")]
    public static partial void BadRequest(this ILogger logger, int status);

    [LoggerMessage(2007, LogLevel.Warning, "FullContact answered (HTTP {Status}), but the answer {Trouble}. It may have been charged for.")]
    public static partial void Unreadable(this ILogger logger, int status, string trouble);

    [LoggerMessage(2008, LogLevel.Information, "FullContact is throttling this account or is down for now (HTTP {Status}): {Failure}.")]
    public static partial void Refused(this ILogger logger, int status, ProviderFailure failure);

    [LoggerMessage(2009, LogLevel.Information, "FullContact could not be reached, or the connection broke: {Error}.")]
    public static partial void Unreachable(this ILogger logger, HttpRequestError error);

    [LoggerMessage(2010, LogLevel.Information, "FullContact did not answer in time. FullContactOptions.Timeout is {Timeout}. The question may have been charged for.")]
    public static partial void TimedOut(this ILogger logger, TimeSpan timeout);
}
