namespace CustomerProfiles;

/// <summary>Who becomes a customer. Asked about unknown people only, before anything is written.</summary>
/// <remarks>
/// An implementation is a pure function, safe for any number of threads; what it would have to look up elsewhere, the
/// host puts into the conversation. A host that wants more than the default takes the <see cref="CreationPolicy"/> into
/// its own and asks it first.
/// </remarks>
public interface ICreationPolicy
{
    /// <summary>Decides.</summary>
    /// <param name="request">Who, and by what conversation.</param>
    /// <returns>The decision.</returns>
    CreationDecision Decide(in CreationRequest request);
}
