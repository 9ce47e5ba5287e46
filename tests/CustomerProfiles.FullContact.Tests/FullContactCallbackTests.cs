using System.Text;
using CsCheck;
using CustomerProfiles.FullContact.Tests.Wire;
using CustomerProfiles.Providers;

namespace CustomerProfiles.FullContact.Tests;

public sealed class FullContactCallbackTests
{
    private const string Person = """{"fullName":"Maria Quill","location":"Porto"}""";
    private const string Miss = "\"message\":\"Profile not found\"";

    [Theory]
    [InlineData(Person)]
    [InlineData("\uFEFF" + Person)]
    [InlineData(" \t\r\n" + Person + "\r\n")]
    [InlineData("""{"result":""" + Person + ""","webhookId":"7"}""")]
    [InlineData("""{"webhookId":null,"result":""" + Person + "}")]
    [InlineData("""{"status":200,"fullName":"Maria Quill","location":"Porto"}""")]
    [InlineData("""{"code":200,"fullName":"Maria Quill","location":"Porto"}""")]
    [InlineData("""{"status":"200","fullName":"Maria Quill","location":"Porto"}""")]
    [InlineData("""{"fullName":"Maria Quill","location":"Porto","status":null}""")]
    [InlineData("""{"status":200,"code":200,"fullName":"Maria Quill","location":"Porto","message":"OK"}""")]
    [InlineData("""{"result":{"status":200,"fullName":"Maria Quill","location":"Porto"}}""")]
    [InlineData("""{"status":200,"result":""" + Person + "}")]
    [InlineData("""{"message":"Here you are.","fullName":"Maria Quill","location":"Porto"}""")]
    [InlineData("""{"message":"Profile not found","fullName":"Maria Quill","location":"Porto"}""")]
    [InlineData("""{"\u0073tatus":200,"fullName":"Maria Quill","location":"Porto"}""")]
    [InlineData(
        """{"fullName":"Maria Quill","location":"Porto","details":{"status":404,"message":"Profile not found"}}"""
    )]
    [InlineData("""{"fullName":"Maria Quill","location":"Porto","result":null}""")]
    public void A_person_is_a_match(string body)
    {
        var information = Read(body).Should().BeOfType<ProviderResult.Matched>().Subject.Information;

        information.Name!.Full.Should().Be("Maria Quill");
        information.Location.Should().Be("Porto");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"details":null}""")]
    [InlineData("""{"result":{}}""")]
    [InlineData("""{"status":200}""")]
    [InlineData("""{"status":200,"message":"OK"}""")]
    [InlineData("""{"updated":"1970-01-01"}""")]
    public void An_almost_empty_person_is_a_match_too(string body) =>
        Read(body).Should().BeOfType<ProviderResult.Matched>().Which.Information.IsEmpty.Should().BeTrue();

    [Theory]
    [InlineData("{\"status\":404," + Miss + "}")]
    [InlineData("{" + Miss + ",\"status\":404,\"requestId\":\"x\"}")]
    [InlineData("{\"code\":404," + Miss + "}")]
    [InlineData("{\"status\":\"404\"," + Miss + "}")]
    [InlineData("{\"code\":\"404\",\"message\":\"PROFILE NOT FOUND.\"}")]
    [InlineData("{\"status\":404,\"code\":404," + Miss + "}")]
    [InlineData("{\"result\":{\"status\":404," + Miss + "},\"webhookId\":\"7\"}")]
    [InlineData("{\"status\":200,\"result\":{\"status\":404," + Miss + "}}")]
    [InlineData("{\"status\":404,\"result\":{" + Miss + "}}")]
    [InlineData("{\"status\":404," + Miss + ",\"result\":null}")]
    [InlineData("{" + Miss + "}")]
    [InlineData("{\"result\":{" + Miss + "}}")]
    public void Profile_not_found_is_a_miss(string body) => Read(body).Should().BeOfType<ProviderResult.NoMatch>();

    [Theory]
    [InlineData("""{"status":451}""")]
    [InlineData("""{"code":"451","message":"Unavailable for legal reasons"}""")]
    [InlineData("""{"result":{"status":451,"fullName":"Maria Quill"}}""")]
    [InlineData("""{"status":451,"result":{"fullName":"Maria Quill"}}""")]
    public void A_451_is_withheld_whatever_comes_with_it(string body) =>
        Read(body).Should().BeOfType<ProviderResult.Withheld>();

    [Theory]
    [InlineData("""{"status":202,"message":"Queued for search."}""")]
    [InlineData("""{"status":400,"message":"Profile not found"}""")]
    [InlineData("""{"status":403,"message":"Usage limits exceeded"}""")]
    [InlineData("""{"status":404}""")]
    [InlineData("""{"status":404,"message":"Endpoint GET /v3/person.enrich not found."}""")]
    [InlineData("""{"status":404,"message":["Profile not found"]}""")]
    [InlineData("""{"status":422,"message":"Profile not found"}""")]
    [InlineData("""{"status":500,"fullName":"Maria Quill"}""")]
    [InlineData("""{"status":503,"result":{"fullName":"Maria Quill"}}""")]
    [InlineData("""{"status":0,"fullName":"Maria Quill"}""")]
    [InlineData("""{"status":-200,"fullName":"Maria Quill"}""")]
    [InlineData("""{"status":204}""")]
    [InlineData("""{"status":99999999999999999999,"fullName":"Maria Quill"}""")]
    [InlineData("""{"message":"Something went wrong"}""")]
    [InlineData("""{"message":"Something went wrong","message":"Badly"}""")]
    [InlineData("""{"result":{"message":"Something went wrong"}}""")]
    public void Any_other_status_or_message_ends_no_check(string body) => Read(body).Should().BeNull();

    [Theory]
    [InlineData("""{"status":200,"code":404,"message":"Profile not found"}""")]
    [InlineData("""{"status":404,"status":200,"message":"Profile not found"}""")]
    [InlineData("""{"status":"not a number","fullName":"Maria Quill"}""")]
    [InlineData("""{"status":true,"fullName":"Maria Quill"}""")]
    [InlineData("""{"status":{},"fullName":"Maria Quill"}""")]
    [InlineData("""{"status":"","fullName":"Maria Quill"}""")]
    [InlineData("""{"status":"\ud800","fullName":"Maria Quill"}""")]
    [InlineData("""{"status":500,"result":{"status":200,"fullName":"Maria Quill"}}""")]
    [InlineData("""{"status":404,"message":"Profile not found","result":{"status":200,"fullName":"Maria Quill"}}""")]
    [InlineData("""{"status":"x","result":{"fullName":"Maria Quill"}}""")]
    [InlineData("""{"result":{"fullName":"Maria Quill"},"result":{"fullName":"Somebody else"}}""")]
    [InlineData(
        """{"result":{"fullName":"Maria Quill"},"result":{"fullName":"Somebody else"},"result":{"fullName":"A third"}}"""
    )]
    [InlineData("""{"status":"x","code":"y","fullName":"Maria Quill"}""")]
    public void An_ambiguous_body_ends_no_check(string body) => Read(body).Should().BeNull();

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\uFEFF")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("\"text\"")]
    [InlineData("[]")]
    [InlineData("[" + Person + "]")]
    [InlineData("{")]
    [InlineData(Person + "x")]
    [InlineData(Person + Person)]
    [InlineData("{\"result\":" + Person)]
    [InlineData("{\"result\":{\"fullName\":}}")]
    [InlineData("{fullName:1}")]
    [InlineData("<html><body>Bad Gateway</body></html>")]
    [InlineData("Profile not found")]
    [InlineData("result=%7B%7D")]
    public void A_body_that_is_not_a_json_object_ends_no_check(string body) => Read(body).Should().BeNull();

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}{}")]
    public void A_body_that_is_not_a_json_object_has_no_envelope(string body) =>
        CallbackEnvelope.TryRead(Encoding.UTF8.GetBytes(body), out _).Should().BeFalse();

    [Fact]
    public void Depth_and_length_are_limited()
    {
        static string Nested(int levels) =>
            $$"""{"fullName":"Maria Quill","x":{{new string('[', levels)}}{{new string(']', levels)}}}""";
        Read(Nested(63)).Should().BeOfType<ProviderResult.Matched>();
        Read(Nested(64)).Should().BeNull();
        Read(Nested(1_000_000)).Should().BeNull();

        Read(Person.PadRight(FullContactCallback.MaxBytes)).Should().BeOfType<ProviderResult.Matched>();
        Read(Person.PadRight(FullContactCallback.MaxBytes + 1)).Should().BeNull();
    }

    [Fact]
    public void Any_bytes_are_read_without_an_exception()
    {
        var splinter = Gen.OneOf(
            Gen.Byte.Array[0, 6],
            Gen.OneOf(
                    "{",
                    "}",
                    "[",
                    "]",
                    ",",
                    ":",
                    "\"",
                    "null",
                    "\"status\":",
                    "\"code\":404,",
                    "\"result\":{",
                    "\"message\":\"",
                    "\\ud800",
                    "1e999",
                    "\uFEFF",
                    "451",
                    "{\"\\ud800\":1,"
                )
                .Select(Encoding.UTF8.GetBytes)
        );
        var whole = Encoding.UTF8.GetBytes($$$"""{"webhookId":"7","status":200,"result":{{{InventedPerson.Json}}}}""");
        var damaged = Gen.Select(
            Gen.Int[0, whole.Length - 50],
            Gen.Int[0, 50],
            splinter,
            (at, cut, bytes) => (byte[])[.. whole[..at], .. bytes, .. whole[(at + cut)..]]
        );

        Gen.OneOf(damaged, splinter.Array[0, 12].Select(parts => parts.SelectMany(part => part).ToArray()))
            .Sample(
                body =>
                    FullContactCallback.Read(body)
                        is null
                            or ProviderResult.Matched
                            or ProviderResult.NoMatch
                            or ProviderResult.Withheld,
                iter: 20_000,
                threads: 1
            );
    }

    private static ProviderResult? Read(string body) => FullContactCallback.Read(Encoding.UTF8.GetBytes(body));
}
