#!/bin/sh
# Before azd provisions: build the package, choose the secrets once, and register the app with Entra ID.
set -eu

make package

# azd hands the values of its environment to this script as variables.
[ -n "${SECRET_KEY:-}" ] || azd env set SECRET_KEY "$(openssl rand -hex 32)"
[ -n "${POSTGRES_PASSWORD:-}" ] || azd env set POSTGRES_PASSWORD "$(openssl rand -hex 24)"
# A budget keeps the month that it began with.
[ -n "${BUDGET_SINCE:-}" ] || azd env set BUDGET_SINCE "$(date -u +%Y-%m-01)"

client_id=${AUTH_CLIENT_ID:-}
if [ "${REQUIRE_SIGN_IN:-true}" = true ] && [ -z "$client_id" ]; then
  echo "Registering the app with Entra ID, so that people of your organisation can sign in …"
  client_id=$(az ad app create --display-name "Reelgate (${AZURE_ENV_NAME:?})" --sign-in-audience AzureADMyOrg \
    --app-roles @infra/hooks/app-roles.json --query appId --output tsv)
  az ad sp create --id "$client_id" --output none
  azd env set AUTH_CLIENT_ID "$client_id"
fi
if [ -n "$client_id" ] && [ -z "${AUTH_CLIENT_SECRET:-}" ]; then
  azd env set AUTH_CLIENT_SECRET "$(az ad app credential reset --id "$client_id" --append --display-name reelgate \
    --years 2 --query password --output tsv)"
fi
