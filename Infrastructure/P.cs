namespace HubSpotDeals.Infrastructure; static class Placeholder { }
