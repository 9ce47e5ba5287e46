using Microsoft.Extensions.Logging;

namespace CustomerProfiles.AspNetCore;

/// <summary>
/// Every log line of the web package, event ids 2200 to 2299. None contains a value of a profile, a search text or the
/// message of an exception.
/// </summary>
internal static partial class WebLog
{
    [LoggerMessage(
        2200,
        LogLevel.Error,
        "A request about customer profiles failed with {ExceptionType}. The caller got 503. Look at the logs and the "
            + "health check of the store."
    )]
    public static partial void Failed(this ILogger logger, string exceptionType);

    [LoggerMessage(
        2201,
        LogLevel.Warning,
        "A request from a page of another origin was refused. Unless somebody attacks, a page of another site uses the "
            + "endpoints; serve it from this host."
    )]
    public static partial void ForeignOrigin(this ILogger logger);

    [LoggerMessage(
        2202,
        LogLevel.Warning,
        "CustomerProfilesWebOptions.ResolveTenant returned null for a signed-in user, who was refused."
    )]
    public static partial void NoTenant(this ILogger logger);
}
