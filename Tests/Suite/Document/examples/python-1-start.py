import requests

url = "http://localhost:5200/api/v1/scan/start"
payload = {
    "config": {
        "scanId": "hubspot-deals-python-001",
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
                "closedate"
            ],
            "includeArchived": False
        }
    }
}

response = requests.post(url, json=payload)
print(response.json())
