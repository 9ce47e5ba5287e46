using System.Collections.Concurrent;
using System.Reflection;
using CustomerProfiles.Stores;

namespace CustomerProfiles.FullContact.AspNetCore.Tests.Support;

/// <summary>A store that runs an action before each call.</summary>
internal class InterceptedStore : DispatchProxy
{
    private ICustomerProfileStore? _inner;

    /// <summary>Gets the name of the call, and may wait or throw; then the call never happens.</summary>
    public Action<string>? Before { get; set; }

    /// <summary>The names of the calls, in order.</summary>
    public ConcurrentQueue<string> Calls { get; } = [];

    public static (ICustomerProfileStore Store, InterceptedStore Interception) Around(ICustomerProfileStore inner)
    {
        var store = Create<ICustomerProfileStore, InterceptedStore>();
        var interception = (InterceptedStore)store;
        interception._inner = inner;
        return (store, interception);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        Calls.Enqueue(targetMethod!.Name);
        Before?.Invoke(targetMethod.Name);
        return targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
    }
}
