namespace CustomerProfiles.FullContact.Tests.Wire;

public sealed class ResponseBodyTests
{
    private const int Cap = 100_000;

    public static TheoryData<long> LengthsThatFit => [0, 1, 16 * 1024, (16 * 1024) + 1, 65_536, 65_537, Cap - 1, Cap];

    [Theory]
    [MemberData(nameof(LengthsThatFit))]
    public async Task A_body_within_the_limit_is_read_whatever_its_announced_length_and_pieces(long length)
    {
        foreach (var announced in new long?[] { null, 0, 1, length, Cap })
        {
            foreach (var piece in new[] { 1, 1000, int.MaxValue })
            {
                using var content = Content(ScriptedStream.Of(length, piece), announced);
                using var body = await ResponseBody.ReadAsync(content, Cap, CancellationToken.None);

                body!.Span.Length.Should().Be((int)length);
                body.Span.ContainsAnyExcept((byte)'x').Should().BeFalse();
            }
        }
    }

    [Theory]
    [InlineData(Cap + 1, null)]
    [InlineData(Cap + 1, 10L)]
    [InlineData(2 * Cap, (long)Cap)]
    [InlineData(1024L * 1024 * 1024, null)]
    [InlineData(1024L * 1024 * 1024, 0L)]
    [InlineData(long.MaxValue, null)]
    public async Task A_longer_body_is_read_up_to_one_byte_beyond_the_limit(long length, long? announced)
    {
        var stream = ScriptedStream.Of(length);
        using var content = Content(stream, announced);

        (await ResponseBody.ReadAsync(content, Cap, CancellationToken.None)).Should().BeNull();
        stream.Taken.Should().Be(Cap + 1);
        stream.IsDisposed.Should().BeTrue();
    }

    [Fact]
    public async Task A_body_announced_as_longer_is_not_read()
    {
        var stream = ScriptedStream.Of(10);
        using var content = Content(stream, Cap + 1);

        (await ResponseBody.ReadAsync(content, Cap, CancellationToken.None)).Should().BeNull();
        stream.Taken.Should().Be(0);
    }

    [Fact]
    public void An_endless_body_allocates_almost_nothing()
    {
        var allocated = AllocatedBytes.By(() =>
        {
            using var content = Content(ScriptedStream.Of(long.MaxValue), null);
            var reading = ResponseBody.ReadAsync(content, 64 * 1024, CancellationToken.None);

            // Everything ran on this thread, so all allocations were counted.
            reading.IsCompletedSuccessfully.Should().BeTrue();
            reading.Result.Should().BeNull();
        });

        allocated.Should().BeLessThan(8 * 1024);
    }

    [Fact]
    public async Task A_body_that_never_ends_and_never_waits_ends_by_cancellation()
    {
        using var cancellation = new CancellationTokenSource();
        var reads = 0;
        var stream = new ScriptedStream(
            (place, _) =>
            {
                if (++reads == 100)
                {
                    cancellation.Cancel();
                }

                place.Span[0] = (byte)' ';

                // It ends eventually, so that the test fails instead of hanging.
                return ValueTask.FromResult(reads < 1000 ? 1 : 0);
            }
        );
        using var content = Content(stream, null);

        var read = async () => await ResponseBody.ReadAsync(content, int.MaxValue, cancellation.Token);

        await read.Should().ThrowAsync<OperationCanceledException>();
        reads.Should().Be(100);
        stream.IsDisposed.Should().BeTrue();
    }

    [Fact]
    public async Task A_body_that_comes_byte_by_byte_ends_by_cancellation_between_two_bytes()
    {
        using var cancellation = new CancellationTokenSource();
        var isWaiting = new TaskCompletionSource();
        var come = 0;
        var stream = new ScriptedStream(
            async (place, token) =>
            {
                if (++come <= 3)
                {
                    place.Span[0] = (byte)' ';
                    return 1;
                }

                var next = new TaskCompletionSource<int>();
                await using var _ = token.Register(() => next.TrySetCanceled(token));
                isWaiting.TrySetResult();
                return await next.Task;
            }
        );
        using var content = Content(stream, null);

        var reading = ResponseBody.ReadAsync(content, Cap, cancellation.Token).AsTask();
        await isWaiting.Task;
        reading.IsCompleted.Should().BeFalse();
        await cancellation.CancelAsync();

        await reading.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        stream.Taken.Should().Be(3);
    }

    [Fact]
    public async Task A_cancelled_caller_reads_nothing()
    {
        var stream = ScriptedStream.Of(10);
        using var content = Content(stream, null);

        var read = async () => await ResponseBody.ReadAsync(content, Cap, new CancellationToken(canceled: true));

        await read.Should().ThrowAsync<OperationCanceledException>();
        stream.Taken.Should().Be(0);
    }

    [Fact]
    public async Task The_bytes_are_cleared_when_the_body_is_disposed_of_and_when_it_grows()
    {
        var places = new List<Memory<byte>>();
        var left = 60_000;
        var stream = new ScriptedStream(
            (place, _) =>
            {
                var count = Math.Min(left, place.Length);
                left -= count;
                place.Span[..count].Fill((byte)'x');
                places.Add(place[..count]);
                return ValueTask.FromResult(count);
            }
        );
        using var content = Content(stream, null);

        var body = await ResponseBody.ReadAsync(content, Cap, CancellationToken.None);
        body!.Span.Length.Should().Be(60_000);

        // Others may have rented and overwritten the buffer meanwhile, so only the whole text is searched for.
        places[0].Span.ContainsAnyExcept((byte)'x').Should().BeTrue();
        body.Dispose();
        body.Dispose();
        body.Span.Length.Should().Be(0);
        places.Should().HaveCountGreaterThan(2);
        places.Count(place => place.Length > 0 && !place.Span.ContainsAnyExcept((byte)'x')).Should().Be(0);
    }

    [Fact]
    public async Task The_bytes_are_cleared_when_the_stream_breaks()
    {
        Memory<byte> seen = default;
        var stream = new ScriptedStream(
            (place, _) =>
            {
                if (!seen.IsEmpty)
                {
                    throw new IOException("broken off");
                }

                seen = place[..10];
                seen.Span.Fill((byte)'x');
                return ValueTask.FromResult(10);
            }
        );
        using var content = Content(stream, 20);

        var read = async () => await ResponseBody.ReadAsync(content, Cap, CancellationToken.None);

        await read.Should().ThrowAsync<IOException>();
        seen.Span.Contains((byte)'x').Should().BeFalse();
    }

    private static StreamContent Content(Stream stream, long? announced)
    {
        var content = new StreamContent(stream);
        content.Headers.ContentLength = announced;
        return content;
    }
}
