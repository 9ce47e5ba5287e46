namespace CustomerProfiles.FullContact.Tests.Wire;

/// <summary>
/// A complete response about a fictional person, in the documented shapes, with every bundle that an account may have.
/// </summary>
internal static class InventedPerson
{
    public const string Json = """
        {
          "fullName": "Maria Quill",
          "ageRange": "37-47",
          "gender": "Female",
          "location": "Porto, Portugal",
          "title": "Head of Support",
          "organization": "Quill & Sons",
          "twitter": "https://twitter.com/mquill",
          "linkedin": "https://www.linkedin.com/in/mquill",
          "facebook": null,
          "bio": "Answers letters.\nLikes ink. \ud83d\udd8b",
          "avatar": "https://img.example.com/maria.png",
          "website": "https://quill.example",
          "email": "SENSITIVE@example.org",
          "phone": "+351SENSITIVE",
          "details": {
            "name": { "given": "Maria", "middle": "da", "family": "Quill", "full": "Maria da Quill" },
            "age": { "range": "SENSITIVE", "value": 42, "birthday": { "year": 1984, "month": 2, "day": 30 } },
            "gender": "SENSITIVE",
            "location": "Elsewhere",
            "emails": [ { "label": "Other", "value": "SENSITIVE@example.org", "md5": "SENSITIVE", "firstSeenMs": 1400000000000, "observations": 3, "confidence": 0.91 } ],
            "phones": [ { "label": "work", "value": "SENSITIVE" } ],
            "profiles": {
              "twitter": { "service": "twitter", "username": "mquill", "url": "https://twitter.com/mquill", "bio": "Ink.", "followers": 12, "photos": [ { "label": "avatar", "value": "https://img.example.com/tw.png" } ], "urls": [] },
              "LinkedIn": { "service": "linkedin", "userid": "99", "url": "https://www.linkedin.com/in/mquill" },
              "keybase": { "service": "keybase", "username": "mq" },
              "brandnewnetwork": { "service": "brandnewnetwork", "url": "http://brandnew.example/mq" }
            },
            "locations": [ { "label": "home", "addressLine1": "SENSITIVE", "city": "Porto", "region": "Norte", "regionCode": "13", "postalCode": "SENSITIVE", "country": "Portugal", "countryCode": "PT", "formatted": "SENSITIVE" } ],
            "employment": [
              { "name": "Quill & Sons", "domain": "quill.example", "current": true, "title": "Head of Support", "start": { "year": 2019, "month": 4 } },
              { "name": "Ink Ltd", "current": false, "title": "Clerk", "start": { "year": 2010 }, "end": { "year": 2019 } }
            ],
            "photos": [ { "label": "avatar", "value": "https://img.example.com/other.png" } ],
            "education": [ { "name": "SENSITIVE", "degree": "SENSITIVE", "end": { "year": 2006 } } ],
            "urls": [ { "value": "https://blog.quill.example/" }, { "label": "other", "value": "https://quill.example/" } ],
            "interests": [ { "name": "SENSITIVE", "id": "1", "affinity": "HIGH", "category": "SENSITIVE" } ],
            "topics": [ { "name": "SENSITIVE" } ],
            "identifiers": { "maids": [ { "id": "SENSITIVE", "type": "idfa" } ], "personIds": [ "SENSITIVE" ] },
            "demographics": { "maritalStatus": "SENSITIVE", "occupation": "SENSITIVE" },
            "household": { "finance": { "income": "SENSITIVE", "netWorth": "SENSITIVE" }, "familyInfo": { "totalAdults": 2 }, "presence": { "presenceOfChildren": "Y" } },
            "finance": { "activeLineOfCredit": true, "discretionarySpendingIncome": "SENSITIVE" },
            "census": { "year2010": { "average": { "numberOfCarsInHousehold": 2.3000000000000003 } } },
            "automotive": { "ownership": { "totalCars": "2", "vehicles": [ { "year": 2012, "make": "SENSITIVE" } ] } },
            "survey": { "reading": { "religious": true } },
            "buyer": { "health": { "medical": true } }
          },
          "updated": "1970-01-01",
          "isSandboxProfile": true,
          "extended": { "code": "SENSITIVE" },
          "dataAddons": [ { "id": "1", "name": "SENSITIVE", "enabled": true } ],
          "dataAddOns": []
        }
        """;
}
