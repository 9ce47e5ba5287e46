using CustomerProfiles.Stores;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The values as which a profile is written, for a database with one writer. Those of an edit and of a result are made
/// before the call waits for its turn, so that nobody waits for that.
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
        Row(parameters).Remembered(change);

    /// <summary>The parameters of <see cref="ChangeStatements.FoundBy"/>.</summary>
    public StoreParameters AddKeysTo(StoreParameters parameters) =>
        Found(parameters.Customer(_profile.Tenant, _profile.Id).Time("updated_at", _profile.UpdatedAt));

    /// <summary>
    /// The parameters of <see cref="StoreStatements.Create"/> for a customer who comes with this conversation.
    /// </summary>
    public StoreParameters AddNewTo(StoreParameters parameters, Identity identity, ConversationRecord conversation)
    {
        Found(Row(parameters))
            .Time("created_at", _profile.CreatedAt)
            .Text("kind", StoredNames.Of(identity.Kind))
            .Text("value", identity.Value)
            .Text("conversation", conversation.Id)
            .Text("direction", StoredNames.Of(conversation.Direction))
            .Time("occurred_at", conversation.At);
        return _search is null ? parameters : parameters.Text("search", _search);
    }

    /// <summary>The parameters of <see cref="ChangeStatements.MatchKeys"/>.</summary>
    public StoreParameters AddMatchKeysTo(StoreParameters parameters) =>
        parameters.Customer(_profile.Tenant, _profile.Id).Text("search", _search);

    private StoreParameters Row(StoreParameters parameters) =>
        parameters
            .Customer(_profile.Tenant, _profile.Id)
            .Number("version", _profile.Version)
            .Time("updated_at", _profile.UpdatedAt)
            .Text("profile", _document);

    private StoreParameters Found(StoreParameters parameters) =>
        parameters
            .Text("name", _keys.Name)
            .Text("company", _keys.Company)
            .Flag("has_photo", _keys.HasPhoto)
            .Text("text", _keys.Text)
            .Text("prefixes", _prefixes)
            .Text("properties", _properties);
}
