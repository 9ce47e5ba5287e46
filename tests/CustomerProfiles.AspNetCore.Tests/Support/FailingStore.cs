using System.Reflection;
using CustomerProfiles.Stores;

namespace CustomerProfiles.AspNetCore.Tests.Support;

/// <summary>A store whose every call fails with a message that must not reach anybody.</summary>
internal class FailingStore : DispatchProxy
{
    public const string Message = "Could not write ada@example.com";

    public static ICustomerProfileStore New() => Create<ICustomerProfileStore, FailingStore>();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        throw new InvalidOperationException(Message);
}
