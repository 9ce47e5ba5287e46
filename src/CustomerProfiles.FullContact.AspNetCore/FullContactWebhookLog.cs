using CustomerProfiles.Providers;
using Microsoft.Extensions.Logging;

namespace CustomerProfiles.FullContact.AspNetCore;

/// <summary>
/// Every log line of the webhook, event ids 2100 to 2199. None contains the token, the address or the body. The core
/// also logs the outcome of each check, with the customer's id.
/// </summary>
internal static partial class FullContactWebhookLog
{
    [LoggerMessage(2100, LogLevel.Debug, "A callback of FullContact was handled: {Receipt}.")]
    public static partial void CalledBack(this ILogger logger, CallbackReceipt receipt);

    [LoggerMessage(2101, LogLevel.Debug, "A call to FullContact's webhook came without a token.")]
    public static partial void TokenMissing(this ILogger logger);

    [LoggerMessage(
        2102,
        LogLevel.Warning,
        "A call to FullContact's webhook had a token that this host does not accept. Unless somebody is "
            + "guessing, not every host has the same FullContactWebhookOptions.SigningKeys, or a key was "
            + "removed too early; each result that is lost this way is paid for twice."
    )]
    public static partial void TokenUnknown(this ILogger logger);

    [LoggerMessage(
        2103,
        LogLevel.Information,
        "A callback of FullContact came after its token had expired. FullContactWebhookOptions.Lifetime is {Lifetime}."
    )]
    public static partial void TokenExpired(this ILogger logger, TimeSpan lifetime);

    [LoggerMessage(
        2104,
        LogLevel.Warning,
        "A callback of FullContact is longer than FullContactWebhookOptions.MaxBodyBytes, which is "
            + "{MaxBodyBytes}. The lookup will be repeated, and may be charged twice."
    )]
    public static partial void TooLong(this ILogger logger, int maxBodyBytes);

    [LoggerMessage(
        2105,
        LogLevel.Warning,
        "A callback of FullContact did not arrive completely within {Limit}. Unless it is sent again, the "
            + "lookup will be repeated."
    )]
    public static partial void TooSlow(this ILogger logger, TimeSpan limit);

    [LoggerMessage(
        2106,
        LogLevel.Information,
        "A callback of FullContact was cut off. Unless it is sent again, the lookup will be repeated."
    )]
    public static partial void BrokeOff(this ILogger logger);

    [LoggerMessage(
        2107,
        LogLevel.Warning,
        "A callback of FullContact has no result that ends a check. The lookup will be repeated."
    )]
    public static partial void NoResult(this ILogger logger);

    [LoggerMessage(
        2108,
        LogLevel.Error,
        "A callback of FullContact could not be recorded: {Exception}. Unless it is sent again, the "
            + "lookup will be repeated, and may be charged twice."
    )]
    public static partial void NotRecorded(this ILogger logger, string exception);

    /// <summary>At the level of the first refusal with that reason.</summary>
    public static void RefusedMore(this ILogger logger, int calls, Refusal reason, TimeSpan window)
    {
        var level = LevelOf(reason);
        logger.RefusedMore(level, calls, reason, window);
    }

    [LoggerMessage(
        2109,
        LogLevel.Error,
        "A callback of FullContact reached a host without a FullContact provider. Call AddFullContact as "
            + "well as AddFullContactWebhook."
    )]
    public static partial void NoProvider(this ILogger logger);

    [LoggerMessage(
        EventId = 2110,
        Message = "{Calls} more calls to FullContact's webhook were refused within {Window}: {Reason}."
    )]
    private static partial void RefusedMore(
        this ILogger logger,
        LogLevel level,
        int calls,
        Refusal reason,
        TimeSpan window
    );

    private static LogLevel LevelOf(Refusal reason) =>
        reason switch
        {
            Refusal.TokenMissing => LogLevel.Debug,
            Refusal.TokenExpired or Refusal.BrokeOff => LogLevel.Information,
            Refusal.NoProvider => LogLevel.Error,
            _ => LogLevel.Warning,
        };
}
