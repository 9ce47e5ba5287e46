using System.Net;

namespace CustomerProfiles.FullContact;

/// <summary>
/// The host's proxy, except for this machine: what is sent there unencrypted must not leave it. The proxy that .NET
/// takes from <c>http_proxy</c> makes no such exception.
/// </summary>
/// <param name="proxy">The proxy; null for the default proxy of the process at the time of the call.</param>
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
    /// Whether an address is on this machine: a loopback address, or a name that always is (RFC 6761, section 6.3).
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
