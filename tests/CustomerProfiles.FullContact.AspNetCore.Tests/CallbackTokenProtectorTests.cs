using System.Buffers.Text;
using System.Text;
using CsCheck;
using CustomerProfiles.FullContact.AspNetCore.Tests.Support;
using CustomerProfiles.Providers;
using NodaTime;

namespace CustomerProfiles.FullContact.AspNetCore.Tests;

public sealed class CallbackTokenProtectorTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 3, 1, 12, 0);

    private static readonly Gen<Instant> AnyInstant = Gen.Select(
        Gen.Int[
            (Instant.MinValue - NodaConstants.UnixEpoch).Days,
            (Instant.MaxValue - NodaConstants.UnixEpoch).Days - 1
        ],
        Gen.Long[0, NodaConstants.NanosecondsPerDay - 1],
        (days, nanoseconds) => NodaConstants.UnixEpoch + Duration.FromDays(days) + Duration.FromNanoseconds(nanoseconds)
    );

    private static readonly Gen<TenantId> AnyTenant = Gen.OneOf(
        Gen.Const(TenantId.Default),
        Gen.Char.AlphaNumeric.Array[1, 100].Select(name => new TenantId(new string(name))),
        Gen.OneOf("ö", "語", "🖋", "-").Array[1, 50].Select(name => new TenantId(string.Concat(name)))
    );

    private static readonly Gen<Guid> AnyId = Gen
        .Byte.Array[16]
        .Select(bytes => new Guid(bytes))
        .Where(id => id != Guid.Empty);

    private static readonly Gen<CallbackReference> AnyReference = Gen.Select(
        AnyTenant,
        AnyId,
        Gen.OneOf("fullcontact", "x", "προμηθευτής"),
        AnyId,
        AnyInstant,
        (tenant, customer, provider, lease, requestedAt) =>
            new CallbackReference(tenant, CustomerId.From(customer), provider, lease, requestedAt)
    );

    private readonly CallbackTokenProtector _protector = new([WebhookHost.Key]);

    [Fact]
    public void Every_reference_survives_protecting_and_unprotecting() =>
        AnyReference.Sample(
            callback =>
            {
                _protector
                    .Unprotect(_protector.Protect(callback, Now + Duration.Epsilon), Now, out var opened)
                    .Should()
                    .Be(TokenReading.Good);
                return opened == callback;
            },
            iter: 2_000,
            threads: 1
        );

    [Fact]
    public void Every_instant_is_when_a_token_expires() =>
        Gen.Select(AnyInstant, AnyInstant)
            .Sample(
                (expiresAt, now) =>
                    _protector.Unprotect(_protector.Protect(Callback, expiresAt), now, out var callback)
                        == (now < expiresAt ? TokenReading.Good : TokenReading.Expired)
                    && (callback is not null) == (now < expiresAt),
                iter: 2_000,
                threads: 1
            );

    [Fact]
    public void Any_change_of_a_token_is_noticed()
    {
        var token = _protector.Protect(Callback, Now + Duration.FromDays(1));
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        foreach (var i in Enumerable.Range(0, token.Length))
        {
            foreach (var c in alphabet.Where(c => c != token[i]))
            {
                Opened(token[..i] + c + token[(i + 1)..]).Should().Be(TokenReading.Unknown, $"place {i} became {c}");
            }
        }

        foreach (
            var other in new[]
            {
                token + "=",
                token + "==",
                token + " ",
                " " + token,
                token + "A",
                token[1..],
                token[..^1],
                token[..^4],
                token + token,
                token.Insert(10, "\n"),
            }
        )
        {
            Opened(other).Should().Be(TokenReading.Unknown);
        }

        Opened(token).Should().Be(TokenReading.Good);
    }

    [Fact]
    public void Random_text_is_not_a_token() =>
        Gen.OneOf(
                Gen.String[0, 900],
                Gen.Byte.Array[0, 1200].Select(bytes => Base64Url.EncodeToString(bytes)),
                Gen.Byte.Array[30, 200].Select(bytes => Base64Url.EncodeToString([1, .. bytes]))
            )
            .Sample(text => Opened(text) == TokenReading.Unknown, iter: 20_000, threads: 1);

    [Fact]
    public void Empty_and_very_long_text_are_not_tokens()
    {
        Opened(null).Should().Be(TokenReading.Unknown);
        Opened("").Should().Be(TokenReading.Unknown);
        Opened(new string('A', 10_000_000)).Should().Be(TokenReading.Unknown);
    }

    [Fact]
    public void A_token_reveals_nothing_and_is_never_the_same()
    {
        var tokens = Enumerable.Range(0, 50).Select(_ => _protector.Protect(Callback, Now)).ToArray();

        tokens.Should().OnlyHaveUniqueItems();
        tokens.Select(token => token.Length).Distinct().Should().ContainSingle().Which.Should().BeLessThan(600);
        byte[][] parts =
        [
            Encoding.UTF8.GetBytes("markedtenant"),
            Encoding.UTF8.GetBytes("fullcontact"),
            Callback.CustomerId.Value.ToByteArray(bigEndian: true),
            Callback.LeaseId.ToByteArray(bigEndian: true),
        ];
        foreach (var bytes in tokens.Select(token => Base64Url.DecodeFromChars(token)))
        {
            parts.Any(part => bytes.AsSpan().IndexOf(part) >= 0).Should().BeFalse();
        }

        // The 13 bytes of version and nonce never repeat.
        tokens
            .Select(token => Convert.ToHexString(Base64Url.DecodeFromChars(token).AsSpan(1, 12)))
            .Should()
            .OnlyHaveUniqueItems();
    }

    [Fact]
    public void The_first_key_protects_and_all_keys_unprotect()
    {
        var (first, second) = (WebhookHost.KeyNamed("first"), WebhookHost.KeyNamed("second"));
        var token = new CallbackTokenProtector([first, second]).Protect(Callback, Now + Duration.FromDays(1));

        new CallbackTokenProtector([first]).Unprotect(token, Now, out _).Should().Be(TokenReading.Good);
        new CallbackTokenProtector([second, first]).Unprotect(token, Now, out _).Should().Be(TokenReading.Good);
        new CallbackTokenProtector([second]).Unprotect(token, Now, out _).Should().Be(TokenReading.Unknown);
    }

    [Fact]
    public async Task Many_threads_may_use_one()
    {
        var callbacks = Enumerable
            .Range(0, 64)
            .Select(i => Callback with { LeaseId = new Guid(i + 1, 0, 0, new byte[8]) });

        var opened = await Task.WhenAll(
                callbacks.Select(callback =>
                    Task.Run(() =>
                        (
                            callback,
                            Enumerable
                                .Range(0, 50)
                                .All(_ =>
                                    _protector.Unprotect(
                                        _protector.Protect(callback, Now + Duration.Epsilon),
                                        Now,
                                        out var read
                                    ) == TokenReading.Good
                                    && read == callback
                                )
                        )
                    )
                )
            )
            .Soon();

        opened.Should().OnlyContain(result => result.Item2);
    }

    [Fact]
    public void A_name_that_is_too_long_for_a_token_is_misuse() =>
        _protector
            .Invoking(protector => protector.Protect(Callback with { Provider = new string('x', 401) }, Now))
            .Should()
            .Throw<ArgumentException>()
            .WithMessage("*401*");

    private static CallbackReference Callback { get; } =
        new(
            new TenantId("markedtenant"),
            CustomerId.From(Guid.Parse("0195b2c4-7d1e-7a3b-8c5d-1234567890ab")),
            "fullcontact",
            Guid.Parse("6f9619ff-8b86-4d01-b42d-00cf4fc964ff"),
            Now
        );

    private TokenReading Opened(string? token) => _protector.Unprotect(token, Now, out _);
}
