namespace HubSpotDeals.Jobs.Extraction;

/// <summary>HubSpot's pages do not do what reading a scan by several chains relies on: it has to be read as one.</summary>
public class UnprovenCursorException(string message) : Exception(message);
