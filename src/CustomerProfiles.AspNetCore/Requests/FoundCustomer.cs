using Microsoft.AspNetCore.Http;

namespace CustomerProfiles.AspNetCore;

/// <summary>A customer who was found, or the response that refuses the call.</summary>
internal readonly record struct FoundCustomer(CustomerProfile? Profile, IResult? Refusal);
