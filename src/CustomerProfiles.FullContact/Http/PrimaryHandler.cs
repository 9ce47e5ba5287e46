using Microsoft.Extensions.Options;

namespace CustomerProfiles.FullContact;

/// <summary>
/// Makes the handler that calls are made by safe, also one that the host has put in the place of ours: wherever a
/// redirect or a proxy leads, neither the key nor the customers' addresses go there.
/// </summary>
internal static class PrimaryHandler
{
    /// <summary>Changes a handler whose settings are known.</summary>
    /// <exception cref="OptionsValidationException">They are not, or the handler has been used already, so that they
    /// cannot be changed.</exception>
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
                                + "in which redirects cannot be switched off. Use a SocketsHttpHandler or "
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
                    + "so redirects cannot be switched off in it. Make a new one in ConfigurePrimaryHttpMessageHandler."
            );
        }
    }

    // Only what differs is set: a handler that the host gives again is in use by then, and refuses.
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
