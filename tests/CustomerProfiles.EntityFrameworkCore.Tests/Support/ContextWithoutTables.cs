using Microsoft.EntityFrameworkCore;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>A context without the tables.</summary>
public sealed class ContextWithoutTables(DbContextOptions<ContextWithoutTables> options) : DbContext(options);
