using System.Text;
using CsCheck;

namespace CustomerProfiles.FullContact.Tests.Wire;

public sealed class RoundTripTests
{
    [Fact]
    public void A_person_reads_the_same_in_every_shape_that_is_accepted()
    {
        long bytes = 0;
        for (uint number = 0; bytes < FuzzRun.Bytes; number++)
        {
            var written = WrittenPerson.Any.Generate(new PCG(number, FuzzRun.Seed), null, out _);
            var body = Encoding.UTF8.GetBytes(written.Json);
            bytes += body.Length;

            PersonReader
                .TryRead(body, out var information)
                .Should()
                .BeTrue("case {0} of seed {1} is JSON: {2}", number, FuzzRun.Seed, written.Json);
            RecordedInformation
                .Of(information!)
                .Should()
                .Be(
                    RecordedInformation.Of(written.Person),
                    "case {0} of seed {1} was written as {2}",
                    number,
                    FuzzRun.Seed,
                    written.Json
                );
        }
    }
}
