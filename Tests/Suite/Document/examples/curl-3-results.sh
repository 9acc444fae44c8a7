curl "http://localhost:5200/api/v1/results/hubspot-deals-q4-2024/result?limit=5"
