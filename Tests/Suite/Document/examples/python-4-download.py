import requests

scan_id = "hubspot-deals-python-001"
formats = ["json", "csv", "excel"]

for fmt in formats:
    url = f"http://localhost:5200/api/v1/results/{scan_id}/download/{fmt}"
    response = requests.get(url)
    
    if response.status_code == 200:
        ext = "xlsx" if fmt == "excel" else fmt
        filename = f"deals_export.{ext}"
        
        with open(filename, "wb") as f:
            f.write(response.content)
        
        print(f"Downloaded {filename}")
    else:
        print(f"Failed to download {fmt}: {response.status_code}")
