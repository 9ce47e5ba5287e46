using CustomerProfiles.Providers;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// Every log line of the core, event ids 1000 to 1999. Of an exception only the type is logged: its message may hold
/// anything.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Debug, "Check of {CustomerId} with {Provider} completed: {Outcome}.")]
    public static partial void CheckCompleted(
        this ILogger logger,
        CustomerId customerId,
        string provider,
        CheckOutcome outcome
    );

    [LoggerMessage(
        1002,
        LogLevel.Warning,
        "Check of {CustomerId} with {Provider} failed: {Failure}. Asked again: {AskedAgain}."
    )]
    public static partial void CheckFailed(
        this ILogger logger,
        CustomerId customerId,
        string provider,
        ProviderFailure failure,
        bool askedAgain
    );

    [LoggerMessage(
        1003,
        LogLevel.Debug,
        "Check of {CustomerId} with {Provider} is queued there and will be asked again."
    )]
    public static partial void CheckQueued(this ILogger logger, CustomerId customerId, string provider);

    [LoggerMessage(
        1004,
        LogLevel.Warning,
        "Check of {CustomerId} with {Provider} was no longer held when its answer was to be recorded: "
            + "another host has taken it over, or an earlier try has recorded it after all. Raise "
            + "LeaseDuration if this repeats."
    )]
    public static partial void LeaseLost(this ILogger logger, CustomerId customerId, string provider);

    [LoggerMessage(
        1005,
        LogLevel.Error,
        "Provider {Provider} threw {ExceptionType} instead of answering. This is a defect of the provider; "
            + "its checks count as failed."
    )]
    public static partial void ProviderThrew(this ILogger logger, string provider, string exceptionType);

    [LoggerMessage(
        1006,
        LogLevel.Error,
        "The store threw {ExceptionType} while the result of a check of {CustomerId} was being recorded. "
            + "Tried again: {TriedAgain}."
    )]
    public static partial void RecordingFailed(
        this ILogger logger,
        CustomerId customerId,
        string exceptionType,
        bool triedAgain
    );

    [LoggerMessage(
        1007,
        LogLevel.Error,
        "The store threw {ExceptionType} while the runner looked for checks. It looks again after SweepInterval."
    )]
    public static partial void SweepFailed(this ILogger logger, string exceptionType);

    [LoggerMessage(
        1009,
        LogLevel.Error,
        "An answer of {Provider} could not be applied: {ExceptionType}. The check is recorded without it. "
            + "Look at the host's edit rules and at the provider."
    )]
    public static partial void ResultNotApplied(this ILogger logger, string provider, string exceptionType);

    [LoggerMessage(
        1010,
        LogLevel.Debug,
        "Check of {CustomerId} with {Provider} was answered from outside before it was noted that it would be."
    )]
    public static partial void CompletedBefore(this ILogger logger, CustomerId customerId, string provider);

    [LoggerMessage(
        1011,
        LogLevel.Warning,
        "The budget of {Most} paid answers of {Provider} for {Period} (UTC) is spent. Checks wait; "
            + "conversations do not. Raise the budget, or wait until {End}."
    )]
    public static partial void BudgetSpent(this ILogger logger, string provider, int most, string period, Instant end);

    [LoggerMessage(
        1012,
        LogLevel.Information,
        "Check of {CustomerId} with {Provider} was given back because the host shuts down; it stays "
            + "pending. The provider had been asked: {Asked}."
    )]
    public static partial void CheckReleased(this ILogger logger, CustomerId customerId, string provider, bool asked);

    [LoggerMessage(
        1013,
        LogLevel.Debug,
        "Check of {CustomerId} with {Provider} was ended unasked: the profile holds nothing any more by "
            + "which the provider can be asked."
    )]
    public static partial void CheckWithdrawn(this ILogger logger, CustomerId customerId, string provider);

    [LoggerMessage(
        1014,
        LogLevel.Error,
        "Check of {CustomerId} with {Provider} was given up unasked at attempt {Attempt}: hosts stopped "
            + "while they held it. See whether this provider takes the process down."
    )]
    public static partial void TooManyAttempts(
        this ILogger logger,
        CustomerId customerId,
        string provider,
        int attempt
    );

    [LoggerMessage(
        1015,
        LogLevel.Warning,
        "{Most} first checks were requested for tenant {Tenant} within an hour, which is this host's limit "
            + "(MaxFirstChecksPerHour). New customers are created without one for now and get it with their "
            + "next received conversation. See whether the senders are forged; raise the limit if they are not."
    )]
    public static partial void FirstCheckLimitReached(this ILogger logger, int most, TenantId tenant);

    [LoggerMessage(
        1016,
        LogLevel.Warning,
        "Provider {Provider} has no budget, so nothing limits how many answers are paid for. Set one: "
            + "DailyBudget or MonthlyBudget of FullContact's options, IProfileProvider.Budget of a provider "
            + "of your own."
    )]
    public static partial void NoBudget(this ILogger logger, string provider);

    [LoggerMessage(1008, LogLevel.Information, "Provider {Provider} was switched {Position} for tenant {Tenant}.")]
    public static partial void ProviderSettingChanged(
        this ILogger logger,
        string provider,
        string position,
        TenantId tenant
    );
}
