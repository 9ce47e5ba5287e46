using System.Net;
using System.Text;
using CsCheck;
using CustomerProfiles.FullContact.AspNetCore.Tests.Support;

namespace CustomerProfiles.FullContact.AspNetCore.Tests;

/// <summary>Any call of the endpoint gets one of its documented statuses.</summary>
public sealed class AnyCallProperties
{
    private static readonly Gen<byte[]> AnyBody = Gen.OneOf(
        Gen.Byte.Array[0, 200],
        Gen.OneOf(
                "{",
                "}",
                "[",
                "]",
                ",",
                ":",
                "\"",
                "result=",
                "%7B",
                "%",
                "+",
                "&",
                "status",
                "404",
                "null",
                " ",
                "\\ud800",
                "\uFEFF"
            )
            .Array[0, 20]
            .Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts)))
    );

    [Fact]
    public async Task Any_bytes_as_a_body_end_in_200_or_422()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();

        await AnyBody.SampleAsync(
            async body =>
                (await host.CallAsync(pending.Address, body)).StatusCode
                    is HttpStatusCode.OK
                        or HttpStatusCode.UnprocessableEntity,
            iter: 300,
            threads: 1
        );

        host.Events.Should().NotBeEmpty().And.OnlyContain(id => id == 2100 || id == 2107);
    }

    [Fact]
    public async Task Any_text_as_a_token_ends_in_404()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();

        await Gen.String[0, 300]
            .SampleAsync(
                async text =>
                    (
                        await host.CallAsync(new Uri($"{WebhookHost.PublicAddress}?token={WebUtility.UrlEncode(text)}"))
                    ).StatusCode == HttpStatusCode.NotFound,
                iter: 300,
                threads: 1
            );

        await host.ShouldStillWaitAsync(pending);
    }
}
