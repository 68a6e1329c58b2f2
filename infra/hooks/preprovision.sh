#!/bin/sh
# Before azd provisions: build the package, choose the secrets once, and register the app with Entra ID.
set -eu

make package

# azd hands the values of its environment to this script as variables.
[ -n "${SECRET_KEY:-}" ] || azd env set SECRET_KEY "$(openssl rand -hex 32)"
[ -n "${POSTGRES_PASSWORD:-}" ] || azd env set POSTGRES_PASSWORD "$(openssl rand -hex 24)"

if [ "${REQUIRE_SIGN_IN:-true}" = true ] && [ -z "${AUTH_CLIENT_ID:-}" ]; then
  echo "Registering the app with Entra ID, so that only people of your organisation get in …"
  client_id=$(az ad app create --display-name "Reelgate (${AZURE_ENV_NAME:?})" --sign-in-audience AzureADMyOrg \
    --query appId --output tsv)
  az ad sp create --id "$client_id" --output none
  az ad app update --id "$client_id" --identifier-uris "api://$client_id" --enable-id-token-issuance true
  azd env set AUTH_CLIENT_ID "$client_id"
fi
