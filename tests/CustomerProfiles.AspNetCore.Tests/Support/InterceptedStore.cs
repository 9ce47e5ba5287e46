using System.Reflection;
using CustomerProfiles.Stores;

namespace CustomerProfiles.AspNetCore.Tests.Support;

/// <summary>A store that runs an action once, just before one of its writes.</summary>
internal class InterceptedStore : DispatchProxy
{
    private ICustomerProfileStore? _inner;

    /// <summary>Runs before the next write of a profile, which waits for it.</summary>
    public Func<Task>? BeforeUpdate { get; set; }

    /// <summary>
    /// Runs before the next call of the method that it names. The in-memory store completes at once, so the action does
    /// too.
    /// </summary>
    public (string Method, Action Act)? Before { get; set; }

    public static (ICustomerProfileStore Store, InterceptedStore Interception) Around(ICustomerProfileStore inner)
    {
        var store = Create<ICustomerProfileStore, InterceptedStore>();
        return (store, Onto(store, inner));
    }

    /// <summary>The same, with the history of the inner store.</summary>
    public static (ICustomerProfileStore Store, InterceptedStore Interception) WithHistoryAround(
        ICustomerProfileStore inner
    )
    {
        var store = Create<IStoreWithHistory, InterceptedStore>();
        return (store, Onto(store, inner));
    }

    /// <summary>The same, with everything that the inner store of a host can do to the life of a customer.</summary>
    public static (ICustomerProfileStore Store, InterceptedStore Interception) WithMergingAround(
        InMemoryCustomerProfileStore inner
    )
    {
        var store = Create<IStoreWithMerging, InterceptedStore>();
        return (store, Onto(store, inner));
    }

    private static InterceptedStore Onto(ICustomerProfileStore store, ICustomerProfileStore inner)
    {
        var interception = (InterceptedStore)store;
        interception._inner = inner;
        return interception;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == nameof(ICustomerProfileStore.UpdateAsync) && BeforeUpdate is { } act)
        {
            BeforeUpdate = null;
            return AfterAsync(act, (CustomerProfile)args![0]!, (ProfileChange?)args[1], (CancellationToken)args[2]!);
        }

        if (Before is { } before && targetMethod.Name == before.Method)
        {
            Before = null;
            before.Act();
        }

        return targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
    }

    private async ValueTask<UpdateResult> AfterAsync(
        Func<Task> act,
        CustomerProfile profile,
        ProfileChange? change,
        CancellationToken cancellationToken
    )
    {
        await act();
        return await _inner!.UpdateAsync(profile, change, cancellationToken);
    }
}

/// <summary>A store that keeps history.</summary>
internal interface IStoreWithHistory : ICustomerProfileStore, IHistoryStore;

/// <summary>A store that keeps history, merges and erases.</summary>
internal interface IStoreWithMerging : ICustomerProfileStore, IHistoryStore, IMergingStore, IErasureStore;
