curl -X POST "http://localhost:5200/api/v1/scan/start" \
  -H "Content-Type: application/json" \
  -d '{
    "config": {
      "scanId": "hubspot-deals-q4-2024",
      "organizationId": "12345678",
      "type": ["deals"],
      "auth": {
        "accessToken": "pat-na1-11111111-2222-3333-4444-555555555555"
      },
      "filters": {
        "properties": [
          "dealname",
          "amount",
          "dealstage",
          "pipeline",
          "closedate",
          "hubspot_owner_id",
          "hs_forecast_probability"
        ],
        "dateRange": {
          "startDate": "2024-10-01",
          "endDate": "2024-12-31"
        },
        "includeArchived": false
      },
      "options": {
        "batchSize": 100,
        "maxRetries": 3
      }
    }
  }'
