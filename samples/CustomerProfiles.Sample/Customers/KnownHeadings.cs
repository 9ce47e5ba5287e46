namespace CustomerProfiles.Sample.Customers;

/// <summary>
/// The usual names of columns, in English and German. Case, spaces, hyphens and other separators do not matter.
/// </summary>
internal static class KnownHeadings
{
    private static readonly Dictionary<string, ColumnField> Fields = new(StringComparer.Ordinal);

    static KnownHeadings()
    {
        Add(ColumnField.Id, "id", "customerid", "contactid", "customernumber", "customerno");
        Add(ColumnField.Id, "kundenid", "kontaktid", "kundennummer", "kundennr");
        Add(ColumnField.Name, "name", "fullname", "displayname", "customername", "contactname");
        Add(ColumnField.Name, "kundenname", "anzeigename", "vollständigername", "vollername");
        Add(ColumnField.FirstName, "firstname", "givenname", "forename", "vorname");
        Add(ColumnField.LastName, "lastname", "familyname", "surname", "nachname", "familienname", "zuname");
        Add(ColumnField.Email, "email", "emails", "emailaddress", "emailaddresses", "mail", "mailaddress");
        Add(ColumnField.Email, "emailadresse", "emailadressen", "mailadresse");
        Add(ColumnField.Phone, "phone", "phonenumber", "telephone", "telephonenumber", "tel", "mobile", "mobilephone");
        Add(ColumnField.Phone, "cell", "cellphone", "telefon", "telefonnummer", "telefonnr", "rufnummer");
        Add(ColumnField.Phone, "handy", "handynummer", "mobil", "mobiltelefon", "mobilnummer");
        Add(ColumnField.Company, "company", "companyname", "organization", "organisation", "organizationname");
        Add(ColumnField.Company, "employer", "firma", "firmenname", "unternehmen");
        Add(ColumnField.JobTitle, "title", "jobtitle", "position", "funktion", "beruf", "berufsbezeichnung");
        Add(ColumnField.Notes, "notes", "note", "comment", "comments", "remarks", "notiz", "notizen");
        Add(ColumnField.Notes, "bemerkung", "bemerkungen", "anmerkung", "anmerkungen", "kommentar");
        Add(ColumnField.Street, "street", "streetaddress", "address", "addressline1", "strasse", "straße");
        Add(ColumnField.Street, "strassehausnummer", "straßehausnummer", "adresse", "anschrift");
        Add(ColumnField.City, "city", "town", "locality", "stadt", "ort", "wohnort");
        Add(ColumnField.Region, "region", "state", "province", "county", "bundesland", "kanton");
        Add(ColumnField.PostalCode, "postalcode", "postcode", "zip", "zipcode", "plz", "postleitzahl");
        Add(ColumnField.Country, "country", "land");
        Add(ColumnField.Website, "website", "web", "url", "homepage", "webseite", "internetseite");
        Add(ColumnField.Created, "created", "createdat", "createdon", "createddate", "datecreated", "creationdate");
        Add(ColumnField.Created, "customersince", "clientsince", "kundeseit");
        Add(ColumnField.Created, "erstellt", "erstelltam", "angelegt", "angelegtam", "erstellungsdatum", "anlagedatum");
    }

    /// <summary>What a column of this name holds; null when the name is none of the usual ones.</summary>
    public static ColumnTarget? Find(string heading)
    {
        var plain = string.Concat(heading.Normalize().Where(char.IsLetterOrDigit)).ToLowerInvariant();

        // A second address or number has a column of its own: "E-mail 2".
        return Fields.TryGetValue(plain, out var field) ? new ColumnTarget(field)
            : Fields.TryGetValue(plain.TrimEnd("0123456789".ToCharArray()), out field)
            && new ColumnTarget(field) is { CanRepeat: true } list
                ? list
            : null;
    }

    private static void Add(ColumnField field, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            Fields.Add(name, field);
        }
    }
}
