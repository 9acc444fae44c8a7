# Download as Excel
curl "http://localhost:5200/api/v1/results/hubspot-deals-q4-2024/download/excel" \
  -o "hubspot_deals_q4_2024.xlsx"

# Download as CSV
curl "http://localhost:5200/api/v1/results/hubspot-deals-q4-2024/download/csv" \
  -o "hubspot_deals_q4_2024.csv"

# Download as JSON
curl "http://localhost:5200/api/v1/results/hubspot-deals-q4-2024/download/json" \
  -o "hubspot_deals_q4_2024.json"
