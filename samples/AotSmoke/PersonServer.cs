using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AotSmoke;

/// <summary>
/// A server like Person Enrich V3, without ASP.NET Core: a match for one address, "Profile not found" for all others.
/// One request per connection.
/// </summary>
internal sealed class PersonServer : IAsyncDisposable
{
    private const string Person = """
        {"fullName":"Ada Byron","location":"London, England","bio":"Notes on the Analytical Engine.","title":"Analyst",
         "organization":"Analytical Engines",
         "details":{"profiles":{"github":{"service":"github","username":"ada","url":"https://example.com/ada"}},
                    "photos":[{"label":"avatar","value":"https://example.com/ada.png"}],
                    "household":{"income":"of nobody's concern"}}}
        """;

    private const string NotFound = """{"status":404,"message":"Profile not found"}""";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _key;
    private readonly string _known;
    private readonly Task _running;

    /// <param name="key">The API key.</param>
    /// <param name="known">The known address.</param>
    public PersonServer(string key, string known)
    {
        _key = key;
        _known = known;
        _listener.Start();
        _running = RunAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public int Requests { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await using var stream = client.GetStream();
                var (head, body) = await ReadAsync(stream, _stop.Token);
                Requests++;
                await stream.WriteAsync(ResultFor(head, body), _stop.Token);
            }
        }
        catch (OperationCanceledException) { }
    }

    private byte[] ResultFor(string head, string body)
    {
        var isRequest =
            head.StartsWith("POST /v3/person.enrich HTTP/1.1\r\n", StringComparison.Ordinal)
            && head.Contains($"\r\nAuthorization: Bearer {_key}\r\n", StringComparison.OrdinalIgnoreCase);
        var (status, result) =
            !isRequest ? ("401 Unauthorized", "{}")
            : body.Contains($"\"{_known}\"", StringComparison.Ordinal) ? ("200 OK", Person)
            : ("404 Not Found", NotFound);
        return Encoding.UTF8.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: "
                + $"{Encoding.UTF8.GetByteCount(result)}\r\nConnection: close\r\n\r\n{result}"
        );
    }

    private static async Task<(string Head, string Body)> ReadAsync(
        NetworkStream stream,
        CancellationToken cancellationToken
    )
    {
        var received = new byte[64 * 1024];
        var count = 0;
        while (true)
        {
            var text = Encoding.UTF8.GetString(received, 0, count);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0 && text.Length - end - 4 >= LengthIn(text[..end]))
            {
                return (text[..(end + 2)], text[(end + 4)..]);
            }

            var read = await stream.ReadAsync(received.AsMemory(count), cancellationToken);
            if (read == 0)
            {
                return ("", "");
            }

            count += read;
        }
    }

    private static int LengthIn(string head)
    {
        const string field = "\r\nContent-Length:";
        var start = head.IndexOf(field, StringComparison.OrdinalIgnoreCase);
        if (start < 0)
        {
            return 0;
        }

        var value = head.AsSpan(start + field.Length);
        var end = value.IndexOf('\r');
        return int.Parse(end < 0 ? value : value[..end], System.Globalization.CultureInfo.InvariantCulture);
    }
}
