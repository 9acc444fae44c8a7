curl "http://localhost:5200/api/v1/scan/hubspot-deals-q4-2024/status"
