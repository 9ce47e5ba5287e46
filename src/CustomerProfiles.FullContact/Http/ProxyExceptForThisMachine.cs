using System.Net;

namespace CustomerProfiles.FullContact;

/// <summary>
/// The host's proxy, but for this machine: what is sent there in clear must not leave it. The proxy that .NET takes
/// from <c>http_proxy</c> and its siblings makes no such exception by itself.
/// </summary>
/// <param name="proxy">The proxy; null for the one of the process, whichever that is when a call is made.</param>
internal sealed class ProxyExceptForThisMachine(IWebProxy? proxy) : IWebProxy
{
    public ICredentials? Credentials
    {
        get => Inner.Credentials;
        set => Inner.Credentials = value;
    }

    private IWebProxy Inner => proxy ?? HttpClient.DefaultProxy;

    public Uri? GetProxy(Uri destination) => IsThisMachine(destination) ? null : Inner.GetProxy(destination);

    public bool IsBypassed(Uri host) => IsThisMachine(host) || Inner.IsBypassed(host);

    /// <summary>
    /// Whether an address is one of this machine: a loopback address, or a name that can be none else (RFC 6761,
    /// section 6.3).
    /// </summary>
    public static bool IsThisMachine(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (
            address.IsLoopback
            || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var literal) && IPAddress.IsLoopback(literal))
        )
        {
            return true;
        }

        var name = address.IdnHost.AsSpan().TrimEnd('.');
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
    }
}
