using System.Diagnostics.Metrics;
using System.Globalization;

namespace CustomerProfiles.FullContact;

/// <summary>
/// What only FullContact tells of itself. A singleton, for making instruments takes a lock of the whole process.
/// </summary>
internal sealed class FullContactMetrics : IDisposable
{
    // Beyond this it is no delay of FullContact's, which never holds a call back for more than a second.
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
            "By how much FullContact held a call back because the account asks too fast. Rising values come "
                + "before refusals."
        );
    }

    /// <summary>
    /// Takes the header <c>X-FullContact-RateDelay</c>, in milliseconds. The headers X-Rate-Limit and so on are
    /// constants kept for old clients (docs.fullcontact.com/docs/rate-limiting) and not looked at.
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
