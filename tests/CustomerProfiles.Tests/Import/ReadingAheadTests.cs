using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Tests.Import;

/// <summary>An import reads the next rows while a batch is written, and only then.</summary>
public sealed class ReadingAheadTests
{
    private static readonly ImportOptions OneByOne = new() { System = "old-crm", BatchSize = 1 };

    private readonly TaskCompletionSource _isWriting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayWrite = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task The_next_row_is_read_while_a_batch_is_written()
    {
        await using var host = TestHost.WithFaults(out var store);
        store.Before = HoldFirstWrite;
        var readWhileWriting = false;

        var results = await host
            .Profiles.ImportAsync(
                Rows(
                    count: 3,
                    async number =>
                    {
                        if (number == 3)
                        {
                            await _isWriting.Task.Soon();
                            readWhileWriting = true;
                            _mayWrite.SetResult();
                        }
                    }
                ),
                OneByOne
            )
            .ToListAsync();

        readWhileWriting.Should().BeTrue();
        results.Select(result => result.Number).Should().Equal(1, 2, 3);
        results.Should().OnlyContain(result => result.Outcome is ImportOutcome.Created);
    }

    [Fact]
    public async Task While_the_caller_handles_a_result_nothing_is_read_or_written()
    {
        await using var host = TestHost.WithFaults(out var store);
        var running = 0;
        store.Before = call =>
        {
            running += call == nameof(ICustomerProfileStore.AddAsync) ? 1 : 0;
            return Task.CompletedTask;
        };
        store.After = call =>
        {
            running -= call == nameof(ICustomerProfileStore.AddAsync) ? 1 : 0;
            return Task.CompletedTask;
        };
        var read = 0;
        var handled = 0;

        await foreach (
            var result in host.Profiles.ImportAsync(
                Rows(
                    count: 20,
                    number =>
                    {
                        read = number;
                        return Task.CompletedTask;
                    }
                ),
                OneByOne
            )
        )
        {
            var before = read;
            running.Should().Be(0);
            await Task.Yield();
            read.Should().Be(before);
            (read - result.Number).Should().BeLessThanOrEqualTo(2, "at most a batch and a row are read ahead");
            handled++;
        }

        handled.Should().Be(20);
    }

    [Fact]
    public async Task When_the_next_row_cannot_be_read_the_results_of_what_is_being_written_come_first()
    {
        await using var host = TestHost.WithFaults(out var store);
        store.Before = HoldFirstWrite;
        var reported = new List<ImportResult>();

        var import = async () =>
        {
            await foreach (
                var result in host.Profiles.ImportAsync(
                    Rows(
                        count: 3,
                        async number =>
                        {
                            if (number == 3)
                            {
                                await _isWriting.Task.Soon();
                                _mayWrite.SetResult();
                                throw new IOException("The file is cut off.");
                            }
                        }
                    ),
                    OneByOne
                )
            )
            {
                reported.Add(result);
            }
        };

        await import.Should().ThrowAsync<IOException>();
        reported.Select(result => result.Number).Should().Equal(1, 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_caller_who_stops_reading_ends_the_input_and_nothing_is_written_afterwards(bool isDryRun)
    {
        await using var host = TestHost.WithFaults(out var store);
        var writes = 0;
        store.Before = call =>
        {
            writes += call == nameof(ICustomerProfileStore.AddAsync) ? 1 : 0;
            return Task.CompletedTask;
        };
        var read = 0;
        var isDisposed = false;

        await foreach (
            var result in host.Profiles.ImportAsync(
                Rows(
                    count: 20,
                    number =>
                    {
                        read = number;
                        return Task.CompletedTask;
                    },
                    disposed: () => isDisposed = true
                ),
                new ImportOptions
                {
                    System = "old-crm",
                    BatchSize = 2,
                    DryRun = isDryRun,
                }
            )
        )
        {
            result.Number.Should().Be(1);
            break;
        }

        isDisposed.Should().BeTrue();
        writes.Should().Be(isDryRun ? 0 : 1);
        read.Should().BeLessThan(6);
    }

    [Fact]
    public async Task When_a_write_fails_while_the_next_row_is_read_the_import_ends_with_its_exception()
    {
        await using var host = TestHost.WithFaults(out var store);
        store.Before = async call =>
        {
            await HoldFirstWrite(call);
            if (call == nameof(ICustomerProfileStore.AddAsync))
            {
                throw new IOException("The disk is full.");
            }
        };
        var read = 0;

        var import = async () =>
            await host
                .Profiles.ImportAsync(
                    Rows(
                        count: 20,
                        async number =>
                        {
                            read = number;
                            if (number == 3)
                            {
                                await _isWriting.Task.Soon();
                                _mayWrite.SetResult();
                            }
                        }
                    ),
                    OneByOne
                )
                .ToListAsync();

        (await import.Should().ThrowAsync<IOException>()).WithMessage("The disk is full.");
        read.Should().BeLessThan(20);
    }

    [Fact]
    public async Task A_cancelled_import_ends_after_what_is_being_written()
    {
        await using var host = TestHost.WithFaults(out var store);
        using var cancel = new CancellationTokenSource();
        var isCancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Before = HoldFirstWrite;

        var import = host
            .Profiles.ImportAsync(
                Rows(
                    count: 3,
                    async number =>
                    {
                        if (number == 3)
                        {
                            await _isWriting.Task.Soon();
                            await cancel.CancelAsync();
                            isCancelled.SetResult();
                            cancel.Token.ThrowIfCancellationRequested();
                        }
                    }
                ),
                OneByOne,
                cancel.Token
            )
            .ToListAsync(CancellationToken.None)
            .AsTask();

        await isCancelled.Task.Soon();
        import.IsCompleted.Should().BeFalse("a write is under way");
        _mayWrite.SetResult();
        await import.Invoking(task => task.Soon()).Should().ThrowAsync<OperationCanceledException>();
    }

    private async Task HoldFirstWrite(string call)
    {
        if (call == nameof(ICustomerProfileStore.AddAsync) && _isWriting.TrySetResult())
        {
            await _mayWrite.Task;
        }
    }

    private static async IAsyncEnumerable<ImportRow> Rows(
        int count,
        Func<int, Task> reading,
        Action? disposed = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        try
        {
            for (var number = 1; number <= count; number++)
            {
                await reading(number);
                yield return new ImportRow
                {
                    Id = $"{number}",
                    Profile = new NewProfile { Emails = [new ProfileEmail($"c{number}@example.com")] },
                };
            }
        }
        finally
        {
            disposed?.Invoke();
        }
    }
}
