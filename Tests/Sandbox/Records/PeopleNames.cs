namespace HubSpotDeals.Sandbox.Records;

/// <summary>The words of generated contacts and tickets: names as people have them, and those that break careless readers.</summary>
static class PeopleNames
{
    public static readonly string[] First =
    [
        "Ada", "Amélie", "André", "Anna-Lena", "Björn", "Chloé", "Dmytro", "Élodie", "Fatima", "Giulia", "Grace", "Håkon", "Ines", "Iñaki",
        "Jean-Luc", "José", "Karel", "Léa", "Łukasz", "Maeve", "María José", "Noah", "Ólafur", "Priya", "Renée", "Siobhán", "Šárka", "Thị Mai",
        "Umut", "Wei", "Yuki", "Zoë",
    ];

    public static readonly string[] Last =
    [
        "Ågren", "Álvarez", "Becker", "Castaño", "Chen", "D'Angelo", "de la Cruz", "Dvořák", "Fernández", "García", "Haddad", "Jørgensen",
        "Kowalczyk", "Krüger", "L'Heureux", "Lovelace", "MacDonald", "Müller", "N'Diaye", "Nguyễn", "O'Brien", "O’Neill", "Obi", "Öztürk",
        "Papadopoulos", "Saint-Exupéry", "Smith", "Tanaka", "van den Berg", "von Trapp", "Wójcik", "Žižek",
    ];

    /// <summary>Other scripts, signs outside the basic plane, quotes, formulas, markup, and spaces that count.</summary>
    public static readonly (string First, string Last)[] Awkward =
    [
        ("李", "小龙"), ("Михаил", "Щёголев"), ("محمد", "الأمين"), ("שרה", "לוי"), ("さくら", "山田"), ("🚀 Rocky", "👩‍👩‍👧"),
        ("Robert'); DROP TABLE", "students;--"), ("=1+2", "@SUM(A1)"), ("\"Quoted\"", "back\\slash"), ("<b>Bold</b>", "&amp;"), ("  padded ", " "), ("null", "NULL"),
        ("Zo\u0065\u0308", "e\u0301clair"),
        ("Prince", ""), ("tab\there", "line\nbreak"), ("𝒜𝒹𝒶", "ﬁancée"),
    ];

    public static readonly string[] Companies =
        ["Nordwerk GmbH", "Alpen Foods", "Terra & Sons", "Møller Energy", "Société Générale d'Essais", "Quantum Labs", "Harbor Steel", "河川 Travel"];

    public static readonly string[] Cities =
        ["London", "Zürich", "São Paulo", "Kraków", "Reykjavík", "Köln", "Montréal", "Lagos", "Kyōto", "L'Aquila"];

    public static readonly string[] Jobs =
        ["Head of Sales", "Software Engineer", "Geschäftsführerin", "Directeur général", "CTO", "Office Manager", "Buyer", "Founder & CEO"];

    public static readonly string[] Subjects =
    [
        "Login doesn't work", "Rechnung fehlt", "Question about the invoice", "Export is slow", "Can't import contacts", "Feature: dark mode",
        "Wrong currency on the quote", "Le formulaire n'envoie rien", "Price list for 2027", "🔥 Everything is down",
    ];
}
