namespace HubSpotDeals.Infrastructure.Postgres.Embedded;

/// <summary>The private PostgreSQL can't be had; the message is one for the person at the terminal and says what mends it.</summary>
public sealed class EmbeddedPostgresException(string message, Exception? innerException = null) : Exception(message, innerException);
