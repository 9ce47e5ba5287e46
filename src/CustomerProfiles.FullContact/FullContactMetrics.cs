using System.Diagnostics.Metrics;
using System.Globalization;

namespace CustomerProfiles.FullContact;

/// <summary>
/// The metrics of this provider. A singleton, because creating an instrument takes a process-wide lock.
/// </summary>
internal sealed class FullContactMetrics : IDisposable
{
    // FullContact never delays a call for more than a second, so a larger value is not a delay.
    private const double MostMilliseconds = 60_000;

    private readonly Meter? _ownMeter;
    private readonly Histogram<double> _rateDelay;

    public FullContactMetrics(IMeterFactory? meters = null)
    {
        var meter =
            meters?.Create(CustomerProfilesDiagnostics.MeterName)
            ?? (_ownMeter = new Meter(CustomerProfilesDiagnostics.MeterName));
        _rateDelay = meter.CreateHistogram<double>(
            FullContactDefaults.RateDelayInstrument,
            "s",
            "By how much FullContact delayed a call because the account is near its rate limit. Rising values "
                + "come before refusals."
        );
    }

    /// <summary>
    /// Records the header <c>X-FullContact-RateDelay</c>, in milliseconds. The headers X-Rate-Limit and so on are
    /// constants for old clients (docs.fullcontact.com/docs/rate-limiting) and not read.
    /// </summary>
    public void HeldBackBy(HttpResponseMessage response)
    {
        if (
            _rateDelay.Enabled
            && response.Headers.TryGetValues("X-FullContact-RateDelay", out var values)
            && double.TryParse(
                values.First(),
                NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
                CultureInfo.InvariantCulture,
                out var milliseconds
            )
            && milliseconds is >= 0 and <= MostMilliseconds
        )
        {
            _rateDelay.Record(milliseconds / 1_000);
        }
    }

    public void Dispose() => _ownMeter?.Dispose();
}
