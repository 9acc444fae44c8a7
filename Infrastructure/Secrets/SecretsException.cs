namespace HubSpotDeals.Infrastructure.Secrets;

/// <summary>What was encrypted can't be opened here; the message says why and what to do. It holds no secret.</summary>
public sealed class SecretsException(string message, Exception? inner = null) : Exception(message, inner);
