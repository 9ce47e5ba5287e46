using CustomerProfiles.Providers;
using Microsoft.Extensions.Logging;

namespace CustomerProfiles.FullContact.AspNetCore;

/// <summary>
/// Every log line of the webhook, event ids 2100 to 2199. None takes the token, the address, or anything that was
/// posted. What becomes of a check is logged by the core as well, with the customer's id.
/// </summary>
internal static partial class FullContactWebhookLog
{
    [LoggerMessage(2100, LogLevel.Debug, "A callback of FullContact ended with {Receipt}.")]
    public static partial void CalledBack(this ILogger logger, CallbackReceipt receipt);

    [LoggerMessage(2101, LogLevel.Debug, "A call to FullContact's webhook came without a token.")]
    public static partial void TokenMissing(this ILogger logger);

    [LoggerMessage(
        2102,
        LogLevel.Warning,
        "A call to FullContact's webhook came with a token that this host does not accept. If it is not "
            + "somebody's try, then not every host has the same FullContactWebhookOptions.SigningKeys, or a "
            + "key was taken away too early; each answer lost so is paid for twice."
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
            + "{MaxBodyBytes}. The question will be put again, and may be paid for twice."
    )]
    public static partial void TooLong(this ILogger logger, int maxBodyBytes);

    [LoggerMessage(
        2105,
        LogLevel.Warning,
        "A callback of FullContact did not arrive whole within {Limit}. Unless it is sent again, the "
            + "question will be put again."
    )]
    public static partial void TooSlow(this ILogger logger, TimeSpan limit);

    [LoggerMessage(
        2106,
        LogLevel.Information,
        "A callback of FullContact broke off. Unless it is sent again, the question will be put again."
    )]
    public static partial void BrokeOff(this ILogger logger);

    [LoggerMessage(
        2107,
        LogLevel.Warning,
        "A callback of FullContact holds no answer that ends a check. The question will be put again."
    )]
    public static partial void NoResult(this ILogger logger);

    [LoggerMessage(
        2108,
        LogLevel.Error,
        "A callback of FullContact could not be recorded: {Exception}. Unless it is sent again, the "
            + "question will be put again, and may be paid for twice."
    )]
    public static partial void NotRecorded(this ILogger logger, string exception);

    /// <summary>At the level of the line that the first call of that reason had.</summary>
    public static void RefusedMore(this ILogger logger, int calls, Refusal reason, TimeSpan window)
    {
        var level = LevelOf(reason);
        logger.RefusedMore(level, calls, reason, window);
    }

    [LoggerMessage(
        2109,
        LogLevel.Error,
        "A callback of FullContact came to a host that has no FullContact provider. Call AddFullContact "
            + "beside AddFullContactWebhook."
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
