$body = @{
  config = @{
    scanId = "hubspot-deals-powershell-001"
    organizationId = "12345678"
    type = @("deals")
    auth = @{
      accessToken = "pat-na1-11111111-2222-3333-4444-555555555555"
    }
    filters = @{
      properties = @(
        "dealname",
        "amount",
        "dealstage"
      )
      includeArchived = $false
    }
  }
} | ConvertTo-Json -Depth 10

$response = Invoke-RestMethod `
  -Uri "http://localhost:5200/api/v1/scan/start" `
  -Method Post `
  -Body $body `
  -ContentType "application/json"

Write-Output $response
