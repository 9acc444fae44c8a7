import requests
import time

scan_id = "hubspot-deals-python-001"
url = f"http://localhost:5200/api/v1/scan/{scan_id}/status"

while True:
    response = requests.get(url)
    data = response.json()["data"]
    
    status = data["status"]
    progress = data.get("progress", {})
    percent = progress.get("percentComplete", 0)
    
    print(f"Status: {status} - Progress: {percent:.1f}%")
    
    if status in ["completed", "failed", "cancelled"]:
        break
    
    time.sleep(5)  # Check every 5 seconds

print("Extraction finished!")
