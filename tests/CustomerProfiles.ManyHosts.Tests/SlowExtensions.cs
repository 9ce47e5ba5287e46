namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>As <see cref="SoonExtensions"/>, for what a dozen processes do on a busy machine.</summary>
internal static class SlowExtensions
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(8);

    public static Task WithinMinutes(this Task task) => task.WaitAsync(Timeout);

    public static Task<T> WithinMinutes<T>(this Task<T> task) => task.WaitAsync(Timeout);
}
