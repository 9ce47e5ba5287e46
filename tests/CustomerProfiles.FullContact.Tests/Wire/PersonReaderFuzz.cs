using System.Text.Json;
using CsCheck;
using CustomerProfiles.Providers;
using Xunit.Abstractions;

namespace CustomerProfiles.FullContact.Tests.Wire;

/// <summary>
/// Random bodies: reading returns information or refuses, never throws, and allocates no more than the length of the
/// body allows.
/// </summary>
public sealed class PersonReaderFuzz(ITestOutputHelper output)
{
    // An exception with its trace, and the first entries of every list.
    private const int ForAnyBody = 32 * 1024;

    // The most expensive bytes: short addresses, of which each becomes a string and an Uri.
    private const int ForEachByte = 24;

    [Fact]
    public void Any_body_is_read_or_refused()
    {
        long bytes = 0,
            read = 0;
        uint number = 0;
        for (; bytes < FuzzRun.Bytes; number++)
        {
            var body = OddBodies.Any.Generate(new PCG(number, FuzzRun.Seed), null, out _);
            bytes += body.Length;
            try
            {
                read += IsReadWell(body) ? 1 : 0;
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException(
                    $"Case {number} of seed {FuzzRun.Seed}, {body.Length} bytes: {Convert.ToBase64String(body)}",
                    fault
                );
            }
        }

        output.WriteLine($"{bytes} bytes in {number} bodies, of which {read} were read");
        number.Should().BeGreaterThan(50);

        // A fuzzer whose bodies are all refused, or all valid, proves nothing.
        read.Should().BeInRange(number / 10, number * 9 / 10);
    }

    private static bool IsReadWell(byte[] body)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var isRead = PersonReader.TryRead(body, out var information);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        allocated.Should().BeLessThan(ForAnyBody + ((long)ForEachByte * body.Length));
        isRead.Should().Be(IsOneObject(body), "System.Text.Json has the last word on what is JSON");
        (information is not null).Should().Be(isRead);
        if (information is null)
        {
            return false;
        }

        MayBeShown(information).Should().BeTrue();
        PersonReader.TryRead(body, out var again).Should().BeTrue();
        RecordedInformation.Of(again!).Should().Be(RecordedInformation.Of(information));
        return true;
    }

    private static bool IsOneObject(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(
                body.AsMemory(body.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0),
                new JsonDocumentOptions { MaxDepth = JsonCursor.MaxDepth }
            );
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool MayBeShown(PublicInformation information)
    {
        var addresses = information
            .Websites.Append(information.Photo?.Url)
            .Concat(information.SocialProfiles.Select(account => account.Url))
            .OfType<Uri>();
        return addresses.All(address =>
                address is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "", Host.Length: > 0 }
            )
            && information.SocialProfiles.All(account =>
                account.Network.Length > 0
                && account.Network == account.Network.ToLowerInvariant()
                && (account.Url is not null || account.Username is not null)
            )
            && information.SocialProfiles.Distinct().Count() == information.SocialProfiles.Length
            && information.Websites.Distinct().Count() == information.Websites.Length
            && information.Websites.Length <= 50
            && information.SocialProfiles.Length <= 203
            && PersonReaderTests
                .TextsOf(information)
                .All(text => text.Length > 0 && text == text.Trim() && IsWhole(text));
    }

    private static bool IsWhole(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
