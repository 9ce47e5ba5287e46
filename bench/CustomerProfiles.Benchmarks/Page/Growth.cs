using System.Diagnostics;

namespace CustomerProfiles.Benchmarks.Page;

/// <summary>
/// The memory of one profile, and the time of each operation with more and more of them. Customers are accessed in
/// random order, so the time includes cache misses; the baseline is a dictionary of the same addresses, accessed in the
/// same order.
/// </summary>
internal static class Growth
{
    public static readonly int[] Sizes = [1_000, 10_000, 100_000, 1_000_000];

    private const int Picks = 20_000;
    private const int Rounds = 9;

    /// <summary>Long enough for the runtime to reach its last compilation tier.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    /// <summary>Measures one size.</summary>
    public static GrowthRow Measure(int profiles)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var host = new BenchmarkHost(hasProvider: false);
        var now = host.Clock.GetCurrentInstant();
        for (var i = 0; i < profiles; i++)
        {
            BenchmarkHost.Finished(
                host.Profiles.ConversationReceivedAsync(
                    new Conversation("first", $"Customer {i} <customer{i}@example.com>", now)
                )
            );
        }

        var bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / profiles;
        var floor = Enumerable
            .Range(0, profiles)
            .ToDictionary(i => $"customer{i}@example.com", i => now, StringComparer.Ordinal);
        var random = new Random(profiles);
        var met = Enumerable.Range(0, Picks).Select(_ => random.Next(profiles)).ToArray();
        var received = Array.ConvertAll(met, i => new Conversation("first", $"customer{i}@example.com", now));
        var identities = Array.ConvertAll(met, i => Identity.Email(EmailAddress.Parse($"customer{i}@example.com")));
        var kim = Actor.Agent("kim");

        return new GrowthRow(
            profiles,
            bytes,
            Floor: Median(i =>
                EmailAddress.TryParse(received[i].From, out var address)
                && floor[address.Normalized].InUtc().LocalDateTime.PlusMonths(2).InUtc().ToInstant() > now
            ),
            Receive: Median(i =>
                BenchmarkHost.Finished(host.Profiles.ConversationReceivedAsync(received[i]))
                is ConversationOutcome.Existing
            ),
            Find: Median(i => BenchmarkHost.Finished(host.Profiles.FindAsync(identities[i])) is not null),
            Save: Median(i =>
            {
                var edit = BenchmarkHost.Finished(host.Profiles.FindAsync(identities[i]))!.Edit(kim);
                edit.JobTitle = (i & 1) == 0 ? "Countess" : "Programmer";
                return BenchmarkHost.Finished(host.Profiles.SaveAsync(edit)) is SaveOutcome.Saved;
            })
        );
    }

    /// <summary>The median of several rounds, in nanoseconds per operation.</summary>
    private static double Median(Func<int, bool> act)
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < WarmUp; )
        {
            Round(act);
        }

        var rounds = new double[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            rounds[round] = Round(act);
        }

        Array.Sort(rounds);
        return rounds[Rounds / 2];
    }

    private static double Round(Func<int, bool> act)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < Picks; i++)
        {
            if (!act(i))
            {
                throw new InvalidOperationException("What is measured did not happen.");
            }
        }

        return Stopwatch.GetElapsedTime(begun).TotalNanoseconds / Picks;
    }
}
