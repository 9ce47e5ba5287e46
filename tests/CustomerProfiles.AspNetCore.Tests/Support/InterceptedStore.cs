using System.Reflection;
using CustomerProfiles.Stores;

namespace CustomerProfiles.AspNetCore.Tests.Support;

/// <summary>A store that runs an action once, just before it writes a profile.</summary>
internal class InterceptedStore : DispatchProxy
{
    private ICustomerProfileStore? _inner;

    /// <summary>Runs before the next write, which waits for it.</summary>
    public Func<Task>? BeforeUpdate { get; set; }

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
