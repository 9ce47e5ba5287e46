namespace CustomerProfiles.Testing;

/// <summary>One call of a generated sequence.</summary>
/// <param name="What">The operation.</param>
/// <param name="A">Usually the customer or the item.</param>
/// <param name="B">The next number, for the arguments of the call.</param>
/// <param name="C">Another number.</param>
/// <param name="D">The tenant: 3 is the other one.</param>
internal readonly record struct ModelCall(ModelOperation What, int A, int B, int C, int D)
{
    public override string ToString() => $"{What} {A} {B} {C} {D}";
}
