using System.Globalization;
using CustomerProfiles.EntityFrameworkCore;
using NodaTime;

namespace CustomerProfiles.StoreThroughput;

/// <summary>
/// The generated customers: the number of each gives its id and address, so that no lookup is needed.
/// </summary>
internal static class Population
{
    public static readonly Instant Now = Instant.FromUtc(2026, 3, 1, 12, 0);

    /// <summary>The placeholder for the address of the customer in every document.</summary>
    private const string Placeholder = "somebody@example.com";

    public static CustomerId IdOf(int number) =>
        CustomerId.From(
            Guid.Parse(string.Create(CultureInfo.InvariantCulture, $"01990000-0000-7000-8000-{number:x12}"))
        );

    public static string AddressOf(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"customer{number}@example.com");

    public static Identity IdentityOf(int number) => Identity.Email(EmailAddress.Parse(AddressOf(number)));

    /// <summary>A typical profile: a name, an address, the values of a provider.</summary>
    public static CustomerProfile ProfileOf(CustomerId id, string address, long version = 1)
    {
        var conversation = new Provenance(ProvenanceSource.Conversation, "conversation-1", Now);
        var provider = new Provenance(ProvenanceSource.Provider, "fullcontact", Now);
        var email = EmailAddress.Parse(address);
        return new CustomerProfile(
            default,
            id,
            version,
            Now,
            Now,
            [Identity.Email(email)],
            [
                new FieldValue(ProfileField.Name, "", new PersonName("Ada Lovelace"), conversation),
                new FieldValue(ProfileField.Emails, email.Normalized, new ProfileEmail(email), conversation),
                new FieldValue(
                    ProfileField.Photo,
                    "",
                    new Photo(new Uri("https://photos.example.com/ada.jpg")),
                    provider
                ),
                new FieldValue(ProfileField.Location, "", "London, United Kingdom", provider),
                new FieldValue(ProfileField.Bio, "", "Writes programs for machines that are not built yet.", provider),
                new FieldValue(
                    ProfileField.SocialProfiles,
                    "github:https://code.example.com/ada",
                    new SocialProfile("github", new Uri("https://code.example.com/ada"), "ada"),
                    provider
                ),
            ]
        );
    }

    /// <summary>
    /// The statements that create so many customers, each with an identity, a conversation and a completed check. They
    /// are SQL, because a million would otherwise take too long.
    /// </summary>
    public static string[] Statements(bool isPostgreSql, int count)
    {
        var somebody = ProfileOf(IdOf(0), Placeholder);
        var document = Escaped(ProfileDocument.Write(somebody));
        var keys = ProfileSearch.KeysOf(somebody, SearchableProperties.None);
        string Escaped(string text) => text.Replace("'", "''", StringComparison.Ordinal);
        StoreDialect dialect = isPostgreSql ? PostgreSqlDialect.Instance : SqliteDialect.Instance;
        var (numbers, id, time) = isPostgreSql
            ? (
                $"generate_series(0, {count - 1}) n",
                "('01990000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid",
                "timestamptz '2026-03-01 12:00:00+00'"
            )
            : (
                $"(with recursive s (n) as (values (0) union all select n + 1 from s where n < {count - 1}) "
                    + $"select n from s)",
                "printf('01990000-0000-7000-8000-%012x', n)",
                (Now.ToUnixTimeTicks() / 10).ToString(CultureInfo.InvariantCulture)
            );
        var json = isPostgreSql ? "::json" : "";
        string With(string text) => $"replace('{text}', '{Placeholder}', 'customer' || n || '@example.com')";
        return
        [
            $"insert into cp_customers (tenant, id, version, created_at, updated_at, profile, "
                + $"is_suppressed, suppression_generation) select 'default', {id}, 1, {time}, {time}, "
                + $"{With(document)}{json}, {(isPostgreSql ? "false" : "0")}, 0 from {numbers}",
            $"insert into cp_activity (tenant, customer_id, changed_at, conversation_at) select 'default', {id}, "
                + $"{time}, {time} from {numbers}",
            .. isPostgreSql
                ? Array.Empty<string>()
                : [$"insert into cp_tenants (number, tenant, last_row) values (1, 'default', {count})"],
            $"insert into cp_search ({(isPostgreSql ? "" : "row_id, ")}tenant, customer_id, name, company, has_photo, "
                + $"text, prefixes, properties) select {(isPostgreSql ? "" : "(1 << 40) + n, ")}'default', {id}, "
                + $"'{Escaped(keys.Name)}', '{Escaped(keys.Company)}', {(isPostgreSql ? "true" : "1")}, "
                + $"{With(Escaped(keys.Text))}, {With(Escaped(dialect.Prefixes(keys.Prefixes)))}, '[]' from {numbers}",
            $"insert into cp_identities (tenant, kind, value, customer_id) select 'default', 'email', "
                + $"'customer' || n || '@example.com', {id} from {numbers}",
            $"insert into cp_conversations (tenant, customer_id, conversation_id, direction, occurred_at) select "
                + $"'default', {id}, 'conversation-1', 'received', {time} from {numbers}",
            $"insert into cp_checks (tenant, customer_id, provider, last_check_at, last_outcome, "
                + $"requested_at, is_pending, setting_generation, suppression_generation, not_before, "
                + $"leased_until, available_from, attempt) select 'default', {id}, 'fullcontact', {time}, "
                + $"'matched', {time}, {(isPostgreSql ? "false" : "0")}, 0, 0, {time}, {time}, {time}, 1 "
                + $"from {numbers}",
        ];
    }
}
