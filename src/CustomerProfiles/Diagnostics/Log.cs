using CustomerProfiles.Providers;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// Every log line of the core, event ids 1000 to 1999. Of an exception only the type is logged, because its message may
/// hold personal data.
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
        "Check of {CustomerId} with {Provider} failed: {Failure}. Tried again: {TriedAgain}."
    )]
    public static partial void CheckFailed(
        this ILogger logger,
        CustomerId customerId,
        string provider,
        ProviderFailure failure,
        bool triedAgain
    );

    [LoggerMessage(1003, LogLevel.Debug, "Check of {CustomerId} with {Provider} has no result yet and stays pending.")]
    public static partial void CheckPending(this ILogger logger, CustomerId customerId, string provider);

    [LoggerMessage(
        1004,
        LogLevel.Warning,
        "Check of {CustomerId} with {Provider} was no longer held when its result was to be recorded: "
            + "another host has claimed it, or an earlier try has recorded it after all. Raise "
            + "LeaseDuration if this repeats."
    )]
    public static partial void LeaseLost(this ILogger logger, CustomerId customerId, string provider);

    [LoggerMessage(
        1005,
        LogLevel.Error,
        "Provider {Provider} threw {ExceptionType} instead of returning a result. This is a defect of the provider; "
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
        "The store threw {ExceptionType} while the runner claimed checks. It tries again after SweepInterval."
    )]
    public static partial void SweepFailed(this ILogger logger, string exceptionType);

    [LoggerMessage(
        1009,
        LogLevel.Error,
        "A result of {Provider} could not be applied: {ExceptionType}. The check is recorded without it. "
            + "Review the host's edit rules and the provider."
    )]
    public static partial void ResultNotApplied(this ILogger logger, string provider, string exceptionType);

    [LoggerMessage(
        1010,
        LogLevel.Debug,
        "The callback for the check of {CustomerId} with {Provider} arrived before the lookup returned."
    )]
    public static partial void CompletedBefore(this ILogger logger, CustomerId customerId, string provider);

    [LoggerMessage(
        1011,
        LogLevel.Warning,
        "The budget of {Most} paid results of {Provider} for {Period} (UTC) is exhausted. Checks wait; "
            + "conversations do not. Raise the budget, or wait until {End}."
    )]
    public static partial void BudgetExhausted(
        this ILogger logger,
        string provider,
        int most,
        string period,
        Instant end
    );

    [LoggerMessage(
        1012,
        LogLevel.Information,
        "Check of {CustomerId} with {Provider} was released because the host shuts down; it stays "
            + "pending. The request had been sent: {Sent}."
    )]
    public static partial void CheckReleased(this ILogger logger, CustomerId customerId, string provider, bool sent);

    [LoggerMessage(
        1013,
        LogLevel.Debug,
        "Check of {CustomerId} with {Provider} was ended without a lookup: the profile no longer holds "
            + "anything that the provider can look up by."
    )]
    public static partial void CheckWithdrawn(this ILogger logger, CustomerId customerId, string provider);

    [LoggerMessage(
        1014,
        LogLevel.Error,
        "Check of {CustomerId} with {Provider} was ended without a lookup at attempt {Attempt}: hosts "
            + "died while they held it. Find out whether this provider crashes the process."
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
            + "next received conversation. Find out whether the senders are forged; raise the limit if they are not."
    )]
    public static partial void FirstCheckLimitReached(this ILogger logger, int most, TenantId tenant);

    [LoggerMessage(
        1016,
        LogLevel.Warning,
        "Provider {Provider} has no budget, so nothing limits how many results are paid for. Set one: "
            + "DailyBudget or MonthlyBudget of FullContact's options, IProfileProvider.Budget of a provider "
            + "of your own."
    )]
    public static partial void NoBudget(this ILogger logger, string provider);

    [LoggerMessage(
        1017,
        LogLevel.Warning,
        "Check of {CustomerId} with {Provider} was released and is tried again: other writers changed the "
            + "profile {Races} times in a row while the result was being recorded. If this repeats, run the "
            + "conformance tests of the store."
    )]
    public static partial void CheckLostRaces(this ILogger logger, CustomerId customerId, string provider, int races);

    [LoggerMessage(1008, LogLevel.Information, "Provider {Provider} was {Setting} for tenant {Tenant}.")]
    public static partial void ProviderSettingChanged(
        this ILogger logger,
        string provider,
        string setting,
        TenantId tenant
    );

    [LoggerMessage(
        1018,
        LogLevel.Warning,
        "The handler of events failed ({ExceptionType}) at event {Sequence} ({Kind}) of {CustomerId}, attempt "
            + "{Attempt}. The event is delivered again later; the customer's later events wait for it."
    )]
    public static partial void EventFailed(
        this ILogger logger,
        CustomerId customerId,
        long sequence,
        CustomerEventKind kind,
        string exceptionType,
        int attempt
    );

    [LoggerMessage(
        1019,
        LogLevel.Error,
        "The events of {CustomerId} have stopped: the handler failed ({ExceptionType}) {Attempts} times at event "
            + "{Sequence} ({Kind}). Mend the handler, then call RetryAsync or SkipAsync of ICustomerEventRunner."
    )]
    public static partial void EventsStopped(
        this ILogger logger,
        CustomerId customerId,
        long sequence,
        CustomerEventKind kind,
        string exceptionType,
        int attempts
    );

    [LoggerMessage(
        1020,
        LogLevel.Error,
        "The store threw {ExceptionType} while events were being delivered. Those that wait are delivered later, and "
            + "some perhaps again."
    )]
    public static partial void DeliveryFailed(this ILogger logger, string exceptionType);
}
