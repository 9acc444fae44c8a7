$scanId = "hubspot-deals-powershell-001"
$status = Invoke-RestMethod `
  -Uri "http://localhost:5200/api/v1/scan/$scanId/status" `
  -Method Get

Write-Output "Status: $($status.data.status)"
Write-Output "Progress: $($status.data.progress.percentComplete)%"
