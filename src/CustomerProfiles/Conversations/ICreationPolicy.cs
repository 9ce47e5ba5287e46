namespace CustomerProfiles;

/// <summary>Decides who becomes a customer. Called for unknown people only, before anything is written.</summary>
/// <remarks>
/// An implementation is a pure function, safe for any number of threads. To add to the default, wrap
/// <c>CreationPolicy</c>: call it first, then decide on what it lets through.
/// </remarks>
public interface ICreationPolicy
{
    /// <summary>Decides.</summary>
    /// <param name="request">The person and the conversation.</param>
    /// <returns>The decision.</returns>
    CreationDecision Decide(in CreationRequest request);
}
