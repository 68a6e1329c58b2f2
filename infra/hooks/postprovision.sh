#!/bin/sh
# After azd has provisioned: tell Entra ID where the app is and which roles it knows, and who may administer it.
set -eu

echo "Reelgate is at ${APP_URL:?}"
[ -n "${AUTH_CLIENT_ID:-}" ] || exit 0
az ad app update --id "$AUTH_CLIENT_ID" --app-roles @infra/hooks/app-roles.json \
  --web-redirect-uris "$APP_URL/auth/oidc/callback" "$APP_URL/login"

# Whoever provisions it is its first administrator; who has the right already keeps it.
service=$(az ad sp show --id "$AUTH_CLIENT_ID" --query id --output tsv)
person=$(az ad signed-in-user show --query id --output tsv) || exit 0
graph="https://graph.microsoft.com/v1.0/servicePrincipals/$service/appRoleAssignedTo"
admin=$(az ad sp show --id "$AUTH_CLIENT_ID" --query "appRoles[?value=='ADMIN'].id" --output tsv)
given=$(az rest --url "$graph" --query "value[?principalId=='$person' && appRoleId=='$admin'].id" --output tsv)
[ -n "$given" ] || az rest --method post --url "$graph" --output none \
  --body "{\"principalId\": \"$person\", \"resourceId\": \"$service\", \"appRoleId\": \"$admin\"}"
