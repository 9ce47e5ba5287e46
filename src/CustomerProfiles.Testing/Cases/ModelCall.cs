namespace CustomerProfiles.Testing;

/// <summary>One call of a made-up sequence.</summary>
/// <param name="What">What is called.</param>
/// <param name="A">Who or which, mostly.</param>
/// <param name="B">The next number, for what the call says.</param>
/// <param name="C">And another.</param>
/// <param name="D">The tenant: 3 is the other one.</param>
internal readonly record struct ModelCall(ModelOperation What, int A, int B, int C, int D)
{
    public override string ToString() => $"{What} {A} {B} {C} {D}";
}
