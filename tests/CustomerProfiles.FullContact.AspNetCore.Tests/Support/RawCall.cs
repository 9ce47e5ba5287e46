using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace CustomerProfiles.FullContact.AspNetCore.Tests.Support;

/// <summary>A call written byte by byte, as no HTTP client would.</summary>
internal sealed class RawCall : IDisposable
{
    private readonly TcpClient _client;

    private RawCall(TcpClient client) => _client = client;

    public static async Task<RawCall> ConnectAsync(Uri host)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(host.Host, host.Port).Soon();
        return new RawCall(client);
    }

    /// <summary>Begins a POST to an address; the test sends the body.</summary>
    public Task BeginPostAsync(Uri address, string headers) =>
        SendAsync(
            $"POST {address.PathAndQuery} HTTP/1.1\r\nHost: helpdesk.example.com\r\nContent-Type: "
                + $"application/json\r\n{headers}\r\n\r\n"
        );

    public Task SendAsync(string text) => _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask().Soon();

    /// <summary>The status of the first response, also an interim one.</summary>
    public async Task<int> StatusAsync()
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            (await _client.GetStream().ReadAsync(one).AsTask().Soon()).Should().Be(1, "a response is to come");
            head.Append((char)one[0]);
        }

        return int.Parse(head.ToString().Split(' ')[1], NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <summary>Disconnects without a response.</summary>
    public void HangUp()
    {
        _client.LingerState = new LingerOption(enable: true, seconds: 0);
        _client.Close();
    }

    public void Dispose() => _client.Dispose();
}
