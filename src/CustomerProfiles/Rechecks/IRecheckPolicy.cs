namespace CustomerProfiles;

/// <summary>When a provider is asked, and when it is asked again.</summary>
/// <remarks>
/// An implementation is a pure function: the same question always gets the same decision, it waits for nothing, and it
/// is safe for any number of threads. What no policy can change stands elsewhere: a provider that is switched off, a
/// customer who is not to be looked up, and a check that is already under way are never asked, whatever the policy
/// says.
/// </remarks>
public interface IRecheckPolicy
{
    /// <summary>Decides.</summary>
    /// <param name="request">The trigger, the present, and the last check.</param>
    /// <returns>The decision, with its reason.</returns>
    RecheckDecision Decide(in RecheckContext request);
}
