namespace CustomerProfiles.FullContact;

/// <summary>
/// How e-mail addresses are sent to FullContact. Of somebody who is asked about by hashes alone, FullContact tells no
/// name, account or number.
/// </summary>
public enum FullContactEmailHash
{
    /// <summary>As they are.</summary>
    None,

    /// <summary>As MD5.</summary>
    Md5,

    /// <summary>As SHA-1.</summary>
    Sha1,

    /// <summary>As SHA-256.</summary>
    Sha256,
}
