namespace CustomerProfiles.FullContact;

/// <summary>
/// How e-mail addresses are sent to FullContact. For a lookup by hashes alone it returns no name, account or number.
/// </summary>
public enum FullContactEmailHash
{
    /// <summary>In clear.</summary>
    None,

    /// <summary>As MD5.</summary>
    Md5,

    /// <summary>As SHA-1.</summary>
    Sha1,

    /// <summary>As SHA-256.</summary>
    Sha256,
}
