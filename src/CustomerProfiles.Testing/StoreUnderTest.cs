using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>
/// What the author of a store gives to the conformance kit: the store, and control of its clock. All cases can run
/// against one object, one after another. The data of a case remains, under tenants and providers of its own.
/// </summary>
/// <remarks>
/// Cases must not run at the same time on one object, nor on two that share a clock, because advancing it affects both.
/// Cases of <see cref="IEventStore"/> set events off, which removes whatever events the store contains.
/// </remarks>
public abstract class StoreUnderTest
{
    /// <summary>The store. It may contain data.</summary>
    public abstract ICustomerProfileStore Store { get; }

    /// <summary>
    /// The number of generated sequences of calls that are compared with the model. 200 unless overridden; a store
    /// without a network can run thousands.
    /// </summary>
    public virtual int Sequences => 200;

    /// <summary>The number of concurrent callers in races: at least 2; 8 unless overridden.</summary>
    public virtual int Callers => 8;

    /// <summary>How often each race runs, because one run may pass by luck. 10 unless overridden.</summary>
    public virtual int Rounds => 10;

    /// <summary>
    /// The seed from a failure, to repeat only that sequence or profile; null, the default, to generate new ones in
    /// each run.
    /// </summary>
    public virtual string? Seed => null;

    /// <summary>
    /// Advances the clock of the leases. The business times that the kit passes to the store do not follow it.
    /// </summary>
    /// <param name="duration">The duration; more than zero.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// A task that completes when the store's clock shows the later time, also for other store objects on the same
    /// data.
    /// </returns>
    public abstract ValueTask PassTimeAsync(Duration duration, CancellationToken cancellationToken);

    /// <summary>
    /// Opens a second store object on the same data, as another host would. In races every other caller uses it.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// The other store, which is disposed after the case if it can be; null, the default, when the data belongs to this
    /// object alone.
    /// </returns>
    public virtual ValueTask<ICustomerProfileStore?> OpenAnotherAsync(CancellationToken cancellationToken) =>
        new((ICustomerProfileStore?)null);

    /// <summary>
    /// Opens a store object that is made with <see cref="MatchKeys.Off"/>, on the same data or on others.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// The store, which is disposed after the case if it can be; null, the default, to leave out the case of it.
    /// </returns>
    public virtual ValueTask<ICustomerProfileStore?> OpenWithoutMatchKeysAsync(CancellationToken cancellationToken) =>
        new((ICustomerProfileStore?)null);
}
