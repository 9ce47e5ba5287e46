using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>
/// What an author of a store gives the conformance kit: the store, and a hand on its clock. All cases may run against
/// one object, one after another; what a case writes stays behind, under tenants and providers that are its own.
/// </summary>
/// <remarks>
/// Cases must not run at the same time on one object, nor on two that share a clock: when one lets time pass, it passes
/// for all.
/// </remarks>
public abstract class StoreUnderTest
{
    /// <summary>The store. It need not be empty.</summary>
    public abstract ICustomerProfileStore Store { get; }

    /// <summary>
    /// How many sequences of calls are made up and compared with the model. 200 unless overridden; a store without a
    /// network can afford thousands.
    /// </summary>
    public virtual int Sequences => 200;

    /// <summary>How many callers call at once where callers race: at least 2; 8 unless overridden.</summary>
    public virtual int Callers => 8;

    /// <summary>
    /// How often each race is run, for one that was won by luck proves nothing. 10 unless overridden.
    /// </summary>
    public virtual int Rounds => 10;

    /// <summary>
    /// The seed that a failure has told, to see that one sequence or profile again and nothing else made up; null to
    /// make up new ones in each run, as unless overridden.
    /// </summary>
    public virtual string? Seed => null;

    /// <summary>
    /// Lets the clock pass by which the store's leases run. The business times that the kit passes to the store do not
    /// follow it.
    /// </summary>
    /// <param name="duration">For how long; more than zero.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that ends when the store's clock shows the later time, also for other store objects on the same
    /// data.</returns>
    public abstract ValueTask PassTimeAsync(Duration duration, CancellationToken cancellationToken);

    /// <summary>
    /// Opens a second store object on the same data, as another host would. Where callers race, every other one uses
    /// it.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The other store, which is disposed after the case if it can be; null when the data is this object's
    /// alone, as unless overridden.</returns>
    public virtual ValueTask<ICustomerProfileStore?> OpenAnotherAsync(CancellationToken cancellationToken) =>
        new((ICustomerProfileStore?)null);
}
