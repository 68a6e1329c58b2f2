#!/bin/sh
# After azd has provisioned: tell Entra ID where the app is, and that its managed identity vouches for it.
set -eu

[ -n "${AUTH_CLIENT_ID:-}" ] || exit 0
az ad app update --id "$AUTH_CLIENT_ID" --web-redirect-uris "${APP_URL:?}/.auth/login/aad/callback"

credential=reelgate-identity
found=$(az ad app federated-credential list --id "$AUTH_CLIENT_ID" --query "[?name=='$credential'].name" --output tsv)
if [ -z "$found" ]; then
  az ad app federated-credential create --id "$AUTH_CLIENT_ID" --output none --parameters "{
    \"name\": \"$credential\",
    \"issuer\": \"https://login.microsoftonline.com/$(az account show --query tenantId --output tsv)/v2.0\",
    \"subject\": \"${IDENTITY_PRINCIPAL_ID:?}\",
    \"audiences\": [\"api://AzureADTokenExchange\"]
  }"
fi
echo "Reelgate is at $APP_URL"
