using Microsoft.Extensions.Options;

namespace CustomerProfiles.FullContact;

/// <summary>
/// Secures the primary handler, including one that the host has set: no redirect and no proxy for this machine gets the
/// key or customer data.
/// </summary>
internal static class PrimaryHandler
{
    /// <summary>Changes the settings of a known type of handler.</summary>
    /// <exception cref="OptionsValidationException">
    /// The handler is of another type, or was used already, so its settings cannot change.
    /// </exception>
    public static void Secure(HttpMessageHandler primary, FullContactOptions options)
    {
        var handler = primary;
        while (handler is DelegatingHandler { InnerHandler: { } inner })
        {
            handler = inner;
        }

        try
        {
            switch (handler)
            {
                case SocketsHttpHandler sockets:
                    Secure(sockets);
                    break;
                case HttpClientHandler client:
                    Secure(client);
                    break;
                default:
                    if (!options.AllowOtherPrimaryHandlers)
                    {
                        throw Invalid(
                            $"AllowOtherPrimaryHandlers is False, and the HTTP client "
                                + $"\"{FullContactDefaults.HttpClientName}\" has a primary handler of type "
                                + $"{handler.GetType()}, "
                                + "in which redirects cannot be disabled. Use a SocketsHttpHandler or "
                                + "an HttpClientHandler, or set the option if the handler follows no redirects."
                        );
                    }

                    break;
            }
        }
        catch (InvalidOperationException)
        {
            throw Invalid(
                $"AllowOtherPrimaryHandlers: the primary handler of the HTTP client "
                    + $"\"{FullContactDefaults.HttpClientName}\" ({handler.GetType()}) has been used already, "
                    + "so redirects cannot be disabled in it. Create a new one in ConfigurePrimaryHttpMessageHandler."
            );
        }
    }

    // Set only what differs: a handler that the host returns twice is in use by then and rejects changes.
    private static void Secure(SocketsHttpHandler handler)
    {
        if (handler.AllowAutoRedirect)
        {
            handler.AllowAutoRedirect = false;
        }

        if (handler.UseCookies)
        {
            handler.UseCookies = false;
        }

        if (handler.UseProxy && handler.Proxy is not ProxyExceptForThisMachine)
        {
            handler.Proxy = new ProxyExceptForThisMachine(handler.Proxy);
        }
    }

    private static void Secure(HttpClientHandler handler)
    {
        if (handler.AllowAutoRedirect)
        {
            handler.AllowAutoRedirect = false;
        }

        if (handler.UseCookies)
        {
            handler.UseCookies = false;
        }

        if (handler.UseProxy && handler.Proxy is not ProxyExceptForThisMachine)
        {
            handler.Proxy = new ProxyExceptForThisMachine(handler.Proxy);
        }
    }

    private static OptionsValidationException Invalid(string error) =>
        new(Options.DefaultName, typeof(FullContactOptions), [$"{nameof(FullContactOptions)}.{error}"]);
}
