namespace CustomerProfiles.FullContact;

/// <summary>The names by which this provider is known.</summary>
public static class FullContactDefaults
{
    /// <summary>
    /// The provider's name: kept with every value that it gives, and what a host switches on and off by.
    /// </summary>
    public const string ProviderName = "fullcontact";

    /// <summary>
    /// The name of its <see cref="HttpClient"/> with <see cref="IHttpClientFactory"/>, and a part of the category of
    /// that client's log lines.
    /// </summary>
    public const string HttpClientName = "CustomerProfiles.FullContact";

    /// <summary>
    /// The name of the histogram that says by how many seconds FullContact held calls back because the account asks too
    /// fast. Its meter is <see cref="CustomerProfilesDiagnostics.MeterName"/>.
    /// </summary>
    public const string RateDelayInstrument = "customerprofiles.fullcontact.rate_delay";
}
