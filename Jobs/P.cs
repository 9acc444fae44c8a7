namespace HubSpotDeals.Jobs; static class Placeholder { }
