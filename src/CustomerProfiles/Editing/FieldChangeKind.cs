namespace CustomerProfiles;

/// <summary>What a change does. A field without a change is left as it is.</summary>
internal enum FieldChangeKind
{
    /// <summary>Puts a value there.</summary>
    Set,

    /// <summary>Takes the value away on purpose, and keeps the mark of it.</summary>
    Clear,

    /// <summary>Takes away what a person put or cleared there, so that a provider may fill it again.</summary>
    Reset,
}
