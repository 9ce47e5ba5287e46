using CsCheck;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Tests.Events;

/// <summary>The document that stores keep of an event.</summary>
public sealed class EventSerializerTests
{
    private static readonly TenantId Tenant = new("acme");
    private static readonly CustomerId Ada = CustomerId.From(Guid.Parse("0197c0de-0000-7000-8000-000000000001"));

    private static readonly Provenance Kim = new(ProvenanceSource.Agent, "kim", Instant.FromUtc(2026, 1, 31, 12, 0));

    [Fact]
    public void A_document_is_as_it_is_documented()
    {
        var write = new EventWrite
        {
            Kind = CustomerEventKind.Updated,
            By = Kim,
            Fields = ["company"],
        };
        EventSerializer
            .Serialize(write)
            .Should()
            .Be("""{"kind":"updated","source":"agent","by":"kim","at":"2026-01-31T12:00:00Z","fields":["company"]}""");
    }

    [Fact]
    public void Every_event_comes_back_as_it_was_written() =>
        Gen.Select(
                Gen.Enum<CustomerEventKind>(),
                Gen.Enum<ProvenanceSource>(),
                Gen.String,
                Gen.String.Array[0, 3],
                Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool)
            )
            .Sample(
                (kind, source, by, fields, has) =>
                {
                    var write = new EventWrite
                    {
                        Kind = kind,
                        By = new Provenance(source, WellFormed(by), Kim.ObservedAt.Plus(Duration.FromTicks(10))),
                        Fields = [.. fields.Select(WellFormed)],
                        Merge = has.Item1 ? MergeId.From(Guid.Parse("0197c0de-0000-7000-8000-000000000002")) : null,
                        OtherCustomerId = has.Item2 ? Ada : null,
                        Erasure = has.Item3 ? Guid.Parse("0197c0de-0000-7000-8000-000000000003") : null,
                    };
                    var read = EventSerializer.Deserialize(EventSerializer.Serialize(write), Tenant, Ada, 7);
                    read.Should().BeEquivalentTo(write);
                    (read.Tenant, read.CustomerId, read.Sequence).Should().Be((Tenant, Ada, 7));
                }
            );

    [Fact]
    public void The_id_is_the_same_for_the_same_event_and_another_for_any_other()
    {
        var document = EventSerializer.Serialize(new EventWrite { Kind = CustomerEventKind.Created, By = Kim });
        var other = EventSerializer.Serialize(new EventWrite { Kind = CustomerEventKind.Erased, By = Kim });
        var id = EventSerializer.Deserialize(document, Tenant, Ada, 7).Id;
        id.Version.Should().Be(8);
        EventSerializer.Deserialize(document, Tenant, Ada, 7).Id.Should().Be(id);
        new[]
        {
            EventSerializer.Deserialize(other, Tenant, Ada, 7).Id,
            EventSerializer.Deserialize(document, Tenant, Ada, 8).Id,
            EventSerializer.Deserialize(document, new TenantId("acme2"), Ada, 7).Id,
            EventSerializer.Deserialize(document, Tenant, CustomerId.From(Guid.AllBitsSet), 7).Id,
            id,
        }
            .Should()
            .OnlyHaveUniqueItems();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"kind":"updated","source":"agent","by":"kim","at":"yesterday"}""")]
    [InlineData("""{"kind":"updated","source":"agent","by":"kim","at":"2026-01-31T12:00:00Z","fields":7}""")]
    [InlineData("""{"kind":"renamed","source":"agent","by":"kim","at":"2026-01-31T12:00:00Z"}""")]
    [InlineData("""{"kind":"updated","source":"agent","by":"kim","at":"2026-01-31T12:00:00Z","new":1}""")]
    public void A_damaged_document_is_refused_without_repeating_it(string document) =>
        FluentActions
            .Invoking(() => EventSerializer.Deserialize(document, Tenant, Ada, 1))
            .Should()
            .Throw<FormatException>()
            .Which.Message.Should()
            .NotContain("yesterday");

    /// <summary>Lone surrogates are no text that JSON can hold.</summary>
    private static string WellFormed(string text) => string.Concat(text.EnumerateRunes());
}
