namespace CustomerProfiles.Conventions.Tests;

/// <summary>Uses what no library may use, so that the tests can show that they find it. Never called.</summary>
internal static class Offender
{
#pragma warning disable RS0030 // This is what it is for.
    public static async Task<DateTime> OffendAsync(Task<DateTime> task)
    {
        task.Wait(1);
        await Task.Delay(TimeSpan.Zero, CancellationToken.None);
        return task.Result < DateTime.UtcNow ? await task : default;
    }
#pragma warning restore RS0030
}
