$scanId = "hubspot-deals-powershell-001"
Invoke-WebRequest `
  -Uri "http://localhost:5200/api/v1/results/$scanId/download/excel" `
  -OutFile "deals_export.xlsx"
