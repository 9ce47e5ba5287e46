namespace CustomerProfiles.FullContact;

/// <summary>The names by which this provider is known.</summary>
public static class FullContactDefaults
{
    /// <summary>
    /// The provider's name. It is stored with every value of the provider, and identifies it when it is disabled.
    /// </summary>
    public const string ProviderName = "fullcontact";

    /// <summary>
    /// The name of its <see cref="HttpClient"/> with <see cref="IHttpClientFactory"/>, and a part of the category of
    /// that client's log lines.
    /// </summary>
    public const string HttpClientName = "CustomerProfiles.FullContact";

    /// <summary>
    /// The name of the histogram of the seconds by which FullContact delayed calls because the account is near its rate
    /// limit. Its meter is <see cref="CustomerProfilesDiagnostics.MeterName"/>.
    /// </summary>
    public const string RateDelayInstrument = "customerprofiles.fullcontact.rate_delay";
}
