using System.Collections.Immutable;
using CsCheck;
using CustomerProfiles.Stores;
using FluentAssertions;

namespace CustomerProfiles.Tests.History;

/// <summary>The difference of two profiles leads from the later one back to the earlier one.</summary>
public sealed class ProfileDifferenceTests
{
    private static readonly Gen<ImmutableArray<FieldValue>> Values = Some(9, 0, 12);

    /// <summary>So many that a profile finds them by hash.</summary>
    private static readonly Gen<ImmutableArray<FieldValue>> ManyValues = Some(999, 100, 150);

    private static Gen<ImmutableArray<FieldValue>> Some(int lastKey, int least, int most) =>
        Gen.Select(Gen.Int[0, lastKey], Gen.Int[0, 3])
            .Array[least, most]
            .Select(pairs => pairs.DistinctBy(pair => pair.Item1).Select(Value).ToImmutableArray());

    [Fact]
    public void Undoing_a_difference_gives_the_earlier_values_in_their_order() =>
        Gen.Select(Values, Values)
            .Sample(
                (earlier, later) =>
                {
                    var change = Between(earlier, later);
                    ProfileDifference.Undo(later, change).Should().Equal(earlier);
                    ProfileDifference
                        .Undo(later, ChangeSerializer.Deserialize(ChangeSerializer.Serialize(change)))
                        .Should()
                        .Equal(earlier, "a store keeps it as a document");
                },
                iter: 3_000
            );

    [Fact]
    public void Undoing_a_difference_of_large_profiles_gives_the_earlier_values_in_their_order() =>
        Gen.Select(ManyValues, ManyValues, Gen.Int[0, 50])
            .Sample(
                (earlier, other, taken) =>
                {
                    ImmutableArray<FieldValue> later =
                    [
                        .. earlier.Skip(taken),
                        .. other.ExceptBy(earlier.Skip(taken).Select(value => value.Key), value => value.Key),
                    ];
                    var change = Between(earlier, later);
                    ProfileDifference.Undo(later, change).Should().Equal(earlier);
                    change.Values.Select(value => value.Key).Should().OnlyHaveUniqueItems();
                    change
                        .Values.Should()
                        .HaveCountLessThan(earlier.Length + later.Length, "what stood is no difference");
                },
                iter: 100
            );

    [Fact]
    public void A_large_profile_finds_each_of_its_values_and_no_other()
    {
        ImmutableArray<FieldValue> values = [.. Enumerable.Range(0, 200).Select(key => Value((key, key % 4)))];
        var profile = Of(1, values);

        values.Should().AllSatisfy(value => profile.Find(value.Field, value.Key).Should().BeSameAs(value));
        profile.Find(ProfileField.Phones, "200").Should().BeNull();
        profile.Find(ProfileField.Emails, "1").Should().BeNull();
    }

    [Fact]
    public void One_value_that_moved_is_one_difference()
    {
        ImmutableArray<FieldValue> values = [.. Enumerable.Range(0, 8).Select(key => Value((key, 1)))];
        Between(values, values.RemoveAt(6).Insert(1, values[6])).Values.Should().ContainSingle();
        Between(values, values).Values.Should().BeEmpty();
    }

    [Fact]
    public void A_value_that_another_person_set_to_the_same_is_a_difference()
    {
        ImmutableArray<FieldValue> values = [Value((0, 1))];
        var lees = new FieldValue(
            values[0].Field,
            values[0].Key,
            values[0].Value,
            values[0].Provenance with
            {
                By = "lee",
            }
        );
        Between(values, [lees]).Values.Should().ContainSingle().Which.Value.Should().Be(values[0]);
    }

    private static FieldValue Value((int Key, int Content) pair)
    {
        var kim = new Provenance(ProvenanceSource.Agent, "kim", ProfileFixture.Start);
        return pair.Content == 0
            ? FieldValue.Cleared(ProfileField.Phones, $"{pair.Key}", kim)
            : new FieldValue(
                ProfileField.Phones,
                $"{pair.Key}",
                new PhoneNumber($"+44 20 7946 00{pair.Key}{pair.Content}"),
                kim
            );
    }

    private static ProfileChange Between(ImmutableArray<FieldValue> earlier, ImmutableArray<FieldValue> later) =>
        new()
        {
            Kind = HistoryKind.Edit,
            By = new Provenance(ProvenanceSource.Agent, "kim", ProfileFixture.Start),
            Values = ProfileDifference.Between(Of(1, earlier), Of(2, later)),
        };

    private static CustomerProfile Of(long version, ImmutableArray<FieldValue> values) =>
        new(
            default,
            CustomerId.New(ProfileFixture.Start),
            version,
            ProfileFixture.Start,
            ProfileFixture.Start,
            [],
            values
        );
}
