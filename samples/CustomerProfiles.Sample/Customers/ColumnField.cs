namespace CustomerProfiles.Sample.Customers;

/// <summary>What a column of a CSV file can hold.</summary>
internal enum ColumnField
{
    /// <summary>Nothing that is imported.</summary>
    Ignore,

    /// <summary>The customer's id in the system that the file comes from.</summary>
    Id,

    Name,
    FirstName,
    LastName,

    /// <summary>E-mail addresses, separated by semicolons.</summary>
    Email,

    Phone,
    Company,
    JobTitle,
    Notes,
    Street,
    City,
    Region,
    PostalCode,
    Country,
    Website,

    /// <summary>When the customer was created, by ISO 8601.</summary>
    Created,

    /// <summary>A custom property.</summary>
    Custom,

    /// <summary>An identity that is no e-mail address.</summary>
    Identity,
}
