import requests

scan_id = "hubspot-deals-python-001"
base_url = f"http://localhost:5200/api/v1/results/{scan_id}/result"

all_deals = []
page = 1
page_size = 100

while True:
    params = {"limit": page_size, "offset": (page - 1) * page_size}
    response = requests.get(base_url, params=params)
    
    if response.status_code == 200:
        data = response.json()["data"]
        deals = data["results"]
        all_deals.extend(deals)
        
        pagination = data["pagination"]
        if not pagination["has_next"]:
            break
        
        page += 1
    else:
        print(f"Error: {response.status_code}")
        break

print(f"Total deals retrieved: {len(all_deals)}")
