namespace CustomerProfiles.Sample.Customers;

/// <summary>What the command line says about an import of customers.</summary>
internal sealed class CustomerImportRequest
{
    public required FileInfo File { get; init; }

    /// <summary>The name of the system that the file comes from; null when the user gives none.</summary>
    public string? System { get; init; }

    /// <summary>The mapping file; null for none.</summary>
    public FileInfo? Map { get; init; }

    /// <summary>The encoding of a file without a byte order mark; null for UTF-8.</summary>
    public string? Encoding { get; init; }

    /// <summary>Whether the rows also replace what agents have set or cleared.</summary>
    public bool Replace { get; init; }

    public bool DryRun { get; init; }

    /// <summary>The file of the rows that are not imported; null for none.</summary>
    public FileInfo? Rejected { get; init; }

    public int BatchSize { get; init; } = 200;
}
