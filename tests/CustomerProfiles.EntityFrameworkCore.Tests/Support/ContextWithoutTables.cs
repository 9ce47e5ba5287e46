using Microsoft.EntityFrameworkCore;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>A context whose author forgot the tables.</summary>
public sealed class ContextWithoutTables(DbContextOptions<ContextWithoutTables> options) : DbContext(options);
