using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace CustomerProfiles.Databases.TestSupport;

/// <summary>Ports on 127.0.0.1 for servers that are stopped and restarted on the same port.</summary>
public static class LoopbackPort
{
    /// <summary>
    /// Below the ephemeral ports, one of which a reconnecting client could take while the server is stopped.
    /// </summary>
    private const int First = 20_000;

    private const int End = 32_000;

    /// <summary>A free port. Another program may take it first, so try another one in that case.</summary>
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

    /// <summary>Whether a port is free.</summary>
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
