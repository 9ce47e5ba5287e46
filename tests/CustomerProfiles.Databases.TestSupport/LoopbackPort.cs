using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace CustomerProfiles.Databases.TestSupport;

/// <summary>Ports on 127.0.0.1 for servers that are stopped and started again at the same one.</summary>
public static class LoopbackPort
{
    /// <summary>
    /// Below the ports that systems give to outgoing connections. One of those would be taken while the server is
    /// stopped, by the very clients that try to reach it.
    /// </summary>
    private const int First = 20_000;

    private const int End = 32_000;

    /// <summary>
    /// A port that nobody listens at. Somebody else may be faster, so try another one if it turns out to be taken.
    /// </summary>
    public static int Free()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, End);
            if (IsFree(port))
            {
                return port;
            }
        }
    }

    /// <summary>Whether nobody listens at a port.</summary>
    /// <param name="port">The port.</param>
    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
