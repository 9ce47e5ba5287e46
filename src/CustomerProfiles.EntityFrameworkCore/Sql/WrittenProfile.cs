using CustomerProfiles.Stores;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The values as which a changed profile is written, for a database with one writer. They are made before the call
/// waits for its turn, so that nobody waits for that.
/// </summary>
internal sealed class WrittenProfile
{
    private readonly CustomerProfile _profile;
    private readonly string _document;
    private readonly SearchKeys _keys;
    private readonly string _prefixes;
    private readonly string _properties;
    private readonly string? _search;

    public WrittenProfile(
        CustomerProfile profile,
        SearchableProperties searchable,
        MatchKeys matchKeys,
        StoreDialect dialect
    )
    {
        _profile = profile;
        _document = ProfileDocument.Write(profile);
        _keys = ProfileSearch.KeysOf(profile, searchable);
        _prefixes = dialect.Prefixes(_keys.Prefixes);
        _properties = SearchDocument.Write(_keys.Properties);
        _search = matchKeys.IsOn ? SearchDocument.Write(profile, searchable, matchKeys, dialect) : null;
    }

    /// <summary>The parameters of the statement that writes the profile.</summary>
    public StoreParameters AddTo(StoreParameters parameters, ProfileChange? change) =>
        parameters
            .Customer(_profile.Tenant, _profile.Id)
            .Number("version", _profile.Version)
            .Time("updated_at", _profile.UpdatedAt)
            .Text("profile", _document)
            .Remembered(change);

    /// <summary>The parameters of <see cref="ChangeStatements.FoundBy"/>.</summary>
    public StoreParameters AddKeysTo(StoreParameters parameters) =>
        parameters
            .Customer(_profile.Tenant, _profile.Id)
            .Time("updated_at", _profile.UpdatedAt)
            .Text("name", _keys.Name)
            .Text("company", _keys.Company)
            .Flag("has_photo", _keys.HasPhoto)
            .Text("text", _keys.Text)
            .Text("prefixes", _prefixes)
            .Text("properties", _properties);

    /// <summary>The parameters of <see cref="ChangeStatements.MatchKeys"/>.</summary>
    public StoreParameters AddMatchKeysTo(StoreParameters parameters) =>
        parameters.Customer(_profile.Tenant, _profile.Id).Text("search", _search);
}
