using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using FullContact.Simulator;

namespace CustomerProfiles.FullContact.Tests.Simulator;

/// <summary>A client that sends and returns everything unchanged.</summary>
internal sealed class SimulatorClient(FullContactSimulator simulator) : IDisposable
{
    // Long enough for a busy machine: it only ends a test that would hang.
    private readonly HttpClient _http = new()
    {
        BaseAddress = simulator.BaseAddress,
        Timeout = TimeSpan.FromMinutes(1),
    };

    public Task<Reply> EnrichEmailAsync(string address, CancellationToken cancellationToken = default) =>
        EnrichAsync(new JsonObject { ["email"] = address }, cancellationToken);

    public Task<Reply> EnrichAsync(JsonObject request, CancellationToken cancellationToken = default) =>
        SendAsync(RequestOf(Encoding.UTF8.GetBytes(request.ToJsonString())), cancellationToken);

    public Task<Reply> EnrichAsync(byte[] body) => SendAsync(RequestOf(body));

    public Task<Reply> EnrichAsync(string body) => EnrichAsync(Encoding.UTF8.GetBytes(body));

    public Task<Reply> EnrichWithAsync(string? authorization)
    {
        var request = RequestOf("""{"email":"maria.quill@example.org"}"""u8.ToArray());
        request.Headers.Remove("Authorization");
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return SendAsync(request);
    }

    public async Task<Reply> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        using (request)
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            var headers = response
                .Headers.Concat(response.Content.Headers)
                .ToDictionary(
                    header => header.Key,
                    header => string.Join(", ", header.Value),
                    StringComparer.OrdinalIgnoreCase
                );
            return new Reply(
                (int)response.StatusCode,
                await response.Content.ReadAsStringAsync(cancellationToken),
                headers
            );
        }
    }

    /// <summary>Sends and returns with the headers, before the body.</summary>
    public Task<HttpResponseMessage> BeginAsync(string address) =>
        _http.SendAsync(
            RequestOf(Encoding.UTF8.GetBytes(new JsonObject { ["email"] = address }.ToJsonString())),
            HttpCompletionOption.ResponseHeadersRead
        );

    /// <summary>Calls the control endpoint.</summary>
    public Task<Reply> ControlAsync(string method, string path, string? json = null) =>
        SendAsync(
            new HttpRequestMessage(new HttpMethod(method), $"control/{path}")
            {
                Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"),
            }
        );

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage RequestOf(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new HttpRequestMessage(HttpMethod.Post, "v3/person.enrich")
        {
            Content = content,
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", simulator.ApiKey) },
        };
    }
}

/// <summary>The response.</summary>
internal sealed record Reply(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    public string? Text(string name) => (string?)Json[name];
}
