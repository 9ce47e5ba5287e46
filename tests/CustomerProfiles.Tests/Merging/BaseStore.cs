using System.Reflection;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Tests.Merging;

/// <summary>A store with the base of the contract and no chapter.</summary>
public class BaseStore : DispatchProxy
{
    private ICustomerProfileStore _inner = null!;

    public static ICustomerProfileStore Over(ICustomerProfileStore inner)
    {
        var store = Create<ICustomerProfileStore, BaseStore>();
        ((BaseStore)(object)store)._inner = inner;
        return store;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Invoke(_inner, args);
}
