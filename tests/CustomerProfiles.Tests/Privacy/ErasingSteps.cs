namespace CustomerProfiles.Tests.Privacy;

/// <summary>What the tests of erasing do again and again.</summary>
internal static class ErasingSteps
{
    /// <summary>The Base64 of 32 bytes.</summary>
    public static readonly string Secret = Convert.ToBase64String([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    public static readonly string OtherSecret = Convert.ToBase64String([
        .. Enumerable.Range(0, 32).Select(i => (byte)(255 - i)),
    ]);

    /// <summary>A host that has keys, the newest last.</summary>
    public static TestHost HostWith(params (string Id, string Secret)[] keys) => new(options => options.AddKeys(keys));

    public static void AddKeys(this CustomerProfilesOptions options, params (string Id, string Secret)[] keys)
    {
        foreach (var (id, secret) in keys)
        {
            options.ErasureKeys.Add(new ErasureKey { Id = id, Secret = secret });
        }
    }

    public static async Task<ErasureReceipt> ErasedAsync(
        this TestHost host,
        CustomerId id,
        ErasedIdentities? identities = null
    ) =>
        (await host.Profiles.Privacy.EraseAsync(id, TestHost.Kim, new ErasureOptions { Identities = identities }))
            .Should()
            .BeOfType<EraseOutcome.Erased>()
            .Subject.Receipt;

    public static async Task<List<ErasureReceipt>> ReceiptsAsync(this TestHost host)
    {
        var receipts = new List<ErasureReceipt>();
        await foreach (var receipt in host.Profiles.Privacy.GetErasuresAsync(TestHost.Start))
        {
            receipts.Add(receipt);
        }

        return receipts;
    }

    public static async IAsyncEnumerable<T> OneByOne<T>(this IEnumerable<T> items)
    {
        foreach (var item in items)
        {
            await Task.Yield();
            yield return item;
        }
    }
}
